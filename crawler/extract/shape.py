"""The shape of a page: what its template gave, in a few hundred bytes, without what it says.

Pages of one template have like shapes, and a template that changed gives others.
"""

from __future__ import annotations

import hashlib
import json
from base64 import b64decode, b64encode
from collections.abc import Iterator
from dataclasses import asdict, astuple, dataclass
from typing import Final
from urllib.parse import urlsplit

from crawler.extract.items import Article, SidebarItem
from crawler.extract.lapses import LAPSES, lapses_of

FIELDS: Final = (
    "published", "author", "read_count",
    "updated", "category", "tags", "licence", "original_url", "like_count", "collect_count", "comment_count",
)  # fmt: skip
"""What a page may have or lack, in the order of the bits of `Shape.fields`; only ever added to."""
_NAMES = {"published": "published_date", "updated": "updated_date"}
"""The item's field, where it has another name."""
LISTS: Final = ("related", "recent", "popular")
ECHOES: Final = ("published", "read_count", "author")
"""What a page may have taken from elsewhere on it, in the order of the bits of `Shape.echoes`."""
LINE_BITS: Final = 512
_MOST_ANSWERS = 30
_MANY = 10
"""Counts below it are alike by chance."""
_NAME = 4
"""Letters of a host's name that is a name, and no `www` or `net`."""
_ENDING = 6
"""Characters at the end of a title that tell a suffix from what it says."""


