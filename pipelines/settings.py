"""The archive's `wencun.toml`, read table by table, with what is wrong in it named."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipelines.errors import WencunError

Readers = Mapping[str, Callable[[Any], Any]]
"""How each setting of a table is read; every one raises TypeError or ValueError for what it cannot be."""


class BadSettings(WencunError):  # noqa: N818 -- names a state of the world, as its siblings do
    """`wencun.toml` cannot be read, or holds something that is no setting."""

    exit_code = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveSettings:
    """The table `[archive]`: what is kept, and where that may be."""

    images: bool = False
    """Are the images of articles kept too, in the WARC files?"""
    allow_network_fs: bool = False
    """May the archive lie on a file system that other machines share? SQLite then does without its log."""
    cold: tuple[Path, ...] = ()
    """Where closed WARC files may have been moved to, absolute."""


def read_archive_settings(path: Path) -> ArchiveSettings:
    """Return the table `[archive]` of the settings at `path`; raises BadSettings."""
    readers: Readers = {"images": _flag, "allow_network_fs": _flag, "cold": _directories}
    return ArchiveSettings(**read_table(path, "archive", readers))


def read_table(path: Path, name: str, readers: Readers) -> dict[str, Any]:
    """Return the settings of one table that are there; raises BadSettings with what is wrong where."""
    table = read_tables(path).get(name, {})
    values: dict[str, Any] = {}
    for key, value in table.items() if isinstance(table, dict) else [(name, table)]:
        if key not in readers:
            raise BadSettings(f"{path}: [{name}] has no {key}; it has {', '.join(readers)}")
        try:
            values[key] = readers[key](value)
        except (TypeError, ValueError) as error:
            raise BadSettings(f"{path}: [{name}] {key} = {value!r}: {error}") from error
    return values


def read_tables(path: Path) -> dict[str, Any]:
    """Return everything in the settings at `path`, nothing where there are none; raises BadSettings."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise BadSettings(f"{path}: {error}") from error


def _directories(values: Any) -> tuple[Path, ...]:
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise TypeError('write a list of directories: ["/mnt/cold"]')
    paths = tuple(Path(value).expanduser() for value in values)
    if not all(path.is_absolute() for path in paths):
        raise ValueError("write absolute paths")
    return paths


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError("write true or false")
    return value
