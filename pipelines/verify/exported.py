"""A file of exported records checked against the archive, line by line, and byte for byte."""

from __future__ import annotations

import gzip
import json
import sqlite3
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pipelines.archive import Archive
from pipelines.errors import Usage, WencunError
from pipelines.exporters import EXPORTERS, Selection, records_like
from pipelines.verify.files import digest_of
from pipelines.verify.findings import Finding, Kind, Report
from pipelines.warc.places import FileAway, Places, places_of
from pipelines.warc.read import Torn, read_at
from pipelines.warc.revisit import OriginalLost, with_body

_SELECTIONS = (Selection(), Selection(where="confidence >= 0"))
"""As records are given without a condition, and with one that names `confidence`."""
_VERBS = {
    "article": "articles",
    "answer": "answers",
    "comparison": "comparisons",
    "chat": "chat",
    "sidebar": "sidebar",
    "read-count": "read-counts",
}
_OLDER = (
    "SELECT v.version FROM article_versions AS v JOIN articles AS a ON a.id = v.article_id"
    " WHERE a.key = ?1 AND v.content_sha256 = ?2"
    " AND a.content_sha256 IS NOT ?2"
)


class NoRecord(WencunError):  # noqa: N818 -- names a state of the file
    """A line of a file that is no record of an export."""

    exit_code = 4


def lines_of(path: Path) -> Iterator[tuple[int, bytes]]:
    """Yield each line with its number, from 1; raises Usage without the file, NoRecord where it is cut."""
    number = 0
    try:
        with gzip.open(path) if path.name.endswith(".gz") else path.open("rb") as file:
            for number, line in enumerate(file, start=1):
                yield number, line
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise NoRecord(f"{path}, after line {number}: {error}; export it anew") from error
    except (FileNotFoundError, IsADirectoryError) as error:
        raise Usage(f"{path}: {error.strerror}; name a file that `wencun export` wrote") from error


def verify_export(archive: Archive, connection: sqlite3.Connection, path: Path) -> Report:
    """Check each record of a file; raises Usage without the file, NoRecord at a line that is none."""
    report, places = Report(files=1), places_of(archive)
    for number, line in lines_of(path):
        record = _record_in(path, number, line)
        report.records += 1
        for kind, what in _wrong(places, connection, record, line.rstrip(b"\n")):
            where = f"line {number}, {record['kind']} {record.get('id') or record.get('url')}: {what}"
            report.findings.append(Finding(kind=kind, file=path.name, what=where))
    return report


def _record_in(path: Path, number: int, line: bytes) -> dict[str, Any]:
    try:
        record = json.loads(line)
    except ValueError:
        record = None
    if not isinstance(record, dict) or record.get("kind") not in _VERBS:
        raise NoRecord(f"{path}, line {number}: no record of `wencun export`")
    if any(isinstance(record.get(key), dict | list) for key in EXPORTERS[_VERBS[record["kind"]]].identity):
        raise NoRecord(f"{path}, line {number}: no record of `wencun export`")
    return record


def _wrong(
    places: Places, connection: sqlite3.Connection, record: dict[str, Any], line: bytes
) -> Iterator[tuple[Kind, str]]:
    like = [
        text
        for selection in _SELECTIONS
        for text in records_like(connection, _VERBS[record["kind"]], record, selection)
    ]
    older = connection.execute(_OLDER, (_article_key(record), record.get("content_sha256"))).fetchone()
    if line not in (text.encode() for text in like):
        yield _difference(record, like, older and older[0])
    if record["kind"] == "article":
        try:
            what = _lost(places, record.get("warc"))
        except FileAway as away:
            yield Kind.OFFLINE, str(away)
        else:
            if what is not None:
                yield Kind.RECORD, what


def _article_key(record: dict[str, Any]) -> str:
    key = str(record.get("id"))
    return key if record["kind"] == "article" else key.rpartition("#")[0]


def _difference(record: dict[str, Any], like: list[str], older: int | None) -> tuple[Kind, str]:
    if older is not None:
        return Kind.OLDER, f"it is of version {older} of the article; the archive has a newer one"
    if not like:
        return Kind.RECORD, "the archive gives no such record"
    todays = [json.loads(text) for text in like]
    keys = min(
        ([key for key in {**record, **each} if record.get(key) != each.get(key)] for each in todays), key=len
    )
    return Kind.RECORD, f"{', '.join(keys)} differ" if keys else "it is written in other bytes"


def _lost(places: Places, reference: object) -> str | None:
    """Return why the reference of an article leads to no record with its payload; None where it does.

    Raises FileAway where that cannot be said now.
    """
    if not isinstance(reference, dict):
        return "warc is no reference"
    file, offset = reference.get("file"), reference.get("offset")
    if not isinstance(file, str) or Path(file).name != file or not isinstance(offset, int) or offset < 0:
        return "warc is no reference"
    try:
        read = with_body(places, read_at(places.find(file), offset))
    except (OSError, Torn, OriginalLost) as error:
        return f"warc leads to no whole record: {error}"
    if read.reference.record_id != reference.get("record_id"):
        return "warc leads to another record"
    if digest_of(read.record)[0] != reference.get("payload_sha256"):
        return "warc leads to a record with another payload"
    return None
