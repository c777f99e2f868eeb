"""The bytes of a page to its text."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from crawler.extract.items import Page, PageUnreadable

LARGEST_BODY = 8 * 2**20
"""Bytes; the largest real article page seen has 0.8 MB."""

_MAGIC = {
    b"\x1f\x8b": "gzip data",
    b"PK\x03\x04": "a ZIP archive",
    b"%PDF-": "a PDF file",
    b"\x89PNG": "a PNG image",
    b"\xff\xd8\xff": "a JPEG image",
    b"GIF8": "a GIF image",
    b"\x7fELF": "a program",
    b"SQLite format 3": "an SQLite database",
    b"7z\xbc\xaf": "a 7z archive",
    b"\x28\xb5\x2f\xfd": "Zstandard data",
}
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_WIDER = {"gb2312": "gb18030", "gbk": "gb18030", "iso8859-1": "cp1252", "ascii": "utf-8"}
"""What is written under a narrow name: GBK text declared as GB2312 is the rule, not the exception."""
_CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.IGNORECASE)
_META = re.compile(rb"<meta\s[^<>]{0,400}?charset\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.IGNORECASE)
_META_WITHIN = 8192
_CHINESE_IN_UTF8 = re.compile(rb"[\xe3-\xe9][\x80-\xbf]{2}")
_MOST_NULS = 200
"""One NUL byte in so many makes a page binary; fewer are dirt."""
_MOST_FAULTS = 20
"""One control or undecodable character in so many makes a page binary."""
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_CONTROL_BYTES = tuple(bytes([code]) for code in (*range(9), 11, 12, *range(14, 32), 127))


@dataclass(frozen=True, slots=True)
class Decoded:
    """The text of a page, and what it was decoded with."""

    text: str
    """Without byte order mark and control characters; NUL and lone surrogates are U+FFFD."""
    encoding: str
    """Name of the codec, such as `utf-8` or `gb18030`."""
    encoding_declared: str | None
    """What header or markup said, in lower case; None where neither does."""
    markup: bytes | None = None
    """The text in UTF-8, where it is at hand."""


def clean(text: str) -> str:
    """Return `text` without control characters; NUL and lone surrogates are U+FFFD."""
    return _CONTROL.sub(_control, text)


def _control(match: re.Match[str]) -> str:
    character = match[0]
    return "\ufffd" if character == "\0" or character >= "\ud800" else " " if character == "\f" else ""


def decode(page: Page) -> Decoded:
    """Return the page's text: by its BOM, its header, as UTF-8, by its meta, and last by what fits best.

    Raises PageUnreadable for an empty, binary or oversized page.
    """
    body = page.body
    _refuse_what_is_no_text(body)
    for bom, encoding in _BOMS:
        if body.startswith(bom):
            return _decoded(body[len(bom) :].decode(encoding, "replace"), encoding, encoding)
    header, meta = _CHARSET.search(page.content_type or ""), _META.search(body[:_META_WITHIN])
    declared_by_header = header[1].lower() if header else None
    declared_by_meta = meta[1].decode("ascii").lower() if meta else None
    declared = declared_by_header or declared_by_meta
    encoding, text = _best(body, _codec(declared_by_header), _codec(declared_by_meta))
    if (
        encoding == "utf-8"
        and "\ufffd" not in text
        and not any(control in body for control in _CONTROL_BYTES)
    ):
        return _whole(body, text, declared)
    return _decoded(text, encoding, declared)


def _whole(body: bytes, text: str, declared: str | None) -> Decoded:
    """A page in UTF-8 without a fault, as nearly all are: its own bytes go to the parser."""
    if b"\r" in body:
        body = body.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        text = body.decode()
    _refuse_text_without_words(text)
    return Decoded(text, "utf-8", declared, body)


def _decoded(text: str, encoding: str, declared: str | None) -> Decoded:
    faults = len(_CONTROL.findall(text)) + text.count("\ufffd")
    if faults * _MOST_FAULTS > len(text):
        raise PageUnreadable(f"the page is binary: {faults} of {len(text)} characters cannot be read as text")
    text = clean(text.replace("\r\n", "\n").replace("\r", "\n"))
    _refuse_text_without_words(text)
    return Decoded(text, encoding, declared)


def _refuse_text_without_words(text: str) -> None:
    if not any(map(str.isalnum, text)):
        raise PageUnreadable("the page holds no text: neither a letter nor a digit; fetch or save it again")


def _refuse_what_is_no_text(body: bytes) -> None:
    if not body or body.isspace():
        raise PageUnreadable("the page is empty: 0 bytes of text; fetch or save it again")
    if len(body) > LARGEST_BODY:
        size = f"{len(body) / 2**20:.1f} MiB, over the {LARGEST_BODY // 2**20} MiB that a page may have"
        raise PageUnreadable(f"the page is too large: {size}; save the article alone")
    kind = next((kind for magic, kind in _MAGIC.items() if body.startswith(magic)), None)
    has_bom = body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    if kind is None and not has_bom and b"\0" in body and body.count(0) * _MOST_NULS > len(body):
        kind = f"binary data ({body.count(0)} NUL bytes among {len(body)})"
    if kind:
        raise PageUnreadable(f"the page is {kind}, not HTML or text; give the page itself")


def _best(body: bytes, by_header: str | None, by_meta: str | None) -> tuple[str, str]:
    """The first codec that fits the bytes without a fault, else the one with the fewest faults.

    Bytes that are valid UTF-8 and hold Chinese are UTF-8, whatever a header says: GBK never looks like it.
    """
    doubted = by_header not in {None, "utf-8"} and _CHINESE_IN_UTF8.search(body) is not None
    order = ["utf-8", by_header] if doubted else [by_header, "utf-8"]
    candidates = list(dict.fromkeys(name for name in [*order, by_meta] if name))
    for name in candidates:
        try:
            return name, body.decode(name)
        except UnicodeDecodeError:
            continue
    declared = [name for name in (by_header, by_meta) if name]
    tried = [(name, body.decode(name, "replace")) for name in dict.fromkeys([*declared, "utf-8", "gb18030"])]
    return min(tried, key=lambda pair: pair[1].count("\ufffd"))


def _codec(declared: str | None) -> str | None:
    """The name of the text codec that a charset label means; None for an unknown one."""
    if declared is None:
        return None
    try:
        info = codecs.lookup(declared)
    except (LookupError, ValueError):
        return None
    if not info._is_text_encoding:
        return None
    return _WIDER.get(info.name, info.name)
