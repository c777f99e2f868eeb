"""Show one article: its question, what each model answered, and the lists beside it."""

from __future__ import annotations

import json
import sqlite3
import sys
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from crawler.cli.common import archive_options
from crawler.cli.reading import reading
from crawler.cli.tables import console, printable
from pipelines.archive import Archive
from pipelines.content_coding import ContentUndecodable, decode_content
from pipelines.errors import Usage
from pipelines.exporters import article_record
from pipelines.lookup import Found, find, newest_capture, read_record
from pipelines.replay import coding_of
from pipelines.wording import counted

_HINT = '`wencun query "SELECT key, url, title FROM articles"` lists what is'
MODEL_NAMES = "SELECT id, name FROM models"
_NAMED = """
    SELECT count(*) FROM list_entries WHERE capture_id = (
        SELECT id FROM captures WHERE page_id = ? ORDER BY capture_order DESC LIMIT 1
    )
"""


@click.command()
@click.argument("name", metavar="URL|KEY|ID")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--raw", is_flag=True, help="The page's own bytes, as its newest capture holds them.")
@archive_options
def command(data: Path, name: str, form: str, raw: bool) -> None:
    """Show one article: its question, what each model answered, and the lists beside it.

    \b
    wencun show https://blog.csdn.net/NAME/article/details/NUMBER
    wencun show csdn:NUMBER --format json
    """
    with reading(data) as opened:
        with opened.naming():
            found = look_up(opened.connection, name, verb="show")
            record = None if raw else _record(opened.connection, found, name)
            names = dict(opened.connection.execute(MODEL_NAMES))
        if record is None:
            sys.stdout.buffer.write(_raw(opened.archive, opened.connection, found, name))
        elif form == "json":
            sys.stdout.buffer.write(record.encode() + b"\n")
        else:
            print_article(json.loads(record), names, console())


def look_up(connection: sqlite3.Connection, name: str, *, verb: str) -> Found:
    """Return what is stored under `name`; raises Usage where nothing is."""
    found = find(connection, name)
    if found is None:
        raise Usage(f"{verb}: nothing is stored under {name}; {_HINT}")
    return found


def no_article(found: Found, name: str, *, verb: str) -> Usage:
    """Return the error of a page that gave no article."""
    why = f" ({found.reason})" if found.reason else ""
    return Usage(f"{verb}: {name} is known, but no article of it is stored; its state is {found.state}{why}")


def _record(connection: sqlite3.Connection, found: Found, name: str) -> str:
    record = article_record(connection, found.key) if found.key is not None else None
    if record is None and found.state == "source":
        (number,) = connection.execute(_NAMED, (found.page_id,)).fetchone()
        raise Usage(f"show: {name} is a page that leads to articles, and names {counted(number, 'article')}")
    if record is None:
        raise no_article(found, name, verb="show")
    return record


def _raw(archive: Archive, connection: sqlite3.Connection, found: Found, name: str) -> bytes:
    place = newest_capture(connection, found)
    if place is None:
        raise Usage(f"show: {name} was never fetched; its state is {found.state}")
    record = read_record(archive, place)
    try:
        return decode_content(record.body, coding_of(record))
    except ContentUndecodable:
        return record.body


def print_article(record: dict[str, Any], names: dict[str, str], target: Console) -> None:
    """Print an article's record for a reader; `names` are the models' by id."""
    _print(target, record["question"] or record["title"], style="bold")
    if record["question"]:
        _print(target, record["title"], style="dim")
    _print(target, " · ".join(_facts(record)), style="dim")
    _print(target, record["url"], style="dim")
    for answer in record["answers"]:
        target.print()
        if answer["question"] != record["question"]:
            _print(target, answer["question"] or "", style="bold")
        heading = answer_heading(answer["position"], answer["label"], answer["model"], names)
        target.print(Rule(Text(printable(heading), style="bold"), align="left"))
        _print(target, answer["text"])
    if not record["answers"]:
        target.print()
        _print(target, record["text"])
    for (_, title), entries in groupby(
        record["sidebar"], key=lambda entry: (entry["list"], entry["list_title"])
    ):
        target.print()
        _print_list(target, title, list(entries))


def answer_heading(position: int, label: str, model: str | None, names: dict[str, str]) -> str:
    """Return what stands over an answer; `names` are the models' by id."""
    label = " ".join(label.split())
    if model is None:
        return f"{position}. {label} (unknown model)"
    name = names.get(model, model)
    return f"{position}. {label}" + ("" if name in label else f" ({name})")


def _facts(record: dict[str, Any]) -> Iterator[str]:
    yield record["id"]
    yield record["site"]
    shown = (
        ("question_date", "asked {}"),
        ("author", "by {}"),
        ("published_at", "published {}"),
        ("updated_at", "updated {}"),
        ("imported_at", "imported {}"),
        ("licence", "{}"),
        ("read_count", "{} reads"),
        ("like_count", "{} likes"),
        ("captured_at", "captured {}"),
        ("version", "version {}"),
    )
    for key, words in shown:
        value = record[key]
        if key == "published_at" and value is None:
            value = record["published_date"]
        if value is not None:
            yield words.format(value)


def _print_list(target: Console, title: str | None, entries: list[dict[str, Any]]) -> None:
    kind = entries[0]["list"]
    _print(target, f"{title or kind} ({kind}, {len(entries)})", style="bold")
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(justify="right", no_wrap=True)
    table.add_column(overflow="fold")
    table.add_column(justify="right", no_wrap=True)
    for entry in entries:
        count = "" if entry["read_count"] is None else f"{entry['read_count']} reads"
        table.add_row(str(entry["rank"]), Text(printable(entry["title"])), count)
    target.print(table)


def _print(target: Console, text: str, style: str = "") -> None:
    target.print(Text(printable(text), style=style), soft_wrap=True)
