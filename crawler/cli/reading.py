"""An archive that is open for reading, with the errors of its database named for the user."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from pipelines.archive import Archive
from pipelines.database import connect_reading
from pipelines.database_errors import naming_errors

_Row = TypeVar("_Row")


@dataclass(frozen=True, slots=True)
class OpenArchive:
    """An archive and the connection that reads its database."""

    archive: Archive
    connection: sqlite3.Connection

    def naming(self) -> AbstractContextManager[None]:
        """Name the errors of the database for the user; nothing may be written to stdout inside."""
        return naming_errors(self.archive.database_path)

    def rows(self, rows: Iterable[_Row]) -> Iterator[_Row]:
        """Pass on what the database gives, naming its errors but not those of whoever writes the rows out."""
        with self.naming():
            yield from rows


@contextmanager
def reading(data: Path) -> Iterator[OpenArchive]:
    """Open the archive in `data`; raises NoArchive, NotOurs or Damaged where that cannot be."""
    archive = Archive.open(data)
    with closing(connect_reading(archive.database_path, check=True)) as connection:
        yield OpenArchive(archive, connection)
