"""The characters of a text that are not ASCII: few in code, and all that a pattern for Chinese looks for."""

from __future__ import annotations

_ASCII = bytes(range(128))


def beyond_ascii(text: str) -> str:
    """Return the characters of `text` that are not ASCII, in their order."""
    return text.encode("utf-8", "surrogatepass").translate(None, _ASCII).decode("utf-8", "surrogatepass")
