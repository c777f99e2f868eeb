"""`wencun snapshot`: a copy of the database to keep elsewhere."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from crawler.cli.common import archive_options


@click.command()
@click.argument("path", type=click.Path(path_type=Path), metavar="FILE|DIR")
@click.option(
    "--keep",
    type=click.IntRange(min=1),
    metavar="N",
    help="Name the copy in DIR by its time, and take away all but the newest N that were named so.",
)
@archive_options
def command(data: Path, path: Path, keep: int | None) -> None:
    """Copy the database as it is now, also while a run writes to it.

    \b
    wencun snapshot /backup/archive.db
    wencun snapshot --keep 7 /backup/wencun

    FILE must not exist. It is whole and checked when it appears; put in an archive's directory as archive.db,
    it is that archive's database. WARC files and journal.jsonl are to be copied beside it: docs/operating.md.
    """
    from pipelines import given_out, snapshots  # noqa: PLC0415 -- slow to import, and --help needs none of it
    from pipelines.archive import Archive  # noqa: PLC0415
    from pipelines.events import Event, announce  # noqa: PLC0415

    archive, file = Archive.open(data), path.absolute()
    more = ""
    if keep is None:
        snapshots.take(archive, file)
    else:
        file, gone = snapshots.take_and_keep(archive, file, keep=keep, at=datetime.now(UTC))
        more = "".join(f"; took away {old.name}" for old in gone)
    given_out.note(archive, file)
    size = file.stat().st_size
    announce(Event.SNAPSHOT_DONE, f"{file}: {size / 1e6:.1f} MB{more}", path=str(file), bytes=size)
