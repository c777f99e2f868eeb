"""`wencun schedule`: what has systemd or cron run the archive by itself."""

from __future__ import annotations

import logging
import os
import pwd
import re
import socket
import sys
from collections.abc import Iterator
from contextlib import suppress
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import click

from crawler.cli.common import archive_options
from crawler.fetching.public_addresses import is_public
from pipelines.errors import Usage
from pipelines.events import Event, announce
from pipelines.metrics import read_metrics_settings
from pipelines.schedule import EVERY, Schedule, read_schedule
from pipelines.settings import read_archive_settings

if TYPE_CHECKING:
    from crawler.cli.systemd import Job

_NAME = "wencun"
_RESOLVERS = Path("/etc/resolv.conf")


@click.command()
@click.argument("kind", metavar="systemd|cron", type=click.Choice(["systemd", "cron"]))
@click.option(
    "--every",
    type=click.Choice(list(EVERY)),
    help="How often a run begins. Default: what wencun.toml says, else 1d.",
)
@click.option(
    "--at",
    metavar="TIME",
    help="When, in the machine's own time: 03:00, or 'Sun 03:00' with --every 7d."
    " Default: what wencun.toml says, else 03:00.",
)
@click.option(
    "--user", "is_users", is_flag=True, help="For systemd: as a service of yours, not the system's."
)
@click.option(
    "--name",
    default=_NAME,
    show_default=True,
    help="For systemd: what the units are called; those of a second archive need a name of their own.",
)
@archive_options
def command(*, data: Path, kind: str, every: str | None, at: str | None, is_users: bool, name: str) -> None:
    """Print what has systemd or cron fetch what is due, with absolute paths and where it goes.

    \b
    wencun schedule systemd
    wencun schedule systemd --user --every 12h
    wencun schedule cron --at 04:30

    Nothing is installed: the text says how that is done. With the same `every` and `at` under [schedule] in
    wencun.toml, `wencun status` knows when the next run is, and when one is missing.
    """
    from crawler.cli.crontab import crontab  # noqa: PLC0415 -- slow to import, and --help needs none of it
    from crawler.cli.systemd import units  # noqa: PLC0415

    if kind == "cron" and (is_users or name != _NAME):
        raise Usage("schedule: --user and --name are for systemd")
    if not re.fullmatch(r"[\w-]+", name, re.ASCII):
        raise Usage(f"schedule: --name {name}: write letters, digits, - and _")
    settings, program = data / "wencun.toml", _program()
    schedule = _schedule(settings, every, at)
    if not "".join([*program, str(data)]).isprintable():
        raise Usage(f"schedule: a unit or a crontab cannot hold each character of {data}; move the archive")
    chosen = {"--every": schedule.every, "--at": schedule.at, "--data": str(data)}
    printing = [*program, "schedule", kind, *chain(*chosen.items())]
    if kind == "cron":
        text = crontab(program, data, schedule, printing=printing)
    else:
        printing += [*(["--user"] if is_users else []), *(["--name", name] if name != _NAME else [])]
        job = _job(data, program, printing)
        text = units(job, schedule, name=name, is_users=is_users)
    click.echo(text, nl=False)
    if schedule != read_schedule(settings):
        announce(
            Event.REPORT,
            f'with [schedule] every = "{schedule.every}" and at = "{schedule.at}" in {settings},'
            " `wencun status` knows when the next run is due, and tells of one that is missing",
        )


def _schedule(settings: Path, every: str | None, at: str | None) -> Schedule:
    given = {name: value for name, value in (("every", every), ("at", at)) if value is not None}
    try:
        return read_schedule(settings, **given) or Schedule.of()
    except ValueError as error:
        raise Usage(f"schedule: {error}") from error


def _program() -> list[str]:
    """Return the words that start the wencun that runs: by its path where it has one, else by Python's."""
    for path in (Path(sys.argv[0]).absolute(), Path(sys.executable).with_name(_NAME)):
        if path.name == _NAME and os.access(path, os.X_OK):
            return [str(path)]
    return [sys.executable, "-m", "crawler"]


def _job(data: Path, program: list[str], printing: list[str]) -> Job:
    from crawler.cli.systemd import Job  # noqa: PLC0415 -- slow to import, and --help needs none of it
    from crawler.fetching.hosts import parse_host_port  # noqa: PLC0415
    from crawler.fetching.notifying import read_notify_settings  # noqa: PLC0415
    from crawler.fetching.options import read_settings  # noqa: PLC0415

    settings = read_settings(data / "wencun.toml")
    cold = read_archive_settings(data / "wencun.toml").cold
    notify = read_notify_settings(data / "wencun.toml")
    file = read_metrics_settings(data / "wencun.toml").file
    opened = [parse_host_port(value) for value in settings.allow_private]
    hosts = [*(host for host, _ in filter(None, opened)), *notify.hosts]
    private = {
        address for address in (*_resolvers(), *chain(*map(_addresses, hosts))) if not is_public(address)
    }
    return Job(
        program=program,
        data=data,
        printing=printing,
        owner=_owner(data),
        read=(Path(program[0]), Path(sys.prefix), Path(sys.base_prefix), *cold),
        written=() if file is None else (file.parent,),
        private=sorted(private),
        max_seconds=int(settings.max_time.total_seconds()),
        max_memory=settings.max_memory,
    )


def _owner(data: Path) -> str:
    """Return whose the archive is, or will be."""
    user = data.stat().st_uid if data.exists() else os.geteuid()
    try:
        return pwd.getpwuid(user).pw_name
    except KeyError:
        return str(user)


def _resolvers() -> Iterator[str]:
    """Yield the addresses of the name servers of this machine."""
    with suppress(OSError):
        for line in _RESOLVERS.read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith("nameserver "):
                yield line.split()[1].partition("%")[0]


def _addresses(host: str) -> Iterator[str]:
    """Yield the addresses of a host that the settings name."""
    try:
        for *_, place in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM):
            yield str(place[0]).partition("%")[0]
    except (OSError, UnicodeError):
        announce(Event.REPORT, f"{host} has no address now: the unit does not open it", level=logging.WARNING)
