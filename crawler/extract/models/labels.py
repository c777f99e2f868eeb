"""Takes the dressing off a short line: numbering, emoji, brackets, literal Markdown, and the word 回答."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from crawler.extract.text.folding import folded

MAX_LENGTH = 60
"""Code points of the longest line that can be a label."""

_PAIRS = dict(zip('([{<【「『〔〖《〈“‘"', ')]}>】」』〕〗》〉”’"', strict=True))
_CIRCLED = re.compile(r"[\u2460-\u2473\u2776-\u277f\u2780-\u2793]|[0-9]\ufe0f?\u20e3")
_PICTURES = {"So", "Sk", "Cf", "Co", "Cs", "Cn", "Cc"}
_KEPT_SYMBOLS = set("`^")
_HASHES = re.compile(r"(#{1,6})(?:\s+(?=[^#\s])|(?![#0-9\s])(?=.))")
_EMPHASIS = re.compile(r"\*{1,3}|_{1,3}")
_NUMBER = "[0-9]{1,2}|[一二三四五六七八九十]{1,3}"
_NUMBERING = re.compile(
    rf"""
      [0-9]{{1,2}}(?:\.[0-9]{{1,2}}){{0,3}}\s*[.、,:)]\s*(?![0-9])     # 1.  1.2.  1、  1)
    | [0-9]{{1,2}}(?:\.[0-9]{{1,2}}){{0,3}}\s+(?=[^\W\d])             # 1 豆包, 1.1 豆包
    | [(\[](?:{_NUMBER})[)\]]\s*                                      # (1)  （二）
    | 第?[一二三四五六七八九十]{{1,3}}\s*[、.,:)]\s*                  # 一、
    | (?:[ivx]{{1,4}}|[a-h])\s*[、.:)]\s*                             # IV.  A、
    | (?:(?:q|no\.?|模型|选手|回答|答案|回复|model|answer)\s*(?:{_NUMBER}|[a-h])|ai\s*[1-9])
      (?![0-9a-z])\s*[、.:)\-]?\s*                                    # Q1
    | [#№]\s?[0-9]{1, 2}(?![0-9])\s*[、.:)]?\s*                           # #1
    | (?:大?模型|ai|a|model|answer|回答者|回答|答)\s*:\s*             # 模型：豆包
    """,
    re.IGNORECASE | re.VERBOSE,
)
_SAYS_ANSWER = re.compile(
    r"(?<!\s)\s*+(?:'s\b|的|给出的?|生成的?|做出的?)?\s*+(?:(?:第[一二三四五1-5]次|原始|完整|详细|最终)的?)?"
    r"(?:回答|答案|回复|解答|答复|作答|回应|输出(?=内容|结果|如下)|(?<=的)输出"
    r"|\banswers?|\bresponse|\breply|\breplies|\bsays|(?<![直问])答)"
    r"(?:内容|结果|原文|全文)?(?:如下|是|为|道|[1-9])?\s*:?$"
    r"|(?<!\s)\s*+是?(?:这样|这么|如此)(?:回答|回复|作答|答)的?\s*:?$",
    re.IGNORECASE,
)
_SPEAKS = re.compile(
    r"(?<!\s)\s*+(?:是?(?:这样|这么|如是)?(?:说|写)道?的?|认为|表示|的?输出|的(?:看法|观点|解释|说法|作品))\s*:?$"
)
"""What stands behind a name too, and not only where a question was put."""
_INTRODUCTION = re.compile(
    r"(?:(?:首先|先|第[一二三四五六七八九十]个|接着|接下来|然后|其次|再|最后|下面|以下|如下|这里?|而){0,2}"
    r"(?:让?我们)?(?:先|再)?(?:来)?(?:看一?看|看一?下|看|听听)?(?:就)?(?:是|为)?(?:来自|由)?\s*"
    r"|(?:the )?(?:answer|response|reply) (?:from|by|of) )",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Line:
    """A short line without its dressing."""

    core: str
    """What is left, NFKC; bracketed additions are taken out."""
    additions: tuple[str, ...] = ()
    """What stood in brackets, in order."""
    bracketed: str | None = None
    """Where the line starts with brackets: the line with them opened instead of taken out."""
    says_answer: bool = False
    """Did 回答, 的回答, 答 or the like stand after it?"""
    decoration: str = ""
    """`brackets` or `markdown` around the whole, `#` to `######` of a literal Markdown heading, else ""."""


def read_line(text: str) -> Line | None:
    """Return the line without its dressing; None where it is too long for a label, or nothing is left."""
    text = text.strip()
    if not 0 < len(text) <= MAX_LENGTH:
        return None
    rest = _plain(text)
    decoration = ""
    hashes = _HASHES.match(rest)
    if hashes:
        decoration = hashes[1]
        rest = rest[hashes.end() :].rstrip("# ")
    for _ in range(4):
        before = rest
        rest = rest.strip(" :-—–|•·▪=~")
        numbering = _NUMBERING.match(rest)
        rest = rest[numbering.end() :] or rest if numbering else rest
        rest, emphasised = _without_emphasis(rest)
        rest, in_brackets = _without_outer_brackets(rest)
        if emphasised or in_brackets:
            decoration = decoration or ("markdown" if emphasised else "brackets")
        if rest == before:
            break
    return _line(rest, decoration) if rest else None


def _plain(text: str) -> str:
    """The text as NFKC with blanks folded and without emoji; circled numbers become `1. `."""
    text = _CIRCLED.sub("1. ", text)
    kept = "".join(c if unicodedata.category(c) not in _PICTURES or c in _KEPT_SYMBOLS else " " for c in text)
    return " ".join(unicodedata.normalize("NFKC", kept).split())


def _without_emphasis(text: str) -> tuple[str, bool]:
    marker = _EMPHASIS.match(text)
    if not marker or text.count(marker[0]) != 2:  # noqa: PLR2004 -- one opens, one closes
        return text, False
    return text.replace(marker[0], "").strip(), True


def _without_outer_brackets(text: str) -> tuple[str, bool]:
    closing = _PAIRS.get(text[:1])
    if closing is None or text.find(closing, 1) != len(text) - 1:
        return text, False
    return text[1:-1].strip(), True


def _line(rest: str, decoration: str) -> Line:
    outside, additions = _split_brackets(rest)
    core, says_answer = _without_answer(outside)
    bracketed = None
    if additions and rest[0] in _PAIRS:
        opened = f"{additions[0]} {outside}"
        bracketed, says = _without_answer(opened)
        says_answer = says_answer or says
    return Line(core, tuple(additions), bracketed, says_answer, decoration)


def _without_answer(text: str) -> tuple[str, bool]:
    text = text.strip(" :-—–|")
    plain = folded(text)
    found = _SAYS_ANSWER.search(plain)
    if not found:
        spoken = _SPEAKS.search(plain)
        return (text[: spoken.start()].strip(" :-—–|") or text, False) if spoken else (text, False)
    text, plain = text[: found.start()], plain[: found.start()]
    introduction = _INTRODUCTION.match(plain)
    return text[introduction.end() if introduction else 0 :].strip(" :-—–|"), True


def _split_brackets(text: str) -> tuple[str, list[str]]:
    """Return what stands outside of brackets, and what stands in each."""
    outside: list[str] = []
    additions: list[str] = []
    position = 0
    while position < len(text):
        closing = _PAIRS.get(text[position])
        end = text.find(closing, position + 1) if closing else -1
        if end < 0:
            outside.append(text[position])
            position += 1
        else:
            additions.append(text[position + 1 : end].strip())
            outside.append(" ")
            position = end + 1
    return " ".join("".join(outside).split()), additions
