"""How much of what a run asks for may be asked for again, so that a site in trouble is not asked more."""

from __future__ import annotations

from dataclasses import dataclass

_SHARE = 0.1
_AT_LEAST = 10


@dataclass(slots=True)
class RetryBudget:
    """Second and third tries of one run: a tenth of its requests, or ten."""

    asked: int = 0
    """Requests of the run so far."""
    spent: int = 0

    def spend(self) -> bool:
        """Take one more try; False where none is left."""
        if self.spent >= max(_AT_LEAST, _SHARE * self.asked):
            return False
        self.spent += 1
        return True
