"""An article that breaks a rule is a typed failure with a message, and never stored."""

from __future__ import annotations

from dataclasses import replace

import pytest

from crawler.extract import Page, extract
from crawler.extract.checks import check
from crawler.extract.items import FieldMissing

MARKUP = """<main><h1 class="title-article">2024-05-11 问AI:学习率是什么</h1><div id="content_views">
<h2>文心一言</h2><p>步长。</p><h2>豆包</h2><p>幅度。</p></div></main>
<div class="aside-box"><h3 class="aside-title">热门文章</h3><ul><li><a href="https://blog.csdn.net/a/article/details/1">甲
<span class="read">12</span></a></li></ul></div>"""


@pytest.fixture(scope="module")
def article():
    return extract(Page(url="https://blog.csdn.net/a/article/details/9", body=MARKUP.encode()))


def broken(article):
    first, second = article.answers
    entry = article.sidebar[0]
    yield "no title", replace(article, title=" ")
    yield "no body", replace(article, text="", markdown="", answers=())
    yield "no slice", replace(article, answers=(replace(first, text="别的"), second))
    yield "out of order", replace(article, answers=(second, first))
    yield "beyond", replace(article, read_count=2**63)
    yield "negative", replace(article, sidebar=(replace(entry, read_count=-1),))
    yield "no title", replace(article, sidebar=(replace(entry, title=""),))
    yield "one rank", replace(article, sidebar=(entry, entry))


def test_every_rule_has_its_message(article):
    assert check(article) is article
    for said, wrong in broken(article):
        with pytest.raises(FieldMissing, match=said) as caught:
            check(wrong)
        assert article.url in str(caught.value)
