"""A template that changes is found out within twenty pages, and pages that differ as pages do are not."""

from __future__ import annotations

import random

import pytest
from drifting import AnySite, Edit, MadeSite
from golden_sites import GOLDEN, GoldenSite
from template_edits import EDITS, HELD_OUT

from crawler.extract import extract
from crawler.extract.items import ExtractionError, Page
from pipelines.drift.counting import Finding
from pipelines.drift.norm import Look, Norm
from pipelines.drift.page_check import judge
from pipelines.drift.run_check import compare
from pipelines.drift.windows import look_through

ASKED = 20
SOME = 6
"""Pages by which it is decided whether an edit changes anything."""
READ = ("title", "published_at", "published_date", "author", "read_count", "text", "truncated")


def needed(looks: tuple[Look, ...], norm: Norm) -> int:
    """Return after how many pages drift is found; more than there are where it never is."""
    counts = range(1, len(looks) + 1)
    return next((pages for pages in counts if compare(looks[:pages], norm)), len(looks) + 1)


@pytest.mark.parametrize(("kind", "edits"), [("edit", EDITS), ("edit held out", HELD_OUT)])
def test_every_edit_of_a_template_is_found(kind: str, edits, scale, figure) -> None:
    for seed in scale((1,), (1, 2, 3)):
        site = MadeSite(seed)
        norm = site.norm()
        counts = {
            name: needed(site.run(10, site.chosen(10, ASKED), edit), norm) for name, edit in edits.items()
        }
        worst = max(counts, key=lambda name: counts[name])
        figure(f"{kind}: pages until it is found, site {seed}, {worst}", asked=ASKED, seen=counts[worst])
        found = sum(pages <= ASKED for pages in counts.values())
        figure(f"{kind}: found within {ASKED} pages, site {seed}", asked=len(edits), seen=found)
        assert max(counts.values()) <= ASKED, counts


def read_off(page: Page) -> object:
    """Return what is read off a page, or why nothing is."""
    try:
        article = extract(page)
    except ExtractionError as error:
        return type(error)
    answers = [(answer.label, answer.text) for answer in article.answers]
    entries = [(entry.list, entry.title, entry.url, entry.read_count) for entry in article.sidebar]
    return [getattr(article, name) for name in READ], answers, entries


def test_every_edit_of_a_golden_page_is_found_or_read_through(scale, figure) -> None:
    late, changes, harmless = {}, 0, 0
    for pair in scale(GOLDEN[::8], GOLDEN):
        site = GoldenSite(1, pair=pair)
        numbers, norm = site.chosen(10, ASKED), site.norm(6)
        as_it_was = [read_off(site.page(number, 10)) for number in numbers[:SOME]]
        for name, edit in EDITS.items():
            if as_it_was == [read_off(site.page(number, 10, edit)) for number in numbers[:SOME]]:
                harmless += 1
                continue
            changes += 1
            if (pages := needed(site.run(10, numbers, edit), norm)) > ASKED:
                late[pair, name] = pages
    figure(f"edits of golden pages: found within {ASKED} pages", asked=changes, seen=changes - len(late))
    figure("edits of golden pages that change nothing of what is read", asked="any", seen=harmless)
    assert late == {}


def small_runs(site: AnySite, days: int, edit: Edit | None = None) -> tuple[int, int, list[Finding]]:
    """Live with a site from day to day, a page to three on each, until something is found.

    `edit`: of the last days, as many as ASKED. Returns the days that passed before it, on how many pages it
    was, and what was found.
    """
    choose, known, edited = random.Random(f"{site.seed}/days"), 20, 0
    runs = [site.run(0, range(known))]
    for day in range(1, days):
        new = sum(choose.random() < 0.4 for _ in range(choose.randint(1, 3)))
        numbers = [*range(known, known + new), choose.randrange(known)]
        known += new
        is_edited = edit is not None and day >= days - ASKED
        if looks := site.run(day, numbers, edit if is_edited else None):
            edited += is_edited * len(looks)
            if found := look_through(looks, Norm(tuple(reversed(runs)))).findings:
                return day, edited, list(found)
            runs.append(looks)
    return days, edited, []


def test_small_runs_find_every_edit_too_and_nothing_else(scale, figure) -> None:
    edits = scale({name: EDITS[name] for name in list(EDITS)[::4]}, EDITS | HELD_OUT)
    needed = {name: small_runs(MadeSite(1), 60, edit) for name, edit in edits.items()}
    late = {name: each for name, each in needed.items() if not each[2] or not 1 <= each[1] <= ASKED}
    figure(
        f"edits found within {ASKED} pages by runs of a page to three",
        asked=len(edits),
        seen=len(edits) - len(late),
    )
    sites: list[AnySite] = [MadeSite(seed) for seed in range(200, 200 + scale(2, 20))]
    sites += [GoldenSite(3, pair=pair) for pair in scale(GOLDEN[::32], GOLDEN[::3])]
    alarms = [found for site in sites for _, _, found in [small_runs(site, scale(60, 365))] if found]
    figure(f"false alarms in {scale(60, 365)} days of {len(sites)} clean sites", asked=0, seen=len(alarms))
    assert (late, alarms) == ({}, [])


def test_clean_replays_raise_no_alarm_and_hold_nothing_back(scale, figure) -> None:
    sites: list[AnySite] = [MadeSite(seed) for seed in range(100, 100 + scale(5, 50))]
    sites += [GoldenSite(2, pair=pair) for pair in scale(GOLDEN[::16], GOLDEN)]
    alarms, held_back = [], []
    for site in sites:
        norm, looks = site.norm(), site.run(10, site.chosen(10, ASKED))
        alarms += [(site, pages, found) for pages in (3, 8, 20) if (found := compare(looks[:pages], norm))]
        held_back += [(site, wrong) for look in looks if (wrong := judge(look.shape, norm))]
    figure(f"false alarms in {len(sites)} clean replays", asked=0, seen=len(alarms))
    figure(f"pages held back in {len(sites)} clean replays", asked=0, seen=len(held_back))
    assert (alarms, held_back) == ([], [])
