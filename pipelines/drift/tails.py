"""How likely chance alone is."""

from __future__ import annotations

from math import exp, lgamma, log


def tail(seen: int, pages: int, rate: float) -> float:
    """Return the probability that at least `seen` of so many pages are so, where one is with `rate`."""
    if seen <= 0 or rate >= 1:
        return 1.0
    return min(1.0, sum(exp(_log_term(k, pages, rate)) for k in range(seen, pages + 1)))


def _log_term(seen: int, pages: int, rate: float) -> float:
    choices = lgamma(pages + 1) - lgamma(seen + 1) - lgamma(pages - seen + 1)
    return choices + seen * log(rate) + (pages - seen) * log(1 - rate)
