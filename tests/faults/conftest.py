"""How much is tried, and what came out of it, beside what was asked."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TypeVar

import pytest

_T = TypeVar("_T")
_FULL = "WENCUN_FAULTS"
"""Set to `full`, as `make faults` does, the figures are tried that are asked; otherwise a sample of them."""
_FIGURES = pytest.StashKey[list[tuple[str, str, str]]]()


@pytest.fixture(scope="session")
def scale() -> Callable[[_T, _T], _T]:
    """What is tried in every run, or in full: `kills = scale(6, 200)`."""
    is_full = os.environ.get(_FULL) == "full"
    return lambda small, full: full if is_full else small


@pytest.fixture(scope="session")
def figure(pytestconfig: pytest.Config) -> Callable[..., None]:
    """Note a figure for the end of the run: `figure("pages lost in 200 kills", asked=0, seen=lost)`."""
    figures = pytestconfig.stash.setdefault(_FIGURES, [])
    return lambda what, *, asked, seen: figures.append((what, str(asked), str(seen)))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    figures = config.stash.get(_FIGURES, [])
    if not figures:
        return
    terminalreporter.section("figures")
    table = [("", "asked", "seen"), *figures]
    widths = [max(len(row[column]) for row in table) for column in (0, 1)]
    for what, asked, seen in table:
        terminalreporter.write_line(f"{what:{widths[0]}}  {asked:{widths[1]}}  {seen}".rstrip())
