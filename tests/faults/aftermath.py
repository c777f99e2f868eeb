"""A site of linked pages, and whether an archive holds all of it, whatever happened to the runs."""

from __future__ import annotations

import hashlib
import sqlite3
from collections import Counter
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from crawled_pages import page
from crawling import rows, states
from loopback import Reply, Site

from pipelines.warc.read import read_records

_LINKS = 3


def grow(site: Site, count: int, *, redirected: int = 20) -> list[str]:
    """Put a tree of articles on the site, `/kf/0` its root; return their paths.

    Every so many of them, the page before it links to a redirect to it.
    """

    def linked(number: int) -> str:
        return f"/to/{number}" if number and number % redirected == 0 else f"/kf/{number}"

    for number in range(count):
        below = range(_LINKS * number + 1, min(_LINKS * (number + 1) + 1, count))
        site.pages[f"/kf/{number}"] = Reply(page(number, [site.url(linked(child)) for child in below]))
        if linked(number) != f"/kf/{number}":
            site.pages[linked(number)] = Reply(status=302, headers=(("Location", f"/kf/{number}"),))
    return [f"/kf/{number}" for number in range(count)]


@dataclass(frozen=True)
class Aftermath:
    """What is wrong with an archive, by path; nothing is when all is empty."""

    lost: list[str]
    """Without an article that is stored, each with what the ledger says instead."""
    twice: list[str]
    """With more than one capture of the article."""
    torn: list[str]
    """Whose archived bytes are not those that were sent, or stored with another record than theirs."""
    damage: list[str]
    """What SQLite's own checks say."""


NOTHING_WRONG = Aftermath([], [], [], [])


def aftermath(data: Path, site: Site, paths: list[str]) -> Aftermath:
    """Compare an archive with what the site has at these paths."""
    start = len(site.url(""))
    said = states(data, site)
    captured = Counter(url[start:] for (url,) in rows(data, _ARTICLES))
    return Aftermath(
        lost=[f"{path}: {said.get(path)}" for path in sorted(set(paths) - captured.keys())],
        twice=sorted(path for path, count in captured.items() if count > 1),
        torn=_torn(data, site),
        damage=damage(data),
    )


def damage(data: Path) -> list[str]:
    """Return what SQLite finds wrong with the database."""
    with closing(sqlite3.connect(data / "archive.db")) as connection:
        checks = [text for (text,) in connection.execute("PRAGMA integrity_check") if text != "ok"]
        return checks + [str(row) for row in connection.execute("PRAGMA foreign_key_check")]


def _torn(data: Path, site: Site) -> list[str]:
    stored = {
        record_id: (url[len(site.url("")) :], digest, file, offset)
        for url, digest, record_id, file, offset in rows(data, _RECORDS)
    }
    whole = set()
    for path in (data / "warc").glob("*.warc.gz"):
        for read in read_records(path):
            reference = read.reference
            if reference.record_id in stored:
                url, digest, file, offset = stored[reference.record_id]
                reply = site.pages[url]
                assert isinstance(reply, Reply)
                is_right = hashlib.sha256(reply.body).hexdigest() == digest and read.record.body == reply.body
                if is_right and (reference.file, reference.offset) == (file, offset):
                    whole.add(reference.record_id)
    return sorted(stored[record_id][0] for record_id in stored.keys() - whole)


_ARTICLES = "SELECT url FROM captures WHERE outcome IN ('article', 'unchanged')"
_RECORDS = "SELECT url, payload_sha256, warc_record_id, warc_file, warc_offset FROM captures"
