"""`wencun reextract`: everything that came from pages, made again from what is stored."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from crawler.cli.common import Duration, ExitCode, archive_options, progress
from crawler.cli.tables import FORMATS, write_rows
from pipelines.events import Event, announce
from pipelines.wording import counted, told

if TYPE_CHECKING:
    from pipelines.archive import Archive
    from pipelines.reextract import Choice, Report

_COLUMNS = ("field", "captures", "capture", "url", "before", "after")


@click.command()
@click.option("--dry-run", is_flag=True, help="Write nothing; show what would change, field by field.")
@click.option("--all", "is_all", is_flag=True, help="Also what today's extractor made.")
@click.option("--site", metavar="SITE", help="Only pages of this site, such as csdn.")
@click.option("--max-time", metavar="TIME", type=Duration(), help="Stop after this long, such as 30m.")
@click.option(
    "--format",
    "form",
    type=click.Choice(list(FORMATS)),
    help="Of what --dry-run shows. Default: a table on a terminal, else jsonl.",
)
@archive_options
def command(
    *, dry_run: bool, is_all: bool, site: str | None, max_time: timedelta | None, form: str | None, data: Path
) -> ExitCode:
    """Read stored pages again with today's extractor, without a fetch.

    \b
    wencun reextract --dry-run
    wencun reextract
    wencun reextract --all --site csdn

    A missing archive.db is made anew from warc/ and journal.jsonl. What has its newest form is left alone,
    unless --all is given. With --dry-run nothing is written: for each field that would change, the number of
    captures and three samples are shown.
    """
    from pipelines.archive import Archive  # noqa: PLC0415 -- slow to import, and --help needs none of it
    from pipelines.reextract import Choice  # noqa: PLC0415
    from pipelines.verify import total_bytes  # noqa: PLC0415

    if form is not None and not dry_run:
        raise click.UsageError("--format is about what --dry-run shows; give both or neither.")
    archive = Archive.open(data)
    deadline = time.monotonic() + max_time.total_seconds() if max_time is not None else None
    choice = Choice(is_all=is_all, site=site, deadline=deadline)
    with progress("bytes", total_bytes(archive)) as advance:
        report = (
            _show_changes(archive, choice, advance, form)
            if dry_run
            else _reextract(archive, choice, advance, _arguments(is_all, site, max_time))
        )
    return ExitCode.DAMAGED if report.damages else ExitCode.DONE


def _reextract(
    archive: Archive, choice: Choice, advance: Callable[[int], None], arguments: list[str]
) -> Report:
    from pipelines.recovery import writing  # noqa: PLC0415
    from pipelines.reextract import reextract  # noqa: PLC0415

    with writing(archive, "reextract", catch_up=False) as work:
        for line in work.recovered:
            announce(Event.RECOVERED, line)
        report = reextract(work, choice, arguments, advance)
    fields = {**report.outcomes, "skipped": report.skipped, "limited": report.is_limited}
    text = ", ".join([*told(report.outcomes), *_left(report)]) or "no stored pages"
    _log_damages(report)
    announce(Event.RUN_SUMMARY, f"{archive.root}: {text}", **fields)
    return report


def _show_changes(
    archive: Archive, choice: Choice, advance: Callable[[int], None], form: str | None
) -> Report:
    from pipelines.reextract import preview  # noqa: PLC0415

    report, changes = preview(archive, choice, advance)
    rows = [
        (name, count, sample.capture_id, sample.url, sample.before, sample.after)
        for name, count in changes.counts.most_common()
        for sample in changes.samples[name]
    ]
    _log_damages(report)
    looked_at = f"{counted(changes.captures, 'capture')} looked at, {changes.changed} would change"
    fields = {"captures": changes.captures, "changed": changes.changed, "skipped": report.skipped}
    text = "; ".join([looked_at, *_left(report), "nothing was written"])
    write_rows(_COLUMNS, rows, form)
    announce(Event.RUN_SUMMARY, f"{archive.root}: {text}", **fields)
    return report


def _log_damages(report: Report) -> None:
    for damage in report.damages:
        announce(Event.DAMAGED, str(damage), level=logging.ERROR)


def _left(report: Report) -> list[str]:
    left = [f"judged again: {', '.join(told(report.judged_again))}"] if report.judged_again else []
    left += [f"{report.skipped} left alone"] if report.skipped else []
    left += [f"{place} is not there, what lies in it left alone" for place in report.away]
    return left + (["the rest left for another time"] if report.is_limited else [])


def _arguments(is_all: bool, site: str | None, max_time: timedelta | None) -> list[str]:
    given = ["--all"] if is_all else []
    given += ["--site", site] if site is not None else []
    return given + ([f"--max-time={max_time.total_seconds():.0f}s"] if max_time is not None else [])
