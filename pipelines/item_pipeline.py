"""The Scrapy pipeline: hands what a visit gave to the writer and waits until it is committed."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from functools import partial
from typing import Any

from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem

from pipelines import ledger
from pipelines.records import Captured
from pipelines.writer import Writer


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitItem:
    """What one page's turn gave: the spider's item."""

    page_id: int
    url: str
    """As the ledger has it."""
    run_id: int
    captures: tuple[Captured, ...]
    """In the order of fetching: redirects and refused tries first; empty where nothing answered."""
    is_cut_off: bool = False
    """Did the run end before this turn did? Then the page stays due."""
    error: str | None = None
    """Why the page was not had, in one word; None where its last capture says it all."""
    message: str | None = None
    state: str | None = None
    """What the ledger says of a page with an error."""
    attempt: int = 1
    """How often it was asked for, redirects apart."""
    milliseconds: int | None = None
    """Between the last request and its answer; None where there was none."""

    @property
    def links(self) -> tuple[str, ...]:
        """The URLs that the run goes on to from the page, where they are due."""
        return (*self.captures[-1].follow, *self.captures[-1].more) if self.captures else ()


class ArchivePipeline:
    """Stores every item; one that cannot be stored is dropped with the reason as its cause."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> ArchivePipeline:
        """Make the pipeline for the run of the crawler's spider."""
        spider: Any = crawler.spider
        return cls(spider.run.writer)

    async def process_item(self, item: VisitItem) -> VisitItem:
        """Return the item once it is committed, all its captures and the page's state."""
        stored = [self._writer.put(captured) for captured in item.captures]
        if item.error is not None:
            stored.append(self._writer.call(partial(note_failure, item)))
        try:
            await asyncio.gather(*map(asyncio.wrap_future, stored))
        except Exception as error:  # whatever it is, it ends the run: see the spider
            raise DropItem(f"{item.url} was not stored: {error}", log_level="DEBUG") from error
        return item


def note_failure(item: VisitItem, connection: Any) -> int:
    """Note in the ledger why a page was not had; return its id."""
    ledger.fail(
        connection,
        item.page_id,
        item.run_id,
        item.error or "",
        item.message or "",
        state=item.state or "failed",
    )
    return item.page_id
