"""A crawl in this process: Scrapy's reactor from start to stop, once."""

from __future__ import annotations

import logging
import signal
from collections.abc import Callable

from scrapy.crawler import AsyncCrawlerProcess
from scrapy.settings import Settings

from crawler.fetching.options import RunOptions
from crawler.fetching.run import Run
from crawler.spiders.articles import ArticlesSpider
from pipelines.archive import Archive


class _Process(AsyncCrawlerProcess):
    """Scrapy's process; a signal also gives back what only waits for its turn, which may be minutes away."""

    def __init__(self, settings: Settings, run: Run) -> None:
        super().__init__(settings)
        self._run = run

    async def stop(self) -> None:
        """End in order: what is being fetched is finished and stored."""
        self._run.stop("interrupted")
        await super().stop()


def crawl(archive: Archive, options: RunOptions, advance: Callable[[int], None]) -> int:
    """Run the spider over the archive and return the exit code.

    Raises what Run.open raises. Scrapy's own exit status says nothing: it is 0 in nearly every bad case.
    """
    settings = Settings()
    settings.setmodule("crawler.settings", priority="project")
    settings.set("LOG_INSTALL_ROOT_HANDLER", False)  # the command line has its own log
    for handler in logging.getLogger().handlers:
        handler.addFilter(_is_ours_or_wrong)
    run = Run.open(archive, options)
    run.on_settled = advance
    try:
        process = _Process(settings, run)
        process.crawl(ArticlesSpider, run=run)
        process.start()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_IGN)  # the end takes a moment, and is not to be cut short
        if process.bootstrap_failed:
            run.abort(RuntimeError("Scrapy could not start the spider"))
    finally:
        # Closed already, unless Scrapy failed to start or a second signal stopped it at once.
        result = run.close("forced")
    return result.exit_code


def _is_ours_or_wrong(record: logging.LogRecord) -> bool:
    """Leave out what Scrapy says of its daily work: events and ledger tell that."""
    return record.name.startswith("wencun") or record.levelno >= logging.ERROR
