"""What stands in a body for the reader's machinery and is no part of the article."""

from __future__ import annotations

import re

from lxml.etree import _Element as Element


def names(written: str) -> frozenset[str]:
    """The names that stand in one string, divided by blanks."""
    return frozenset(written.split())


DROPPED_TAGS = names(
    "script style template svg head title meta link base iframe frame frameset noframes object embed applet "
    "param source track video audio canvas map area button select option optgroup datalist progress "
    "meter rp col colgroup dialog"
)
DROPPED_CLASSES = names(
    # listings: line numbers, copy and fold buttons
    "pre-numbering hljs-button hljs-ln-numbers hljs-ln-n code-full-screen hide-preCode-box look-more-preCode "
    "line-numbers-rows cnblogs_code_toolbar copy-code-btn code-copy-btn code-toolbar-buttons "
    # generated tables of contents, and the marks beside headings that link to themselves
    "toc toc-box toc-container toc-wrapper table-of-contents markdown-toc article-toc "
    "headerlink header-anchor anchorjs-link heading-link heading-anchor "
    # spoken doubles of formulas
    "MJX_Assistive_MathML mjx-assistive-mml"
)
_ZERO_WIDTH = re.compile("[\u200b\u2060\ufeff]")
"""Invisible leftovers of copying; U+200D stays, it holds emoji together."""
_TOC_TITLES = frozenset(
    ["目录", "目錄", "文章目录", "文章目錄", "本文目录", "内容目录", "toc", "contents", "tableofcontents"]
)
_TOC_TITLE_EDGES = " \t\n:：[]【】()（）《》#-—"
LONGEST_TOC_TITLE = 24


def is_toc_entry(element: Element, name: str) -> bool:
    """Is it a line of the contents that CSDN's editor writes: `p#main-toc`, `p[id$=-toc]`, `hr#hr-toc`?"""
    if not (name.endswith("-toc") or name == "hr-toc"):
        return False
    if name in ("main-toc", "hr-toc"):
        return True
    link = next(element.iter("a"), None)
    return link is not None and (link.get("href") or "").startswith("#")


def is_toc_title(text: str) -> bool:
    """Does a block of this text announce a table of contents?"""
    return (
        len(text) <= LONGEST_TOC_TITLE
        and "".join(text.split()).strip(_TOC_TITLE_EDGES).lower() in _TOC_TITLES
    )


def without_zero_width(text: str) -> str:
    """The text without zero-width blanks and byte order marks."""
    if text.isascii() or not ("\u200b" in text or "\ufeff" in text or "\u2060" in text):
        return text
    return _ZERO_WIDTH.sub("", text)
