"""Finds the sets of blocks of one shape that stand over the answers of models."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise

from crawler.extract.answers import words
from crawler.extract.blocks import Block
from crawler.extract.models import LabelMatch, match_line
from crawler.extract.models.labels import Line, read_line

_DEEPEST = 12
"""How many of a block's innermost containers may be the section of an answer."""
_MOST_SETS = 100
_STRONG = re.compile(r"\*\*[^*]+\*\*|<strong>[^<]*</strong>")
_DRESSING = re.compile(r"[\s\\0-9一二三四五六七八九十第.、:：()（）—-]|的?回答|如下")


@dataclass(frozen=True, slots=True)
class Shape:
    """What blocks of one set have in common."""

    kind: str
    tag: str
    level: int
    """Of a heading, or of a literal Markdown heading."""
    decoration: str

    @property
    def is_heading(self) -> bool:
        """Is it a heading, be it in literal Markdown?"""
        return self.level > 0

    @property
    def is_inline(self) -> bool:
        """Does the text begin in the label's own line?"""
        return self.kind == "inline"


@dataclass(frozen=True, slots=True)
class Mark:
    """A short heading or paragraph that may be a label."""

    index: int
    """Of its block."""
    line: Line
    label: LabelMatch | None
    shape: Shape

    @property
    def closes(self) -> bool:
        """Is it wholly 总结, 分析, 结语 or their like?"""
        return words.closes(self.line)

    @property
    def is_short(self) -> bool:
        """Short and no sentence: what a heading over an answer looks like."""
        return words.is_short(self.line)

    @property
    def is_namelike(self) -> bool:
        """Does it look like a model's name, as XX大模型 and XXGPT do, or say 的回答?"""
        return words.is_namelike(self.line)


@dataclass(frozen=True)
class LabelSet:
    """Marks of one shape under one parent, or each the first block of like siblings."""

    marks: list[Mark]
    parent: int | None
    """Number of the container that all stand in; None for the body itself."""
    sections: dict[int, int] = field(default_factory=dict)
    """Of a set with one section per model: from a mark's index to the end of its section."""

    @cached_property
    def known(self) -> list[Mark]:
        """Those that name a known model."""
        return [mark for mark in self.marks if mark.label]

    @property
    def shape(self) -> Shape:
        """The shape that all have."""
        return self.marks[0].shape

    @property
    def first(self) -> int:
        """Index of the first known label."""
        return self.known[0].index

    @property
    def last(self) -> int:
        """Index of the last known label."""
        return self.known[-1].index

    @cached_property
    def says_answer(self) -> bool:
        """Does one of them say 的回答?"""
        return any(mark.line.says_answer for mark in self.known)

    @cached_property
    def models(self) -> set[str]:
        """Ids of the models that they name."""
        return {mark.label.model for mark in self.known if mark.label}

    @property
    def needs_proof(self) -> bool:
        """One model in several versions, or mostly ordinary words: headings of many an article."""
        labels = [mark.label for mark in self.known if mark.label]
        ordinary = len({label.model for label in labels if label.ordinary})
        return not self.says_answer and (len(self.models) == 1 or 2 * ordinary > len(self.models))

    @property
    def qualifies(self) -> bool:
        """Two known models at least, or a label that says 的回答."""
        labels = {(mark.label.model, mark.label.version) for mark in self.known if mark.label}
        return len(labels) > 1 or self.says_answer


def read_marks(blocks: Sequence[Block]) -> dict[int, Mark]:
    """The short headings and paragraphs by index; empty where none of them names a model."""
    marks = {}
    for index, block in enumerate(blocks):
        if block.kind not in ("heading", "paragraph") or block.glued:
            continue
        line = read_line(block.text)
        if line is not None:
            inline = index + 1 < len(blocks) and blocks[index + 1].glued
            marks[index] = Mark(index, line, match_line(line), _shape(block, line, inline=inline))
    return marks if any(mark.label for mark in marks.values()) else {}


def _shape(block: Block, line: Line, *, inline: bool) -> Shape:
    if block.kind == "heading":
        return Shape("heading", block.tag, block.level, "")
    if line.decoration.startswith("#"):
        return Shape("literal", "", len(line.decoration), "")
    bold = "bold" if block.decoration or _is_bold_but_for_dressing(block.markdown) else ""
    return Shape("inline" if inline else "paragraph", block.tag, 0, f"{bold} {line.decoration}".strip())


