"""What takes the place of an erased page's words and addresses: of the same kind and length.

A list keeps its rows, and a page its layout, so that whatever stands beside is read as before.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from pipelines.erasures import Erasures
from pipelines.erasures.mentions import named, names

_LETTER, _DIGIT, _OTHER = "x", "0", "某"
MASKS = frozenset((_LETTER, _DIGIT, _OTHER))
"""What masked text has in the place of letters and digits."""
NOWHERE = "#"
"""What takes the place of an address that cannot be masked."""
_WORD = re.compile(
    r"(?P<coded>&\#\d{1,7};|&\#[xX][\da-fA-F]{1,6};|\\u[\da-fA-F]{4})|(?P<kept>&[a-zA-Z]{2,31};|\\[a-z])"
    r"|(?P<letter>[A-Za-z])|(?P<digit>[0-9])|[^\W_]"
)
_PERCENT = re.compile(r"(?:%[\da-fA-F]{2})+")
_SEPARATOR = re.compile(r"(&amp;|\\?/|[?&=#;]|%2[fF]|%3[aAfFdD]|%26)")
_EXTENSION = re.compile(r"\.[A-Za-z]{1,5}$")
_HOST = re.compile(r"\s{0,9}(?:[a-zA-Z]{2,5}:)?(?:\\?/){2}[^\\/?#]*")
_WIDTH = 4
"""Digits that the number of a stand-in has at least; no site has articles whose numbers begin with zeros."""


def masked(text: str) -> str:
    """Return text with its letters and digits masked, those of character references and escapes too."""
    return _WORD.sub(_mask, text)


def in_ascii(text: str) -> str:
    """Return masked text for a coding that does not have all masks."""
    return text.replace(_OTHER, _LETTER)


def _mask(found: re.Match[str]) -> str:
    kind = found.lastgroup
    return (
        found[0] if kind == "kept" else _LETTER if kind == "letter" else _DIGIT if kind == "digit" else _OTHER
    )


@dataclass(slots=True)
class StandIns:
    """Gives each erased page that a record names an address that stands in for its own there."""

    erased: Erasures
    base: str
    """URL of the record."""
    known: frozenset[str] = frozenset()
    """Keys of the stand-ins that the record had before."""
    is_bare: bool = False
    """Do numbers of erased pages stand in scripts by themselves, where none may begin with a zero?"""
    _numbers: dict[str, int] = field(default_factory=dict)

    def of(self, link: str) -> str:
        """Return what stands for a link that names an erased page: of the same form, if that can be."""
        shared = frozenset(_SEPARATOR.split(_HOST.sub("", self.base, count=1)))
        for stand_in in (
            self._with_other_numbers(link),
            self._with_other_path(link, shared),
            self._with_other_path(link, frozenset()),
        ):
            if not names(self.erased, stand_in, self.base):
                return stand_in
        return NOWHERE

    def of_key(self, key: str) -> str:
        """Return what stands for the number by which a site knows an erased page."""
        return self._numbered(key, key.partition(":")[2])

    def _with_other_numbers(self, link: str) -> str:
        """Return a link with other numbers, where sites know the pages by such."""
        for key in named(self.erased, link, self.base):
            number = key.partition(":")[2].rpartition("/")[2]
            whole = re.compile(rf"(?<![^\W_]){re.escape(number)}(?![^\W_])")
            link = whole.sub(self._numbered(key, number), link)
        return link

    def _with_other_path(self, link: str, shared: frozenset[str]) -> str:
        """Return a link without what its path and query say, but for the parts in `shared`."""
        host = _HOST.match(link)
        start = host.end() if host else 0
        parts = _SEPARATOR.split(link[start:])
        number = self._number(next(named(self.erased, link, self.base), link))
        for place in range(0, len(parts), 2):
            is_parameter = parts[place + 1 : place + 2] == ["="]
            if parts[place] and parts[place] not in shared and not is_parameter:
                parts[place] = _without_words(parts[place], number)
        return link[:start] + "".join(parts)

    def _numbered(self, key: str, number: str) -> str:
        width = max(len(number), _WIDTH)
        if self.is_bare:
            return str(10**width - 1 - self._number(key))
        return str(self._number(key)).rjust(width, "0")

    def _number(self, key: str) -> int:
        return self._numbers.setdefault(key, len(self.known) + len(self._numbers))


def _without_words(part: str, number: int) -> str:
    ending = _EXTENSION.search(part)
    extension = ending[0] if ending else ""
    stem = masked(_PERCENT.sub(_LETTER, part.removesuffix(extension))) + (str(number) if number else "")
    return f"{stem}{extension}" if stem + extension != part else f"{stem}{_DIGIT}{extension}"
