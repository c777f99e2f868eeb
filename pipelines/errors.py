"""The errors that end a command, each with the exit code that it ends with.

One place turns them into one line on stderr (`crawler/cli/common.py`), so the message is written for the
reader of that line: what, where, what was seen, what to do.
"""

from __future__ import annotations

import errno
from pathlib import Path
from typing import ClassVar


class WencunError(Exception):
    """Something that a command cannot go on after; the message is one line for the user."""

    exit_code: ClassVar[int] = 1


class Usage(WencunError):  # noqa: N818
    """An option, a path or SQL that makes no sense as given."""

    exit_code = 2


class DiskFull(WencunError):  # noqa: N818 -- names a state of the world, as its siblings do
    """No space is left where the archive lies."""

    exit_code = 3


class NoArchive(WencunError):  # noqa: N818
    """The directory holds no archive."""

    exit_code = 4


class BadSeed(WencunError):  # noqa: N818
    """A URL or a list line that cannot be taken; nothing of the list was."""

    exit_code = 4


class NotOurs(WencunError):  # noqa: N818
    """A SQLite file that another program made; it was not touched."""

    exit_code = 4


class Damaged(WencunError):  # noqa: N818
    """A file of the archive that is not what it must be; it was not touched."""

    exit_code = 5


class Locked(WencunError):  # noqa: N818
    """Another run holds the archive's lock."""

    exit_code = 6


class StorageUnusable(WencunError):  # noqa: N818
    """The archive cannot be read or written here: permissions, a file in the way, a later schema."""

    exit_code = 7


class QueryTimeout(WencunError):  # noqa: N818
    """A query ran out of its time."""

    exit_code = 15


def of_os_error(error: OSError, path: Path) -> WencunError:
    """Return what an error of the file system at `path` means; a full disk has several names."""
    where = error.filename or path
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return DiskFull(f"{where}: {error.strerror}; make room and run the command again")
    return StorageUnusable(f"{where}: {error.strerror}")
