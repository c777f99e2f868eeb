"""Whether a line is wholly the name of a model."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from crawler.extract.models.labels import Line, read_line
from crawler.extract.models.table import DROPPED, Known, Models, in_lower_case, in_use

_GAP = re.compile(r"[\s\-_·・/|,+&:.]*")
_NUMBER = re.compile(
    r"v?[0-9]{1,3}(?:\.[0-9]{1,3}){0,2}[a-z]{0,2}(?![a-z0-9])"  # 4, 4.0, V3.5, 4o, 72b
    r"|[a-z]{1,2}[0-9]{1,3}(?:\.[0-9]{1,2}){0,2}[a-z]?(?![a-z0-9])"  # R1, K1.5, X1
)
_BUILD = re.compile(r"[0-9]{4,8}(?![a-z0-9])")  # the 0613 of GPT-4-0613
_EDITION = re.compile(
    r"(?:pro|turbo|plus|max|ultra|flash|mini|lite|air|advanced|preview|sonnet|opus|haiku|instruct|chat|latest"
    r"|thinking|reasoner|coder|vision|vl|omni|experimental|exp|nano|high|large|medium|small|beta|text|seed"
    r"|speed|base|next|deep research)(?![a-z])"
)
_DESCRIPTION = re.compile(
    r"认知大模型|(?:大语言|语言|通用|基础)?大?模型|(?:ai|智能|人工智能)?(?:助手|助理|机器人)|聊天机器人|智能体|对话"
    r"|(?:网页|官方|国际|国内|免费|付费|满血|旗舰|极速|专业|标准|高级|会员|最新|正式|体验|基础|手机|电脑)版"
    r"|深度思考(?:模式|版)?|联网(?:搜索|版)?|版本?|模式|(?:ai|app|bot|chatbot|assistant|llm|web)(?![a-z])"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelMatch:
    """A line that is wholly a model's name."""

    model: str
    """The model's id."""
    version: str | None
    """As printed after the name or in brackets, without the name: `4o` of GPT-4o."""
    says_answer: bool
    """Does it say 回答, 的回答 or the like?"""
    decoration: str
    """`brackets`, `markdown`, or the `##` of a literal Markdown heading; "" for a bare name."""
    ordinary: bool
    """Is the name an ordinary word too, such as 天工 or Step?"""


def may_name_model(text: str) -> bool:
    """Does `text` hold a model's name? False means that no part of it is a label."""
    folded = unicodedata.normalize("NFKC", text).lower()
    models = in_use()
    return models.mention.search(folded) is not None or any(
        pattern.search(folded) for pattern, _ in models.versions
    )


@dataclass(frozen=True, slots=True)
class _Name:
    known: Known
    version: str | None
    ordinary: bool


class _Text:
    """A line in lower case, with its letters that tell names apart and where they stand."""

    def __init__(self, printed: str) -> None:
        self.printed = printed
        self.lower = in_lower_case(printed)
        self.places = [i for i, c in enumerate(self.lower) if c not in DROPPED]
        self.letters = "".join(self.lower[i] for i in self.places)

    def after(self, count: int) -> int:
        """Where the text goes on after so many letters."""
        return self.places[count - 1] + 1

    def splits_word(self, position: int) -> bool:
        """Would a cut here go through a Latin word?"""
        around = self.lower[position - 1 : position + 1]
        return len(around) > 1 and around.isascii() and around.isalpha()


def match_label(text: str) -> LabelMatch | None:
    """Return which model's name `text` wholly is, or None.

    Numbering, emoji, colons, 回答, a version and bracketed additions may stand around the name. Running
    text that holds a name (豆包编程入门) is none.
    """
    line = read_line(text)
    return match_line(line) if line else None


def match_line(line: Line) -> LabelMatch | None:
    """As `match_label`, for a line that was read already."""
    decoration = line.decoration
    name = _find_name(line.core)
    if name is None and line.bracketed:
        name = _find_name(line.bracketed)
        decoration = decoration or "brackets"
    if name is None:
        return None
    version = name.version
    for addition in line.additions:
        version = version or _version_in_brackets(name.known, addition)
    return LabelMatch(
        model=name.known.model.id,
        version=version,
        says_answer=line.says_answer,
        decoration=decoration,
        ordinary=name.ordinary,
    )


def _find_name(printed: str) -> _Name | None:
    text = _Text(printed)
    if not text.letters:
        return None
    models = in_use()
    for pattern, known in models.versions:
        found = pattern.fullmatch(text.lower)
        if found:
            return _Name(known, printed[found.start("version") : found.end("version")], ordinary=False)
    longest = models.longest
    starts = [0, *(n for n in range(1, longest + 1) if text.letters[:n] in models.makers)]
    for start in starts:
        for end in range(min(start + longest, len(text.letters)), start, -1):
            name = _name_at(models, text, start, end)
            if name is not None:
                return name
    return None


def _name_at(models: Models, text: _Text, start: int, end: int) -> _Name | None:
    known = models.known.get(text.letters[start:end])
    if known is None or (start and text.letters[:start] not in known.names):
        return None
    if start and text.splits_word(text.after(start)):
        return None
    tail = _read_tail(text, text.after(end), known)
    if tail is None:
        return None
    ordinary = text.letters[start:end] in known.words and not start
    if ordinary and tail.isdigit():
        return None
    return _Name(known, tail or None, ordinary)


def _read_tail(text: _Text, position: int, known: Known) -> str | None:
    """Return the version printed from `position` on, "" for none; None where more than that stands there."""
    versions: list[tuple[int, int]] = []
    while True:
        gap = _GAP.match(text.lower, position)
        glued = gap is None or gap.end() == position
        position = gap.end() if gap else position
        if position >= len(text.lower):
            break
        inside_word = glued and text.splits_word(position)
        part = _NUMBER.match(text.lower, position)
        if part is None and versions:
            part = _BUILD.match(text.lower, position)
        if part is None and not inside_word:
            part = _EDITION.match(text.lower, position)
        if part is not None:
            versions.append(part.span())
            position = part.end()
            continue
        end = None if inside_word else _further_name(text, position, known)
        if end is None:
            return None
        position = end
    return _printed_version(text.printed, versions)


def _further_name(text: _Text, position: int, known: Known) -> int | None:
    """Where a description, or another name of the same model, that starts at `position` ends."""
    description = _DESCRIPTION.match(text.lower, position)
    if description:
        return description.end()
    first = text.places.index(position) if position in text.places else len(text.places)
    for end in range(min(first + in_use().longest, len(text.letters)), first, -1):
        if text.letters[first:end] in known.names and not text.splits_word(text.after(end)):
            return text.after(end)
    return None


def _printed_version(printed: str, spans: list[tuple[int, int]]) -> str:
    """The printed versions: one stretch where only blanks or hyphens stand between them."""
    version = ""
    end = 0
    for start, stop in spans:
        between = printed[end:start] if version else ""
        version += between if not between.strip(" -_.") else " "
        version += printed[start:stop]
        end = stop
    return version


def _version_in_brackets(known: Known, addition: str) -> str | None:
    """The version that brackets hold; a bare number counts rounds.

    `4.0` of 文心一言（4.0） and ChatGPT（GPT-4.0）; `DeepSeek R1`, whole, of 元宝（DeepSeek R1）.
    """
    for part in re.split(r"[,、;/|]", addition):
        piece = part.strip()
        if not piece or piece.isdigit():
            continue
        name = _find_name(piece)
        if name is not None and name.version:
            return name.version if name.known.model.id == known.model.id else piece
        version = _read_tail(_Text(piece), 0, known)
        if version:
            return version
    return None
