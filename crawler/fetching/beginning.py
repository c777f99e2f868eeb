"""How a run begins: what dead runs left is written down, and the URLs are in the ledger."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from sqlite3 import Connection

from crawler.fetching import ending
from crawler.fetching.events import Event, announce
from crawler.fetching.options import RunOptions
from crawler.fetching.summary import End, Result
from pipelines import ledger, runs, seeding
from pipelines.following import FollowRule, host_of
from pipelines.ledger.hosts import Rest


@dataclass(frozen=True, slots=True, kw_only=True)
class Beginning:
    """What is known of a run, and of those before it, once its row is written."""

    run_id: int
    unscheduled: frozenset[str]
    """With `--once`: those of the URLs that coming runs would not ask for."""
    killed: tuple[tuple[int, str, Result], ...]
    """Runs that died: id, command, and what they had done."""
    resumed: tuple[tuple[int, int], ...]
    """Runs that this one goes on with: id, and how many pages they had stored."""
    struck: Mapping[str, Rest]
    """The rests of hosts that have not answered as they should since."""
    shortened: tuple[str, ...]
    """Hosts that were to rest for longer than any host does: some clock was wrong."""
    pending: int
    """How many pages are due, apart from those that this run was given."""

    def tell(self) -> None:
        """Tell of the runs before this one, and that it begins."""
        for run_id, command, result in self.killed:
            announce(
                Event.RUN_SUMMARY,
                f"run {run_id}, `wencun {command}`, was killed: {result.line()}",
                level=logging.WARNING,
                run_id=run_id,
                **result.fields(),
            )
        for run_id, stored in self.resumed:
            announce(
                Event.RUN_RESUME,
                f"resuming run {run_id}: {stored} stored, {self.pending} pending",
                resumed_run_id=run_id,
                stored=stored,
                pending=self.pending,
            )
        for host in self.shortened:
            announce(Event.RECOVERED, f"{host} was to rest for over a month: some clock was wrong", host=host)
        announce(Event.RUN_START, f"run {self.run_id} begins")


def rule_of(options: RunOptions) -> FollowRule:
    """Return what a run follows."""
    hosts = frozenset(map(host_of, options.urls)) if options.urls else None
    return FollowRule(lists=options.follow, match=options.match, hosts=hosts)


def begin(connection: Connection, options: RunOptions) -> Beginning:
    """Write down how dead runs ended, give back what they held, and begin a run with its URLs registered.

    For whoever holds the archive's lock: no other run is alive.
    """
    shortened = ledger.hosts.shorten(connection, ledger.now())
    dead = runs.unfinished(connection)
    interrupted = {run_id for run_id, command in dead if command == "crawl"} | ledger.holders(connection)
    ledger.reclaim(connection)
    killed = tuple(
        (run_id, command, ending.finish(connection, run_id, end=End.KILLED)) for run_id, command in dead
    )
    resumed = tuple((run_id, _stored(connection, run_id)) for run_id in sorted(interrupted))
    pending = ledger.due(connection, ledger.now())
    unscheduled = frozenset(ledger.unscheduled(connection, options.urls) if options.once else ())
    due_at = None if options.once else ledger.now()
    seeding.register(connection, map(seeding.seed, options.urls), at=due_at)
    run_id = runs.begin(connection, "crawl", options.arguments, follow=rule_of(options).to_json())
    return Beginning(
        run_id=run_id,
        unscheduled=unscheduled,
        killed=killed,
        resumed=resumed,
        pending=pending,
        shortened=tuple(shortened),
        struck=ledger.hosts.struck(connection),
    )


def _stored(connection: Connection, run_id: int) -> int:
    counts = ledger.counts(connection, run_id)
    return counts.get("article", 0) + counts.get("unchanged", 0)
