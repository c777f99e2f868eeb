"""Say how the archive stands: one line of verdict, then what it holds and what went wrong."""

from __future__ import annotations

import dataclasses
import json
from datetime import UTC, datetime
from pathlib import Path

import click

from crawler.cli.common import archive_options
from crawler.cli.reading import reading
from crawler.cli.tables import console, printable
from pipelines.moments import parse_since
from pipelines.standing import Run, Standing, take_stock
from pipelines.wording import counted


@click.command()
@click.option(
    "--since",
    default="7d",
    show_default=True,
    metavar="TIME",
    help="Runs and failures since then: 7d, 2026-05-11.",
)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@archive_options
def command(data: Path, since: str, form: str) -> None:
    """Say how the archive stands: one line of verdict, then what it holds and what went wrong.

    \b
    wencun status
    wencun status --since 1d --format json
    """
    moment = datetime.now(UTC)
    now = moment.strftime("%Y-%m-%dT%H:%M:%SZ")
    begin = parse_since(since, now=moment)
    with reading(data) as opened, opened.naming():
        standing = take_stock(opened.archive, opened.connection, now=now, since=begin)
    if form == "json":
        record = dataclasses.asdict(standing)
        click.echo(json.dumps(record, ensure_ascii=False).encode())
    else:
        target = console()
        for line in _lines(standing):
            target.print(printable(line), soft_wrap=True)


def _lines(standing: Standing) -> list[str]:
    states = ", ".join(f"{count} {state}" for state, count in standing.pages.items()) or "none"
    later = f"; next at {standing.next_due_at}" if standing.next_due_at else ""
    lines = [
        standing.headline,
        f"archive   {standing.archive}",
        f"holds     {counted(standing.articles, 'article')}, {counted(standing.answers, 'answer')}"
        f" of {counted(standing.models, 'known model')}, {counted(standing.captures, 'capture')}",
        f"pages     {states}",
        f"due       {standing.due} now{later}",
        f"disk      {_megabytes(standing.warc_bytes)} warc, {_megabytes(standing.database_bytes)} database",
    ]
    if standing.failures:
        lines.append(f"failures since {standing.since}")
        lines += [f"  {group.count} {group.error}: {group.message}" for group in standing.failures]
    if standing.runs:
        lines.append(f"runs since {standing.since}")
        lines += [f"  {_line_of_run(run)}" for run in standing.runs]
    return lines


def _line_of_run(run: Run) -> str:
    counts = ", ".join(f"{count} {name}" for name, count in run.counts.items() if count)
    end = "not finished" if run.finished_at is None else run.outcome or "done"
    return f"{run.started_at} {run.command}: {end}" + (f" ({counts})" if counts else "")


def _megabytes(size: int) -> str:
    return f"{size / 1e6:.1f} MB"
