"""How a run ends: its leases given back, its row finished, and the error that ended it named."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from sqlite3 import Connection

from crawler.fetching.failures import ROBOTS_UNREACHABLE, failure_of
from crawler.fetching.options import RunOptions
from crawler.fetching.stopping import Stopping
from crawler.fetching.summary import End, Result
from crawler.fetching.tally import Tally
from crawler.fetching.visit import Visit
from crawler.fetching.visiting import Visits
from pipelines import accounts, ledger, runs
from pipelines.archive import Archive
from pipelines.drift.judging import Drift
from pipelines.errors import Miscounted, OutOfMemory, WencunError, of_os_error
from pipelines.ledger.hosts import HeldBack, Reason
from pipelines.process import RATE_LIMITED

_STATES = {
    "article": "stored",
    "unchanged": "stored",
    "not_article": "skipped",
    "redirect": "skipped",
    "released": "pending",
    "held": "pending",
}
"""State that a leased page is in, by what the ledger counts it under; other names are states."""


def finish(
    connection: Connection,
    run_id: int,
    *,
    end: End,
    is_strict: bool = False,
    held_back: Mapping[Reason, HeldBack] | None = None,
    error_code: int | None = None,
    drifts: tuple[Drift, ...] = (),
) -> Result:
    """Give back what a run still holds, and write down how it ended, all of it as the ledger has it.

    A run that was stopped at once keeps its leases: the next one first stores what this one archived.
    """
    if end is not End.FORCED:
        ledger.release(connection, run_id)
    states = Counter[str]()
    for name, pages in ledger.counts(connection, run_id).items():
        states[_STATES.get(name, name)] += pages
    del states["leased"]
    (unreachable,) = connection.execute(
        "SELECT count(*) FROM failures WHERE run_id = ? AND error = ?", (run_id, ROBOTS_UNREACHABLE)
    ).fetchone()
    (rate_limited,) = connection.execute(
        "SELECT count(DISTINCT f.page_id) FROM failures AS f JOIN pages AS p ON p.id = f.page_id"
        " WHERE f.run_id = ? AND f.error = ? AND p.state = 'blocked'",
        (run_id, RATE_LIMITED),
    ).fetchone()
    result = Result(
        states=+states,
        rate_limited=min(rate_limited, states["blocked"]),
        robots_unreachable=unreachable,
        held_back=held_back or {},
        end=end,
        is_strict=is_strict,
        error_code=error_code,
        drifts=drifts,
    )
    _note(connection, run_id, result)
    return result


def finish_live(
    connection: Connection,
    visits: Visits,
    options: RunOptions,
    stopping: Stopping,
    error: WencunError | None,
) -> Result:
    """Give back what a live run still holds, and write down how it ended: by `error`, if there is one."""
    run_id, leases = visits.finisher.run_id, visits.leases
    if options.once:
        ledger.unschedule(connection, visits.unscheduled)
    if stopping.end is End.DONE and leases.stopped_short(connection):
        stopping.end = End.PAGES
    held_back = leases.held_back(connection)
    if stopping.end is not End.FORCED:
        for visit in list(leases.put_off.values()):
            _end_put_off(connection, visits, visit)
    is_hurried = stopping.end is End.FORCED or error is not None
    result = finish(
        connection,
        run_id,
        end=stopping.end if error is None else End.ERROR,
        is_strict=options.strict,
        held_back=held_back,
        error_code=None if error is None else error.exit_code,
        drifts=() if is_hurried else visits.finisher.judging.look_back(connection),
    )
    if error is not None or stopping.is_cut:  # what was given to the writer last was not waited for
        return result
    under_way = len(leases.under_way) + len(leases.put_off)
    return checked(connection, run_id, result, visits.tally, under_way=under_way)


def checked(connection: Connection, run_id: int, result: Result, tally: Tally, *, under_way: int) -> Result:
    """Return the result of a run whose own count is that of the ledger; else one that is an internal error.

    `under_way`: pages that the run held at its end.
    """
    differences = tally.differences(ledger.counts(connection, run_id), under_way=under_way)
    differences += accounts.discrepancies(connection, run_id)
    if not differences:
        return result
    miscounted = Miscounted(f"the ledger does not add up: {'; '.join(differences)}. A bug of ours")
    result = replace(result, error_code=miscounted.exit_code, error=str(miscounted), end=End.ERROR)
    _note(connection, run_id, result)
    return result


def named(error: BaseException, archive: Archive) -> WencunError:
    """Return the error of ours that stands for what ended a run."""
    if isinstance(error, WencunError):
        return error
    if isinstance(error, MemoryError):
        return OutOfMemory("no memory is left; `wencun crawl` goes on where this run ended")
    if not isinstance(error, OSError):
        return WencunError(f"internal error, {type(error).__name__}: {error}; a bug of ours")
    return of_os_error(error, archive.warc_dir)


def _end_put_off(connection: Connection, visits: Visits, visit: Visit) -> None:
    """End the lease of a page that was asked for, and that there was no time to ask for again."""
    page_id, run_id = visit.page.id, visits.finisher.run_id
    if visit.failure is not None:
        why = failure_of(visit.failure)
        ledger.fail(connection, page_id, run_id, why.error, why.message, state=why.state)
        visits.tally.settle(state=why.state, error=why.error)
    elif visit.outcome in {"blocked", "failed"}:
        ledger.finish(connection, page_id, run_id, visit.outcome)
        visits.tally.settle(state=visit.outcome, error=None)
    else:
        return
    del visits.leases.put_off[page_id]


def _note(connection: Connection, run_id: int, result: Result) -> None:
    runs.finish(
        connection,
        run_id,
        outcome=result.end.outcome,
        exit_code=None if result.end is End.KILLED else result.exit_code,
        counts=result.states,
    )
