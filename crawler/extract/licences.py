"""Licence wordings to SPDX identifiers."""

from __future__ import annotations

import re

_CC = re.compile(
    r"(?<![A-Za-z0-9])CC[\s-]{0,3}(?:(?P<zero>0)(?:[\s-]{1,3}1\.0)?"
    r"|(?P<before>\d\.\d)[\s-]{1,3}(?P<parts>BY(?:-(?:NC|SA|ND)){0,2})"
    r"|(?P<parts2>BY(?:-(?:NC|SA|ND)){0,2})[\s-]{0,3}(?P<after>\d\.\d)?)(?![A-Za-z0-9.-])",
    re.IGNORECASE,
)
_PARTS = frozenset({"BY", "BY-SA", "BY-NC", "BY-ND", "BY-NC-SA", "BY-NC-ND"})


def creative_commons(text: str) -> str | None:
    """Return the Creative Commons licence that `text` names, such as `CC 4.0 BY-SA`; else None."""
    match = _CC.search(text)
    return " ".join(match[0].split()) if match else None


def spdx(licence: str | None) -> str | None:
    """Return the SPDX identifier of such a wording; None for one without version, or unknown."""
    match = _CC.search(licence or "")
    if match is None:
        return None
    if match["zero"]:
        return "CC0-1.0"
    parts, version = (match["parts"] or match["parts2"]).upper(), match["before"] or match["after"]
    return f"CC-{parts}-{version}" if parts in _PARTS and version else None
