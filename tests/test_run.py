"""A run over an archive, without a site."""

from __future__ import annotations

import asyncio
from pathlib import Path

from crawler.fetching.options import RunOptions
from crawler.fetching.run import Run
from pipelines.archive import Archive
from pipelines.item_pipeline import VisitItem


def test_a_run_is_not_over_when_its_last_page_ends_while_it_looks_for_more(tmp_path: Path) -> None:
    run = Run.open(Archive.create(tmp_path), RunOptions(urls=("https://a.test/1",)))

    async def lease() -> None:
        (visit,) = await run.visits.lease()
        looking = asyncio.ensure_future(run.visits.lease())
        await asyncio.sleep(0)
        run.visits.settled(
            VisitItem(page_id=visit.page.id, url=visit.page.url, run_id=1, captures=(), error="timeout")
        )
        assert await looking == []
        assert not run.visits.is_idle  # what the page led to came too late to be seen
        assert await run.visits.lease() == []
        assert run.visits.is_idle

    try:
        asyncio.run(lease())
    finally:
        run.close()
