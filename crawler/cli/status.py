"""Say how the archive stands: one line of verdict, then what it holds and what went wrong."""

from __future__ import annotations

import dataclasses
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from crawler.cli.common import archive_options
from crawler.cli.crawl import HostPort
from crawler.cli.reading import OpenArchive, reading
from crawler.cli.tables import console, printable
from pipelines.moments import parse_since
from pipelines.standing import Run, Standing, take_stock
from pipelines.wording import counted

if TYPE_CHECKING:
    from crawler.fetching.planning import Plan


@click.command()
@click.option(
    "--since",
    default="7d",
    show_default=True,
    metavar="TIME",
    help="Runs and failures since then: 7d, 2026-05-11.",
)
@click.option(
    "--plan",
    "with_plan",
    is_flag=True,
    help="What the next run would fetch, what robots.txt says to it, and how long it takes.",
)
@click.option(
    "--allow-private",
    type=HostPort(),
    multiple=True,
    metavar="HOST:PORT",
    help="With --plan: let this one address be asked for its robots.txt although it is not public.",
)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@archive_options
def command(data: Path, since: str, form: str, with_plan: bool, allow_private: tuple[str, ...]) -> None:
    """Say how the archive stands: one line of verdict, then what it holds and what went wrong.

    \b
    wencun status
    wencun status --since 1d --format json
    wencun status --plan

    --plan fetches no page. It asks hosts with due pages for their robots.txt where that was not had within a
    day, politely and into the archive as a run does, and not while a run is at work.
    """
    moment = datetime.now(UTC)
    now = moment.strftime("%Y-%m-%dT%H:%M:%SZ")
    begin = parse_since(since, now=moment)
    with reading(data) as opened:
        with opened.naming():
            standing = take_stock(opened.archive, opened.connection, now=now, since=begin)
        plan = _plan(opened, standing, allow_private) if with_plan else None
    if form == "json":
        record = {**dataclasses.asdict(standing), "plan": plan and dataclasses.asdict(plan)}
        click.echo(json.dumps(record, ensure_ascii=False).encode())
    else:
        target = console()
        for line in _lines(standing) if plan is None else _lines_of_plan(standing, plan):
            target.print(printable(line), soft_wrap=True)


def _plan(opened: OpenArchive, standing: Standing, allow_private: tuple[str, ...]) -> Plan:
    from crawler.cli.planned import plan_of  # noqa: PLC0415 -- Scrapy takes half a second to import

    is_running = standing.verdict == "RUNNING"
    return plan_of(opened, now=standing.now, is_running=is_running, allow_private=allow_private)


def _lines_of_plan(standing: Standing, plan: Plan) -> list[str]:
    from crawler.cli.planned import lines_of  # noqa: PLC0415

    return [standing.headline, *lines_of(plan)]


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
