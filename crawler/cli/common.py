"""What all verbs share: where the archive is, how they log, what they exit with."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from enum import IntEnum
from typing import Any, TypeVar

import click

from crawler.cli import log
from pipelines.archive import resolve_root

_Function = TypeVar("_Function", bound=Callable[..., Any])
_LOG = "wencun.log"
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_DURATION = re.compile(r"(\d{1,6})([smhd]?)")


class ExitCode(IntEnum):
    """What a verb tells its caller; public."""

    DONE = 0
    """Done, also when nothing was due, all was unchanged, or a limit was reached."""
    INTERNAL = 1
    """A bug of ours."""
    USAGE = 2
    """Wrong usage, an error in SQL, or nothing to show."""
    DISK_FULL = 3
    """No space is left on the disk."""
    INVALID = 4
    """Settings, seeds or a list that cannot be, or no archive."""
    DAMAGED = 5
    """The archive is damaged."""
    LOCKED = 6
    """Another run holds the archive."""
    STORAGE = 7
    """The archive cannot be read or written."""
    DRIFT = 8
    """A site's pages have another shape than in its last good runs."""
    INCOMPLETE = 9
    """Something was due and nothing was stored, or over 5% failed; `status --check` found an alarm."""
    BLOCKED = 10
    """The site blocks us, or its robots.txt cannot be reached."""
    INTERRUPTED = 11
    """Ended by a signal; what was stored stays."""
    FAILURES = 12
    """Too many pages failed in a row, or a host that does not work holds back what is due."""
    FORCED = 13
    """Ended at once by a second signal."""
    SIZE_LIMIT = 14
    """With `--strict`: the run ended at its number of pages."""
    TIME_LIMIT = 15
    """A query ran out of time; with `--strict`: the run did."""
    DISK_FLOOR = 16
    """Less space is left on the disk than is to stay free."""
    RATE_LIMITED = 18
    """A site asks for patience; the summary says until when."""
    MEMORY = 19
    """The process takes more memory than it may."""


class Duration(click.ParamType[timedelta]):
    """`90`, `90s`, `30m`, `2h` or `1d`, as a timedelta."""

    name = "duration"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:
        """Return what `value` says; fails as a usage error where it is no duration."""
        match = _DURATION.fullmatch(value)
        if match is None:
            self.fail(f"{value!r} is no duration; write 90s, 30m, 2h or 1d.", param, ctx)
        return timedelta(seconds=int(match[1]) * _SECONDS[match[2] or "s"])


def archive_options(function: _Function) -> _Function:
    """Give a verb `--data` and `--log`; its function is called with `data`, the archive's absolute root."""
    return _data_option(_log_option(function))


def log_is_json() -> bool:
    """Did the user ask for events a program can read (`--log json`)?"""
    context = click.get_current_context(silent=True)
    return context is not None and context.meta.get(_LOG) == "json"


@contextmanager
def progress(what: str, total: int | None) -> Iterator[Callable[[int], None]]:
    """Show a bar on stderr while the block runs, where stderr is a terminal.

    Yields what to call with each number of steps done. `total` None: nobody knows how much there is to do.
    """
    from rich.console import Console  # noqa: PLC0415 -- slow to import, and most verbs need none of it
    from rich.progress import (  # noqa: PLC0415
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    bar = Progress(
        *columns, console=console, disable=not console.is_terminal or log_is_json(), transient=True
    )
    with bar:
        task = bar.add_task(what, total=total)
        yield lambda steps: bar.advance(task, steps)


def _start_log(context: click.Context, _: click.Parameter, kind: str) -> None:
    context.meta[_LOG] = kind
    log.start(as_json=kind == "json")


_data_option = click.option(
    "--data",
    metavar="DIR",
    envvar="WENCUN_DATA",
    show_envvar=True,
    default="data",
    show_default=True,
    callback=lambda _context, _parameter, value: resolve_root(value),
    help="The archive's directory.",
)
_log_option = click.option(
    "--log",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    expose_value=False,
    is_eager=True,
    callback=_start_log,
    help="What is written to stderr: lines to read, or one JSON object a line.",
)
