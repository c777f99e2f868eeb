"""Copies of an archive's database for backups: one under a name of the user's, or the newest few."""

from __future__ import annotations

import re
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from pipelines import durable
from pipelines.archive import Archive
from pipelines.database import connect_reading
from pipelines.database_copy import copy_to
from pipelines.database_errors import naming_errors
from pipelines.errors import Usage, of_os_error

_OURS = re.compile(r"archive-[0-9]{8}T[0-9]{6}\.[0-9]{3}Z\.db")


def take(archive: Archive, file: Path) -> None:
    """Copy the database to `file` as it is now, whoever writes to it meanwhile.

    Raises Usage where `file` exists, and what `copy_to` and `connect_reading` raise.
    """
    if file.exists() or file.is_symlink():
        raise Usage(f"{file} exists; name a file that does not, or use --keep")
    if not file.parent.is_dir():
        raise Usage(f"{file.parent} is no directory; make it first")
    source = archive.database_path
    with closing(connect_reading(source)) as connection, naming_errors(source):
        connection.execute(
            "PRAGMA query_only = OFF"
        )  # else the copy cannot be written; the source is `mode=ro`
        copy_to(connection, file, source=source)


def take_and_keep(archive: Archive, directory: Path, *, keep: int, at: datetime) -> tuple[Path, list[Path]]:
    """Copy the database into `directory`, named by the time; take away what is older than the newest `keep`.

    Returns the copy and what was taken away: files with names of this function's making, and no others.
    """
    moment = at.astimezone(UTC)
    file = directory / f"archive-{moment:%Y%m%dT%H%M%S}.{moment.microsecond // 1000:03}Z.db"
    try:
        durable.make_directory(directory)
        take(archive, file)
        ours = sorted(path for path in directory.iterdir() if _OURS.fullmatch(path.name) and path.is_file())
        old = [path for path in ours[:-keep] if path != file]  # clocks go backwards too
        for path in old:
            durable.unlink(path)
    except OSError as error:
        raise of_os_error(error, directory) from error
    return file, old
