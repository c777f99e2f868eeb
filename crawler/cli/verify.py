"""Check the archive against itself, byte for byte; nothing is changed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from crawler.cli.common import ExitCode, archive_options, progress
from crawler.cli.log import one_line

if TYPE_CHECKING:
    from pipelines.verify import Report


@click.command()
@click.argument("file", type=click.Path(path_type=Path), required=False)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@archive_options
def command(data: Path, form: str, file: Path | None) -> ExitCode:
    """Check the archive against itself, byte for byte; nothing is changed.

    With a FILE that `wencun export` wrote: each of its records against the archive. Records of an earlier
    version of an article are told, and are no damage.

    \b
    wencun verify
    wencun verify --format json
    wencun verify articles.jsonl.gz

    Every record of the WARC files is read and compared with its digests and with the database, which is
    checked too. Each thing that is damaged is one line: file, byte, what; then the exit code is 5, and
    `wencun repair` mends what can be. A run may write meanwhile; what it has not stored yet is left out.
    A WARC file that may lie in a cold place ([archive] cold in wencun.toml) which is not there now is told as
    offline, and is no damage.
    """
    from crawler.cli.reading import reading  # noqa: PLC0415
    from pipelines.archive import Archive  # noqa: PLC0415 -- slow to import, and --help needs none of it
    from pipelines.verify import total_bytes, verify  # noqa: PLC0415
    from pipelines.verify.exported import verify_export  # noqa: PLC0415

    if file is not None:
        with reading(data) as opened, opened.naming():
            opened.connection.execute("BEGIN")
            report = verify_export(opened.archive, opened.connection, file)
        show(report, form)
        return ExitCode.DAMAGED if report.damages else ExitCode.DONE
    archive = Archive.open(data)
    with progress("bytes", total_bytes(archive)) as advance:
        report = verify(archive, advance)
    show(report, form)
    return ExitCode.DAMAGED if report.damages else ExitCode.DONE


def show(report: Report, form: str) -> None:
    """Write to stdout what was found, one line each, and the sum of it."""
    if form == "json":
        click.echo(json.dumps(report.as_json(), ensure_ascii=False))
        return
    for finding in report.findings:
        click.echo(one_line(str(finding)))
    click.echo(report.line())
