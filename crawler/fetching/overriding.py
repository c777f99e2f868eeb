"""What a run changes of Scrapy's settings: who asks, at what pace, and which private hosts may be asked."""

from __future__ import annotations

from typing import Any

from scrapy.settings import Settings

from crawler.fetching.addresses import ALLOW_PRIVATE
from crawler.fetching.options import CrawlSettings, RunOptions

_LEAST_DELAY = 0.001
"""Seconds; with none at all, Scrapy sends all that waits for a host at once, whatever its concurrency."""


def override(project: Settings, settings: CrawlSettings, options: RunOptions) -> None:
    """Put what the archive's settings and a run's options say over the settings of the project."""
    values: dict[str, Any] = {
        "USER_AGENT": settings.user_agent,
        ALLOW_PRIVATE: [
            *project.getlist(ALLOW_PRIVATE),
            *settings.allow_private,
            *options.allow_private,
        ],
    }
    delay = settings.delay if options.delay is None else options.delay
    if delay is not None:
        values |= {
            "DOWNLOAD_DELAY": max(delay, _LEAST_DELAY),
            "DOWNLOAD_DELAY_JITTER": 0,
            "AUTOTHROTTLE_ENABLED": False,
        }
    for name, value in values.items():
        project.set(name, value, priority="spider")
