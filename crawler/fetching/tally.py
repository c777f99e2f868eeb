"""A run's own count of its pages, kept apart from the ledger to be compared with it at the end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

_FAILURES_IN_A_ROW = 50
"""After so many pages of any hosts, and none that could be had, something is wrong on our side."""
_NOT_TRIED = {"robots_unreachable", "AddressRefused", "scheme"}
"""Errors of pages that nothing was asked for."""


@dataclass(slots=True)
class Tally:
    """What went through a run's hands."""

    leased: int = 0
    settled: int = 0
    failures_in_a_row: int = 0

    def settle(self, *, state: str, error: str | None) -> None:
        """Count a page that came to an end."""
        self.settled += 1
        if state != "failed":
            self.failures_in_a_row = 0
        elif error not in _NOT_TRIED:
            self.failures_in_a_row += 1

    @property
    def fails_on_and_on(self) -> bool:
        """Have so many pages failed in a row that further ones are not worth asking for?"""
        return self.failures_in_a_row >= _FAILURES_IN_A_ROW

    def differences(self, ledger: Mapping[str, int], *, under_way: int) -> list[str]:
        """Return where the ledger's counts of the run are others; `under_way` pages were given back."""
        released = ledger.get("released", 0) + ledger.get("held", 0)
        theirs = {
            "leased": ledger["leased"],
            "given back": released,
            "settled": sum(ledger.values()) - ledger["leased"] - released,
        }
        ours = {"leased": self.leased, "given back": under_way, "settled": self.settled}
        return [
            f"the run counted {ours[name]} pages {name}, the ledger {theirs[name]}"
            for name in ours
            if ours[name] != theirs[name]
        ]
