"""Mend what can be mended of a damaged archive, and say what was done."""

from __future__ import annotations

from pathlib import Path

import click

from crawler.cli.common import ExitCode, archive_options, progress
from crawler.cli.log import one_line
from crawler.cli.verify import show


@click.command()
@click.option("--dry-run", is_flag=True, help="Change nothing; say what would be done.")
@archive_options
def command(*, dry_run: bool, data: Path) -> ExitCode:
    """Mend what can be mended of a damaged archive, and say what was done.

    \b
    wencun repair --dry-run
    wencun repair

    Torn and damaged bytes are cut out of WARC files and kept beside them; whole records stay where they are.
    The database follows the records: what it misses is stored, what has lost its record is taken out, and a
    damaged one is made anew; the old one is kept. At the end all is checked as `wencun verify` does; the exit
    code is 5 where something is left that cannot be mended, such as a missing file.
    """
    from pipelines.archive import Archive  # noqa: PLC0415 -- slow to import, and --help needs none of it
    from pipelines.repair import plan, repair  # noqa: PLC0415
    from pipelines.verify import total_bytes, verify  # noqa: PLC0415

    archive = Archive.open(data)
    if not dry_run:
        repair(archive, lambda line: click.echo(one_line(line)))
    with progress("bytes", total_bytes(archive)) as advance:
        report = verify(archive, advance)
    if dry_run:
        for finding in report.findings:
            click.echo(one_line(f"{finding}; {plan(finding)}"))
        click.echo(report.line())
    else:
        show(report, "text")
    return ExitCode.DAMAGED if report.damages else ExitCode.DONE
