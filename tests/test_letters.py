"""The characters of a text that are not ASCII."""

from __future__ import annotations

from crawler.extract.text.letters import beyond_ascii


def test_what_is_not_ascii_comes_in_its_order() -> None:
    assert beyond_ascii("a 系b统\n\x00é\U0001f600.") == "系统é\U0001f600"


def test_a_lone_surrogate_is_kept() -> None:
    assert beyond_ascii("a\ud800b") == "\ud800"
