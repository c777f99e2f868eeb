"""File operations that are on disk when they return: a power cut afterwards undoes none of them.

The name of a file is its directory's content: to sync the file alone leaves open whether it is found again.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def naming(path: Path) -> Iterator[None]:
    """Have an OSError say that it is about `path`; what is done to an open file raises one that does not."""
    try:
        yield
    except OSError as error:
        if error.filename is None:
            error.filename = str(path)
        raise


def sync(path: Path) -> None:
    """Return when the content of a file, or the names in a directory, are on disk as they are now."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        with naming(path):
            os.fsync(descriptor)
    finally:
        os.close(descriptor)


def make_directory(directory: Path) -> None:
    """Make a directory, and those above it that are missing; one that is there stays as it is."""
    missing = [each for each in (directory, *directory.parents) if not each.exists()]
    directory.mkdir(parents=True, exist_ok=True)
    for made in missing:
        sync(made.parent)


def rename(path: Path, target: Path) -> None:
    """Give a file another name in its directory, in place of what has that name.

    Its content is synced by whoever wrote it.
    """
    path.replace(target)
    sync(target.parent)


def unlink(path: Path) -> None:
    """Take a file away."""
    path.unlink()
    sync(path.parent)


def write(path: Path, data: bytes) -> None:
    """Write a file of `data`, in place of what is there."""
    with naming(path), path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    sync(path.parent)
