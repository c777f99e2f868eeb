"""Files of records, one a line: whole on disk under their name, or not there."""

from __future__ import annotations

import errno
import fcntl
import gzip
import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import IO, cast

from pipelines import durable
from pipelines.errors import DiskFull, Locked, StorageUnusable, Usage, WencunError, is_full


def write_records(lines: Iterator[str], stream: IO[bytes]) -> int:
    """Write one record a line as UTF-8; return how many."""
    count = 0
    for line in lines:
        stream.write(line.encode())
        stream.write(b"\n")
        count += 1
    return count


def ending_of(target: Path) -> str:
    """Return the ending of `target` that says how it is written; raises Usage where none does."""
    for ending in sorted(PACKERS, key=len, reverse=True):
        if target.name.endswith(ending) and target.name != ending:
            return ending
    raise Usage(f"cannot tell a format from the name {target.name}; it must end in {' or '.join(PACKERS)}")


def export_to_file(lines: Iterator[str], target: Path) -> int:
    """Write `lines` to `target`, which holds all of them or stays as it was; return how many.

    They go into `NAME.part` beside it, which takes the name when it is whole and on disk. Raises Locked where
    another export to `target` is at work.
    """
    pack = PACKERS[ending_of(target)]
    try:
        with _beside(target) as file, pack(file) as stream:
            count = write_records(lines, stream)
    except OSError as error:
        raise _disk_fault(error, target) from error
    return count


@contextmanager
def _beside(target: Path) -> Iterator[IO[bytes]]:
    part = target.with_name(target.name + ".part")
    with part.open("ab") as file:  # "wb" would empty what another export is writing
        _lock(file, part, target)
        file.truncate(0)
        try:
            yield file
            file.flush()
            os.fsync(file.fileno())
            durable.rename(part, target)
        except BaseException:
            part.unlink(missing_ok=True)
            raise


def _lock(file: IO[bytes], part: Path, target: Path) -> None:
    """Make sure that nobody else writes to this file, and that it did not just become the finished one."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        is_ours = os.path.samestat(os.fstat(file.fileno()), part.stat())
    except (BlockingIOError, FileNotFoundError):
        is_ours = False
    if not is_ours:
        raise Locked(f"another export to {target} is at work; nothing was written")


def _gzip(file: IO[bytes]) -> AbstractContextManager[IO[bytes]]:
    # no name and no time in the header: the same records give the same bytes
    return cast(
        AbstractContextManager[IO[bytes]], gzip.GzipFile(filename="", mode="wb", fileobj=file, mtime=0)
    )


PACKERS: dict[str, Callable[[IO[bytes]], AbstractContextManager[IO[bytes]]]] = {
    ".jsonl": nullcontext,
    ".jsonl.gz": _gzip,
}
"""What goes between the records and the file, by the ending of its name."""


def _disk_fault(error: OSError, target: Path) -> WencunError:
    if is_full(error):
        return DiskFull.at(target, error.strerror or str(error))
    if error.errno in (errno.ENOENT, errno.ENOTDIR, errno.EISDIR):
        return Usage(f"cannot write {target}: {error.strerror}")
    return StorageUnusable(f"cannot write {target}: {error.strerror}")
