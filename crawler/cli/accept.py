"""`wencun accept`: take a site's new shape as normal, after drift."""

from __future__ import annotations

from pathlib import Path

import click

from crawler.cli.common import archive_options
from pipelines.wording import counted


@click.command()
@click.argument("site", metavar="SITE")
@archive_options
def command(data: Path, site: str) -> None:
    """Take the shape that a site's pages have now as normal, after drift.

    \b
    wencun accept csdn
    wencun accept blog.csdn.net

    Later runs are compared with the pages fetched since the drift began. Pages that were held back are judged
    again by `wencun reextract`.
    """
    from pipelines.archive import Archive  # noqa: PLC0415 -- slow to import, and --help needs none of it
    from pipelines.drift.accepting import accept  # noqa: PLC0415
    from pipelines.recovery import writing  # noqa: PLC0415

    archive = Archive.open(data)
    with writing(archive, "accept", catch_up=False) as work:
        hosts, quarantined = work.writer.call(lambda connection: accept(archive, connection, site)).result()
    click.echo(f"accepted {', '.join(hosts)}")
    if quarantined:
        click.echo(f"{counted(quarantined, 'page')} held back: `wencun reextract` judges them again")
