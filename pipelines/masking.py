"""Secrets in addresses, masked: for logs and messages, which travel further than the archive does."""

from __future__ import annotations

import re

_MASK = "***"
_USERINFO = re.compile(r"(?<=//)[^\s/?#]*@")
_PARAMETER = re.compile(r"([?&;#][^\s=&;?#]*=)[^\s&;#'\"`]+")
_SECRET_NAME = re.compile(
    r"(?:token|secret|passw(?:or)?d|passphrase|signature|session|sess(?:ion)?[_-]?id|api[_-]?key|credentials?"
    r"|(?<![a-z\d])(?:key|sig|sign|pass|pwd|sid|auth|authorization|ticket|jwt))=$",
    re.IGNORECASE,
)


def masked(text: str) -> str:
    """Return `text` with what its addresses hold of user names and passwords, tokens and keys as `***`."""
    return _PARAMETER.sub(_masked_parameter, _USERINFO.sub(_MASK + "@", text))


def _masked_parameter(match: re.Match[str]) -> str:
    return match[1] + _MASK if _SECRET_NAME.search(match[1]) else match[0]
