"""List the sites whose articles are read, and how well each of their layouts is proven."""

from __future__ import annotations

from pathlib import Path

import click

from crawler.cli.common import archive_options
from crawler.cli.reading import reading
from crawler.cli.tables import FORMATS, write_rows
from crawler.extract.sites import SITES
from pipelines.archive import Archive
from pipelines.standing import last_successes


@click.command()
@click.option(
    "--format", "form", type=click.Choice(list(FORMATS)), help="Default: a table on a terminal, else jsonl."
)
@archive_options
def command(data: Path, form: str | None) -> None:
    """List the sites whose articles are read, and how well each of their layouts is proven.

    \b
    wencun sites --format table

    `real_pages` is on how many stored real pages a layout's values were checked; at 0 it is unproven, built
    from descriptions alone. `last_success_at` is when a page of the site was last fetched and read into the
    archive in `--data`; no archive is needed.
    """
    seen = _last_successes(data)
    rows = [
        (
            site.name,
            layout.name,
            "proven" if layout.proven else "unproven",
            layout.proven,
            seen.get(site.name),
        )
        for site in SITES
        for layout in site.layouts
    ]
    write_rows(("site", "layout", "state", "real_pages", "last_success_at"), rows, form)


def _last_successes(data: Path) -> dict[str, str]:
    if not Archive(data).database_path.is_file():
        return {}
    with reading(data) as opened, opened.naming():
        return last_successes(opened.connection)
