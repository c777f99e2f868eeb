"""`wencun add`: addresses for coming runs."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import click

from crawler.cli.common import Duration, archive_options
from crawler.cli.crawl import Pattern
from pipelines.followed_lists import FOLLOWED_LISTS

_RECOGNISED = {
    "article": "article",
    "author": "author's page: coming runs go on to its articles",
    "column": "column: coming runs go on to its articles",
    "feed": "feed: coming runs go on to its articles",
    "sitemap": "sitemap: coming runs go on to its pages",
    "list": "list: coming runs go on to its articles",
    None: "page: what it is shows when it is fetched",
}
_LEAST_INTERVAL = timedelta(minutes=10)


class Interval(Duration):
    """A duration from ten minutes on, or `auto`, in seconds; 0 for `auto`."""

    name = "interval"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the seconds; fails as a usage error where it is neither."""
        if value == "auto":
            return 0
        given = super().convert(value, param, ctx)
        if given < _LEAST_INTERVAL:
            self.fail(f"{value!r} is under ten minutes; sites are not asked more often.", param, ctx)
        return int(given.total_seconds())


@click.command()
@click.argument("urls", nargs=-1, metavar="[URL]...")
@click.option(
    "--file",
    "path",
    type=click.Path(path_type=Path),
    metavar="LIST",
    help='A URL or {"url": …} a line; # begins a comment.',
)
@click.option(
    "--follow",
    type=click.Choice(list(FOLLOWED_LISTS)),
    help="Let coming runs go on to the articles that the lists beside articles name, on the same host.",
)
@click.option(
    "--match", type=Pattern(), metavar="REGEX", help="Go on only to URLs in which this is found, from these."
)
@click.option(
    "--every",
    "every_s",
    type=Interval(),
    metavar="TIME",
    help="Look at them so often: 12h, 1d; `auto`, as at first: as often as they change.",
)
@archive_options
def command(data: Path, urls: tuple[str, ...], path: Path | None, **said: Any) -> None:
    """Register articles and sources for coming runs, and say what each was recognised as.

    \b
    wencun add https://blog.csdn.net/NAME/article/details/NUMBER
    wencun add https://blog.csdn.net/NAME --every 1d
    wencun add https://blog.csdn.net/NAME/rss/list --match /article/details/
    wencun add --file urls.txt

    A source is an author's page, a column, a feed, a sitemap or any list of articles: each run that finds it
    due goes on to the articles that it names and that are new. Nothing is fetched now; `wencun crawl` does
    that. Where one line of a list is bad, nothing of it is added. An address that is known already, with or
    without a slash at its end, stays the one it is, and what is said of it now is said of that.
    """
    from pipelines import ledger, seeding  # noqa: PLC0415 -- slow to import, and --help needs none of it
    from pipelines.archive import Archive  # noqa: PLC0415
    from pipelines.decisions import decisions_of, enact  # noqa: PLC0415
    from pipelines.following import Told  # noqa: PLC0415
    from pipelines.recovery import writing  # noqa: PLC0415

    seeds = [seeding.seed(url) for url in urls] + (list(seeding.read_list(path)) if path else [])
    if not seeds:
        raise click.UsageError("name a URL, or a list with --file.")
    archive = Archive.create(data)
    left = set(seeding.spare(archive, (seed.url for seed in seeds)))
    seeds = [seed for seed in dict.fromkeys(seeds) if seed.url in left]
    match: re.Pattern[str] | None = said["match"]
    told = Told(lists=said["follow"], match=match.pattern if match else None)
    with writing(archive, "add", catch_up=False) as work:
        meant = work.writer.call(lambda connection: seeding.as_known(connection, seeds)).result()
        seeds = list(meant)
        seeding.remember(archive, [seed.url for seed in seeds], told=told, every_s=said["every_s"])
        work.writer.call(lambda connection: seeding.register(connection, seeds, at=ledger.now())).result()
        work.writer.call(lambda connection: enact(decisions_of(archive), connection)).result()
    for seed in seeds:
        click.echo(f"{seed.url}  {_RECOGNISED[seed.kind]}{'; known already' if meant[seed] else ''}")
