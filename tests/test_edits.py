"""Which answer of a version was which of an earlier one."""

import pytest

from pipelines.edits import compare
from pipelines.versions import Version, VersionAnswer

LONG = "学习率是一个超参数，它决定每一步走多远。"


def version(*answers: tuple[str | None, str, str] | tuple[str | None, str, str, str]) -> Version:
    made = [
        VersionAnswer(position=position, model=model, label=label, text=text, question_key="".join(question))
        for position, (model, label, text, *question) in enumerate(answers, start=1)
    ]
    return Version(version=1, seen_at=None, capture_id=1, title="题", answers=tuple(made), rest="")


def told(old: Version, new: Version) -> list[tuple[str, int | None, int | None, bool]]:
    """Status, the two positions, and whether it moved."""
    return [
        (
            each.status,
            each.old.position if each.old else None,
            each.new.position if each.new else None,
            each.is_moved,
        )
        for each in compare(old, new).answers
    ]


def test_answers_that_come_and_go_move_none_of_the_others() -> None:
    old = version(("kimi", "Kimi", "甲"), ("doubao", "豆包", "乙"), ("yi", "万知", "丙"))
    new = version(("claude", "Claude", "丁"), ("doubao", "豆包", "乙"), ("yi", "万知", "丙丙"))
    assert told(old, new) == [
        ("added", None, 1, False),
        ("unchanged", 2, 2, False),
        ("changed", 3, 3, False),
        ("removed", 1, None, False),
    ]


def test_an_answer_that_changed_places_with_the_others_is_the_one_that_moved() -> None:
    old = version(("kimi", "Kimi", "甲"), ("doubao", "豆包", "乙"), ("yi", "万知", "丙"))
    new = version(("yi", "万知", "丙"), ("kimi", "Kimi", "甲"), ("doubao", "豆包", "乙"))
    assert told(old, new) == [
        ("unchanged", 3, 1, True),
        ("unchanged", 1, 2, False),
        ("unchanged", 2, 3, False),
    ]


@pytest.mark.parametrize(
    "new",
    [
        ("doubao", "豆包 (新)", "乙"),  # by its model
        ("doubao", "豆包 (新)", LONG),
        (None, "某甲", LONG + "太大会发散。"),  # by what it says
    ],
)
def test_a_label_that_was_renamed_stays_the_same_answer(new: tuple[str | None, str, str]) -> None:
    old = version(("doubao", "豆包", LONG), ("kimi", "Kimi", "甲"))
    assert told(old, version(new, ("kimi", "Kimi", "甲")))[0] == ("changed", 1, 1, False)


def test_another_text_under_another_label_is_another_answer() -> None:
    found = told(version((None, "某甲", LONG)), version((None, "某乙", "完全不同的回答，谁也没有说过。")))
    assert found == [("added", None, 1, False), ("removed", 1, None, False)]


def test_of_two_answers_under_one_label_each_is_found_again_by_its_question_or_its_text() -> None:
    old = version(("kimi", "Kimi", "甲", "一"), ("kimi", "Kimi", "乙", "二"), ("kimi", "Kimi", "丙", "二"))
    new = version(("kimi", "Kimi", "丙", "二"), ("kimi", "Kimi", "甲甲", "一"))
    assert told(old, new) == [
        ("unchanged", 3, 1, True),
        ("changed", 1, 2, False),
        ("removed", 2, None, False),
    ]


def test_white_space_is_no_change() -> None:
    old, new = version(("kimi", "Kimi", "甲\n\n乙")), version(("kimi", "Kimi", "甲 乙"))
    assert told(old, new) == [("unchanged", 1, 1, False)]


def test_answers_without_text_and_model_are_not_taken_for_one_another() -> None:
    found = told(version((None, "某甲", "")), version((None, "某乙", "")))
    assert [status for status, *_ in found] == ["added", "removed"]
