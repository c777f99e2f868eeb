"""Code listings as highlighters leave them: their code without numbers and buttons, and their language."""

from __future__ import annotations

import re
from itertools import chain, islice

from lxml import etree
from lxml.etree import _Element as Element

from crawler.extract.body.junk import DROPPED_CLASSES, DROPPED_TAGS, names, without_zero_width
from crawler.extract.hiding import is_hidden

_GUTTERS = names("gutter linenos lineno linenodiv line-numbers rouge-gutter blob-num hljs-ln-numbers")
_RAW = names("pre textarea listing xmp")
_LINES = names("li tr")
_BOXES = names("div p ol ul table")
_TAGS = re.compile(r"<[A-Za-z][^>]*>")
_MERE_SPAN = re.compile(
    r"<(?:span|code|font|b|i|em|strong|u|mark|a)((?: (?!hidden=|style=)[A-Za-z-]+=\"[^\"]*\")*)/?>"
)
_CLASS = re.compile(r" class=\"([^\"]*)\"")
_STRING = etree.XPath("string()", smart_strings=False)
_LINE_END = "\n"
_FOLD = re.compile(r"[ \t\n\r\f]+")
_SPACES = re.compile(" +")
LISTING_CLASSES = names("dp-highlighter syntaxhighlighter")
_TOOLBARS = names("bar tools toolbar")
_NOT_SHOWN = DROPPED_CLASSES | _GUTTERS | _TOOLBARS
_NOT_LANGUAGES = names(
    "plain plaintext plain-text text txt none nohighlight no-highlight code copy hljs prism prettyprint "
    "highlighter has-numbering set-code-show set-code-hide line-numbers brush"
)
_MARKED = re.compile(r"(?:language|lang|brush|dp|bg|highlight-source)[-_:]([\w+#.-]+)")
_BARE = names(
    "bash c c# c++ cpp cs csharp css delphi erlang go groovy html java javascript js json kotlin lua matlab "
    "objc objective-c objectivec perl php powershell python r ruby rust scala shell sql swift typescript vb "
    "xml yaml"
)
"""Classes that name a language by themselves: `<pre class="cpp" name="code">`."""
_SPELLINGS = {"j": "java", "py": "python", "js": "javascript", "jscript": "javascript", "c++": "cpp"}
_SHOWN = re.compile(r"\s*\[([\w+#.-]+)\]")
_LEADING_LINES = re.compile(r"(?:[ \t]*\n)+")


def is_listing(table: Element) -> bool:
    """Does a table only set the numbers of a listing's lines beside them?"""
    return any(_is_gutter(cell) for cell in islice(table.iter("td"), 2))


def read_listing(element: Element) -> tuple[str, str]:
    """The code of a listing and its language, "" where the page names none."""
    return _code(element), _language(element)


def flat_text(element: Element) -> str:
    """All text shown inside an element, as it stands in the source; a line break is a newline."""
    if not len(element):
        return element.text or ""
    return _string(element) or "".join(_pieces(element))


def _code(element: Element) -> str:
    if element.tag in _RAW:
        code = flat_text(element).replace("\r\n", "\n").replace("\r", "\n")
    elif pres := [pre for pre in element.iter("pre") if not _is_gutter(pre.getparent())]:
        return "\n".join(_code(pre) for pre in pres)
    else:  # lines of a list or table: blanks are the source's own but for U+00A0
        shown = "".join(
            _FOLD.sub(" ", piece) if piece is not _LINE_END else piece for piece in _pieces(element)
        )
        code = "\n".join(line.strip(" ") for line in _SPACES.sub(" ", shown).split("\n"))
    code = without_zero_width(code.replace("\xa0", " ")).rstrip()
    leading = _LEADING_LINES.match(code)
    return code[leading.end() :] if leading else code


def _string(element: Element) -> str:
    """All text inside, where there is nothing but text in spans as a highlighter writes them; else "".

    Highlighted code has most of a page's elements. They are told apart by their tags, of which there are few,
    and not one by one.
    """
    written = etree.tostring(element, encoding="unicode", with_tail=False)
    for tag in set(_TAGS.findall(written, 1)):
        span = _MERE_SPAN.fullmatch(tag)
        if span is None:
            return ""
        named = _CLASS.search(span[1])
        if named and not _NOT_SHOWN.isdisjoint(named[1].split()):
            return ""
    return str(_STRING(element))


def _pieces(element: Element) -> list[str]:
    """The text nodes inside, with _LINE_END at line breaks and where an element that is a line ends."""
    pieces: list[str] = []
    lines: list[int] = []
    gutters = element.tag not in _RAW
    walk = etree.iterwalk(element, events=("start", "end", "comment", "pi"))
    for event, node in walk:
        if event == "start":
            lines.append(len(pieces))
            if node is not element and _is_dropped(node, gutters=gutters):
                walk.skip_subtree()
            elif node.tag == "br":
                pieces.append(_LINE_END)
            elif node.text:
                pieces.append(node.text)
            continue
        if event == "end":
            start = lines.pop()
            ended = len(pieces) > start and pieces[-1].endswith("\n")
            if not ended and (node.tag in _LINES or (node.tag in _BOXES and len(pieces) > start)):
                pieces.append(_LINE_END)
        if node is not element and node.tail:
            pieces.append(node.tail)
    return pieces


def _is_gutter(element: Element | None) -> bool:
    return element is not None and not _GUTTERS.isdisjoint((element.get("class") or "").split())


def _is_dropped(element: Element, *, gutters: bool) -> bool:
    if element.tag in DROPPED_TAGS:
        return True
    names = element.get("class")
    if names:
        classes = names.split()
        if not DROPPED_CLASSES.isdisjoint(classes):
            return True
        if gutters and not (_GUTTERS.isdisjoint(classes) and _TOOLBARS.isdisjoint(classes)):
            return True
    return is_hidden(element)


def _language(element: Element) -> str:
    candidates = chain(
        islice(element.iter("code"), 1), (element,), islice(element.iter("pre", "ol", "div"), 4)
    )
    for candidate in candidates:
        language = _named(candidate.get("class") or "")
        if language:
            return language
    bar = next((div for div in element.iter("div") if "bar" in (div.get("class") or "").split()), None)
    shown = None if bar is None else _SHOWN.match("".join(str(text) for text in bar.itertext()))
    return _spelt(shown[1].lower()) if shown else ""


def _named(classes: str) -> str:
    """The language that a class attribute names."""
    if not classes:
        return ""
    names = classes.lower().replace("brush: ", "brush:").replace(";", " ").split()
    by_mark = [_spelt(found[1]) for name in names if (found := _MARKED.fullmatch(name))]
    beside_hljs = [_spelt(name) for name in names if not _MARKED.fullmatch(name)] if "hljs" in names else []
    by_itself = [_spelt(name) for name in names if name in _BARE]
    return next(filter(None, by_mark + beside_hljs + by_itself), "")


def _spelt(name: str) -> str:
    name = name.strip(".-")
    return "" if name in _NOT_LANGUAGES or name.startswith("hljs-") else _SPELLINGS.get(name, name)
