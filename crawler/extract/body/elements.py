"""What each element of a body asks for: a table from tag to function, and the classes that overrule it."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import islice

from lxml.etree import _Element as Element

from crawler.extract.body import formulas, images
from crawler.extract.body.formulas import FORMULA_CLASSES, Formula
from crawler.extract.body.junk import (
    DROPPED_CLASSES,
    DROPPED_TAGS,
    is_hidden,
    is_toc_entry,
    is_toc_title,
    names,
    without_zero_width,
)
from crawler.extract.body.listings import LISTING_CLASSES, flat_text, is_listing, read_listing
from crawler.extract.body.markdown import absolute, code_block, escape_paragraph
from crawler.extract.body.slots import MarkKind
from crawler.extract.body.tables import is_layout
from crawler.extract.body.walk import Action, Walk

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


def enter(walk: Walk, node: Element) -> Action:
    """Begin an element, or leave it out."""
    tag = str(node.tag)
    classes = node.get("class") or ""
    if tag in DROPPED_TAGS:
        return _script(walk, node) if tag == "script" else walk.skip()
    if is_hidden(node) or is_toc_entry(node):
        return walk.skip()
    if (
        classes
        and not _SPECIAL_CLASSES.isdisjoint(tokens := classes.split())
        and _special(walk, node, tokens)
    ):
        return None
    handler = _HANDLERS.get(tag)
    if handler is not None:
        return handler(walk, node, classes)
    return _span(walk, node)


def _special(walk: Walk, node: Element, classes: list[str]) -> bool:
    """Deal with an element whose class says what it is; False where it is to be read like any other."""
    if not DROPPED_CLASSES.isdisjoint(classes):
        _toc_title(walk, node)
        walk.skip()
        return True
    if not LISTING_CLASSES.isdisjoint(classes):
        _listing(walk, node)
        return True
    found = formulas.read_formula(node, classes)
    if found is None:
        return False
    if isinstance(found, Formula):
        _formula(walk, found)
    walk.skip()
    return True


def _toc_title(walk: Walk, node: Element) -> None:
    """Keep what the author has put over a table of contents: `@[TOC](…)` in CSDN's editor."""
    for title in islice(node.iter("h1", "h2", "h3", "h4", "h5", "h6"), 1):
        text = " ".join(without_zero_width(flat_text(title)).split())
        if text and not is_toc_title(text):
            walk.build.block("paragraph", text, escape_paragraph(text), tag=str(title.tag))


def _formula(walk: Walk, formula: Formula) -> None:
    walk.inline.atom("display" if formula.display else "formula", formula.shown, formula.shown)


def _script(walk: Walk, node: Element) -> Action:
    formula = formulas.read_script(node)
    if formula is not None:
        _formula(walk, formula)
    return walk.skip()


def _mathml(walk: Walk, node: Element, _: str) -> None:
    formula = formulas.read_mathml(node)
    if formula is not None:
        _formula(walk, formula)
        walk.skip()


def _span(walk: Walk, node: Element) -> Action:
    """An inline element without a meaning of its own."""
    return "strong" if _weight(node) == "bold" and walk.inline.open("strong") else None


def _mark(walk: Walk, node: Element, _: str) -> Action:
    kind = _MARKS[str(node.tag)]
    if kind == "strong" and _weight(node) == "plain":
        return None
    return kind if walk.inline.open(kind) else None


def _link(walk: Walk, node: Element, _: str) -> Action:
    href = node.get("href") or ""
    url = absolute(href, base_url=walk.base_url)
    if url is None:
        return None
    in_page = url.startswith("#") or ("#" in url and url.partition("#")[0] == walk.page)
    return "link" if walk.inline.open("link", href=url, in_page=in_page) else None


def _line_break(walk: Walk, _: Element, __: str) -> None:
    walk.inline.line_break()


def _box(walk: Walk, node: Element, classes: str) -> Action:
    tag = str(node.tag)
    bold = tag == "dt" or _weight(node) == "bold"
    frame = walk.build.box(tag, classes, leaf=tag in _LEAVES, bold=bold)
    if "whitespace-pre" in classes or _KEEPS_LINES.search(node.get("style") or ""):
        walk.build.keep_lines(frame)
    return frame


