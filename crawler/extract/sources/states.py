"""The articles that a list page names in the JSON of its scripts, from which its own code shows them."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from typing import Any, Final

from crawler.extract import urls
from crawler.extract.document import Document, finder
from crawler.extract.document.embedded import count_within, moment_within, read_json, text_within
from crawler.extract.lists import MOST_ENTRIES
from crawler.extract.sources.rows import Row

_SCRIPTS: Final = finder("//script[not(@src)]")
_ASSIGNED = re.compile(r"\s*+[\w$.]++\s*+=\s*+(?=\{)")
_URLS: Final = ("url", "link", "articleUrl")
_READS: Final = ("views", "viewCount", "view_count", "readCount")
_TIMES: Final = ("created", "published")
_MOST_SCRIPTS: Final = 20


def read_states(document: Document) -> list[Row]:
    """Return the articles named there, each once, in the order of the JSON."""
    base = document.base or document.canonical_link
    rows: dict[str, Row] = {}
    for item in _objects(document):
        title = text_within(item, "title")
        href = next((found for name in _URLS if (found := text_within(item, name))), None)
        link = urls.link(href, base) if title and href else None
        if title is None or link is None or not link.is_article or link.url in rows:
            continue
        reads = next((count for name in _READS if (count := count_within(item, name))), None)
        moment = next((time for name in _TIMES if (time := moment_within(item, name))), None)
        rows[link.url] = Row(
            title=title,
            link=link,
            count=reads.shown if reads else None,
            moment=moment,
            owner=urls.owner(link.url),
        )
        if len(rows) == MOST_ENTRIES:
            break
    return list(rows.values())


def _objects(document: Document) -> Iterator[dict[str, Any]]:
    """Every object in the scripts that are JSON, or give a variable JSON, those around others first."""
    for script in _SCRIPTS(document.root)[:_MOST_SCRIPTS]:
        waiting = deque([_value(script.text or "")])
        while waiting:
            item = waiting.popleft()
            if isinstance(item, dict):
                yield item
                waiting.extend(item.values())
            elif isinstance(item, list):
                waiting.extend(item)


def _value(script: str) -> object:
    assigned = _ASSIGNED.match(script)
    if assigned:
        return read_json(script[assigned.end() : script.rfind("}") + 1])
    return read_json(script) if script.lstrip()[:1] in ("{", "[") else None
