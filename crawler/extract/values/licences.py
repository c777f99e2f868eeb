"""Licence wordings to SPDX identifiers."""

from __future__ import annotations

import re

_CC = re.compile(
    r"(?<![A-Za-z0-9])CC[\s-]{0,3}(?:(?P<zero>0)(?:[\s-]{1,3}1\.0)?"
    r"|(?P<before>\d\.\d)[\s-]{1,3}(?P<parts>BY(?:-(?:NC|SA|ND)){0,2})"
    r"|(?P<parts2>BY(?:-(?:NC|SA|ND)){0,2})[\s-]{0,3}(?P<after>\d\.\d)?)(?![A-Za-z0-9.-])",
    re.IGNORECASE,
)
_CHINESE = re.compile(
    r"署名(?P<parts>(?:[-—–－]{1,2}(?:非商业性?使用|相同方式共享|禁止演绎)){0,2})\s{0,3}(?P<version>\d\.\d)(?!\d)"
)
_CHINESE_PARTS = (("非商业性使用", "NC"), ("非商业使用", "NC"), ("相同方式共享", "SA"), ("禁止演绎", "ND"))
_PARTS = frozenset({"BY", "BY-SA", "BY-NC", "BY-ND", "BY-NC-SA", "BY-NC-ND"})


def creative_commons(text: str) -> str | None:
    """Return the Creative Commons licence that `text` names, such as `CC 4.0 BY-SA`; else None.

    In Chinese it is such as `署名-非商业性使用-禁止演绎 4.0`.
    """
    match = _CC.search(text) or _CHINESE.search(text)
    return " ".join(match[0].split()) if match else None


def spdx(licence: str | None) -> str | None:
    """Return the SPDX identifier of such a wording; None for one without version, or unknown."""
    match = _CC.search(licence or "")
    if match is None:
        return _spdx_of_chinese(licence or "")
    if match["zero"]:
        return "CC0-1.0"
    parts, version = (match["parts"] or match["parts2"]).upper(), match["before"] or match["after"]
    return f"CC-{parts}-{version}" if parts in _PARTS and version else None


def _spdx_of_chinese(licence: str) -> str | None:
    match = _CHINESE.search(licence)
    if match is None:
        return None
    parts = "-".join(["BY", *(part for name, part in _CHINESE_PARTS if name in match["parts"])])
    return f"CC-{parts}-{match['version']}" if parts in _PARTS else None
