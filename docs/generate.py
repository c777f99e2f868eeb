"""Writes the reference pages of docs/ from the code: `make docs`. A test compares them with what it writes.

Commands come from their own help texts, SQL names from the comments of the schema, models from models.toml,
events from their docstrings.
"""

from __future__ import annotations

import ast
import inspect
import re
import tempfile
from collections.abc import Iterator
from enum import Enum
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from typing import Any

import click

from crawler.cli import main as cli
from crawler.cli.common import ExitCode
from crawler.extract.models import BUILT_IN
from pipelines import database
from pipelines.events import Event

_DOCS = Path(__file__).parent
_HEAD = "<!-- Written by docs/generate.py: change the code, then run `make docs`. -->\n\n"
_SCHEMA_HEAD = """\
# SQL names

What `wencun query` and any SQLite tool can ask. Times `*_at` are UTC text, `YYYY-MM-DDTHH:MM:SSZ`; `*_date`
is the site's own day; `*_shown` is the site's own text; `*_is_minimum` is 0 or 1. Other tables may change.
"""
_MODELS_HEAD = """\
# Models and assistants

A label that is wholly one of these names, in any of its spellings, gives an answer its `model`.

| id | name | vendor | also written |
| --- | --- | --- | --- |
"""
_EVENTS_HEAD = """\
# Events

With `--log json` every line on stderr is one JSON object, and nothing else is written there. Each has `ts`
(UTC, with milliseconds), `level` (`info`, `warning`, `error`, `critical`), `event` and `message`, a sentence
for people. Where they are known: `run_id`, `host`, `url`, `outcome`, `reason` (why not, in a word), `attempt`
(from 1), `status` (HTTP), `dur_ms` (between the last request and its answer) and `bytes`. Names are only ever
added.

| event | meaning |
| --- | --- |
"""
_SQL_FILES = ("schema.sql", "views.sql", "export_views.sql")
_DESCRIBED = re.compile(r"(?P<comment>(?:^-- .*\n)+)CREATE (?P<kind>TABLE|VIEW) (?P<name>\w+)", re.MULTILINE)


def pages() -> dict[str, str]:
    """Return the reference pages: file name -> Markdown."""
    return {"cli.md": _commands(), "schema.md": _schema(), "models.md": _models(), "events.md": _events()}


def _commands() -> str:
    context = click.Context(cli, info_name="wencun")
    parts = [_HEAD, "# Commands\n\n", _help(cli, context)]
    for name in cli.list_commands(context):
        command = cli.get_command(context, name)
        assert command is not None
        parts += [
            f"\n## wencun {name}\n\n",
            _help(command, click.Context(command, info_name=name, parent=context)),
        ]
    codes = (f"| {code} | {meaning} |\n" for code, meaning in _members(ExitCode))
    parts += ["\n## Exit codes\n\n| code | meaning |\n| --- | --- |\n", *codes]
    return "".join(parts)


def _events() -> str:
    rows = (f"| `{name}` | {_cell(meaning)} |\n" for name, meaning in _members(Event))
    return "".join([_HEAD, _EVENTS_HEAD, *rows])


def _members(enumeration: type[Enum]) -> Iterator[tuple[Any, str]]:
    """Yield value and docstring of each member."""
    (definition,) = ast.parse(inspect.getsource(enumeration)).body
    assert isinstance(definition, ast.ClassDef)
    for member, text in pairwise(definition.body):
        if isinstance(member, ast.Assign) and isinstance(text, ast.Expr):
            yield ast.literal_eval(member.value), " ".join(ast.literal_eval(text.value).split())


def _help(command: click.Command, context: click.Context) -> str:
    formatter = click.HelpFormatter(width=100)
    command.format_help(context, formatter)
    return f"```text\n{formatter.getvalue().rstrip()}\n```\n"


def _schema() -> str:
    with tempfile.TemporaryDirectory() as folder:
        connection = database.connect_writing(Path(folder, "archive.db"))
        columns = {
            name: ", ".join(f"`{row[1]}`" for row in connection.execute(f'PRAGMA table_info("{name}")'))
            for name in _descriptions()
        }
        connection.close()
    parts = [f"\n## {name}\n\n{text}\n\n{columns[name]}\n" for name, text in sorted(_descriptions().items())]
    return "".join([_HEAD, _SCHEMA_HEAD, *parts])


def _descriptions() -> dict[str, str]:
    """Return what the comments before them say of all views and of the tables marked PUBLIC."""
    sql = "".join(files("pipelines").joinpath(name).read_text("utf-8") for name in _SQL_FILES)
    return {
        match["name"]: " ".join(
            match["comment"].replace("\n-- ", " ").removeprefix("-- ").removeprefix("PUBLIC. ").split()
        )
        for match in _DESCRIBED.finditer(sql)
        if match["kind"] == "VIEW" or match["comment"].startswith("-- PUBLIC. ")
    }


def _models() -> str:
    rows = [
        f"| `{model.id}` | {model.name} | {model.vendor or ''} | {_cell(', '.join(model.aliases))} |\n"
        for model in BUILT_IN.rows
    ]
    return "".join([_HEAD, _MODELS_HEAD, *rows])


def _cell(text: str) -> str:
    return re.sub(r"([|*_])", r"\\\1", text)


if __name__ == "__main__":
    for file, text in pages().items():
        (_DOCS / file).write_text(text, encoding="utf-8")
