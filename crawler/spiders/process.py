"""A crawl in this process: Scrapy's reactor from start to stop, once."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import Any

from scrapy.crawler import AsyncCrawlerProcess

from crawler.fetching.options import RunOptions
from crawler.fetching.processes import project_settings
from crawler.fetching.run import Run
from crawler.fetching.summary import End
from crawler.spiders.articles import ArticlesSpider
from crawler.spiders.interrupts import Interrupts
from pipelines.archive import Archive
from pipelines.lock import Lock


class _Process(AsyncCrawlerProcess):
    """Scrapy's process, which the run ends, and nobody else."""

    async def stop(self) -> None:
        """Wait for nothing: a reactor that is stopped has been waited for."""


def crawl(
    archive: Archive,
    lock: Lock,
    options: RunOptions,
    interrupts: Interrupts,
    advance: Callable[[int], None],
) -> int:
    """Run the spider over the archive and return the exit code.

    Raises what Run.open raises. Scrapy's own exit status says nothing: it is 0 in nearly every bad case.
    """
    run = Run.open(archive, options, lock=lock, goes_on=interrupts.have_not_come)
    run.visits.on_settled = advance
    try:
        process = _Process(project_settings())
        reactor = _reactor()
        run.stopping.on_cut = reactor.crash
        interrupts.listen(
            lambda: reactor.callFromThread(run.stop, End.SIGNAL),
            lambda: reactor.callFromThread(run.stopping.force),
        )
        process.crawl(ArticlesSpider, run=run)
        process.start(install_signal_handlers=False)
        if process.bootstrap_failed:
            run.abort(RuntimeError("Scrapy could not start the spider"))
    finally:
        result = run.close()  # closed already, unless Scrapy failed to start or the run was cut off
    run.notify()
    run.tell()
    if run.stopping.is_cut:
        sys.stdout.flush()
        os._exit(result.exit_code)  # Python would wait for threads that wait for the network
    return result.exit_code


def _reactor() -> Any:
    """Return Twisted's reactor, which is there once Scrapy has chosen it."""
    from twisted.internet import reactor  # noqa: PLC0415

    return reactor
