"""`wencun retry`: try again what failed or was blocked."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import click

from crawler.cli.common import archive_options


@click.command()
@click.argument("targets", nargs=-1, required=True, metavar="URL|HOST|SITE...")
@archive_options
def command(data: Path, targets: tuple[str, ...]) -> None:
    """Have the next run try again what failed, was blocked or was not found; the rests of its hosts end.

    \b
    wencun retry https://blog.csdn.net/NAME/article/details/NUMBER
    wencun retry blog.csdn.net
    wencun retry csdn

    A page that is named is due whatever its state; of a host or a site, those that are failed, blocked, gone,
    quarantined or forbidden by robots.txt. Nothing is fetched now; `wencun crawl` does that.
    """
    from pipelines import ledger  # noqa: PLC0415 -- slow to import, and --help needs none of it
    from pipelines.archive import Archive  # noqa: PLC0415
    from pipelines.recovery import writing  # noqa: PLC0415
    from pipelines.targets import find  # noqa: PLC0415
    from pipelines.wording import counted  # noqa: PLC0415

    with writing(Archive.open(data), "retry", catch_up=False) as work:
        found = work.writer.call(lambda connection: [find(connection, name) for name in targets]).result()
        for name, target in zip(targets, found, strict=True):
            again = partial(ledger.retry, at=ledger.now(), url=target.url, hosts=target.hosts)
            count = work.writer.call(again).result()
            click.echo(f"{name}: {counted(count, 'page')} due again")
