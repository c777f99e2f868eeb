"""Made-up pages of a dated series, and of others that list its days."""

from __future__ import annotations

import sqlite3
from typing import Any

from making import article, entry

from crawler.extract.items import Article
from pipelines.database import transaction
from pipelines.records import Captured
from pipelines.store import store_capture

HERE = "https://aggregator.example/kf/{}.html"
ELSEWHERE = "https://mirror.example/{}.html"


def put(connection: sqlite3.Connection, *captures: Captured) -> None:
    """Store captures, each in a transaction of its own."""
    for capture in captures:
        with transaction(connection):
            store_capture(connection, capture)


def asked(
    day: str, url: str, *listed: tuple[str, str | None], about: str = "学习率", **values: Any
) -> Article:
    """An article of the series, with the titles and URLs of what its list names."""
    entries = tuple(entry(rank, title, url=target) for rank, (title, target) in enumerate(listed, start=1))
    facts = {"title": f"{day} 问AI:{about}是什么", "question_date": day, "sidebar": entries}
    return article(url, **facts | values)


def plain(url: str, *listed: tuple[str, str | None]) -> Article:
    """An article of no series, with such a list."""
    return asked("", url, *listed, title="今天的列表", question_date=None, series=None)