@dataclass(frozen=True, slots=True)
class ListShape:
    """One list of a page."""

    entries: int
    urls: int
    """How many of them have a URL; the same for the next two."""
    counts: int
    times: int
    foreign: int
    """How many lead to another host than the others do that the page names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """What of a page its template decides; digests are four hex digits, "" where there is nothing."""

    layout: str
    """Site and layout, as `csdn/G6`; "" for a page that gave no article where it should have."""
    owner: str
    """Digest of the first part of the path: on most sites whose page it is, or which kind of page."""
    is_series: bool = False
    """Does it bear a series mark?"""
    fields: int = 0
    chars: int = 0
    is_cut: bool = False
    """Is the text not whole?"""
    answers: tuple[int, ...] = ()
    """Characters of each."""
    unknown: int = 0
    """How many answers have a label that names no known model."""
    lists: tuple[ListShape | None, ...] = (None, None, None)
    title: str = ""
    ending: str = ""
    """Digest of the title's last characters."""
    author: str = ""
    published: str = ""
    reads: int | None = None
    """The read count, where it is exact."""
    echoes: int = 0
    """What looks as if it was taken from elsewhere on the page."""
    lines: int = 0
    """A bit for each line of its text but labels: a matter of the line alone, and lines may share one."""
    is_gone: bool = False
    """Does it say itself that the article is not there?"""
    lapses: int | None = None
    """What its text has that no author leaves there; None in shapes that were written down without it."""

    @property
    def site(self) -> str:
        """Return whose layout it has; "" for a page that gave no article."""
        return self.layout.partition("/")[0]

    def has(self, name: str) -> bool:
        """Has the page this one of FIELDS?"""
        return bool(self.fields >> FIELDS.index(name) & 1)

    def echoes_in(self, name: str) -> bool:
        """Does this one of ECHOES look as if it was taken from elsewhere on the page?"""
        return bool(self.echoes >> ECHOES.index(name) & 1)

    def lapses_in(self, name: str) -> bool | None:
        """Has its text this one of LAPSES? None where nobody looked."""
        return None if self.lapses is None else bool(self.lapses >> LAPSES.index(name) & 1)

    def to_text(self) -> str:
        """Return the shape as the archive keeps it: a JSON array in the order of the fields."""
        lines = b64encode(self.lines.to_bytes(LINE_BITS // 8, "big")).decode("ascii")
        values = {**asdict(self), "lines": lines, "lists": [found and astuple(found) for found in self.lists]}
        return json.dumps(list(values.values()), separators=(",", ":"))

    @classmethod
    def from_text(cls, text: str) -> Shape:
        """Return the shape that `to_text` wrote down, maybe when there were fewer fields."""
        values = dict(zip(cls.__dataclass_fields__, json.loads(text), strict=False))
        values["answers"] = tuple(values["answers"])
        values["lists"] = tuple(None if found is None else ListShape(*found) for found in values["lists"])
        values["lines"] = int.from_bytes(b64decode(values["lines"]), "big")
        return cls(**values)


def shape_of(article: Article) -> Shape:
    """Return the shape of the page that gave `article`."""
    return Shape(
        layout=f"{article.site}/{article.layout}",
        owner=_owner(article.url),
        is_series=article.series is not None,
        fields=_bits(_is_there(article, name) for name in FIELDS),
        chars=len(article.text),
        is_cut=article.truncated is not None,
        answers=tuple(len(answer.text) for answer in article.answers[:_MOST_ANSWERS]),
        unknown=sum(answer.model is None for answer in article.answers),
        lists=tuple(_list_shape(article, kind) for kind in LISTS),
        title=_digest(article.title),
        ending=_digest(article.title[-_ENDING:]),
        author=_digest(article.author),
        published=_digest(article.published_at or article.published_date),
        reads=article.read_count if article.read_count_unit == 1 else None,
        echoes=_bits((_date_is_listed(article), _count_is_another(article), _author_is_site(article))),
        lines=_line_bits(article),
        lapses=_bits(lapses_of(article)),
    )


def unread(url: str, *, is_gone: bool = False) -> Shape:
    """Return the shape of a page that gave no article where it should have."""
    return Shape(layout="", owner=_owner(url), is_gone=is_gone)


def _is_there(article: Article, name: str) -> bool:
    return getattr(article, _NAMES.get(name, name)) not in (None, ())


def _list_shape(article: Article, kind: str) -> ListShape | None:
    entries = [entry for entry in article.sidebar if entry.list == kind]
    if not entries:
        return None
    home = _domain(article.url)
    return ListShape(
        entries=len(entries),
        urls=sum(entry.url is not None for entry in entries),
        counts=sum(entry.read_count is not None for entry in entries),
        times=sum(entry.shown_at_shown is not None for entry in entries),
        foreign=sum(entry.url is not None and _domain(entry.url) != home for entry in entries),
    )


def _date_is_listed(article: Article) -> bool:
    """Is the page's date one that stands beside an entry of its lists which leads elsewhere?"""
    shown = article.published_at or article.published_date
    return shown is not None and any(
        shown in (entry.shown_at, (entry.shown_at_shown or "")[:10] or None) for entry in _others(article)
    )


def _count_is_another(article: Article) -> bool:
    """Is the number of its readers another number of the page too? Small ones may well be."""
    reads = article.read_count
    if reads is None or reads < _MANY:
        return False
    others = (article.like_count, article.collect_count, article.comment_count)
    return reads in others or any(entry.read_count == reads for entry in _others(article))


def _author_is_site(article: Article) -> bool:
    """Does the author bear the name of the site?"""
    author = (article.author or "").casefold()
    names = {article.site.partition("_")[0], *_domain(article.url).split(".")[:-1]}
    return any(len(name) >= _NAME and author.startswith(name) for name in names)


def _others(article: Article) -> Iterator[SidebarItem]:
    return (entry for entry in article.sidebar if entry.url != article.url and entry.title != article.title)


def _owner(url: str) -> str:
    first, slash, _ = urlsplit(url).path.lstrip("/").partition("/")
    return _digest(first if slash else None)


def _domain(url: str) -> str:
    """Return the last two names of the host: a site's lists may lead to its other hosts."""
    return ".".join((urlsplit(url).hostname or "").split(".")[-2:])


def _line_bits(article: Article) -> int:
    """A model that joined a series has its name on all pages, and that is no line which was put there."""
    bits, labels = 0, {answer.label.strip() for answer in article.answers if answer.model}
    for line in article.text.splitlines():
        if line.strip() and line.strip() not in labels:
            bits |= 1 << _number(line.strip()) % LINE_BITS
    return bits


def _bits(flags: Iterator[bool] | tuple[bool, ...]) -> int:
    return sum(flag << place for place, flag in enumerate(flags))


def _digest(text: str | None) -> str:
    return "" if not text else f"{_number(text) & 0xFFFF:04x}"


def _number(text: str) -> int:
    return int.from_bytes(
        hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big"
    )
