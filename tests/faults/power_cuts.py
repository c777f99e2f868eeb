"""What a disk may hold after a power cut: what was synced, and of the rest any part.

strace tells what a command wrote, synced, made, renamed and took away. Of what was not synced when the power
went each sector is there or not, and of each directory's changes any number from the first on.
"""

from __future__ import annotations

import re
import subprocess
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

_SECTOR = 512
_CALLS = "pwrite64,write,fsync,fdatasync,ftruncate,openat,rename,unlink,mkdir"
_LINE = re.compile(r"(?P<at>[\d.]+) (?P<call>\w+)\((?P<said>.*)\) += (?P<result>\d+).*<(?P<took>[\d.]+)>")
_ESCAPED = re.compile(r"(?:\\x[0-9a-f]{2})+")
_LARGEST = 16 * 1024 * 1024


@dataclass(frozen=True)
class Operation:
    """One call that changes files of the archive, or syncs them."""

    begun: float
    ended: float
    call: str
    path: Path
    """As it was named then."""
    target: Path | None = None
    """The new name."""
    offset: int | None = None
    """Of what is written; None: at the end. Of a truncation: the size from then on."""
    data: bytes = b""
    flags: str = ""


@dataclass
class _File:
    changes: list[Operation] = field(default_factory=list)
    synced: float = 0.0
    """When the last sync began that came to its end."""


def record(command: Sequence[str | Path], root: Path, trace: Path) -> list[Operation]:
    """Run a command and return what it did below `root`, in order."""
    trace.mkdir()
    strace = ["strace", "-ff", "-ttt", "-T", "-y", "-xx", "-s", str(_LARGEST), "-e", f"trace={_CALLS}"]
    subprocess.run(
        [*strace, "-o", trace / "t", *command], stderr=subprocess.DEVNULL, timeout=120, check=False
    )
    operations = [found for file in trace.iterdir() for found in _operations(file, root)]
    return sorted(operations, key=lambda operation: operation.begun)


def _operations(trace: Path, root: Path) -> Iterator[Operation]:
    for line in trace.read_text(encoding="ascii").splitlines():
        match = _LINE.fullmatch(line)
        if match is None:
            continue
        texts = [bytes.fromhex(text.replace("\\x", "")) for text in _ESCAPED.findall(match["said"])]
        call = match["call"]
        names = texts[1:] if call == "openat" else texts
        path = Path(names[0].decode(errors="replace")) if names else Path()
        if not path.is_relative_to(root) or (call == "openat" and "O_CREAT" not in match["said"]):
            continue
        begun = float(match["at"])
        plain = _ESCAPED.sub("", match["said"])
        numbers = [int(number) for number in re.findall(r", (\d+)", plain)]
        yield Operation(
            begun=begun,
            ended=begun + float(match["took"]),
            call="fsync" if call == "fdatasync" else call,
            path=path,
            target=Path(names[1].decode()) if call == "rename" else None,
            offset=numbers[-1] if call in {"pwrite64", "ftruncate"} else None,
            data=texts[1][: int(match["result"])] if call in {"pwrite64", "write"} else b"",
            flags=plain if call == "openat" else "",
        )


class Cut:
    """What was under way when the power went."""

    def __init__(self, operations: Sequence[Operation], at: float, root: Path) -> None:
        self._root = root
        self._files: dict[Path, _File] = {}
        self._made: list[_File] = []
        self._named: dict[Path, list[tuple[Operation, _File | None]]] = defaultdict(list)
        """Changes of each directory; with the file that a name was given to."""
        self._synced: dict[Path, float] = {}
        for operation in operations:
            if operation.begun < at:
                self._take(operation, is_done=operation.ended <= at)

    def _take(self, operation: Operation, *, is_done: bool) -> None:
        path = operation.path
        if operation.call == "openat" and path not in self._files:
            self._files[path] = file = _File()
            self._named[path.parent].append((operation, file))
        elif operation.call == "mkdir":
            self._named[path.parent].append((operation, None))
        elif operation.call == "unlink":
            self._named[path.parent].append((operation, self._files.pop(path)))
        elif operation.call == "rename" and operation.target is not None:
            self._files[operation.target] = file = self._files.pop(path)
            self._named[path.parent].append((operation, file))
        elif operation.call == "fsync":
            if not is_done:
                return
            if path in self._files:
                self._files[path].synced = operation.begun
            else:
                self._synced[path] = operation.begun
        elif path in self._files and (operation.call != "openat" or "O_TRUNC" in operation.flags):
            self._files[path].changes.append(operation)

    def image(self, dice: Random) -> dict[Path, bytes | None]:
        """Return what may be on the disk: the files with their content, directories with None."""
        kept = dice.choice((0.0, 0.5, 0.9, 1.0))
        names: dict[Path, _File | None] = {self._root: None}
        for directory in sorted(self._named):
            if directory in names or not directory.is_relative_to(self._root):
                self._name(directory, names, dice)
        return {path: None if file is None else _content(file, kept, dice) for path, file in names.items()}

    def _name(self, directory: Path, names: dict[Path, _File | None], dice: Random) -> None:
        changes = self._named[directory]
        sure = sum(operation.ended <= self._synced.get(directory, 0.0) for operation, _ in changes)
        for operation, file in changes[: dice.randint(sure, len(changes))]:
            if operation.call == "rename" and operation.target is not None:
                names[operation.target] = names.pop(operation.path)
            elif operation.call == "unlink":
                del names[operation.path]
            else:
                names[operation.path] = file


def _content(file: _File, kept: float, dice: Random) -> bytes:
    content = bytearray()
    size = 0
    for change in file.changes:
        is_sure = change.ended <= file.synced
        if change.call in {"openat", "ftruncate"}:
            size = change.offset or 0
            if is_sure or dice.random() < kept:
                content[size:] = bytes(max(0, size - len(content)))
            continue
        start = size if change.offset is None else change.offset
        size = max(size, start + len(change.data))
        for begin, piece in _sectors(start, change.data):
            if is_sure or dice.random() < kept:
                content[len(content) :] = bytes(max(0, begin - len(content)))
                content[begin : begin + len(piece)] = piece
    return bytes(content)


def _sectors(start: int, data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the pieces that a disk writes whole or not at all."""
    place = 0
    while place < len(data):
        length = _SECTOR - (start + place) % _SECTOR
        yield start + place, data[place : place + length]
        place += length
