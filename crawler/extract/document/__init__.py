"""A page decoded and parsed once, with what every site's file asks of it."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from html import unescape
from itertools import chain
from typing import Any, TypeVar, cast

from lxml import etree, html

from crawler.extract import urls
from crawler.extract.document.decoding import Decoded, clean, decode
from crawler.extract.document.embedded import read_json
from crawler.extract.items import Page, PageUnreadable
from crawler.extract.values import squash

MOST_TAGS = 300_000
MOST_ATTRIBUTES = 1_000
"""Of one tag: the parser's time grows with their square."""

_CONTROL_REFERENCE = re.compile(
    rb"&#(?:0*(?:[1-8]|11|12|1[4-9]|2\d|3[01]|127)(?!\d)|[xX]0*(?:[1-8bBcCeEfF]|1[\da-fA-F]|7[fF])(?![\da-fA-F]));?"
)
_REPLACEMENT = "\ufffd".encode()
_ATTRIBUTE = (
    rb"[^\s/>][^\s/>=]*+"
    rb"(?>(?:\s*+=\s*+(?>(?:\"[^\"]*+(?:\"|\Z)|'[^']*+(?:'|\Z)|[^\s>\"'][^\s>]*+)?))?)"
)
_RAW = "|".join(
    rf"(?i:{name})\b(?>(?:[^<]++|<(?!/(?i:{name})))*)" for name in ("script", "style", "textarea")
).encode()
"""What a browser takes for text up to the closing tag."""
_PLAIN_TAG = rb"(?![sStT])[a-zA-Z][\w-]*+(?>(?: [\w:-]++=\"[^\"]*+\"){0,%d})>" % MOST_ATTRIBUTES
"""As nearly all are written, for speed; names that `_RAW` may begin with are left to `_TAG`."""
_TAG = rb"(?!(?i:script|style|textarea)\b)[a-zA-Z][^\s/>]*+(?>(?:[\s/]*+%b){0,%d})[\s/]*+(?![^>])" % (
    _ATTRIBUTE,
    MOST_ATTRIBUTES,
)
_TAGS = re.compile(
    rb"[^<]*+(?>(?:<(?:/|%b|%b|%b|!--(?>(?:[^-]++|-(?!->))*)|(?!!--|[a-zA-Z]))[^<]*+)*)"
    % (_PLAIN_TAG, _TAG, _RAW)
)
"""A whole page, as far as none of its tags has too many attributes."""
_VARIABLE = re.compile(
    r"[vlc](?<!\w[vlc])(?:(?<=v)ar|(?<=l)et|(?<=c)onst)\s{1,9}(?P<name>[\w$]+)\s{0,9}=\s{0,9}"
    r"(?:\"(?P<double>[^\"\\\n]*+(?>(?:\\.[^\"\\\n]*+)*))\"|'(?P<single>[^'\\\n]*+(?>(?:\\.[^'\\\n]*+)*))'"
    r"|(?P<bare>[\w.+-]+))"
)
"""Begins with a set of letters, which the engine finds three times as fast as a word's edge."""
_ESCAPE = re.compile(r"\\(?:u([\da-fA-F]{4})|x([\da-fA-F]{2})|(.))", re.DOTALL)
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r", "b": "", "f": " ", "v": " ", "0": ""}


_T = TypeVar("_T")
Finder = Callable[[etree._Element], list[html.HtmlElement]]
"""From an element to the elements that an XPath selects from there."""


def finder(path: str) -> Finder:
    """Compile an XPath that selects elements."""
    compiled = etree.XPath(path, smart_strings=False)
    return lambda element: cast("list[html.HtmlElement]", compiled(element))


def by_class(name: str) -> str:
    """Return the XPath condition that `name` is among an element's classes."""
    return f"contains(concat(' ',@class,' '),' {name} ')"


def first(elements: list[html.HtmlElement]) -> html.HtmlElement | None:
    """Return the first of some elements, None where there are none."""
    return elements[0] if elements else None


class ClassFinder:
    """Finds the elements below another that have one of some classes.

    Most pages have none of most classes: it looks for those only that stand anywhere in the page.
    """

    def __init__(self, *names: str, path: str = "descendant::*[@class][{}]") -> None:
        """`path` is an XPath with `{}` in the place of the condition."""
        self._names, self._path = names, path
        self._finders: dict[tuple[str, ...], Finder] = {}

    def __call__(self, document: Document, element: etree._Element) -> list[html.HtmlElement]:
        """Return the elements in document order; `element` belongs to `document`."""
        present = tuple(name for name in self._names if name in document.class_names)
        if not present:
            return []
        if present not in self._finders:
            self._finders[present] = finder(self._path.format(" or ".join(map(by_class, present))))
        return self._finders[present](element)


