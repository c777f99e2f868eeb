"""`wencun resume`: go on with what was paused."""

from __future__ import annotations

from pathlib import Path

import click

from crawler.cli.common import archive_options


@click.command()
@click.argument("targets", nargs=-1, required=True, metavar="URL|HOST|SITE...")
@archive_options
def command(data: Path, targets: tuple[str, ...]) -> None:
    """Go on with what `wencun pause` left alone.

    \b
    wencun resume https://blog.csdn.net/NAME
    wencun resume blog.csdn.net
    """
    from crawler.cli.decided import decide  # noqa: PLC0415 -- slow to import, and --help needs none of it

    decide(data, "resume", targets, said="resumed")
