"""List the language models whose names are read as labels."""

from __future__ import annotations

import json
from pathlib import Path

import click

from crawler.cli.common import archive_options
from crawler.cli.tables import FORMATS, write_rows
from crawler.extract.models import MODELS


@click.command()
@click.option(
    "--format", "form", type=click.Choice(list(FORMATS)), help="Default: a table on a terminal, else jsonl."
)
@archive_options
def command(data: Path, form: str | None) -> None:
    """List the language models whose names are read as labels.

    \b
    wencun models --format table
    """
    rows = [
        (model.id, model.name, model.vendor, json.dumps(model.aliases, ensure_ascii=False))
        for model in MODELS
    ]
    write_rows(("id", "name", "vendor", "aliases"), rows, form)
