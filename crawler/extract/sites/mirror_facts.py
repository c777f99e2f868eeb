"""What copies of articles print around them: glued bylines, breadcrumbs, where the text is from."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from crawler.extract.bylines import read_byline
from crawler.extract.document import Document
from crawler.extract.lists.marks import loose_mark
from crawler.extract.lists.outline import Segment
from crawler.extract.urls import absolute, is_article, parts
from crawler.extract.values import Count, Moment
from crawler.extract.values.licences import creative_commons
from crawler.extract.values.relative_times import read_time

_LONGEST_BYLINE: Final = 60
_LONGEST_NOTICE: Final = 300
_SUMMARY = re.compile(r"(?:简介|摘要|簡介)[:：]")
_SENTENCE = re.compile(r"[，。；！？,;!?]")
_OTHER_TIME = re.compile(r"最新推荐|更新|修改|编辑于|編輯於")
_GLUED_AUTHOR = re.compile(
    r"(?P<author>[^\s:：|<>/\d][^\s:：|<>/]{0,29}?)"
    r" ?(?:发表|發表|发布|發佈|發布|釋出)[于於在] ?(?:19|20)\d\d\D"
)
_GLUED = re.compile(
    r"\d(?:未知|佚名|匿名)|(?:来源|來源|作者) ?[:：] ?(?:未知|佚名|匿名)|(?<!\d)(?<!\d )次(?:阅读|閱讀)"
    r"|量[:：]?\d+(?:简介|摘要|簡介)|[^\s\d:：](?:发表|發表|釋出)[于於](?:19|20)\d\d|被(?:阅读|閱讀)\d+次"
)
_SIGNED = re.compile(r"作者 ?[:：] ?(?P<author>[^\s|·:：<>]{1,30})")
_NOBODY: Final = frozenset({"未知", "佚名", "匿名", "admin", "网络", "網絡", "互联网", "本站"})
_CRUMBS = re.compile(r"(?:当前位置|當前位置|您的位置|您现在的位置|您現在的位置) ?[:：]?")
_CRUMB_MARKS = re.compile(r"(?<!\s)\s*+(?:>++|»|›|→|＞)\s*+")
_MOST_CRUMBS: Final = 10
_TEXT_CRUMBS: Final = frozenset({"正文", "内容", "內容", "文章正文", "详情"})
_ORIGIN = re.compile(
    r"(?<![一-鿿])(?:本文|文章|内容|內容)?(?:原文(?:链接|地址|出处|来源|鏈接|連結|網址|网址|出處)"
    r"|(?:转载|轉載|转|轉|摘|搬运|来|來)自|(?:来源|來源|出处|出處)(?:地址|链接)?[:：])"
)
"""Not 数据来源, 图片来源, 论文原文链接: those are of something in the text."""
_NOTICE = re.compile(r"本文为(?:CSDN)?博主[「『“\"](?P<author>[^「」『』“”\"]{1,40})[」』”\"]的原创")
_ENDING = re.compile(
    r"本文字数|本文字數|(?:阅读|閱讀)完(?:需|成)|发布者[:：]|發佈者[:：]|版权声明|版權聲明|转载请注明|轉載請註明"
)
_LICENCE = re.compile(r"协议|協議|许可|許可|授权|授權|licen[cs]e", re.IGNORECASE)
_ADDRESS = re.compile(r"https?://[\w.\-/?=&%#~+:@]{4,300}", re.ASCII)
_DISCLAIMER = re.compile(
    r"(?:内容|文章|资料|資料|內容)(?:部分|均|全部|大都)?(?:来自|来源于|源自|來自|來源於|转载自|收集自|采集自)于?"
    r"(?:互联网|网络|網絡|網路)|(?:侵权|侵權)[^。]{0,20}(?:删除|刪除)"
)


@dataclass(frozen=True, slots=True)
class Line:
    """A short text of a page."""

    text: str
    segment: Segment


@dataclass(frozen=True, slots=True, kw_only=True)
class Byline:
    """What the lines around a copy's title say."""

    published: Moment | None
    reads: Count | None
    author: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """What a copy says of where it was taken from."""

    url: str | None
    author: str | None
    licence: str | None


def read_lines(segments: Sequence[Segment]) -> list[Line]:
    """Return the texts of a page that are short enough for what is looked for here, in page order."""
    return [Line(text, segment) for segment in segments if len(text := segment.text) <= _LONGEST_NOTICE]


def read_mirror_byline(lines: Sequence[str], *, seen_at: datetime | None = None) -> Byline:
    """Return what short texts around a title say, in whatever way they are glued together.

    A time there is the publication's though no word says so; one that a word calls an edit's is not.
    `次阅读` without a number is no count, nor are 阅读完需 and 本文字数.
    """
    heads = [_SUMMARY.split(line, maxsplit=1)[0].strip() for line in lines]
    said = read_byline(heads, seen_at=seen_at)
    own = [head for head in heads if _is_byline(head)]
    published = said.published or next((found for head in own if (found := _time_in(head, seen_at))), None)
    names = (match["author"] for head in own if (match := _SIGNED.search(head) or _GLUED_AUTHOR.match(head)))
    author = next((name for name in names if name not in _NOBODY), None)
    return Byline(published=published, reads=said.reads, author=author)


