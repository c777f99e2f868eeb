"""Pages that write about models, in every structure that answers have too: none of them holds an answer."""

from __future__ import annotations

import pytest
from answer_forms import aggregator, csdn
from confusing_pages import Confusing, confusing_pages

from crawler.extract import Page, extract

PAGES = confusing_pages()
PADDING = "<p>这篇文章整理了一些资料，仅供参考，欢迎在评论区补充。</p>"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: f"{page.structure}: {page.title}")
def test_nobody_was_asked(page: Confusing) -> None:
    padded = PADDING + page.content + PADDING
    for body in (csdn(page.title, page.content), csdn(page.title, padded), aggregator(page.title, padded)):
        article = extract(Page(url=None, body=body))
        assert [a.label for a in article.answers if a.confidence >= 0.5] == []


def test_they_are_many_and_diverse() -> None:
    assert len(PAGES) >= 200
    assert len({page.structure for page in PAGES}) >= 100
    assert len({(page.title, page.content) for page in PAGES}) == len(PAGES)
