"""`wencun fixture`: a stored page as a test case."""

from __future__ import annotations

from pathlib import Path

import click

from crawler.cli.common import archive_options
from crawler.cli.reading import reading
from crawler.extract.items import Article, Source
from pipelines.errors import Usage, of_os_error
from pipelines.events import Event, announce
from pipelines.golden import GoldenPair, golden_pair
from pipelines.wording import counted


@click.command()
@click.argument("name", metavar="CAPTURE|URL|KEY")
@click.option(
    "--to",
    "folder",
    metavar="DIR",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("tests/fixtures"),
    show_default=True,
    help="Where the pair goes, into a folder of its site.",
)
@click.option("--name", "case", metavar="CASE", help="What the two files are called. Default: the page's id.")
@archive_options
def command(name: str, folder: Path, case: str | None, data: Path) -> None:
    """Save a stored page as a golden pair: its bytes, and what is read off them today.

    \b
    wencun fixture 41
    wencun fixture https://blog.csdn.net/NAME/article/details/NUMBER --name g7_two_questions

    CAPTURE is a number of the table captures; of a URL or KEY the newest capture is taken. Check every value
    of the .json against the page, correct it, and commit both with the change that makes the test green.
    Pages hold names and words that are not yours to publish: then make an invented one in the same shape.
    """
    if case is not None and Path(case).name != case:
        raise Usage(f"fixture: {case!r} is no file's name; --to names the folder")
    with reading(data) as opened, opened.naming():
        pair = golden_pair(opened.archive, opened.connection, name)
    stem = folder / pair.site / (case or pair.case)
    paths = [stem.with_name(stem.name + ending) for ending in (pair.ending, ".json")]
    there = next((path for path in paths if path.exists()), None)
    if there is not None:
        raise Usage(f"fixture: {there} exists; give another --name, or move it away")
    try:
        stem.parent.mkdir(parents=True, exist_ok=True)
        paths[0].write_bytes(pair.page.body)
        paths[1].write_text(pair.expected, encoding="utf-8", newline="\n")
    except OSError as error:
        raise of_os_error(error, stem.parent) from error
    for path in paths:
        click.echo(path)
    announce(Event.REPORT, f"{_summary(pair)}; check every value against the page before you commit")


def _summary(pair: GoldenPair) -> str:
    found = pair.found
    if isinstance(found, Source):
        return ", ".join(filter(None, [found.kind, found.title, counted(len(found.entries), "article")]))
    if not isinstance(found, Article):
        return f"{type(found).__name__}: {found}"
    parts = [f"{found.site} {found.layout}", found.title, counted(len(found.answers), "answer")]
    parts.append(f"{len(found.sidebar)} list entries")
    return ", ".join(parts)
