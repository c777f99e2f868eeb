"""A template that changes is found out within twenty pages, and pages that differ as pages do are not."""

from __future__ import annotations

from functools import cache

import pytest
from drifting import MadeSite
from template_edits import EDITS, HELD_OUT

from pipelines.drift.norm import Look, Norm
from pipelines.drift.page_check import judge
from pipelines.drift.run_check import compare

ASKED = 20


@cache
def known(seed: int) -> tuple[MadeSite, Norm]:
    site = MadeSite(seed)
    return site, site.norm()


def needed(looks: tuple[Look, ...], norm: Norm) -> int:
    """Return after how many pages drift is found; more than there are where it never is."""
    counts = range(1, len(looks) + 1)
    return next((pages for pages in counts if compare(looks[:pages], norm)), len(looks) + 1)


@pytest.mark.parametrize(("kind", "edits"), [("edit", EDITS), ("edit held out", HELD_OUT)])
def test_every_edit_of_a_template_is_found(kind: str, edits, scale, figure) -> None:
    for seed in scale((1,), (1, 2, 3)):
        site, norm = known(seed)
        counts = {
            name: needed(site.run(10, site.chosen(10, ASKED), edit), norm) for name, edit in edits.items()
        }
        worst = max(counts, key=lambda name: counts[name])
        figure(f"{kind}: pages until it is found, site {seed}, {worst}", asked=ASKED, seen=counts[worst])
        found = sum(pages <= ASKED for pages in counts.values())
        figure(f"{kind}: found within {ASKED} pages, site {seed}", asked=len(edits), seen=found)
        assert max(counts.values()) <= ASKED, counts


def test_clean_replays_raise_no_alarm_and_hold_nothing_back(scale, figure) -> None:
    replays = scale(5, 50)
    alarms, held_back = [], []
    for seed in range(100, 100 + replays):
        site = MadeSite(seed)
        norm, looks = site.norm(), site.run(10, site.chosen(10, ASKED))
        alarms += [(seed, pages, found) for pages in (3, 8, 20) if (found := compare(looks[:pages], norm))]
        held_back += [wrong for look in looks if (wrong := judge(look.shape, norm))]
    figure(f"false alarms in {replays} clean replays", asked=0, seen=len(alarms))
    figure(f"pages held back in {replays} clean replays", asked=0, seen=len(held_back))
    assert (alarms, held_back) == ([], [])
