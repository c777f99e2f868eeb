"""Texts compared by line and by character, whatever the bound."""

import random
import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.cli.line_diff import Differ, Hunk

_TEXT = st.lists(st.text("学习率ab ", max_size=4), max_size=12).map("\n".join)


def marked(old: str, new: str) -> list[str]:
    """The lines of a diff, what changed within one in brackets."""
    found = []
    for hunk in Differ().hunks(old, new):
        for line in hunk.lines:
            text = line.text
            for start, end in reversed(line.changed):
                text = f"{text[:start]}[{text[start:end]}]{text[end:]}"
            found.append(line.mark + text)
    return found


def applied(old: str, hunks: list[Hunk]) -> str:
    """What the hunks make of the old text, by the places in their heads."""
    lines, shift = old.split("\n") if old else [], 0
    for hunk in hunks:
        first, size = re.fullmatch(r"@@ -(\d+)(,\d+)? \+\d+(?:,\d+)? @@", hunk.head).groups()  # type: ignore[union-attr]
        count = int(size[1:]) if size else 1
        start = int(first) - (count > 0) + shift
        assert lines[start : start + count] == [line.text for line in hunk.lines if line.mark != "+"]
        new = [line.text for line in hunk.lines if line.mark != "-"]
        lines[start : start + count] = new
        shift += len(new) - count
    return "\n".join(lines)


@given(old=_TEXT, new=_TEXT, steps=st.sampled_from([0, 10, 60, 10**6]))
def test_a_diff_leads_from_the_one_text_to_the_other_whatever_its_bound(
    old: str, new: str, steps: int
) -> None:
    differ = Differ(steps)
    assert applied(old, list(differ.hunks(old, new))) == new


def test_characters_that_changed_are_marked_within_a_line_without_blanks() -> None:
    assert marked("学习率是一个超参数，它决定每一步走多远。", "学习率是个超参数，它决定了每一步走多远。") == [
        "-学习率是[一]个超参数，它决定每一步走多远。",
        "+学习率是个超参数，它决定[了]每一步走多远。",
    ]


def test_words_of_scripts_with_blanks_change_as_a_whole() -> None:
    assert marked("the learning rate", "the learned rate") == ["-the [learning] rate", "+the [learned] rate"]


def test_a_line_of_which_hardly_anything_is_left_is_another_line() -> None:
    assert marked("学习率决定步长", "今天天气很好，我们出去走走") == [
        "-学习率决定步长",
        "+今天天气很好，我们出去走走",
    ]


def test_a_paragraph_cut_in_two_keeps_its_characters() -> None:
    assert marked("它决定每一步走多远。太大会发散。", "它决定每一步走多远。\n太大就会发散。") == [
        "-它决定每一步走多远。太大会发散。",
        "+它决定每一步走多远。",
        "+太大[就]会发散。",
    ]


def test_lines_far_from_any_change_are_left_out() -> None:
    lines = [f"第{number}行" for number in range(40)]
    (hunk,) = Differ().hunks("\n".join(lines), "\n".join([*lines[:20], "新的一行", *lines[20:]]))
    assert hunk.head == "@@ -18,6 +18,7 @@"
    assert [line.text for line in hunk.lines] == [*lines[17:20], "新的一行", *lines[20:23]]


@pytest.mark.parametrize("length", [1, 20, 200, 5000, 66_000])
@pytest.mark.parametrize("share", [1.0, 0.05])
def test_two_hundred_kilobytes_are_compared_within_two_seconds_however_they_were_rewritten(
    length: int, share: float
) -> None:
    chance = random.Random(length)
    letters = [chr(0x4E00 + number) for number in range(3000)]
    often = [1 / number for number in range(1, 3001)]
    old = chance.choices(letters, often, k=66_000)
    new = [chance.choice(letters) if chance.random() < share else letter for letter in old]
    texts = ["\n".join("".join(t[at : at + length]) for at in range(0, 66_000, length)) for t in (old, new)]
    started = time.process_time()
    differ = Differ()
    hunks = list(differ.hunks(*texts))
    assert time.process_time() - started < 2
    assert applied(texts[0], hunks) == texts[1]
