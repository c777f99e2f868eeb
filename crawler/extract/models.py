"""The models known by name, and whether a line is wholly the name of one."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from functools import cache, cached_property
from importlib import resources
from typing import Any

from crawler.extract.labels import Line, read_line

_LISTS = ("aliases", "makers", "words", "versions")
_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,40}")
_LONGEST_ENTRY = 200
_DROPPED = frozenset(" -_·・‧•")
"""Characters that do not tell one name from another."""
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
class Model:
    """One model or assistant, a row of `models.toml`."""

    id: str
    name: str
    vendor: str
    aliases: tuple[str, ...]
    """Every name that a label may give it."""
    makers: tuple[str, ...] = ()
    """What may stand beside the name without being one."""
    words: tuple[str, ...] = ()
    """Those aliases that are ordinary words too."""
    versions: tuple[str, ...] = ()
    """Patterns of names that are versions themselves, such as o1."""


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


def fold_name(name: str) -> str:
    """Return the form in which two spellings of a name are equal."""
    return "".join(c for c in _lower(unicodedata.normalize("NFKC", name)) if c not in _DROPPED)


def _lower(text: str) -> str:
    """Lower case with every character at its place."""
    return "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


def read_rows(rows: Iterable[Mapping[str, Any]]) -> tuple[Model, ...]:
    """Return models as the TOML tables of `models.toml` say; raises ValueError for what is no such table."""
    return tuple(map(_model, rows))


def _model(row: Mapping[str, Any]) -> Model:
    lists = {name: row.get(name, []) for name in _LISTS}
    texts = {name: row.get(name, "") for name in ("id", "name", "vendor")}
    for name in row.keys() - {*lists, *texts}:
        raise ValueError(f"a model has no {name}; it has {', '.join([*texts, *lists])}")
    if not all(isinstance(text, str) for text in texts.values()) or not _ID.fullmatch(texts["id"]):
        raise ValueError("a model needs an id of lower-case letters, digits and hyphens, such as my-model")
    for name, value in lists.items():
        if not isinstance(value, list) or not all(map(_is_short, value)):
            raise ValueError(
                f"{texts['id']}: {name} is a list of texts of at most {_LONGEST_ENTRY} characters"
            )
    for pattern in lists["versions"]:
        _check_version(texts["id"], pattern)
    aliases = [*lists["aliases"], *([texts["name"]] if texts["name"] not in lists["aliases"] else [])]
    return Model(
        id=texts["id"],
        name=texts["name"],
        vendor=texts["vendor"],
        aliases=tuple(alias for alias in aliases if alias),
        makers=tuple(lists["makers"]),
        words=tuple(lists["words"]),
        versions=tuple(lists["versions"]),
    )


def _is_short(text: object) -> bool:
    return isinstance(text, str) and 0 < len(text) <= _LONGEST_ENTRY


def _check_version(owner: str, pattern: str) -> None:
    try:
        groups = re.compile(pattern).groupindex
    except re.error as error:
        raise ValueError(f"{owner}: {pattern!r} is no regular expression: {error}") from error
    if "version" not in groups:
        raise ValueError(f"{owner}: {pattern!r} needs a group (?P<version>…)")


@dataclass(frozen=True, slots=True)
class _Known:
    """A model made ready for matching."""

    model: Model
    names: frozenset[str]
    """Folded aliases and makers: what may follow its name."""
    words: frozenset[str]


def _known(model: Model) -> _Known:
    return _Known(
        model,
        frozenset(map(fold_name, (*model.aliases, *model.makers))),
        frozenset(map(fold_name, model.words)),
    )


@dataclass(frozen=True)
class Models:
    """A table of models, with what matching needs of it."""

    rows: tuple[Model, ...]
    """In the order of `models.toml`, a user's own after them."""

    @cached_property
    def by_id(self) -> dict[str, Model]:
        """The rows by their ids."""
        return {model.id: model for model in self.rows}

    @cached_property
    def names(self) -> str:
        """A regular expression for every alias that is no ordinary word, the longest first."""
        named = {alias for model in self.rows for alias in model.aliases if alias not in model.words}
        return "|".join(map(re.escape, sorted(named, key=lambda name: (-len(name), name))))

    @cached_property
    def known(self) -> dict[str, _Known]:
        """Every folded alias, and whose it is."""
        return {fold_name(alias): _known(model) for model in self.rows for alias in model.aliases}

    @cached_property
    def mention(self) -> re.Pattern[str]:
        """What finds any alias in lower-case text, where it is not a part of a Latin word."""
        return re.compile(_any_of(self.known, start="(?<![a-z][a-z])"))

    @cached_property
    def versions(self) -> list[tuple[re.Pattern[str], _Known]]:
        """The patterns of names that are versions themselves."""
        return [(re.compile(pattern), _known(model)) for model in self.rows for pattern in model.versions]

    @cached_property
    def makers(self) -> frozenset[str]:
        """What may stand before a name, folded."""
        return frozenset(fold_name(maker) for model in self.rows for maker in model.makers)

    @cached_property
    def longest(self) -> int:
        """Letters of the longest alias or maker, folded."""
        return max(map(len, (*self.known, *self.makers)))

    def with_own(self, own: Iterable[Model]) -> Models:
        """Return the table with a user's own rows: new models, or further names of those that are there.

        Raises ValueError for an alias that two models claim.
        """
        merged = dict(self.by_id)
        for model in own:
            there = merged.get(model.id)
            merged[model.id] = _joined(there, model) if there else model
        owners: dict[str, str] = {}
        for model in merged.values():
            if not model.name:
                raise ValueError(f"{model.id} is no model that wencun knows: give it a name too")
            for alias in model.aliases:
                owner = owners.setdefault(fold_name(alias), model.id)
                if owner != model.id:
                    raise ValueError(f"{alias!r} is a name of {owner} already, and of {model.id} too")
        return Models(tuple(merged.values()))


