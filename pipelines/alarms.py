"""What of an archive a person should see to: a table of rules over how it stands, each with what to do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from pipelines.ledger.hosts import Reason
from pipelines.ledger.times import from_text
from pipelines.wording import counted

if TYPE_CHECKING:
    from pipelines.standing import Standing

_INTERVALS = 2
"""So many of them without a run that ended well are too many."""
_SOON = timedelta(days=14)
_LONG: dict[Reason, int] = {"blocked": 3, "failing": 9}
"""Rests of a host in a row, each longer than the one before, after which it is in trouble for long: days."""
_TROUBLES: dict[Reason, str] = {"blocked": "shows walls in place of pages", "failing": "does not work"}
_FOR_A_PERSON = {
    1: "WENCUN_DEBUG=1 shows where; report it",
    3: "make room, and run it again",
    4: "mend what the line at its end names",
    5: "`wencun verify` says what is damaged",
    7: "mend what the line at its end names",
    8: "look at the site: it has a new shape",
    16: "make room, or lower `min_free` in wencun.toml",
    19: "raise `max_memory` in wencun.toml",
}
"""Exit codes that the next run does not mend by itself, and what to do."""
_Found = Iterator[tuple[str | None, str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """Something that a person should see to."""

    name: str
    """Of the rule; public."""
    subject: str | None
    """The host, file or exit code that it is about, where a rule may find several."""
    message: str
    advice: str
    is_urgent: bool
    """Does `status --check` fail by it? Else it is a reminder."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """When there is an alarm: `find` yields subject, message and advice of each."""

    name: str
    find: Callable[[Standing], _Found]
    is_urgent: bool = True


def alarms(standing: Standing) -> tuple[Alarm, ...]:
    """Return what is to be seen to, by the order of the rules."""
    return tuple(
        Alarm(name=rule.name, subject=subject, message=message, advice=advice, is_urgent=rule.is_urgent)
        for rule in RULES
        for subject, message, advice in rule.find(standing)
    )


def _late(standing: Standing) -> _Found:
    schedule, waited_since = standing.schedule, standing.last_success_at or standing.begun_at
    if schedule is None or waited_since is None:
        return
    if from_text(standing.now) - from_text(waited_since) > _INTERVALS * schedule.interval:
        last = f"the last one did so {waited_since}" if standing.last_success_at else "none ever did"
        yield (
            None,
            f"no run has ended well within two intervals of {schedule.every}: {last}",
            "see the runs below and the log of what starts them, `journalctl -u wencun` or cron's mail",
        )


def _ended_badly(standing: Standing) -> _Found:
    run = standing.last_run
    if run is not None and run.exit_code in _FOR_A_PERSON:
        message = f"the last {run.command} ended with exit {run.exit_code} ({run.outcome})"
        yield str(run.exit_code), message, _FOR_A_PERSON[run.exit_code]


def _in_trouble(standing: Standing) -> _Found:
    for host, rest in standing.struck_hosts.items():
        if rest.reason in _LONG and rest.strikes >= _LONG[rest.reason]:
            yield (
                host,
                f"{host} {_TROUBLES[rest.reason]}, {rest.strikes} times in a row;"
                f" nothing is asked of it until {rest.until}",
                "look at it in a browser: wencun gets round no wall",
            )


def _drifts(standing: Standing) -> _Found:
    for drift in standing.drifts:
        samples = ", ".join(map(str, drift.captures))
        yield (
            drift.host,
            f"{drift.site} ({drift.host}) has had another shape since {drift.since}: {drift.message};"
            f" captures {samples}",
            f"see `wencun fixture {drift.captures[0] if drift.captures else 'URL'}`; if all is read well,"
            f" `wencun accept {drift.host}`",
        )


def _fills_up(standing: Standing) -> _Found:
    disk = standing.disk
    if disk.full_at is None or from_text(disk.full_at) - from_text(standing.now) > _SOON:
        return
    when = f"is full about {disk.full_at[:10]}" if disk.free_bytes > disk.floor_bytes else "is full"
    yield (
        None,
        f"the disk {when}: {disk.free_bytes >> 20} MiB are free, and runs leave {disk.floor_bytes >> 20} MiB",
        "make room, or lower `min_free` in wencun.toml",
    )


def _files_missing(standing: Standing) -> _Found:
    if standing.missing_files:
        yield (
            None,
            f"{counted(len(standing.missing_files), 'WARC file')} missing: {standing.missing_files[0]}",
            "restore from a backup; `wencun verify` names each",
        )


def _files_offline(standing: Standing) -> _Found:
    if standing.offline_files:
        yield (
            None,
            f"{counted(len(standing.offline_files), 'WARC file')} offline: {standing.offline_files[0]}",
            "mount the cold place that they were moved to",
        )


def _no_contact(standing: Standing) -> _Found:
    if not standing.has_contact:
        yield (
            None,
            "no contact is set, so a site's owner cannot write to you",
            "put `contact` under [crawl] in wencun.toml",
        )


RULES = (
    Rule(name="no_success", find=_late),
    Rule(name="last_run", find=_ended_badly),
    Rule(name="host_trouble", find=_in_trouble),
    Rule(name="drift", find=_drifts),
    Rule(name="disk_full_soon", find=_fills_up),
    Rule(name="warc_missing", find=_files_missing),
    Rule(name="warc_offline", find=_files_offline, is_urgent=False),
    Rule(name="no_contact", find=_no_contact, is_urgent=False),
)
"""Names are public: alerts and `status --format json` bear them."""
