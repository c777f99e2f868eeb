"""Plain-text renderings of pages: title, body, then the lists of other articles."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from crawler.extract.blocks import Body
from crawler.extract.bylines import is_byline, read_byline
from crawler.extract.draft import Draft
from crawler.extract.items import NotAnArticle
from crawler.extract.lists import imported, sidebar
from crawler.extract.lists.names import is_control, list_name
from crawler.extract.models import match_label
from crawler.extract.rendering.blocks import read_blocks
from crawler.extract.rendering.kinds import is_prose, prose, why_no_article
from crawler.extract.rendering.lists import PlacedList, read_lists
from crawler.extract.values import squash

LAYOUT: Final = "rendering"
_LONGEST_TITLE: Final = 300
_BREADCRUMB: Final = ("当前位置", "當前位置", "您的位置", "首页 >", "首頁 >")
_NEAR_TITLE: Final = 4
_LONGEST_BAR: Final = 40
_SHORT: Final = 20
_LEAST_LABELS: Final = 2


def read_rendering(text: str, *, url: str | None) -> Draft:
    """Return the facts of a page of which only the text is known.

    Raises NotAnArticle for a text that is none: a log, code, data, a few lines.
    """
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    placed = read_lists(lines)
    if not placed and (what := why_no_article(lines)) is not None:
        raise NotAnArticle(f"the text is no article but {what}")
    main = _main_part(lines, placed)
    title, main = _take_title(main)
    if not placed:
        _check(title, main)
    near = [line for line in main if line.strip()][:_NEAR_TITLE]
    byline = read_byline(near)
    body = Body(read_blocks(_without_byline(main)))
    if not body.text:
        raise NotAnArticle("the text holds a title and lists of other articles, and nothing between them")
    items = sidebar((one.found for one in placed), url=url)
    return Draft(
        layout=LAYOUT,
        title=title,
        body=body,
        published=byline.published,
        imported=imported(items, url=url),
        reads=byline.reads,
        sidebar=items,
    )


def _main_part(lines: Sequence[str], placed: Sequence[PlacedList]) -> list[str]:
    """Of the parts before, between and after the lists: the one with most sentences, the first of equals."""
    starts = [0, *(one.end for one in placed)]
    ends = [*(one.start for one in placed), len(lines)]
    parts = [list(lines[start:end]) for start, end in zip(starts, ends, strict=True)]
    return max(parts, key=prose)


def _take_title(lines: list[str]) -> tuple[str, list[str]]:
    """The first line that is more than navigation, and what follows it.

    A page may print its title twice, and the first time with the site's name behind it, as in the head of a
    document: between the two stands navigation, lines of a few words.
    """
    shown = [number for number, line in enumerate(lines) if line.strip()]
    while shown and _is_navigation(squash(lines[shown[0]])):
        shown = shown[1:]
    if not shown:
        raise NotAnArticle("the text holds lists of other articles and no article")
    title, last = squash(lines[shown[0]]), shown[0]
    for number in shown[1:_LONGEST_BAR]:
        text = squash(lines[number])
        if len(text) * 2 >= len(title) and title.startswith(text):
            title, last = text, number
        elif len(text) > _SHORT or match_label(text) is not None:
            break
    return title, lines[last + 1 :]


def _is_navigation(text: str) -> bool:
    return text.startswith(_BREADCRUMB) or is_control(text) or list_name(text) is not None


def _check(title: str, main: Sequence[str]) -> None:
    """Without lists, answers or prose must show that the text is an article."""
    if len(title) > _LONGEST_TITLE:
        raise NotAnArticle(f"the text is no article: its first line, of {len(title)} characters, is no title")
    labels = {match.model for line in main if (match := match_label(line)) is not None and match.model}
    if len(labels) < _LEAST_LABELS and not is_prose(main):
        raise NotAnArticle(
            "the text is no article: no lists, no answers, and hardly a sentence after its first line"
        )


def _without_byline(lines: Sequence[str]) -> list[str]:
    """The lines without those beside the title that say nothing but when and how often."""
    kept = list(lines)
    shown = [number for number, line in enumerate(lines) if line.strip()][:_NEAR_TITLE]
    for number in shown:
        if is_byline(lines[number]):
            kept[number] = ""
    return kept
