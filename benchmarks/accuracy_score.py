"""What of a page's fields a tool got right, for `accuracy.py`."""

from __future__ import annotations

import datetime
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from accuracy_pages import Truth
from accuracy_text import recall, shingles, squeeze

from crawler.extract import Article

SHARED = ("title", "date", "author", "body recall", "body precision", "list leak")
"""What every tool is measured by; of a leak less is better."""
LEAK = "list leak"
_LISTS = "热门文章 最新文章 大家在看 阅读排行 相关文章 近期文章 相关推荐"
ARTICLE_LISTS = frozenset(_LISTS.split())
NAMELESS = "recommend"
"""How the index calls the recommendations that stand under no heading."""
SURE = 0.5
"""Confidence from which on an answer counts."""

_DAY = re.compile(r"(\d{4})\D(\d{1,2})\D(\d{1,2})(?!\d)")
_LOCAL = datetime.timezone(datetime.timedelta(hours=8))
_NAMES = re.compile(r"[,;、，；]")
_COUNTS = {"read_count": "read_count", "likes": "like_count", "collects": "collect_count"}
"""The index's names and ours."""


@dataclass(frozen=True, slots=True)
class Score:
    """One value of one page: `got` of `most`, such as 1 of 1, 0.98 of 1, or 3 of 40 titles."""

    field: str
    got: float
    most: float = 1.0

    @property
    def is_miss(self) -> bool:
        """Is there anything wrong?"""
        return self.got > 0 if self.field == LEAK else self.got < self.most


def shared_scores(truth: Truth, found: Mapping[str, str | None]) -> Iterator[Score]:
    """The fields that every tool is measured by; what the index does not know is not scored."""
    gold = truth.gold
    yield Score("title", squeeze(found.get("title") or "") == squeeze(gold["title"]))
    if gold.get("published"):
        yield Score("date", day(found.get("date")) == day(gold["published"]))
    if gold.get("author"):
        yield Score("author", names(found.get("author")) == names(gold["author"]))
    text = found.get("text") or ""
    pieces = shingles(text)
    yield Score("body recall", recall(truth.wanted, pieces))
    yield Score("body precision", recall(pieces, truth.allowed))
    if truth.listed:
        said = squeeze(text)
        yield Score(LEAK, sum(title in said for title in truth.listed), len(truth.listed))


def own_scores(truth: Truth, article: Article) -> Iterator[Score]:
    """The fields that wencun alone reads."""
    gold = truth.gold
    moments = (("published", article.published_at), ("updated", article.updated_at))
    for field, moment in moments:
        if len(gold.get(field) or "") > len("2024-05-11"):
            yield Score(f"{field}, to the second or minute", is_moment(gold[field], moment))
    for field, column in _COUNTS.items():
        if gold.get(field) is not None:
            yield Score(field.replace("_", " "), getattr(article, column) == gold[field])
    if gold.get("tags") is not None:
        yield Score("tags", {*map(squeeze, gold["tags"])} == {*map(squeeze, article.tags)})
    if gold.get("licence"):
        yield Score("licence", squeeze(gold["licence"]) in squeeze(article.licence or ""))
    yield Score("pages without a false answer", not any(a.confidence >= SURE for a in article.answers))
    yield from _list_scores(gold.get("lists") or (), article)


def _list_scores(wanted: Sequence[Mapping[str, object]], article: Article) -> Iterator[Score]:
    for one in wanted:
        name, counted = str(one["list"]), one.get("with_read_count")
        is_nameless = name.startswith(NAMELESS)
        if not is_nameless and name not in ARTICLE_LISTS:
            continue
        items = [
            item
            for item in article.sidebar
            if (item.list == "related" if is_nameless else squeeze(item.list_title or "") == name)
        ]
        entries = {(item.title, item.url): item for item in items}
        with_count = {key for key, item in entries.items() if item.read_count is not None}
        if not is_nameless:  # the index counts advertisements among recommendations; those have no counts
            yield Score("lists with all their entries", len(entries) == one["items"])
        if counted is not None:
            yield Score("lists with all their counts", len(with_count) == counted)


def day(text: str | None) -> tuple[int, ...] | None:
    """The first day that a text names; of a time in UTC, the day in China."""
    if text and text.endswith(("Z", "+00:00")):
        text = str(datetime.datetime.fromisoformat(text).astimezone(_LOCAL))
    match = _DAY.search(text or "")
    return tuple(map(int, match.groups())) if match else None


def is_moment(gold: str, found: str | None) -> bool:
    """Is a time in UTC the one that the index gives, to the index's own precision?"""
    if not found:
        return False
    moment = datetime.datetime.fromisoformat(found)
    local = moment if gold.endswith("Z") else moment.astimezone(_LOCAL)
    return f"{local:%Y-%m-%d %H:%M:%S}".startswith(gold.replace("T", " ")[:19])


def names(text: str | None) -> set[str]:
    """The names that a text lists."""
    return {squeeze(name) for name in _NAMES.split(text or "") if name.strip()}


def total(scores: Iterable[Score]) -> dict[str, tuple[float, float, int]]:
    """Per field: got, most, and how many scores."""
    got, most, number = Counter[str](), Counter[str](), Counter[str]()
    for score in scores:
        got[score.field] += score.got
        most[score.field] += score.most
        number[score.field] += 1
    return {field: (got[field], most[field], number[field]) for field in got}
