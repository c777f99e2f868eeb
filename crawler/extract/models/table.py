"""The table of models: the rows of `models.toml` and a user's own, with what matching needs of them."""

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

_LISTS = ("aliases", "makers", "words", "versions")
_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,40}")
_LONGEST_ENTRY = 200
DROPPED = frozenset(" -_·・‧•")
"""Characters that do not tell one name from another."""


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


def fold_name(name: str) -> str:
    """Return the form in which two spellings of a name are equal."""
    return "".join(c for c in in_lower_case(unicodedata.normalize("NFKC", name)) if c not in DROPPED)


def in_lower_case(text: str) -> str:
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
class Known:
    """A model made ready for matching."""

    model: Model
    names: frozenset[str]
    """Folded aliases and makers: what may follow its name."""
    words: frozenset[str]


def _known(model: Model) -> Known:
    return Known(
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
    def known(self) -> dict[str, Known]:
        """Every folded alias, and whose it is."""
        return {fold_name(alias): _known(model) for model in self.rows for alias in model.aliases}

    @cached_property
    def mention(self) -> re.Pattern[str]:
        """What finds any alias in lower-case text, where it is not a part of a Latin word."""
        return re.compile(_any_of(self.known, start="(?<![a-z][a-z])"))

    @cached_property
    def versions(self) -> list[tuple[re.Pattern[str], Known]]:
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
    source = resources.files("crawler.extract.models").joinpath("models.toml").read_text(encoding="utf-8")
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


_BETWEEN = f"[{re.escape(''.join(sorted(DROPPED)))}]*"
_NO_WORD = r"(?:(?<![a-z])|(?![a-z](?![a-z]?[0-9])))"
"""What ends a name: no further letter of a Latin word, but for a glued version, as in Kimik1.5."""
