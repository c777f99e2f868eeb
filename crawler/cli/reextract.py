"""`wencun reextract`: everything that came from pages, made again from what is stored."""

from __future__ import annotations

import logging
import time
from datetime import timedelta
from pathlib import Path

import click

from crawler.cli.common import Duration, ExitCode, archive_options, progress
from pipelines.wording import told

log = logging.getLogger("wencun.reextract")


@click.command()
@click.option("--all", "is_all", is_flag=True, help="Also what today's extractor made.")
@click.option("--site", metavar="SITE", help="Only pages of this site, such as csdn.")
@click.option("--max-time", metavar="TIME", type=Duration(), help="Stop after this long, such as 30m.")
@archive_options
def command(is_all: bool, site: str | None, max_time: timedelta | None, data: Path) -> ExitCode:
    """Read stored pages again with today's extractor, without a fetch.

    \b
    wencun reextract
    wencun reextract --all --site csdn

    A missing archive.db is made anew from warc/ and journal.jsonl. What has its newest form is left alone,
    unless --all is given.
    """
    from pipelines.archive import Archive  # noqa: PLC0415 -- slow to import, and --help needs none of it
    from pipelines.recovery import writing  # noqa: PLC0415
    from pipelines.reextract import Choice, reextract  # noqa: PLC0415

    archive = Archive.open(data)
    deadline = time.monotonic() + max_time.total_seconds() if max_time is not None else None
    total = sum(path.stat().st_size for path in archive.warc_dir.glob("*.warc.gz*"))
    with writing(archive, "reextract", catch_up=False) as work, progress("bytes", total) as advance:
        for line in work.recovered:
            log.info(line, extra={"event": "recovered"})
        choice = Choice(is_all=is_all, site=site, deadline=deadline)
        report = reextract(work, choice, _arguments(is_all, site, max_time), advance)
    for damage in report.damages:
        log.error(str(damage), extra={"event": "damaged"})
    parts = told(report.outcomes)
    parts += [f"{report.skipped} left alone"] if report.skipped else []
    parts += ["the rest left for another time"] if report.is_limited else []
    fields = {**report.outcomes, "skipped": report.skipped, "limited": report.is_limited}
    text = ", ".join(parts) or "no stored pages"
    log.info("%s: %s", archive.root, text, extra={"event": "run_summary", "fields": fields})
    return ExitCode.DAMAGED if report.damages else ExitCode.DONE


def _arguments(is_all: bool, site: str | None, max_time: timedelta | None) -> list[str]:
    given = ["--all"] if is_all else []
    given += ["--site", site] if site is not None else []
    return given + ([f"--max-time={max_time.total_seconds():.0f}s"] if max_time is not None else [])
