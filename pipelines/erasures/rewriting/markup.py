"""Where a page's elements, attributes and texts stand in its markup, so that it can be edited in place."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import NamedTuple

_ATTRIBUTE = re.compile(
    r"""[\s/"'](?P<name>[^\s=<>"'/]{1,60})\s{0,9}=\s{0,9}(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)'|(?P<bare>[^\s"'>]+))"""
)
_VOID = frozenset(
    ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr")
)
_NONE: frozenset[str] = frozenset()
_OF_LISTS = frozenset(("ul", "ol"))
_CELLS, _TABLE = frozenset(("td", "th")), frozenset(("table",))
_ENDS = {
    "li": (frozenset(("li",)), _OF_LISTS),
    "dt": (frozenset(("dt", "dd")), frozenset(("dl",))),
    "dd": (frozenset(("dt", "dd")), frozenset(("dl",))),
    "tr": (frozenset(("tr",)), _TABLE),
    "td": (_CELLS, _TABLE | {"tr"}),
    "th": (_CELLS, _TABLE | {"tr"}),
    "option": (frozenset(("option",)), frozenset(("select",))),
}
"""Tags that end elements before them: of which tags, and in what such an element stays open."""
_OF_SCRIPTS = {"script", "style"}


class Span(NamedTuple):
    """A part of the markup."""

    start: int
    end: int


class Attribute(NamedTuple):
    """An attribute's name, and where its value stands."""

    name: str
    value: Span


@dataclass(slots=True, eq=False)
class Element:
    """An element."""

    tag: str
    attributes: tuple[Attribute, ...] = ()
    parent: Element | None = None
    children: list[Element] = field(default_factory=list)
    texts: list[Span] = field(default_factory=list)
    """Its own, those of its children not among them."""
    scripts: list[Span] = field(default_factory=list)
    """What is no text for readers: comments, and the content of scripts and styles."""

    def all(self) -> Iterator[Element]:
        """Yield the element and those in it, in page order."""
        left = [self]
        while left:
            element = left.pop()
            yield element
            left.extend(reversed(element.children))


def parse(text: str) -> Element:
    """Return the root of a page's elements; all text is in some element, whatever is wrong."""
    return _Parser(text).root


class _Parser(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=False)
        self.root = self._open = Element("")
        self._text = text
        self._lines = [0, *(found.end() for found in re.finditer("\n", text))]
        self._begun: tuple[list[Span], int] | None = None
        self._tags: Counter[str] = Counter()  # of the open elements: what is not among them is not looked for
        self.feed(text)
        self.close()
        self._place(None)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        start = self._place(None)
        written = self.get_starttag_text() or ""
        self._end_before(tag)
        element = Element(tag, tuple(_attributes(written, start)), self._open)
        self._open.children.append(element)
        if tag not in _VOID:
            self._tags[tag] += 1
            self._open = element

    def handle_startendtag(self, tag: str, attrs: object) -> None:
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        self._place(None)
        while self._tags[tag]:
            ended = self._end()
            if ended.tag == tag:
                break

    def handle_data(self, data: str) -> None:
        self._place(self._open.scripts if self._open.tag in _OF_SCRIPTS else self._open.texts)

    def handle_entityref(self, name: str) -> None:
        self._place(self._open.texts)

    def handle_charref(self, name: str) -> None:
        self._place(self._open.texts)

    def handle_comment(self, data: str) -> None:
        self._place(self._open.scripts)

    def handle_decl(self, decl: str) -> None:
        self._place(None)

    def handle_pi(self, data: str) -> None:
        self._place(self._open.scripts)

    def unknown_decl(self, data: str) -> None:
        self._place(self._open.scripts)

    def _place(self, spans: list[Span] | None) -> int:
        """End what was begun, and begin what belongs to `spans`; return where."""
        line, column = self.getpos()
        at = (
            min(self._lines[line - 1] + column, len(self._text))
            if line <= len(self._lines)
            else len(self._text)
        )
        if self._begun is not None:
            before, start = self._begun
            if spans is before:
                return at
            before.append(Span(start, at))
        self._begun = None if spans is None else (spans, at)
        return at

    def _end(self) -> Element:
        element = self._open
        self._tags[element.tag] -= 1
        self._open = element.parent or self.root
        return element

    def _end_before(self, tag: str) -> None:
        """End the element that a start tag ends, and all in it."""
        ended, keeping = _ENDS.get(tag, (_NONE, _NONE))
        if not any(self._tags[each] for each in ended):
            return
        element = self._open
        while element.tag not in ended | keeping and element.parent is not None:
            element = element.parent
        while element.tag in ended and self._end() is not element:
            pass


def _attributes(written: str, start: int) -> Iterator[Attribute]:
    for found in _ATTRIBUTE.finditer(written):
        kind = found.lastgroup or "bare"
        yield Attribute(found["name"].lower(), Span(start + found.start(kind), start + found.end(kind)))
