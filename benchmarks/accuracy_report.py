"""docs/accuracy.md from what `accuracy.py` measured."""

from __future__ import annotations

import datetime
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from pathlib import Path

from accuracy_answers import Bounds
from accuracy_pages import Truth
from accuracy_score import LEAK, SHARED, Score, total

PEERS = ("trafilatura", "newspaper4k", "readability-lxml", "gne")
UNREAD = {"readability-lxml": ["date"]}
"""What a tool has no field for."""
NOTES = Path(__file__).with_name("accuracy_notes.toml")
"""Why wencun misses what it misses: `[page]`, then a line for each field."""
SMALL = 0.995
"""A text that has, and is, more than this share of the main column is no miss."""
ALL = "all pages"
NOT_SCORED = "–"

_HEAD = """\
<!-- Written by `make accuracy`. -->

# How right the fields are

Measured on {date} on {pages} real stored articles in Chinese, which are no part of this repository:
{groups}.

Versions: {versions}.

Every tool is given the same pages and their URLs, with its own defaults and without the network: wencun the
bytes as stored, the others the text, rightly decoded; newspaper4k is told the language. The best figures
are **bold**.

{table}

- **title**, **date**, **author**: share of pages with exactly the right value, where the page has one. A date
  counts to the day, names of authors in any order; – is a field that a tool does not read.
- **recall**, **precision**: the text against that of the page's main column, which a CSS selector written
  down for each page finds without any code of wencun's. Mean share of its runs of four letters or digits that
  are in the text, and of the text's that are in it; no text counts as 0. Neither asked for nor held against a
  tool: the title, numbers of list entries, tables of contents, captions, addresses in raw Markdown.
- **leak**: share of the {leaks} titles of 8 characters or more that links to other articles show beside the
  main column, and that the article does not say itself, that are in the text. Less is better.

Read the figures with care. wencun's rules were written with these very pages at hand, and what it missed was
mended; the others have no rules for these sites. So this shows that wencun reads layouts it knows, not how it
does on pages that nobody has seen. What is neither asked for nor held against a tool was settled with the
results in view, for all tools alike. {largest} of the pages are of one group, and most groups are of a page
or two: the tables by group say more than the one above.
"""
_OWN = """
## What wencun alone reads

{table}

No real page here holds answers of models: every answer found would be a false one. How well answers are
bounded is measured on {pages} made-up pages in every form that `tests/test_answer_forms.py` knows: of {told}
answers {right} are found with the right model and exactly the right text, and {found} are found in all:
precision {precision:.4f}, recall {recall:.4f}.
"""
_REASONS = "The pages that make the difference are among the misses below, with the reasons."
_LABELS = {"body recall": "recall", "body precision": "precision", LEAK: "leak"}


@dataclass
class Measured:
    """All that was measured; scores in the order of the pages."""

    pages: Sequence[Truth]
    versions: dict[str, str]
    tools: dict[str, list[list[Score]]]
    own: list[list[Score]]
    bounds: Bounds

    @cached_property
    def groups(self) -> dict[str, list[int]]:
        """Per group its pages, groups by name."""
        names = sorted({page.group for page in self.pages})
        return {name: [i for i, page in enumerate(self.pages) if page.group == name] for name in names}

    @cached_property
    def misses(self) -> list[tuple[str, Score, str]]:
        """Wencun's: page, score, and why."""
        notes = tomllib.loads(NOTES.read_text(encoding="utf-8"))
        return [
            (page.name, score, notes.get(page.name, {}).get(score.field, ""))
            for i, page in enumerate(self.pages)
            for score in chain(self.tools["wencun"][i], self.own[i])
            if score.is_miss and not (score.field.startswith("body") and score.got >= SMALL)
        ]

    @property
    def unexplained(self) -> list[tuple[str, Score, str]]:
        """The misses without a reason."""
        return [miss for miss in self.misses if not miss[2]]

    def figures(self, tool: str, chosen: Iterable[int]) -> dict[str, float | None]:
        """A tool's shares on some pages; None where nothing is scored."""
        totals = total(chain.from_iterable(self.tools[tool][i] for i in chosen))
        return {
            field: totals[field][0] / totals[field][1] if field in totals else None for field in SHARED
        } | dict.fromkeys(UNREAD.get(tool, ()))


