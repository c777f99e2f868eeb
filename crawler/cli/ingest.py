"""`wencun ingest`: saved pages, without a fetch."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from crawler.cli.common import ExitCode, archive_options, progress
from pipelines.events import Event, announce
from pipelines.wording import counted, told

if TYPE_CHECKING:
    from pipelines.ingest import Report
    from pipelines.ingest.saved import Saved


@click.command()
@click.argument("paths", metavar="PATH...", nargs=-1, type=click.Path(path_type=Path))
@click.option("--url", metavar="URL", help="Where the page was saved from; for a single page.")
@click.option("--captured-at", metavar="TIME", help="When it was saved, such as 2024-05-11T01:02:03Z.")
@click.option(
    "--list",
    "list_file",
    metavar="FILE.jsonl",
    type=click.Path(path_type=Path),
    help='Lines of {"path": ..., "url": ..., "captured_at": ...}; paths from the list\'s folder.',
)
@archive_options
def command(
    paths: tuple[Path, ...], url: str | None, captured_at: str | None, list_file: Path | None, data: Path
) -> ExitCode:
    """Take saved pages into the archive, without a fetch.

    \b
    wencun ingest page.html --url https://blog.csdn.net/NAME/article/details/NUMBER
    wencun ingest folder/ crawl.warc.gz

    PATH is a saved page (.html, .txt, also gzipped), a WARC or WET file, or a folder of them. A page that is
    held already changes nothing. What is no article is kept and named on stderr.
    """
    from pipelines.archive import Archive  # noqa: PLC0415 -- slow to import, and --help needs none of it
    from pipelines.ingest import Ingest  # noqa: PLC0415
    from pipelines.ingest.saved import shown  # noqa: PLC0415
    from pipelines.recovery import writing  # noqa: PLC0415

    saved = _saved_pages(paths, url, captured_at, list_file)
    archive = Archive.create(data)
    with writing(archive, "ingest") as work, progress("pages", len(saved)) as advance:
        for line in work.recovered:
            announce(Event.RECOVERED, line)
        ingest = Ingest(work, [shown(path) for path in (*paths, *filter(None, [list_file]))])
        try:
            report = ingest.run(saved, advance)
        except KeyboardInterrupt:
            ingest.finish("interrupted", ExitCode.INTERRUPTED)
            raise
        code = ExitCode.INCOMPLETE if report.is_incomplete else ExitCode.DONE
        ingest.finish("incomplete" if report.is_incomplete else "done", code)
    _tell(report, archive.root)
    return code


def _saved_pages(
    paths: tuple[Path, ...], url: str | None, captured_at: str | None, list_file: Path | None
) -> list[Saved]:
    from pipelines.ingest.saved import find_saved, parse_captured_at, read_list  # noqa: PLC0415

    if list_file is not None and (paths or url or captured_at):
        raise click.UsageError("--list names all pages; give it alone.")
    if list_file is not None:
        return read_list(list_file)
    if not paths:
        raise click.UsageError("Nothing to ingest; give a PATH or --list.")
    try:
        moment = parse_captured_at(captured_at) if captured_at is not None else None
    except ValueError as error:
        raise click.UsageError(
            f"--captured-at {captured_at!r} is no time in the past; write 2024-05-11T01:02:03Z."
        ) from error
    return find_saved(paths, url=url, captured_at=moment)


def _tell(report: Report, root: Path) -> None:
    parts = told(report.outcomes)
    parts += [f"{report.held.total()} held already"] if report.held else []
    parts += [f"{report.renamed} now with a URL"] if report.renamed else []
    parts += [f"{report.erased} erased before"] if report.erased else []
    parts += [f"{counted(report.passed_over, 'record')} without a page"] if report.passed_over else []
    fields = {**report.outcomes, "held": report.held.total(), "renamed": report.renamed}
    announce(Event.RUN_SUMMARY, f"{root}: {', '.join(parts) or 'no saved pages found'}", **fields)
