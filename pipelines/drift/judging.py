"""Who judges pages and runs: asks the database for the norm, and tells the journal what is held back."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, replace

from crawler.extract.shape import Shape
from pipelines import ledger
from pipelines.archive import Archive
from pipelines.drift.counting import Finding
from pipelines.drift.norm import Norm
from pipelines.drift.page_check import judge
from pipelines.drift.stored import drifting_runs, hosts_since, last_judged, looks_since, norm_of
from pipelines.drift.told import DriftTold
from pipelines.drift.windows import look_through
from pipelines.journal import Journal
from pipelines.records import Captured

DRIFT = "Drift"
"""Error of a page that is held back."""
_MOST_HOSTS = 8
"""Norms that are kept at hand."""
_ENOUGH = 5
"""Pages of a host that must be as they were for a drift to be over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """That a host's pages had another shape in a run."""

    site: str
    host: str
    findings: tuple[Finding, ...]

    @property
    def message(self) -> str:
        """Return it as a line: the site and its host, what is other, and captures that show it."""
        first = self.findings[0]
        more = f", and {len(self.findings) - 1} more" if len(self.findings) > 1 else ""
        samples = ", ".join(map(str, first.samples))
        return f"{self.site} ({self.host}): {first.message}{more}; captures {samples}"


def held_back(captured: Captured, wrong: str) -> Captured:
    """Return a capture of which nothing but its record is to be stored, because of what is wrong with it."""
    url = captured.processed.url
    processed = replace(
        captured.processed, outcome="quarantined", article=None, error=DRIFT, message=f"{url}: {wrong}"
    )
    return replace(captured, processed=processed, follow=(), more=())


class Judging:
    """Judges the fetched pages of one command, each before it is stored, and hosts at its end."""

    def __init__(self, archive: Archive) -> None:
        self._journal = Journal(archive.journal_path)
        self._told = DriftTold.of(self._journal.read())
        self._norms: dict[str, Norm] = {}
        self._last: int | None = None

    def judged(self, captured: Captured, connection: sqlite3.Connection) -> Captured:
        """Return a capture as it is to be stored: held back where the journal says so, or its shape does."""
        if captured.processed.shape is None or captured.captured_at_source != "fetch":
            return captured
        if captured.reference.record_id in self._told.verdicts:
            return self.as_told(captured)
        return self.judged_again(captured, connection, tells_all=False)

    def as_told(self, captured: Captured) -> Captured:
        """Return a capture held back where the last word on it says so."""
        verdict = self._told.verdicts.get(captured.reference.record_id)
        if verdict is None or verdict.message is None or captured.processed.article is None:
            return captured
        return held_back(captured, verdict.message)

    def judged_again(
        self, captured: Captured, connection: sqlite3.Connection, *, tells_all: bool = True
    ) -> Captured:
        """Return a capture by its shape alone; the journal is told what is held back, or of all."""
        if captured.processed.shape is None:
            return captured
        host = ledger.host_of(captured.processed.url)
        norm = self._norm(host, connection)
        wrong = None
        if captured.processed.article is not None:
            wrong = judge(Shape.from_text(captured.processed.shape), norm)
        if wrong is not None or tells_all:
            event = {
                "at": ledger.now(),
                "event": "verdict",
                "host": host,
                "record": captured.reference.record_id,
                "wrong": wrong,
                "extractor": captured.processed.extractor_version,
            }
            self._journal.append(event)
            self._told.add(event)
        return captured if wrong is None else held_back(captured, wrong)

    def to_judge_again(self, connection: sqlite3.Connection, site: str | None) -> list[tuple[str, int]]:
        """Return WARC file and offset of what is held back by a verdict that stands no more."""
        rows = connection.execute(
            "SELECT c.warc_record_id, c.warc_file, c.warc_offset, c.extractor_version, s.shape"
            " FROM captures AS c JOIN shapes AS s ON s.capture_id = c.id"
            " WHERE c.outcome = 'quarantined' ORDER BY c.id"
        )
        verdicts = self._told.verdicts
        return [
            (file, offset)
            for record, file, offset, version, shape in rows
            if record in verdicts
            and not self._told.stands(verdicts[record], version)
            and site in (None, Shape.from_text(shape).site)
        ]

    def look_back(self, connection: sqlite3.Connection) -> tuple[Drift, ...]:
        """Return which hosts had another shape in this run, once it is stored; tell the journal of them.

        What was fetched since the last run that did so counts as this run's.
        """
        found = (
            self._look_back_at(host, connection) for host in hosts_since(connection, self._until(connection))
        )
        return tuple(drift for drift in found if drift is not None)

    def _look_back_at(self, host: str, connection: sqlite3.Connection) -> Drift | None:
        told, until = self._told.host(host), self._until(connection)
        norm, looks = self._norm(host, connection), looks_since(connection, host, until)
        drifting = (
            None if told.began is None else drifting_runs(connection, host, until=until, began=told.began)
        )
        window = look_through(looks, norm, drifting)
        findings = window.findings
        deciding = looks if window.is_other else window.looks
        if not findings and (drifting is None or sum(not look.shape.is_gone for look in deciding) < _ENOUGH):
            return None
        records = {
            capture_id: connection.execute(
                "SELECT warc_record_id FROM captures WHERE id = ?", (capture_id,)
            ).fetchone()[0]
            for finding in findings
            for capture_id in finding.samples
        }
        rows = connection.execute(
            "SELECT warc_file, min(captured_at) FROM captures WHERE id >= ? AND id IN"
            " (SELECT capture_id FROM shapes WHERE host = ?) GROUP BY warc_file ORDER BY warc_file",
            (min(look.capture_id for look in window.looks), host),
        ).fetchall()
        site = norm.site or told.site
        event = {
            "at": ledger.now(),
            "event": "drift",
            "host": host,
            "site": site,
            "since": min(at for _, at in rows),
            "files": [file for file, _ in rows],
            "findings": [
                {
                    "field": finding.field,
                    "expected": finding.expected,
                    "seen": finding.seen,
                    "samples": [records[capture_id] for capture_id in finding.samples],
                }
                for finding in findings
            ],
        }
        self._journal.append(event)
        self._told.add(event)
        return Drift(site=site, host=host, findings=findings) if findings else None

    def _norm(self, host: str, connection: sqlite3.Connection) -> Norm:
        if host not in self._norms:
            if len(self._norms) >= _MOST_HOSTS:
                del self._norms[next(iter(self._norms))]
            told = self._told.host(host)
            self._norms[host] = norm_of(
                connection,
                host,
                until=self._until(connection),
                but_files=told.files,
                since=told.since,
                before=told.began,
                accepted_at=told.accepted_at,
            )
        return self._norms[host]

    def _until(self, connection: sqlite3.Connection) -> int:
        """Return the last capture that the norm may come from, as it was when it was asked for first."""
        if self._last is None:
            self._last = last_judged(connection)
        return self._last
