"""Which images a run asks for, because an article shows them and the archive's settings want them kept."""

from __future__ import annotations

import asyncio
from functools import partial

from pipelines import requisites
from pipelines.item_pipeline import VisitItem
from pipelines.writer import Writer


class Images:
    """The images of one run, each asked for once."""

    def __init__(self, writer: Writer, *, are_kept: bool) -> None:
        self._writer = writer
        self._are_kept = are_kept
        self._asked: set[str] = set()

    async def of(self, item: VisitItem) -> tuple[str, ...]:
        """Return the images to be kept of what a visit gave, before it is stored: none unless asked for.

        Those of a content that is stored already were asked for when it came.
        """
        article = item.captures[-1].processed.article if item.captures else None
        if article is None or not self._are_kept:
            return ()
        if await self._writer.write(partial(requisites.is_known, article=article)):
            return ()
        urls = await asyncio.to_thread(requisites.image_urls, article)
        new = tuple(url for url in urls if url not in self._asked)
        self._asked.update(new)
        return new
