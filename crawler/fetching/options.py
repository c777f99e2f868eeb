"""What a run was told: by the command, by `scrapy crawl -a`, and by the table `[crawl]` of `wencun.toml`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from crawler import __version__
from crawler.fetching.hosts import host_port
from pipelines.errors import Usage
from pipelines.followed_lists import FOLLOWED_LISTS
from pipelines.schedule import read_schedule
from pipelines.seeding import seed
from pipelines.settings import Readers, read_table
from pipelines.standing import Expected

_DURATION = re.compile(r"(\d{1,9})([smhd]?)")
_SECONDS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}
_SIZE = re.compile(r"(\d{1,15}) *(|[KMGT]i?B)", re.IGNORECASE)
_BYTES: dict[str, int] = {"": 1} | {
    f"{letter}{kind}": base**power
    for power, letter in enumerate("KMGT", start=1)
    for kind, base in (("B", 1000), ("IB", 1024))
}
_FLAGS = {"1": True, "true": True, "0": False, "false": False}
_BETWEEN_URLS = re.compile(r"\s+|,(?=https?://)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunOptions:
    """What one run is to do."""

    urls: tuple[str, ...] = ()
    """Canonical; empty for all that is due."""
    follow: str = "none"
    """A key of FOLLOWED_LISTS."""
    match: re.Pattern[str] | None = None
    max_pages: int | None = None
    """None: what the archive's settings say, else MAX_PAGES."""
    max_time: timedelta | None = None
    """None: what the archive's settings say, else MAX_TIME."""
    strict: bool = False
    """Give limits that were reached exit codes of their own."""
    once: bool = False
    """Leave the URLs out of coming runs."""
    delay: float | None = None
    """Seconds between two requests to a host, exactly; None for the usual polite pace."""
    allow_private: tuple[str, ...] = ()
    """`HOST:PORT`s that may be connected to although they are not public."""
    arguments: tuple[str, ...] = ()
    """The command's own words, for the run's row."""

    @classmethod
    def from_arguments(cls, arguments: Mapping[str, str]) -> RunOptions:
        """Return what the arguments of `scrapy crawl -a NAME=VALUE` mean; raises Usage or BadSeed."""
        known = {
            "urls",
            "data",
            "follow",
            "match",
            "max_pages",
            "max_time",
            "delay",
            "allow_private",
            "strict",
        }
        for name in arguments.keys() - known:
            raise Usage(f"-a {name}=… is no argument of the spider; it has {', '.join(sorted(known))}")
        try:
            pages, delay = arguments.get("max_pages"), arguments.get("delay")
            return cls(
                urls=seeds(_BETWEEN_URLS.split(arguments.get("urls", "").strip())),
                follow=_known_list(arguments.get("follow", "none")),
                match=pattern(arguments["match"]) if "match" in arguments else None,
                max_pages=None if pages is None else int(pages),
                max_time=duration(arguments["max_time"]) if "max_time" in arguments else None,
                delay=None if delay is None else float(delay),
                strict=_flag(arguments.get("strict", "0")),
                allow_private=tuple(arguments.get("allow_private", "").split()),
                arguments=tuple(f"{name}={value}" for name, value in arguments.items()),
            )
        except ValueError as error:
            raise Usage(f"scrapy crawl articles: {error}") from error


@dataclass(frozen=True, slots=True, kw_only=True)
class CrawlSettings:
    """The table `[crawl]` of `wencun.toml`; what is not there has a default."""

    contact: str | None = None
    """An address or URL that a site's owner can write to; part of the User-Agent."""
    delay: float | None = None
    max_pages: int = 2000
    """Pages of one run."""
    max_pages_per_host: int = 2000
    """Pages of one host within 24 hours, all runs together."""
    max_time: timedelta = timedelta(hours=2)
    """Time of one run."""
    allow_private: tuple[str, ...] = ()
    min_free: int | None = None
    """Bytes of the disk that are to stay free; None for 1 GiB or 5% of it, whichever is less."""
    max_memory: int = 2**30
    """Bytes of memory that the crawl may take, its workers apart."""

    @property
    def user_agent(self) -> str:
        """Return who asks, with whom to write to."""
        token = f"wencun/{__version__}"
        return f"{token} (+{self.contact})" if self.contact else token


def read_settings(path: Path) -> CrawlSettings:
    """Return the crawl's part of the archive's settings; raises BadSettings with what is wrong where."""
    return CrawlSettings(**read_table(path, "crawl", _READERS))


def expected_of(path: Path) -> Expected:
    """Return what the archive's settings expect of how it stands; raises BadSettings."""
    settings = read_settings(path)
    return Expected(schedule=read_schedule(path), min_free=settings.min_free, contact=settings.contact)


def seeds(urls: Iterable[str]) -> tuple[str, ...]:
    """Return URLs to start from in canonical form, each once; raises BadSeed for what is no http(s) URL."""
    return tuple(dict.fromkeys(seed(url).url for url in urls if url))


def pattern(expression: str) -> re.Pattern[str]:
    """Return the compiled `--match`; raises ValueError where it is no regular expression."""
    try:
        return re.compile(expression)
    except re.error as error:
        raise ValueError(f"{expression!r} is no regular expression: {error}") from error


def duration(shown: str) -> timedelta:
    """Return what `90`, `90s`, `30m`, `2h` or `1d` says; raises ValueError for other forms."""
    match = _DURATION.fullmatch(shown)
    if match is None:
        raise ValueError(f"{shown!r} is no duration; write 90s, 30m, 2h or 1d")
    return timedelta(seconds=int(match[1]) * _SECONDS[match[2]])


def size(value: Any) -> int:
    """Return what `500MB`, `2GiB` or a number of bytes says; raises ValueError for other forms."""
    match = _SIZE.fullmatch(str(value).strip())
    if match is None or isinstance(value, bool):
        raise ValueError("write a size, such as 500MB or 2GiB")
    return int(match[1]) * _BYTES[match[2].upper()]


def _flag(shown: str) -> bool:
    if shown not in _FLAGS:
        raise ValueError(f"strict={shown}: write 1 or 0")
    return _FLAGS[shown]


def _known_list(name: str) -> str:
    if name not in FOLLOWED_LISTS:
        raise ValueError(f"follow={name}: it is one of {', '.join(FOLLOWED_LISTS)}")
    return name


def _contact(value: Any) -> str | None:
    if not isinstance(value, str) or not value.isprintable() or not value.isascii():
        raise ValueError("write an e-mail address or a URL")
    return value.strip() or None


def _delay(value: Any) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 <= value <= 3600:  # noqa: PLR2004
        raise ValueError("write seconds, from 0 to 3600")
    return float(value)


def _pages(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise ValueError("write a number of pages, from 1")
    return value


def _time(value: Any) -> timedelta:
    if not isinstance(value, str):
        raise TypeError('write a time in quotes: "90s", "30m", "2h" or "1d"')
    return duration(value)


_READERS: Readers = {
    "contact": _contact,
    "delay": _delay,
    "max_pages": _pages,
    "max_pages_per_host": _pages,
    "max_time": _time,
    "allow_private": lambda values: tuple(host_port(value) for value in values),
    "min_free": size,
    "max_memory": size,
}
