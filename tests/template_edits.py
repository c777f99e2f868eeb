"""Edits of a site's template, as sites make them: functions from a page to the page afterwards.

Those of `EDITS` find their places by what was read off the page, so that they edit the pages of any site;
`HELD_OUT` are for MadeSite.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Iterable
from copy import deepcopy
from html import escape
from itertools import islice

from drifting import Edit
from lxml.html import HtmlElement, document_fromstring, fragment_fromstring, tostring
from page_parts import body_of, holders, list_of, said, squeezed

from crawler.extract.items import Article, SidebarItem

_AD = "【限时】三个月学会人工智能，点此免费领取全套资料"
_AD_TITLE = "三个月学会安卓，包就业"
_AD_URL = "https://ads.example/1"
_SITE_NAME = "技术社区"
_CHANGED = "2024-12-30"
_DAY = re.compile(r"(20\d\d)([-/.年])(\d{1,2})([-/.月])(\d{1,2})")


def _on_tree(change: Callable[[HtmlElement, Article], None]) -> Edit:
    """Return the edit that changes a page's tree."""

    def edit(html: str, article: Article) -> str:
        root = document_fromstring(html)
        change(root, article)
        return str(tostring(root, encoding="unicode", doctype="<!DOCTYPE html>"))

    return edit


def _sub(pattern: str, to: str) -> Edit:
    return lambda html, _: re.sub(pattern, to, html, flags=re.DOTALL)


def _rename(elements: Iterable[HtmlElement | None]) -> None:
    """Give elements classes and ids that say nothing."""
    for element in elements:
        if element is not None:
            for name in {"class", "id", "itemprop", "rel"}.intersection(element.attrib):
                element.set(name, f"c{zlib.crc32(element.get(name).encode()) % 10_000}")


def _rename_title(root: HtmlElement, article: Article) -> None:
    _rename(element for element in holders(root, article.title) if said(element) == squeezed(article.title))


def _rename_body(root: HtmlElement, article: Article) -> None:
    body = body_of(root, article)
    if body is not None:
        _rename((body, body.getparent()))


def _rename_holders(name: str) -> Edit:
    """Rename what holds the value of a field."""

    def change(root: HtmlElement, article: Article) -> None:
        for element in holders(root, getattr(article, name)):
            _rename((element, element.getparent()))

    return _on_tree(change)


def _first_list(root: HtmlElement, article: Article) -> tuple[HtmlElement | None, list[SidebarItem]]:
    entries = [entry for entry in article.sidebar if entry.list == article.sidebar[0].list]
    return list_of(root, entries), entries


def _rename_list(root: HtmlElement, article: Article) -> None:
    found, _ = _first_list(root, article)
    if found is not None:
        _rename((*found.iter(), *islice(found.iterancestors("div", "aside", "section"), 2)))


def _move_list(root: HtmlElement, article: Article) -> None:
    """Put a list at the end of the article, under no name."""
    found, _ = _first_list(root, article)
    body = body_of(root, article)
    if found is not None and body is not None and found not in body.iterancestors():
        _rename(found.iter())
        body.append(found)


def _restyle_headings(root: HtmlElement, article: Article) -> None:
    """Make plain lines of the names above the answers, in other words."""
    for answer in article.answers:
        for element in holders(root, answer.label):
            if said(element).rstrip("：:") == squeezed(answer.label).rstrip("：:"):
                name = answer.label.strip()
                element.getparent().replace(element, fragment_fromstring(f"<p><i></i>下面来听听{name}</p>"))