def text_of(element: etree._Element | None) -> str:
    """Return the squashed text of a small element, highlighted words included; "" where there is none.

    Of a longer text it is the beginning: elements nested to hurt would each give all that is in them.
    """
    if element is None:
        return ""
    shown = str(_STRING(element)) if len(element) else element.text or ""
    return squash(shown[:_LONGEST_SHOWN])


_LOOKUP = etree.ElementDefaultClassLookup(element=html.HtmlElement)
"""One class for all elements: lxml's own choice by tag is made in Python, once for each element touched."""
_STRING = etree.XPath("string()", smart_strings=False)
_LONGEST_SHOWN = 5_000
"""Characters of a title, a label, a notice."""
_SCRIPTS = finder("/descendant::script[not(@src)]")
_LD_JSON = finder("/descendant::script[@type='application/ld+json']")
_CLASSES = etree.XPath("/descendant::*/@class", smart_strings=False)
_ROBOT_NAMES = {"robots", "wencun"}
_OPT_OUTS = ("noarchive", "noai", "noimageai", "none")


@dataclass(frozen=True)
class Document:
    """A decoded, parsed page."""

    page: Page
    url: str | None
    """The page's URL in canonical form (`urls.canonical`), None where none is known."""
    root: html.HtmlElement
    text: str
    """The decoded markup."""
    encoding: str
    """What the bytes were decoded with."""
    encoding_declared: str | None
    """What header or markup said they were."""

    @classmethod
    def of(cls, page: Page, decoded: Decoded | None = None) -> Document:
        """Decode (unless done) and parse `page`; raises PageUnreadable for what cannot be read whole."""
        decoded = decoded or decode(page)
        return cls(
            page=page,
            url=urls.canonical(page.url) if page.url else None,
            root=_parse(
                decoded.text.encode("utf-8", "replace") if decoded.markup is None else decoded.markup
            ),
            text=decoded.text,
            encoding=decoded.encoding,
            encoding_declared=decoded.encoding_declared,
        )

    @cached_property
    def host(self) -> str:
        """Host of the page's URL, else of its canonical link, in lower case; "" where neither is there."""
        split = urls.parts(self.url or self.canonical_link)
        return (split.hostname or "") if split else ""

    @cached_property
    def canonical_link(self) -> str | None:
        """The page's own canonical link, absolute and canonical; None without a usable one."""
        links = (link.get("href") for link in self._about["link"] if link.get("rel") == "canonical")
        href = next((href for href in links if href is not None), None)
        return None if href is None else urls.absolute(href, self.base)

    @property
    def seen_at(self) -> datetime | None:
        """When the page was taken from its site; what it prints as 3天前 counts from then."""
        return self.page.captured_at

    @cached_property
    def base(self) -> str | None:
        """What relative addresses of the page count from: its first `<base href>`, else its URL."""
        hrefs = (base.get("href", "") for base in self._about["base"])
        href = next((href for href in hrefs if href.strip(" \t\r\n")), None)
        return self.url if href is None else urls.absolute(href, self.url)

    @cached_property
    def _about(self) -> dict[str, list[html.HtmlElement]]:
        """What tells about the page, by tag, as the page came: looked for once for all of it."""
        found: dict[str, list[html.HtmlElement]] = {"base": [], "link": [], "meta": []}
        for element in self.elements(*found):
            found[str(element.tag)].append(element)
        return found

    def elements(self, *tags: str) -> Iterator[html.HtmlElement]:
        """Every element of these tags, in document order; a page that begins twice has two roots."""
        roots = (self.root, *self.root.itersiblings())
        return cast("Iterator[html.HtmlElement]", chain.from_iterable(root.iter(*tags) for root in roots))

    def once(self, read: Callable[[Document], _T]) -> _T:
        """What a reader makes of this page, made when it is first asked for: several sites may ask."""
        if read not in self._made:
            self._made[read] = read(self)
        return cast("_T", self._made[read])

    @cached_property
    def _made(self) -> dict[object, object]:
        return {}

    @cached_property
    def class_names(self) -> frozenset[str]:
        """Every class that any element of the page has."""
        return frozenset(" ".join(set(cast("list[str]", _CLASSES(self.root)))).split())

    def script_value(self, name: str) -> str | None:
        """Return the value of `var name = "…";` in a script, entities resolved; None without one."""
        for script in self._scripts:
            if name in script.text and (found := script.variables.get(name)):
                return _value(found)
        return None

    @cached_property
    def _scripts(self) -> tuple[_Script, ...]:
        return tuple(_Script(script.text) for script in _SCRIPTS(self.root) if script.text)

    @cached_property
    def ld_json(self) -> tuple[dict[str, Any], ...]:
        """The objects of the page's ld+json scripts, lists and `@graph` taken apart; broken ones left out."""
        return tuple(item for script in _LD_JSON(self.root) for item in _objects(script.text or ""))

    def ld_value(self, name: str) -> str | None:
        """Return the first text of that name in an ld+json object, entities resolved; None without one."""
        values = (item.get(name) for item in self.ld_json)
        return next((clean(unescape(value)) for value in values if isinstance(value, str) and value), None)

    @cached_property
    def opt_out(self) -> str | None:
        """Signals of the page itself against archiving or training, comma-separated; None without one."""
        said = set()
        for name, content in self._metas:
            if name in _ROBOT_NAMES:
                said |= set(re.split(r"[\s,;]+", content.lower())) & set(_OPT_OUTS)
            elif name == "tdm-reservation" and content.strip() == "1":
                said.add(name)
        return ", ".join(sorted(said)) or None

    def meta_value(self, name: str) -> str | None:
        """Return the content of the first `<meta>` of that name or property; None without one."""
        return next((content for known, content in self._metas if known == name), None)

    @cached_property
    def _metas(self) -> tuple[tuple[str, str], ...]:
        """Names or properties, in lower case, and contents."""
        named = (
            (meta.get("name") or meta.get("property"), meta.get("content")) for meta in self._about["meta"]
        )
        return tuple(
            (name.strip().lower(), content)
            for name, content in named
            if name is not None and content is not None
        )


