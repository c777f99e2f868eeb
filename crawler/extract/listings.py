"""Code listings as highlighters leave them: their code without numbers and buttons, and their language."""

from __future__ import annotations

import re
from itertools import islice

from lxml import etree
from lxml.etree import _Element as Element

from crawler.extract.junk import DROPPED_CLASSES, DROPPED_TAGS, is_hidden, names

_GUTTERS = names("gutter linenos lineno linenodiv line-numbers rouge-gutter blob-num hljs-ln-numbers")
_LINES = names("li p div tr")
LISTING_CLASSES = names("dp-highlighter syntaxhighlighter")
_TOOLBARS = names("bar tools toolbar")
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
    cells = islice(table.iter("td"), 2)
    return any(not _GUTTERS.isdisjoint((cell.get("class") or "").split()) for cell in cells)


def read_listing(element: Element) -> tuple[str, str]:
    """The code of a listing and its language, "" where the page names none."""
    return _code(element), _language(element)


def flat_text(element: Element) -> str:
    """All text shown inside an element, as it stands in the source; a line break is a newline."""
    return "".join(_pieces(element, lines=False))


def _code(element: Element) -> str:
    code = "".join(_pieces(element, lines=True)).replace("\r\n", "\n").replace("\r", "\n")
    code = code.replace("\xa0", " ").replace("\u200b", "").replace("\ufeff", "").rstrip()
    leading = _LEADING_LINES.match(code)
    return code[leading.end() :] if leading else code


def _pieces(element: Element, *, lines: bool) -> list[str]:
    pieces: list[str] = []
    gutters = lines and element.tag != "pre"
    walk = etree.iterwalk(element, events=("start", "end", "comment", "pi"))
    for event, node in walk:
        if event == "start":
            if node is not element and _is_dropped(node, gutters=gutters):
                walk.skip_subtree()
                continue
            if node.tag == "br":
                pieces.append("\n")
            if node.text:
                pieces.append(node.text)
            continue
        if node is element:
            continue
        if lines and event == "end" and node.tag in _LINES and not _ends_line(pieces):
            pieces.append("\n")
        if node.tail:
            pieces.append(node.tail)
    return pieces


def _ends_line(pieces: list[str]) -> bool:
    return not pieces or pieces[-1].endswith("\n")


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
    for candidate in (
        next(element.iter("code"), None),
        element,
        *islice(element.iter("pre", "ol", "div"), 4),
    ):
        language = _named("" if candidate is None else candidate.get("class") or "")
        if language:
            return language
    bar = next((div for div in element.iter("div") if "bar" in (div.get("class") or "").split()), None)
    shown = _SHOWN.match(flat_text(bar)) if bar is not None else None
    return _spelt(shown[1].lower()) if shown else ""


def _named(classes: str) -> str:
    """The language that a class attribute names."""
    names = classes.lower().replace("brush: ", "brush:").replace(";", " ").split()
    by_mark = [_spelt(found[1]) for name in names if (found := _MARKED.fullmatch(name))]
    beside_hljs = [_spelt(name) for name in names if not _MARKED.fullmatch(name)] if "hljs" in names else []
    by_itself = [_spelt(name) for name in names if name in _BARE]
    return next(filter(None, by_mark + beside_hljs + by_itself), "")


def _spelt(name: str) -> str:
    name = name.strip(".-")
    return "" if name in _NOT_LANGUAGES or name.startswith("hljs-") else _SPELLINGS.get(name, name)
