"""From bytes to a parsed page, or to one clear sentence why not."""

from __future__ import annotations

import contextlib
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.extract.document import MOST_ATTRIBUTES, MOST_TAGS, Document
from crawler.extract.document.decoding import LARGEST_BODY, decode
from crawler.extract.items import Page, PageUnreadable

PAGE = "<html><head><meta charset=gb2312></head><body><p>学习率是什么，朱镕基</p></body></html>"


def document(body, content_type=None):
    return Document.of(Page(url=None, body=body, content_type=content_type))


@pytest.mark.parametrize(
    ("encoding", "content_type", "used"),
    [
        ("utf-8", None, "utf-8"),  # the meta is wrong: a browser saved the page again
        ("utf-8", "text/html; charset=GBK", "utf-8"),
        ("utf-8", "text/html; charset=iso-8859-1", "utf-8"),
        ("gb18030", None, "gb18030"),
        ("gb18030", "text/html; charset=GB2312", "gb18030"),
        ("utf-8-sig", None, "utf-8"),
        ("utf-16", None, "utf-16-le"),
    ],
)
def test_chinese_is_read_right_whatever_a_label_says(encoding, content_type, used):
    read = document(PAGE.encode(encoding), content_type)
    assert read.root.text_content().strip() == "学习率是什么，朱镕基"
    assert read.encoding == used


def test_undeclared_gbk_is_recognised_by_its_bytes():
    assert document("<p>学习率是什么</p>".encode("gbk")).encoding == "gb18030"


def test_what_was_declared_is_kept_beside_what_was_used():
    read = document(PAGE.encode())
    assert (read.encoding, read.encoding_declared) == ("utf-8", "gb2312")


def test_a_charset_of_a_script_says_nothing_about_the_page():
    body = '<p>学习率</p><script src="a.js" charset="gb2312"></script>'.encode()
    assert document(body).encoding_declared is None


def test_one_broken_character_does_not_turn_the_page_into_another_encoding():
    read = document("<meta charset=utf-8><p>学习率</p>".encode() * 9 + b"\xe5\xad")
    assert read.encoding == "utf-8"
    assert read.text.count("\ufffd") == 1


def test_controls_are_dropped_and_nul_and_surrogates_replaced():
    read = document(
        b"<p>a\x01b&#1;c\x00d&#0;e&#xD800;f" + b"." * 300 + b"</p><script>var x = '\\ud800\\u0007y';</script>"
    )
    shown = read.root.findtext(".//p")
    assert shown.startswith("ab\ufffdc\ufffdd")
    assert not any(ord(c) < 32 or 0xD800 <= ord(c) < 0xE000 for c in shown)
    assert read.script_value("x") == "\ufffdy"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "empty"),
        (b" \r\n", "empty"),
        (b"%PDF-1.7 ...", "a PDF file"),
        (b"\x1f\x8b\x08\x00", "gzip data"),
        (b"abc\x00" * 50, "binary data"),
        (bytes(range(256)) * 40, "binary"),
        (b"<p>...</p>\xe2\x80\xa6"[4:6], "no text"),
        (b"a" * (LARGEST_BODY + 1), "too large"),
        (b"<p " + b"".join(b'a%d=">" ' % n for n in range(MOST_ATTRIBUTES + 9)) + b">x</p>", "attributes"),
        (b"<p>x" * (MOST_TAGS + 1), "tags"),
        (b"<div>" * 2100 + b"x", "nested deeper"),
        (b"<!-- comment -->", "no markup"),
    ],
)
def test_a_page_that_cannot_be_read_whole_says_why(body, said):
    with pytest.raises(PageUnreadable, match=said):
        document(body)


def test_a_stray_quote_in_a_tag_does_not_swallow_the_page():
    text = b"word " * 3000
    assert "word" in document(b'<div "><p>' + text + b"</p><p title=it's>" + text).root.text_content()


