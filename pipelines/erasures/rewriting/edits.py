"""Edits of one page's text that take out what it says of erased pages."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass, field
from html import escape

from pipelines.erasures import BEHIND
from pipelines.erasures.mentions import ADDRESS, NUMBER, keys_of_number, names
from pipelines.erasures.rewriting.markup import Span
from pipelines.erasures.rewriting.masks import StandIns, masked

_ADDRESS, _NUMBER = re.compile(ADDRESS), re.compile(NUMBER)


@dataclass(slots=True)
class Edits:
    """What takes the place of parts of a text."""

    text: str
    stand_ins: StandIns
    places: dict[Span, str] = field(default_factory=dict)

    def result(self) -> str:
        """Return the edited text; of edits that overlap the first counts."""
        parts, at = [], 0
        for (start, end), instead in sorted(self.places.items()):
            if start >= at:
                parts += [self.text[at:start], instead]
                at = end
        return "".join([*parts, self.text[at:]])

    def mask(self, spans: Iterable[Span]) -> None:
        """Mask the words in these places, but for addresses that are masked already."""
        for start, end in spans:
            at = start
            inner = sorted(span for span in self.places if start <= span.start < end)
            for span in (*inner, Span(end, end)):
                if span.start > at:
                    self.places[Span(at, span.start)] = masked(self.text[at : span.start])
                at = max(at, span.end)

    def stand_in(self, start: int, end: int) -> bool:
        """Mask what stands in this place if it is a link to an erased page; was it?"""
        link = self.text[start:end]
        if not names(self.stand_ins.erased, link, self.stand_ins.base):
            return False
        self.places[Span(start, end)] = self.stand_ins.of(link)
        return True

    def addresses(self, span: Span) -> None:
        """Mask the addresses of erased pages in a text or script."""
        for found in _ADDRESS.finditer(self.text, span.start, span.end):
            self.stand_in(found.start(), found.start() + len(found[0].rstrip(BEHIND)))

    def numbers(self, span: Span) -> None:
        """Mask the numbers by which sites know erased pages, in a script."""
        for found in _NUMBER.finditer(self.text, span.start, span.end):
            key = next(keys_of_number(self.stand_ins.erased, found[0]), None)
            if key is not None:
                self.places.setdefault(Span(*found.span()), self.stand_ins.of_key(key))

    def titles(self, spans: Iterable[Span], titles: Set[str]) -> None:
        """Mask titles where they stand by themselves: in attributes, and in the strings of scripts."""
        if not titles:
            return
        pattern = re.compile(
            "|".join(rf"(?<![^\W_]){re.escape(form)}(?![^\W_])" for form in _written(titles))
        )
        for start, end in spans:
            self.mask(Span(*found.span()) for found in pattern.finditer(self.text, start, end))


def _written(titles: Iterable[str]) -> Iterator[str]:
    """Yield the ways in which titles may be written in markup and scripts."""
    for title in sorted(titles, key=len, reverse=True):
        as_json = json.dumps(title)[1:-1]
        yield from dict.fromkeys((title, escape(title), as_json, json.dumps(title, ensure_ascii=False)[1:-1]))
        yield re.sub(r"\\u[\da-f]{4}", lambda found: found[0][:2] + found[0][2:].upper(), as_json)
