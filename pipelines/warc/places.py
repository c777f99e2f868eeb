"""Where the WARC files of an archive lie: in `warc/`, and closed ones perhaps in a cold place.

A cold place holds files of this archive alone. One that is absent, or empty as the mount point of a disk that
is not mounted, is away: what is nowhere else may lie there, and is not lost.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.errors import StorageUnusable
from pipelines.settings import read_archive_settings
from pipelines.warc.read import find_file

if TYPE_CHECKING:
    from pipelines.archive import Archive


_ENDING = ".warc.gz"


class FileAway(StorageUnusable):
    """A WARC file that may lie in a cold place which is not there now."""


@dataclass(frozen=True, slots=True)
class Places:
    """The directories of an archive's WARC files."""

    directory: Path
    """`warc/`: the only one that is written to."""
    cold: tuple[Path, ...] = ()

    @property
    def away(self) -> tuple[Path, ...]:
        """Return the cold places that are not there now."""
        return tuple(place for place in self.cold if not _entries(place))

    def find(self, name: str) -> Path:
        """Return the path of the WARC file `name`; the one that it had in `warc/` where it is lost.

        Raises FileAway where it may lie in a place that is away.
        """
        path = find_file(self.directory, name)
        if path.exists():
            return path
        for moved in (place / name for place in self.cold):
            if _is_there(moved):
                return moved
        if away := self.away:
            raise FileAway(f"{name} is not in {self.directory}; mount {' or '.join(map(str, away))}")
        return path

    def finished(self) -> list[Path]:
        """Return the files that are not being written, by name; of two with one name, that in `warc/`."""
        cold = (path for place in reversed(self.cold) for path in _entries(place))
        finished = (path for path in cold if path.name.endswith(_ENDING))
        by_name = {path.name: path for path in (*finished, *self.directory.glob("*" + _ENDING))}
        return [by_name[name] for name in sorted(by_name)]

    def shown(self, path: Path) -> str:
        """Return how a file is named in reports: `warc/NAME`, or its whole path in a cold place."""
        is_cold = path.parent != self.directory
        return str(path) if is_cold else f"{path.parent.name}/{path.name}"


def places_of(archive: Archive) -> Places:
    """Return where the archive's WARC files lie by its settings; raises BadSettings."""
    return Places(archive.warc_dir, read_archive_settings(archive.settings_path).cold)


def _entries(place: Path) -> list[Path]:
    """Return what lies in a cold place; a disk that does not answer is one that is not there."""
    try:
        return list(place.iterdir())
    except OSError:
        return []


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:
        return False
