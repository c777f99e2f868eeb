"""A body element to blocks with text and Markdown, in one walk over its tree.

The walk is a loop over events and no recursion, because hostile pages nest thousands of elements.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import islice

from lxml import etree
from lxml.etree import _Element as Element

from crawler.extract import formulas, images
from crawler.extract.blocks import Body
from crawler.extract.builder import BodyBuilder
from crawler.extract.formulas import FORMULA_CLASSES, Formula
from crawler.extract.frames import Frame
from crawler.extract.junk import (
    DROPPED_CLASSES,
    DROPPED_TAGS,
    is_hidden,
    is_toc_entry,
    is_toc_title,
    names,
    without_zero_width,
)
from crawler.extract.listings import LISTING_CLASSES, flat_text, is_listing, read_listing
from crawler.extract.markdown import absolute, code_block, escape_paragraph
from crawler.extract.slots import MarkKind
from crawler.extract.tables import is_layout

_LONGEST_NUMBER = 9
"""Digits of a list item's number, in CommonMark."""
_MARKS: dict[str, MarkKind] = {
    "b": "strong",
    "strong": "strong",
    "em": "em",
    "i": "em",
    "cite": "em",
    "dfn": "em",
    "var": "em",
    "del": "del",
    "s": "del",
    "strike": "del",
    "sub": "sub",
    "sup": "sup",
}
_BOXES = names(
    "div section article main aside header footer nav hgroup center details figure fieldset form body html "
    "address dl dd thead tbody tfoot menu dir search legend"
)
_LEAVES = names("p dt summary figcaption caption")
_KEEPS_LINES = re.compile(r"white-space\s*:\s*(?:pre|break-spaces)", re.IGNORECASE)
_WEIGHT = re.compile(r"font-weight\s*:\s*(\w+)", re.IGNORECASE)
_WEIGHTS = {
    **dict.fromkeys(["bold", "bolder", "600", "700", "800", "900"], "bold"),
    **dict.fromkeys(["normal", "lighter", "100", "200", "300", "400", "500"], "plain"),
}
_SPECIAL_CLASSES = FORMULA_CLASSES | LISTING_CLASSES | DROPPED_CLASSES

_Action = Frame | MarkKind | None
"""What the end of an element asks for: the closing of a frame or of a mark, or nothing."""


def read_body(element: Element, *, base_url: str | None) -> Body:
    """The blocks of the body that `element` contains; `base_url` is what its links are relative to.

    Leaves out what is hidden, what belongs to the reader's machinery, and generated tables of contents.
    Raises nothing, whatever the tree.
    """
    return _Walk(element, base_url).read()


