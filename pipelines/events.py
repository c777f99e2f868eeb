"""The closed list of what commands tell on stderr while they work, and the one way to tell it.

With `--log json` each is one line; a program may rely on the names. docs/events.md is made from this file.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import Any

_LOGGER = logging.getLogger("wencun.events")
_of_run: dict[str, Any] = {}
"""Fields that every event has while a run lasts."""


class Event(StrEnum):
    """What a command tells; public."""

    RUN_START = "run_start"
    """A run begins to fetch."""
    RUN_RESUME = "run_resume"
    """A run was interrupted before; how much of it is `stored`, and `pending` again."""
    RUN_STOPPING = "run_stopping"
    """A run begins to end before its work is done: a signal or a limit, as `reason` says."""
    RUN_FAILED = "run_failed"
    """An error ends the run; `error` is its kind."""
    RUN_SUMMARY = "run_summary"
    """How a command ended: always the last event of a run that was not killed; the next run tells it of one
    that was."""
    RECOVERED = "recovered"
    """Something that a killed command left was made whole."""
    MIGRATED = "migrated"
    """The database of an earlier wencun is brought up to date, and a copy of it kept."""
    NO_CONTACT = "no_contact"
    """No contact is set, so that a site's owner cannot write to you."""
    FETCH_OK = "fetch_ok"
    """A page was fetched and stored; `outcome` says as what."""
    FETCH_RETRY = "fetch_retry"
    """A page is asked for once more; `attempt` counts from 1."""
    FETCH_FAILED = "fetch_failed"
    """A page could not be had, or could not be read; `reason` says why in a word."""
    ROBOTS_DENIED = "robots_denied"
    """robots.txt forbids a page, which was not asked for."""
    ROBOTS_UNREACHABLE = "robots_unreachable"
    """robots.txt could not be had, so that a page was not asked for."""
    RATE_LIMITED = "rate_limited"
    """A host asks for patience, and rests until `until`."""
    HOST_RESTS = "host_rests"
    """A host fails, or shows walls, several times in a row, and rests until `until`; `reason` says which."""
    QUARANTINED = "quarantined"
    """A page lacks what pages like it have, and is not stored; its bytes are kept."""
    DRIFT = "drift"
    """Pages of `site` have another shape than in its last good runs: `field` was as in `expected`, and is as
    in `seen`; `captures` show it."""
    BLOCKED = "blocked"
    """A site shows a wall in place of a page."""
    SSRF_REFUSED = "ssrf_refused"
    """A page lies at an address that is not public, which was not connected to."""
    OFF_SCOPE = "off_scope"
    """A followed link leads to a host that nobody named, which was not asked for anything."""
    NOTHING_NEW = "nothing_new"
    """Followed pages of a host have given nothing new for long: its other links are left for a later run."""
    PARSE_LIMIT = "parse_limit"
    """A page costs more time or memory to read than one may; its bytes are kept."""
    IMAGE_OK = "image_ok"
    """An image of an article is archived."""
    IMAGE_FAILED = "image_failed"
    """An image of an article could not be had; the article is stored without it."""
    PAGE_REFUSED = "page_refused"
    """A saved page gave no article; `outcome` and `reason` say why."""
    SOURCE_READ = "source_read"
    """A saved page leads to articles; `entries` is how many it names."""
    ERASED = "erased"
    """Somebody gives the address of a page that was erased, or the page itself; it is not taken up again."""
    FILE_FAILED = "file_failed"
    """A file, or the rest of it, could not be read."""
    DAMAGED = "damaged"
    """A file of the archive is not what it must be; it was not touched."""
    WAL_LARGE = "wal_large"
    """Another program reads the database for so long that its log grows; it has so many `bytes`."""
    SNAPSHOT_DONE = "snapshot_done"
    """A copy of the database is whole and on disk; `path` and `bytes` tell which."""
    REPORT = "report"
    """What a command did, where it has no run."""
    DISK_LOW = "disk_low"
    """Less space is left than the archive's `min_free`; `free` and `floor` are bytes."""
    MEMORY_HIGH = "memory_high"
    """The process needs more memory than it may; `used` and `limit` are bytes."""
    WEBHOOK_FAILED = "webhook_failed"
    """A webhook could not be told how the run ended, which changes nothing."""
    REPORT_FAILED = "report_failed"
    """Metrics or alarms could not be looked for or kept at the end of a run, which changes nothing."""
    COMMAND_FAILED = "command_failed"
    """A command ends because of an error; `exit_code` is what it exits with."""
    LOG = "log"
    """What another library has to say, a warning or an error; `logger` is its name."""


def announce(event: Event, message: str, *, level: int = logging.INFO, **fields: Any) -> None:
    """Tell an event; `message` is for people, `fields` for programs. A field that is None is left out."""
    told = {name: value for name, value in {**_of_run, **fields}.items() if value is not None}
    _LOGGER.log(level, "%s", message, extra={"event": event, "fields": told})


@contextmanager
def of_run(run_id: int) -> Iterator[None]:
    """Give every event that is told inside the id of the run it belongs to; a process has one run."""
    _of_run["run_id"] = run_id
    try:
        yield
    finally:
        del _of_run["run_id"]
