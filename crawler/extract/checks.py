"""The rules that every article must meet, whatever site it came from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from crawler.extract.items import Article, unlike

_MOST = 2**63
"""Integers of a database end here."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing that holds for every article."""

    holds: Callable[[Article], bool]
    message: str
    """What is wrong where it does not hold."""


def _answers_are_slices(article: Article) -> bool:
    return all(
        article.text[answer.start : answer.end] == answer.text
        and article.markdown[answer.markdown_start : answer.markdown_end] == answer.markdown
        for answer in article.answers
    )


def _answers_follow_each_other(article: Article) -> bool:
    pairs = zip(article.answers, article.answers[1:], strict=False)
    return all(
        first.end <= second.start and first.markdown_end <= second.markdown_start for first, second in pairs
    ) and [answer.position for answer in article.answers] == list(range(1, len(article.answers) + 1))


def _counts_are_counts(article: Article) -> bool:
    counts = (article.read_count, article.like_count, article.collect_count, article.comment_count)
    listed = (item.read_count for item in article.sidebar)
    return all(count is None or 0 <= count < _MOST for count in (*counts, *listed))


def _ranks_are_ranks(article: Article) -> bool:
    ranks = {(item.list, item.list_title, item.list_scope, item.rank) for item in article.sidebar}
    return len(ranks) == len(article.sidebar) and all(item.rank >= 1 for item in article.sidebar)


RULES = (
    Rule(lambda article: bool(article.title.strip()), "no title was found"),
    Rule(lambda article: bool(article.text or article.markdown), "no body was found: neither text nor image"),
    Rule(_answers_are_slices, "an answer is no slice of the article's text"),
    Rule(_answers_follow_each_other, "the answers overlap or are out of order"),
    Rule(_counts_are_counts, "a count is negative or beyond 2^63"),
    Rule(lambda article: all(item.title for item in article.sidebar), "a list entry has no title"),
    Rule(_ranks_are_ranks, "two entries of one list have one rank"),
)


def check(article: Article) -> Article:
    """Return the article; raises FieldMissing with the message of the first rule that it breaks."""
    for rule in RULES:
        if not rule.holds(article):
            raise unlike(rule.message, site=article.site, layout=article.layout, url=article.url)
    return article
