"""Is a page that was written anew read as before, but for what it no longer names?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from crawler.extract.items import Answer, Article, SidebarItem
from pipelines.erasures import Erasures, title_at
from pipelines.erasures.rewriting.masks import MASKS
from pipelines.ledger import host_of
from pipelines.process import ADDRESSES
from pipelines.records import Processed


def entries_of_erased(processed: Processed, erased: Erasures) -> list[SidebarItem]:
    """Return the entries of a page's lists that name erased pages."""
    return [item for item in _entries(processed) if _is_erased(item, processed, erased)]


def others(processed: Processed, erased: Erasures) -> list[SidebarItem]:
    """Return the entries of a page's lists that name other pages."""
    return [item for item in _entries(processed) if not _is_erased(item, processed, erased)]


def addresses_named(processed: Processed) -> set[str]:
    """Return all addresses that a page names by its lists and fields."""
    article = processed.article
    fields = [getattr(article, name) for name in ADDRESSES] if article else []
    return {url for url in (*fields, *(item.url for item in _entries(processed))) if url}


def agree(before: Processed, after: Processed, erased: Erasures) -> bool:
    """Do two readings agree, but for masked words and the entries of erased pages?"""
    return (
        (before.outcome, before.error, before.source_kind, before.more)
        == (after.outcome, after.error, after.source_kind, after.more)
        and others(before, erased) == others(after, erased)
        and _articles_agree(before.article, after.article, erased)
    )


def _articles_agree(before: Article | None, after: Article | None, erased: Erasures) -> bool:
    if before is None or after is None:
        return before is after
    return _is_masked(before.text, after.text) and _frame(before, erased) == _frame(after, erased)


def _frame(article: Article, erased: Erasures) -> Article:
    """An article without its words, and without its Markdown, which holds addresses."""
    gone: dict[str, Any] = {name: None for name in ADDRESSES if erased.covers(getattr(article, name) or "")}
    return replace(
        article,
        markdown="",
        text="",
        sidebar=(),
        answers=tuple(map(_without_words, article.answers)),
        **gone,
    )


def _without_words(answer: Answer) -> Answer:
    return replace(answer, markdown="", text="", markdown_start=0, markdown_end=0)


def _is_masked(before: str, after: str) -> bool:
    return len(before) == len(after) and all(
        old == new or new in MASKS for old, new in zip(before, after, strict=True)
    )


def _entries(processed: Processed) -> Iterator[SidebarItem]:
    yield from processed.links
    if processed.article is not None:
        yield from processed.article.sidebar


def _is_erased(item: SidebarItem, processed: Processed, erased: Erasures) -> bool:
    return erased.covers(item.url or title_at(host_of(processed.url), item.title))
