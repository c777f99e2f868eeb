"""Whatever stands in a page's JSON, it is read or it is nothing."""

from __future__ import annotations

import json
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.extract.document.embedded import (
    DEEPEST,
    MOST_EXACT,
    count_within,
    moment_within,
    read_json,
    text_within,
    within,
)

STATE = {
    "initialState": {
        "entities": {
            "articles": {
                "22": {"title": " 题\u200b \n目", "created": 1739243412, "voteupCount": 108, "x": [1, {}]}
            }
        }
    }
}
PATH = ("initialState", "entities", "articles", "22")


def nested(depth):
    return '{"a":' * depth + "1" + "}" * depth


def test_values_are_read_by_their_path():
    state = read_json(json.dumps(STATE))
    assert text_within(state, *PATH, "title") == "题 目"
    assert count_within(state, *PATH, "voteupCount").value == 108
    created = moment_within(state, *PATH, "created")
    assert (created.at, created.date) == ("2025-02-11T03:10:12Z", "2025-02-11")


def test_what_is_not_there_or_something_else_is_unknown():
    state = read_json(json.dumps(STATE))
    assert within(state, "initialState", "nothing", "there") is None
    assert text_within(state, *PATH, "created") is None
    assert count_within(state, *PATH, "title") is None
    assert moment_within(state, *PATH, "voteupCount") is None
    assert count_within({"a": -1}, "a") is count_within({"a": True}, "a") is None


@pytest.mark.parametrize("broken", ["", "{", '{"a":1', "nonsense", '{"a":1}x', None, "[" * 100_000])
def test_broken_json_says_nothing(broken):
    assert read_json(broken) is None


def test_json_may_be_nested_as_deep_as_pages_nest_it():
    assert read_json(nested(DEEPEST)) is not None
    for depth in (DEEPEST + 1, 900, 10_000, 100_000):
        assert read_json(nested(depth)) is None


def test_an_integer_that_is_no_count_stays_text():
    assert read_json(str(MOST_EXACT)) == MOST_EXACT
    assert read_json(f'{{"a":{MOST_EXACT + 1}}}') == {"a": str(MOST_EXACT + 1)}
    assert read_json("9" * 10_000) == "9" * 10_000
    assert count_within(read_json('{"a":9007199254740993}'), "a") is None


def test_numbers_that_are_none_and_names_given_twice():
    assert read_json('{"a":NaN,"b":-Infinity,"c":1e999,"d":1.5}') == {
        "a": None,
        "b": None,
        "c": None,
        "d": 1.5,
    }
    assert read_json('{"a":1,"a":2}') == {"a": 2}


def test_a_half_character_is_marked():
    assert text_within(read_json('{"a":"x\\ud800\\u0000"}'), "a") == "x\ufffd\ufffd"


@given(st.text(alphabet='{}[]":,0123456789eE+-.\\untrfalsNI \n', max_size=200), st.text(max_size=20))
def test_no_text_makes_reading_fail(text, name):
    read_all(read_json(text), name)


def test_no_mutation_of_a_state_makes_reading_fail():
    chance = random.Random(3)
    whole = json.dumps(STATE, ensure_ascii=False)
    pieces = ["{", "}", "[", "]", '"', ",", ":", "NaN", "1e999", "9" * 400, "\\ud800", "null", "\x00", "-"]
    for _ in range(5_000):
        text = whole
        for _ in range(chance.randint(1, 4)):
            at = chance.randrange(len(text))
            text = text[:at] + chance.choice(pieces) + text[at + chance.randint(0, 3) :]
        read_all(read_json(text), "title")


def read_all(state, name):
    for path in ((), (name,), PATH, (*PATH, name)):
        (
            within(state, *path),
            text_within(state, *path),
            count_within(state, *path),
            moment_within(state, *path),
        )
