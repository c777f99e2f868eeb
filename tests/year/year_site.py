"""A site with a clock of its own: it publishes, edits, deletes, counts readers, and walls itself.

What it does on which day is planned when it is made; what it said, and when, stands in its log.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from loopback import NOT_FOUND, Reply

DAYS = 365
FIRST = datetime(2025, 1, 6, 3, 0, 0)
"""When the first run begins, in UTC: a Monday."""
_LISTED = 6
_NOISE = 9000
"""Bytes that a page carries beside what it says, and that differ at every look, as sites' pages have them."""


@dataclass(frozen=True, slots=True)
class Planned:
    """An article of the site."""

    number: int
    born: int
    """The day on which it appears, counted from the first run; what was there before is of day 0."""
    edits: tuple[int, ...] = ()
    """Days on which its text changes."""
    deleted: int | None = None
    status: int = 404
    """What answers in its place then."""
    away: range = range(0)
    """Days on which it cannot be found, and comes back after."""

    def version(self, day: int) -> int:
        """Return the number of edits until then."""
        return sum(edit <= day for edit in self.edits)

    def text(self, version: int) -> str:
        """Return what the article says after so many edits."""
        lines = (
            f"同一个问题问了两个模型，这是第{self.number}次，下面是它们各自的回答，一字未改。",
            "文心一言",
            f"第{self.number}题：学习率决定每一步走多远，太大来回震荡，太小久久不到，一般先大后小。",
            "讯飞星火",
            f"第{self.number}题：可以把它看作下山时步子的大小，实践中多试几个值。修订{version}次。",
        )
        return "\n\n".join(lines)

    def texts(self) -> list[str]:
        """Return all that the article says in turn."""
        return [self.text(version) for version in range(len(self.edits) + 1)]

    def is_there(self, day: int) -> bool:
        """Can it be read on that day?"""
        return self.born <= day and (self.deleted is None or day < self.deleted) and day not in self.away


@dataclass(frozen=True, slots=True)
class Shown:
    """A count that the site showed: of `article`, on the page of `on`."""

    at: str
    article: int
    count: int
    on: int


