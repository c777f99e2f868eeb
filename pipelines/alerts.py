"""Alarms told outside on a change alone: what was told last stands in `alerts.json` beside the database."""

from __future__ import annotations

import json
from typing import Any

from pipelines import durable
from pipelines.alarms import Alarm
from pipelines.archive import Archive
from pipelines.standing import Standing


def change(archive: Archive, standing: Standing) -> dict[str, Any] | None:
    """Return what is to be told, as JSON has it; None where all is as it was told last."""
    raised = [alarm for alarm in standing.alarms if alarm.is_urgent]
    was = _told(archive)
    if _names(raised) == was:
        return None
    lines = "; ".join(f"{alarm.message} ({alarm.advice})" for alarm in raised)
    return {
        "event": "alert",
        "state": "alarm" if raised else "ok",
        "archive": standing.archive,
        "at": standing.now,
        "message": f"ALARM: {lines}" if raised else standing.headline,
        "alarms": [
            {"name": each.name, "subject": each.subject, "message": each.message, "advice": each.advice}
            for each in raised
        ],
        "was": was,
    }


def remember(archive: Archive, standing: Standing) -> None:
    """Note that somebody was told how it stands; raises OSError."""
    raised = _names([alarm for alarm in standing.alarms if alarm.is_urgent])
    anew = archive.alerts_path.with_name(archive.alerts_path.name + ".tmp")
    durable.write(anew, json.dumps({"at": standing.now, "alarms": raised}).encode() + b"\n")
    durable.rename(anew, archive.alerts_path)


def _told(archive: Archive) -> list[str]:
    """Return the alarms that were told last; none where nothing can be read there: better once too often."""
    try:
        return sorted(map(str, json.loads(archive.alerts_path.read_bytes())["alarms"]))
    except (OSError, ValueError, TypeError, KeyError):
        return []


def _names(alarms: list[Alarm]) -> list[str]:
    """Return what tells these alarms from others, whatever numbers and times they mention."""
    return sorted(alarm.name + (f":{alarm.subject}" if alarm.subject else "") for alarm in alarms)
