"""What else may hold an erased page: copies of the database and exports, in the archive or elsewhere.

wencun takes away what it can make again. What its user made, or nobody can make again, is named and left.
"""

from __future__ import annotations

import gzip
import os
import re
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path

from pipelines import durable
from pipelines.archive import Archive
from pipelines.database_copy import clear_parts
from pipelines.database_file import refuse_foreign
from pipelines.errors import WencunError
from pipelines.given_out import noted
from pipelines.schema import SCHEMA_VERSION
from pipelines.warc.places import Places

_CHUNK = 1024 * 1024
_OVERLAP = 4096
"""Bytes: longer names are cut off, and found by their beginnings."""
_CLOSED = (".parquet", ".zst")
"""Endings of files that are packed so that they cannot be searched."""


def of_upgrades(archive: Archive) -> list[Path]:
    """Return the copies of the database that upgrades kept; an older wencun can make it anew."""
    return sorted(archive.root.glob(f"{archive.database_path.name}.before-[0-9]*"))


def of_repairs(archive: Archive) -> list[Path]:
    """Return the copies of the database that `repair` kept, but for those of an earlier schema."""
    return sorted(filter(_is_of_today, archive.root.glob(f"{archive.database_path.name}.before-repair-*Z")))


def take_away(archive: Archive) -> list[Path]:
    """Take away the copies that wencun kept for itself; return those that were whole."""
    clear_parts(archive.root)
    found = of_upgrades(archive)
    for path in found:
        durable.unlink(path)
    return found


def holding(archive: Archive, places: Places, names: Iterable[str]) -> Iterator[tuple[Path, str]]:
    """Yield the other files that name a page, or may, and which of the two it is.

    These are all in the archive's directory, and what wencun wrote elsewhere.

    `names`: URLs and keys, looked for as they are, also in gzip files.
    """
    patterns = (re.escape(name.partition("://")[2] or name).encode() for name in names)
    wanted = re.compile(b"(?:" + b"|".join(pattern[:_OVERLAP] for pattern in patterns) + rb")(?![\w%-])")
    for path in (*sorted(archive.root.rglob("*")), *noted(archive)):
        if not path.parent.is_dir():
            yield path, "cannot be reached, and may name it"
        elif path.is_file() and not _is_of_archive(archive, places, path):
            if not os.access(path, os.R_OK):
                yield path, "cannot be read, and may name it"
            elif path.name.endswith(_CLOSED):
                yield path, "cannot be searched, and may name it"
            elif _holds(path, wanted):
                yield path, "names it"


def _is_of_archive(archive: Archive, places: Places, path: Path) -> bool:
    """Is it a file whose content an erasure itself takes care of?"""
    own = {archive.database_path.name + ending for ending in ("", "-wal", "-shm", "-journal")}
    own |= {each.name for each in (archive.journal_path, *of_upgrades(archive), *of_repairs(archive))}
    own.add("archive.lock")
    is_of_records = path.parent in {places.directory, *places.cold} and ".warc.gz" in path.name
    return is_of_records or (path.parent == archive.root and path.name in own)


def _is_of_today(path: Path) -> bool:
    try:
        return refuse_foreign(path) == SCHEMA_VERSION
    except WencunError:
        return False


def _holds(path: Path, wanted: re.Pattern[bytes]) -> bool:
    """Is the pattern in a file, or in what it unpacks to, as far as it can be read?"""
    kept = b""
    try:
        with gzip.open(path) if path.name.endswith(".gz") else path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                if wanted.search(kept + chunk):
                    return True
                kept = (kept + chunk)[-_OVERLAP:]
    except (EOFError, gzip.BadGzipFile, zlib.error):
        pass
    return False
