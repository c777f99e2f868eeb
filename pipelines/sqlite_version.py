"""What is known against the SQLite that is at work here."""

from __future__ import annotations

from typing import Final

_Version = tuple[int, int, int]
_WAL_SINCE: Final[_Version] = (3, 7, 0)
_MENDED: Final[tuple[_Version, ...]] = ((3, 44, 6), (3, 50, 7))
"""Of these series, later ones are sound; of all others, those from `_SOUND_SINCE` on."""
_SOUND_SINCE: Final[_Version] = (3, 51, 3)


def note_on(version: _Version) -> str | None:
    """Return what to know about a version of SQLite; None where that is nothing.

    The bug is that of https://sqlite.org/wal.html#walresetbug: two connections that write or empty the log at
    one moment may damage the database. One connection of ours does either.
    """
    is_mended = any(version[:2] == mended[:2] and version >= mended for mended in _MENDED)
    if is_mended or not _WAL_SINCE <= version < _SOUND_SINCE:
        return None
    shown = ".".join(map(str, version))
    return (
        f"SQLite {shown} has the WAL-reset bug (mended in 3.51.3): let no other program write to archive.db"
    )
