"""Reads the answers of models off a body: what stands under model labels of one shape, as slices of its text.

Confidence: 1.0 where a question was put (series mark, question in the title or in a heading above, prompt,
回答 in a label); 0.7 for labels on lines of their own without such evidence; 0.3 for bare headings without
it, and for labels on pages that write about models. Under 0.5 is kept, and left out of exports.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from crawler.extract.answers.cutting import FAR, Cutting
from crawler.extract.answers.delimiters import Mark, find_sets, read_marks
from crawler.extract.answers.evidence import asks, describes, is_about_models, is_open_question, is_prompt
from crawler.extract.answers.label_lines import take_apart
from crawler.extract.answers.questions import TitleFacts, read_heading, read_title
from crawler.extract.blocks import Body, Span
from crawler.extract.items import Answer

CERTAIN, LIKELY, UNPROVEN = 1.0, 0.7, 0.3
_PROMPT_REACH = 12
"""Blocks before the first label in which a prompt is looked for."""
_LONGEST_PROMPT = 300
_LONGEST_LONE_LINE = 10
_GENERIC_PART = re.compile(
    "各大模型|各模型|各家|各个|各|不同|多个|几个|几大|大模型|模型|ai|的|国内|国外|国产|海外|中国|美国"
    "|开源|闭源|免费|付费|主流|其他|其它|测试|评测|对比|实测|提问|产品|工具|平台|阵营|回答|答案|回复"
    "|结果|表现|问答|输出|正文|内容|过程|详情|前言|背景|引言|简介|介绍|概述|说明|开始|实验|展示|汇总|与|和|及"
)
"""What headings consist of that announce answers and ask nothing."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read off one body."""

    answers: tuple[Answer, ...]
    flags: tuple[str, ...]
    """`answers_unproven` where nothing shows that a question was put."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """One answer before its text is cut out: the blocks after `mark` up to `end`."""

    mark: Mark
    end: int
    question: str | None
    rule: str
    confidence: float
    flags: tuple[str, ...]


def read_answers(body: Body, *, title: str) -> Reading:
    """Return the answers in page order, as slices of `body.text` that do not overlap.

    Raises nothing; a body without a set of labels gives no answers.
    """
    body = take_apart(body)
    marks = read_marks(body.blocks)
    if not marks:
        return Reading((), ())
    facts = read_title(title)
    sets = find_sets(body.blocks, marks)
    parts: list[_Part] = []
    for labels in sets:
        limit = min((other.first for other in sets if other.first > labels.last), default=len(body.blocks))
        parts += _parts(Cutting(body.blocks, marks, labels, limit=limit), title, facts)
    parts.sort(key=lambda part: part.mark.index)
    answers = tuple(_answer(body, part, position) for position, part in enumerate(parts, start=1))
    unproven = any(answer.confidence == UNPROVEN for answer in answers)
    return Reading(answers, ("answers_unproven",) if unproven else ())


def _parts(cutting: Cutting, title: str, facts: TitleFacts) -> list[_Part]:
    """The answers under one set of labels; none where it only lists names, or needs proof and has none."""
    if cutting.is_list_of_names:
        return []
    questions = _questions(cutting)
    proven = _is_proven(cutting, questions, title, facts)
    if cutting.labels.needs_proof and not proven:
        return []
    confidence = CERTAIN if proven else _doubt(cutting, title)
    return [
        _Part(
            mark=cutting.members[start],
            end=end,
            question=question or facts.question,
            rule=_rule(cutting, start),
            confidence=confidence,
            flags=_flags(cutting, start, end),
        )
        for start, end, question in zip(cutting.delimiters, cutting.ends, questions, strict=True)
    ]


def _questions(cutting: Cutting) -> list[str | None]:
    """The sub-question of each answer; None where the article's own holds."""
    questions: list[str | None] = []
    previous = -1
    for start in cutting.delimiters:
        if previous < 0 or cutting.breaks_between(previous, start):
            questions.append(_question_over(cutting, start, previous))
        else:
            questions.append(questions[-1])
        previous = start
    return questions


def _question_over(cutting: Cutting, start: int, previous: int) -> str | None:
    heading = _heading_over(cutting, start, previous)
    if heading is None:
        return None
    question, marked = read_heading(cutting.blocks[heading].text)
    if question is None:
        prompt = next((block.text for block in cutting.blocks[heading + 1 : start] if block.text), "")
        return read_heading(prompt)[0] if len(prompt) <= _LONGEST_PROMPT else None
    return question if marked or not _is_generic(question) else None


