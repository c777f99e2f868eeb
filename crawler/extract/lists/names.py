"""Which list a heading names: 热门阅读 is the popular one, 相关推荐 the related one."""

from __future__ import annotations

from typing import Final, NamedTuple

from crawler.extract.items import ListKind, ListScope
from crawler.extract.values import squash


class ListName(NamedTuple):
    """What a heading says of the list under it."""

    list: ListKind
    scope: ListScope
    """Whose list it is on a site with many authors' articles; a site's file may know better."""


_BY_NAME: Final[dict[ListName, str]] = {
    ListName("popular", "site"): """
        热门文章 热门阅读 热门推荐 热门博文 热门资讯 热门内容 热门帖子 热文排行 热门排行 热点文章 热点阅读
        阅读排行 阅读排行榜 阅读榜 点击排行 点击排行榜 浏览排行 文章排行 文章排行榜 排行榜 本周热门 本月热门
        一周热门 今日热门 人气文章 人气排行 大家在看 大家都在看 大家正在看
    """,
    ListName("recent", "site"): """
        最近更新 最新更新 最新文章 最新发布 最新博文 最新资讯 最新内容 最近文章 最近发布
        近期文章 近期更新 近期发布
    """,
    ListName("related", "article"): """
        相关推荐 相关文章 相关阅读 相关内容 相关博文 相关资讯 相关资料 推荐阅读 推荐文章 猜你喜欢 猜您喜欢
        为你推荐 为您推荐 延伸阅读 你可能感兴趣 您可能感兴趣 你可能也喜欢
    """,
}
_TRADITIONAL: Final = str.maketrans(
    "热门阅读资讯内点击浏览发布关荐为您兴欢乐气应帖榜博类",
    "熱門閱讀資訊內點擊瀏覽發佈關薦為您興歡樂氣應帖榜博類",
)
LIST_NAMES: Final[dict[str, ListName]] = {
    spelling: name
    for name, headings in _BY_NAME.items()
    for heading in headings.split()
    for spelling in (
        heading,
        heading.translate(_TRADITIONAL),
        heading.translate(_TRADITIONAL).replace("佈", "布"),
    )
}
"""Heading text, in Simplified and in Traditional characters, to the list it names."""

_LONGEST: Final = 40
_MORE: Final = ("更多", "more", "More", "MORE")
_CONTROLS = """
    更多 more More MORE 查看更多 加载更多 更多文章 换一换 换一批 展开 收起 全部 查看全部
    阅读全文 阅读更多 首页 上一页 下一页 登录 注册 搜索
"""
_BESIDE: Final = frozenset(_CONTROLS.split())


def list_name(heading: str) -> ListName | None:
    """Return which list `heading` names, ornaments and a trailing 更多 aside; None for any other text."""
    if len(heading) > _LONGEST:
        return None
    text = bare_heading(heading)
    return LIST_NAMES.get(text)


def bare_heading(heading: str) -> str:
    """Return a heading without brackets, colons and other ornaments around it, and without 更多 after it."""
    text = _trim(squash(heading))
    if not text.endswith(_MORE):
        return text
    for more in _MORE:
        text = _trim(text.removesuffix(more)) or text
    return text


def is_control(text: str) -> bool:
    """Is a text such as 更多 and 换一批, that stands beside lists and is neither heading nor entry?"""
    return len(text) <= _LONGEST and _trim(text) in _BESIDE


def _trim(text: str) -> str:
    if text[:1].isalnum() and text[-1].isalnum():
        return text
    start, end = 0, len(text)
    while start < end and not text[start].isalnum():
        start += 1
    while end > start and not text[end - 1].isalnum():
        end -= 1
    return text[start:end]
