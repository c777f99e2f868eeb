"""`wencun pause`: leave pages, hosts or sites alone."""

from __future__ import annotations

from pathlib import Path

import click

from crawler.cli.common import archive_options


@click.command()
@click.argument("targets", nargs=-1, required=True, metavar="URL|HOST|SITE...")
@archive_options
def command(data: Path, targets: tuple[str, ...]) -> None:
    """Leave a source or page, a host, or a site alone until `wencun resume`.

    \b
    wencun pause https://blog.csdn.net/NAME
    wencun pause blog.csdn.net
    wencun pause juejin

    What is stored of it stays, and so does what it led to: pages that a paused source found are looked at as
    before. `wencun crawl URL` fetches a paused page once.
    """
    from crawler.cli.decided import decide  # noqa: PLC0415 -- slow to import, and --help needs none of it

    decide(data, "pause", targets, said="paused")
