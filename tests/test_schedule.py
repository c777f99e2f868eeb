"""Units and crontabs that run an archive, and when runs begin."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from datetime import datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from crawling import wencun

from crawler.cli import main
from crawler.cli.crontab import times
from crawler.cli.init import TEMPLATE
from crawler.cli.systemd import calendar
from crawler.fetching.notifying import read_notify_settings
from crawler.fetching.options import read_settings
from crawler.fetching.public_addresses import NOT_PUBLIC, is_public
from pipelines.metrics import read_metrics_settings
from pipelines.schedule import EVERY, Schedule, read_schedule
from pipelines.settings import BadSettings, read_archive_settings

_AWKWARD = "a b%c$HOME'd\"e学"
_SPLIT = "awk '/^# \\/.*\\.(service|timer)$/ { file = substr($0, 3) } file { print > file }'"
_MEANT_BY_SYSTEMD = pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="needs systemd-analyze"
)


def printed(*arguments: str | Path) -> str:
    result = CliRunner().invoke(main, ["schedule", *map(str, arguments)])
    assert result.exit_code == 0, result.stderr
    return result.stdout


def files_of(text: str, folder: Path) -> dict[str, Path]:
    """Return the units in a text, written to a folder, by their endings."""
    found: dict[str, list[str]] = {}
    lines: list[str] = []
    for line in text.splitlines(keepends=True):
        if line.startswith("# /") and line.rstrip().endswith((".service", ".timer")):
            lines = found.setdefault(Path(line[2:].rstrip()).name, [])
        lines.append(line)
    for name, unit in found.items():
        (folder / name).write_text("".join(unit))
    return {Path(name).suffix: folder / name for name in found}


def analyze(*arguments: str | Path) -> str:
    """Run systemd-analyze, which must be content and say nothing against the units."""
    done = subprocess.run(
        ["systemd-analyze", *map(str, arguments)],
        env={**os.environ, "XDG_RUNTIME_DIR": "/tmp"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    return done.stdout


@_MEANT_BY_SYSTEMD
@pytest.mark.parametrize("every", EVERY)
@pytest.mark.parametrize("form", [(), ("--user",)])
def test_units_pass_systemd_analyze_verify_whatever_is_in_their_paths(tmp_path, every, form) -> None:
    data = tmp_path / _AWKWARD
    data.mkdir()
    units = files_of(printed("systemd", *form, "--every", every, "--data", data), tmp_path)
    analyze(*(word for word in form), "verify", units[".service"], units[".timer"])


@_MEANT_BY_SYSTEMD
def test_the_service_is_exposed_little(tmp_path) -> None:
    units = files_of(printed("systemd", "--data", tmp_path), tmp_path)
    analyze("security", "--offline=true", "--threshold=25", units[".service"])


@_MEANT_BY_SYSTEMD
@pytest.mark.parametrize(
    ("every", "at"), [*((every, "17:30") for every in EVERY), ("1d", "3:05"), ("7d", "Sun 23:59")]
)
def test_systemd_begins_the_runs_when_status_expects_them(every, at) -> None:
    schedule = Schedule.of(every=every, at=at)
    shown = analyze("calendar", "--base-time=2026-03-04 10:00:00", "--iterations=3", calendar(schedule))
    moment, expected = datetime(2026, 3, 4, 10), []
    for _ in range(3):
        moment = schedule.next_after(moment)
        expected.append(f"{moment:%a %Y-%m-%d %H:%M:%S}")
    said = [
        " ".join(line.split()[-4:-1]) for line in shown.splitlines() if "elapse:" in line or "Iter" in line
    ]
    assert said == expected


@pytest.mark.parametrize(
    ("every", "at", "fields"),
    [
        ("1h", "0:30", "30 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23 * * *"),
        ("8h", "10:00", "0 2,10,18 * * *"),
        ("1d", "03:00", "0 3 * * *"),
        ("7d", "03:00", "0 3 * * 1"),
        ("7d", "Sun 23:59", "59 23 * * 7"),
    ],
)
def test_cron_has_the_same_times(every, at, fields) -> None:
    assert times(Schedule.of(every=every, at=at)) == fields


@pytest.mark.parametrize("values", [{"every": "5h"}, {"at": "24:00"}, {"at": "Sun 03:00"}, {"at": "noon"}])
def test_what_cannot_be_a_schedule_is_refused(values, tmp_path) -> None:
    settings = tmp_path / "wencun.toml"
    settings.write_text("[schedule]\n" + "".join(f'{name} = "{value}"\n' for name, value in values.items()))
    with pytest.raises(BadSettings, match=next(iter(values))):
        read_schedule(settings)
    assert wencun("schedule", "cron", "--data", tmp_path).code == 4


def test_options_go_before_the_settings_and_those_before_the_default(tmp_path) -> None:
    assert "\n0 3 * * * " in printed("cron", "--data", tmp_path / "nothing")
    (tmp_path / "wencun.toml").write_text('[schedule]\nevery = "12h"\nat = "05:15"\n')
    assert "\n15 5,17 * * * " in printed("cron", "--data", tmp_path)
    assert "\n15 5 * * * " in printed("cron", "--every", "1d", "--data", tmp_path)
    told = CliRunner().invoke(main, ["schedule", "cron", "--every", "1d", "--data", str(tmp_path)]).stderr
    assert 'every = "1d" and at = "05:15"' in told
    assert CliRunner().invoke(main, ["schedule", "cron", "--data", str(tmp_path)]).stderr == ""


def as_cron_runs_it(line: str) -> subprocess.CompletedProcess[str]:
    """Run a crontab's line as cron does: `%` ends the command unless a backslash is before it."""
    command = line.split(" ", 5)[5].replace("\\%", "\0")
    assert "%" not in command
    return subprocess.run(
        ["/bin/sh", "-c", command.replace("\0", "%")], capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize(("code", "is_told"), [(0, False), (6, False), (9, True), (5, True)])
def test_the_crontab_is_silent_where_nobody_has_to_know(tmp_path, monkeypatch, code, is_told) -> None:
    program = tmp_path / "100% 'mine'" / "wencun"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nprintf "<%s>" "$@"\necho trouble >&2\nexit {code}\n')
    program.chmod(0o755)
    monkeypatch.setattr("sys.argv", [str(program)])
    line = printed("cron", "--data", tmp_path / _AWKWARD).splitlines()[-1]
    done = as_cron_runs_it(line)
    said = f"<crawl><--data><{tmp_path / _AWKWARD}>trouble\n" if is_told else ""
    assert (done.stdout, done.stderr) == (said, "")


def test_a_line_in_the_text_puts_both_units_where_they_go(tmp_path) -> None:
    home = tmp_path / "my home"
    (home / ".config/systemd/user").mkdir(parents=True)
    result = CliRunner().invoke(
        main, ["schedule", "systemd", "--user", "--data", str(tmp_path)], env={"HOME": str(home)}
    )
    assert f"| \n#     {_SPLIT}\n" in result.stdout.replace("|\n", "| \n")
    subprocess.run(_SPLIT, shell=True, input=result.stdout, text=True, check=True)
    units = sorted((home / ".config/systemd/user").iterdir())
    assert [unit.name for unit in units] == ["wencun.service", "wencun.timer"]
    assert units[1].read_text().rstrip().endswith("WantedBy=timers.target")


def test_what_the_settings_open_is_open_in_the_unit_too(tmp_path) -> None:
    (tmp_path / "wencun.toml").write_text(
        '[crawl]\nallow_private = ["10.1.2.3:8000", "93.184.215.14:80"]\n'
        'max_time = "30m"\nmax_memory = "2GiB"\n'
        '[notify]\nwebhook = "http://localhost:9/x"\n'
    )
    lines = printed("systemd", "--data", tmp_path).splitlines()
    (opened,) = (line for line in lines if line.startswith("IPAddressAllow="))
    assert {"10.1.2.3", "127.0.0.1"} <= set(opened.removeprefix("IPAddressAllow=").split())
    assert "93.184.215.14" not in opened
    assert {"TimeoutStartSec=5400", f"MemoryMax={3 * 2**30}"} <= set(lines)


def test_what_the_settings_of_a_new_archive_show_is_a_setting_and_none_of_it_is_set(tmp_path) -> None:
    settings = tmp_path / "wencun.toml"
    examples = re.compile(r"^# (\[+\w+\]+|\w+ = .+)$", re.MULTILINE)
    for text, is_set in ((TEMPLATE, False), (examples.sub(r"\1", TEMPLATE), True)):
        settings.write_text(text)
        assert (read_schedule(settings) is not None) is is_set
        assert bool(read_settings(settings).contact) is is_set
        assert bool(read_notify_settings(settings).hosts) is is_set
        assert bool(read_metrics_settings(settings).file) is is_set
        assert bool(read_archive_settings(settings).cold) is is_set


def test_the_networks_that_are_shut_hold_no_public_address() -> None:
    assert not any(is_public(str(network[number])) for network in NOT_PUBLIC for number in (0, 1, -1))


@pytest.mark.parametrize(
    "arguments",
    [("cron", "--user"), ("cron", "--at", "25:00"), ("systemd", "--name", "a/b"), ("cron", "--data", "/a\nb"),
     ("cron", "--data", "/a\\b"), ("launchd",)],
)  # fmt: skip
def test_what_cannot_be_printed_is_a_usage_error(arguments) -> None:
    result = CliRunner().invoke(main, ["schedule", *arguments])
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.count("\n") == 1
