"""What to do with bytes that the archive may hold already."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

_URN = "urn:sha256:"


@dataclass(frozen=True, slots=True)
class Holding:
    """Under what name and time bytes are held."""

    url: str | None
    """None: in this run, with no URL given, and not stored yet."""
    captured_at: str | None
    outcome: str
    error: str | None = None
    message: str | None = None
    """Why they gave no article; None where they gave one."""


@dataclass(frozen=True, slots=True)
class Skip:
    """Nothing changes."""

    holding: Holding


@dataclass(frozen=True, slots=True)
class Rename:
    """The saved page of unknown origin has its URL now; it is no capture of its own."""


@dataclass(frozen=True, slots=True)
class Take:
    """A new capture, under this URL; None: nobody knows one."""

    url: str | None


def decide(holdings: Sequence[Holding], url: str | None, captured_at: str | None) -> Skip | Rename | Take:
    """Return what to do with bytes that come with this URL and time, where any are known."""
    if not holdings:
        return Take(url)
    alike = [held for held in holdings if url is None or held.url == url]
    same = [held for held in alike if captured_at is None or held.captured_at == captured_at]
    if same:
        return Skip(same[-1])
    if alike:
        name = url or alike[-1].url
        return Take(None if name is None or name.startswith(_URN) else name)
    if any(held.url is None or held.url.startswith(_URN) for held in holdings):
        return Rename()
    return Take(url)


class Holdings:
    """The bytes that the archive holds, those that this run is about to store included."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._of_run: dict[str, list[Holding]] = defaultdict(list)

    def of(self, payload_sha256: str) -> list[Holding]:
        """Return how these bytes are held, oldest first."""
        rows = self._connection.execute(
            "SELECT c.url, c.captured_at, c.outcome, f.error, f.message"
            " FROM captures AS c LEFT JOIN failures AS f ON f.capture_id = c.id"
            " WHERE c.payload_sha256 = ? ORDER BY c.id",
            (payload_sha256,),
        )
        return [Holding(*row) for row in rows] + self._of_run[payload_sha256]

    def add(self, payload_sha256: str, url: str | None, captured_at: str | None) -> None:
        """Note that this run stores these bytes."""
        self._of_run[payload_sha256].append(Holding(url, captured_at, "unchanged"))