def _heading_over(cutting: Cutting, start: int, previous: int) -> int | None:
    """The heading of a higher level directly over a run, with at most a prompt between.

    Where questions and labels are headings of one level, one that says 问题 or ends with a question mark.
    """
    for index in range(start - 1, max(previous, start - 1 - FAR, -1), -1):
        level = cutting.level(index)
        if cutting.breaks_between(index - 1, index + 1):
            return index
        if level or cutting.blocks[index].kind == "heading":
            higher = not cutting.shape.is_heading or not level or level < cutting.shape.level
            flat = level == cutting.shape.level and cutting.is_question_heading(index)
            return index if higher or flat else None
    return None


def _is_generic(heading: str) -> bool:
    """Does a heading only announce answers, as 各模型回答 and 国内模型 do?"""
    return not _GENERIC_PART.sub("", "".join(heading.lower().split()))


def _is_proven(cutting: Cutting, questions: list[str | None], title: str, facts: TitleFacts) -> bool:
    """Is there evidence that a question was put to the models?"""
    if cutting.labels.says_answer or facts.series or _is_prompted(cutting):
        return True
    if cutting.labels.needs_proof or _introduces_models(cutting):
        return False
    headings = (cutting.blocks[index].text for index in _headings_above(cutting))
    return any(map(asks, (title, *headings, *(question for question in questions if question))))


def _headings_above(cutting: Cutting) -> list[int]:
    """The heading right before the first label, and those of higher levels that both stand under."""
    above = []
    level = 7
    for index in range(cutting.labels.first - 1, -1, -1):
        own = cutting.blocks[index].level
        if 0 < own < level:
            above.append(index)
            level = own
    return above


def _introduces_models(cutting: Cutting) -> bool:
    """Do the texts introduce the models over them, as those of reviews and lists of tools do?"""
    known = [
        (mark.label.model, " ".join(block.text for block in cutting.blocks[start + 1 : min(end, start + 3)]))
        for start, end in zip(cutting.delimiters, cutting.ends, strict=True)
        if (mark := cutting.members[start]).label
    ]
    introductions = sum(describes(text, model) for model, text in known)
    return introductions > 1 and 2 * introductions >= len(known)


def _is_prompted(cutting: Cutting) -> bool:
    """Does a prompt stand over the labels, or one question right before the first?"""
    first = cutting.labels.first
    above = cutting.blocks[max(0, first - _PROMPT_REACH) : first]
    if any(map(is_prompt, above)) or (above and is_open_question(above[-1])):
        return True
    return any(is_prompt(cutting.blocks[index]) for index in cutting.breaks)


def _doubt(cutting: Cutting, title: str) -> float:
    about_models = is_about_models(title) or _introduces_models(cutting)
    return UNPROVEN if cutting.shape.is_heading or about_models else LIKELY


def _rule(cutting: Cutting, start: int) -> str:
    """What decided the boundary, for the `rule` column."""
    shape = cutting.shape
    if cutting.members[start].label is None:
        return "between-labels"
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


def _answer(body: Body, part: _Part, position: int) -> Answer:
    label = body.blocks[part.mark.index]
    start, end = _slice(body.text, body.text_spans, part)
    markdown_start, markdown_end = _slice(body.markdown, body.markdown_spans, part)
    known = part.mark.label
    return Answer(
        position=position,
        question=part.question,
        model=known.model if known else None,
        model_version=known.version if known else None,
        label=label.shown or label.text,
        markdown=body.markdown[markdown_start:markdown_end],
        text=body.text[start:end],
        start=start,
        end=end,
        markdown_start=markdown_start,
        markdown_end=markdown_end,
        rule=part.rule,
        confidence=part.confidence,
        flags=part.flags,
    )


def _slice(text: str, spans: tuple[Span, ...], part: _Part) -> tuple[int, int]:
    """From the first to the last block with text between label and end, without outer blank lines."""
    filled = [span for span in spans[part.mark.index + 1 : part.end] if span.end > span.start]
    if not filled:
        place = spans[part.mark.index].end
        return place, place
    start, end = filled[0].start, filled[-1].end
    while start < end and text[start] == "\n":
        start += 1
    while end > start and text[end - 1] == "\n":
        end -= 1
    return start, end
