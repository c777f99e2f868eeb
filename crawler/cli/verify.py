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
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@archive_options
def command(data: Path, form: str) -> ExitCode:
    """Check the archive against itself, byte for byte; nothing is changed.

    \b
    wencun verify
    wencun verify --format json

    Every record of the WARC files is read and compared with its digests and with the database, which is
    checked too. Each thing that is damaged is one line: file, byte, what; then the exit code is 5, and
    `wencun repair` mends what can be. A run may write meanwhile; what it has not stored yet is left out.
    """
    from pipelines.archive import Archive  # noqa: PLC0415 -- slow to import, and --help needs none of it
    from pipelines.verify import total_bytes, verify  # noqa: PLC0415

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
