"""No pattern of the extraction, or of what else edits pages, hangs on text that was made to hang it."""

from __future__ import annotations

import dataclasses
import importlib
import inspect
import itertools
import pkgutil
import re
import time
from collections.abc import Iterator

import pytest

import crawler.extract
import pipelines.erasures

constants, parser = re._constants, re._parser

PACKAGES = (crawler.extract, pipelines.erasures)
"""Those that look for anything in the texts of pages."""
LENGTH = 10_000
SECONDS = 0.05
"""Of processor time, for one pattern on one text."""
FAR_FROM_A_SQUARE = 8
"""Four times the text takes four times as long; were the time its square, it would be sixteen times."""
TRIES = 3
"""A busy machine is slow at times, and a bad pattern is each time."""
COMMON = " a1<"
MOST_LETTERS = 7
"""Of each pattern's own, in which its texts are written."""
METHODS = ("search", "match", "fullmatch", "sub", "findall", "finditer", "split")


def patterns() -> Iterator[tuple[str, re.Pattern, tuple[str, ...]]]:
    """Every pattern that a module of PACKAGES holds, alone or in a table, and how it is used."""
    modules = [
        importlib.import_module(name)
        for package in PACKAGES
        for name in (
            package.__name__,
            *(module.name for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")),
        )
    ]
    sources = "".join(map(inspect.getsource, modules))
    seen = set()
    for module in modules:
        for attribute, value in vars(module).items():
            for name, pattern in held(attribute, value):
                used = {method for method in METHODS if re.search(rf"\b{name}\.{method}\(", sources)}
                if pattern not in seen:
                    yield f"{module.__name__}.{attribute}", pattern, tuple(sorted(used)) or ("search",)
                seen.add(pattern)


def held(name: str, value: object) -> Iterator[tuple[str, re.Pattern]]:
    """The patterns in a value, with the names they are used by."""
    if isinstance(value, re.Pattern):
        yield name, value
    elif isinstance(value, dict):
        yield from held(name, tuple(value.values()))
    elif isinstance(value, list | tuple | set | frozenset):
        for part in value:
            yield from held(name, part)
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        for field in dataclasses.fields(value):
            yield from held(field.name, getattr(value, field.name))


def letters(parsed: object) -> Iterator[str]:
    """What a pattern is written with: its own letters, and one for each class of letters."""
    classes = {"CATEGORY_DIGIT": "1", "CATEGORY_SPACE": " ", "CATEGORY_WORD": "a", "CATEGORY_NOT_SPACE": "x"}
    for operator, argument in parsed:
        if operator in (constants.LITERAL, constants.NOT_LITERAL):
            yield chr(argument)
        elif operator is constants.RANGE:
            yield chr(argument[0])
        elif operator is constants.CATEGORY:
            yield classes.get(str(argument), "-")
        elif operator is constants.IN:
            yield from letters(argument)
        elif operator is constants.BRANCH:
            for branch in argument[1]:
                yield from letters(branch)
        elif isinstance(argument, tuple | list):
            for part in argument:
                if hasattr(part, "data"):
                    yield from letters(part)
        elif hasattr(argument, "data"):
            yield from letters(argument)


def baits(pattern: re.Pattern) -> Iterator[str]:
    """Long texts of the pattern's own letters: each over and over, each pair."""
    written = pattern.pattern if isinstance(pattern.pattern, str) else pattern.pattern.decode("latin-1")
    own = list(dict.fromkeys(letters(parser.parse(written, pattern.flags & ~re.UNICODE))))[:MOST_LETTERS]
    alphabet = list(dict.fromkeys([*own, *COMMON]))
    for letter in alphabet:
        yield letter * (LENGTH - 1) + "\u2603"
    for one, other in itertools.combinations(alphabet, 2):
        yield (one + other) * (LENGTH // 2)
    yield "".join(own) * (LENGTH // max(1, len(own)))


def took(pattern: re.Pattern, method: str, text: str | bytes) -> float:
    """Seconds of processor time."""
    before = time.process_time()
    arguments = (text[:0], text) if method == "sub" else (text,)
    result = getattr(pattern, method)(*arguments)
    if method == "finditer":
        for _ in result:
            pass
    return time.process_time() - before


def is_fast(pattern: re.Pattern, method: str, text: str | bytes) -> bool:
    """Is a pattern through in SECONDS, or, on a slow machine, in a time that grows as the text does?"""
    seconds = took(pattern, method, text)
    return seconds < SECONDS or seconds < FAR_FROM_A_SQUARE * took(pattern, method, text[: len(text) // 4])


PATTERNS = list(patterns())


@pytest.mark.parametrize(("pattern", "used"), [row[1:] for row in PATTERNS], ids=[row[0] for row in PATTERNS])
def test_a_pattern_takes_no_longer_for_bait_than_for_text(pattern, used):
    for bait in baits(pattern):
        text = bait.encode("utf-8", "replace") if isinstance(pattern.pattern, bytes) else bait
        for method in used:
            assert any(is_fast(pattern, method, text) for _ in range(TRIES)), (method, bait[:20])


ONE_CHARACTER = (constants.IN, constants.LITERAL, constants.NOT_LITERAL, constants.ANY, constants.CATEGORY)


def possessive_groups(parsed: object) -> Iterator[object]:
    """Every group that a pattern repeats possessively."""
    for operator, argument in parsed:
        parts = argument if isinstance(argument, tuple | list) else [argument]
        if operator is constants.POSSESSIVE_REPEAT:
            (only, *more) = argument[2]
            if more or only[0] not in ONE_CHARACTER:
                yield argument
        if operator is constants.BRANCH:
            parts = argument[1]
        for part in parts:
            if hasattr(part, "data"):
                yield from possessive_groups(part)


@pytest.mark.parametrize("pattern", [row[1] for row in PATTERNS], ids=[row[0] for row in PATTERNS])
def test_no_group_is_repeated_possessively_which_python_3_11_2_gets_wrong(pattern):
    """CPython gh-106052: `(?:ab?c)*+` takes too much there, `(?>(?:ab?c)*)` does not."""
    written = pattern.pattern if isinstance(pattern.pattern, str) else pattern.pattern.decode("latin-1")
    assert not list(possessive_groups(parser.parse(written, pattern.flags & ~re.UNICODE)))
