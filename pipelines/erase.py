"""`wencun erase`: a page taken out for good, with a receipt of what went and of what still speaks of it."""

from __future__ import annotations

import re
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, field
from typing import Any

from crawler.extract.urls import key as key_of
from pipelines import ledger
from pipelines.archive import Archive
from pipelines.database import connect_reading
from pipelines.database_errors import naming_errors
from pipelines.decisions import decisions_of
from pipelines.erasures import Erasures, copies, digest, spellings, tombstone
from pipelines.erasures.finishing import carry_out
from pipelines.erasures.mentions import Mentions
from pipelines.erasures.own import Own, entries_of_others, listed_only, own_of, used_by_others
from pipelines.erasures.records import Finder, OwnRecord, files, out_of_reach
from pipelines.errors import StorageUnusable, Usage
from pipelines.events import Event, announce
from pipelines.journal import Journal
from pipelines.lookup import Found, address_of, find
from pipelines.recovery import writing
from pipelines.warc.pieces import pieces
from pipelines.warc.places import Places, places_of

_MENTIONING = {"response", "revisit", "resource", "conversion"}
_ROW_ID = re.compile(r"\s*[0-9]+\s*")
_BACKUPS = (
    "they hold it until they are renewed: copy the WARC files named here and journal.jsonl over those of the"
    " backup, and take away the snapshots and copies of the database that were made before"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Removed:
    """What a WARC file lost."""

    file: str
    records: int
    bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A record of another page that still links to the erased one."""

    url: str
    key: str
    file: str
    offset: int


@dataclass(slots=True)
class Receipt:
    """What an erasure did; its JSON form has these keys."""

    at: str
    key: str
    urls: list[str]
    """All addresses that are erased."""
    is_dry_run: bool = False
    erased_before_at: str | None = None
    """When it was erased already; None where it was not."""
    records: list[Removed] = field(default_factory=list)
    rows: dict[str, int] = field(default_factory=dict)
    """By table; of a dry run none, for nothing counts them but taking them out."""
    copies: list[str] = field(default_factory=list)
    """Copies of the database that wencun had kept, and took away."""
    rewritten: list[Mention] = field(default_factory=list)
    """Records of other pages that linked to it, and were written anew without that, elsewhere."""
    anew: list[str] = field(default_factory=list)
    """The files that they lie in now."""
    read_otherwise: list[str] = field(default_factory=list)
    """URLs of such pages that are no longer read as before, beyond what named the erased one."""
    mentions: list[Mention] = field(default_factory=list)
    entries: dict[str, int] = field(default_factory=dict)
    """Entries of other pages' lists that named it and are taken out, by the page's URL."""
    files: dict[str, str] = field(default_factory=dict)
    """Other files in the archive's directory, and snapshots and exports elsewhere, that name it, or may."""
    unreadable: list[str] = field(default_factory=list)
    """Damaged bytes of WARC files in which nobody can look for it."""
    out_of_reach: list[str] = field(default_factory=list)
    """Cold places from which nothing was taken: they are away, or read-only."""
    backups: str = _BACKUPS

    def as_json(self) -> dict[str, Any]:
        """Return what a program is told."""
        return asdict(self)


@dataclass(slots=True)
class _Plan:
    """What is to go."""

    receipt: Receipt
    digests: set[str]
    """Of the keys."""
    images: set[str] = field(default_factory=set)
    """Digests of the images that no other article shows."""
    records: list[OwnRecord] = field(default_factory=list)
    mentioning: list[str] = field(default_factory=list)
    """Ids of other pages' records that link to it."""


def erase(
    archive: Archive, name: str, advance: Callable[[int], None], *, everywhere: bool = False
) -> Receipt:
    """Take the page with this URL or key out of the archive, and keep it out.

    `everywhere`: take other pages' links to it out of their records, too. `advance` is told of bytes of WARC
    files gone through. What was erased already is looked for again: a file may have come back from a backup.
    Raises Usage for what is not known, Locked while another command writes, and for `everywhere`
    StorageUnusable while a cold place is out of reach.
    """
    if everywhere:
        _demand_all(places_of(archive))
    with writing(archive, "erase") as work:  # what is behind is stored now, to be found
        for line in work.recovered:
            announce(Event.RECOVERED, line)
        work.writer.close()  # one connection writes at a time
        plan = _plan(archive, name, advance)
        receipt = plan.receipt
        mentioning = plan.mentioning if everywhere else []
        if receipt.erased_before_at is None or plan.records or mentioning:
            event = tombstone(plan.digests, plan.images, mentioning, at=receipt.at)
            Journal(archive.journal_path).append(event)
            done = carry_out(archive, plan.records, mentioning, work.pool)
            receipt.rows, receipt.copies = done.rows, [path.name for path in done.copies]
            receipt.read_otherwise = done.read_otherwise
            receipt.anew = [f"{archive.warc_dir.name}/{path.name}" for path in done.anew]
        if mentioning:  # what is left, if anything, only the files can tell
            left = _Plan(Receipt(at=receipt.at, key=receipt.key, urls=receipt.urls), plan.digests)
            _search(archive, left, Own(), set(), advance)
            receipt.rewritten, receipt.mentions = receipt.mentions, left.receipt.mentions
    return receipt


def preview(
    archive: Archive, name: str, advance: Callable[[int], None], *, everywhere: bool = False
) -> Receipt:
    """Return the receipt of an erasure as it would be; nothing is changed, and a run may write meanwhile."""
    if everywhere:
        _demand_all(places_of(archive))
    receipt = _plan(archive, name, advance).receipt
    receipt.is_dry_run = True
    if everywhere:
        receipt.rewritten, receipt.mentions = receipt.mentions, []
    receipt.copies = [path.name for path in copies.of_upgrades(archive)]
    return receipt


def _demand_all(places: Places) -> None:
    """Raise StorageUnusable where records may be out of reach that refer to those that are written anew."""
    if away := out_of_reach(places):
        raise StorageUnusable(
            f"--everywhere writes records anew that others refer to: mount {' and '.join(map(str, away))},"
            " writable; without it the page itself can be erased now"
        )


@contextmanager
def _reading(archive: Archive) -> Iterator[sqlite3.Connection]:
    path = archive.database_path
    with naming_errors(path), closing(connect_reading(path)) as connection:
        yield connection


def _keys(receipt: Receipt) -> set[str]:
    return {receipt.key, *(key_of(each) for url in receipt.urls for each in spellings(url))}


def _plan(archive: Archive, name: str, advance: Callable[[int], None]) -> _Plan:
    with _reading(archive) as connection:
        found, own = _found(archive, connection, name)
        if own is None:
            plan, own = _plan_again(archive, name)
        else:
            key = found.key if found and found.key else key_of(min(own.urls, default=address_of(name)))
            receipt = Receipt(at=ledger.now(), key=key, urls=sorted(own.urls))
            plan = _Plan(receipt, set(map(digest, {*_keys(receipt), *map(key_of, own.titles)})))
        plan.receipt.entries = dict(entries_of_others(connection, own, _keys(plan.receipt)))
        used = used_by_others(connection, own)
    _search(archive, plan, own, used, advance)
    receipt, places = plan.receipt, places_of(archive)
    receipt.out_of_reach = list(map(str, out_of_reach(places)))
    receipt.files = {
        str(path.relative_to(archive.root) if archive.root in path.parents else path): what
        for path, what in copies.holding(archive, places, [*receipt.urls, receipt.key])
    }
    return plan


def _found(archive: Archive, connection: sqlite3.Connection, name: str) -> tuple[Found | None, Own | None]:
    """Return what is stored under a name, and what belongs to it; that alone where only lists name it."""
    if _ROW_ID.fullmatch(name):
        return None, None
    for spelled in (name, *sorted(spellings(address_of(name)))):
        found = find(connection, spelled)
        if found is not None:
            return found, own_of(connection, places_of(archive), found)
    return None, listed_only(connection, spellings(address_of(name)))


def _plan_again(archive: Archive, name: str) -> tuple[_Plan, Own]:
    """Return the plan for what was erased before, and its images; raises Usage for what was not."""
    erased, url = Erasures.of(archive), address_of(name)
    since = erased.since(name) or erased.since(url)
    if since is None:
        raise Usage(
            f"erase: nothing is stored under {name}; give the URL of a page or the key of an article,"
            " as `wencun show` takes them"
        )
    key = name if erased.covers(name) and "://" not in name else key_of(url)
    receipt = Receipt(at=ledger.now(), key=key, urls=[url] if erased.covers(url) else [])
    receipt.erased_before_at = since
    events = [event for event in Journal(archive.journal_path).read() if event.get("at") == since]
    digests = {each for event in events for each in event.get("keys", ())}
    images = frozenset(each for event in events for each in event.get("images", ()))
    return _Plan(receipt, digests), Own(images=images)


def _search(archive: Archive, plan: _Plan, own: Own, used: set[str], advance: Callable[[int], None]) -> None:
    """Look through all WARC files for what is to go, and for what speaks of it."""
    receipt, places, named_later = plan.receipt, places_of(archive), decisions_of(archive).urls
    erased = Erasures(dict.fromkeys(plan.digests, receipt.at))
    finder = Finder(erased, set(own.images))
    mentions = Mentions.of(erased, [*receipt.urls, receipt.key], named_later)
    for path in files(places):
        for piece in pieces(path):
            record = finder.find(path, piece)
            place = places.shown(path)
            if record is not None:
                plan.records.append(record)
            elif not piece.is_whole and not piece.fields:
                receipt.unreadable.append(f"{place}, bytes {piece.offset} to {piece.end}")
            elif piece.fields.get("warc-type") in _MENTIONING and mentions.are_in(piece):
                url = piece.fields.get("warc-target-uri", "")
                receipt.mentions.append(Mention(url=url, key=key_of(url), file=place, offset=piece.offset))
                plan.mentioning.append(piece.fields.get("warc-record-id", ""))
            advance(piece.length)
    kept = finder.led_to_by(used)
    plan.images = finder.images - kept
    plan.records = [record for record in plan.records if record.image not in kept]
    receipt.records = _removed(places, plan.records)


def _removed(places: Places, records: list[OwnRecord]) -> list[Removed]:
    by_file: dict[str, list[OwnRecord]] = defaultdict(list)
    for record in records:
        by_file[places.shown(record.file)].append(record)
    return [
        Removed(file=file, records=len(found), bytes=sum(record.length for record in found))
        for file, found in by_file.items()
    ]
