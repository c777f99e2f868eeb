"""Making values fit for SQLite, which knows no NUL or lone surrogate in text and no integer over 64 bits."""

from __future__ import annotations

import re
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar, cast

_HOSTILE = re.compile("[\x00\ud800-\udfff]")
_LARGEST = 2**63 - 1

T = TypeVar("T")


def storable(value: T) -> T:
    """Return `value`, a record of records and tuples, with what SQLite cannot hold replaced all through it.

    A hostile character becomes U+FFFD, one for one, so that offsets stay; a number too large becomes None.
    """
    return cast("T", _storable(value))


def _storable(value: Any) -> Any:
    if isinstance(value, str):
        return _HOSTILE.sub("\ufffd", value)
    if isinstance(value, int):
        return value if -_LARGEST <= value <= _LARGEST else None
    if isinstance(value, tuple):
        return tuple(map(_storable, value))
    if is_dataclass(value) and not isinstance(value, type):
        old = {field.name: getattr(value, field.name) for field in fields(value)}
        new = {name: _storable(part) for name, part in old.items()}
        return replace(value, **new) if new != old else value
    return value
