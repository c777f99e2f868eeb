"""What a robots.txt says to us, as RFC 9309 has it read."""

from __future__ import annotations

import codecs
from dataclasses import dataclass

from protego import Protego
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response

from crawler.fetching.addresses import AddressRefused
from crawler.fetching.wholeness import is_whole_file
from pipelines.content_coding import ContentUndecodable, decode_content

_PARSED_BYTES = 500 * 1024
"""How much of a robots.txt counts; RFC 9309 asks for at least 500 KiB."""
_LONGEST_DELAY = 300.0
"""Seconds; a Crawl-delay beyond is taken for a way of saying no, and waited for no longer."""
_RATE_LIMITED = 429
_SUCCESS = range(200, 300)
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


class RobotsDenied(IgnoreRequest):
    """robots.txt forbids the address."""


class RobotsUnreachable(IgnoreRequest):
    """robots.txt could not be had, so that nothing may be fetched from the host."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What one origin's robots.txt says to us."""

    parser: Protego | None
    """None where there is no robots.txt, which allows everything."""
    unreachable: str | None = None
    """Why robots.txt could not be had; nothing may be fetched then."""
    body: bytes | None = None
    """What it says, as far as it counts; None where there is none."""
    refused: str | None = None
    """Why the host must not be asked at all: it is behind the address wall."""

    def check(self, url: str, agent: str) -> None:
        """Raise RobotsUnreachable, AddressRefused or RobotsDenied where `url` must not be fetched."""
        if self.refused is not None:
            raise AddressRefused(self.refused)
        if self.unreachable is not None:
            raise RobotsUnreachable(f"robots.txt cannot be had ({self.unreachable}), so nothing is fetched")
        if self.parser is not None and not self.parser.can_fetch(url, agent):
            raise RobotsDenied(f"robots.txt forbids {url} to {agent}")

    def crawl_delay(self, agent: str) -> float:
        """Return the seconds that the site wants between two requests; 0 where it names none."""
        delay = self.parser.crawl_delay(agent) if self.parser is not None else None
        return min(delay, _LONGEST_DELAY) if delay is not None and delay > 0 else 0.0


def rules_of(response: Response) -> Rules:
    """Return what an answer to the request for robots.txt means, also where it cannot be read."""
    if response.status not in _SUCCESS:
        return read_rules(response.status, b"")
    encodings = b", ".join(response.headers.getlist("Content-Encoding")).decode("latin-1")
    try:
        body = decode_content(response.body, encodings)
    except ContentUndecodable as error:
        return Rules(None, unreachable=str(error))
    if not is_whole_file(response.flags, body):
        return Rules(None, unreachable="it was cut short")
    return read_rules(response.status, body)


def read_rules(status: int, body: bytes) -> Rules:
    """Return what an answer to the request for robots.txt means (RFC 9309, section 2.3.1).

    A status in the 400s says that there is none, except 429, which asks for patience and not for pages.
    """
    if status in _SUCCESS:
        encoding = "utf-16" if body.startswith(_UTF_16) else "utf-8-sig"
        body = body[:_PARSED_BYTES]
        return Rules(Protego.parse(body.decode(encoding, errors="replace")), body=body)
    if 400 <= status < 500 and status != _RATE_LIMITED:  # noqa: PLR2004 -- the client error class
        return Rules(None)
    return Rules(None, unreachable=f"status {status}")
