"""How a run begins to end before its work is done: tidily, within 30 s, or at once."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable
from typing import Any

from scrapy.exceptions import IgnoreRequest

from crawler.fetching.events import Event, announce
from crawler.fetching.summary import End
from crawler.fetching.turns import send_back

_FINISH_SECONDS = 30.0
"""How long what is being fetched when the run begins to end may take."""
_REFUSE_SECONDS = 0.2
_LOOK_SECONDS = 0.02
_WORDS = {
    End.SIGNAL: "a signal: what is being fetched is finished first, within 30 s; another one stops at once",
    End.TIME: "the time is up: what is being fetched is finished first",
    End.FAILURES: "too many pages failed one after the other; the network or the settings may be to blame",
    End.DISK: "too little space is left on the disk",
    End.MEMORY: "the crawl takes too much memory",
}
"""What is said when a run begins to end early."""


class Stopping:
    """Ends a run once, for the first reason that is given."""

    def __init__(self, on_stop: Callable[[], None]) -> None:
        """`on_stop` is called when the run begins to end."""
        self.end = End.DONE
        self.is_over = False
        self.is_cut = False
        """Was what is under way not waited for?"""
        self.on_cut: Callable[[], None] = _cut_nothing
        """Ends Scrapy at once."""
        self.engine: Any = None
        """Scrapy's, once there is one."""
        self.ends_at = math.inf
        """When the run's time is up, by the monotonic clock."""
        self._on_stop = on_stop

    def stop(self, end: End) -> None:
        """Begin to end the run: nothing new is asked for, and what only waits for its turn is given back.

        What is being fetched is finished within 30 s; then the run is cut off.
        """
        if self.is_over:
            return
        self.is_over = True
        self.end = end
        self._on_stop()
        if end in _WORDS:
            announce(Event.RUN_STOPPING, f"the run ends: {_WORDS[end]}", reason=end.reason)
        if self.engine is None:
            return
        self._refuse_waiting()
        loop = asyncio.get_running_loop()
        loop.call_later(_FINISH_SECONDS, self._cut_off)
        self._closing = loop.create_task(self._close(end))

    async def _close(self, end: End) -> None:
        """Close Scrapy's engine once its scheduler is empty: what waits there would be dropped in silence."""
        scheduler = self.engine.scheduler
        while scheduler is not None and scheduler.has_pending_requests():  # noqa: ASYNC110 -- it tells nobody
            await asyncio.sleep(_LOOK_SECONDS)
        await self.engine.close_spider_async(reason=end.outcome)

    def force(self) -> None:
        """Stop at once, and leave what is under way to the next run."""
        self.end = End.FORCED
        self._cut_off()

    def _cut_off(self) -> None:
        self.is_over = self.is_cut = True
        self.on_cut()

    def _refuse_waiting(self) -> None:
        """Give back what waits for its turn, also what comes to wait later, until Scrapy has ended."""
        send_back(self.engine, IgnoreRequest("the run ends"), lambda _: True)
        if self.engine.spider is not None and not self.is_cut:
            asyncio.get_running_loop().call_later(_REFUSE_SECONDS, self._refuse_waiting)


def _cut_nothing() -> None:
    """Nothing is running that could be cut off."""
