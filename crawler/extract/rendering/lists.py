"""The lists of other articles in a plain-text rendering of a page: heading line, entry lines, mark lines."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from crawler.extract.lists import Entry, FoundList
from crawler.extract.lists.marks import Mark, split_line, whole_mark
from crawler.extract.lists.names import ListName, bare_heading, is_control, list_name
from crawler.extract.values import squash

_NUMBERED = re.compile(r"(?P<number>\d{1,4}) ?[.、．)）](?!\d) ?(?P<title>.*)")
_LONGEST: Final = 300
_LEAST_UNNAMED: Final = 3
_MOST_WAITING: Final = 6


@dataclass(frozen=True, slots=True)
class PlacedList:
    """A list and the half-open range of lines that it takes, heading included."""

    found: FoundList
    start: int
    end: int


@dataclass(slots=True)
class _Title:
    text: str
    number: int | None
    line: int


@dataclass(slots=True)
class _Reader:
    """Reads entries from one line on, until something comes that is none."""

    entries: list[Entry] = field(default_factory=list)
    number: int = 0
    """The last entry's own number, 0 where entries have none."""
    waiting: list[_Title] = field(default_factory=list)
    usual: int = 0
    """How many lines the first entry had before its mark."""
    end: int = 0

    def mark(self, mark: Mark, line: int) -> bool:
        """Take a line that is time and count; False where no title waits for it."""
        if not self.waiting:
            return self._complete(mark, line)
        if self.usual and len(self.waiting) > self.usual and not self._goes_on():
            return False
        self.usual = self.usual or len(self.waiting)
        numbered = [title for title in self.waiting if title.number is not None]
        titles = numbered or self.waiting[-1:]
        for title in titles[:-1]:
            self._add(title, None)
        self._add(titles[-1], mark)
        self.waiting = []
        self.end = line + 1
        return True

    def _goes_on(self) -> bool:
        numbers = [title.number for title in self.waiting]
        return numbers == list(range(self.number + 1, self.number + 1 + len(numbers)))

    def _complete(self, mark: Mark, line: int) -> bool:
        """Time and count of one entry may stand in two lines."""
        if not self.entries or line != self.end:
            return False
        last = self.entries[-1]
        if (mark.time and last.time) or (mark.count and last.count):
            return False
        self.entries[-1] = replace(last, time=last.time or mark.time, count=last.count or mark.count)
        self.end = line + 1
        return True

    def wait(self, title: _Title) -> bool:
        """Take a line that may be a title; False where it cannot belong to this list."""
        if len(title.text) > _LONGEST or len(self.waiting) >= _MOST_WAITING:
            return False
        if title.number is not None and self.number and title.number <= self.number:
            return False
        self.waiting.append(title)
        return True

    def finish(self) -> None:
        """Titles at the end that go on counting are entries without a mark."""
        if self.entries and self.number and self.waiting and self._goes_on():
            self.end = self.waiting[-1].line + 1
            for title in self.waiting:
                self._add(title, None)
        self.waiting = []

    def _add(self, title: _Title, mark: Mark | None) -> None:
        self.number = title.number or 0
        time, count = (None, None) if mark is None else (mark.time, mark.count)
        self.entries.append(Entry(title=title.text, url=None, time=time, count=count))


def read_lists(lines: Sequence[str]) -> list[PlacedList]:
    """Return the lists of a rendering in order, with the lines that they take."""
    texts = [squash(line) for line in lines]
    placed = []
    at = 0
    while at < len(texts):
        name = list_name(texts[at]) if texts[at] else None
        if name is None and not _may_head(texts, at):
            at += 1
            continue
        reader = _read_entries(texts, at + 1)
        least = 1 if name is not None else _LEAST_UNNAMED
        if sum(entry.time is not None or entry.count is not None for entry in reader.entries) < least:
            at += 1
            continue
        placed.append(_placed(name, texts[at], reader, at))
        at = reader.end
    return placed


def _placed(name: ListName | None, heading: str, reader: _Reader, start: int) -> PlacedList:
    kind, scope = name or ListName("other", "site")
    found = FoundList(list=kind, title=bare_heading(heading), scope=scope, entries=tuple(reader.entries))
    return PlacedList(found, start, reader.end)


def _may_head(texts: Sequence[str], at: int) -> bool:
    """Could an unknown short line stand over a list, its first labelled count but a few lines away?"""
    text = texts[at]
    if not text or len(text) > 20 or _NUMBERED.match(text) or _mark_of(text) is not None:  # noqa: PLR2004
        return False
    following = [other for other in texts[at + 1 : at + 6] if other][:2]
    return any((mark := split_line(other)[1]) is not None and mark.labelled for other in following)


def _mark_of(text: str) -> Mark | None:
    """The mark that a line is; a bare number may be a rank, or a title."""
    mark = whole_mark(text)
    return mark if mark is not None and (mark.labelled or mark.time is not None) else None


def _read_entries(texts: Sequence[str], start: int) -> _Reader:
    reader = _Reader(end=start)
    for line in range(start, len(texts)):
        text = texts[line]
        if not text or is_control(text):
            if not text and reader.end == line and reader.entries and not reader.waiting:
                reader.end = line + 1 if line + 1 < len(texts) and _mark_of(texts[line + 1]) else line
            continue
        if list_name(text) is not None:
            break
        mark = _mark_of(text)
        if mark is not None:
            if not reader.mark(mark, line):
                break
            continue
        text, mark = split_line(text)
        if not reader.wait(_title(text, line)) or (mark is not None and not reader.mark(mark, line)):
            break
    reader.finish()
    return reader


def _title(text: str, line: int) -> _Title:
    numbered = _NUMBERED.fullmatch(text)
    if numbered and numbered["title"]:
        return _Title(numbered["title"], int(numbered["number"]), line)
    return _Title(text, None, line)