@dataclass
class YearSite:
    """The site on a day; `answer` is what loopback's Site answers with."""

    articles: dict[int, Planned]
    wall: range
    """Days on which every page is a wall."""
    looks: tuple[int, int]
    """Days on which the template loses what it printed under the title: the date, then the author as well."""
    url: Callable[[str], str] = str
    day: int = 0
    _noise: random.Random = field(default_factory=lambda: random.Random(1))
    log: list[Shown] = field(default_factory=list)
    asked: list[tuple[int, str]] = field(default_factory=list)
    """Day and path of each request for a page."""

    @classmethod
    def plan(cls, *, at_first: int, every: int, seed: int) -> YearSite:
        """Plan a site that has so many articles on the first day, and one more every so many days."""
        dice = random.Random(seed)
        born = [0] * at_first + list(range(every, DAYS, every))
        articles = {number: _planned(number, day, dice) for number, day in enumerate(born, start=1)}
        return cls(articles, wall=range(150, 157), looks=(100, 220))

    @property
    def now(self) -> datetime:
        """When the run of the day begins."""
        return FIRST + timedelta(days=self.day)

    def path(self, number: int) -> str:
        return f"/kf/{number}.html"

    def reads(self, number: int) -> int:
        """How many have read an article by today: ever more, of some a hundred a day."""
        age = self.day - self.articles[number].born
        return 40 + number * 13 % 97 + age * (1 + number * 7 % 100) + age * number % 3

    def answer(self, path: str) -> Reply:
        """Answer as the site does today."""
        if path == "/robots.txt":
            return Reply(b"User-agent: *\nDisallow:\n", headers=(("Content-Type", "text/plain"),))
        self.asked.append((self.day, path))
        if self.day in self.wall:
            return _wall(self.day)
        if path == "/feed.xml":
            return self._feed()
        number = int(path.removeprefix("/kf/").removesuffix(".html"))
        article = self.articles[number]
        if not article.is_there(self.day):
            is_deleted = article.deleted is not None and self.day >= article.deleted
            return Reply(NOT_FOUND.body, status=article.status if is_deleted else 404)
        return Reply(self._page(article).encode())

    def _feed(self) -> Reply:
        """Name what is there, the newest first."""
        items = "".join(
            f"<item><title>{_title(article)}</title><link>{self.url(self.path(article.number))}</link></item>"
            for article in sorted(self.articles.values(), key=lambda article: (-article.born, article.number))
            if article.is_there(self.day)
        )
        body = f'<?xml version="1.0"?><rss version="2.0"><channel><title>文存</title>{items}</channel></rss>'
        return Reply(body.encode(), headers=(("Content-Type", "application/rss+xml; charset=utf-8"),))

    def _page(self, article: Planned) -> str:
        entries = list(self._listed(article))
        at = f"{self.now:%Y-%m-%dT%H:%M:%SZ}"
        for other in (article.number, *entries):
            self.log.append(Shown(at, other, self.reads(other), article.number))
        rows = "\n".join(
            f'<li><a href="{self.url(self.path(other))}">{_title(self.articles[other])}</a>'
            f"<div>{_day(self.articles[other])} 09:02:01 &nbsp;&nbsp; {self.reads(other)} 阅读</div></li>"
            for other in entries
        )
        said = [
            f"发布时间：{_day(article)} 08:00:00",
            "作者：文存编辑部",
            f"阅读数：{self.reads(article.number)}",
        ]
        lost = sum(self.day >= look for look in self.looks)
        return _PAGE.format(
            title=_title(article),
            byline=" ".join([*said[lost:], f"阅读数：{self.reads(article.number)}"]),
            body=article.text(article.version(self.day)).replace("\n\n", "</p>\n<p>"),
            rows=rows,
            noise=self._noise.randbytes(_NOISE).hex(),
        )

    def _listed(self, article: Planned) -> Iterator[int]:
        """Yield what a page lists: articles that are there, others each week, one's own never."""
        dice = random.Random(article.number * 1000 + self.day // 7)
        others = [other for other in self.articles.values() if other.is_there(self.day) and other != article]
        yield from (other.number for other in dice.sample(others, min(_LISTED, len(others))))


def _planned(number: int, born: int, dice: random.Random) -> Planned:
    """Plan an article: of ten, three are edited, one is deleted, and one is away for two days."""
    kind = number % 10
    later = born + dice.randrange(20, 60)
    if kind in {1, 4, 7} and later < 250:
        second = later + dice.randrange(100, 130)
        return Planned(number, born, edits=(later, second) if second < 250 and kind == 4 else (later,))
    if kind == 5 and later < 250:
        return Planned(number, born, deleted=later, status=dice.choice((404, 410)))
    if kind == 8:
        return Planned(number, born, away=range(born + 7, born + 9))
    return Planned(number, born)


def _day(article: Planned) -> date:
    """The day in an article's title: each has its own, before the first run."""
    return date(2023, 1, 1) + timedelta(days=article.number)


def _title(article: Planned) -> str:
    return f"{_day(article)} 问AI:第{article.number}个超参数是什么"


def _wall(day: int) -> Reply:
    """Stand in every page's way, each day in another manner."""
    body = (
        "<html><head><title>安全验证</title></head><body><h1>请完成安全验证</h1>"
        '<p>检测到访问异常，请拖动滑块完成验证后继续访问。</p><div id="captcha"></div></body></html>'
    ).encode()
    return Reply(body, status=(200, 403)[day % 2])


_PAGE = """<!DOCTYPE html>
<html><head><meta charset="utf-8"><title>{title}</title>
<script>window.__state = "{noise}";</script></head>
<body><div class="main"><h1>{title}</h1><div class="info">{byline}</div><div class="content">
<p>{body}</p>
</div></div>
<div class="side"><h3>相关推荐</h3><ol>
{rows}
</ol></div></body></html>
"""
