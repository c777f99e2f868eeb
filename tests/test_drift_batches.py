"""Articles that authors write otherwise than before are no drift, and templates that change still are."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cache

import pytest
from drifting import MadeSite, Writing
from template_edits import EDITS, HELD_OUT

from crawler.extract.items import Article
from pipelines.drift.counting import Finding
from pipelines.drift.norm import Look, Norm
from pipelines.drift.page_check import judge
from pipelines.drift.run_check import compare

FOUR = Writing(models=(4, 4))
_MORE_LABELS = ("文心一言", "豆包 ", "智谱清言", "讯飞星火", "通义千问", "DeepSeek", "Kimi", "腾讯元宝")
LATER = {
    "a model more": Writing(models=(5, 5)),
    "two models more, new to the series": Writing(models=(6, 6), labels=_MORE_LABELS),
    "a model fewer": Writing(models=(3, 3)),
    "half the models": Writing(models=(2, 2)),
    "half as long again": Writing(models=(4, 4), length=1.5),
    "twice as long": Writing(models=(4, 4), length=2),
    "three times as long": Writing(models=(4, 4), length=3),
    "a model more and longer": Writing(models=(5, 5), length=1.5),
    "two thirds as long": Writing(models=(4, 4), length=0.67),
    "a little over half as long": Writing(models=(4, 4), length=0.6),
    "a model fewer and shorter": Writing(models=(3, 3), length=0.8),
    "another series": Writing(models=(4, 4), series="大模型问答："),
}
SIZES = (3, 8, 20)
SEEDS = (1, 2)


@cache
def _site(seed: int, name: str = "") -> tuple[MadeSite, Norm]:
    site = MadeSite(seed, written=FOUR, later=LATER.get(name))
    return site, site.norm()


def _new(site: MadeSite, pages: int) -> list[int]:
    return list(range(site.pages, site.pages + pages))


def _found(looks: Sequence[Look], norm: Norm) -> tuple[list[Finding], list[str]]:
    """Return what is found of a run, and what is held back."""
    return list(compare(looks, norm)), [wrong for look in looks if (wrong := judge(look.shape, norm))]


@pytest.mark.parametrize("name", LATER)
def test_new_articles_that_are_written_otherwise_are_no_drift(name: str) -> None:
    for seed in SEEDS:
        site, norm = _site(seed, name)
        for pages in SIZES:
            assert _found(site.run(10, _new(site, pages)), norm) == ([], [])


@pytest.mark.parametrize("name", LATER)
def test_nor_are_they_beside_articles_that_were_seen_before(name: str) -> None:
    for seed in SEEDS:
        site, norm = _site(seed, name)
        old = site.run(10, site.chosen(10))
        for pages in SIZES:
            assert _found((*site.run(10, _new(site, pages)), *old[: max(3, 20 - pages)]), norm) == ([], [])


def _renamed(html: str, _: Article) -> str:
    return re.sub("问AI:", "大模型问答：", html)


def _signed(html: str, _: Article) -> str:
    return re.sub(r"(<h1[^>]*>[^<]*)", r"\1｜AI众答", html)


@pytest.mark.parametrize("edit", [_renamed, _signed])
def test_an_author_may_rename_half_of_the_articles_of_a_run(edit) -> None:
    for seed in SEEDS:
        site, norm = _site(seed)
        for pages in SIZES:
            numbers = site.chosen(10)[:pages]
            half = len(numbers) // 2
            assert _found((*site.run(10, numbers[:half], edit), *site.run(10, numbers[half:])), norm)[0] == []


def test_an_author_may_sign_the_titles_of_new_articles_and_leave_the_old_ones() -> None:
    for seed in SEEDS:
        site, norm = _site(seed)
        author = site.url(site.pages).rpartition("/article/")[0]
        new = [number for number in range(site.pages, site.pages + 60) if site.url(number).startswith(author)]
        old = site.run(10, site.chosen(10)[:6])
        assert compare((*site.run(10, new[:14], _signed), *old), norm) == ()


@pytest.mark.parametrize("name", LATER)
def test_a_template_that_changes_on_such_a_day_is_drift(name: str) -> None:
    late = {}
    site, norm = _site(1, name)
    numbers = [number for pair in zip(_new(site, 10), site.chosen(10)[:10], strict=True) for number in pair]
    for edit in EDITS:
        looks = site.run(10, numbers, EDITS[edit])
        if not any(compare(looks[:pages], norm) for pages in range(1, 21)):
            late[edit] = [look.shape for look in looks[:2]]
    assert late == {}


_TOLD_BY_OLD_PAGES = {
    "date is that of a recommended entry",
    "read count has a digit more",
    "title has a prefix",  # as a series has that is renamed
}
"""Edits after which a new page is like one that its author might write."""


@pytest.mark.parametrize("seed", SEEDS)
def test_a_template_that_changes_where_all_articles_are_new_is_drift(seed: int) -> None:
    site, norm = _site(seed)
    late = []
    for name, edit in (EDITS | HELD_OUT).items():
        looks = site.run(10, _new(site, 20), edit)
        if not any(compare(looks[:pages], norm) for pages in range(1, 21)):
            late.append(name)
    assert set(late) <= _TOLD_BY_OLD_PAGES


def _swallowed(html: str, _: Article) -> str:
    return re.sub(r"(.*)<h2>(.*?)</h2>", r"\1<p>下面来听听\2</p>", html, flags=re.DOTALL)


def _run_together(html: str, _: Article) -> str:
    return re.sub(r"(.*)<h2>.*?</h2>", r"\1", html, flags=re.DOTALL)


def test_answers_that_another_one_swallowed_are_told_from_a_model_that_left() -> None:
    site, norm = _site(1)
    new, old = _new(site, 20), site.chosen(10)
    assert [found.field for found in compare(site.run(10, new, _swallowed), norm)] == ["body: labels"]
    assert "answers per page" in {found.field for found in compare(site.run(10, old, _run_together), norm)}


def test_a_line_that_an_author_puts_under_new_articles_alone_is_no_drift() -> None:
    site, norm = _site(1)
    edit = HELD_OUT["line put at the end"]
    new, old = site.run(10, _new(site, 16), edit), site.chosen(10)[:4]
    assert compare((*new, *site.run(10, old)), norm) == ()
    assert [found.field for found in compare((*new, *site.run(10, old, edit)), norm)] == ["text"]


def test_shapes_that_were_written_down_without_lapses_say_nothing_of_them() -> None:
    site, norm = _site(1)
    old = Norm(
        tuple(
            tuple(replace(look, shape=replace(look.shape, lapses=None)) for look in run) for run in norm.runs
        )
    )
    assert compare(site.run(10, site.chosen(10)), old) == ()
    assert compare(site.run(10, _new(site, 20), _swallowed), old) == ()