def is_byline_of_copy(text: str) -> bool:
    """Is a text a line such as `2023-06-07 01:16未知服务器之家`, with a time and no sentence?"""
    head, *summary = _SUMMARY.split(text, maxsplit=1)
    return (
        len("".join(summary)) <= _LONGEST_NOTICE
        and _is_byline(head.strip())
        and _time_in(head, None) is not None
    )


def is_sentence(text: str) -> bool:
    """Is a text prose and no byline, glued to a summary or not?"""
    return _SENTENCE.search(_SUMMARY.split(text, maxsplit=1)[0]) is not None


def is_glued(text: str) -> bool:
    """Is a text a byline glued together as only copies print it: an author unknown, no count, a summary?"""
    return _GLUED.search(text) is not None and is_byline_of_copy(text)


def _time_in(line: str, seen_at: datetime | None) -> Moment | None:
    mark = loose_mark([line])
    return read_time(mark.time, seen_at=seen_at) if mark is not None and mark.time else None


def _is_byline(text: str) -> bool:
    return len(text) <= _LONGEST_BYLINE and not _SENTENCE.search(text) and not _OTHER_TIME.search(text)


def read_crumbs(lines: Sequence[Line]) -> tuple[str, ...]:
    """Return the steps of a breadcrumb, such as 首页, news, 正文; empty where the page has none."""
    for index, line in enumerate(lines):
        if _CRUMBS.match(line.text):
            block = line.segment.block
            parts = [one.text for one in lines[index : index + _MOST_CRUMBS] if one.segment.block is block]
            steps = _CRUMB_MARKS.split(_CRUMBS.sub("", " ".join(parts), count=1))
            return tuple(step.strip() for step in steps if step.strip())
    return ()


def is_crumbs(text: str) -> bool:
    """Is a text a breadcrumb?"""
    return (
        len(text) <= _LONGEST_NOTICE and _CRUMBS.match(text) is not None and bool(_CRUMB_MARKS.search(text))
    )


def leads_to_text(crumbs: Sequence[str]) -> bool:
    """Does a breadcrumb end in 正文, as those of content systems do?"""
    return len(crumbs) > 1 and crumbs[-1] in _TEXT_CRUMBS


def category(crumbs: Sequence[str]) -> str | None:
    """Return what stands between the home page and 正文 in a breadcrumb."""
    return next(iter(crumbs[1:-1]), None) if leads_to_text(crumbs) else None


def read_origin(lines: Sequence[Line], document: Document) -> Origin | None:
    """Return where a page says its text is from; None where it says nothing, or names several places."""
    signed = next((match for line in lines if (match := _NOTICE.search(line.text))), None)
    urls = set(_origins(lines, document))
    if signed is None and len(urls) != 1:
        return None
    licensed = (creative_commons(line.text) for line in lines if _LICENCE.search(line.text))
    return Origin(
        url=urls.pop() if len(urls) == 1 else None,
        author=signed["author"] if signed else None,
        licence=next(filter(None, licensed), None),
    )


def is_ending(text: str) -> bool:
    """Is a text one that copies put after the article: where it is from, whose it is, how long it is?"""
    if len(text) > _LONGEST_NOTICE:
        return False
    return any(way.match(text) for way in (_ORIGIN, _ENDING)) or _NOTICE.search(text) is not None


def disclaims(lines: Sequence[Line]) -> bool:
    """Does a page say that its texts come from elsewhere?"""
    return any(_DISCLAIMER.search(line.text) for line in lines)


def _origins(lines: Sequence[Line], document: Document) -> Iterator[str]:
    own = document.url or document.canonical_link
    for index, line in enumerate(lines):
        if not (said := _ORIGIN.search(line.text)):
            continue
        written = _ADDRESS.search(line.text, said.end())
        beside = (one.segment for one in lines[index : index + 2])
        linked = next((s.link for s in beside if s.block is line.segment.block and s.link is not None), None)
        href = written[0] if written else linked.get("href", "") if linked is not None else ""
        url = absolute(href, document.base) if href else None
        if url is not None and _leads_out(url, own):
            yield url


def _leads_out(url: str, own: str | None) -> bool:
    """Does an address lead to a page of another site, and not only to its home?"""
    split, here = parts(url), parts(own)
    if split is None or (here is not None and split.hostname == here.hostname):
        return False
    return (
        is_article(url) or split.path.count("/") > 1 or bool(split.query) or len(split.path) > len("/index")
    )
