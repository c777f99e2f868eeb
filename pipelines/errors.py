"""The errors that end a command, each with the exit code that it ends with.

One place turns them into one line on stderr (`crawler/cli/common.py`), so the message is written for the
reader of that line: what, where, what was seen, what to do.
"""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import ClassVar, Self

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_FORBIDDEN = {errno.EACCES, errno.EPERM, errno.EROFS}


class WencunError(Exception):
    """Something that a command cannot go on after; the message is one line for the user."""

    exit_code: ClassVar[int] = 1


class Usage(WencunError):  # noqa: N818
    """An option, a path or SQL that makes no sense as given."""

    exit_code = 2


class DiskFull(WencunError):  # noqa: N818 -- names a state of the world, as its siblings do
    """No space is left where the archive lies."""

    exit_code = 3

    @classmethod
    def at(cls, path: Path, reason: str) -> Self:
        """Return the error for a file that could not grow, with what is free there."""
        return cls(f"{path}: {reason}, with {_free(path)} bytes free; make room and run the command again")


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


class Miscounted(WencunError):  # noqa: N818
    """What a run counted is not what the ledger says: a bug of ours."""


class OutOfMemory(WencunError):  # noqa: N818
    """The process may not have the memory that it needs."""

    exit_code = 19


class Interrupted(WencunError):  # noqa: N818
    """A signal ended the command."""

    exit_code = 11


class QueryTimeout(WencunError):  # noqa: N818
    """A query ran out of its time."""

    exit_code = 15


def of_os_error(error: OSError, path: Path) -> WencunError:
    """Return what an error of the file system at `path` means."""
    where = Path(os.fsdecode(error.filename)) if error.filename else path
    reason = error.strerror or str(error)
    if is_full(error):
        return DiskFull.at(where, reason)
    return StorageUnusable(f"{where}: {reason}{_forbidden(where) if error.errno in _FORBIDDEN else ''}")


def is_full(error: OSError) -> bool:
    """Is there no room? A full disk has several names: a quota, a limit of file sizes."""
    return error.errno in _FULL


def _free(path: Path) -> int:
    place = next((each for each in (path, *path.parents) if each.exists()), Path("/"))
    standing = os.statvfs(place)
    return standing.f_bavail * standing.f_frsize


def _forbidden(path: Path) -> str:
    """Return who may not do what: this process's user, and the mode of what stands in the way."""
    place = next((each for each in (path, *path.parents) if each.exists()), Path("/"))
    try:
        status = place.stat()
    except OSError:
        return f" (user {os.geteuid()})"
    mode = stat.filemode(status.st_mode)
    return f" for user {os.geteuid()}; {place} is {mode} and belongs to user {status.st_uid}"
