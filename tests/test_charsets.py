"""The right text of a page under a wrong label, or a flag."""

from __future__ import annotations

import time

import pytest
from mislabelled import Mislabelled, pages

from crawler.extract import extract
from crawler.extract.document import Document
from crawler.extract.document.charsets import choose, codec_of, is_garbled
from crawler.extract.document.decoding import Decoded, decode
from crawler.extract.items import Page

LEAST_RIGHT = 0.995
GENUINE = {
    "cp1252": "Le café est très bon, où êtes-vous ? L'été dernier, j'ai mangé à la crêperie.",
    "cp1251": "Скорость обучения определяет, насколько далеко идёт каждый шаг модели.",
    "euc_kr": "학습률은 모델이 한 번에 얼마나 크게 움직이는지를 결정합니다.",
    "shift_jis": "学習率は、モデルが一歩でどれだけ進むかを決めます。カタカナもあります。",
}


def decoded(body: bytes, label: str | None = None) -> Decoded:
    return decode(Page(url=None, body=body, content_type=f"text/html; charset={label}" if label else None))


def is_right(page: Mislabelled, read: Decoded) -> bool:
    root = Document.of(Page(url=None, body=page.body), read).root
    lines = [line.text_content().replace("\ufffd", "").rstrip() for line in root.iter("p")]
    return lines == [line.rstrip() for line in page.lines]


def test_mislabelled_pages_are_read_right_or_flagged():
    read = [
        (page, decode(Page(url=None, body=page.body, content_type=page.content_type))) for page in pages()
    ]
    assert len(read) >= 300
    assert len({page.way for page, _ in read}) >= 5
    wrong = [(page, found) for page, found in read if not is_right(page, found)]
    assert len(wrong) <= (1 - LEAST_RIGHT) * len(read)
    assert not [page for page, found in wrong if not found.is_doubtful], "mojibake in silence"
    sound = [found for page, found in read if page.way != "half a character"]
    assert not any(found.is_doubtful for found in sound)


@pytest.mark.parametrize(("encoding", "text"), GENUINE.items())
def test_pages_in_other_languages_are_what_their_label_says(encoding, text):
    read = decoded(f"<p>{text}</p>".encode(encoding), encoding)
    assert (text in read.text, read.encoding) == (True, encoding)


@pytest.mark.parametrize("label", ["utf-16", "utf-7", "unicode_escape", "rot13", "zip", "no such thing"])
def test_a_label_that_no_page_is_written_in_says_nothing(label):
    assert codec_of(label) is None
    assert decoded("<p>\\u0041+AGE- 学习率</p>".encode(), label).text == "<p>\\u0041+AGE- 学习率</p>"


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_is_known_without_a_mark(encoding):
    page = "<html><body><p>一个超参数，一步走多远。</p></body></html>"
    assert decoded(page.encode(encoding), "utf-8").text == page


def test_few_characters_of_utf_8_are_believed_against_a_label():
    for text in ("中", "你好 naïve", "café"):
        for label in ("gbk", "big5", "iso-8859-1"):
            assert decoded(f"<p>{text}</p>".encode(), label).text == f"<p>{text}</p>"


@pytest.mark.parametrize("encoding", ["gb18030", "cp950"])
def test_a_lost_byte_costs_one_character_and_not_its_line(encoding):
    before, after = "<p>我們昨天說到", "的問題，後來大家都明白了，原來是這樣做的。</p>"
    read = decoded(before.encode(encoding) + "率".encode(encoding)[:1] + after.encode(encoding))
    assert read.text.startswith(before)
    assert read.text.endswith("後來大家都明白了，原來是這樣做的。</p>")
    assert read.is_doubtful


def test_a_drawing_of_frames_is_no_damage():
    text = "<pre>" + "　┏┓　┏┓\n┏┛┻━━┛┻┓\n┃　　　　┃\n" * 5 + "</pre><p>我们用它来祈求代码没有问题。"
    read = decoded(text.encode("gb18030"), "gbk")
    assert (read.text, read.is_doubtful) == (text, False)


def test_a_text_that_was_published_garbled_is_told_from_one_about_it():
    assert is_garbled("å\xad¦ä¹\xa0çŽ‡æ˜¯ä»€ä¹ˆ" * 3)
    assert is_garbled("锟斤拷锟斤拷锟斤拷学习")
    assert is_garbled("学习\ufffd率")
    assert not is_garbled("锟斤拷是怎么来的？" + "先说编码，再说显示。" * 200)
    assert not is_garbled("Le café était très animé, ça va, déjà vu." * 9)


def test_choosing_takes_time_in_proportion_to_the_page():
    before = time.process_time()
    for unit in ("学习率".encode("gbk"), b"\xb5", b"\x81\x30", b"\xff\xfe", b"\xa4\xe9a"):
        choose(unit * (2**21 // len(unit)), ["gb18030", "cp950", "euc_kr"])
    assert time.process_time() - before < 10


def test_a_doubtful_page_is_an_article_with_a_flag():
    lines = "<p>我们昨天说到的问题，后来大家都明白了，原来是这样做的。</p>" * 9
    page = f"<html><head><title>学习率</title></head><body><h1>学习率</h1><article>{lines}".encode("gbk")
    assert "encoding_doubtful" not in extract(Page(url=None, body=page)).flags
    assert "encoding_doubtful" in extract(Page(url=None, body=page[:-9])).flags
    assert extract(Page(url=None, body=page.replace(b"<p>", b"<p>\0", 1))).flags[-1] == "control_characters"
