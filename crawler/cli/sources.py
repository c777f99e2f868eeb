"""`wencun sources`: what is followed."""

from __future__ import annotations

from pathlib import Path

import click

from crawler.cli.common import archive_options
from crawler.cli.reading import reading
from crawler.cli.tables import FORMATS, write_rows
from pipelines.sources import COLUMNS, followed


@click.command()
@click.option(
    "--format", "form", type=click.Choice(list(FORMATS)), help="Default: a table on a terminal, else jsonl."
)
@archive_options
def command(data: Path, form: str | None) -> None:
    """List the sources that are followed, what they led to, and when each is looked at again.

    \b
    wencun sources
    wencun sources --format csv

    `match` is what the URLs must hold that are gone on to, `interval_s` the seconds between two looks (pinned
    by `wencun add --every`, else as often as it changes), `found` how many pages it led to first.
    """
    with reading(data) as opened:
        write_rows(COLUMNS, opened.rows(followed(opened.connection)), form)
