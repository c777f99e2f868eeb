"""What of a page's shape is judged, and when."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache

from drifting import MadeSite
from golden_sites import GoldenSite
from template_edits import NO_DATES

from crawler.extract.shape import Shape, unread
from pipelines.drift.norm import Look, Norm
from pipelines.drift.page_check import judge
from pipelines.drift.run_check import compare


@cache
def _norm(seed: int) -> tuple[MadeSite, Norm]:
    site = MadeSite(seed)
    return site, site.norm()


def test_a_shape_is_what_it_was_written_down_as() -> None:
    (look,) = MadeSite(3).run(1, [1])
    assert Shape.from_text(look.shape.to_text()) == look.shape
    assert len(look.shape.to_text()) < 300


def test_three_pages_that_all_lost_their_dates_are_drift_and_one_of_twenty_is_not() -> None:
    site, norm = _norm(1)
    edit = NO_DATES
    lost = site.run(10, site.chosen(10), edit)
    kept = site.run(10, site.chosen(10))
    (finding,) = (found for found in compare(lost[:3], norm) if found.field == "published")
    assert finding.seen == "0 of 3"
    assert len(finding.samples) == 3
    assert compare((lost[0], *kept[1:]), norm) == ()
    assert judge(lost[0].shape, norm) == f"published: {_pages(norm)} pages like it had it"


def _pages(norm: Norm) -> str:
    return f"{len(norm.latest)} of {len(norm.latest)}"


def test_nothing_is_judged_while_few_pages_are_known() -> None:
    site = MadeSite(1)
    norm = Norm((site.run(0, range(5)),))
    lost = site.run(10, range(20, 40), NO_DATES)
    assert compare(lost, norm) == ()
    assert all(judge(look.shape, norm) is None for look in lost)


def test_the_first_pages_of_another_author_are_not_taken_for_a_new_template() -> None:
    _, norm = _norm(1)
    looks = MadeSite(77, authors=(("newcomer", "新来的"),)).run(0, range(500, 520), _little)
    assert compare(looks, norm) == ()
    assert all(judge(look.shape, norm) is None for look in looks)


def _little(html: str, _: object) -> str:
    """The page of somebody who puts no question to models, writes little, and signs every text alike."""
    html = re.sub(r"<h2>.*?</h2>", "", re.sub(r"\d{4}-\d\d-\d\d 问AI:", "", html))
    return re.sub(
        r"<p>(.*?)</p>.*(\n</div></div></article>)", r"<p>\1</p><p>新来的敬上</p>\2", html, flags=re.DOTALL
    )


def test_pages_that_are_deleted_one_after_the_other_are_no_drift() -> None:
    site, norm = _norm(1)
    looks, gone = list(site.run(10, site.chosen(10))), unread(site.url(1), is_gone=True)
    for place in range(0, len(looks), 3):
        looks[place] = replace(looks[place], shape=gone)
    assert compare(looks, norm) == ()
    assert compare([replace(look, shape=gone) for look in looks[:4]], norm) == ()
    (finding,) = compare([replace(look, shape=gone) for look in looks], norm)
    assert finding.field == "article"


def test_many_first_pages_of_one_author_are_no_drift_where_urls_do_not_tell_authors_apart() -> None:
    site = GoldenSite(1, pair="tencent/2023_answers")

    def by(look: Look, author: str) -> Look:
        return replace(look, shape=replace(look.shape, author=author))

    norm = Norm(tuple(tuple(by(look, f"{look.page_id % 5}") for look in run) for run in site.norm(6).runs))
    new = [by(look, "new") for look in site.run(10, range(60, 76))]
    seen_before = [by(look, f"{look.page_id % 5}") for look in site.run(10, range(4))]
    assert compare([*new, *seen_before], norm) == ()


def test_pages_that_all_bear_one_title_are_drift_even_where_they_did_before() -> None:
    site = GoldenSite(1, pair="csdn/g4")

    def called(look: Look, title: str) -> Look:
        return replace(look, shape=replace(look.shape, title=title))

    norm = Norm(tuple(tuple(called(look, "old") for look in run) for run in site.norm(2).runs))
    findings = compare([called(look, "new") for look in site.run(10, range(60, 70))], norm)
    assert [finding.field for finding in findings] == ["title"]
