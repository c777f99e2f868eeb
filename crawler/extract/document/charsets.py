"""Which encoding the bytes of a page are in, where no label can be believed.

Most Chinese text decodes without an error under several encodings. What tells them apart is the reading:
under the right one most characters are among the few hundred that every text is made of, under a wrong one
rare characters, kana and signs stand in their place.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from crawler.extract.text.simplified import simplified

_LABELS = re.compile(
    r"utf-8|gb18030|big5\w*|cp9(?:32|49|50)|shift_jis\w*|euc_\w+|johab|cp125\d|iso8859-\d+|koi8-\w|cp8(?:66|74)|tis-620"
)
"""Codecs that pages are written in. UTF-16 is no label to go by, but shows itself in the bytes."""
_WIDER = {"gb2312": "gb18030", "gbk": "gb18030", "iso8859-1": "cp1252", "ascii": "utf-8", "big5": "cp950"}
"""What is written under a narrow name: GBK text declared as GB2312 is the rule, not the exception."""
_ALWAYS = ("utf-8", "gb18030", "cp950", "cp1252")
"""What is tried whatever a label says."""
_DOUBLE_BYTE = frozenset({"gb18030", "cp950", "big5hkscs"})

_COMMON = frozenset(
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行"
    "学法所民得经十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开它合还因由其些然前"
    "外天政四日那社义事平形相全表间样与关各重新线内数正心反你明看原又么利比或但质气第向道命此变条只没结解问意建月公无系军"
    "很情者最立代想已通并提直题党程展五果料象员革位入常文总次品式活设及管特件长求老头基资边流路级少图山统接知较将组见计别她"
    "手角期根论运农指几九区强放决西被干做必战先回则任取据处队南给色光门即保治北造百规热领七海口东导器压志世金增争济阶油思术"
    "极交受联什认六共权收证改清己美再采转更单风切打白教速花带安场身车例真务具万每目至达走积示议声报斗完类八离华名确才科张信"
    "马节话米整空元况今集温传土许步群广石记需段研界拉林律叫且究观越织装影算低持音众书布复容儿须际商非验连断深难近矿千周委素"
    "技备半办青省列习响约支般史感劳便团往酸历市克何除消构府称太准精值号率族维划选标写存候毛亲快效斯院查江型眼王按格养易置派"
    "层片始却专状育厂京识适属圆包火住调满县局照参红细引听该铁价严首底液官德随病苏失尔死讲配女黄推显谈罪神艺呢席含企望密批营"
    "项防举球英氧势告李台落木帮轮破亚师围注远字材排供河态封另施减树溶怎止案言士均武固叶鱼波视仅费紧爱左章早朝害续轻服试食充"
    "兵源判护司足某练差致板田降黑犯负击范继兴似余坚曲输修故城夫够送笔船占右财吃富春职觉汉画功巴跟虽杂飞检吸助升阳互初创抗考"
    "投坏策古径换未跑留钢曾端责站简述钱副尽帝射草冲承独令限环码函模训网络框架服务器序请您吗户端测"
)
_PUNCTUATION = frozenset("，。、；：？！“”‘’（）《》【】「」『』…—·～　")
_GARBLED = re.compile(
    "锟斤拷|锘库|ï¿½|ï»¿|[ãäåæçèé][\x80-\xbf\u0152-\u0192\u02c6-\u02dc\u2013-\u2122][\x80-\xbf\u0152-\u0192\u02c6-\u02dc\u2013-\u2122]"
)
_GARBLED_SIGNS = ("锟斤拷", "锘库", "ï", "ã", "ä", "å", "æ", "ç", "è", "é")
_MOST_GARBLED = 0.005
"""Of the characters; articles about mojibake show some."""
_FEW_GARBLED = 2
_MOST_LOST = 0.001
"""Of the characters of a text may be U+FFFD before it is doubtful."""

_FAULT, _ABSURD, _RARE, _ODD = -2.0, -2.0, -0.7, -0.3
_PLAUSIBLE, _USUAL, _FAMILIAR = 0.3, 0.8, 1.0
_WEIGHTS_BY_RANGE = (
    (0x80, 0x9F, _ABSURD),  # controls
    (0x3040, 0x30FF, 0.1),  # kana
    (0x0430, 0x044F, 0.4),  # small Cyrillic letters
    (0x2000, 0x206F, _PLAUSIBLE),  # punctuation
    (0x2190, 0x22FF, _PLAUSIBLE),  # arrows, mathematics
    (0x2460, 0x24FF, _PLAUSIBLE),  # numbers in circles
    (0x2500, 0x259F, 0.0),  # frames
    (0x25A0, 0x27BF, _PLAUSIBLE),  # shapes, signs
    (0xAC00, 0xD7A3, 0.5),  # Hangul
    (0xE000, 0xF8FF, _ABSURD),  # private use
    (0xFF01, 0xFF5E, _PLAUSIBLE),  # wide Latin letters
    (0x1F300, 0x1FAFF, _PLAUSIBLE),  # emoji
)
_HANZI = range(0x3400, 0xA000)
_LATIN = range(0xA0, 0x180)
_LONE_LATIN = re.compile("(?<![\x80-\uffff])[\xa0-\u017f](?![\x80-\uffff])")
_HIGH = re.compile(rb"[\x80-\xff]")
_SAMPLE = 2**18
"""Bytes, from the first that is not ASCII: so many tell the encoding."""
_VALID = 0.5
"""What speaks for UTF-8 in bytes that are valid UTF-8."""
_DECLARED = 0.15
"""What speaks for an encoding that a label names."""
_UNCALLED = -0.1
"""What speaks against Latin letters that no label names."""
_MARGIN = 0.2
"""Where the next best reading is nearer than this, the choice is doubtful."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """The reading that fits some bytes best."""

    encoding: str
    text: str
    is_doubtful: bool
    """Does another reading fit nearly as well, or none well?"""


def codec_of(label: str | None) -> str | None:
    """Return the name of the codec that pages with this charset label are in; None for no such codec."""
    if label is None:
        return None
    try:
        name = codecs.lookup(label).name
    except (LookupError, ValueError):
        return None
    name = _WIDER.get(name, name)
    return name if _LABELS.fullmatch(name) else None


def choose(body: bytes, declared: Iterable[str]) -> Choice:
    """Return the best reading of `body`: of the declared codecs and of those that Chinese pages are in."""
    labelled = list(dict.fromkeys(declared))
    sample = _sample(body)
    readings: dict[str, tuple[float, str]] = {}
    for name in dict.fromkeys((*labelled, *_ALWAYS)):
        text = sample.decode(name, "replace")
        score = plausibility(text) + (_DECLARED if name in labelled else 0)
        if name == "utf-8" and "\ufffd" not in text:
            score += _VALID
        elif name == "cp1252" and name not in labelled:
            score += _UNCALLED
        readings[name] = (score, text)
    best = max(readings, key=lambda name: readings[name][0])
    score, text = readings[best]
    rivals = [rival for rival, other in readings.values() if other != text]
    doubtful = score < 0 or (best not in labelled and score - max(rivals, default=-2.0) < _MARGIN)
    doubtful = doubtful or score - max(rivals, default=-2.0) < _MARGIN / 2
    text, is_mended = _read(body, best)
    return Choice(encoding=best, text=text, is_doubtful=doubtful or is_mended)


def plausibility(text: str) -> float:
    """Return how much `text` looks like something written: 1 for plain Chinese, under 0 for mojibake.

    Counts what is not ASCII only; 0 where all is.
    """
    counts = Counter(text)
    for code in [character for character in counts if character < "\x80"]:
        del counts[code]
    total = counts.total()
    if not total:
        return 0.0
    lone = Counter(_LONE_LATIN.findall(text))
    weights = _weights(counts)
    score = sum(weight * counts[character] for character, weight in weights.items())
    score += sum((_USUAL - weights[character]) * number for character, number in lone.items())
    return score / total


def is_garbled(text: str) -> bool:
    """Is `text`, rightly decoded, made of what a wrong decoding left behind, or full of U+FFFD?"""
    if text.count("\ufffd") > _MOST_LOST * len(text):
        return True
    if text.isascii() or not any(sign in text for sign in _GARBLED_SIGNS):
        return False
    found = len(_GARBLED.findall(text))
    return found > _FEW_GARBLED and 3 * found > _MOST_GARBLED * len(text)


def _sample(body: bytes) -> bytes:
    first = _HIGH.search(body)
    start = first.start() if first else 0
    return body[start : start + _SAMPLE]


def _weights(characters: Iterable[str]) -> dict[str, float]:
    known = list(characters)
    folded = simplified("\n".join(known)).split("\n")
    if len(folded) != len(known):
        folded = known
    return {one: _weight(one, plain) for one, plain in zip(known, folded, strict=True)}


def _weight(character: str, plain: str) -> float:
    """What one character says for a reading; `plain` is its Simplified form."""
    if plain in _COMMON:
        return _FAMILIAR
    if character in _PUNCTUATION:
        return _USUAL
    code = ord(character)
    if code in _HANZI:
        return _PLAUSIBLE if _is_of_first_level(plain) else _RARE
    if character == "\ufffd":
        return _FAULT
    if code in _LATIN:
        return _RARE
    if unicodedata.category(character) in {"Cn", "Cs"}:
        return _ABSURD
    return next((weight for low, high, weight in _WEIGHTS_BY_RANGE if low <= code <= high), _ODD)


def _is_of_first_level(character: str) -> bool:
    """Is it one of the 3,755 characters that GB 2312 puts first?"""
    return b"\xb0" <= character.encode("gb2312", "replace")[:1] <= b"\xd7"


# --- half characters -------------------------------------------------------------------------------------

_STRETCH = re.compile(rb"[\x80-\xff][^\x00-\x2f\x3a-\x3f]*")
"""To the next byte that is no part of a longer character: there a decoder is in step again."""
_SUSPECT = -0.7
_LOST_BYTE = -2.5
_MOST_MENDED = 50_000
"""Bytes of one page that are looked through for a lost half."""


def _read(body: bytes, encoding: str) -> tuple[str, bool]:
    """The text, and whether some of it is lost.

    A half character is to cost itself only, and not the line behind it: in UTF-8 every decoder falls into
    step at once, but in GBK and Big5 what is left of it pairs with its neighbour.
    """
    text = body.decode(encoding, "replace")
    if encoding not in _DOUBLE_BYTE:
        return text, False
    weights = _weights(character for character in set(text) if character >= "\x80")
    if not _is_suspect(text, weights):
        return text, False
    left, end = _MOST_MENDED, 0
    mended: list[str] = []
    for stretch in _STRETCH.finditer(body):
        shown = stretch[0].decode(encoding, "replace")
        if left > len(stretch[0]) and _is_suspect(shown, weights):
            left -= len(stretch[0])
            shown = _in_step(stretch[0], encoding)
        mended += body[end : stretch.start()].decode("ascii"), shown
        end = stretch.end()
    text = "".join(mended) + body[end:].decode("ascii")
    return text, "\ufffd" in text


def _is_suspect(text: str, weights: dict[str, float]) -> bool:
    """Does a stretch of it look wrong?"""
    low = 0.0
    for character in text:
        if character >= "\x80":
            low = min(0.0, low + weights.get(character, _RARE) - 0.1)
            if low < _SUSPECT:
                return True
    return False


def _in_step(part: bytes, encoding: str) -> str:
    """The best way to divide some bytes into characters and lost halves, found from the end."""
    size = len(part)
    best: list[tuple[float, str]] = [(0.0, "")] * (size + 1)
    widths = [0] * (size + 1)
    for start in range(size - 1, -1, -1):
        ways = [(_LOST_BYTE + best[start + 1][0], "\ufffd", 1)]
        if part[start] < 0x80:  # noqa: PLR2004 -- ASCII
            ways = [(best[start + 1][0], chr(part[start]), 1)]
        else:
            for width in (2, 4):
                one = part[start : start + width].decode(encoding, "ignore")
                if start + width <= size and len(one) == 1 and one >= "\x80":
                    ways.append((_single_weight(one) + best[start + width][0], one, width))
        score, one, widths[start] = max(ways)
        best[start] = (score, one)
    text, at = [], 0
    while at < size:
        text.append(best[at][1])
        at += widths[at]
    return "".join(text)


@lru_cache(maxsize=8192)
def _single_weight(character: str) -> float:
    return _weights([character])[character]
