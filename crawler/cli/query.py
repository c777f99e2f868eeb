"""Ask the archive in SQL; it can be read and never changed."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import click

from crawler.cli.common import archive_options
from crawler.cli.reading import reading
from crawler.cli.tables import FORMATS, write_rows
from pipelines.errors import QueryTimeout, Usage
from pipelines.queries import run_query

_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]{0,17})")
_DECIMAL = re.compile(r"-?(?:0|[1-9][0-9]{0,14})\.[0-9]{1,15}")


class _SqlCommand(click.Command):
    """Takes SQL that begins with a comment for what it is: no option's name holds white space."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse as any command does; a line feed before the SQL keeps it from looking like an option."""
        try:
            return super().parse_args(ctx, args.copy())
        except click.NoSuchOption as error:
            if len(error.option_name.split()) <= 1:
                raise
            shielded = ["\n" + given if given.startswith(error.option_name) else given for given in args]
            return super().parse_args(ctx, shielded)


@click.command(cls=_SqlCommand)
@click.argument("sql", metavar="SQL|FILE.sql|-")
@click.option(
    "-p",
    "--param",
    "parameters",
    nargs=2,
    multiple=True,
    metavar="NAME VALUE",
    help="A value for :NAME in the SQL, a number where it looks like one; may be repeated.",
)
@click.option(
    "--format", "form", type=click.Choice(list(FORMATS)), help="Default: table on a terminal, else jsonl."
)
@click.option("-t", "--table", "form", flag_value="table", help="The same as --format table.")
@click.option("--nl", "form", flag_value="jsonl", help="The same as --format jsonl.")
@click.option("--csv", "form", flag_value="csv", help="The same as --format csv.")
@click.option("--tsv", "form", flag_value="tsv", help="The same as --format tsv.")
@click.option(
    "--timeout",
    type=click.FloatRange(min=0, min_open=True),
    default=30,
    show_default=True,
    metavar="SECONDS",
    help="How long the database may work at it.",
)
@archive_options
def command(
    data: Path, sql: str, parameters: tuple[tuple[str, str], ...], form: str | None, timeout: float
) -> None:
    """Ask the archive in SQL; it can be read and never changed.

    SQL is one statement, a file that ends in .sql, or - for what comes on stdin.

    \b
    wencun query "SELECT model, count(*) AS answers FROM answers GROUP BY model"
    wencun query "SELECT text FROM answers WHERE model = :m" -p m doubao --csv
    """
    try:
        statement = _read_sql(sql)
        values = {name: _value(given) for name, given in parameters}
        with reading(data) as opened:
            with opened.naming():
                result = run_query(opened.connection, statement, values, limit=timeout)
            write_rows(result.columns, opened.rows(result.rows), form)
    except (Usage, QueryTimeout) as error:
        raise type(error)(f"query: {error}") from error


def _value(given: str) -> str | int | float:
    """Return a number where `given` is written as one: to SQLite, no text is less than a number."""
    if _INTEGER.fullmatch(given):
        return int(given)
    return float(given) if _DECIMAL.fullmatch(given) else given


def _read_sql(given: str) -> str:
    if given == "-":
        return sys.stdin.read()
    if not given.endswith(".sql") or "\n" in given:
        return given
    try:
        return Path(given).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise Usage(f"cannot read {Path(given).absolute()}: {reason}") from error
