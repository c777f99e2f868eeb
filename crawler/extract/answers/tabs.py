"""Reads answers off tabs: a bar of models' names, and right after it as many boxes of one kind."""

from __future__ import annotations

from dataclasses import dataclass

from crawler.extract.answers import words
from crawler.extract.answers.evidence import describes
from crawler.extract.answers.parts import Part, markdown_between, text_between
from crawler.extract.answers.runs import CERTAIN, Title
from crawler.extract.answers.surroundings import look_around
from crawler.extract.blocks import Block, Body
from crawler.extract.models import LabelMatch, match_line
from crawler.extract.models.labels import read_line

_MOST_NAMES = 40
_LEAST = 2


@dataclass(frozen=True, slots=True)
class _Bar:
    names: list[tuple[str, LabelMatch | None]]
    end: int
    """Index of the block behind it."""


def read_tab_answers(body: Body, title: Title) -> list[Part]:
    """The answers in the boxes under bars of names; none where nothing shows that a question was put."""
    parts: list[Part] = []
    index = 0
    while index < len(body.blocks):
        bar = _bar(body.blocks, index)
        panes = _panes(body.blocks, index, bar) if bar else []
        if bar and panes:
            parts += _parts(body, index, bar, panes, title)
        index = panes[-1][1] if panes else bar.end if bar else index + 1
    return parts


def _bar(blocks: tuple[Block, ...], index: int) -> _Bar | None:
    """A list of names, or names line by line."""
    if blocks[index].kind == "list":
        lines, end = blocks[index].text.split("\n"), index + 1
        names = [line.lstrip(" -0123456789.") for line in lines]
    else:
        end = index
        while end < len(blocks) and end - index <= _MOST_NAMES and blocks[end].kind == "paragraph":
            if (line := read_line(blocks[end].text)) is None or match_line(line) is None:
                break
            end += 1
        names = [block.text for block in blocks[index:end]]
    if not _LEAST <= len(names) <= _MOST_NAMES:
        return None
    read = [(name, read_line(name)) for name in names]
    if not all(line is not None and words.is_short(line) for _, line in read):
        return None
    matched = [(name, match_line(line) if line else None) for name, line in read]
    known = {label.model for _, label in matched if label}
    return _Bar(matched, end) if len(known) >= _LEAST and 2 * len(known) >= len(names) else None


def _panes(blocks: tuple[Block, ...], index: int, bar: _Bar) -> list[tuple[int, int]]:
    """The extents of the boxes behind a bar: one for each name, siblings of one tag; else none."""
    if bar.end >= len(blocks):
        return []
    around = {container.number for container in blocks[index].containers}
    path = blocks[bar.end].containers
    first = next((depth for depth, box in enumerate(path) if box.number not in around), len(path))
    for depth in range(first, len(path)):
        extents = _siblings(blocks, bar.end, depth, most=len(bar.names) + 1)
        if len(extents) == len(bar.names):
            return extents
    return []


def _siblings(blocks: tuple[Block, ...], start: int, depth: int, *, most: int) -> list[tuple[int, int]]:
    """The extents of the boxes at `depth` from `start` on that follow one another under one parent."""
    parents, tag = blocks[start].containers[:depth], blocks[start].containers[depth].shape.partition(".")[0]
    extents: list[tuple[int, int]] = []
    last = -1
    for index in range(start, len(blocks)):
        path = blocks[index].containers
        inside = len(path) > depth and path[:depth] == parents
        if not inside or path[depth].shape.partition(".")[0] != tag or len(extents) > most:
            break
        if path[depth].number == last:
            extents[-1] = (extents[-1][0], index + 1)
        else:
            extents.append((index, index + 1))
            last = path[depth].number
    return extents


def _parts(body: Body, index: int, bar: _Bar, panes: list[tuple[int, int]], title: Title) -> list[Part]:
    around = look_around(body, index, title)
    openings = [
        " ".join(block.text for block in body.blocks[start : min(end, start + 2)]) for start, end in panes
    ]
    described = sum(
        describes(text, label.model if label else None, question=title.text)
        for text, (_, label) in zip(openings, bar.names, strict=True)
    )
    series = title.facts.series is not None
    if not (around.asked and (series or 2 * described < len(panes))):
        return []
    return [
        Part(
            label=name,
            match=label,
            text=text_between(body, start - 1, end),
            markdown=markdown_between(body, start - 1, end),
            question=around.question or title.facts.question,
            rule="tab-label",
            confidence=CERTAIN,
            flags=() if any(block.text for block in body.blocks[start:end]) else ("empty",),
        )
        for (name, label), (start, end) in zip(bar.names, panes, strict=True)
    ]
