import random
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from making import URL, article, captured, entry

from crawler.extract.items import SidebarItem
from pipelines import ledger
from pipelines.database import connect_writing, transaction
from pipelines.store import store_capture

CAPTURES = 2000
LINKS = 1500


def _sidebars(chance: random.Random) -> Iterator[tuple[SidebarItem, ...]]:
    """Lists as a site shows them: its articles turn up again and again, with other counts each time."""
    reads = {number: chance.randrange(10, 20000) for number in range(LINKS)}
    while True:
        items = []
        for name, title, scope, length in [
            ("related", "相关推荐", "article", 8),
            ("recent", "最新文章", "author", 4),
            ("popular", "热门文章", "author", 10),
        ]:
            for rank, number in enumerate(chance.sample(range(LINKS), length), start=1):
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


def test_a_capture_of_22_entries_takes_at_most_1200_bytes_with_all_that_entries_need(tmp_path: Path) -> None:
    sidebars = _sidebars(random.Random(1))

    sizes = []
    for with_lists in (True, False):
        path = tmp_path / f"{with_lists}.db"
        with closing(connect_writing(path)) as connection:
            with transaction(connection):
                for number in range(CAPTURES):
                    made = article(f"{URL}{number % 500}", sidebar=next(sidebars) if with_lists else ())
                    at = ledger.later("2024-05-01T00:00:00Z", number)
                    store_capture(connection, captured(made, number=number, at=at))
            (pages,) = connection.execute("PRAGMA page_count").fetchone()
            (page_bytes,) = connection.execute("PRAGMA page_size").fetchone()
            sizes.append(pages * page_bytes)
            (entries,) = connection.execute("SELECT count(*) FROM sidebar_items").fetchone()
            assert entries == 22 * CAPTURES * with_lists
    assert (sizes[0] - sizes[1]) / CAPTURES <= 1200
