"""The bytes of a page to its text."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from itertools import islice

from crawler.extract.document.charsets import choose, codec_of, plausibility
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
_CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.IGNORECASE)
_META = re.compile(rb"<meta\s[^<>]{0,400}?charset\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.IGNORECASE)
_META_WITHIN = 8192
_CHINESE_IN_UTF8 = re.compile(rb"[\xe3-\xe9][\x80-\xbf]{2}")
_NO_ACCIDENT = 8
"""So many characters of valid UTF-8 are in no other encoding."""
_ZEROS_OF_UTF16 = 40
"""UTF-16 has a zero byte among so many: that of each ASCII character."""
_ZERO_ORDER = 4
"""So many times as many of them stand on one side as on the other, where 一 (U+4E00) has its own."""
_SAMPLE = 2**16
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
    is_doubtful: bool = False
    """Could the bytes as well be in another encoding?"""
    controls: int = 0
    """How many control characters were dropped, and NUL and lone surrogates replaced."""


def clean(text: str) -> str:
    """Return `text` without control characters; NUL and lone surrogates are U+FFFD."""
    return _CONTROL.sub(_control, text)


def _control(match: re.Match[str]) -> str:
    character = match[0]
    return "\ufffd" if character == "\0" or character >= "\ud800" else " " if character == "\f" else ""


def decode(page: Page) -> Decoded:
    """Return the page's text: by its BOM, as UTF-8, and last by what reads best, its labels counted in.

    Raises PageUnreadable for an empty, binary or oversized page.
    """
    body = page.body
    wide = _utf_16(body)
    _refuse_what_is_no_text(body, is_wide=wide is not None)
    header, meta = _CHARSET.search(page.content_type or ""), _META.search(body[:_META_WITHIN])
    declared_by_header = header[1].lower() if header else None
    declared_by_meta = meta[1].decode("ascii").lower() if meta else None
    declared = declared_by_header or declared_by_meta
    labels = [name for name in map(codec_of, (declared_by_header, declared_by_meta)) if name]
    if wide:
        text = body.decode(wide, "replace")
        return _decoded(text.removeprefix("\ufeff"), wide, wide if text.startswith("\ufeff") else declared)
    if body.startswith(codecs.BOM_UTF8):
        body, declared = body[len(codecs.BOM_UTF8) :], "utf-8"
        labels = ["utf-8"]
    whole = _as_utf8(body, labels)
    if whole is None:
        choice = choose(body, labels)
        return _decoded(choice.text, choice.encoding, declared, is_doubtful=choice.is_doubtful)
    if "\ufffd" not in whole and not any(control in body for control in _CONTROL_BYTES):
        return _whole(body, whole, declared)
    return _decoded(whole, "utf-8", declared)


def _utf_16(body: bytes) -> str | None:
    """The byte order of UTF-16, which its byte order mark tells, else the zeros of its ASCII characters."""
    if body.startswith(codecs.BOM_UTF16_LE):
        return "utf-16-le"
    if body.startswith(codecs.BOM_UTF16_BE):
        return "utf-16-be"
    if b"\0" not in body:
        return None
    even, odd = body[0::2].count(0), body[1::2].count(0)
    if max(even, odd) * _ZEROS_OF_UTF16 < len(body) or min(even, odd) * _ZERO_ORDER > max(even, odd):
        return None
    encoding = "utf-16-le" if odd > even else "utf-16-be"
    text = body[:_SAMPLE].decode(encoding, "replace")
    return encoding if plausibility(text) >= 0 and text.count("\ufffd") <= 1 else None


def _as_utf8(body: bytes, labels: list[str]) -> str | None:
    """The text of bytes that are valid UTF-8; None where they are not, or too few to gainsay their labels."""
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return None
    if all(label == "utf-8" for label in labels) or text.isascii():
        return text
    found = sum(1 for _ in islice(_CHINESE_IN_UTF8.finditer(body), _NO_ACCIDENT))
    return text if found == _NO_ACCIDENT else None


def _whole(body: bytes, text: str, declared: str | None) -> Decoded:
    """A page in UTF-8 without a fault, as nearly all are: its own bytes go to the parser."""
    if b"\r" in body:
        body = body.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        text = body.decode()
    _refuse_text_without_words(text)
    return Decoded(text, "utf-8", declared, body)


def _decoded(text: str, encoding: str, declared: str | None, *, is_doubtful: bool = False) -> Decoded:
    controls = len(_CONTROL.findall(text))
    faults = controls + text.count("\ufffd")
    if faults * _MOST_FAULTS > len(text):
        raise PageUnreadable(f"the page is binary: {faults} of {len(text)} characters cannot be read as text")
    text = clean(text.replace("\r\n", "\n").replace("\r", "\n"))
    _refuse_text_without_words(text)
    return Decoded(text, encoding, declared, is_doubtful=is_doubtful, controls=controls)


def _refuse_text_without_words(text: str) -> None:
    if not any(map(str.isalnum, text)):
        raise PageUnreadable("the page holds no text: neither a letter nor a digit; fetch or save it again")


def _refuse_what_is_no_text(body: bytes, *, is_wide: bool) -> None:
    if not body or body.isspace():
        raise PageUnreadable("the page is empty: 0 bytes of text; fetch or save it again")
    if len(body) > LARGEST_BODY:
        size = f"{len(body) / 2**20:.1f} MiB, over the {LARGEST_BODY // 2**20} MiB that a page may have"
        raise PageUnreadable(f"the page is too large: {size}; save the article alone")
    kind = next((kind for magic, kind in _MAGIC.items() if body.startswith(magic)), None)
    if kind is None and not is_wide and b"\0" in body and body.count(0) * _MOST_NULS > len(body):
        kind = f"binary data ({body.count(0)} NUL bytes among {len(body)})"
    if kind:
        raise PageUnreadable(f"the page is {kind}, not HTML or text; give the page itself")
