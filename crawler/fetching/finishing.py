"""From a visit to what is stored of it: each archived response, processed, and why the page was not had."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from functools import partial

from crawler.fetching.failures import FetchFailure
from crawler.fetching.visit import Exchange, Visit
from pipelines.drift.judging import Judging
from pipelines.following import FollowRule, with_leads
from pipelines.item_pipeline import VisitItem
from pipelines.pool import WorkerPool
from pipelines.process import Job
from pipelines.records import Captured
from pipelines.replay import captured_of, work_of
from pipelines.writer import Writer


@dataclass(frozen=True, slots=True)
class Finisher:
    """Makes items of a run's visits."""

    pool: WorkerPool
    rule: FollowRule
    run_id: int
    writer: Writer
    judging: Judging

    async def finish(
        self, visit: Visit, failure: FetchFailure | None = None, *, is_cut_off: bool = False
    ) -> VisitItem:
        """Return what a visit gave; `is_cut_off` where the run ended before the visit did."""
        captures = [await self._capture(exchange) for exchange in visit.exchanges]
        if failure is None and not is_cut_off:
            last = replace(captures[-1], page_id=visit.page.id)
            captures[-1] = with_leads(last, self.rule, visit.page.told)
        return VisitItem(
            page_id=visit.page.id,
            url=visit.page.url,
            run_id=self.run_id,
            captures=tuple(captures),
            is_cut_off=is_cut_off,
            error=failure.error if failure else None,
            message=failure.message if failure else None,
            state=failure.state if failure else None,
            attempt=visit.attempt,
            milliseconds=round(visit.seconds * 1000) if visit.seconds is not None else None,
        )

    async def _capture(self, exchange: Exchange) -> Captured:
        work = await asyncio.to_thread(work_of, exchange.record)  # unpacking may take its time
        processed = await asyncio.wrap_future(self.pool.run(work)) if isinstance(work, Job) else work
        captured = captured_of(exchange.record, exchange.reference, processed, self.run_id)
        if processed.shape is None:
            return captured
        return await self.writer.write(partial(self.judging.judged, captured))
