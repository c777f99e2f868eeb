"""What the journal says of drift: pages held back, runs that were other, shapes that were accepted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The last word on one page's record."""

    at: str
    host: str
    message: str | None
    """What is wrong with it; None where it was judged again, and is fit."""
    extractor_version: str


@dataclass(slots=True)
class HostDrift:
    """How one host stands."""

    accepted_at: str = ""
    since: str = ""
    """From when on its pages have the shape that was accepted last."""
    files: set[str] = field(default_factory=set)
    """WARC files of the runs with drift since then."""
    began: str | None = None
    """When the first page was fetched of the first run of the drift that lasts; None while none does."""
    site: str = ""
    findings: tuple[Mapping[str, Any], ...] = ()
    """Of the drift that lasts, as the last run had them."""


@dataclass(slots=True)
class DriftTold:
    """What stands in a journal, summed up."""

    verdicts: dict[str, Verdict] = field(default_factory=dict)
    """By the record's id."""
    hosts: dict[str, HostDrift] = field(default_factory=dict)

    @classmethod
    def of(cls, events: Iterable[Mapping[str, Any]]) -> DriftTold:
        """Sum up a journal's events; those of other matters are passed over."""
        told = cls()
        for event in events:
            told.add(event)
        return told

    def add(self, event: Mapping[str, Any]) -> None:
        """Take in what an event says."""
        name = event.get("event")
        if name == "verdict":
            self.verdicts[event["record"]] = Verdict(
                at=event["at"],
                host=event["host"],
                message=event["wrong"],
                extractor_version=event["extractor"],
            )
        elif name == "drift":
            self._add_drift(self.host(event["host"]), event)
        elif name == "accept":
            host = self.host(event["host"])
            since = min(filter(None, (host.began, event.get("since"))), default=host.since)
            self.hosts[event["host"]] = HostDrift(accepted_at=event["at"], since=since)

    def host(self, name: str) -> HostDrift:
        """Return how a host stands, to be changed or read."""
        return self.hosts.setdefault(name, HostDrift())

    def stands(self, verdict: Verdict, extractor_version: str) -> bool:
        """Does a verdict hold until its page is fetched anew, or is its record to be judged again?"""
        host = self.hosts.get(verdict.host)
        is_accepted = host is not None and verdict.at <= host.accepted_at
        return not is_accepted and verdict.extractor_version == extractor_version

    def _add_drift(self, host: HostDrift, event: Mapping[str, Any]) -> None:
        host.findings = tuple(event["findings"])
        host.site = event["site"]
        if not host.findings:
            host.began = None
        else:
            host.began = host.began or event["since"]
            host.files.update(event["files"])
