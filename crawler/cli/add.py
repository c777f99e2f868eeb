"""`wencun add`: addresses for coming runs."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import click

from crawler.cli.common import archive_options
from pipelines.followed_lists import FOLLOWED_LISTS

_RECOGNISED = {
    "article": "article",
    "source": "source: kept; its articles are not collected from it yet",
    None: "page: what it is shows when it is fetched",
}


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
    help="Let coming runs go on to the articles that the pages' lists name, on the same host.",
)
@archive_options
def command(data: Path, urls: tuple[str, ...], path: Path | None, follow: str | None) -> None:
    """Register articles and sources for coming runs, and say what each was recognised as.

    \b
    wencun add https://blog.csdn.net/NAME/article/details/NUMBER
    wencun add --file urls.txt

    Nothing is fetched; `wencun crawl` does that. Where one line of a list is bad, nothing of it is added.
    """
    from pipelines import ledger, seeding  # noqa: PLC0415 -- slow to import, and --help needs none of it
    from pipelines.archive import Archive  # noqa: PLC0415
    from pipelines.recovery import writing  # noqa: PLC0415

    seeds = [seeding.seed(url) for url in urls] + (list(seeding.read_list(path)) if path else [])
    if not seeds:
        raise click.UsageError("name a URL, or a list with --file.")
    archive = Archive.create(data)
    seeds = list(dict.fromkeys(seeds))
    with writing(archive, "add", catch_up=False) as work:
        seeding.remember(archive, [seed.url for seed in seeds], follow=follow)
        enter = partial(seeding.register, given=seeds, at=ledger.now(), follow=follow)
        work.writer.call(enter).result()
    for seed in seeds:
        click.echo(f"{seed.url}  {_RECOGNISED[seed.kind]}")
