"""Made-up pages of a mirror for the loopback site: articles with answers and lists that lead on."""

from __future__ import annotations

from collections.abc import Iterable

from loopback import Reply, Site

_PAGE = """<!DOCTYPE html>
<html><head><meta charset="{charset}"><title>{title}</title></head>
<body><div class="main"><h1>{title}</h1><div class="content">
<p>同一个问题问了两个模型，下面是它们各自的回答，一字未改，供读者自己比较。这一段只是引言，写得长一些。</p>
<p>文心一言</p>
<p>学习率决定每一步走多远：太大就来回震荡，太小就久久不到。第{number}页的说法。</p>
<p>讯飞星火</p>
<p>可以把它看作下山时步子的大小，一般先大后小，也可以按计划衰减，实践中多试几个值。</p>
</div></div>
<div class="side"><h3>相关推荐</h3><ol>
{entries}
</ol></div></body></html>
"""
_ENTRY = (
    '<li><a href="{url}">2024-05-{rank:02} {mark}第{rank}个问题是什么</a>'
    "<div>2024-05-12 09:02:01 &nbsp;&nbsp;&nbsp;&nbsp;&nbsp; {rank} 阅读</div></li>"
)


def page(number: int, links: Iterable[str] = (), *, charset: str = "utf-8", mark: str = "") -> bytes:
    """Return an article with two answers whose related list names `links`, then three that lead elsewhere.

    `mark` stands before the titles in the list; with that of a series, what they name would be due for it.
    """
    urls = [*links, *(f"https://elsewhere.example/kf/{place}.html" for place in range(3))]
    entries = "\n".join(
        _ENTRY.format(url=url, rank=rank, mark=mark) for rank, url in enumerate(urls, start=1)
    )
    title = f"2024-05-{number:02} 问AI:学习率{number}是什么"
    return _PAGE.format(charset=charset, title=title, number=number, entries=entries).encode(charset)


def feed(site: Site, numbers: Iterable[int]) -> Reply:
    """Return a feed of these articles, the titles of which are others than their own."""
    items = "".join(
        f"<item><title>源{number}</title><link>{site.url(f'/kf/{number}')}</link></item>"
        for number in numbers
    )
    channel = f"<channel><title>文存</title>{items}</channel>"
    return Reply(
        f'<?xml version="1.0"?><rss version="2.0">{channel}</rss>'.encode(),
        headers=(("Content-Type", "application/rss+xml; charset=utf-8"),),
    )
