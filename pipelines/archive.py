"""The archive's directory: what lies where, and whether a directory is one."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from pipelines import durable
from pipelines.database_errors import naming_errors
from pipelines.database_file import refuse_foreign
from pipelines.errors import NoArchive, StorageUnusable, of_os_error


@dataclass(frozen=True, slots=True)
class Archive:
    """One archive, by its directory."""

    root: Path
    """Absolute."""

    @property
    def warc_dir(self) -> Path:
        """The raw exchanges: the source of truth for what pages said."""
        return self.root / "warc"

    @property
    def journal_path(self) -> Path:
        """The source of truth for what people decided."""
        return self.root / "journal.jsonl"

    @property
    def database_path(self) -> Path:
        """Made from the two above, at will."""
        return self.root / "archive.db"

    @property
    def exports_dir(self) -> Path:
        """Dataset files."""
        return self.root / "exports"

    @property
    def alerts_path(self) -> Path:
        """Which alarms somebody was told of last; the file may be absent."""
        return self.root / "alerts.json"

    @property
    def settings_path(self) -> Path:
        """The user's settings; the file may be absent."""
        return self.root / "wencun.toml"

    @classmethod
    def create(cls, root: Path) -> Archive:
        """Return the archive in `root`, made there if need be; what lies there already stays as it is.

        Raises StorageUnusable where the directory cannot be made, DiskFull where there is no room for it,
        NotOurs or Damaged where its database is no archive's; nothing is made beside it then.
        """
        archive = cls(root.absolute())
        try:
            if archive.database_path.is_file():
                with naming_errors(archive.database_path):
                    refuse_foreign(archive.database_path)
            for directory in (archive.root, archive.warc_dir, archive.exports_dir):
                durable.make_directory(directory)
            if not archive.journal_path.exists():
                archive.journal_path.touch()
                durable.sync(archive.root)
        except OSError as error:
            named = of_os_error(error, archive.root)
            if isinstance(named, StorageUnusable):
                named = StorageUnusable(f"cannot make an archive in {archive.root}: {named}; use --data")
            raise named from error
        return archive

    @classmethod
    def open(cls, root: Path) -> Archive:
        """Return the archive in `root`; raises NoArchive where there is none."""
        archive = cls(root.absolute())
        if not archive.exists():
            raise NoArchive(f"no archive in {archive.root}; use --data")
        return archive

    def exists(self) -> bool:
        """Is this an archive? It is when it holds a database, a journal or a file in `warc/`."""
        return self.database_path.is_file() or self.journal_path.is_file() or _holds_a_file(self.warc_dir)


def resolve_root(data_option: str | os.PathLike[str] | None) -> Path:
    """Return the directory that `--data`, else WENCUN_DATA, else the default names, as an absolute path."""
    return Path(data_option or os.environ.get("WENCUN_DATA") or "data").expanduser().absolute()


def _holds_a_file(directory: Path) -> bool:
    try:
        return any(entry.is_file() for entry in directory.iterdir())
    except OSError:
        return False
