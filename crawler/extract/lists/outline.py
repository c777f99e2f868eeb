"""A page as a row of text segments, and where in that row each of its elements stands."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from lxml import etree, html

from crawler.extract.document import Document
from crawler.extract.hiding import NOT_SHOWN, Hidden, State, hiding_of
from crawler.extract.values import squash

HEADINGS: Final = {f"h{level}": level for level in range(1, 7)}
_BLOCKS = """
    address article aside blockquote body br caption center dd details dialog div dl dt fieldset
    figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main menu nav ol
    option p pre section summary table tbody td tfoot th thead tr ul
"""
BLOCKS: Final = frozenset(_BLOCKS.split())
_UNSEEN: Final = NOT_SHOWN | {"noscript"}


@dataclass(slots=True)
class Segment:
    """A run of visible text within one block, wholly inside one link or outside of any."""

    block: html.HtmlElement
    """The innermost block around it."""
    owner: html.HtmlElement
    """The innermost element around its first characters."""
    link: html.HtmlElement | None
    """The `a` with an address that it belongs to."""
    level: int
    """1 to 6 within a heading element, else 0."""
    pieces: list[str] = field(default_factory=list)
    """Its text, one piece for each text node."""
    hidden: Hidden = Hidden.OUTRIGHT
    """How surely it is hidden, as the piece that is seen best; what is so outright has no segment."""

    _text: str | None = None

    @property
    def text(self) -> str:
        """The text as shown, white space folded; asked for when the page has been walked."""
        if self._text is None:
            self._text = squash("".join(self.pieces))
        return self._text


@dataclass(frozen=True, slots=True)
class Outline:
    """The segments of a page in document order."""

    segments: tuple[Segment, ...]
    ranges: dict[html.HtmlElement, tuple[int, int]]
    """For each visible element: the half-open range of the segments in it."""


class _Walk:
    """One pass over a page; the state is what encloses the present point."""

    def __init__(self, around: State) -> None:
        self.segments: list[Segment] = []
        self.ranges: dict[html.HtmlElement, tuple[int, int]] = {}
        self.blocks: list[html.HtmlElement] = []
        self.links: list[html.HtmlElement] = []
        self.levels: list[int] = [0]
        self.open: Segment | None = None
        self.states = [around]
        """What hides the elements around the present point."""

    def text(self, text: str | None, owner: html.HtmlElement) -> None:
        hidden = self.states[-1].hidden
        if not text or not self.blocks or hidden is Hidden.OUTRIGHT:
            return
        if self.open is None:
            if text.isspace():
                return
            link = self.links[-1] if self.links else None
            self.open = Segment(self.blocks[-1], owner, link, self.levels[-1])
        self.open.pieces.append(text)
        if hidden < self.open.hidden and not text.isspace():
            self.open.hidden = hidden

    def flush(self) -> None:
        if self.open is not None:
            self.segments.append(self.open)
            self.open = None

    def start(self, element: html.HtmlElement, state: State) -> None:
        self.states.append(state)
        tag = element.tag
        link = tag == "a" and element.get("href") is not None
        if tag in BLOCKS or link:
            self.flush()
        if tag in BLOCKS:
            self.blocks.append(element)
        if link:
            self.links.append(element)
        if tag in HEADINGS:
            self.levels.append(HEADINGS[tag])
        if state.hidden is not Hidden.OUTRIGHT:
            self.ranges[element] = (len(self.segments), 0)
        self.text(element.text, element)

    def end(self, element: html.HtmlElement) -> None:
        tag = element.tag
        link = tag == "a" and element.get("href") is not None
        if tag in BLOCKS or link:
            self.flush()
        if tag in BLOCKS:
            self.blocks.pop()
        if link:
            self.links.pop()
        if tag in HEADINGS:
            self.levels.pop()
        self.states.pop()
        pending = 1 if self.open is not None else 0
        if element in self.ranges:
            self.ranges[element] = (self.ranges[element][0], len(self.segments) + pending)


def read_outline(document: Document, within: html.HtmlElement | None = None) -> Outline:
    """Walk a page, or an element of it, once and return its text as segments.

    What is hidden outright is left out. What is hidden otherwise is there, marked as such: a text may stand
    in it that a script shows, and no entry of a list.
    """
    root, hiding = document.root if within is None else within, hiding_of(document)
    walk = _Walk(hiding.state(root.getparent()))
    walker = etree.iterwalk(root, events=("start", "end", "comment", "pi"))
    skipped: html.HtmlElement | None = None
    for event, element in walker:
        if event == "start":
            state = hiding.within(walk.states[-1], element)
            if element.tag in _UNSEEN or state.whole is Hidden.OUTRIGHT:
                skipped = element
                walker.skip_subtree()
            else:
                walk.start(element, state)
            continue
        if event == "end" and element is not skipped:
            walk.end(element)
        if element is skipped:
            skipped = None
        parent = element.getparent()
        if parent is not None:
            walk.text(element.tail, parent)
    walk.flush()
    return Outline(tuple(walk.segments), walk.ranges)
