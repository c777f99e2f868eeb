"""What a run amounts to: the exit code and the line at its end, from the states its pages ended in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from pipelines.drift.judging import Drift
from pipelines.ledger.hosts import HeldBack, Reason
from pipelines.wording import counted

_SEVERITY = (5, 3, 7, 1, 8, 10, 18, 12, 9, 14, 15, 16, 19, 11)
"""Exit codes, the most severe first."""
_DRIFT, _INCOMPLETE, _BLOCKED = 8, 9, 10
_RESTS: Mapping[Reason, int] = {"blocked": 10, "rate_limited": 18, "failing": 12}
"""Exit code where due pages were held back, by why their hosts rest."""
_TOLERATED = 0.05
"""Share of pages that may fail, or be blocked, in a run that is still called complete."""


class End(Enum):
    """What ended a run: the outcome in `runs`, its exit code, and that with `--strict`."""

    DONE = "done", 0, 0
    PAGES = "limit", 0, 14
    TIME = "limit", 0, 15
    SIGNAL = "interrupted", 11, 11
    FORCED = "forced", 13, 13
    FAILURES = "failures", 12, 12
    DISK = "disk_floor", 16, 16
    MEMORY = "memory", 19, 19
    ERROR = "failed", 0, 0
    """Its exit code is the error's own."""
    KILLED = "killed", 0, 0
    """Nobody saw an exit code; the next run wrote down what this one had done."""

    def __init__(self, outcome: str, code: int, strict_code: int) -> None:
        self.outcome = outcome
        self.code = code
        self.strict_code = strict_code

    @property
    def reason(self) -> str:
        """Return it in a word, for the event that tells of it."""
        return self.name.lower()


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """How a run ended; the counts are of pages of this run, by the state that the ledger has them in."""

    states: Mapping[str, int]
    """`pending` are those that it did not get to."""
    robots_unreachable: int = 0
    """How many of the `failed` were not asked for because robots.txt could not be had."""
    rate_limited: int = 0
    """How many of the `blocked` were refused with the wish to be asked less, and by no wall."""
    held_back: Mapping[Reason, HeldBack] = field(default_factory=dict)
    """What is due and was not asked for, because its hosts rest."""
    end: End = End.DONE
    is_strict: bool = False
    """Does a limit that was reached have an exit code of its own?"""
    drifts: tuple[Drift, ...] = ()
    """Hosts whose pages had another shape than in the runs before."""
    error_code: int | None = None
    """Exit code of the error that ended the run; None where none did."""
    error: str | None = None
    """What that error says."""

    @property
    def settled(self) -> int:
        """How many pages came to an end."""
        return sum(count for state, count in self.states.items() if state != "pending")

    @property
    def next_try_at(self) -> str | None:
        """When the first of the hosts that rest may be asked again; None where nothing was held back."""
        return min((held.next_try_at for held in self.held_back.values()), default=None)

    @property
    def exit_code(self) -> int:
        """Return the most severe of what happened; 13 stands for itself: nothing was looked at any more."""
        if self.end is End.FORCED:
            return self.end.code
        return min(self._codes() - {0}, key=_SEVERITY.index, default=0)

    def _codes(self) -> set[int]:
        codes = {self.end.strict_code if self.is_strict else self.end.code}
        codes.update(_RESTS[reason] for reason in self.held_back)
        if self.error_code is not None:
            codes.add(self.error_code)
        if self.drifts:
            codes.add(_DRIFT)
        got = self.states.get("stored", 0) + self.states.get("source", 0)
        if not self.settled:
            # a run that was stopped before it had anything has the exit code of that
            return codes | {_INCOMPLETE} if self.states and not self.end.code else codes
        blocked, failed = self.states.get("blocked", 0) - self.rate_limited, self.states.get("failed", 0)
        if self.rate_limited > _TOLERATED * self.settled or (not got and self.rate_limited):
            codes.add(_RESTS["rate_limited"])
        if blocked > _TOLERATED * self.settled or (not got and (blocked or self.robots_unreachable)):
            codes.add(_BLOCKED)
        if failed > _TOLERATED * self.settled or not got:
            codes.add(_INCOMPLETE)
        return codes

    def line(self) -> str:
        """Return one line for people: `12 pages: 10 stored, 1 source, 1 robots · exit 0`."""
        total = sum(self.states.values())
        parts = ", ".join(f"{count} {state}" for state, count in sorted(self.states.items(), key=_by_weight))
        pages = counted(total, "page") if total else "nothing was due"
        if self.held_back:
            held = counted(sum(held.pages for held in self.held_back.values()), "page")
            why = " and ".join(reason.replace("_", " ") for reason in self.held_back)
            rest = f"{held} held back ({why}), next try at {self.next_try_at}"
            pages, parts = (pages, f"{parts}; {rest}") if total else (rest, "")
        ending = "" if self.end is End.DONE else f" · {self.end.outcome.replace('_', ' ')}"
        ending += "".join(f" · drift: {drift.message}" for drift in self.drifts)
        code = "" if self.end is End.KILLED else f" · exit {self.exit_code}"
        return f"{pages}{': ' + parts if parts else ''}{ending}{code}"

    def fields(self) -> dict[str, Any]:
        """Return what the event at the end of the run tells to programs."""
        return {
            "exit_code": None if self.end is End.KILLED else self.exit_code,
            "outcome": self.end.outcome,
            "pages": dict(self.states),
            "held_back": {reason: held.pages for reason, held in self.held_back.items()} or None,
            "next_try_at": self.next_try_at,
            "drift": [drift.site for drift in self.drifts] or None,
        }


def _by_weight(entry: tuple[str, int]) -> tuple[bool, int, str]:
    """`stored` first, then the commonest."""
    state, count = entry
    return state != "stored", -count, state
