"""`wencun crawl`: one bounded run over the web."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

import click

from crawler.cli.common import Duration, archive_options, progress
from crawler.fetching.hosts import host_port
from crawler.spiders.interrupts import Interrupts
from pipelines.archive import Archive
from pipelines.followed_lists import FOLLOWED_LISTS
from pipelines.lock import Lock, locked


class Pattern(click.ParamType[re.Pattern[str]]):
    """A regular expression."""

    name = "regex"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> re.Pattern[str]:
        """Return it compiled; fails as a usage error where it is none."""
        try:
            return re.compile(value)
        except re.error as error:
            self.fail(f"{value!r} is no regular expression: {error}", param, ctx)


class HostPort(click.ParamType[str]):
    """`HOST:PORT`."""

    name = "host:port"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return it as it is; fails as a usage error where it has another form."""
        try:
            return host_port(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)


@click.command()
@click.argument("urls", nargs=-1, metavar="[URL]...")
@click.option("--max-pages", type=click.IntRange(min=1), metavar="N", help="Ask for at most N pages.")
@click.option("--max-time", type=Duration(), metavar="TIME", help="Stop after so long: 90s, 30m, 2h.")
@click.option(
    "--follow",
    type=click.Choice(list(FOLLOWED_LISTS)),
    default="none",
    show_default=True,
    help="Go on to the articles that the pages' lists name, on the same host.",
)
@click.option("--match", type=Pattern(), metavar="REGEX", help="Follow only URLs in which this is found.")
@click.option("--once", is_flag=True, help="Leave the URLs out of coming runs.")
@click.option(
    "--strict", is_flag=True, help="Exit with 14 where the run ends at its number of pages, 15 at its time."
)
@click.option(
    "--delay",
    type=click.FloatRange(min=0),
    metavar="SECONDS",
    help="Wait exactly so long between two requests to a host, or longer where its robots.txt says so.",
)
@click.option(
    "--allow-private",
    type=HostPort(),
    multiple=True,
    metavar="HOST:PORT",
    help="Let this one address be connected to although it is not public; for tests and intranets.",
)
@archive_options
def command(data: Path, urls: tuple[str, ...], **chosen: Any) -> int:
    """Fetch pages, archive them and store what they say: the URLs given, or all that is due.

    \b
    wencun crawl https://blog.csdn.net/NAME/article/details/NUMBER --follow related --max-pages 20

    Of a source, such as an author's page or a feed, it goes on to the articles that it names, whatever
    --follow says. Asks robots.txt first, waits some seconds between two pages of a host, and ends after 2000
    pages or two hours unless told otherwise. `wencun crawl` without a URL goes on.
    """
    interrupts = Interrupts()
    archive = Archive(data)
    if not archive.exists():
        archive = _archive_for(urls, archive)
    with locked(archive, "crawl") as lock:
        return _crawl(archive, lock, interrupts, urls, chosen)


def _archive_for(urls: tuple[str, ...], archive: Archive) -> Archive:
    """Make an archive for what is to be fetched, once that can be; raises NoArchive where nothing is."""
    from crawler.fetching.options import seeds  # noqa: PLC0415

    return Archive.create(archive.root) if seeds(urls) else Archive.open(archive.root)


def _crawl(
    archive: Archive, lock: Lock, interrupts: Interrupts, urls: tuple[str, ...], chosen: dict[str, Any]
) -> int:
    # These take a second to import: whoever finds the archive locked is told before.
    from crawler.extract.urls import source_kind  # noqa: PLC0415
    from crawler.fetching.options import RunOptions, seeds  # noqa: PLC0415
    from crawler.spiders.process import crawl  # noqa: PLC0415

    options = RunOptions(urls=seeds(urls), arguments=tuple(sys.argv[2:]), **chosen)
    is_more = options.follow != "none" or any(map(source_kind, options.urls))
    total = len(options.urls) if options.urls and not is_more else None
    with progress("pages", total) as advance:
        return crawl(Archive.create(archive.root), lock, options, interrupts, advance)
