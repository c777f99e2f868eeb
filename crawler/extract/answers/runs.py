"""Reads the answers under one set of labels: which question each answers, and how sure that is."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from crawler.extract.answers import under_models
from crawler.extract.answers.cutting import FAR, Cutting
from crawler.extract.answers.evidence import (
    asks,
    chooses,
    collects,
    describes,
    is_about_models,
    is_open_question,
    is_prompt,
    judges,
    puts_to_models,
    reports,
    tells,
)
from crawler.extract.answers.parts import Part, markdown_between, text_between
from crawler.extract.answers.questions import TitleFacts, read_heading
from crawler.extract.answers.topics import speak_of
from crawler.extract.answers.words import closes
from crawler.extract.blocks import Body
from crawler.extract.models.labels import read_line
from crawler.extract.text.folding import folded

CERTAIN, LIKELY, UNPROVEN = 1.0, 0.7, 0.3
_PROMPT_REACH = 12
"""Blocks before the first label in which a prompt is looked for."""
_LONGEST_PROMPT = 300
_LONGEST_LONE_LINE = 10
_LEAST_SAID = 12
"""Characters of an answer that begins in its label's line: less may be a remark on the model."""
_MANY = 2
_SIZE = re.compile(r"[0-9]\s?b(?![a-z])", re.IGNORECASE)
_OPENING = 6
"""Blocks of an answer that show what it speaks of."""
_GENERIC_PART = re.compile(
    "各大模型|各模型|各家|各个|各|不同|多个|几个|几大|大模型|模型|ai|的|国内|国外|国产|海外|中国|美国"
    "|开源|闭源|免费|付费|主流|其他|其它|测试|评测|对比|实测|提问|产品|工具|平台|阵营|回答|答案|回复"
    "|结果|表现|问答|输出|正文|内容|过程|详情|前言|背景|引言|简介|介绍|概述|说明|开始|实验|展示|汇总|与|和|及"
)
"""What headings consist of that announce answers and ask nothing."""


@dataclass(frozen=True, slots=True)
class Title:
    """The article's title, with what it says."""

    text: str
    facts: TitleFacts


