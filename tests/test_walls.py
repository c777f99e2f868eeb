"""What stands in an article's place is told apart from an article about it."""

from __future__ import annotations

import pytest

from crawler.extract.document import Document
from crawler.extract.items import Blocked, Gone, Page
from crawler.extract.walls import refuse_walls


def refuse(markup, url=None):
    refuse_walls(Document.of(Page(url=url, body=markup.encode())))


@pytest.mark.parametrize(
    "markup",
    [
        "<html><script>var arg1='0123';document.cookie='acw_sc__v2='+arg1;location.reload()</script></html>",
        "<script>document.cookie=('__jsl_clearance=1')</script>",
        "<title>访问异常</title><p>系统检测到您操作过于频繁，请输入验证码</p>",
        "<p>请完成安全验证</p>",
        "<title>Just a moment</title><p>Please verify that you are human</p>",
        "<p>登录后查看全文</p><form><input type=password></form>",
    ],
)
def test_a_challenge_or_login_page_is_blocked(markup):
    with pytest.raises(Blocked):
        refuse(markup)


@pytest.mark.parametrize(
    "markup",
    [
        "<title>404</title><p>抱歉，您访问的页面不存在</p>",
        "<p>该文章已被作者删除</p>",
        "<h1>404 Not Found</h1>",
        "<p>內容已被刪除</p>",
    ],
)
def test_a_notice_that_the_page_is_not_there_is_gone(markup):
    with pytest.raises(Gone):
        refuse(markup)


def test_the_place_that_a_redirect_led_to_tells_a_login_page():
    with pytest.raises(Blocked, match=r"passport\.csdn\.net"):
        refuse("<p>欢迎</p>", url="https://passport.csdn.net/login?from=x")


def test_the_title_tells_in_an_articles_place_however_long_the_page_is():
    markup = "<title>404 页面不存在</title>" + "<p>导航与推荐</p>" * 900
    refuse(markup)
    with pytest.raises(Gone):
        refuse(markup, url="https://blog.csdn.net/a/article/details/1")


def test_a_long_page_that_speaks_of_captchas_and_404_is_no_wall():
    refuse("<title>验证码识别</title>" + "<p>本文讲解验证码、登录后查看与 404 Not Found 的原理。</p>" * 100)


def test_an_ordinary_short_page_is_no_wall():
    refuse("<title>关于</title><p>这里是关于本站的一页，共有404篇文章。</p><script>var captcha = 1;</script>")
