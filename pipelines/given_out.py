"""Snapshots and exports that were written outside the archive, so that an erasure can name them."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from pipelines import ledger
from pipelines.archive import Archive
from pipelines.errors import WencunError
from pipelines.journal import Journal

_EVENT = "given_out"


def note(archive: Archive, path: Path) -> None:
    """Note in the journal where a snapshot or export was written, unless that is in the archive's directory.

    Where the archive cannot be written to, nothing is noted: whoever may only read it may copy it, too.
    """
    path = path.resolve()
    if archive.root.resolve() not in path.parents:
        with suppress(OSError, WencunError):
            Journal(archive.journal_path).append({"at": ledger.now(), "event": _EVENT, "path": str(path)})


def noted(archive: Archive) -> list[Path]:
    """Return the files that were noted, in their order, but for those that are gone from where they lay."""
    paths = dict.fromkeys(
        Path(event["path"]) for event in Journal(archive.journal_path).read() if event.get("event") == _EVENT
    )
    return [path for path in paths if path.exists() or not path.parent.is_dir()]
