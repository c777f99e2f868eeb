"""`wencun demo`: the main job on a sample site, from a crawl over loopback to SQL and JSON Lines."""

from __future__ import annotations

import json
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource
from rich import box
from rich.table import Table
from rich.text import Text

from crawler.cli.common import archive_options, log_is_json
from crawler.cli.tables import console
from crawler.demo.site import serve

_FIRST_PAGE = "/kf/1790181905477865473.html"
_REAL_PAGE = "https://blog.csdn.net/blogdevteam/article/details/126135357"
"""An article of CSDN's own, which the foot of its pages leads to: it will last."""
_QUERIES = (
    (
        "How many answers has each model given, and how long are they?",
        "SELECT model, count(*) AS answers, round(avg(char_count)) AS characters FROM answers"
        " GROUP BY model ORDER BY answers DESC, model",
    ),
    (
        "Which questions were asked, and how many models answered?",
        "SELECT first_date, models, question FROM questions ORDER BY first_date",
    ),
    (
        "Which articles are read most, by the newest count that any page shows?",
        "SELECT read_count, source, title FROM latest_read_counts ORDER BY read_count DESC, title LIMIT 5",
    ),
)


@click.command()
@archive_options
@click.pass_context
def command(context: click.Context, data: Path) -> None:
    """Crawl a bundled sample site for real, and show what was stored.

    The site is served on loopback; the archive stays in a temporary folder, unless --data names one.

    \b
    wencun demo
    """
    is_named = context.get_parameter_source("data") is ParameterSource.COMMANDLINE
    archive = data if is_named else Path(tempfile.mkdtemp(prefix="wencun-demo-")).resolve()
    with serve() as site:
        _headline(f"A sample site is served at {site}; crawl it")
        _run(archive, "crawl", site + _FIRST_PAGE, "--follow", "sidebar",
             "--allow-private", site.removeprefix("http://"), "--delay", "0")  # fmt: skip
    record = json.loads(_output(archive, "show", site + _FIRST_PAGE, "--format", "json"))
    _headline(f"One question, its answers side by side: {record['question']}")
    _print_answers(record["answers"])
    _headline("The lists beside it, with their read counts")
    _print_lists(record["sidebar"])
    for question, sql in _QUERIES:
        _headline(question)
        _run(archive, "query", sql, "--format", "table")
    _headline("The answers as JSON Lines")
    export = archive / "exports" / "answers.jsonl"
    _run(archive, "export", "answers", "--to", str(export))
    click.echo(export)
    _headline("Next, a real page")
    click.echo(f"{_wencun()} crawl {_REAL_PAGE}")


def _headline(text: str) -> None:
    click.echo()
    click.secho(text, bold=True)


def _run(archive: Path, *arguments: str) -> None:
    """Run one wencun command as a user would, in a process of its own, and show its output."""
    click.secho("$ " + shlex.join(["wencun", *arguments, "--data", str(archive)]), dim=True)
    sys.stdout.flush()
    _call(archive, arguments, stdout=None)


def _output(archive: Path, *arguments: str) -> str:
    """Return what one wencun command writes to stdout."""
    return _call(archive, arguments, stdout=subprocess.PIPE)


def _call(archive: Path, arguments: tuple[str, ...], *, stdout: int | None) -> str:
    options = ["--data", str(archive), "--log", "json" if log_is_json() else "text"]
    done = subprocess.run(  # noqa: S603 -- our own command, with arguments made above
        [sys.executable, "-m", "crawler", *arguments, *options],
        stdout=stdout,
        encoding="utf-8",
        check=False,
    )
    if done.returncode:
        raise click.ClickException(f"demo: `wencun {arguments[0]}` ended with exit code {done.returncode}")
    return done.stdout or ""


def _print_answers(answers: list[dict[str, Any]]) -> None:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, expand=True)
    for answer in answers:
        table.add_column(Text(answer["label"].strip()), ratio=1, overflow="fold")
    table.add_row(*(Text(answer["text"]) for answer in answers))
    console().print(table)


def _print_lists(entries: list[dict[str, Any]]) -> None:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name, justify in (("list", "left"), ("rank", "right"), ("reads", "right"), ("title", "left")):
        table.add_column(name, justify=justify)  # type: ignore[arg-type]  # one of rich's words
    for entry in entries:
        cells = (entry["list_title"], str(entry["rank"]), str(entry["read_count"]), entry["title"])
        table.add_row(*map(Text, cells))
    console().print(table)


def _wencun() -> str:
    """Return how this shell can call wencun: by its name where that is on PATH, else by its path."""
    if shutil.which("wencun"):
        return "wencun"
    return shlex.quote(str(Path(sys.executable).with_name("wencun")))
