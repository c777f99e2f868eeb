"""One page's turn in a run: from its lease to what is stored of it."""

from __future__ import annotations

from dataclasses import dataclass, field

from scrapy import Request

from pipelines.ledger import LeasedPage
from pipelines.records import WarcReference
from pipelines.warc.record import Record

VISIT = "visit"
"""Key of a request's meta under which its visit travels, through retries and redirects."""
PURPOSE = "purpose"
"""Key of a request's meta that says what it is for, where it is for no page: `image`."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """One archived response."""

    reference: WarcReference
    record: Record
    """As it is read back from the file."""


@dataclass(slots=True)
class Visit:
    """A leased page and every response that was archived for it, in order."""

    page: LeasedPage
    exchanges: list[Exchange] = field(default_factory=list)
    attempt: int = 1
    """How often it was asked for, redirects apart."""
    waits_for: str = ""
    """The host whose rest it waits for the end of; empty where it waits for none."""
    request: Request | None = None
    """What is to be asked then: the page, or what it led to."""
    outcome: str | None = None
    """What it amounts to so far, where it was put off after an answer."""
    failure: Exception | None = None
    """Why its last try had no answer; None where it had one."""
    seconds: float | None = None
    """Between the last request and its answer; None where there was none."""
