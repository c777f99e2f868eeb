"""Say how the archive stands: one line of verdict, then what it holds and what went wrong."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from crawler.cli.common import ExitCode, archive_options
from crawler.cli.crawl import HostPort
from crawler.cli.reading import OpenArchive, reading
from crawler.cli.tables import console, printable
from crawler.fetching.options import expected_of
from pipelines.moments import parse_since
from pipelines.past_runs import Run
from pipelines.schedule import Schedule
from pipelines.standing import Standing, take_stock
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
    "--check", is_flag=True, help="Exit with 9 where there is an alarm, also that no run ends well."
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
def command(
    *, data: Path, since: str, form: str, with_plan: bool, check: bool, allow_private: tuple[str, ...]
) -> ExitCode:
    """Say how the archive stands: one line of verdict, then what it holds and what went wrong.

    \b
    wencun status
    wencun status --since 1d --format json
    wencun status --plan
    wencun status --check

    The first line is about the last runs that ended alike, and says when the next one is: by [schedule] in
    wencun.toml, in the machine's own time. Alarms follow, with what to do, then the rest.

    --check tells the first line and the alarms alone. One is that no run has ended well within two intervals
    of the schedule; where wencun.toml has none, --check takes one a day. The exit code is 9 then.

    --plan fetches no page. It asks hosts with due pages for their robots.txt where that was not had within a
    day, politely and into the archive as a run does, and not while a run is at work.
    """
    moment = datetime.now(UTC)
    now = moment.strftime("%Y-%m-%dT%H:%M:%SZ")
    begin = parse_since(since, now=moment)
    with reading(data) as opened:
        expected = expected_of(opened.archive.settings_path)
        if check and expected.schedule is None:
            expected = replace(expected, schedule=Schedule.of())
        with opened.naming():
            standing = take_stock(opened.archive, opened.connection, now=now, since=begin, expected=expected)
        plan = _plan(opened, standing, allow_private) if with_plan else None
    if form == "json":
        click.echo(json.dumps(_record(standing, plan), ensure_ascii=False).encode())
    else:
        target = console()
        alarms = _lines_of_alarms(standing)
        lines = alarms if check else _lines_of_plan(plan) if plan else chain(alarms, _lines(standing))
        for line in chain([standing.headline], lines):
            target.print(printable(line), soft_wrap=True)
    is_alarmed = any(alarm.is_urgent for alarm in standing.alarms)
    return ExitCode.INCOMPLETE if check and is_alarmed else ExitCode.DONE


def _record(standing: Standing, plan: Plan | None) -> dict[str, Any]:
    return {
        "headline": standing.headline,
        **dataclasses.asdict(standing),
        "plan": plan and dataclasses.asdict(plan),
    }


def _plan(opened: OpenArchive, standing: Standing, allow_private: tuple[str, ...]) -> Plan:
    from crawler.cli.planned import plan_of  # noqa: PLC0415 -- Scrapy takes half a second to import

    is_running = standing.verdict == "RUNNING"
    return plan_of(opened, now=standing.now, is_running=is_running, allow_private=allow_private)


def _lines_of_plan(plan: Plan) -> Iterator[str]:
    from crawler.cli.planned import lines_of  # noqa: PLC0415

    return lines_of(plan)


def _lines_of_alarms(standing: Standing) -> Iterator[str]:
    for alarm in standing.alarms:
        yield f"{'alarm   ' if alarm.is_urgent else 'reminder'}  {alarm.message}; {alarm.advice}"


def _lines(standing: Standing) -> list[str]:
    states = ", ".join(f"{count} {state}" for state, count in standing.pages.items()) or "none"
    later = f"; next at {standing.next_due_at}" if standing.next_due_at else ""
    disk = standing.disk
    full = f"full about {disk.full_at[:10]}" if disk.full_at else "not full within ten years"
    lines = [
        f"archive   {standing.archive}",
        f"holds     {counted(standing.articles, 'article')}, {counted(standing.answers, 'answer')}"
        f" of {counted(standing.models, 'known model')}, {counted(standing.captures, 'capture')}",
        f"pages     {states}",
        f"due       {standing.due} now{later}",
        f"disk      {_shown(standing.warc_bytes)} warc, {_shown(standing.database_bytes)} database;"
        f" {_shown(disk.free_bytes)} free, of which {_shown(disk.floor_bytes)} stay so",
        f"growth    {_shown(disk.growth_bytes_per_day)} a day; {full}",
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
    code = f", exit {run.exit_code}" if run.exit_code else ""
    return f"{run.started_at} {run.command}: {end}{code}" + (f" ({counts})" if counts else "")


def _shown(size: int) -> str:
    return f"{size / 1e9:.1f} GB" if size >= 1e9 else f"{size / 1e6:.1f} MB"  # noqa: PLR2004 -- a GB
