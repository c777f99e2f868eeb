"""Requests that wait for their turn in Scrapy's queue of a host."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.exceptions import IgnoreRequest


def host_of(request: Request) -> str:
    """Return the host that a request goes to, with its port where the URL names one."""
    return urlsplit(request.url).netloc.rpartition("@")[2].lower()


def send_back(engine: Any, error: IgnoreRequest, is_meant: Callable[[Request], bool]) -> None:
    """Give `error` to the requests that only wait for their turn, which may be minutes away."""
    for slot in engine.downloader.slots.values():
        for entry in [waiting for waiting in slot.queue if is_meant(waiting[0])]:
            slot.queue.remove(entry)
            entry[1].errback(error)
