"""Questions that stand under each model: headings that repeat under every label, or say 问题N."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from crawler.extract.answers.cutting import Cutting, literal_level
from crawler.extract.answers.evidence import asks, is_about_a_product, is_open_question, is_question, tells
from crawler.extract.answers.questions import numbers_question, question_key, read_heading
from crawler.extract.blocks import Block
from crawler.extract.text.folding import folded

_LONGEST = 200
_NUMBER = re.compile(r"[0-9]{1,3}|[一二三四五六七八九十]{1,3}")
_OUTLINE = re.compile(
    r".*(?:定义|概念|含义|背景|简介|介绍|概述|引言|原理|机制|特点|特征|特性|优点|缺点|优势|劣势|不足|作用|用途|应用|场景|步骤|方法|流程"
    r"|示例|例子|举例|案例|代码|实现|解释|说明|区别|联系|对比|比较|影响|原因|建议|注意事项|要点|总结|小结|结论|结语|参考|扩展|延伸"
    r"|思考过程|思路|分析|解析|答案|回答|正文|点评|评价|评分|得分|表现)"
)
"""How the headings of an answer's own outline end."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One question under a model's label."""

    heading: int
    """Index of its block."""
    place: int
    """Index of the last block that belongs to the question: the answer begins behind it."""
    question: str | None
    is_proof: bool
    """Does it ask or tell in so many words, and not about the models?"""


_Kind = tuple[str, str, int, bool]


def read_questions(cutting: Cutting) -> dict[int, list[Asked]]:
    """Of each label: the questions under it; empty where what stands under the labels are their answers."""
    if cutting.is_list_of_names:
        return {}
    extents = list(zip(cutting.delimiters, cutting.ends, strict=True))
    found: dict[_Kind, dict[int, list[int]]] = {}
    for start, end in extents:
        for index in range(start + 1, end):
            kind = _kind(cutting, index)
            if kind is not None:
                found.setdefault(kind, {}).setdefault(start, []).append(index)
    for _, places in sorted(found.items(), key=lambda item: item[0][2] or 9):
        chosen = _chosen(cutting, places, len(extents))
        if chosen:
            return {start: _asked(cutting, start, places) for start, places in chosen.items()}
    return {}


def _kind(cutting: Cutting, index: int) -> _Kind | None:
    """What headings of questions have in common; None for a block that cannot be one."""
    block = cutting.blocks[index]
    mark = cutting.marks.get(index)
    if block.kind not in ("heading", "paragraph") or not 0 < len(block.text) <= _LONGEST:
        return None
    if mark is not None and (mark.label or mark.closes):
        return None
    if block.kind == "heading":
        return ("heading", block.tag, block.level, False)
    literal = literal_level(block)
    if literal:
        return ("literal", "", literal, False)
    bold = bool(block.decoration)
    if bold or numbers_question(block.text):
        return ("paragraph", block.tag, 0, bold)
    return None


def _chosen(cutting: Cutting, places: dict[int, list[int]], count: int) -> dict[int, list[int]]:
    """Those of the headings of one kind that are questions, by label."""
    if len(places) < 2:  # noqa: PLR2004 -- under one model alone nothing repeats
        return {}
    blocks = cutting.blocks
    numbered = {
        start: [i for i in indexes if numbers_question(blocks[i].text)] for start, indexes in places.items()
    }
    if all(numbered.values()):
        return numbered
    keys = {start: [_key(blocks[i]) for i in indexes] for start, indexes in places.items()}
    under = Counter(key for own in keys.values() for key in dict.fromkeys(own))
    asking = {
        key
        for start, own in keys.items()
        for i, key in zip(places[start], own, strict=True)
        if is_question(blocks[i].text)
    }
    asked = {key for key in asking if under[key] > 1}
    everywhere = {key for key, times in under.items() if times == count}
    if asked and all(asked.intersection(own) for own in keys.values()):
        wanted = asked | everywhere
    elif set(under) == everywhere and not any(_OUTLINE.fullmatch(folded(key)) for key in everywhere):
        wanted = everywhere
    else:
        return {}
    return {
        start: [i for i, key in zip(indexes, keys[start], strict=True) if key in wanted]
        for start, indexes in places.items()
    }


def _key(block: Block) -> str:
    return question_key(read_heading(block.text)[0] or block.text)


def _asked(cutting: Cutting, start: int, places: list[int]) -> list[Asked]:
    asked = []
    for index in places:
        text = cutting.blocks[index].text
        question, marked = read_heading(text)
        place = index
        if question is None:
            question, place = _put_elsewhere(cutting, start, index)
        proof = marked or (question is not None and (asks(question) or tells(question)))
        asked.append(Asked(index, place, question, proof and not is_about_a_product(question or "x")))
    return asked


def _put_elsewhere(cutting: Cutting, start: int, index: int) -> tuple[str | None, int]:
    """The question of a heading that only numbers it: put right under it, or in a list before the models."""
    following = cutting.blocks[index + 1] if index + 1 < len(cutting.blocks) else None
    if following is not None and is_open_question(following):
        return following.text, index + 1
    number = _number(cutting.blocks[index].text)
    for block in cutting.blocks[: cutting.labels.first]:
        for line in block.text.split("\n"):
            if number and _number(line) == number and numbers_question(line):
                return read_heading(line)[0], index
    return None, index


def _number(text: str) -> str | None:
    found = _NUMBER.search(text[:12])
    return found[0] if found else None