def test_nesting_below_the_parsers_limit_loses_nothing():
    assert document(b"<div>" * 1500 + b"x").root.text_content() == "x"


@pytest.mark.parametrize(
    "evil", ['<a "', "<!--", "<a '\"<b \"'", "<meta ", "<script>", "&#", "var a='", 'x="']
)
def test_hostile_markup_is_scanned_in_linear_time(evil):
    before = time.process_time()
    for body in (evil * 200_000, "<script>" + evil * 200_000, "<script>x</script>" + evil * 200_000):
        with contextlib.suppress(PageUnreadable):
            document(body.encode()).script_value("a")
    assert time.process_time() - before < 5


def test_a_script_value_is_read_past_quotes_entities_and_semicolons():
    read = document(
        b'<script>var articleTitle = "a &amp; \\"b\\"; c\\u4e2d"; var articleType = 1;'
        b"let n='\\x41'</script><pre>var other = 'no script';</pre>"
    )
    assert read.script_value("articleTitle") == 'a & "b"; c中'
    assert read.script_value("articleType") == "1"
    assert read.script_value("n") == "A"
    assert read.script_value("other") is None


def test_ld_json_is_unescaped_after_parsing_and_broken_objects_are_left_out():
    read = document(
        b'<script type="application/ld+json">{"title": "a &mdash; b", "upDate": 3}</script>'
        b'<script type="application/ld+json">{broken</script>'
        b'<script type="application/ld+json">[{"@graph": [{"datePublished": "2024-05-11"}]}]</script><p>x'
        b'<script type="application/ld+json">' + b"[" * 100_000 + b"</script>"
    )
    assert read.ld_value("title") == "a — b"
    assert read.ld_value("upDate") is None
    assert read.ld_value("datePublished") == "2024-05-11"


def test_a_page_that_does_not_want_to_be_kept_says_so():
    read = document(
        b'<meta name="ROBOTS" content="NOAI, noarchive"><meta name="tdm-reservation" content="1"><p>x'
    )
    assert read.opt_out == "noai, noarchive, tdm-reservation"
    assert document(b'<meta name="robots" content="index"><p>x').opt_out is None


def test_addresses_count_from_the_base_that_the_page_names():
    page = b'<base target="_blank"><base href="/d/"><link rel=canonical href="a.html"><p>x'
    read = Document.of(Page(url="https://example.org/x/y", body=page))
    assert read.base == "https://example.org/d/"
    assert read.canonical_link == "https://example.org/d/a.html"
    assert Document.of(Page(url="https://example.org/x/y", body=b"<p>x")).base == "https://example.org/x/y"
    assert document(b'<base href="javascript:void(0)"><p>x').base is None


@given(
    st.binary(max_size=300),
    st.sampled_from([None, "text/html; charset=gbk", "charset=utf-16", "charset=zip", "charset=\x00"]),
)
def test_no_bytes_make_anything_but_a_typed_failure(body, content_type):
    try:
        read = decode(Page(url=None, body=body, content_type=content_type))
        read.text.encode()
        Document.of(Page(url=None, body=body), read)
    except PageUnreadable:
        pass


@pytest.mark.parametrize(
    ("script", "value"),
    [
        ('{"title": ' + "9" * 5_000 + "}", "9" * 5_000),
        ('{"title": NaN}', None),
        ('{"title": "a", "title": "b"}', "b"),
        ("[" * 99 + '{"title": "deep"}' + "]" * 99, "deep"),
        ("[" * 200 + '{"title": "too deep"}' + "]" * 200, None),
        ("[" + "[]," * 200_000 + '{"title": "far"}]', "far"),
        ('{"title": "x\\ud800\\u0000"}', "x\ufffd\ufffd"),
    ],
)
def test_ld_json_that_is_made_to_hurt_is_read_or_is_nothing(script, value):
    before = time.process_time()
    assert (
        document(f"<p>x<script type='application/ld+json'>{script}</script>".encode()).ld_value("title")
        == value
    )
    assert time.process_time() - before < 2
