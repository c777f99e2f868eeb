"""A schedule as cron has it: one line that prints nothing unless somebody has to know."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from pathlib import Path

from pipelines.errors import Usage
from pipelines.schedule import Schedule

_TEXT = """\
# For `crontab -e`; or, behind what is there already:
#   (crontab -l 2>/dev/null; {printing}) | crontab -
# A run that ends with 0 (done) or 6 (another run is at work) prints nothing. What any other says, cron sends
# by mail: to you, or to whom a line before this one names, such as MAILTO=you@example.org
{times} said=$({command} 2>&1); case $? in 0|6) ;; *) echo "$said" ;; esac
"""


def crontab(program: Sequence[str], data: Path, schedule: Schedule, *, printing: Sequence[str]) -> str:
    """Return the line with what there is to know of it; `printing`: the command that prints it.

    Raises Usage where a path has a backslash, which crons differ about.
    """
    command = shlex.join([*program, "crawl", "--data", str(data)])
    if "\\" in command:
        raise Usage(f"schedule: not every cron can be told a path with a backslash: {command}")
    return _TEXT.format(
        printing=shlex.join(printing),
        times=times(schedule),
        command=command.replace("%", "\\%"),
    )


def times(schedule: Schedule) -> str:
    """Return the schedule as the five fields of crontab(5)."""
    hours = ",".join(map(str, schedule.hours))
    day = "*" if schedule.weekday is None else str(schedule.weekday + 1)
    return f"{schedule.minute} {hours} * * {day}"
