"""How much is tried, and what came out of it, beside what was asked."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TypeVar

import pytest

_T = TypeVar("_T")
_FULL = "WENCUN_FIGURES"
"""Set to `full`, as `make faults` and `make year` do, what is asked is tried; otherwise a sample of it."""
_FIGURE = "figure"


@pytest.fixture(scope="session")
def scale() -> Callable[[_T, _T], _T]:
    """What is tried in every run, or in full: `kills = scale(6, 200)`."""
    is_full = os.environ.get(_FULL) == "full"
    return lambda small, full: full if is_full else small


@pytest.fixture
def figure(record_property: Callable[[str, object], None]) -> Callable[..., None]:
    """Note a figure for the end of the run: `figure("pages lost in 200 kills", asked=0, seen=lost)`."""
    return lambda what, *, asked, seen: record_property(_FIGURE, (what, str(asked), str(seen)))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    reports = [each for each in terminalreporter.getreports("") if each.when == "teardown"]
    figures = [
        value
        for report in sorted(reports, key=lambda each: each.nodeid)  # they end in any order
        for name, value in report.user_properties
        if name == _FIGURE
    ]
    if not figures:
        return
    terminalreporter.section("figures")
    table = [("", "asked", "seen"), *figures]
    widths = [max(len(row[column]) for row in table) for column in (0, 1)]
    for what, asked, seen in table:
        terminalreporter.write_line(f"{what:{widths[0]}}  {asked:{widths[1]}}  {seen}".rstrip())