class _Walk:
    """One walk over one body."""

    def __init__(self, root: Element, base_url: str | None) -> None:
        self._root = root
        self._base_url = base_url
        self._page = (base_url or "").partition("#")[0]
        self._build = BodyBuilder()
        self._inline = self._build.inline
        self._events = etree.iterwalk(root, events=("start", "end", "comment", "pi"))
        self._skipped = False

    def read(self) -> Body:
        actions: list[_Action] = []
        root, text = self._root, self._inline.text
        for event, node in self._events:
            if event == "start":
                self._skipped = False
                actions.append(self._enter(node) if node is not root else None)
                if node.text and not self._skipped:
                    text(node.text)
                continue
            if event == "end":
                action = actions.pop()
                if action is not None:
                    self._leave(action)
            if node is not root and node.tail:
                text(node.tail)
        return Body(self._build.blocks())

    def _leave(self, action: _Action) -> None:
        if isinstance(action, Frame):
            self._build.close(action)
        elif action is not None:
            self._inline.close(action)

    def _skip(self) -> _Action:
        """Leave out the element at hand with all that is in it."""
        self._skipped = True
        self._events.skip_subtree()
        return None

    # What each element asks for --------------------------------------------------------------------------

    def _enter(self, node: Element) -> _Action:
        tag = str(node.tag)
        classes = node.get("class") or ""
        if tag in DROPPED_TAGS:
            return self._script(node) if tag == "script" else self._skip()
        if is_hidden(node) or is_toc_entry(node):
            return self._skip()
        if (
            classes
            and not _SPECIAL_CLASSES.isdisjoint(tokens := classes.split())
            and self._special(node, tokens)
        ):
            return None
        handler = _HANDLERS.get(tag)
        if handler is not None:
            return handler(self, node, classes)
        return self._span(node)

    def _special(self, node: Element, classes: list[str]) -> bool:
        """Deal with an element whose class says what it is; False where it is to be read like any other."""
        if not DROPPED_CLASSES.isdisjoint(classes):
            self._toc_title(node)
            self._skip()
            return True
        if not LISTING_CLASSES.isdisjoint(classes):
            self._listing(node)
            return True
        found = formulas.read_formula(node, classes)
        if found is None:
            return False
        if isinstance(found, Formula):
            self._formula(found)
        self._skip()
        return True

    def _toc_title(self, node: Element) -> None:
        """Keep what the author has put over a table of contents: `@[TOC](…)` in CSDN's editor."""
        for title in islice(node.iter("h1", "h2", "h3", "h4", "h5", "h6"), 1):
            text = " ".join(without_zero_width(flat_text(title)).split())
            if text and not is_toc_title(text):
                self._build.block("paragraph", text, escape_paragraph(text), tag=str(title.tag))

    def _formula(self, formula: Formula) -> None:
        self._inline.atom("display" if formula.display else "formula", formula.shown, formula.shown)

    def _script(self, node: Element) -> _Action:
        formula = formulas.read_script(node)
        if formula is not None:
            self._formula(formula)
        return self._skip()

    def _mathml(self, node: Element, _: str) -> None:
        formula = formulas.read_mathml(node)
        if formula is not None:
            self._formula(formula)
            self._skip()

    def _span(self, node: Element) -> _Action:
        """An inline element without a meaning of its own."""
        return "strong" if _weight(node) == "bold" and self._inline.open("strong") else None

    def _mark(self, node: Element, _: str) -> _Action:
        kind = _MARKS[str(node.tag)]
        if kind == "strong" and _weight(node) == "plain":
            return None
        return kind if self._inline.open(kind) else None

    def _link(self, node: Element, _: str) -> _Action:
        href = node.get("href") or ""
        url = absolute(href, base_url=self._base_url)
        if url is None:
            return None
        in_page = url.startswith("#") or ("#" in url and url.partition("#")[0] == self._page)
        return "link" if self._inline.open("link", href=url, in_page=in_page) else None

    def _line_break(self, _: Element, __: str) -> None:
        self._inline.line_break()

    def _box(self, node: Element, classes: str) -> _Action:
        tag = str(node.tag)
        bold = tag == "dt" or _weight(node) == "bold"
        frame = self._build.box(tag, classes, leaf=tag in _LEAVES, bold=bold)
        if "whitespace-pre" in classes or _KEEPS_LINES.search(node.get("style") or ""):
            self._build.keep_lines(frame)
        return frame

    def _heading(self, node: Element, classes: str) -> _Action:
        tag = str(node.tag)
        return self._build.box(tag, classes, leaf=True, level=int(tag[1]))

    def _list(self, node: Element, _: str) -> _Action:
        first = next(iter(node), None)
        shown = node.get("start") or ("" if first is None else first.get("value")) or "1"
        start = int(shown) if shown.isascii() and shown.isdigit() and len(shown) <= _LONGEST_NUMBER else 1
        return self._build.list(str(node.tag), start=start)

    def _item(self, _: Element, classes: str) -> _Action:
        return self._build.item(classes)

    def _checkbox(self, node: Element, _: str) -> None:
        if node.get("type") == "checkbox":
            mark = "[ ]" if node.get("checked") is None else "[x]"
            self._inline.atom("marker", mark, mark)
            self._inline.text(" ")

    def _quote(self, _: Element, classes: str) -> _Action:
        return self._build.quote(classes)

    def _rule(self, _: Element, __: str) -> None:
        self._build.block("rule", "", "***", tag="hr")

    def _table(self, node: Element, classes: str) -> _Action:
        if is_listing(node):
            self._listing(node)
            return None
        return self._build.table(classes, layout=is_layout(node))

    def _row(self, _: Element, classes: str) -> _Action:
        return self._build.row(classes)

    def _cell(self, node: Element, classes: str) -> _Action:
        return self._build.cell(node, classes)

    def _image(self, node: Element, _: str) -> None:
        source, alt = node.get("src") or "", node.get("alt") or ""
        formula = formulas.read_image(source, alt=alt)
        if formula is not None:
            self._formula(formula)
            return
        image = images.read_image(node, base_url=self._base_url)
        if image is not None:
            self._inline.atom("image", "", images.image_markdown(*image))

    def _noscript(self, node: Element, classes: str) -> None:
        double = images.lazy_double(node)
        if double is not None:
            self._image(double, classes)
        self._skip()

    def _code(self, node: Element, _: str) -> None:
        if any(child.tag in ("pre", "p", "div", "ol", "ul", "table", "img") for child in node):
            return
        raw = without_zero_width(flat_text(node))
        code = " ".join(raw.replace("\xa0", " ").split())
        if code:
            self._inline.text(raw[: len(raw) - len(raw.lstrip())])
            self._inline.code(code)
            self._inline.text(raw[len(raw.rstrip()) :])
        self._skip()

    def _listing(self, node: Element, _: str = "") -> None:
        code, language = read_listing(node)
        if code:
            self._build.block("code", code, code_block(code, language=language), tag=str(node.tag))
        for image in node.iter("img"):
            self._image(image, "")
        self._skip()


def _weight(node: Element) -> str:
    """`bold` or `plain` where the element's own style says so, else ""."""
    found = _WEIGHT.search(node.get("style") or "")
    return "" if found is None else _WEIGHTS.get(found[1].lower(), "")


_Handler = Callable[[_Walk, Element, str], _Action]
_HANDLERS: dict[str, _Handler] = {
    **dict.fromkeys(_MARKS, _Walk._mark),
    **dict.fromkeys(_BOXES | _LEAVES, _Walk._box),
    **dict.fromkeys(["h1", "h2", "h3", "h4", "h5", "h6"], _Walk._heading),
    **dict.fromkeys(["ol", "ul"], _Walk._list),
    **dict.fromkeys(["td", "th"], _Walk._cell),
    **dict.fromkeys(["pre", "textarea", "listing", "xmp"], _Walk._listing),
    **dict.fromkeys(["code", "tt", "kbd", "samp"], _Walk._code),
    **dict.fromkeys(["math", "mjx-container"], _Walk._mathml),
    "a": _Walk._link,
    "br": _Walk._line_break,
    "li": _Walk._item,
    "blockquote": _Walk._quote,
    "hr": _Walk._rule,
    "table": _Walk._table,
    "tr": _Walk._row,
    "img": _Walk._image,
    "input": _Walk._checkbox,
    "noscript": _Walk._noscript,
}
