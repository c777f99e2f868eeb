"""What the script of a page of juejin says about its article: `window.__NUXT__`, a call in place of data.

The script is `window.__NUXT__=(function(a,b,…){…;return {…,digg_count:a,…}}(false,12,…));`: what stands more
than once on the page is an argument, and a name in its place.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from crawler.extract.document.embedded import count_within, read_json, text_within
from crawler.extract.values import Count

_STRING = r'"[^"\\]*+(?>(?:\\.[^"\\]*+)*)"'
_CALL = re.compile(r"window\.__NUXT__=\(function\((?P<names>[\w$,]{0,20000})\)\{")
_BODY = re.compile(rf'(?>(?:[^"}}]++|{_STRING}|\}}(?!\())*)\}}\(', re.DOTALL)
"""The function's body up to its arguments; only there does a call follow a brace."""
_ARGUMENT = re.compile(
    rf'(?P<value>{_STRING}|[^",()\[\]{{}}]++(?>(?:\([^()"]{{0,40}}\))?)|\{{\}}|\[\])(?P<end>[,)])', re.DOTALL
)
_ENTRY: Final = "article_info:{"
_ENTRY_END: Final = "author_user_info:{"
_FIELD = re.compile(r"\b(article_id|digg_count|collect_count|comment_count):(\"[\w-]{0,40}\"|[\w$]{1,40})")
_CATEGORY = re.compile(rf"\bcategory_name:({_STRING}|[\w$]{{1,40}})", re.DOTALL)
_MOST_ENTRIES: Final = 50
_MOST_ARGUMENTS: Final = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What the script says; None for what it does not."""

    likes: Count | None = None
    collects: Count | None = None
    comments: Count | None = None
    category: str | None = None


def read_state(markup: str, *, article_id: str) -> State:
    """Return what the page's script says about the article of that id; raises nothing, whatever it holds."""
    call = _CALL.search(markup, max(markup.find("window.__NUXT__="), 0))
    body = _BODY.match(markup, call.end()) if call else None
    if call is None or body is None:
        return State()
    names = dict(zip(call["names"].split(","), _arguments(markup, body.end()), strict=False))
    # Values are read when they are asked for: one of them is the whole text of the article.
    start = call.end()
    for _ in range(_MOST_ENTRIES):
        start = markup.find(_ENTRY, start, body.end())
        end = markup.find(_ENTRY_END, start, body.end())
        if start < 0 or end < 0:
            break
        # The text of an article may name these fields too; it stands before them, and the last one counts.
        fields = {name: _value(shown, names) for name, shown in _FIELD.findall(markup, start, end)}
        if fields.get("article_id") == article_id:
            category = _CATEGORY.search(markup, end, body.end())
            named = {"name": _value(category[1], names) if category else None}
            return State(
                likes=count_within(fields, "digg_count"),
                collects=count_within(fields, "collect_count"),
                comments=count_within(fields, "comment_count"),
                category=text_within(named, "name"),
            )
        start = end
    return State()


def _arguments(markup: str, start: int) -> list[str]:
    """The values that the function is called with, as they are written."""
    values = []
    place = start
    for _ in range(_MOST_ARGUMENTS):
        found = _ARGUMENT.match(markup, place)
        if found is None:
            break
        values.append(found["value"])
        place = found.end()
        if found["end"] == ")":
            break
    return values


def _value(shown: str, names: dict[str, str]) -> object:
    return read_json(names.get(shown, shown))
