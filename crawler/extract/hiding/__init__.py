"""What readers of a page do not see: the only place that says what hides an element.

Body texts are judged by elements' own attributes alone (`hides`, `is_hidden`, `is_out_of_sight`): an article
that a script shows when it has come is one all the same. Entries of lists are judged by all that a page says,
its style sheets included (`Hiding`): what is hidden among them is bait for programs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from enum import IntEnum
from itertools import islice
from typing import Final, NamedTuple, TypeVar

from lxml.etree import _Element as Element

from crawler.extract.document import Document
from crawler.extract.hiding.css import EXTENTS, OVERFLOWS, ROOM, SIDES, declarations, without_noise
from crawler.extract.hiding.sheets import Declared, Held, Rank, merge, read_sheets

_T = TypeVar("_T")

_NOT_SHOWN: Final = "script style template textarea select svg math head iframe object audio video canvas"
NOT_SHOWN: Final = frozenset(_NOT_SHOWN.split())
"""Elements of which a browser shows no text to read, or none of their own."""
_UNREAD: Final = frozenset(["noscript", "template"])
"""Where style sheets hold for nobody who runs scripts."""
_WHOLE_PAGE: Final = frozenset(["html", "body"])
"""Hidden, they are so until a script has run: nobody writes a page for no readers."""
_MOST_SHEETS: Final = 500
_MOST_ELEMENTS: Final = 200
"""Of one entry; real ones have up to 40, and what has more is made to hurt."""


class Hidden(IntEnum):
    """How surely an element is hidden; the greater says more."""

    NOT = 0
    PERHAPS = 1
    """By what scripts and style sheets of other files often set back: `opacity`, `scale`, `font-size`."""
    BY_STYLE = 2
    """By a rule of a style sheet, a place out of the window, a box of no size, which no body is judged by."""
    OUTRIGHT = 3
    """By its own `display`, `visibility` or `hidden`."""


class _Ways(NamedTuple):
    """What one element says of itself and of what is in it."""

    whole: Hidden
    """Of all that is in it, whatever that says."""
    visibility: Hidden | None
    """None where it is as around it; so are the other two, which what is in it may set back, too."""
    has_size: bool | None
    is_near: bool | None


class State(NamedTuple):
    """What hides an element, with all that is around it."""

    whole: Hidden = Hidden.NOT
    visibility: Hidden = Hidden.NOT
    has_size: bool = True
    is_near: bool = True
    hidden: Hidden = Hidden.NOT
    """How surely the text that stands in it is hidden."""


SHOWN: Final = State()


class Hiding:
    """What is hidden on one page."""

    def __init__(self, document: Document) -> None:
        self._sheets = read_sheets(_styles(document))
        self._has_rules = not self._sheets.hide_nothing
        self._ways: dict[tuple[str | None, ...], _Ways | None] = {}
        """By tag, id, class and style: a page repeats a few of them on all its elements."""
        self._states: dict[Element, State] = {}

    def within(self, around: State, element: Element) -> State:
        """Return the state of an element, given that of the one around it."""
        ways = self._ways_of(element)
        if ways is None:
            return around
        whole = max(around.whole, ways.whole)
        visibility = around.visibility if ways.visibility is None else ways.visibility
        has_size = around.has_size if ways.has_size is None else ways.has_size
        is_near = around.is_near if ways.is_near is None else ways.is_near
        size = Hidden.NOT if has_size else Hidden.PERHAPS
        place = Hidden.NOT if is_near else Hidden.BY_STYLE
        return State(whole, visibility, has_size, is_near, max(whole, visibility, size, place))

    def state(self, element: Element | None) -> State:
        """Return the state of an element; of none, that of a page."""
        unknown = []
        while element is not None and element not in self._states:
            unknown.append(element)
            element = element.getparent()
        state = SHOWN if element is None else self._states[element]
        for inner in reversed(unknown):
            state = self._states[inner] = self.within(state, inner)
        return state

    def of_entry(self, entry: Element) -> Hidden:
        """Return how surely the link of an entry is hidden: as the piece of its text that is seen best."""
        texts = (self.state(element).hidden for element in _with_text(entry))
        return min(texts, default=self.state(entry).hidden)

    def _ways_of(self, element: Element) -> _Ways | None:
        get, tag = element.get, str(element.tag)
        if self._has_rules:
            key = (tag, get("style"), get("hidden"), get("id"), get("class"))
        else:
            style, hidden = get("style"), get("hidden")
            if style is None and hidden is None and tag not in NOT_SHOWN:
                return None
            key = (tag, style, hidden, None, None)
        if key not in self._ways:
            self._ways[key] = self._read(*key)
        return self._ways[key]

    def _read(
        self, tag: str, style: str | None, hidden: str | None, id_: str | None, classes: str | None
    ) -> _Ways | None:
        if tag in NOT_SHOWN or hidden is not None:
            return _Ways(Hidden.OUTRIGHT, None, None, None)
        held = self._sheets.said_of(tag, id_ or "", (classes or "").split()) if self._has_rules else {}
        if style is not None:
            merge(held, _inline(style))
        if tag in _WHOLE_PAGE:
            held = {
                name: each
                for name, each in held.items()
                if each.rank.inline and name in ("display", "visibility")
            }
        ways = _ways(held) if held else None
        return None if ways == _NONE else ways


def seen_best(entries: Iterable[_T], hidden: Callable[[_T], Hidden]) -> list[_T]:
    """Return the entries of a list that readers see.

    Where none is seen for certain, those that are hidden perhaps: a script shows the whole list.
    """
    judged = [(entry, hidden(entry)) for entry in entries]
    best = min((each for _, each in judged), default=Hidden.NOT)
    return [entry for entry, each in judged if each == best <= Hidden.PERHAPS]


_NONE: Final = _Ways(Hidden.NOT, None, None, None)


def hiding_of(document: Document) -> Hiding:
    """Return what is hidden on a page; its style sheets are read when this is first asked."""
    return document.once(Hiding)


def hides(style: str) -> bool:
    """Does a `style` attribute hide its element outright?"""
    if ":" not in style:
        return False
    words = {name: held.word for name, held in _inline(style).items()}
    return bool(words.get("display") or words.get("visibility"))


def is_hidden(element: Element) -> bool:
    """Is it hidden outright, by its own attributes?"""
    style = element.get("style")
    return (style is not None and hides(style)) or element.get("hidden") is not None


def is_out_of_sight(style: str) -> bool:
    """Does a `style` attribute make text too small to be seen, or move it far out of the window?"""
    words = {name: held.word for name, held in _inline(style).items()}
    return any(words.get(name) for name in ("font-size", "text-indent", "left", "top"))


def _inline(style: str) -> Declared:
    held: Declared = {}
    for each in declarations(without_noise(style)):
        merge(held, {each.name: Held(Rank(each.is_important, True, (0, 0, 0), 0), each.word)})
    return held


def _ways(held: Declared) -> _Ways:
    """What declarations do together."""
    words = {name: each.word for name, each in held.items()}
    whole = Hidden.NOT
    if words.get("display"):
        whole = Hidden.OUTRIGHT if held["display"].rank.inline else Hidden.BY_STYLE
    elif _is_cut_off(words) or _is_outside(words):
        whole = Hidden.BY_STYLE
    elif "faint" in (words.get("opacity"), words.get("transform"), words.get("scale")):
        whole = Hidden.PERHAPS
    visibility = None
    if "visibility" in words:
        hidden = Hidden.OUTRIGHT if held["visibility"].rank.inline else Hidden.BY_STYLE
        visibility = hidden if words["visibility"] else Hidden.NOT
    return _Ways(
        whole,
        visibility,
        has_size=not words["font-size"] if "font-size" in words else None,
        is_near=not words["text-indent"] if "text-indent" in words else None,
    )


def _is_cut_off(words: dict[str, str]) -> bool:
    """Is nothing left of an element's box, or nothing shown of what is in it?"""
    if words.get("content-visibility") or words.get("clip-path"):
        return True
    if words.get("clip"):
        return words.get("position") == "out"
    if not any(words.get(name) for name in OVERFLOWS):
        return False
    wide = [words.get(name) for name in EXTENTS[:2]]
    high = [words.get(name) for name in EXTENTS[2:]]
    if any(wide) and any(high):
        return True
    has_room = any(words.get(name) for name in ROOM)
    return "none" in wide or ("none" in high and not has_room)


def _is_outside(words: dict[str, str]) -> bool:
    """Is an element moved far out of the window?"""
    if words.get("transform") == "far" or words.get("margin-left") or words.get("margin-top"):
        return True
    return bool(words.get("position")) and any(words.get(name) for name in SIDES)


def _styles(document: Document) -> Iterator[tuple[str, str]]:
    """Yield `media` and text of each style sheet that holds for readers who run scripts."""
    for style in islice(document.elements("style"), _MOST_SHEETS):
        kind = style.get("type", "").strip().lower()
        if (
            style.text
            and kind in ("", "text/css")
            and not any(around.tag in _UNREAD for around in style.iterancestors())
        ):
            yield style.get("media", ""), style.text


def _with_text(entry: Element) -> Iterator[Element]:
    """The elements of an entry that texts stand in."""
    for element in islice(entry.iter(), _MOST_ELEMENTS):
        if element.text and not element.text.isspace():
            yield element
        around = element.getparent()
        if element is not entry and around is not None and element.tail and not element.tail.isspace():
            yield around
