"""Text of HTML as a reader sees it, without code of wencun's: for the truth, and for peers that give HTML."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Container

from lxml import etree, html

_UNSEEN = """
    script style noscript template svg textarea .pre-numbering .hljs-ln-n .hljs-button .copy-code-btn
    .katex-html .MathJax .MathJax_Preview .MathJax_SVG
"""
UNSEEN = frozenset(_UNSEEN.split())
"""What no reader takes for text: code, numbers of lines, buttons, the drawn double of a formula."""
_BLOCKS = """
    address article aside blockquote br dd details div dl dt fieldset figcaption figure footer h1 h2 h3 h4 h5
    h6 header hr li main nav ol p pre section summary table td th tr ul
"""
BLOCKS = frozenset(_BLOCKS.split())
SHINGLE = 4
"""Characters of a piece that texts are compared by."""

_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden")


def parse(page: str) -> html.HtmlElement:
    """The tree of a decoded page."""
    return html.document_fromstring(page.encode(), parser=html.HTMLParser(encoding="utf-8"))


def seen(element: html.HtmlElement, *, numbered: bool = False, without: Container[object] = ()) -> str:
    """The text of an element, a line for each block, without what is never seen and `without` some elements.

    `numbered`: with the numbers that a browser writes before the entries of ordered lists.
    """
    parts: list[str] = []
    hidden: html.HtmlElement | None = None
    for event, node in etree.iterwalk(element, events=("start", "end", "comment", "pi")):
        if event == "start" and hidden is None:
            if node in without or is_unseen(node):
                hidden = node
            else:
                number = f"{_number(node)}. " if numbered and node.tag == "li" else ""
                parts += ["\n" * (node.tag in BLOCKS), number, node.text or ""]
        elif event != "start" and hidden in (None, node):
            hidden = None
            parts += ["\n" * (node.tag in BLOCKS), (node.tail or "") if node is not element else ""]
    return "".join(parts)


def _number(entry: html.HtmlElement) -> str:
    entries = entry.getparent()
    if entries.tag != "ol":
        return ""
    start = entries.get("start", "1")
    return str(
        (int(start) if start.isdecimal() else 1) + sum(1 for _ in entry.itersiblings("li", preceding=True))
    )


def is_unseen(node: html.HtmlElement) -> bool:
    """Is an element one that no reader sees, or takes for text?"""
    names = {node.tag, *("." + name for name in node.get("class", "").split())}
    return not names.isdisjoint(UNSEEN) or bool(_HIDDEN.search(node.get("style", "")))


def squeeze(text: str) -> str:
    """Text without white space, compatibility forms folded."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))


def shingles(text: str) -> Counter[str]:
    """All pieces of a text's letters and digits."""
    letters = re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text))
    return Counter(letters[i : i + SHINGLE] for i in range(max(1, len(letters) - SHINGLE + 1)))


def recall(truth: Counter[str], found: Counter[str]) -> float:
    """How much of the truth was found, 0 to 1."""
    return (truth & found).total() / truth.total()
