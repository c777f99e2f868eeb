"""The links that a run found, in the order in which it goes on to them: kinds of URLs take turns.

A site gives some kinds of pages without end: calendars, filters, paths that grow. In the order of discovery
they would take up the budget before the articles among them are reached.
"""

from __future__ import annotations

import re
import threading
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

_Kind = tuple[str, str, int, str]
_MANY_SEGMENTS = 5
_NUMBER = re.compile(r"\d+")


@dataclass(slots=True)
class _Line:
    """The links of one kind."""

    urls: deque[str] = field(default_factory=deque)
    barren: int = 0
    """Pages of this kind since the last one that was a new article or led to one."""
    served: int = 0
    """When it had its last turn."""


class Frontier:
    """Links that wait for their turn: kinds that gave articles lately first, and of those each in turn.

    The reactor adds links while the writer's thread takes some out.
    """

    def __init__(self) -> None:
        self._lines: defaultdict[_Kind, _Line] = defaultdict(_Line)
        self._origins: dict[str, _Kind] = {}
        self._turn = 0
        self._lock = threading.Lock()

    def __len__(self) -> int:
        with self._lock:
            return sum(len(line.urls) for line in self._lines.values())

    def __iter__(self) -> Iterator[str]:
        with self._lock:
            urls = [url for line in self._lines.values() for url in line.urls]
        return iter(urls)

    def append(self, url: str, *, origin: str) -> None:
        """Add a link that was found on the page `origin`."""
        with self._lock:
            self._origins[url] = _kind_of(origin)
            self._lines[_kind_of(url)].urls.append(url)

    def extendleft(self, urls: Iterable[str]) -> None:
        """Put links back to the head of their lines, one before the other."""
        with self._lock:
            for url in urls:
                self._lines[_kind_of(url)].urls.appendleft(url)

    def popleft(self) -> str:
        """Take out the link whose turn it is; raises IndexError where none waits."""
        with self._lock:
            waiting = [line for line in self._lines.values() if line.urls]
            if not waiting:
                raise IndexError("no link waits")
            line = min(waiting, key=lambda each: (each.barren, each.served))
            self._turn += 1
            line.served = self._turn
            return line.urls.popleft()

    def judge(self, url: str, *, is_new: bool) -> None:
        """Note whether the page behind a link was a new article, or led to one."""
        with self._lock:
            if not is_new:
                self._lines[_kind_of(url)].barren += 1
                return
            for kind in (_kind_of(url), self._origins.get(url)):
                if kind is not None:
                    self._lines[kind].barren = 0

    def drop(self, host: str) -> None:
        """Take out all links to a host."""
        with self._lock:
            for kind, line in self._lines.items():
                if kind[0] == host:
                    line.urls.clear()


def _kind_of(url: str) -> _Kind:
    """Return what URLs of one kind share: host, first segment and length of the path, first parameter."""
    parts = urlsplit(url)
    segments = parts.path.strip("/").split("/")
    first = _NUMBER.sub("0", segments[0])
    return parts.netloc, first, min(len(segments), _MANY_SEGMENTS), parts.query.partition("=")[0]