class Run:
    """The answers under one set of labels."""

    def __init__(self, body: Body, cutting: Cutting, title: Title) -> None:
        self.body, self.cutting, self.title = body, cutting, title
        self.remarks: set[int] = set()
        """Labels under a heading such as 总结, behind the answers: what stands there is the author's."""
        self.questions = [] if cutting.is_list_of_names else self._questions()
        self.starts = [] if cutting.is_list_of_names else cutting.delimiters
        self.under = under_models.read_questions(cutting)

    def parts(self) -> list[Part]:
        """None where the set only lists names, or needs proof and has none."""
        cutting = self.cutting
        if cutting.is_list_of_names:
            return []
        proven = self._is_proven()
        if cutting.labels.needs_proof and not proven:
            return []
        confidence = CERTAIN if proven else self._doubt()
        parts: list[Part] = []
        for start, end, question in zip(cutting.delimiters, cutting.ends, self.questions, strict=True):
            if start in self.remarks:
                continue
            asked = self.under.get(start)
            if asked:
                ends = [*(one.heading for one in asked[1:]), end]
                parts += [
                    self._part(start, one.place, stop, one.question, confidence, rule="question-under-label")
                    for one, stop in zip(asked, ends, strict=True)
                ]
            else:
                parts.append(self._part(start, start, end, question, confidence, rule=self._rule(start)))
        return parts

    def _part(
        self, label: int, start: int, end: int, question: str | None, confidence: float, *, rule: str
    ) -> Part:
        block = self.body.blocks[label]
        return Part(
            label=block.shown or block.text,
            match=self.cutting.members[label].label,
            text=text_between(self.body, start, end),
            markdown=markdown_between(self.body, start, end),
            question=question or self.title.facts.question,
            rule=rule,
            confidence=confidence,
            flags=_flags(self.cutting, start, end),
        )

    # Questions -------------------------------------------------------------------------------------------

    def _questions(self) -> list[str | None]:
        """The sub-question of each answer; None where the article's own holds."""
        cutting = self.cutting
        questions: list[str | None] = []
        previous, remarked = -1, False
        for start in cutting.delimiters:
            if previous < 0 or cutting.breaks_between(previous, start):
                heading = self._heading_over(start, previous)
                remarked = previous >= 0 and heading is not None and self._closes(heading)
                questions.append(None if heading is None else self._question_of(heading, start))
            else:
                questions.append(questions[-1])
            if remarked:
                self.remarks.add(start)
            previous = start
        return questions

    def _question_of(self, heading: int, start: int) -> str | None:
        blocks = self.cutting.blocks
        if self._closes(heading):
            return None
        question, marked = read_heading(blocks[heading].text)
        if question is None:
            prompt = next((block.text for block in blocks[heading + 1 : start] if block.text), "")
            return read_heading(prompt)[0] if len(prompt) <= _LONGEST_PROMPT else None
        return question if marked or not _is_generic(question) else None

    def _closes(self, heading: int) -> bool:
        line = read_line(self.cutting.blocks[heading].text)
        return line is not None and closes(line)

    def _heading_over(self, start: int, previous: int) -> int | None:
        """The heading of a higher level directly over a run, with at most a prompt between.

        Where questions and labels are headings of one level, one that says 问题 or ends with a question mark.
        """
        cutting = self.cutting
        for index in range(start - 1, max(previous, start - 1 - FAR, -1), -1):
            level = cutting.level(index)
            if cutting.breaks_between(index - 1, index + 1):
                return index
            if level or cutting.blocks[index].kind == "heading":
                higher = not cutting.shape.is_heading or not level or level < cutting.shape.level
                flat = level == cutting.shape.level and cutting.is_question_heading(index)
                return index if higher or flat else None
        return None

    # Evidence --------------------------------------------------------------------------------------------

    def _is_proven(self) -> bool:
        """Is there evidence that a question was put to the models?"""
        cutting, title = self.cutting, self.title.text
        if cutting.labels.says_answer or self.title.facts.series:
            return True
        if self._introduces_models() or self._is_transcript():
            return False
        if self._is_prompted() or puts_to_models(title):
            return True
        if cutting.labels.needs_proof:
            return False
        put = [one.is_proof for asked in self.under.values() for one in asked]
        if put and 2 * sum(put) > len(put):
            return True
        headings = (cutting.blocks[index].text for index in self._headings_above())
        questions = dict.fromkeys(question for _, question, _ in self._texts() if question)
        asked = [text for text in (title, *headings, *questions) if asks(text)]
        asked += [text for text in questions if tells(text)]
        return bool(asked) and self._speaks_of(asked) and not self._names_sizes()

    def _headings_above(self) -> list[int]:
        """The heading right before the first label, and those of higher levels that both stand under."""
        above = []
        level = 7
        for index in range(self.cutting.labels.first - 1, -1, -1):
            own = self.cutting.blocks[index].level
            if 0 < own < level:
                above.append(index)
                level = own
        return above

    def _texts(self) -> list[tuple[str | None, str | None, str]]:
        """Of each answer of a known model that has text: model, question, and how it begins."""
        cutting = self.cutting
        texts: list[tuple[str | None, str | None, str]] = []
        for start, end, question in zip(cutting.delimiters, cutting.ends, self.questions, strict=True):
            label = cutting.members[start].label
            asked = self.under.get(start)
            places = [(one.place, one.question) for one in asked] if asked else [(start, question)]
            for place, put in places:
                blocks = cutting.blocks[place + 1 : min(end, place + 1 + _OPENING)]
                text = " ".join(block.text for block in blocks).strip()
                if label and text:
                    texts.append((label.model, put, text))
        return texts

    def _introduces_models(self) -> bool:
        """Do the texts introduce the models over them, as those of reviews and lists of tools do?"""
        texts = self._texts()
        title = self.title.text
        count = sum(
            judges(text) or describes(text, model, question=f"{title} {question or ''}")
            for model, question, text in texts
        )
        return count > 1 and 2 * count >= len(texts)

    def _speaks_of(self, asked: list[str]) -> bool:
        """Do the texts speak of what was asked; behind labels in their line, in more than a few words?"""
        texts = [text for _, _, text in self._texts()]
        if self.cutting.shape.is_inline and 2 * sum(len(text) < _LEAST_SAID for text in texts) > len(texts):
            return False
        return speak_of(texts, asked)

    def _names_sizes(self) -> bool:
        """Do the labels give sizes, Qwen2-7B, as those of technical articles do?"""
        versions = [(mark.label.version or "") for mark in self.cutting.labels.known if mark.label]
        return 2 * sum(_SIZE.search(version) is not None for version in versions) >= len(versions)

    def _is_transcript(self) -> bool:
        """Do models take turns, with no question between?"""
        turns: Counter[str] = Counter()
        previous = -1
        for mark in self.cutting.labels.known:
            if previous >= 0 and self.cutting.breaks_between(previous, mark.index):
                turns.clear()
            if mark.label:
                turns[mark.label.model] += 1
            previous = mark.index
            if sum(count >= _MANY for count in turns.values()) >= _MANY:
                return True
        return False

    def _is_prompted(self) -> bool:
        """Does a prompt stand over the labels, or one question right before the first?"""
        first = self.cutting.labels.first
        above = self.cutting.blocks[max(0, first - _PROMPT_REACH) : first]
        if any(map(is_prompt, above)) or (above and is_open_question(above[-1])):
            return True
        return any(is_prompt(self.cutting.blocks[index]) for index in self.cutting.breaks)

    def _doubt(self) -> float:
        """How sure an answer is without evidence."""
        texts = self._texts()
        apart = not speak_of([text for _, _, text in texts], [self.title.text])
        reported = 2 * sum(reports(text) for _, _, text in texts) >= len(texts) > 0
        doubtful = (
            self.cutting.shape.is_heading
            or self.cutting.shape.is_inline
            or apart
            or reported
            or is_about_models(self.title.text)
            or chooses(self.title.text)
            or collects(self.title.text)
            or self._introduces_models()
            or self._is_transcript()
        )
        return UNPROVEN if doubtful else LIKELY

    def _rule(self, start: int) -> str:
        """What decided the boundary, for the `rule` column."""
        cutting, shape = self.cutting, self.cutting.shape
        if cutting.members[start].label is None:
            return "between-labels"
        if shape.is_inline:
            return "same-line-label"
        if shape.tag == "summary":
            return "details-label"
        if start in cutting.labels.sections:
            return "section-label"
        if len(cutting.labels.models) == 1 and cutting.labels.says_answer:
            return "says-answer"
        if shape.is_heading:
            return "heading-label" if shape.kind == "heading" else "markdown-label"
        for sign in ("markdown", "bracket", "bold"):
            if sign in shape.decoration:
                return f"{sign}-label"
        return "line-label"


