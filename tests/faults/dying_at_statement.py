"""Opens databases for writing, each in a process that dies at one of its SQL statements.

`python dying_at_statement.py DIRECTORY COUNT…`: DIRECTORY/COUNT/archive.db is opened by a process that ends
before its COUNTth statement, as after `kill -9`. Prints how many of them came to their end.
"""

from __future__ import annotations

import os
import sqlite3
import sys
from pathlib import Path

from pipelines.database import connect_writing

DIED = 9
_connect = sqlite3.connect


def open_and_die(path: Path, at: int) -> None:
    """Open the database in this process, which ends before the given statement."""
    left = at

    def count(_: str) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            os._exit(DIED)

    def connect(*arguments, **options) -> sqlite3.Connection:
        connection = _connect(*arguments, **options)
        connection.set_trace_callback(count)
        return connection

    sqlite3.connect = connect  # type: ignore[assignment]
    connect_writing(path).close()
    os._exit(0)


def main(root: Path, counts: list[int]) -> None:
    """Let one process die for each count."""
    finished = 0
    for count in counts:
        process = os.fork()
        if process == 0:
            open_and_die(root / str(count) / "archive.db", count)
        _, status = os.waitpid(process, 0)
        code = os.waitstatus_to_exitcode(status)
        assert code in (0, DIED), code
        finished += code == 0
    print(finished)


if __name__ == "__main__":
    main(Path(sys.argv[1]), [int(count) for count in sys.argv[2:]])
