"""What a monitoring system reads of an archive: a file of metrics as Prometheus' node exporter takes them."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from pipelines import durable
from pipelines.alarms import RULES
from pipelines.drift.coverage import coverage
from pipelines.ledger.times import from_text
from pipelines.settings import read_table
from pipelines.standing import Standing

_MOST = 50
"""Hosts that have samples of their own: a series for each that was ever seen is too many."""
_RESPONSES = (
    "SELECT p.host, c.status, count(*) FROM captures AS c JOIN pages AS p ON p.id = c.page_id"
    " WHERE c.run_id = ? AND c.status IS NOT NULL GROUP BY p.host, c.status ORDER BY count(*) DESC, 1, 2"
)
_ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n"})
_Samples = Iterator[tuple[Mapping[str, object], float]]


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricsSettings:
    """The table `[metrics]` of `wencun.toml`."""

    file: Path | None = None
    """Written at the end of each run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """An archive after a run."""

    standing: Standing
    exit_code: int
    responses: Mapping[tuple[str, int], int]
    """How many pages of the run a host answered with a status."""
    coverage: Mapping[tuple[str, str], float]
    """On what share of a host's pages in the run a field was there."""
    wal_bytes: int


def read_metrics_settings(path: Path) -> MetricsSettings:
    """Return where metrics go by the archive's settings; raises BadSettings with what is wrong where."""
    return MetricsSettings(**read_table(path, "metrics", {"file": _file}))


def look_back(database: Path, connection: sqlite3.Connection, standing: Standing, exit_code: int) -> Ended:
    """Return what there is to measure of the archive after its last run, which ended with `exit_code`."""
    run_id = standing.last_run.id if standing.last_run else None
    rows = connection.execute(_RESPONSES, (run_id,)).fetchall()
    wal_bytes = 0
    with suppress(FileNotFoundError):
        wal_bytes = database.with_name(database.name + "-wal").stat().st_size
    return Ended(
        standing=standing,
        exit_code=exit_code,
        responses={(host, status): count for host, status, count in rows},
        coverage={} if run_id is None else coverage(connection, run_id, most=_MOST),
        wal_bytes=wal_bytes,
    )


def exposition(ended: Ended) -> str:
    """Return the metrics in Prometheus' text format."""
    lines = []
    for name, (meaning, samples) in _GAUGES.items():
        lines += [f"# HELP wencun_{name} {meaning}", f"# TYPE wencun_{name} gauge"]
        for labels, value in samples(ended):
            shown = ",".join(f'{label}="{str(text).translate(_ESCAPES)}"' for label, text in labels.items())
            lines.append(f"wencun_{name}{{{shown}}} {value}" if labels else f"wencun_{name} {value}")
    return "\n".join(lines) + "\n"


def write(path: Path, text: str) -> None:
    """Put a file in its place as a whole, for everybody to read; raises OSError."""
    anew = path.with_name(path.name + ".tmp")
    durable.write(anew, text.encode())
    anew.chmod(0o644)
    durable.rename(anew, path)


def _one(value: Callable[[Ended], float | None]) -> Callable[[Ended], _Samples]:
    def samples(ended: Ended) -> _Samples:
        found = value(ended)
        if found is not None:
            yield {}, found

    return samples


def _seconds(moment: str | None) -> float | None:
    return None if moment is None else from_text(moment).timestamp()


def _duration(ended: Ended) -> float | None:
    run = ended.standing.last_run
    if run is None or run.finished_at is None:
        return None
    return (from_text(run.finished_at) - from_text(run.started_at)).total_seconds()


def _pages(ended: Ended) -> _Samples:
    for state, count in ended.standing.pages.items():
        yield {"state": state}, count


def _responses(ended: Ended) -> _Samples:
    hosts = set(islice(dict.fromkeys(host for host, _ in ended.responses), _MOST))
    rest: dict[int, int] = {}
    for (host, status), count in ended.responses.items():
        if host in hosts:
            yield {"host": host, "status": status}, count
        else:
            rest[status] = rest.get(status, 0) + count
    for status, count in rest.items():
        yield {"host": "", "status": status}, count


def _coverage(ended: Ended) -> _Samples:
    for (host, field), share in ended.coverage.items():
        yield {"host": host, "field": field}, share


def _rests(ended: Ended) -> _Samples:
    by_end = sorted(ended.standing.struck_hosts.items(), key=lambda item: item[1].until, reverse=True)
    for host, rest in by_end[:_MOST]:
        yield {"host": host, "reason": rest.reason}, from_text(rest.until).timestamp()


def _alarms(ended: Ended) -> _Samples:
    raised = {alarm.name for alarm in ended.standing.alarms}
    for rule in RULES:
        yield {"name": rule.name}, int(rule.name in raised)


_GAUGES: dict[str, tuple[str, Callable[[Ended], _Samples]]] = {
    "last_success_timestamp_seconds": (
        "When a run ended last as it should.",
        _one(lambda ended: _seconds(ended.standing.last_success_at)),
    ),
    "last_run_timestamp_seconds": (
        "When these metrics were written, at the end of a run.",
        _one(lambda ended: _seconds(ended.standing.now)),
    ),
    "last_exit_code": ("What the last run ended with.", _one(lambda ended: ended.exit_code)),
    "last_run_duration_seconds": ("How long the last run took.", _one(_duration)),
    "last_run_responses": ("Pages of the last run by host (empty: all others) and HTTP status.", _responses),
    "last_run_field_coverage": (
        "Of the pages that the last run fetched from a host, the share that had a field.",
        _coverage,
    ),
    "pages": ("Known pages by state.", _pages),
    "pages_due": ("Pages that are due.", _one(lambda ended: ended.standing.due)),
    "articles": ("Stored articles.", _one(lambda ended: ended.standing.articles)),
    "host_rests_until_timestamp_seconds": ("Until when nothing is asked of a host.", _rests),
    "alarm": ("1 where a rule of `wencun status` finds something.", _alarms),
    "database_bytes": (
        "The database, with its log and copies beside it.",
        _one(lambda ended: ended.standing.database_bytes),
    ),
    "wal_bytes": ("The log of the database.", _one(lambda ended: ended.wal_bytes)),
    "warc_bytes": ("The files in warc/.", _one(lambda ended: ended.standing.warc_bytes)),
    "free_bytes": ("Free on the archive's disk.", _one(lambda ended: ended.standing.disk.free_bytes)),
    "free_floor_bytes": (
        "Of these, what runs leave free.",
        _one(lambda ended: ended.standing.disk.floor_bytes),
    ),
}
"""Name without `wencun_` -> help, samples; names are public."""


def _file(value: Any) -> Path:
    path = Path(value).expanduser() if isinstance(value, str) else Path()
    if not path.is_absolute() or path.suffix != ".prom":
        raise ValueError('write an absolute path that ends in .prom: "/var/lib/node_exporter/wencun.prom"')
    return path