def _is_generic(heading: str) -> bool:
    """Does a heading only announce answers, as 各模型回答 and 国内模型 do?"""
    return not _GENERIC_PART.sub("", folded("".join(heading.lower().split())))


def _flags(cutting: Cutting, start: int, end: int) -> tuple[str, ...]:
    flags = []
    if not any(block.text for block in cutting.blocks[start + 1 : end]):
        flags.append("empty")
    if _is_doubtful(cutting, start, end):
        flags.append("boundary_doubtful")
    return tuple(flags)


def _is_doubtful(cutting: Cutting, start: int, end: int) -> bool:
    """Does a line of its own inside look as if it stood over an answer too?"""
    inside = [cutting.marks[i] for i in range(start + 1, end) if i in cutting.marks and not cutting.level(i)]
    lines = [mark for mark in inside if cutting.blocks[mark.index].kind == "paragraph"]
    if any(mark.label or mark.is_namelike for mark in lines):
        return True
    if cutting.shape.is_heading or cutting.shape.decoration:
        return False
    # Sub-headings come in numbers; a single short line may be a name that nobody has told us.
    like = [mark for mark in lines if mark.shape == cutting.shape and mark.is_short]
    lone = [mark for mark in like if len(mark.line.core) <= _LONGEST_LONE_LINE]
    return len(lone) == 1 and not lone[0].closes and lone[0].index + 1 < end
