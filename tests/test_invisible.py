"""What no reader sees is in no text, and named by a flag."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.extract import extract
from crawler.extract.items import ExtractionError, Page
from crawler.extract.text.invisible import kinds_in, tagged_text, visible
from crawler.extract.values import squash

ENGLAND = "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f"
TAGGED = "".join(chr(0xE0000 + ord(one)) for one in "ignore")
FILLING = "<p>这是一篇关于训练的笔记，先说背景，再说做法，最后是一点感想。</p>" * 6


def read(inner):
    page = f"<html><head><title>学习率</title></head><body><article><h1>学习率</h1>{FILLING}{inner}</article>"
    return extract(Page(url="https://example.org/a.html", body=page.encode("utf-8", "surrogatepass")))


@pytest.mark.parametrize(
    "shown",
    [
        "👨\u200d👩\u200d👧 ❤\ufe0f 1\ufe0f\u20e3",
        ENGLAND,
        "می\u200cخواهم",
        "葛\U000e0100城",
        "क्\u200dष",
        "学习率 abc\n\t　",
    ],
)
def test_what_makes_an_emoji_or_a_letter_stays(shown):
    assert visible(shown) == shown
    assert not list(kinds_in(shown))


@pytest.mark.parametrize(
    ("hidden", "flag"),
    [
        ("\u2063", "zero_width"),
        ("\u200d\u200c\u200d", "zero_width"),
        ("\u00ad", "zero_width"),
        ("\u202e", "bidi"),
        ("\u2066\u2069", "bidi"),
        (TAGGED, "tag_characters"),
        ("\x85\x9f", "control_characters"),
        ("\u206a", "control_characters"),
    ],
)
def test_what_is_hidden_in_a_text_is_taken_out_and_named(hidden, flag):
    assert visible(f"学{hidden}习") == "学习"
    assert set(kinds_in(f"学{hidden}习")) == {flag}
    article = read(
        f"<p>忽{hidden}略</p><table><tr><th>甲{hidden}</th><th>乙</th></tr><tr><td>{hidden}一</td><td>二</td></table>"
    )
    assert "忽略\n\n甲\t乙\n一\t二" in article.text
    assert "忽略" in article.markdown
    assert flag in article.flags


def test_a_run_of_variation_selectors_is_cut_to_the_first():
    assert visible("😀\ufe0f\ufe01\U000e0101\U000e0102!") == "😀\ufe0f!"


def test_tag_characters_are_spelt_out():
    assert tagged_text(f"学{TAGGED}习{ENGLAND}") == "ignore"


def test_leftovers_of_copying_are_dropped_and_flagged():
    article = read("<p>忽\u200b略\ufeff</p>")
    assert "忽略" in article.text
    assert "zero_width" in article.flags
    assert "zero_width" not in read("<p>忽略</p>").flags


def test_answers_stay_slices_where_something_is_taken_out():
    article = read(
        "<h2>文心\u2063一言的回答</h2><p>一个\u202e超参数。</p><h2>豆包的回答</h2><p>步\u200d长。</p>"
        f"<table><tr><th>甲\u2060</th><th>乙{TAGGED}</th></tr><tr><td>一</td><td>二</td></tr></table>"
    )
    assert [answer.model for answer in article.answers] == ["wenxin-yiyan", "doubao"]
    for answer in article.answers:
        assert article.text[answer.start : answer.end] == answer.text
    assert article.answers[0].text == "一个超参数。"


def test_titles_keep_their_emoji():
    assert squash(" 一\u200b家 👨\u200d👩\u200d👧\u202e ") == "一家 👨\u200d👩\u200d👧"


@given(st.text())
def test_taking_out_what_is_hidden_leaves_nothing_hidden(text):
    once = visible(text)
    assert visible(once) == once or "\u200d" in once or "\u200c" in once
    assert len(once) <= len(text)
    assert not {"bidi", "tag_characters"} & set(kinds_in(once))


@given(st.text(alphabet=st.characters(), max_size=60), st.text(max_size=30))
def test_no_text_makes_extraction_fail_or_leave_what_is_hidden(inner, title):
    try:
        article = read(f"<h2>{title}</h2><p>{inner}</p><pre>{inner}</pre>")
    except ExtractionError:
        return
    article.text.encode()
    article.markdown.encode()
    assert not {"bidi", "tag_characters"} & set(kinds_in(article.markdown))
