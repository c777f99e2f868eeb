"""A schedule as systemd has it: a service that runs once, hardened, and the timer that starts it."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from crawler.fetching.public_addresses import NOT_PUBLIC
from pipelines.schedule import DAYS, Schedule

_HOMES = tuple(map(Path, ("/home", "/root", "/run/user")))
_ESCAPES = {"\\": "\\\\", '"': '\\"', "%": "%%"}
_WORKERS_MEMORY = 2**30
_HOUR = 3600
_SPREAD = 900
"""Seconds by which a run may begin later, so that not all machines ask at the same second."""
_SPLIT = "awk '/^# \\/.*\\.(service|timer)$/ { file = substr($0, 3) } file { print > file }'"
_HEAD = """\
# Two files, each after a line that says where it goes. To put them there and switch the timer on:
#   {printing} |
#     {splitting}
#   {systemctl} daemon-reload
#   {systemctl} enable --now {name}.timer
# `systemctl {manager}list-timers` says when it runs next, `journalctl {manager}-u {name}` what it did.
{hint}"""
_SERVICE = """
# {directory}/{name}.service
[Unit]
Description=wencun: fetch what is due
RequiresMountsFor={data}
{network}
[Service]
Type=oneshot
{identity}ExecStart={command}
# 6: another run was at work. 11: a signal ended this one, and the next goes on.
SuccessExitStatus=6 11
KillSignal=SIGTERM
TimeoutStopSec=60
# `max_time` of wencun.toml and an hour: a run ends by itself before.
TimeoutStartSec={seconds}
# `max_memory` of wencun.toml, and 1 GiB for the workers that read pages.
MemoryMax={memory}
ReadWritePaths={writable}
ProtectHome={home}
"""
_HARDENED = """\
ProtectSystem=strict
ProtectProc=invisible
PrivateTmp=yes
NoNewPrivileges=yes
LockPersonality=yes
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallFilter=~@privileged
SystemCallErrorNumber=EPERM
"""
_HARDENED_BY_ROOT = """\
CapabilityBoundingSet=
PrivateDevices=yes
PrivateMounts=yes
ProtectClock=yes
ProtectControlGroups=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
"""
"""What the manager of one user's services cannot do."""
_WALL = """\
# A second wall before the network that this machine is in, behind wencun's own. Open are the resolvers of
# /etc/resolv.conf, and the hosts of that network which wencun.toml names: where they change, print this anew.
IPAddressDeny={denied}
IPAddressAllow={allowed}
"""
_TIMER = """
# {directory}/{name}.timer
[Unit]
Description=wencun: every {every}

[Timer]
OnCalendar={calendar}
RandomizedDelaySec={spread}
FixedRandomDelay=yes
# What was missed while the machine was off is made good when it is on again.
Persistent=yes

[Install]
WantedBy=timers.target
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What is to be run, and what it needs."""

    program: Sequence[str]
    """The words that start wencun; the first is an absolute path."""
    data: Path
    printing: Sequence[str]
    """The command that prints the units."""
    owner: str
    """Whose the archive is: the user that the whole system's service runs as."""
    read: Sequence[Path]
    """What is to be seen beside the archive: where the program lies, and cold places."""
    written: Sequence[Path]
    """Directories beside the archive that a run writes to."""
    private: Sequence[str]
    """Addresses that are not public and have to be reached."""
    max_seconds: int
    max_memory: int


def units(job: Job, schedule: Schedule, *, name: str, is_users: bool) -> str:
    """Return both units in one text; `is_users`: for the manager of one user's services."""
    is_at_home = any(
        path.is_relative_to(home) for path in (job.data, *job.written, *job.read) for home in _HOMES
    )
    directory = Path.home() / ".config/systemd/user" if is_users else Path("/etc/systemd/system")
    command = (*job.program, "crawl", "--data", str(job.data))
    head = _HEAD.format(
        printing=shlex.join(job.printing),
        splitting=_SPLIT if is_users else f"sudo {_SPLIT}",
        systemctl="systemctl --user" if is_users else "sudo systemctl",
        manager="--user " if is_users else "",
        name=name,
        hint="# `loginctl enable-linger` has it run while you are not logged in.\n" if is_users else "",
    )
    service = _SERVICE.format(
        directory=directory,
        name=name,
        data=_quoted(str(job.data)),
        network="" if is_users else "Wants=network-online.target\nAfter=network-online.target\n",
        identity="" if is_users else f"User={job.owner}\n",
        command=" ".join(_quoted(word).replace("$", "$$") for word in command),
        seconds=job.max_seconds + _HOUR,
        memory=job.max_memory + _WORKERS_MEMORY,
        writable=" ".join(_quoted(f"-{path}") for path in (job.data, *job.written)),
        home="read-only" if is_at_home else "yes",
    )
    by_root = "" if is_users else _HARDENED_BY_ROOT + _wall(job.private)
    timer = _TIMER.format(
        directory=directory,
        name=name,
        every=schedule.every,
        calendar=calendar(schedule),
        spread=min(_SPREAD, int(schedule.interval.total_seconds()) // 4),
    )
    return head + service + _HARDENED + by_root + timer


def calendar(schedule: Schedule) -> str:
    """Return the schedule as systemd.time(7) writes it."""
    day = "" if schedule.weekday is None else f"{DAYS[schedule.weekday]} "
    return f"{day}*-*-* {','.join(f'{hour:02}' for hour in schedule.hours)}:{schedule.minute:02}:00"


def _wall(private: Sequence[str]) -> str:
    return _WALL.format(denied=" ".join(map(str, NOT_PUBLIC)), allowed=" ".join(private))


def _quoted(text: str) -> str:
    """Return one word for a setting that is a list of words: a blank parts none, `%` is no specifier."""
    return '"' + "".join(_ESCAPES.get(character, character) for character in text) + '"'
