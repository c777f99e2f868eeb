"""What is told outside once a run has ended: metrics to a file, the rest to whom the settings name."""

from __future__ import annotations

import json
import logging
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from crawler.fetching.events import Event, announce
from crawler.fetching.notifying import Message, NotifySettings, deliver, read_notify_settings
from crawler.fetching.options import expected_of
from crawler.fetching.summary import Result
from pipelines import alerts, ledger, metrics
from pipelines.archive import Archive
from pipelines.database import connect_reading
from pipelines.errors import WencunError
from pipelines.standing import Expected, Standing, alarmed, take_stock

_SUCCESS = {0, 14, 15}
"""Exit codes of runs that did what they should, or as much of it as they were allowed to."""
_STOPPED = {11, 13}
"""Of runs that somebody stopped: they neither did it nor failed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reporter:
    """Tells of the runs of one archive; nothing that goes wrong with that changes how they end."""

    archive: Archive
    notify: NotifySettings
    metrics_file: Path | None
    expected: Expected

    @classmethod
    def of(cls, archive: Archive) -> Reporter:
        """Return what tells whom the archive's settings name; raises BadSettings."""
        path = archive.settings_path
        return cls(
            archive=archive,
            notify=read_notify_settings(path),
            metrics_file=metrics.read_metrics_settings(path).file,
            expected=expected_of(path),
        )

    def report(self, run_id: int, result: Result, *, seconds: float) -> None:
        """Write the metrics, and send what is to be sent within so many seconds."""
        ended = None
        if self.metrics_file is not None or self.notify.alerts is not None:
            with _no_harm():
                ended = self._look_back(run_id, result)
        if self.metrics_file is not None and ended is not None:
            with _no_harm():
                metrics.write(self.metrics_file, metrics.exposition(ended))
        alert = None if ended is None else self._alert(ended.standing)
        messages = [*self._summary(run_id, result), *self._ping(result), *([alert] if alert else [])]
        if alert in deliver(messages, seconds=seconds) and ended is not None:
            with _no_harm():
                alerts.remember(self.archive, ended.standing)

    def _look_back(self, run_id: int, result: Result) -> metrics.Ended:
        path, now = self.archive.database_path, ledger.now()
        with closing(connect_reading(path)) as connection:
            standing = take_stock(self.archive, connection, now=now, since=now, expected=self.expected)
            run = standing.last_run
            if run is not None and run.id == run_id and run.finished_at is None:  # it could not be noted
                run = replace(run, finished_at=now, outcome=result.end.outcome, exit_code=result.exit_code)
                standing = alarmed(replace(standing, last_run=run, verdict=run.verdict(now)))
            return metrics.look_back(path, connection, standing, result.exit_code)

    def _summary(self, run_id: int, result: Result) -> Iterator[Message]:
        if self.notify.webhook is not None:
            summary = {"event": Event.RUN_SUMMARY, "run_id": run_id, "message": result.line()}
            yield Message(self.notify.webhook, _json({**summary, **result.fields()}))

    def _ping(self, result: Result) -> Iterator[Message]:
        """Yield what a watcher of scheduled jobs is told, as healthchecks.io has it."""
        url = self.notify.ping
        if url is not None and result.exit_code in _SUCCESS:
            yield Message(url)
        elif url is not None and result.exit_code not in _STOPPED:
            yield Message(f"{url.rstrip('/')}/fail", result.line().encode(), "text/plain; charset=utf-8")

    def _alert(self, standing: Standing) -> Message | None:
        change = alerts.change(self.archive, standing)
        if self.notify.alerts is None or change is None:
            return None
        return Message(self.notify.alerts, _json(change))


def _json(content: dict[str, Any]) -> bytes:
    return json.dumps(content, ensure_ascii=False).encode()


@contextmanager
def _no_harm() -> Iterator[None]:
    """Tell of an error, and go on."""
    try:
        yield
    except (OSError, sqlite3.Error, WencunError) as error:
        announce(
            Event.REPORT_FAILED,
            f"metrics and alarms could not be looked for or kept: {error}",
            level=logging.WARNING,
            reason=type(error).__name__,
        )
