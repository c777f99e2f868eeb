"""Whose page it is, where a site has hosts of its own."""

from __future__ import annotations

import pytest

from crawler.extract.document import Document
from crawler.extract.items import Blocked, Page, SourcePage
from crawler.extract.sites.own_host import is_elsewhere, without_article

HOSTS = {"juejin.cn"}


def page(url, text="列表", head=""):
    return Document.of(
        Page(url=url, body=f"<html><head>{head}</head><body><p>{text}</p></body></html>".encode())
    )


def test_a_page_without_a_url_may_be_any_sites():
    assert page(None).host == ""
    assert not is_elsewhere(page(None), HOSTS)
    assert without_article(page(None), site="juejin", layout="2021") is None
    assert is_elsewhere(page("https://example.com/"), HOSTS)
    assert not is_elsewhere(page("HTTPS://Juejin.CN:443/pins"), HOSTS)


def test_a_saved_page_is_of_the_host_that_its_canonical_link_names():
    canonical = '<link rel="canonical" href="https://juejin.cn/post/7315126213624578098">'
    assert page(None, head=canonical).host == "juejin.cn"
    assert is_elsewhere(page(None, head=canonical), {"www.zhihu.com"})
    assert page("https://example.com/a", head=canonical).host == "example.com"


def test_a_page_with_an_articles_url_and_no_article_is_left_to_the_one_who_says_what_is_missing():
    article = page("https://juejin.cn/post/7315126213624578098")
    assert without_article(article, site="juejin", layout="2021") == "2021"


def test_any_other_page_of_the_host_is_a_list_or_a_wall():
    with pytest.raises(SourcePage, match=r"juejin\.cn/pins is one of juejin's lists"):
        without_article(page("https://juejin.cn/pins"), site="juejin", layout="2021")
    with pytest.raises(Blocked):
        without_article(page("https://juejin.cn/pins", "请完成安全验证"), site="juejin", layout="2021")
