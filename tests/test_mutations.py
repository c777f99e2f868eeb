"""Golden pages damaged at random, ten thousand of them: an article that holds together, or a typed error."""

from __future__ import annotations

import itertools
import json
import random
import re
import time
from collections import Counter
from html import unescape
from pathlib import Path

import pytest
from lxml import etree
from mutating import mutated

from crawler.extract import Page, extract
from crawler.extract.body.junk import DROPPED_CLASSES, DROPPED_TAGS
from crawler.extract.document import Document
from crawler.extract.document.decoding import decode
from crawler.extract.hiding import is_hidden
from crawler.extract.items import Article, ExtractionError

FIXTURES = Path(__file__).parent / "fixtures"
GOLDEN = [path for path in sorted(FIXTURES.glob("*/*.html")) if path.with_suffix(".json").exists()]
MUTATED = 10_000
SECONDS = 1.0
"""Of processor time, for one page."""
ESCAPE = re.compile(r"\\u([\da-fA-F]{4})")
"""Of a script that holds the article as data."""
CHINESE = re.compile("[\u4e00-\u9fff]")
SPECIAL = re.compile(
    rb"katex|<pre|dp-|hide-article-box|readmore|-mask|article-bar|copyright|toolbox", re.IGNORECASE
)
"""What makes a body more than prose: formulas, listings, boxes of the site."""
BOXES = {"recommend-box"}
"""Boxes of the site that damage may move into a body."""


def letters(text: str) -> Counter[str]:
    return Counter(CHINESE.findall(text))


def holds_together(article: Article, page: Page) -> None:
    """Answers are slices in order, and no Chinese letter is shown more often than the page has it."""
    for answer in article.answers:
        assert article.text[answer.start : answer.end] == answer.text
        assert article.markdown[answer.markdown_start : answer.markdown_end] == answer.markdown
    for one, next_one in itertools.pairwise(article.answers):
        assert one.end <= next_one.start
        assert one.markdown_end <= next_one.markdown_start
    if article.site == "generic":  # a library finds its text, and may show twice what damage left open
        return
    held = ESCAPE.sub(lambda code: chr(int(code[1], 16)), decode(page).text)
    surplus = letters(article.text) - letters(unescape(held))
    assert not surplus


def shown_in(element: etree._Element) -> str:
    """The text below an element that a body of prose shows, by plain recursion."""
    parts = [element.text or ""]
    for child in element:
        classes = child.get("class", "").split()
        dropped = child.tag in DROPPED_TAGS or not (DROPPED_CLASSES | BOXES).isdisjoint(classes)
        hidden = is_hidden(child) or child.get("id", "").endswith("-toc")
        parts += ["" if dropped or hidden else shown_in(child), child.tail or ""]
    return "".join(parts)


def loses_nothing(article: Article, page: Page) -> None:
    """Every Chinese letter that the body of a page of CSDN shows is in the text."""
    root = Document.of(page).root
    for body in (root.xpath("id('content_views')") or root.xpath("id('article_content')"))[:1]:
        assert not letters(shown_in(body)) - letters(article.text)


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_damaged_page_is_an_article_that_holds_together_or_a_typed_error(path):
    whole, url = path.read_bytes(), json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))["url"]
    for number in range(MUTATED // len(GOLDEN) + 1):
        choose = random.Random(f"{path.parent.name}/{path.stem} {number}")
        page = Page(url=url, body=mutated(whole, choose))
        before = time.process_time()
        try:
            article = extract(page)
        except ExtractionError as error:
            article = None
            assert str(error)
        assert time.process_time() - before < SECONDS, number
        if article is not None:
            holds_together(article, page)
            if article.site == "csdn" and article.layout.startswith("G") and not SPECIAL.search(page.body):
                loses_nothing(article, page)


def test_at_least_twenty_golden_pages_are_damaged():
    assert len(GOLDEN) >= 20
