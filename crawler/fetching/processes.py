"""Scrapy in a process of ours: with the project's settings, and without a log of its own."""

from __future__ import annotations

import logging

from scrapy.settings import Settings


def project_settings() -> Settings:
    """Return the project's settings; from here on, the command line's log leaves out Scrapy's daily work."""
    settings = Settings()
    settings.setmodule("crawler.settings", priority="project")
    settings.set("LOG_INSTALL_ROOT_HANDLER", False)  # the command line has its own log
    for handler in logging.getLogger().handlers:
        handler.addFilter(_is_ours_or_wrong)
    return settings


def _is_ours_or_wrong(record: logging.LogRecord) -> bool:
    """Events and ledger tell what else there is."""
    return record.name.startswith("wencun") or record.levelno >= logging.ERROR
