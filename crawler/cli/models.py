"""List the language models whose names are read as labels."""

from __future__ import annotations

import json
from pathlib import Path

import click

from crawler.cli.common import archive_options
from crawler.cli.tables import FORMATS, write_rows
from crawler.extract.models import BUILT_IN
from pipelines.archive import Archive
from pipelines.known_models import read_own


@click.command()
@click.option(
    "--format", "form", type=click.Choice(list(FORMATS)), help="Default: a table on a terminal, else jsonl."
)
@archive_options
def command(data: Path, form: str | None) -> None:
    """List the language models whose names are read as labels.

    \b
    wencun models --format table

    Your own, or further names of these, are tables [[models]] of the archive's wencun.toml.
    """
    own = read_own(Archive(data).settings_path)
    rows = [
        (model.id, model.name, model.vendor, json.dumps(model.aliases, ensure_ascii=False))
        for model in BUILT_IN.with_own(own).rows
    ]
    write_rows(("id", "name", "vendor", "aliases"), rows, form)
