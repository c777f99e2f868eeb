"""What holds for every body: nothing of it is lost or doubled, and its Markdown renders as the page did."""

from __future__ import annotations

import re
from collections.abc import Iterator

from hypothesis import example, given, settings
from hypothesis import strategies as st
from lxml import etree, html
from markdown_it import MarkdownIt

from crawler.extract.body import read_body

RENDERER = MarkdownIt("commonmark", {"maxNesting": 1000}).enable("table")
BASE = "https://blog.example/1"
INLINE = ["b", "strong", "em", "i", "del", "sub", "sup", "a", "span", "font", "code", "u"]
BLOCKS = [
    "p",
    "div",
    "section",
    "h2",
    "h4",
    "blockquote",
    "ul",
    "ol",
    "li",
    "pre",
    "table",
    "tr",
    "td",
    "dl",
    "dt",
]
VOID = ["br", "hr", "img"]
HIDDEN = ["script", "style", "template", "svg"]
IN_NO_CODE = ["pre", "p", "div", "ol", "ul", "table", "img"]
MARKER = re.compile(r"(?m)^[ ]*(?:(?:[0-9]+\.|-)(?: |$))+")

Tree = tuple[str, str, list["Tree"], str]  # type: ignore[misc]  # name, text, children, tail


def trees(tags: list[str], texts: st.SearchStrategy[str]) -> st.SearchStrategy[Tree]:
    leaf = st.tuples(st.sampled_from(VOID + HIDDEN), st.just("x"), st.just([]), texts)
    return st.recursive(
        leaf | st.tuples(st.sampled_from(tags), texts, st.just([]), texts),
        lambda inner: st.tuples(st.sampled_from(tags), texts, st.lists(inner, max_size=4), texts),
        max_leaves=12,
    )


def build(tree: Tree) -> html.HtmlElement:
    name, text, children, tail = tree
    element = html.Element(name)
    if name == "a":
        element.set("href", "/x")
    if name == "img":
        element.set("src", "/y.png")
    if name not in VOID:
        element.text = text
        element.extend([build(child) for child in children])
    element.tail = tail
    return element


def body_of(forest: list[Tree]) -> html.HtmlElement:
    return build(("div", "", forest, ""))


Shown = tuple[str, bool, bool]


def visible(
    element: etree._Element, strong: bool = False, em: bool = False, code: bool = False
) -> Iterator[Shown]:
    """Every character that is no blank, with its emphasis, read by plain recursion; code has none inside."""
    if element.tag in HIDDEN or not isinstance(element.tag, str):
        return
    if element.tag == "pre":
        strong = em = False
    code = (
        code
        or element.tag == "pre"
        or (element.tag == "code" and not any(c.tag in IN_NO_CODE for c in element))
    )
    strong = strong or (not code and element.tag in ("b", "strong", "dt"))
    em = em or (not code and element.tag in ("em", "i"))
    yield from ((c, strong, em) for c in element.text or "" if not c.isspace())
    for child in element:
        yield from visible(child, strong, em, code)
        yield from ((c, strong, em) for c in child.tail or "" if not c.isspace())


WORDS = st.text(alphabet="学习率ab,。 \n\xa0!（", max_size=6)
PLAIN = st.lists(trees(INLINE + BLOCKS, WORDS), max_size=5)
SPECIAL = st.text(alphabet="*_`[]()<>&;#\\|~!=-+:1.)a学。 $\xa0", max_size=9)
MARKED = st.lists(
    trees([*INLINE, "p", "div", "h2", "blockquote", "ul", "ol", "li", "pre"], SPECIAL), max_size=4
)
CELLS = st.lists(trees([*INLINE, "table", "tr", "td", "th", "p"], SPECIAL), max_size=4)


@given(PLAIN)
@settings(max_examples=200, deadline=None)
def test_no_visible_character_is_lost_or_doubled(forest: list[Tree]) -> None:
    element = body_of(forest)
    body = read_body(element, base_url=BASE)
    found = "".join(MARKER.sub("", block.text) for block in body.blocks)
    assert "".join(found.split()) == "".join(c for c, _, _ in visible(element))
    assert all(
        body.text[s.start : s.end] == b.text for b, s in zip(body.blocks, body.text_spans, strict=True)
    )


@given(PLAIN)
@settings(max_examples=200, deadline=None)
def test_the_markdown_shows_the_text(forest: list[Tree]) -> None:
    body = read_body(body_of(forest), base_url=BASE)
    shown = html.fragment_fromstring(RENDERER.render(body.markdown), create_parent="div")
    found = "".join(MARKER.sub("", block.text) for block in body.blocks)
    assert "".join(shown.text_content().split()) == "".join(found.split())


@given(MARKED | CELLS)
@example([("p", "a", [("b", "*", [], "_")], "")])
@example([("table", "", [("td", "", [], ""), ("td", "", [("hr", "", [], "")], "")], "")])
@example([("table", "", [("td", "", [], ""), ("td", "", [], "1"), ("br", "", [], "1")], "")])
@settings(max_examples=400, deadline=None)
def test_special_characters_stay_literal_and_emphasis_stays_in_place(forest: list[Tree]) -> None:
    element = body_of(forest)
    body = read_body(element, base_url=BASE)
    shown = html.fragment_fromstring(RENDERER.render(body.markdown), create_parent="div")
    assert list(visible(shown)) == list(visible(element))
