"""What people decided, as the journal tells it: of each address, the last word on each matter."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pipelines import ledger, seeding
from pipelines.archive import Archive
from pipelines.erasures import Erasures
from pipelines.following import Told
from pipelines.journal import Journal


@dataclass(slots=True)
class Decided:
    """What was decided of one page."""

    seed_at: str | None = None
    """When somebody asked for it first; None where nobody did."""
    told: Told = field(default_factory=Told)
    every_s: int | None = None
    """Seconds between two looks; None where nobody pinned them."""
    paused_at: str | None = None


@dataclass(slots=True)
class Decisions:
    """What stands in a journal, summed up."""

    pages: dict[str, Decided] = field(default_factory=dict)
    """By URL, in the order of their first mention."""
    hosts: dict[str, str | None] = field(default_factory=dict)
    """Since when each host that was ever paused is; None where it was resumed."""
    urls: dict[str, str] = field(default_factory=dict)
    """URLs that saved pages were given later, by their `urn:sha256:…`."""
    erased: Erasures = field(default_factory=Erasures)
    """Of these pages nothing else is known here."""

    @classmethod
    def of(cls, events: Iterable[Mapping[str, Any]]) -> Decisions:
        """Sum up a journal's events; one that a later version wrote is passed over."""
        events = list(events)
        decisions = cls(erased=Erasures.of_events(events))
        for event in events:
            if not decisions.erased.concern(event):
                decisions._add(event)
        return decisions

    def _add(self, event: Mapping[str, Any]) -> None:
        name = event.get("event")
        if name == "url":
            self.urls[event["urn"]] = event["url"]
        elif name == "seed":
            decided = self.pages.setdefault(event["url"], Decided())
            decided.seed_at = decided.seed_at or event["at"]
            decided.told = Told(
                lists=event.get("follow", decided.told.lists), match=event.get("match", decided.told.match)
            )
            decided.every_s = event.get("every_s", decided.every_s) or None
        elif name in ("pause", "resume"):
            paused_at = event["at"] if name == "pause" else None
            if "host" in event:
                self.hosts[event["host"]] = paused_at
            else:
                self.pages.setdefault(event["url"], Decided()).paused_at = paused_at


def decisions_of(archive: Archive) -> Decisions:
    """Return what an archive's journal says; raises Damaged at a line of it that is no event."""
    return Decisions.of(Journal(archive.journal_path).read())


def enact(decisions: Decisions, connection: sqlite3.Connection) -> None:
    """Bring into the database what was decided, where it says otherwise."""
    ledger.entomb(connection, decisions.erased.times)
    for url, decided in decisions.pages.items():
        row = connection.execute("SELECT id FROM pages WHERE url = ?", (url,)).fetchone()
        if row is None and decided.seed_at is not None:
            seeding.register(connection, [seeding.seed(url)], at=decided.seed_at)
        elif row is None:
            ledger.find_or_add(connection, url)
        (page_id,) = row or connection.execute("SELECT id FROM pages WHERE url = ?", (url,)).fetchone()
        ledger.decide(
            connection,
            page_id,
            is_seed=decided.seed_at is not None,
            told=decided.told,
            every_s=decided.every_s,
            paused_at=decided.paused_at,
        )
    for host, paused_at in decisions.hosts.items():
        ledger.hosts.pause(connection, host, paused_at)
