"""What the fault tests measured is told beside what was asked."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest_plugins = ["pytester"]


@pytest.mark.parametrize("workers", ["0", "2"])
@pytest.mark.parametrize("full", ["", "full"])
def test_figures_are_told_at_the_end_beside_those_asked(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, full: str, workers: str
) -> None:
    monkeypatch.setenv("WENCUN_FIGURES", full)
    pytester.makeconftest(Path(__file__).parents[1].joinpath("figures.py").read_text(encoding="utf-8"))
    pytester.makepyfile(
        "def test_one(scale, figure): figure('pages lost', asked='0 of 200', seen=scale(1, 2))"
    )
    ended = pytester.runpytest("-q", "-n", workers)
    ended.stdout.re_match_lines(
        [r".* figures .*", r" +asked +seen$", rf"pages lost +0 of 200 +{2 if full else 1}$"]
    )
