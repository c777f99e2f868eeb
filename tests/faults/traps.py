"""A site with real articles, among pages that it makes without end in six ways."""

from __future__ import annotations

import itertools
import random
import re
from dataclasses import dataclass, field

from crawled_pages import page
from loopback import Reply, Site

_DIGITS = re.compile(r"\d+")
_OFFERED = 6
"""Real articles in each real article's list."""


@dataclass
class Trap:
    """Answers every path: `/kf/N.html` with a real article, nearly all others with a page that leads deeper.

    Each page offers links into all six traps. Pages of the traps look like articles; `is_lively` gives each
    a text of its own, so that nothing tells it from a real one.
    """

    articles: int
    is_lively: bool
    dice: random.Random = field(default_factory=lambda: random.Random(5))
    visits: itertools.count[int] = field(default_factory=itertools.count)

    def site(self) -> Site:
        return Site(elsewhere=self.answer)

    def path(self, number: int) -> str:
        return f"/kf/{number}.html"

    def answer(self, path: str) -> Reply:
        if path == "/robots.txt":
            return Reply(b"", status=404)
        plain = path.partition("?")[0].partition(";")[0]
        if plain.startswith("/kf/") and (number := int(_DIGITS.findall(plain)[0])) < self.articles:
            return Reply(page(number, self._from_article(number)).replace(b"2024-05-", b"2024-05-1 "))
        text = int.from_bytes(path.encode(), "big") % 10**9 if self.is_lively else 7
        return Reply(page(text, self._deeper(plain, path)))

    def _from_article(self, number: int) -> list[str]:
        """The next ones, some at random, one under three more names, and a step into each trap."""
        real = [(number + 1) % self.articles, *self.dice.sample(range(self.articles), _OFFERED - 1)]
        visit = next(self.visits)
        again = self.path(real[-1])
        links = [
            f"{again};jsessionid={visit:032X}",
            f"{again}?sid={visit:016x}{visit:016x}a1",
            f"{again}?PHPSESSID={visit}&utm_source=list&spm=1001.{visit}&request_id={visit}",
        ]
        return [*self._deeper("/", "/"), *links, *map(self.path, real)]

    def _deeper(self, plain: str, path: str) -> list[str]:
        year, month = ([int(each) for each in _DIGITS.findall(plain)] + [2024, 5])[:2]
        grown = plain.rstrip("/") if plain.startswith("/grow") else "/grow"
        circle = plain.rstrip("/") if plain.startswith("/a") else ""
        filters = path.partition("?")[2] if plain == "/list" else ""
        page_number = int((_DIGITS.findall(path) or ["0"])[-1]) + 1 if plain == "/page" else 1
        return [
            f"/calendar/{year}/{month + 1}",
            f"/calendar/{year + 1}/{month}",
            f"/page?page={page_number}",
            *(f"/list?{filters and filters + '&'}{name}={value}" for name in "abc" for value in (1, 2)),
            f"{circle}/a/b",
            f"{grown}/more",
            f"/kf{self.articles + 1}/{next(self.visits)}.html;jsessionid={next(self.visits)}",
        ]
