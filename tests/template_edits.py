"""Edits of a made site's template, as sites make them: functions from a page to the page afterwards."""

from __future__ import annotations

import re

from drifting import Edit

_AD = "<p>【限时】三个月学会人工智能，点此免费领取全套资料</p>"
_AD_ENTRY = '<li><a href="https://ads.example/1">三个月学会安卓，包就业</a></li>'
_AD_BOX = _AD_ENTRY.replace("<li>", '<div class="recommend-item-box"><h4>').replace("</li>", "</h4></div>")


def _sub(pattern: str, to: str) -> Edit:
    return lambda html: re.sub(pattern, to, html, flags=re.DOTALL)


def _middle(insert: str) -> Edit:
    """Put something into the middle of the body."""

    def edit(html: str) -> str:
        places = [found.end() for found in re.finditer("</p>", html[: html.index("</article>")])]
        place = places[len(places) // 2]
        return html[:place] + insert + html[place:]

    return edit


def _cut_text(html: str) -> str:
    """Leave a third of the body, as a fold does."""
    start, end = html.index('markdown_views">') + 16, html.index("\n</div></div></article>")
    paragraphs = html[start:end].split("</p>")
    return html[:start] + "</p>".join(paragraphs[: max(1, len(paragraphs) // 3)]) + "</p>" + html[end:]


def _date_of_list(html: str) -> str:
    found = re.search(r"(\d{4}-\d\d-\d\d) 10:\d\d:\d\d", html)
    assert found
    return re.sub(r"于 \d{4}-\d\d-\d\d [\d:]+ (发布|首次发布)", f"于 {found[0]} \\1", html)


def _reads_of_likes(html: str) -> str:
    likes = re.search(r"点赞数 (\d+)", html)
    assert likes
    return re.sub(r'class="read-count">\d+ 阅读', f'class="read-count">{likes[1]} 阅读', html)


def _list_into_body(html: str) -> str:
    """Move the sidebar's list into the article."""
    found = re.search(r'<div id="asideHotArticle".*?</ul></div>', html)
    assert found
    html = html.replace(found[0], "")
    moved = found[0].replace("asideHotArticle", "box7").replace("aside-title", "t").replace("aside-box", "b")
    return html.replace(
        "\n</div></div></article>", moved.replace("hotArticle-list", "l") + "</div></div></article>"
    )


EDITS: dict[str, Edit] = {
    "title class renamed": _sub(r'<h1 class="title-article" id="articleContentId">', '<h1 class="headline">'),
    "body id renamed": _sub(r'id="content_views"|id="article_content"', 'id="richtext"'),
    "date class renamed": _sub(r'class="time"|class="up-time"', 'class="when"'),
    "author class renamed": _sub(r'class="follow-nickName"|id="uid"', 'class="who"'),
    "read count class renamed": _sub(r'class="read-count">', 'class="views">'),
    "related list renamed": _sub(r"recommend-(item-)?box", r"feed-\1card"),
    "popular list moved into the body": _list_into_body,
    "answers' headings are plain divs": _sub(
        r"<h2>(.*?)</h2><p>", r'<div class="who-said"><i></i>\1：</div><p>回答如下：'
    ),
    "ad inserted into the body": _middle(_AD),
    "ad inserted into the related list": lambda html: html.replace(
        '<div class="recommend-box">', '<div class="recommend-box">' + _AD_BOX
    ),
    "date is that of a recommended entry": _date_of_list,
    "read count is that of likes": _reads_of_likes,
    "author is the site": _sub(r'(class="follow-nickName"[^>]*|id="uid")>[^<]*<', r"\1>CSDN技术社区<"),
    "title has a suffix": _sub(r"</h1>", "_大数据开发者社区</h1>"),
    "body is cut behind a fold": _cut_text,
}
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
