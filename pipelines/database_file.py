"""What the file of the archive's database is, read off its header before SQLite sees it."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from pipelines.errors import Damaged, NotOurs

APPLICATION_ID: Final = 0x77656E63
"""`wenc`: tells the archive's database from any other SQLite file."""
REBUILD: Final = "; move it away and `wencun reextract` makes it anew"
"""What to do about a damaged database."""
_HEADER_BYTES = 100
_MAGIC = b"SQLite format 3\0"


def refuse_foreign(path: Path) -> None:
    """Raise NotOurs or Damaged where `path` is no database of an archive; an empty file will do."""
    with path.open("rb") as file:
        header = file.read(_HEADER_BYTES)
    if not header:
        return
    if len(header) < _HEADER_BYTES or not header.startswith(_MAGIC):
        raise Damaged(f"{path} is no SQLite database{REBUILD}")
    if int.from_bytes(header[68:72], "big") != APPLICATION_ID:
        raise NotOurs(f"{path} is a SQLite database of another program; use --data to name another directory")
    page_size = int.from_bytes(header[16:18], "big")
    pages = int.from_bytes(header[28:32], "big")
    cut = path.stat().st_size < pages * (65536 if page_size == 1 else page_size)
    wal = path.with_name(path.name + "-wal")
    if cut and not (wal.exists() and wal.stat().st_size):  # else its last pages may still be in the log
        raise Damaged(f"{path} is cut off: {pages} pages are missing some{REBUILD}")
