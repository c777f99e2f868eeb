"""Pages that stand in an article's place: challenges, captchas, logins, notices that it is gone."""

from __future__ import annotations

import re
from typing import cast

from lxml import etree, html

from crawler.extract import urls
from crawler.extract.document import Document, finder, text_of
from crawler.extract.items import Blocked, Gone, NotAnArticle
from crawler.extract.values import squash

_LONGEST_WALL = 2_000
"""Characters of visible text; what says more is no wall, whatever words it holds."""
_LONGEST_CHALLENGE = 300
_SCRIPT_CHALLENGES = {
    "acw_sc__v2": "a challenge of Alibaba's firewall (acw_sc__v2)",
    "__jsl_clearance": "a challenge of 加速乐 (__jsl_clearance)",
    "/cdn-cgi/challenge-platform/": "a challenge of Cloudflare",
    "TencentCaptcha": "a captcha of Tencent",
    "zh-zse-ck": "a challenge of Zhihu (zse-ck)",
}
_WORDS: tuple[tuple[re.Pattern[str], type[NotAnArticle], str], ...] = (
    (
        re.compile(
            r"安全验证|人机验证|滑动验证|访问异常|异常访问|请求异常|验证码|访问过于频繁|(?:操作|请求|访问).{0,4}频繁"
            r"|访问被拒绝|verify (?:that )?you are (?:a )?human|captcha|access denied|too many requests",
            re.IGNORECASE,
        ),
        Blocked,
        "a check of the visitor",
    ),
    (
        re.compile(
            r"(?:页面|文章|内容|博客|网页|资源)[^。！!]{0,6}(?:不存在|不見了|不见了|找不到|已?被?(?:删除|下架|移除))"
            r"|(?:文章|內容|頁面)[^。！!]{0,6}(?:不存在|被刪除|已刪除)"
            r"|(?:找不到|没有找到|未找到)[^。！!]{0,8}(?:页面|文章|内容|网页)|已被(?:作者)?(?:删除|刪除)"
            r"|^404(?![\w.])"
            r"|\b404[^\w]{0,3}(?:not found|error|错误|页面)|page (?:was )?not found"
            r"|no longer (?:available|exists)",
            re.IGNORECASE,
        ),
        Gone,
        "a notice that the page is not there",
    ),
    (
        re.compile(
            r"登录后.{0,6}(?:查看|阅读|继续|访问|可见)|请先?登录|立即登录|扫码登录|帐号登录|账号登录|密码登录"
        ),
        Blocked,
        "a login page",
    ),
)
_LOGIN_URL = re.compile(r"//passport\.|/(?:login|signin)(?:[/?.]|$)", re.IGNORECASE)
_TITLE = finder("//title")
_TEXTS = etree.XPath(
    "//text()[not(parent::script or parent::style or parent::noscript or parent::title)]", smart_strings=False
)


def refuse_walls(document: Document) -> None:
    """Raise Blocked or Gone for a page without an article that is such a wall; call it for no other page.

    An article *about* captchas is one of these by its words; the caller knows that there is an article.
    """
    seen = _visible(document.root)
    where = f"at {document.url}" if document.url else "in this page"
    for sign, name in _SCRIPT_CHALLENGES.items():
        if sign in document.text and len(seen) < _LONGEST_CHALLENGE:
            raise Blocked(f"{name} stands {where}, no article; try again later, more slowly")
    if document.url and _LOGIN_URL.search(document.url):
        raise Blocked(f"a login page stands {where}, no article; wencun reads public pages only")
    is_short = len(seen) < _LONGEST_WALL
    if is_short or (document.url and urls.is_article(document.url)):
        _refuse(text_of(next(iter(_TITLE(document.root)), None)), where)
    if is_short:
        _refuse(seen, where)


def _refuse(sentence: str, where: str) -> None:
    for pattern, kind, name in _WORDS:
        match = pattern.search(sentence)
        if match:
            raise kind(f"{name} (“{match[0]}”) stands {where}, no article")


def _visible(root: html.HtmlElement) -> str:
    """The page's text without scripts, of which a wall's page may hold more than text."""
    return squash(" ".join(cast("list[str]", _TEXTS(root))))