def document(measured: Measured) -> str:
    """The whole document."""
    leaks = total(chain.from_iterable(measured.tools["wencun"]))[LEAK][1]
    head = _HEAD.format(
        date=datetime.datetime.now(tz=datetime.UTC).date(),
        pages=len(measured.pages),
        groups="; ".join(f"{name}: {len(members)}" for name, members in measured.groups.items()),
        versions=", ".join(f"{name} {number}" for name, number in measured.versions.items()),
        table=_tools_table(measured, range(len(measured.pages))),
        leaks=int(leaks),
        largest=max(map(len, measured.groups.values())),
    )
    return head + _behind(measured) + _own(measured) + _missed(measured) + _by_group(measured)


def _tools_table(measured: Measured, chosen: Sequence[int]) -> str:
    figures = {tool: measured.figures(tool, chosen) for tool in measured.tools}
    best = {field: _best(field, [of_tool[field] for of_tool in figures.values()]) for field in SHARED}
    rows = [
        [tool, *(_marked(_cell(field, value), best[field]) for field, value in of_tool.items())]
        for tool, of_tool in figures.items()
    ]
    return _table(["", *(_LABELS.get(field, field) for field in SHARED)], rows)


def _best(field: str, values: Iterable[float | None]) -> str | None:
    """The best figure as it is shown: what shows alike is alike."""
    known = [value for value in values if value is not None]
    return _cell(field, min(known) if field == LEAK else max(known)) if known else None


def _cell(field: str, value: float | None) -> str:
    if value is None:
        return NOT_SCORED
    return f"{value:.1%}" if field == LEAK else f"{value:.3f}"


def _marked(cell: str, best: str | None) -> str:
    return f"**{cell}**" if cell == best else cell


def _behind(measured: Measured) -> str:
    """Where another tool is before wencun: in which group, by how much."""
    lines = []
    for name, chosen in {**measured.groups, ALL: list(range(len(measured.pages)))}.items():
        ours = measured.figures("wencun", chosen)
        for peer in PEERS:
            for field, value in measured.figures(peer, chosen).items():
                own, other = _cell(field, ours[field]), _cell(field, value)
                if own != other and _best(field, [value, ours[field]]) == other:
                    lines.append(f"- {name}, {_LABELS.get(field, field)}: {peer} {other}, wencun {own}")
    found = "\n".join([*lines, "", _REASONS]) if lines else "Nowhere, in no group of pages."
    return f"\n## Where another tool is before wencun\n\n{found}\n"


def _own(measured: Measured) -> str:
    totals = total(chain.from_iterable(measured.own))
    rows = [[field, f"{got:.0f} of {most:.0f}"] for field, (got, most, _) in totals.items()]
    bounds = measured.bounds
    return _OWN.format(
        table=_table(["", "right"], rows),
        told=bounds.told,
        pages=bounds.pages,
        found=bounds.found,
        right=bounds.right,
        precision=bounds.right / bounds.found,
        recall=bounds.right / bounds.told,
    )


def _missed(measured: Measured) -> str:
    rows = [
        [
            name,
            _LABELS.get(score.field, score.field),
            f"{score.got:g} of {score.most:g}" if score.most > 1 else f"{score.got:.3f}",
            reason or "unexplained",
        ]
        for name, score, reason in measured.misses
    ]
    table = _table(["page", "field", "figure", "reason"], rows) if rows else "None."
    return f"\n## What wencun misses\n\nTexts count below a recall or precision of {SMALL}.\n\n{table}\n"


def _by_group(measured: Measured) -> str:
    parts = [
        f"\n### {name}: {len(chosen)} page{'s' * (len(chosen) > 1)}\n\n{_tools_table(measured, chosen)}\n"
        for name, chosen in measured.groups.items()
    ]
    return "\n## By group\n" + "".join(parts)


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
