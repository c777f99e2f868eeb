"""What each element of a body asks for: a table from tag to function, and the classes that overrule it."""

from __future__ import annotations

from itertools import islice
from typing import Any

from lxml import etree
from lxml.etree import _Element as Element

from crawler.extract.body import formulas, images
from crawler.extract.body.formulas import FORMULA_CLASSES, Formula
from crawler.extract.body.junk import (
    DROPPED_CLASSES,
    DROPPED_TAGS,
    is_toc_entry,
    is_toc_title,
    names,
    without_zero_width,
)
from crawler.extract.body.listings import LISTING_CLASSES, flat_text, is_listing, read_listing
from crawler.extract.body.markdown import absolute, code_block, escape_paragraph
from crawler.extract.body.slots import MarkKind
from crawler.extract.body.tables import is_layout
from crawler.extract.body.walk import NO_ATTRIBUTES, SKIP, Action, Attributes, Handler, Walk

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
_LEAVES = names("p summary figcaption caption")
_NOT_IN_CODE = names("pre p div ol ul table img")
"""What makes a `code` more than a piece of a line."""
_SPECIAL_CLASSES = FORMULA_CLASSES | LISTING_CLASSES | DROPPED_CLASSES


def enter(walk: Walk, node: Element, attributes: Attributes) -> Action:
    """Begin an element that has attributes, or leave it out."""
    tag = node.tag
    if tag in DROPPED_TAGS:
        return _script(walk, node, attributes) if tag == "script" else SKIP
    if "style" in attributes:
        style = walk.style(attributes["style"])
        if style.hidden or (style.tiny and not len(node)):
            return walk.hide(node)
    if "hidden" in attributes:
        return walk.hide(node)
    if "id" in attributes and is_toc_entry(node, attributes["id"]):
        return SKIP
    if "class" in attributes and not _SPECIAL_CLASSES.isdisjoint(classes := attributes["class"].split()):
        action = _special(walk, node, classes)
        if action is not None:
            return action
    return HANDLERS.get(tag, _span)(walk, node, attributes)


def _special(walk: Walk, node: Element, classes: list[str]) -> Action:
    """Deal with an element whose class says what it is; None where it is to be read like any other."""
    if not DROPPED_CLASSES.isdisjoint(classes):
        _toc_title(walk, node)
        return SKIP
    if not LISTING_CLASSES.isdisjoint(classes):
        return _listing(walk, node)
    found = formulas.read_formula(node, classes)
    if found is None:
        return None
    if isinstance(found, Formula):
        _formula(walk, found)
    return SKIP


def _toc_title(walk: Walk, node: Element) -> None:
    """Keep what the author has put over a table of contents: `@[TOC](…)` in CSDN's editor."""
    for title in islice(node.iter("h1", "h2", "h3", "h4", "h5", "h6"), 1):
        text = " ".join(without_zero_width(flat_text(title)).split())
        if text and not is_toc_title(text):
            walk.build.block("paragraph", text, escape_paragraph(text), tag=str(title.tag))


def _formula(walk: Walk, formula: Formula) -> None:
    walk.inline.atom("display" if formula.display else "formula", formula.shown, formula.shown)


def _script(walk: Walk, node: Element, _: Attributes) -> Action:
    formula = formulas.read_script(node)
    if formula is not None:
        _formula(walk, formula)
    return SKIP


def _dropped(_: Walk, __: Element, ___: Attributes) -> Action:
    return SKIP


def _mathml(walk: Walk, node: Element, _: Attributes) -> Action:
    formula = formulas.read_mathml(node)
    if formula is None:
        return None
    _formula(walk, formula)
    return SKIP


def _span(walk: Walk, _: Element, attributes: Attributes) -> Action:
    """An inline element without a meaning of its own."""
    bold = "style" in attributes and walk.style(attributes["style"]).weight == "bold"
    return "strong" if bold and walk.inline.open("strong") else None


def _mark(walk: Walk, node: Element, attributes: Attributes) -> Action:
    kind = _MARKS[node.tag]
    if kind == "strong" and walk.style(attributes.get("style")).weight == "plain":
        return None
    return kind if walk.inline.open(kind) else None


def _link(walk: Walk, _: Element, attributes: Attributes) -> Action:
    url = absolute(attributes.get("href", ""), base_url=walk.base_url)
    if url is None:
        return None
    in_page = url.startswith("#") or ("#" in url and url.partition("#")[0] == walk.page)
    return "link" if walk.inline.open("link", href=url, in_page=in_page) else None


def _line_break(walk: Walk, _: Element, __: Attributes) -> None:
    walk.inline.line_break()


def _box(walk: Walk, node: Element, attributes: Attributes) -> Action:
    if not attributes:
        return walk.build.box(node.tag)
    return _styled_box(walk, node.tag, attributes, leaf=False)


def _leaf(walk: Walk, node: Element, attributes: Attributes) -> Action:
    if not attributes:
        return walk.build.box(node.tag, leaf=True)
    return _styled_box(walk, node.tag, attributes, leaf=True)


