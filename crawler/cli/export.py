"""Write the archive's records as JSON Lines, to a file or to stdout."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from crawler.cli.common import archive_options
from crawler.cli.reading import reading
from pipelines import given_out
from pipelines.archive import Archive
from pipelines.errors import Usage
from pipelines.events import Event, announce
from pipelines.exporters import EXPORTERS, Selection, count_left_out, records
from pipelines.moments import parse_since
from pipelines.record_files import ending_of, export_to_file, write_records
from pipelines.wording import counted


@click.command()
@click.argument("kind", type=click.Choice(list(EXPORTERS)))
@click.option(
    "--to",
    "target",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="A file that ends in .jsonl or .jsonl.gz; stdout unless given.",
)
@click.option(
    "--where", metavar="SQL", help="Only records of which this holds; its names are the records' keys."
)
@click.option("--since", metavar="TIME", help="Only what was captured or observed since: 2026-05-11, or 7d.")
@click.option(
    "--exclude-flagged",
    is_flag=True,
    help="Leave out what a flag throws doubt on, such as texts that give orders to language models.",
)
@archive_options
def command(
    data: Path, kind: str, target: Path | None, where: str | None, since: str | None, *, exclude_flagged: bool
) -> None:
    """Write the archive's records as JSON Lines, to a file or to stdout.

    Answers of a confidence under 0.5 are left out, unless --where names `confidence`. A file that is there is
    replaced when the new one is whole.

    \b
    wencun export comparisons --to comparisons.jsonl.gz
    wencun export answers --where "model = 'doubao'" --since 2026-01-01
    """
    selection = Selection(
        where=where,
        since=None if since is None else parse_since(since, now=datetime.now(UTC)),
        exclude_flagged=exclude_flagged,
    )
    if target is not None:
        target = target.absolute()
        ending_of(target)
    with reading(data) as opened:
        if target is not None:
            _spare_sources(opened.archive, target)
        with opened.naming():
            opened.connection.execute("BEGIN")  # counts and records of one moment, whoever writes meanwhile
            left_out = count_left_out(opened.connection, kind, selection)
        lines = opened.rows(records(opened.connection, kind, selection))
        count = export_to_file(lines, target) if target else write_records(lines, sys.stdout.buffer)
    if target is not None:
        given_out.note(opened.archive, target)
    if left_out:
        reasons = ", ".join(f"{number} {words}" for words, number in left_out.items())
        announce(
            Event.REPORT, f"left out {'answers' if kind == 'chat' else kind}: {reasons}", left_out=left_out
        )
    announce(Event.REPORT, f"wrote {counted(count, 'record')} to {target or 'stdout'}", records=count)


def _spare_sources(archive: Archive, target: Path) -> None:
    real = target.resolve()
    if real == archive.journal_path.resolve() or archive.warc_dir.resolve() in real.parents:
        raise Usage(f"{target} is a file of the archive itself; write to {archive.exports_dir}")