def _insert_ad(root: HtmlElement, article: Article) -> None:
    body = body_of(root, article)
    if body is not None:
        body.insert(len(body) // 2, fragment_fromstring(f"<p>{_AD}</p>"))


def _insert_ad_entry(root: HtmlElement, article: Article) -> None:
    """Let an entry like the first lead to a shop."""
    found, entries = _first_list(root, article)
    if found is None:
        return
    entry = found
    if len(entries) > 1:
        entry = next((child for child in found if squeezed(entries[0].title) in said(child)), found)
    ad = deepcopy(entry)
    for inner in ad.iter("a"):
        inner.set("href", _AD_URL)
    for inner in ad.iter():
        if inner.text and squeezed(entries[0].title) in squeezed(inner.text):
            inner.text = _AD_TITLE
    entry.addprevious(ad)


def _cut_body(root: HtmlElement, article: Article) -> None:
    """Leave a third of what the body says, as a fold does."""
    body = body_of(root, article)
    if body is None:
        return
    left = len(body.text_content()) // 3
    for text in list(body.xpath(".//text()")):
        setattr(text.getparent(), "text" if text.is_text else "tail", text[: max(0, left)])
        left -= len(text)


def _replace(name: str, to: Callable[[Article], str | None]) -> Edit:
    """Show and embed something else in the place of a field's value."""

    def edit(html: str, article: Article) -> str:
        old, new = getattr(article, name), to(article)
        if not old or not new:
            return html
        old, new = escape(old), escape(new)
        return re.sub(rf"(?<=[>\"'\s]){re.escape(old)}(?=[<\"'\s])", lambda _: new, html)

    return edit


def _date_of_list(article: Article) -> str | None:
    """Return what the page shows as its date, with the day of an entry, or of the site's last change."""
    shown = next((entry.shown_at_shown for entry in article.sidebar if entry.shown_at_shown), _CHANGED)
    day = _DAY.search(shown) or _DAY.search(_CHANGED)
    return day and _DAY.sub(
        lambda old: f"{day[1]}{old[2]}{day[3]}{old[4]}{day[5]}", article.published_shown or ""
    )


def _likes_for_reads(article: Article) -> str | None:
    likes = article.like_count or article.comment_count
    return re.sub(r"[\d.,]+(万|[kKw]\+?)?", str(likes), article.read_count_shown or "") if likes else None


EDITS: dict[str, Edit] = {
    "title class renamed": _on_tree(_rename_title),
    "body id renamed": _on_tree(_rename_body),
    "date class renamed": _rename_holders("published_shown"),
    "author class renamed": _rename_holders("author"),
    "read count class renamed": _rename_holders("read_count_shown"),
    "list renamed": _on_tree(_rename_list),
    "list moved into the body": _on_tree(_move_list),
    "answers' headings are plain lines": _on_tree(_restyle_headings),
    "ad inserted into the body": _on_tree(_insert_ad),
    "ad inserted into a list": _on_tree(_insert_ad_entry),
    "date is that of a recommended entry": _replace("published_shown", _date_of_list),
    "read count is that of likes": _replace("read_count_shown", _likes_for_reads),
    "author is the site": _replace("author", lambda _: _SITE_NAME),
    "title has a suffix": _replace("title", lambda article: f"{article.title}_大数据开发者社区"),
    "body is cut behind a fold": _on_tree(_cut_body),
}
NO_DATES: Edit = _sub(r'class="time"|class="up-time"', 'class="when"')
"""For MadeSite: the class of its dates is another, and nothing else."""
HELD_OUT: dict[str, Edit] = {
    "dates in another order": _sub(r"于 (\d{4})-(\d\d)-(\d\d) [\d:]+ (发布|首次发布|修改)", r"\2/\3/\1"),
    "likes' id renamed": _sub(r'id="blog-digg-num"', 'id="digg"'),
    "labels name unknown models": _sub(r"<h2>(.*?)</h2>", r"<h4>模型：神秘\1号机</h4>"),
    "recent list renamed": _sub("asideNewArticle|inf_list|最新文章", "x"),
    "popular list without counts": _sub(r'<span class="read">\d+</span>', ""),
    "all dates are today's": _sub(r"于 \d{4}-\d\d-\d\d [\d:]+ (发布|首次发布)", r"于 2024-12-30 08:00:00 \1"),
    "all read counts are one": _sub(r'class="read-count">\d+ 阅读', 'class="read-count">2024 阅读'),
    "read count has a digit more": _sub(r'class="read-count">(\d+) 阅读', r'class="read-count">\g<1>7 阅读'),
    "line put at the end": _sub(
        "\n</div></div></article>", "<p>更多内容请关注公众号</p></div></div></article>"
    ),
    "title has a prefix": _sub(r'(id="articleContentId">)', r"\1【转】"),
    "title is the site's": _sub(r"(<h1[^>]*>).*?</h1>", r"\1博客园地</h1>"),
    "related list without links": _sub(r'<h4><a href="[^"]*">', "<h4><a>"),
    "related list cut to half": _sub(r'(<div class="recommend-item-box">.*?</div></div>){4}', ""),
    "body twice": _sub(r'markdown_views">\n(.*?)\n</div>', r'markdown_views">\n\1\1\n</div>'),
    "author is one word for all": _sub(r'(class="follow-nickName"[^>]*|id="uid")>[^<]*<', r"\1>会员<"),
    "page is an empty frame": _sub("<main>.*</aside>", "<div id=app></div>"),
    "body is for members": _sub(
        "</article>", '<div class="hide-article-box"><a>开通会员，解锁全文</a></div></article>'
    ),
}
"""Edits that nothing was tuned by, but for those of a digit more and of members."""