def _term(walk: Walk, node: Element, attributes: Attributes) -> Action:
    return _styled_box(walk, node.tag, attributes, leaf=True, bold=True)


def _styled_box(walk: Walk, tag: str, attributes: Attributes, *, leaf: bool, bold: bool = False) -> Action:
    style, classes = walk.style(attributes.get("style")), attributes.get("class", "")
    frame = walk.build.box(tag, classes, leaf=leaf, bold=bold or style.weight == "bold")
    if style.keeps_lines or "whitespace-pre" in classes:
        walk.build.keep_lines(frame)
    return frame


def _heading(walk: Walk, node: Element, attributes: Attributes) -> Action:
    tag = node.tag
    return walk.build.box(tag, attributes.get("class", ""), leaf=True, level=int(tag[1]))


def _list(walk: Walk, node: Element, attributes: Attributes) -> Action:
    first = next(iter(node), None)
    shown = attributes.get("start") or ("" if first is None else first.get("value")) or "1"
    start = int(shown) if shown.isascii() and shown.isdigit() and len(shown) <= _LONGEST_NUMBER else 1
    return walk.build.list(node.tag, start=start)


def _item(walk: Walk, _: Element, attributes: Attributes) -> Action:
    return walk.build.item(attributes.get("class", ""))


def _checkbox(walk: Walk, _: Element, attributes: Attributes) -> None:
    if attributes.get("type") == "checkbox":
        mark = "[x]" if "checked" in attributes else "[ ]"
        walk.inline.atom("marker", mark, mark)
        walk.inline.text(" ")


def _quote(walk: Walk, _: Element, attributes: Attributes) -> Action:
    return walk.build.quote(attributes.get("class", ""))


def _rule(walk: Walk, _: Element, __: Attributes) -> None:
    walk.build.block("rule", "", "***", tag="hr")


def _table(walk: Walk, node: Element, attributes: Attributes) -> Action:
    if is_listing(node):
        return _listing(walk, node)
    return walk.build.table(attributes.get("class", ""), layout=is_layout(node))


def _row(walk: Walk, _: Element, attributes: Attributes) -> Action:
    return walk.build.row(attributes.get("class", ""))


def _cell(walk: Walk, node: Element, attributes: Attributes) -> Action:
    return walk.build.cell(node, attributes.get("class", ""))


def _image(walk: Walk, node: Element, attributes: Attributes) -> None:
    source, alt = attributes.get("src", ""), attributes.get("alt", "")
    formula = formulas.read_image(source, alt=alt)
    if formula is not None:
        _formula(walk, formula)
        return
    image = images.read_image(attributes, base_url=walk.base_url)
    if image is not None:
        walk.inline.atom("image", "", images.image_markdown(*image))


def _noscript(walk: Walk, node: Element, _: Attributes) -> Action:
    double = images.lazy_double(node)
    if double is not None:
        _image(walk, double, _attributes(double))
    return SKIP


def _code(walk: Walk, node: Element, _: Attributes) -> Action:
    if any(child.tag in _NOT_IN_CODE for child in node):
        return None
    raw = without_zero_width(flat_text(node))
    code = " ".join(raw.replace("\xa0", " ").split())
    if code:
        walk.inline.text(raw[: len(raw) - len(raw.lstrip())])
        walk.inline.code(code)
        walk.inline.text(raw[len(raw.rstrip()) :])
    return SKIP


def _listing(walk: Walk, node: Element, _: Attributes = NO_ATTRIBUTES) -> Action:
    code, language = read_listing(node)
    if code:
        walk.build.block("code", code, code_block(code, language=language), tag=node.tag)
    for image in node.iter("img"):
        _image(walk, image, _attributes(image))
    return SKIP


def _attributes(node: Element) -> Attributes:
    written: Any = node.items()
    return dict(written)


HANDLERS: dict[Any, Handler] = {
    **dict.fromkeys([*DROPPED_TAGS, etree.Comment, etree.ProcessingInstruction, etree.Entity], _dropped),
    "script": _script,
    **dict.fromkeys(_MARKS, _mark),
    **dict.fromkeys(_BOXES, _box),
    **dict.fromkeys(_LEAVES, _leaf),
    **dict.fromkeys(["h1", "h2", "h3", "h4", "h5", "h6"], _heading),
    **dict.fromkeys(["ol", "ul"], _list),
    **dict.fromkeys(["td", "th"], _cell),
    **dict.fromkeys(["pre", "textarea", "listing", "xmp"], _listing),
    **dict.fromkeys(["code", "tt", "kbd", "samp"], _code),
    **dict.fromkeys(["math", "mjx-container"], _mathml),
    "a": _link,
    "dt": _term,
    "br": _line_break,
    "li": _item,
    "blockquote": _quote,
    "hr": _rule,
    "table": _table,
    "tr": _row,
    "img": _image,
    "input": _checkbox,
    "noscript": _noscript,
    "span": _span,
}