@dataclass(frozen=True)
class _Script:
    text: str

    @cached_property
    def variables(self) -> dict[str, re.Match[str]]:
        """Where each variable is first given a value."""
        return {found["name"]: found for found in reversed(list(_VARIABLE.finditer(self.text)))}


def _value(variable: re.Match[str]) -> str:
    if variable["bare"] is not None:
        return clean(variable["bare"])
    value = variable["single"] if variable["double"] is None else variable["double"]
    if "\\" in value:
        value = _ESCAPE.sub(_unescaped, value)
    return clean(unescape(value))


def _parse(markup: bytes) -> html.HtmlElement:
    _refuse_what_hangs_the_parser(markup)
    if b"&#" in markup:
        markup = _CONTROL_REFERENCE.sub(_REPLACEMENT, markup)
    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True)
    parser.set_element_class_lookup(_LOOKUP)
    try:
        root = etree.fromstring(markup, parser)
    except (etree.LxmlError, ValueError) as error:
        raise PageUnreadable(f"the page holds no markup that can be parsed: {error}") from error
    if root is None:
        raise PageUnreadable("the page holds no markup that can be parsed: it is empty")
    # The message and not the type, which differs between versions of libxml2.
    if any("xcessive depth" in entry.message for entry in parser.error_log):
        raise PageUnreadable(
            "the page is nested deeper than the parser's 2,048 levels; save the article alone"
        )
    return cast("html.HtmlElement", root)


def _refuse_what_hangs_the_parser(markup: bytes) -> None:
    tags = markup.count(b"<") if len(markup) > MOST_TAGS else 0
    if tags > MOST_TAGS:
        raise PageUnreadable(f"the page has {tags:,} tags, over the {MOST_TAGS:,} that a page may have")
    found = _TAGS.match(markup)
    end = found.end() if found else 0
    if end < len(markup):
        line = markup.count(b"\n", 0, end) + 1
        raise PageUnreadable(
            f"a tag in line {line} has over {MOST_ATTRIBUTES:,} attributes; save the article alone"
        )


def _objects(script: str) -> Iterator[dict[str, Any]]:
    waiting = deque([read_json(script)])
    while waiting:
        item = waiting.popleft()
        if isinstance(item, list):
            waiting.extend(item)
        elif isinstance(item, dict):
            yield item
            waiting.append(item.get("@graph"))


def _unescaped(match: re.Match[str]) -> str:
    code = match[1] or match[2]
    return chr(int(code, 16)) if code else _ESCAPED.get(match[3], match[3])
