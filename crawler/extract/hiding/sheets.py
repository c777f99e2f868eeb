"""The rules of a page's style sheets that say what is seen, of those with selectors without combinators."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, NamedTuple

from crawler.extract.hiding.css import (
    ESCAPED,
    EXTENTS,
    OVERFLOWS,
    ROOM,
    Declaration,
    declarations,
    without_noise,
)

MOST_STYLES: Final = 512 * 1024
"""Characters of all style sheets of a page that are read; real pages have up to half of it."""
_MOST_COMPOUNDS: Final = 50
"""Selectors such as `.a.b` that have one name in common; what has more is made to hurt."""
_LONGEST_SELECTOR: Final = 500

Scope = Literal["applied", "conditional", "ignored"]
"""Do the rules of a block hold for readers, perhaps, or not? What holds perhaps shows and never hides."""

_BRACES = re.compile(r"([^{}]*+)([{}]|\Z)")
_NAME: Final = r"[\w\u0080-\U0010ffff-]++"
_COMPOUND = re.compile(rf"({_NAME}|\*)?((?:[.#]{_NAME})*)")
_NAMES = re.compile(rf"([.#])({_NAME})")
_BRACKETS = re.compile(r"\[[^\]]*+\]|\([^()]*+\)")
_BESIDE_NAMES = re.compile(rf":{_NAME}|\[\]|\(\)|&")
_PSEUDO_ELEMENT = re.compile(r"::|:(?:before|after|first-l)")
_COMBINATORS = str.maketrans(">+~", "   ")
_SPECIFIC = re.compile(rf"(#)|([.:\[])|(?:(?<=[\s>+~])|\A){_NAME}")
_SHOWN_ON: Final = frozenset({"", "all", "screen", "only all", "only screen"})
_NOT_SHOWN_ON = re.compile(
    r"(?:only\s+)?(?:print|speech|aural|braille|embossed|handheld|projection|tty|tv)\b"
)
_PARTLY: Final = (
    "@supports",
    "@layer",
    "@container",
    "@scope",
    "@starting-style",
    "@document",
    "@-moz-document",
)


class Rank(NamedTuple):
    """What decides between two declarations of one property: the greater one holds."""

    important: bool
    inline: bool
    specificity: tuple[int, int, int]
    order: int


class Held(NamedTuple):
    """The declaration of a property that holds so far."""

    rank: Rank
    word: str


Declared = dict[str, Held]
"""By property."""


class _Selector(NamedTuple):
    tag: str
    """"" where it names none."""
    ids: frozenset[str]
    classes: frozenset[str]
    specificity: tuple[int, int, int]
    is_exact: bool
    """Does it say all that the selector does?"""


@dataclass(slots=True)
class Sheets:
    """The rules of all style sheets of a page, by what their selectors name."""

    tags: dict[str, Declared] = field(default_factory=dict)
    ids: dict[str, Declared] = field(default_factory=dict)
    classes: dict[str, Declared] = field(default_factory=dict)
    compounds: dict[str, dict[_Selector, Declared]] = field(default_factory=dict)
    """By one of their ids, with `#`, or classes, with `.`: by that which fewest others had so far."""

    def add(self, selector: _Selector, said: Mapping[str, Held]) -> None:
        """Take in what a rule says of the elements of a selector."""
        declared = self._place(selector)
        if declared is not None:
            merge(declared, said)

    def _place(self, selector: _Selector) -> Declared | None:
        names = [*(f"#{name}" for name in selector.ids), *(f".{name}" for name in selector.classes)]
        if not names:
            return self.tags.setdefault(selector.tag, {}) if selector.tag else None
        if len(names) == 1 and not selector.tag:
            return (self.ids if selector.ids else self.classes).setdefault(names[0][1:], {})
        rarest = min(sorted(names), key=lambda name: len(self.compounds.get(name, ())))
        alike = self.compounds.setdefault(rarest, {})
        key = selector._replace(specificity=(0, 0, 0), is_exact=True)
        if key not in alike and len(alike) >= _MOST_COMPOUNDS:
            return None
        return alike.setdefault(key, {})

    def said_of(self, tag: str, id_: str, classes: Iterable[str]) -> Declared:
        """Return what all rules say of an element."""
        found: Declared = {}
        names = frozenset(classes)
        merge(found, self.tags.get(tag, {}))
        if id_:
            merge(found, self.ids.get(id_, {}))
            self._merge_compounds(found, f"#{id_}", tag, id_, names)
        for name in names:
            merge(found, self.classes.get(name, {}))
            self._merge_compounds(found, f".{name}", tag, id_, names)
        return found

    def _merge_compounds(
        self, found: Declared, key: str, tag: str, id_: str, classes: frozenset[str]
    ) -> None:
        for selector, declared in self.compounds.get(key, {}).items():
            if selector.tag in ("", tag) and selector.ids <= {id_} and selector.classes <= classes:
                merge(found, declared)

    @property
    def hide_nothing(self) -> bool:
        """Is there no rule at all that says what is seen?"""
        return not (self.tags or self.ids or self.classes or self.compounds)


def merge(declared: Declared, said: Mapping[str, Held]) -> None:
    """Take in other declarations where they outrank those that hold so far."""
    for name, held in said.items():
        if name not in declared or held.rank >= declared[name].rank:
            declared[name] = held


def read_sheets(styles: Iterable[tuple[str, str]]) -> Sheets:
    """Read the style sheets of a page, each with the value of its `media`, up to MOST_STYLES characters.

    Properties by which no rule of them hides anything are passed over, which are most of what there is.
    """
    rules, left = [], MOST_STYLES
    for media, text in styles:
        scope = _scope_of_media(media)
        if scope != "ignored" and left > 0:
            rules += [
                (selectors, said, scope == "applied")
                for selectors, block, scope in _blocks(without_noise(text[:left]), scope)
                if (said := _said(block))
            ]
            left -= len(text)
    telling = _telling(rules)
    sheets = Sheets()
    for order, (selectors, said, is_sure) in enumerate(rules):
        if not telling.isdisjoint(said):
            kept = [each for name, each in said.items() if name in telling]
            _take(sheets, selectors, kept, order, is_sure=is_sure)
    return sheets


def _said(block: str) -> dict[str, Declaration]:
    said: dict[str, Declaration] = {}
    for each in declarations(block):
        if each.name not in said or each.is_important or not said[each.name].is_important:
            said[each.name] = each
    return said


def _telling(rules: Iterable[tuple[str, dict[str, Declaration], bool]]) -> set[str]:
    """The properties by which rules may hide something or outrank a `style`, and what this depends on."""
    found = {
        each.name
        for _, said, is_sure in rules
        for each in said.values()
        if each.is_important or (is_sure and each.word and each.name not in ROOM)
    }
    if not found.isdisjoint((*EXTENTS, *OVERFLOWS)):
        found |= {*EXTENTS, *OVERFLOWS, *ROOM}
    return found | {"position"}


def _take(sheets: Sheets, selectors: str, said: Iterable[Declaration], order: int, *, is_sure: bool) -> None:
    """Take in a rule. What holds perhaps, or for more than is read of its selector, may show and not hide."""
    if "[" in selectors or "(" in selectors:
        selectors = _BRACKETS.sub(_emptied, selectors)
    for written in selectors.split(","):
        selector = _selector(written.strip())
        if selector is not None:
            may_hide = is_sure and selector.is_exact
            sheets.add(
                selector,
                {
                    each.name: Held(Rank(each.is_important, False, selector.specificity, order), each.word)
                    for each in said
                    if may_hide or bool(each.word) == (each.name in ROOM)
                },
            )


def _emptied(brackets: re.Match[str]) -> str:
    return brackets[0][0] + brackets[0][-1]


def _blocks(css: str, scope: Scope) -> Iterator[tuple[str, str, Scope]]:
    """Yield selectors and declarations of each rule, and whether it holds; rules may stand in others."""
    around: list[tuple[str | None, Scope]] = [(None, scope)]
    """Of each open block: the selectors of a rule, None for a block of rules; and whether it holds."""
    for found in _BRACES.finditer(css):
        text, brace = found[1], found[2]
        selectors, within = around[-1]
        before, _, prelude = text.rpartition(";")
        if selectors is not None and within != "ignored" and (said := before if brace == "{" else text):
            yield selectors, said, within
        if brace == "{":
            around.append(_opened(prelude.strip(), is_nested=selectors is not None, within=within))
        elif len(around) > 1:
            around.pop()


def _opened(prelude: str, *, is_nested: bool, within: Scope) -> tuple[str | None, Scope]:
    """What a block is that begins with these words."""
    if not prelude.startswith("@"):
        return prelude, "conditional" if is_nested and within == "applied" else within
    words = prelude.lower()
    if words.startswith("@media"):
        inner = _scope_of_media(words.removeprefix("@media"))
    else:
        inner = "conditional" if words.startswith(_PARTLY) else "ignored"
    return None, inner if within == "applied" or inner == "ignored" else within


def _scope_of_media(query: str) -> Scope:
    """Does what a media query admits hold for a reader at a screen?"""
    scopes = [_scope_of_one(" ".join(part.split())) for part in query.lower().split(",")]
    order: tuple[Scope, ...] = ("applied", "conditional", "ignored")
    return next(scope for scope in order if scope in scopes)


def _scope_of_one(query: str) -> Scope:
    if query in _SHOWN_ON:
        return "applied"
    return "ignored" if _NOT_SHOWN_ON.match(query) else "conditional"


def _selector(written: str) -> _Selector | None:
    """A selector; of one with combinators, the part that names the element itself. None for no element."""
    if not written.strip(">+~ ") or len(written) > _LONGEST_SELECTOR or _PSEUDO_ELEMENT.search(written):
        return None
    plain = _COMPOUND.fullmatch(written)
    found = plain or _COMPOUND.fullmatch(_BESIDE_NAMES.sub("", written.translate(_COMBINATORS).split()[-1]))
    if found is None:
        return None
    names = [(sign, name.translate(ESCAPED)) for sign, name in _NAMES.findall(found[2])]
    tag = "" if found[1] in (None, "*") else found[1].lower()
    if not tag and not names:
        return None
    return _Selector(
        tag,
        frozenset(name for sign, name in names if sign == "#"),
        frozenset(name for sign, name in names if sign == "."),
        _specificity(written),
        is_exact=plain is not None,
    )


def _specificity(written: str) -> tuple[int, int, int]:
    counted = [0, 0, 0]
    for ids, classes in _SPECIFIC.findall(written):
        counted[0 if ids else 1 if classes else 2] += 1
    return counted[0], counted[1], counted[2]
