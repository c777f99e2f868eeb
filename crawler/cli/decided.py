"""What `pause` and `resume` share: a decision about pages, hosts or sites, for the journal and the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from pipelines import ledger
from pipelines.archive import Archive
from pipelines.decisions import decisions_of, enact
from pipelines.journal import Journal
from pipelines.recovery import writing
from pipelines.targets import find


def decide(data: Path, event: str, given: Sequence[str], *, said: str) -> None:
    """Write an event about each target into the journal, enact it, and say so.

    Raises Usage where one of them is not known, and does nothing then; NoArchive without an archive.
    """
    archive = Archive.open(data)
    with writing(archive, event, catch_up=False) as work:
        targets = work.writer.call(lambda connection: [find(connection, name) for name in given]).result()
        places = [place for target in targets for place in target.places]
        at = ledger.now()
        Journal(archive.journal_path).append(*({"at": at, "event": event, **place} for place in places))
        work.writer.call(lambda connection: enact(decisions_of(archive), connection)).result()
    for place in places:
        click.echo(f"{said} {', '.join(place.values())}")
