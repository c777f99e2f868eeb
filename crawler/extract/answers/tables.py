"""Reads answers off tables: a column for each model, or a row for each."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from crawler.extract.answers import words
from crawler.extract.answers.evidence import (
    asks,
    describes,
    is_about_a_product,
    is_about_models,
    judges,
    tells,
)
from crawler.extract.answers.parts import Part
from crawler.extract.answers.questions import numbers_question, read_heading
from crawler.extract.answers.runs import CERTAIN, Title
from crawler.extract.answers.surroundings import Surroundings, look_around
from crawler.extract.blocks import Block, Body, Cell, Span
from crawler.extract.models import LabelMatch, match_line
from crawler.extract.models.labels import Line, read_line
from crawler.extract.text.folding import folded

_MOST_CELLS = 4_000
_LEAST_PROSE = 8
"""Characters of a cell that says something."""
_QUESTION = re.compile(
    r"(?:测试|我的|提的?|具体|原始|用户)?(?:问题|提问|题目|问|题|提示词|提示语|指令|prompts?|questions?|query|q)(?:内容|描述)?[0-9]*"
    r"(?:[/／\\|与和](?:大?模型|ai|模型名称|model|回答者?))?",
    re.IGNORECASE,
)
_NUMBERING = re.compile(r"(?:序号|编号|题号|#|no\.?|id|轮次|[0-9]*)", re.IGNORECASE)
_MODEL_HEAD = re.compile(
    r"(?:ai|大|语言|大语言)?(?:模型|助手|产品|工具|平台|选手|名称|回答者|model|llm|assistant|chatbot|ai)(?:名称?|name)?",
    re.IGNORECASE,
)
_ANSWER = re.compile(
    r"(?:模型|ai|它的|给出的|生成的|原始|完整|具体|各自)?的?(?:回答|答案|回复|答复|作答|解答|answers?|response|reply)(?:内容|原文|全文|文本)?",
    re.IGNORECASE,
)
_VERDICT = re.compile(
    r"正确|错误|准确|答对|答错|对|错|通过|不通过|是|否|能|不能|有|无|可以|不可以|支持|不支持|部分支持|一般|良好?|优秀?|好|较好|差|较差|很好|中|高|低"
    r"|强|弱|较强|较弱|免费|收费|付费|开源|闭源|快|慢|较快|较慢|[√✓✔✅❌✗✘×xX○●△★☆⭐🥇🥈🥉\-—/+~.\s]+|n/?a|yes|no|true|false|pass|fail",
    re.IGNORECASE,
)
_MEASURE = re.compile(
    r"[$¥￥~≈约<>≤≥+\-]?\s?[0-9][0-9,.]*\s?(?:[%分星名位元美刀kKmMbBwW万亿个字秒sS次/]|tokens?|ms)*(?:\s?[/／].{0,12})?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Entry:
    """A cell with what it shows."""

    cell: Cell
    text: str
    shown: str
    line: Line | None
    label: LabelMatch | None


_Row = list[_Entry | None]


@dataclass(frozen=True, slots=True)
class _Said:
    """An answer in a cell, the label's cell, and the question's own words."""

    label: _Entry
    answer: _Entry
    question: str | None


def read_table_answers(body: Body, title: Title) -> list[Part]:
    """The answers in the cells of tables; none in a table that compares, prices or scores models."""
    parts: list[Part] = []
    for index, block in enumerate(body.blocks):
        if block.cells and sum(map(len, block.cells)) <= _MOST_CELLS:
            parts += _parts(body, index, title)
    return parts


def _parts(body: Body, index: int, title: Title) -> list[Part]:
    block = body.blocks[index]
    rows = [[_entry(block, cell) for cell in row] for row in block.cells]
    around: Surroundings | None = None
    for rule, read in (("table-column", _by_column), ("table-row", _by_row)):
        if not any(entry and entry.label for row in rows for entry in row):
            return []
        around = around or look_around(body, index, title)
        said = read(rows, around)
        if said and _are_answers(said, title):
            text_at, markdown_at = body.text_spans[index].start, body.markdown_spans[index].start
            return [
                _part(
                    one, text_at, markdown_at, one.question or around.question or title.facts.question, rule
                )
                for one in sorted(said, key=lambda one: one.answer.cell.text.start)
            ]
    return []


def _entry(block: Block, cell: Cell | None) -> _Entry | None:
    if cell is None:
        return None
    shown = block.text[cell.text.start : cell.text.end]
    line = read_line(shown)
    return _Entry(cell, folded(shown.strip()), shown, line, match_line(line) if line else None)


def _by_column(rows: list[_Row], around: Surroundings) -> list[_Said]:
    """A head of models; each further row holds their answers, to its own question where one leads it."""
    head = rows[0]
    known = [column for column, entry in enumerate(head) if entry and entry.label]
    if len(known) < 2 or len({_label(head[column]) for column in known}) < 2:  # noqa: PLR2004
        return []
    lead = list(range(known[0]))
    asking = next((c for c in lead if (e := head[c]) and _QUESTION.fullmatch(_squeezed(e))), None)
    others = [c for c in lead if c != asking and (e := head[c]) and not _NUMBERING.fullmatch(_squeezed(e))]
    named = next(iter(others), None) if asking is None else None
    columns = [
        c for c in range(known[0], len(head)) if _is_answerer(head[c], between=known[0] < c < known[-1])
    ]
    if asking is None and named is None and lead:
        named = next((c for c in lead if (e := head[c]) and not e.text), None)
    said: list[_Said] = []
    leads: list[str] = []
    question: str | None = None
    for row in rows[1:]:
        lead_column = asking if asking is not None else named
        if lead_column is not None and lead_column < len(row) and (entry := row[lead_column]):
            question = _heading_question(entry.shown)
            leads.append(entry.text)
        for column in columns:
            label, answer = head[column], row[column] if column < len(row) else None
            if label and answer:
                said.append(_Said(label, answer, question))
    if asking is not None:
        put = _mostly(leads, _is_question) or (around.asked and not _are_criteria(leads))
        return said if put else []
    if named is not None and leads:
        if all(_ANSWER.fullmatch(lead) for lead in leads):
            return [replace(one, question=None) for one in said] if around.asked else []
        return said if _mostly(leads, _is_question) else []
    return said if around.asked or any(_says_answer(head[c]) for c in known) else []


def _by_row(rows: list[_Row], around: Surroundings) -> list[_Said]:
    """A column of models; beside each its answer, or its answers to the questions that the head asks."""
    width = max(map(len, rows))
    column = next((c for c in range(min(3, width)) if _names_models(rows, c)), None)
    if column is None:
        return []
    first = rows[0][column] if column < len(rows[0]) else None
    headed = first is None or first.label is None
    head: _Row = rows[0] if headed else []
    answers, questions = _answer_columns(head, column, width, around)
    asking = next(
        (c for c, e in enumerate(head) if e and c < column and _QUESTION.fullmatch(_squeezed(e))), None
    )
    said: list[_Said] = []
    question: str | None = None
    for row in rows[1 if headed else 0 :]:
        if asking is not None and asking < len(row) and (entry := row[asking]):
            question = _heading_question(entry.shown)
        label = row[column] if column < len(row) else None
        if label is None or not (label.label or _is_answerer(label, between=True)):
            continue
        for place in answers:
            answer = row[place] if place < len(row) else None
            if answer:
                said.append(_Said(label, answer, questions.get(place) or question))
    return said


def _answer_columns(
    head: _Row, column: int, width: int, around: Surroundings
) -> tuple[list[int], dict[int, str | None]]:
    """Which columns hold answers, and what those ask that ask something."""
    named = [c for c, e in enumerate(head) if e and c != column and _ANSWER.fullmatch(_squeezed(e))]
    if named:
        return named[:1], {}
    asked = [c for c, e in enumerate(head) if e and c > column and _is_question(e.text)]
    rest = [c for c, e in enumerate(head) if c > column and c not in asked and not (e and words_close(e))]
    if asked and not [c for c in rest if head[c] and head[c].text]:  # type: ignore[union-attr]
        return asked, {c: _heading_question(e.shown) for c in asked if (e := head[c])}
    if around.asked and not head and width == column + 2:
        return [column + 1], {}
    return [], {}


def words_close(entry: _Entry) -> bool:
    """Is it 点评, 总结 or their like?"""
    return entry.line is not None and words.closes(entry.line)


def _names_models(rows: list[_Row], column: int) -> bool:
    labels = [row[column].label for row in rows if column < len(row) and row[column]]  # type: ignore[union-attr]
    known = {(label.model, label.version) for label in labels if label}
    return len(known) > 1 and 2 * sum(label is not None for label in labels) >= len(labels)


def _is_answerer(entry: _Entry | None, *, between: bool) -> bool:
    """Is it a model's label, or, between those, a name that nobody has told us?"""
    if entry is None or entry.line is None:
        return False
    return entry.label is not None or (
        between and words.is_short(entry.line) and not words.closes(entry.line)
    )


