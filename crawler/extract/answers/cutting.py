"""Says where the answers under one set of labels begin and end."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from functools import cached_property
from itertools import accumulate

from crawler.extract.answers.delimiters import LabelSet, Mark
from crawler.extract.answers.evidence import is_open_question, is_prompt
from crawler.extract.answers.questions import numbers_question, read_heading
from crawler.extract.blocks import Block
from crawler.extract.text.folding import folded

FAR = 8
"""Blocks between a heading and the first label under it: more than that is no mere prompt."""
_LONGEST_PROMPT = 300
_CONCLUDES = re.compile(r"结论|结语|最后|说明|备注|参考|附|思考|体会|观点|summary|conclusion", re.IGNORECASE)
_LITERAL = re.compile(r"(#{1,6})\s+\S")
_LONGEST_HEADING = 200
_NO_LEVEL = 7
"""Below the lowest heading."""


class Cutting:
    """The delimiters of one set of labels, the headings between its runs, and the ends of its answers."""

    def __init__(
        self, blocks: tuple[Block, ...], marks: dict[int, Mark], labels: LabelSet, *, limit: int
    ) -> None:
        self.blocks = blocks
        self.marks = marks
        self.labels = labels
        self.shape = labels.shape
        self.limit = limit
        """Index of the block at which the next set begins, else the number of blocks."""
        self.members = {mark.index: mark for mark in labels.marks}
        self._known = [mark.index for mark in labels.known]
        self._levels_before = {block.level for block in blocks[: labels.first] if block.kind == "heading"}
        self.breaks = [i for i in range(limit) if self._breaks(i)]
        """Headings and question lines that end an answer and stand over a new run of labels, or over none."""

    @cached_property
    def delimiters(self) -> list[int]:
        """Blocks that stand over an answer: the known labels, and unknown ones that cut too."""
        return [i for i in sorted(self.members) if self.members[i].label or self._cuts(i)]

    @cached_property
    def ends(self) -> list[int]:
        """For each delimiter, the index after the last block of its answer."""
        following = [*self.delimiters[1:], self.limit]
        ends = [self._end(start, after) for start, after in zip(self.delimiters, following, strict=True)]
        return self._without_tails_after_pictures(ends)

    @property
    def is_list_of_names(self) -> bool:
        """Do the labels follow one another with nothing between them?"""
        empty = [end == start + 1 for start, end in zip(self.delimiters, self.ends, strict=True)]
        return all(empty) or (len(empty) > 2 and all(empty[:-1]))  # noqa: PLR2004 -- one of two may be empty

    def breaks_between(self, start: int, end: int) -> bool:
        """Does a heading between two blocks begin a new run?"""
        return _any_between(self.breaks, start, end)

    def level(self, index: int) -> int:
        """Level of a heading of the labels' own kind, real or literal; 0 for any other block."""
        return literal_level(self.blocks[index]) if self.shape.kind == "literal" else self.blocks[index].level

    def is_question_heading(self, index: int) -> bool:
        """Does a heading say 问题, or end with a question mark?"""
        text = self.blocks[index].text
        return read_heading(text)[1] or text.rstrip().endswith(("?", "？"))

    def _breaks(self, index: int) -> bool:
        mark = self.members.get(index)
        if mark is not None and mark.label:
            return False
        level = self.level(index)
        if self.shape.is_heading and level:
            asked = level == self.shape.level and self.is_question_heading(index)
            return level < self.shape.level or asked
        if self.blocks[index].kind != "heading":
            if literal_level(self.blocks[index]) and self.is_question_heading(index):
                return self._is_right_over_label(index)
            return index in self._question_lines
        return self.blocks[index].level in self._levels_before or self._is_right_over_label(index)

    @cached_property
    def _question_lines(self) -> set[int]:
        """Lines that ask something right before a label.

        Numbered ones, as 问题二; others where they stand over several runs that begin with the same model.
        """
        over = {
            index - 1: mark.label.model
            for index, mark in self.members.items()
            if mark.label and index and self.blocks[index - 1].kind == "paragraph"
        }
        numbered = {index for index in over if numbers_question(self.blocks[index].text)}
        opening = self.labels.known[0].label
        asking = {
            index
            for index, model in over.items()
            if opening and model == opening.model and self._is_question(self.blocks[index])
        }
        return numbered | (asking if len(asking) > 1 else set())

    def _is_question(self, block: Block) -> bool:
        return is_open_question(block) or (len(block.text) <= _LONGEST_PROMPT and is_prompt(block))

    def _is_right_over_label(self, index: int) -> bool:
        """Is there nothing with text, or only a prompt, between this heading and a label?"""
        question = self.is_question_heading(index)
        for following in range(index + 1, min(index + FAR, self.limit)):
            block = self.blocks[following]
            mark = self.members.get(following)
            if mark is not None and mark.label:
                return True
            if block.kind == "heading" or (block.text and not (question or is_prompt(block))):
                return False
        return False

    def _cuts(self, index: int) -> bool:
        """Does a block of the labels' shape that names no known model stand over an answer of its own?"""
        mark = self.members[index]
        if mark.closes or is_prompt(self.blocks[index]) or self.is_question_heading(index):
            return False
        if not self._within_run(index):
            says_it_too = self.labels.says_answer and mark.line.says_answer and mark.is_namelike
            return says_it_too and self.labels.first < index < self.limit
        if self.shape.is_heading:
            return mark.is_short
        if index in self.labels.sections:
            return mark.is_short
        plain = not self.shape.decoration and not mark.line.says_answer
        return mark.is_namelike and not plain

    def _within_run(self, index: int) -> bool:
        """Is it between two known labels, with no heading over a new run between them?"""
        place = bisect_left(self._known, index)
        if not 0 < place < len(self._known):
            return False
        return not self.breaks_between(self._known[place - 1], self._known[place])

    def _end(self, start: int, following: int) -> int:
        if start in self.labels.sections:
            return min(following, self.labels.sections[start])
        end = next((i for i in range(start + 1, following) if self._stops(i)), following)
        if end < following or following == self.limit or self._goes_question_by_question:
            return self._without_closing(start, end)
        return end

    @property
    def _goes_question_by_question(self) -> bool:
        """Does one model answer many questions, `ChatGPT的回答：…`, each with the author's words after it?"""
        return self.shape.is_inline and len(self.labels.models) == 1

    def _stops(self, index: int) -> bool:
        """Does an answer end before this block, whichever answer it is?"""
        block = self.blocks[index]
        parent = self.labels.parent
        if parent is not None and all(container.number != parent for container in block.containers):
            return True
        level = self.level(index)
        if self.shape.is_heading and level:
            return level <= self.shape.level
        return _any_between(self.breaks, index - 1, index + 1)

    def _without_closing(self, start: int, end: int) -> int:
        """The end of the last answer of a run: before a block that is wholly 总结 or the like.

        It has the labels' own shape, or is a heading over lines that is no part of the answers' own outline:
        higher than every heading in this answer, else in those before it.
        """
        highest = self._highest[start - self.labels.first]
        for index in range(start + 1, end):
            mark = self.marks.get(index)
            if mark is not None and not mark.label and mark.closes and not self._concludes(mark):
                above = (
                    not self.shape.is_heading and mark.shape.kind == "heading" and mark.shape.level < highest
                )
                if mark.shape == self.shape or above or self._goes_question_by_question:
                    return index
            level = self.blocks[index].level
            highest = min(highest, level) if level else highest
        return end

    def _concludes(self, mark: Mark) -> bool:
        """Does a line say 结论： or 最后： with more behind it, as the last of many an answer do?"""
        return self.shape.is_inline and _CONCLUDES.match(folded(mark.line.core)) is not None

    @cached_property
    def _highest(self) -> list[int]:
        """For each block from the first label on: the highest of the answers' own headings before it."""
        levels = (block.level or _NO_LEVEL for block in self.blocks[self.labels.first :])
        own = (level if level not in self._levels_before else _NO_LEVEL for level in levels)
        return list(accumulate(own, min, initial=_NO_LEVEL))

    def _without_tails_after_pictures(self, ends: list[int]) -> list[int]:
        """Where most answers are nothing but pictures, prose after a picture is the author's."""
        spans = list(zip(self.delimiters, ends, strict=True))
        leading = [self._pictures(start, end) for start, end in spans]
        bare = sum(0 < count == end - start - 1 for count, (start, end) in zip(leading, spans, strict=True))
        if 2 * bare < len(spans):
            return ends
        return [
            start + 1 + count if count else end for count, (start, end) in zip(leading, spans, strict=True)
        ]

    def _pictures(self, start: int, end: int) -> int:
        """How many blocks without text follow a label, pictures among them."""
        blocks = self.blocks[start + 1 : end]
        count = next((i for i, block in enumerate(blocks) if block.text), len(blocks))
        return count if any(block.kind == "image" for block in blocks[:count]) else 0


def literal_level(block: Block) -> int:
    """Level of a heading in literal Markdown; 0 for any other block."""
    found = _LITERAL.match(block.text) if block.kind == "paragraph" else None
    return len(found[1]) if found and len(block.text) <= _LONGEST_HEADING else 0


def _any_between(places: Sequence[int], start: int, end: int) -> bool:
    """Is one of the ascending `places` between `start` and `end`, both exclusive?"""
    place = bisect_left(places, start + 1)
    return place < len(places) and places[place] < end