def _is_bold_but_for_dressing(markdown: str) -> bool:
    """Is all of a line strong but for its number, colon or 的回答, as in `1. **豆包**：`?"""
    rest, count = _STRONG.subn("", markdown)
    return count > 0 and not _DRESSING.sub("", rest)


def find_sets(blocks: tuple[Block, ...], marks: dict[int, Mark]) -> list[LabelSet]:
    """The sets that qualify and do not stand inside one another, the one to trust most first."""
    sets = [found for found in _candidates(blocks, marks) if found.known and found.qualifies]
    sets = sorted(sets, key=_rank)[:_MOST_SETS]
    sets = [one for one in sets if not any(_inside(one, other) for other in sets)]
    chosen: list[LabelSet] = []
    for one in sets:
        apart = all(one.last < other.first or other.last < one.first for other in chosen)
        if not chosen or (apart and (one.shape == chosen[0].shape or one.says_answer)):
            chosen.append(one)
    return chosen


def _rank(found: LabelSet) -> tuple[bool, bool, bool, int, int, bool, int]:
    shape = found.shape
    plain = not shape.is_heading and not shape.decoration
    return (
        not found.says_answer,
        shape.is_inline,
        found.needs_proof,
        shape.level or 9,
        -len(found.models) - 100 * (not plain),
        bool(found.sections),
        found.first,
    )


def _inside(one: LabelSet, other: LabelSet) -> bool:
    """Does `one` stand wholly between two neighbouring labels of `other`?"""
    if one.says_answer and not other.says_answer:
        return False
    places = [mark.index for mark in other.known]
    return any(a < one.first and one.last < b for a, b in pairwise(places))


def _candidates(blocks: tuple[Block, ...], marks: dict[int, Mark]) -> Iterator[LabelSet]:
    plain: dict[tuple[Shape, int | None], list[Mark]] = {}
    for mark in marks.values():
        containers = blocks[mark.index].containers
        parent = containers[-1].number if containers else None
        plain.setdefault((mark.shape, parent), []).append(mark)
    for (_, parent), group in plain.items():
        if any(mark.label for mark in group):
            yield LabelSet(group, parent)
    yield from _sectioned(blocks, marks)


def _sectioned(blocks: tuple[Block, ...], marks: dict[int, Mark]) -> Iterator[LabelSet]:
    """Sets whose labels are each the first block of like sibling containers."""
    extents = _extents(blocks, marks)
    groups: dict[tuple[Shape, int | None, str], list[tuple[Mark, int]]] = {}
    for mark in marks.values():
        containers = blocks[mark.index].containers
        for depth in range(max(0, len(containers) - _DEEPEST), len(containers)):
            container = containers[depth]
            if extents[container.number][0] == mark.index:
                above = containers[depth - 1].number if depth else None
                groups.setdefault((mark.shape, above, container.shape), []).append((mark, container.number))
    for (_, above, _), group in groups.items():
        if len(group) > 1 and any(mark.label for mark, _ in group):
            yield _section_set(blocks, above, [(mark, extents[number][1]) for mark, number in group])


def _section_set(blocks: tuple[Block, ...], above: int | None, group: list[tuple[Mark, int]]) -> LabelSet:
    marks = [mark for mark, _ in group]
    filled = any(block.text for mark, end in group for block in blocks[mark.index + 1 : end])
    # A box around nothing but the label: the answers stand beside the boxes, not in them.
    return LabelSet(marks, above, {mark.index: end for mark, end in group} if filled else {})


def _extents(blocks: tuple[Block, ...], marks: dict[int, Mark]) -> dict[int, tuple[int, int]]:
    """Of each container around a mark: its first block, and the end of its last one."""
    wanted = {c.number for index in marks for c in blocks[index].containers[-_DEEPEST:]}
    extents: dict[int, tuple[int, int]] = {}
    for index, block in enumerate(blocks):
        for container in block.containers:
            if container.number in wanted:
                first = extents.get(container.number, (index, index))[0]
                extents[container.number] = (first, index + 1)
    return extents
