"""Images of a body: where they really are, and what is written instead of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from lxml.etree import _Element as Element

from crawler.extract.body.markdown import absolute, destination, escape

_SOURCES = ("data-src", "data-original-src", "data-original", "data-actualsrc", "data-lazy-src")
"""Where lazy loading keeps the address, while `src` is empty or a placeholder."""
_NO_CAPTION = frozenset(
    [
        "在这里插入图片描述",
        "这里写图片描述",
        "img",
        "image",
        "图片",
        "图片描述",
        "image.png",
        "在这里插入图片描述 ",
    ]
)
_PROCESSING = re.compile(
    r"\?(?:x-oss-process=|watermark/|imageview2/|imagemogr2/|x-image-process=)|#pic_", re.IGNORECASE
)
_INTERFACE = re.compile(r"csdnimg\.cn/(?:release|public)/|static\.blog\.csdn\.net/|code\.csdn\.net/assets/")
_BLANKS = re.compile(r"\s+")


def read_image(attributes: Mapping[str, str], *, base_url: str | None) -> tuple[str, str] | None:
    """Absolute address and caption of an image; None where it shows nothing of the article.

    The address is that of the picture as it was uploaded, without the resizing and watermarks asked for.
    """
    source = _source(attributes)
    url = absolute(source, base_url=base_url) if source else None
    if url is None or _is_interface(attributes, url):
        return None
    processing = _PROCESSING.search(url)
    if processing:
        url = url[: processing.start()]
    alt = attributes.get("alt", "")
    if alt:
        alt = _BLANKS.sub(" ", alt).strip()
    return url, "" if alt in _NO_CAPTION else alt


def image_markdown(url: str, alt: str) -> str:
    """An image as Markdown."""
    return f"![{escape(alt, in_link=True)}]({destination(url)})"


def lazy_double(element: Element) -> Element | None:
    """The image in a `noscript`, where no sibling beside it shows one already."""
    found = next(element.iter("img"), None)
    for beside in (element.getprevious(), element.getnext()):
        if beside is not None and beside.tag == "img":
            attributes: Any = beside.items()
            if _source(dict(attributes)):
                return None
    return found


def _source(attributes: Mapping[str, str]) -> str:
    source = attributes.get("src", "").strip()
    if source and source[:5].lower() != "data:":
        return source
    return next((kept for name in _SOURCES if (kept := attributes.get(name, "").strip())), "")


def _is_interface(attributes: Mapping[str, str], url: str) -> bool:
    if _INTERFACE.search(url):
        return True
    return attributes.get("width") in ("0", "1") and attributes.get("height") in ("0", "1")
