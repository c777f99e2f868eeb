"""Lists as sites show them beside an article, capture after capture."""

from __future__ import annotations

import random
from collections.abc import Iterator

from making import URL, entry

from crawler.extract.items import SidebarItem

_LISTS = (
    ("related", "相关推荐", "article", 8),
    ("recent", "最新文章", "author", 4),
    ("popular", "热门文章", "author", 10),
)


def sidebars(chance: random.Random, links: int) -> Iterator[tuple[SidebarItem, ...]]:
    """Yield 22 entries in three lists: `links` articles turn up ever again, with other counts each time."""
    reads = {number: chance.randrange(10, 20000) for number in range(links)}
    while True:
        items = []
        for name, title, scope, length in _LISTS:
            for rank, number in enumerate(chance.sample(range(links), length), start=1):
                reads[number] += chance.randrange(5)
                items.append(
                    entry(
                        rank,
                        f"深度学习中的第 {number} 个问题及其解决方法",
                        list=name,
                        list_title=title,
                        list_scope=scope,
                        url=f"{URL}{number}",
                        read_count=reads[number],
                        read_count_shown=f"{reads[number]} 阅读",
                        read_count_unit=1,
                    )
                )
        yield tuple(items)
