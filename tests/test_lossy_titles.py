"""Titles that lost characters, and the whole titles that they may be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.extract.lossy_titles import dated_title, is_of_series, share_shown

WHOLE = "2024-04-04 问AI: 在深度学习中,微调是什么?"


@pytest.mark.parametrize(
    ("title", "dated"),
    [
        (WHOLE, "2024-04-04 问ai在深度学习中微调是什么"),
        ("2024年4月4日 問AI：微調是什麼", "2024-04-04 问ai微调是什么"),
        ("【2024-04-04】微调", "2024-04-04 微调"),
        ("微调 2024-04-04", None),
        ("2024-04-04", None),
        ("微调是什么", None),
        ("", None),
    ],
)
def test_a_title_that_begins_with_a_day_is_known_by_it_and_its_letters(title: str, dated: str | None) -> None:
    assert dated_title(title) == dated


@pytest.mark.parametrize(
    ("shown", "share"),
    [
        ("2024-04-04 AI: 深度学习,微调什么", 0.7143),
        ("2024-04-04 问AI：在深度学习中，微调是什么", 1.0),
        ("2024-04-04 問AI:在深度學習中,微調是什麼", 1.0),
        ("2024-04-05 AI: 深度学习,微调什么", None),
        ("2024-04-04 AI: 深度学习,预训练什么", None),
        ("2024-04-04 AI: 什么微调深度学习", None),
        ("2024-04-04 AI什么", None),
        ("2024-04-04 问AI: 在深度学习中,微调到底是什么?", None),
    ],
)
def test_a_title_is_known_by_what_is_left_of_it_in_order(shown: str, share: float | None) -> None:
    whole, other = dated_title(WHOLE), dated_title(shown)
    assert whole is not None
    assert other is not None
    assert share_shown(whole, other) == share


@pytest.mark.parametrize(
    ("title", "is_of_it"),
    [
        (WHOLE, True),
        ("【2024年4月4日】問AI 微調", True),
        ("2024-04-04 AI:微调", False),
        ("2024-04-04 别问AI", False),
    ],
)
def test_a_whole_title_is_of_a_series_by_the_mark_after_its_day(title: str, is_of_it: bool) -> None:
    dated = dated_title(title)
    assert dated is not None
    assert is_of_series(dated) == is_of_it


@given(st.text("问AI在深度学习中微调是什么?, ", min_size=8, max_size=30), st.data())
def test_what_is_left_of_a_title_is_found_in_it_again(rest: str, data: st.DataObject) -> None:
    kept = data.draw(st.lists(st.sampled_from([True, True, True, False]), min_size=30, max_size=30))
    whole = dated_title(f"2024-05-11 {rest}")
    shown = dated_title("2024-05-11 " + "".join(c for c, keep in zip(rest, kept, strict=False) if keep))
    if whole is not None and shown is not None:
        share = share_shown(whole, shown)
        expected = (len(shown) - 11) / (len(whole) - 11)
        assert share == (round(expected, 4) if expected >= 0.5 and len(shown) - 11 >= 4 else share)
        assert share is None or share > 0