def _heading(walk: Walk, node: Element, classes: str) -> Action:
    tag = str(node.tag)
    return walk.build.box(tag, classes, leaf=True, level=int(tag[1]))


def _list(walk: Walk, node: Element, _: str) -> Action:
    first = next(iter(node), None)
    shown = node.get("start") or ("" if first is None else first.get("value")) or "1"
    start = int(shown) if shown.isascii() and shown.isdigit() and len(shown) <= _LONGEST_NUMBER else 1
    return walk.build.list(str(node.tag), start=start)


def _item(walk: Walk, _: Element, classes: str) -> Action:
    return walk.build.item(classes)


def _checkbox(walk: Walk, node: Element, _: str) -> None:
    if node.get("type") == "checkbox":
        mark = "[ ]" if node.get("checked") is None else "[x]"
        walk.inline.atom("marker", mark, mark)
        walk.inline.text(" ")


def _quote(walk: Walk, _: Element, classes: str) -> Action:
    return walk.build.quote(classes)


def _rule(walk: Walk, _: Element, __: str) -> None:
    walk.build.block("rule", "", "***", tag="hr")


def _table(walk: Walk, node: Element, classes: str) -> Action:
    if is_listing(node):
        _listing(walk, node)
        return None
    return walk.build.table(classes, layout=is_layout(node))


def _row(walk: Walk, _: Element, classes: str) -> Action:
    return walk.build.row(classes)


def _cell(walk: Walk, node: Element, classes: str) -> Action:
    return walk.build.cell(node, classes)


def _image(walk: Walk, node: Element, _: str) -> None:
    source, alt = node.get("src") or "", node.get("alt") or ""
    formula = formulas.read_image(source, alt=alt)
    if formula is not None:
        _formula(walk, formula)
        return
    image = images.read_image(node, base_url=walk.base_url)
    if image is not None:
        walk.inline.atom("image", "", images.image_markdown(*image))


def _noscript(walk: Walk, node: Element, classes: str) -> None:
    double = images.lazy_double(node)
    if double is not None:
        _image(walk, double, classes)
    walk.skip()


def _code(walk: Walk, node: Element, _: str) -> None:
    if any(child.tag in ("pre", "p", "div", "ol", "ul", "table", "img") for child in node):
        return
    raw = without_zero_width(flat_text(node))
    code = " ".join(raw.replace("\xa0", " ").split())
    if code:
        walk.inline.text(raw[: len(raw) - len(raw.lstrip())])
        walk.inline.code(code)
        walk.inline.text(raw[len(raw.rstrip()) :])
    walk.skip()


def _listing(walk: Walk, node: Element, _: str = "") -> None:
    code, language = read_listing(node)
    if code:
        walk.build.block("code", code, code_block(code, language=language), tag=str(node.tag))
    for image in node.iter("img"):
        _image(walk, image, "")
    walk.skip()


def _weight(node: Element) -> str:
    """`bold` or `plain` where the element's own style says so, else ""."""
    found = _WEIGHT.search(node.get("style") or "")
    return "" if found is None else _WEIGHTS.get(found[1].lower(), "")


_Handler = Callable[[Walk, Element, str], Action]
_HANDLERS: dict[str, _Handler] = {
    **dict.fromkeys(_MARKS, _mark),
    **dict.fromkeys(_BOXES | _LEAVES, _box),
    **dict.fromkeys(["h1", "h2", "h3", "h4", "h5", "h6"], _heading),
    **dict.fromkeys(["ol", "ul"], _list),
    **dict.fromkeys(["td", "th"], _cell),
    **dict.fromkeys(["pre", "textarea", "listing", "xmp"], _listing),
    **dict.fromkeys(["code", "tt", "kbd", "samp"], _code),
    **dict.fromkeys(["math", "mjx-container"], _mathml),
    "a": _link,
    "br": _line_break,
    "li": _item,
    "blockquote": _quote,
    "hr": _rule,
    "table": _table,
    "tr": _row,
    "img": _image,
    "input": _checkbox,
    "noscript": _noscript,
}
