import random
from contextlib import closing
from pathlib import Path

from listed import sidebars
from making import URL, article, captured

from pipelines import ledger
from pipelines.database import connect_writing, transaction
from pipelines.store import store_capture

CAPTURES = 2000
LINKS = 1500


def test_a_capture_of_22_entries_takes_at_most_1200_bytes_with_all_that_entries_need(tmp_path: Path) -> None:
    lists = sidebars(random.Random(1), LINKS)

    sizes = []
    for with_lists in (True, False):
        path = tmp_path / f"{with_lists}.db"
        with closing(connect_writing(path)) as connection:
            with transaction(connection):
                for number in range(CAPTURES):
                    made = article(f"{URL}{number % 500}", sidebar=next(lists) if with_lists else ())
                    at = ledger.later("2024-05-01T00:00:00Z", number)
                    store_capture(connection, captured(made, number=number, at=at))
            (pages,) = connection.execute("PRAGMA page_count").fetchone()
            (page_bytes,) = connection.execute("PRAGMA page_size").fetchone()
            sizes.append(pages * page_bytes)
            (entries,) = connection.execute("SELECT count(*) FROM sidebar_items").fetchone()
            assert entries == 22 * CAPTURES * with_lists
    assert (sizes[0] - sizes[1]) / CAPTURES <= 1200
