"""What a run amounts to: the exit code and the line at its end, from the states its pages ended in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

_SEVERITY = (5, 3, 7, 1, 8, 10, 18, 12, 9, 16, 19, 11)
"""Exit codes, the most severe first."""
_INCOMPLETE, _BLOCKED, _INTERRUPTED, FORCED = 9, 10, 11, 13
_TOLERATED = 0.05
"""Share of pages that may fail, or be blocked, in a run that is still called complete."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """How a run ended; the counts are of pages of this run, by the state that the ledger has them in."""

    states: Mapping[str, int]
    """`pending` are those that it did not get to."""
    robots_unreachable: int = 0
    """How many of the `failed` were not asked for because robots.txt could not be had."""
    outcome: str = "done"
    """`done`, `limit`, `interrupted`, `forced` or `failed`."""
    error_code: int | None = None
    """Exit code of the error that ended the run; None where none did."""

    @property
    def settled(self) -> int:
        """How many pages came to an end."""
        return sum(count for state, count in self.states.items() if state != "pending")

    @property
    def exit_code(self) -> int:
        """Return the most severe of what happened; 13 stands for itself: nothing was looked at any more."""
        if self.outcome == "forced":
            return FORCED
        return min(self._codes(), key=_SEVERITY.index, default=0)

    def _codes(self) -> set[int]:
        codes = set() if self.error_code is None else {self.error_code}
        if self.outcome == "interrupted":
            codes.add(_INTERRUPTED)
        if not self.settled:
            return codes
        got = self.states.get("stored", 0) + self.states.get("source", 0)
        blocked, failed = self.states.get("blocked", 0), self.states.get("failed", 0)
        if blocked > _TOLERATED * self.settled or (not got and (blocked or self.robots_unreachable)):
            codes.add(_BLOCKED)
        if failed > _TOLERATED * self.settled or not got:
            codes.add(_INCOMPLETE)
        return codes

    def line(self) -> str:
        """Return one line for people: `12 pages: 10 stored, 1 source, 1 robots · exit 0`."""
        total = sum(self.states.values())
        parts = ", ".join(f"{count} {state}" for state, count in sorted(self.states.items(), key=_by_weight))
        pages = f"{total} page{'' if total == 1 else 's'}" if total else "nothing was due"
        ending = "" if self.outcome == "done" else f" · {self.outcome}"
        return f"{pages}{': ' + parts if parts else ''}{ending} · exit {self.exit_code}"


def _by_weight(entry: tuple[str, int]) -> tuple[bool, int, str]:
    """`stored` first, then the commonest."""
    state, count = entry
    return state != "stored", -count, state
