"""Sites made of one golden page each: pages of its template that say other things."""

from __future__ import annotations

import json
import random
import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from drifting import AnySite, sentence, title_of

from crawler.extract.document.decoding import decode
from crawler.extract.items import Page

FIXTURES = Path(__file__).parent / "fixtures"
_COUNTS = ("like_count", "collect_count", "comment_count")
_PIECE = re.compile(r"[\u4e00-\u9fff]{4,}")
_COUNT = re.compile(r"\d[\d.,]*(?:万|[kKwW])?\+?")
_DATE = re.compile(r"(?<!\d)(20[012]\d)([-/.年])(\d{1,2})([-/.月])(\d{1,2})(?!\d)")
_SECONDS = re.compile(r"(?<![\d.])(1[345]\d{8}|1[67]\d{8})(000)?(?![\d.])")


GOLDEN = sorted(
    f"{path.parent.name}/{path.stem}"
    for path in FIXTURES.glob("*/*.json")
    if "article" in (pair := json.loads(path.read_text(encoding="utf-8"))) and pair["url"]
)
"""The golden pages that are an article and have an address."""


@dataclass
class GoldenSite(AnySite):
    """Pages after a golden one: with other titles, dates, counts, texts and list entries."""

    pair: str = ""
    """As `csdn/g1`."""

    @cached_property
    def _golden(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((FIXTURES / f"{self.pair}.json").read_text(encoding="utf-8"))
        return found

    @cached_property
    def _template(self) -> str:
        path = next(FIXTURES.glob(f"{self.pair}.[htx][txm]*"))
        page = Page(
            url=self._golden["url"], body=path.read_bytes(), content_type=self._golden.get("content_type")
        )
        return decode(page).text

    def url(self, number: int) -> str:
        url: str = self._golden["url"]
        return _on_another_day(url.replace(self._name, self._name_of(number)), self._days(number))

    def html(self, number: int, look: int) -> str:
        article = self._golden["article"]
        own, now = random.Random(f"{self.seed}/{number}"), random.Random(f"{self.seed}/{number}/{look}")
        title = title_of(own, number)
        if article["question"]:
            title = article["title"].replace(article["question"], title)
        html = self._template.replace(article["title"], title)
        reads = own.randint(600, 9000) + look * own.randint(1, 40)
        html = _counted(html, article["read_count_shown"] or "", reads)
        for name in _COUNTS:
            html = _counted(html, str(article[name]), reads // own.randint(9, 60))
        for entry in article["sidebar"]:
            html = html.replace(entry["title"], title_of(now, now.randrange(900)))
            html = _counted(html, entry["read_count_shown"] or "", now.randint(100, 9000))
        labels = {answer["label"].strip() for answer in article["answers"]}
        for piece in sorted(set(_PIECE.findall(article["text"])) - labels, key=len, reverse=True):
            html = html.replace(piece, "".join(sentence(own) for _ in range(own.randint(1, 4))))
        html = html.replace(self._name, self._name_of(number))
        return _on_another_day(html, self._days(number))

    def _days(self, number: int) -> int:
        """By how many days the page is older or younger than the golden one."""
        return random.Random(f"{self.seed}/day/{number}").randrange(-150, 150)

    @cached_property
    def _name(self) -> str:
        """What tells the golden page from others of its site: the end of its path."""
        path = urlsplit(self._golden["url"]).path.rstrip("/")
        return "/" + path.rpartition("/")[2].partition(".")[0]

    def _name_of(self, number: int) -> str:
        digits = re.search(r"\d+$", self._name)
        end = str(int(digits[0]) + number).zfill(len(digits[0])) if digits else f"-{number}"
        return self._name.removesuffix(digits[0] if digits else "") + end


def _counted(html: str, shown: str, to: int) -> str:
    """Write another number where a page shows this one; one of a digit or two may be anything."""
    found = _COUNT.search(shown)
    if not found or len(found[0]) < 3:
        return html
    return re.sub(rf"(?<![\d.,]){re.escape(found[0])}(?![\d.,])", str(to), html)


def _on_another_day(html: str, days: int) -> str:
    """Move all dates and times in seconds by so many days."""

    def moved(found: re.Match[str]) -> str:
        year, first, month, second, day = found.groups()
        try:
            to = date(int(year), int(month), int(day)) + timedelta(days=days)
        except ValueError:
            return found[0]
        return f"{to.year}{first}{to.month:0{len(month)}}{second}{to.day:0{len(day)}}"

    html = _SECONDS.sub(lambda found: f"{int(found[1]) + 86400 * days}{found[2] or ''}", html)
    return _DATE.sub(moved, html)