def _says_answer(entry: _Entry | None) -> bool:
    return entry is not None and entry.label is not None and entry.label.says_answer


def _label(entry: _Entry | None) -> tuple[str, str | None] | None:
    return (entry.label.model, entry.label.version) if entry and entry.label else None


def _squeezed(entry: _Entry) -> str:
    return "".join(entry.text.split()).strip("*:：")


def _heading_question(shown: str) -> str | None:
    return read_heading(shown)[0] or shown.strip() or None


def _is_question(text: str) -> bool:
    """Does it ask, number a question, or tell a model what to do?"""
    if not text or is_about_a_product(text) or is_about_models(text):
        return False
    rest = read_heading(text)[0] or text
    return asks(text) or numbers_question(text) or tells(rest)


def _are_criteria(leads: list[str]) -> bool:
    """Do the cells under 问题 ask about the models themselves?"""
    return _mostly(leads, lambda lead: is_about_a_product(lead) or is_about_models(lead))


def _mostly(texts: list[str], holds: object) -> bool:
    return 2 * sum(bool(holds(text)) for text in texts) > len(texts) > 0  # type: ignore[operator]


def _are_answers(said: list[_Said], title: Title) -> bool:
    """Do the cells hold what models say, and no verdicts, scores or descriptions of them?"""
    filled = [one for one in said if one.answer.text]
    if not filled:
        return any(one.answer.cell.markdown.end > one.answer.cell.markdown.start for one in said)
    marks = sum(_is_mark(one.answer.text) for one in filled)
    if 2 * marks >= len(filled):
        return False
    texts = [one.answer.text for one in filled]
    if 2 * sum(map(judges, texts)) >= len(texts):
        return False
    asked = all(one.question and _is_question(folded(one.question)) for one in filled)
    if not asked and 2 * sum(len(text) >= _LEAST_PROSE for text in texts) < len(texts):
        return False
    described = sum(
        describes(
            one.answer.text,
            one.label.label.model if one.label.label else None,
            question=f"{title.text} {one.question or ''}",
        )
        for one in filled
    )
    return title.facts.series is not None or 2 * described < len(filled)


def _is_mark(text: str) -> bool:
    return _VERDICT.fullmatch(text) is not None or _MEASURE.fullmatch(text) is not None


def _part(one: _Said, text_at: int, markdown_at: int, question: str | None, rule: str) -> Part:
    cell = one.answer.cell
    return Part(
        label=one.label.shown,
        match=one.label.label,
        text=Span(text_at + cell.text.start, text_at + cell.text.end),
        markdown=Span(markdown_at + cell.markdown.start, markdown_at + cell.markdown.end),
        question=question,
        rule=rule,
        confidence=CERTAIN,
        flags=() if one.answer.text else ("empty",),
    )
