"""What single declarations of CSS do to an element's sight: each value becomes a word, "" where it shows."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

_NOISE = re.compile(
    r"(?=[/\"'uU<\\-])(?:"
    r"/\*(?>(?:[^*]++|\*(?!/))*)(?:\*/|\Z)"
    r"|\"(?>(?:[^\"\\\n]++|\\.)*)(?:\"|$)|'(?>(?:[^'\\\n]++|\\.)*)(?:'|$)"
    r"|[uU][rR][lL]\([^)]*+\)|<!--|-->"
    r"|\\(?:(?P<code>[\da-fA-F]{1,6})\s?|(?P<letter>[^\n])))",
    re.DOTALL,
)
_NOISY: Final = ("\\", "/*", '"', "'", "url(", "URL(", "-->", "<!--")
_ESCAPES: Final = 0xE000
"""Where in the private use area characters stand that a backslash deprives of their meaning."""
_ASCII: Final = 128
_LAST_CHARACTER: Final = 0x10FFFF
ESCAPED = {_ESCAPES + code: code for code in range(_ASCII)}
"""For `str.translate`: makes names of them again."""
_ANY_ESCAPED = re.compile("[\ue000-\ue07f]")

_PIXELS: Final = {
    **{"": 1.0, "px": 1.0, "pt": 4 / 3, "pc": 16.0, "in": 96.0, "cm": 37.8, "mm": 3.78},
    **{"em": 16.0, "rem": 16.0, "ex": 8.0, "ch": 8.0, "vw": 5.0, "vh": 5.0, "%": 1.0},
}
"""Of each unit, about: `left:-100vw` is out of the window, and `left:-100%` is the next picture of a row."""
_LENGTH = re.compile(r"([+-]?(?:\d{1,9}(?:\.\d{0,9})?|\.\d{1,9}))([a-z%]{0,4})")
_RELATIVE: Final = ("em", "ex", "ch", "%")
_FAR: Final = -500.0
"""Pixels from which on something is out of the window: what is nearer is moved for looks."""
_FAR_MARGIN: Final = -2_000.0
"""Boxes are centred by a margin of minus half their width."""
_FAR_SHIFT: Final = -5_000.0
"""Rows of pictures are shifted by all the pictures before."""
_FAR_RIGHT: Final = 5_000.0
_SPECK: Final = 1.5
"""Pixels; nobody reads what is no larger."""
_FAINT: Final = 0.01
_WHOLE: Final = 100.0
_SCALED = re.compile(r"\bscale(?:x|y|3d)?\(\s*+([\d.]{1,9})\s*+[,)]")
_SHIFTED = re.compile(r"\btranslate(?:x|y|3d)?\(([^()]{1,100})\)")
_FUNCTION = re.compile(r"([a-z]{1,20})\(([^()]{0,200})\)")
_PARTS = re.compile(r"[\s,]+")
_SIZE_OF_FONT = re.compile(r"(?:^|\s)([\d.]{1,9}[a-z%]{0,4})(?:\s*+/|\s)")
_NOTHING: Final = ("inherit", "unset", "revert", "revert-layer")
_LONGEST: Final = 200
"""Characters of a value that hides something."""


def without_noise(css: str) -> str:
    """CSS without comments; strings and addresses emptied, escaped characters out of the way."""
    return _NOISE.sub(_quiet, css) if any(sign in css for sign in _NOISY) else css


def _quiet(match: re.Match[str]) -> str:
    if match["code"] is not None:
        code = int(match["code"], 16)
        return chr(_ESCAPES + code if code < _ASCII else min(code, _LAST_CHARACTER))
    if match["letter"] is not None:
        code = ord(match["letter"])
        return chr(_ESCAPES + code) if code < _ASCII else match["letter"]
    return '""' if match[0][0] in "\"'" else " "


def pixels(length: str) -> float | None:
    """How many pixels a length makes, about; None for what is no plain length."""
    found = _LENGTH.fullmatch(length)
    unit = _PIXELS.get(found[2]) if found else None
    return float(found[1]) * unit if found and unit is not None else None


def _one_of(*hiding: str) -> Callable[[str], str]:
    return lambda value: hiding[0] if value in hiding else ""


def _opacity(value: str) -> str:
    size = pixels(value)
    return "faint" if size is not None and size <= _FAINT else ""


def _font_size(value: str) -> str | None:
    """A size that counts from the one around sets nothing back."""
    size = pixels(value)
    if size is not None and size <= _SPECK:
        return "none"
    return None if value.endswith(_RELATIVE) and not value.endswith("rem") else ""


def _font(value: str) -> str | None:
    found = _SIZE_OF_FONT.search(value)
    return _font_size(found[1]) if found else None


def _beyond(limit: float, *, end: float | None = None) -> Callable[[str], str]:
    def is_beyond(value: str) -> str:
        size = pixels(value)
        far = size is not None and (size <= limit or (end is not None and size >= end))
        return "far" if far else ""

    return is_beyond


def _extent(value: str) -> str:
    size = pixels(value)
    return "" if size is None or size > _SPECK else "none" if size <= 0 else "speck"


def _overflow(value: str) -> str:
    return "hidden" if {"hidden", "clip"} & set(value.split()) else ""


def _padding(value: str) -> str:
    """Room inside a box without a height, in which pictures keep their shape."""
    return "" if all(pixels(part) == 0 for part in value.split()) else "some"


def _position(value: str) -> str:
    return "out" if value in ("absolute", "fixed") else "moved" if value == "relative" else ""


def _clip(value: str) -> str:
    function = _FUNCTION.fullmatch(value)
    if function is None or function[1] != "rect":
        return ""
    sizes = [pixels(part) for part in _PARTS.split(function[2].strip())]
    return "clipped" if all(size is not None and 0 <= size <= _SPECK for size in sizes) else ""


def _clip_path(value: str) -> str:
    function = _FUNCTION.match(value)
    if function is None:
        return ""
    parts = _PARTS.split(function[2].partition("round")[0].strip())
    if function[1] == "circle":
        return "clipped" if pixels(parts[0]) == 0 else ""
    if function[1] != "inset":
        return ""
    cut = [(pixels(part) or 0.0) if part.endswith("%") else 0.0 for part in parts[:4]]
    right = cut[1] if len(cut) > 1 else cut[0]
    bottom = cut[2] if len(cut) > 2 else cut[0]  # noqa: PLR2004 -- top, right, bottom, left
    left = cut[3] if len(cut) > 3 else right  # noqa: PLR2004
    return "clipped" if cut[0] + bottom >= _WHOLE or right + left >= _WHOLE else ""


def _transform(value: str) -> str:
    scaled = _SCALED.search(value)
    if scaled and _opacity(scaled[1]):
        return "faint"
    shifted = _SHIFTED.search(value)
    sizes = [pixels(part) for part in _PARTS.split(shifted[1].strip())] if shifted else []
    return "far" if any(size is not None and size <= _FAR_SHIFT for size in sizes) else ""


EXTENTS: Final = ("width", "max-width", "height", "max-height")
OVERFLOWS: Final = ("overflow", "overflow-x", "overflow-y")
ROOM: Final = ("padding", "padding-top", "padding-bottom")
SIDES: Final = ("left", "top", "right", "bottom")
_READERS: Final[dict[str, Callable[[str], str | None]]] = {
    "display": _one_of("none"),
    "visibility": _one_of("hidden", "collapse"),
    "content-visibility": _one_of("hidden"),
    "opacity": _opacity,
    "font-size": _font_size,
    "font": _font,
    "text-indent": _beyond(_FAR),
    **dict.fromkeys(EXTENTS, _extent),
    **dict.fromkeys(OVERFLOWS, _overflow),
    **dict.fromkeys(ROOM, _padding),
    "position": _position,
    **dict.fromkeys(("left", "top"), _beyond(_FAR, end=_FAR_RIGHT)),
    **dict.fromkeys(("right", "bottom"), _beyond(_FAR)),
    **dict.fromkeys(("margin-left", "margin-top"), _beyond(_FAR_MARGIN)),
    "clip": _clip,
    **dict.fromkeys(("clip-path", "-webkit-clip-path"), _clip_path),
    **dict.fromkeys(("transform", "-webkit-transform"), _transform),
    "scale": lambda value: "faint" if value.split()[0] in ("0", "0%") else "",
}
_ALIASES: Final = {
    "font": "font-size",
    "-webkit-clip-path": "clip-path",
    "-webkit-transform": "transform",
}
_DECLARATION = re.compile(
    rf"(?:\A|;)\s*+({'|'.join(sorted(_READERS, key=len, reverse=True))})\s*+:\s*+([^;]*+)"
)
_IMPORTANT = re.compile(r"!\s{0,9}important\s*\Z")


@dataclass(frozen=True, slots=True)
class Declaration:
    """One declaration of a property on which it depends whether something is seen."""

    name: str
    word: str
    """What it does; "" where it hides nothing."""
    is_important: bool


def declarations(block: str) -> Iterator[Declaration]:
    """Yield what a block of CSS without noise says of whether its element is seen, in order."""
    for found in _DECLARATION.finditer(block.lower()):
        name, value = found[1], found[2].rstrip()
        important = _IMPORTANT.search(value[-_LONGEST:]) if "!" in value else None
        if important:
            value = value[: value.rindex("!")].rstrip()
        if not value or value in _NOTHING or _ANY_ESCAPED.search(value):  # what a browser passes over
            continue
        word = _READERS[name](value) if len(value) <= _LONGEST else ""
        if word is not None:
            yield Declaration(_ALIASES.get(name, name), word, important is not None)