def _joined(there: Model, own: Model) -> Model:
    """A model with the further names that a user gives it; its own name and vendor stay."""
    further: dict[str, Any] = {
        name: tuple(dict.fromkeys((*getattr(there, name), *getattr(own, name)))) for name in _LISTS
    }
    return replace(there, **further)


@cache
def _built_in() -> Models:
    source = resources.files("crawler.extract").joinpath("models.toml").read_text(encoding="utf-8")
    return Models(read_rows(tomllib.loads(source)["models"]))


BUILT_IN: Models = _built_in()
"""Every model of `models.toml`."""
_IN_USE: ContextVar[Models] = ContextVar("models", default=BUILT_IN)


def in_use() -> Models:
    """Return the table that names are looked up in: the built-in one, or that of `using`."""
    return _IN_USE.get()


@contextmanager
def using(models: Models) -> Iterator[None]:
    """Look names up in this table inside the block, in this thread alone."""
    token = _IN_USE.set(models)
    try:
        yield
    finally:
        _IN_USE.reset(token)


def _any_of(names: Iterable[str], *, start: str = "") -> str:
    """A regular expression that finds any of `names`, letter by letter; `start` holds after the first."""
    branches: dict[str, list[str]] = {}
    for name in names:
        branches.setdefault(name[:1], []).append(name[1:])
    ends = branches.pop("", None) is not None
    found = [
        re.escape(first) + start + (_BETWEEN if any(rest) else "") + _any_of(rest)
        for first, rest in branches.items()
    ]
    return f"(?:{'|'.join(found + [_NO_WORD] * ends)})"


_BETWEEN = f"[{re.escape(''.join(sorted(_DROPPED)))}]*"
_NO_WORD = r"(?:(?<![a-z])|(?![a-z](?![a-z]?[0-9])))"
"""What ends a name: no further letter of a Latin word, but for a glued version, as in Kimik1.5."""


def may_name_model(text: str) -> bool:
    """Does `text` hold a model's name? False means that no part of it is a label."""
    lower = unicodedata.normalize("NFKC", text).lower()
    models = in_use()
    return models.mention.search(lower) is not None or any(
        pattern.search(lower) for pattern, _ in models.versions
    )


@dataclass(frozen=True, slots=True)
class _Name:
    known: _Known
    version: str | None
    ordinary: bool


class _Text:
    """A line in lower case, with its letters that tell names apart and where they stand."""

    def __init__(self, printed: str) -> None:
        self.printed = printed
        self.lower = _lower(printed)
        self.places = [i for i, c in enumerate(self.lower) if c not in _DROPPED]
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


def _read_tail(text: _Text, position: int, known: _Known) -> str | None:
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


def _further_name(text: _Text, position: int, known: _Known) -> int | None:
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


def _version_in_brackets(known: _Known, addition: str) -> str | None:
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
