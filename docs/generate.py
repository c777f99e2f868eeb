"""Writes the reference pages of docs/ from the code: `make docs`. A test compares them with what it writes.

Commands come from their own help texts, SQL names from the comments of the schema, models from models.toml.
"""

from __future__ import annotations

import ast
import inspect
import re
import tempfile
from collections.abc import Iterator
from importlib.resources import files
from itertools import pairwise
from pathlib import Path

import click

from crawler.cli import main as cli
from crawler.cli.common import ExitCode
from crawler.extract.models import BUILT_IN
from pipelines import database

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
_SQL_FILES = ("schema.sql", "views.sql", "export_views.sql")
_DESCRIBED = re.compile(r"(?P<comment>(?:^-- .*\n)+)CREATE (?P<kind>TABLE|VIEW) (?P<name>\w+)", re.MULTILINE)


def pages() -> dict[str, str]:
    """Return the reference pages: file name -> Markdown."""
    return {"cli.md": _commands(), "schema.md": _schema(), "models.md": _models()}


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
    parts += ["\n## Exit codes\n\n| code | meaning |\n| --- | --- |\n", *_exit_codes()]
    return "".join(parts)


def _exit_codes() -> Iterator[str]:
    body = next(
        node for node in ast.parse(inspect.getsource(ExitCode)).body if isinstance(node, ast.ClassDef)
    ).body
    for member, text in pairwise(body):
        if isinstance(member, ast.Assign) and isinstance(text, ast.Expr):
            yield f"| {ast.unparse(member.value)} | {ast.literal_eval(text.value)} |\n"


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
