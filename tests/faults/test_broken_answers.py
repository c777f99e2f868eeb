"""What is cut is never taken for whole, and no answer that a server can send upsets a run."""

from __future__ import annotations

import gzip
import random
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from itertools import cycle
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from crawled_pages import page
from crawling import crawl, rows, wencun
from loopback import Reply, Site, mutated, serve

from pipelines import ledger
from pipelines.warc.read import read_records

TEXT = ("Content-Type", "text/html; charset=utf-8")
PACKED = (TEXT, ("Content-Encoding", "gzip"))
KB = 1024
_CHARACTERS = [chr(code) for code in range(0x4E00, 0x9FA6)]
_VERSIONS = "SELECT url, version, content_sha256 FROM articles ORDER BY url"
_STATES = "SELECT url, state, reason FROM pages"
_ENDS = {"stored", "source", "failed", "blocked", "gone", "skipped", "robots"}
_HOSTS = 40


@pytest.fixture
def sites() -> Iterator[list[Site]]:
    """Hosts enough for a run to go on while those rest that gave broken answers in a row."""
    with ExitStack() as stack:
        yield [stack.enter_context(serve(Site())) for _ in range(_HOSTS)]


def long_page(number: int) -> bytes:
    """Return an article of 60 kB, which packs to 43; no two are copies of one another, near or far."""
    dice = random.Random(number)
    filler = "".join(f"<p>{''.join(dice.choices(_CHARACTERS, k=320))}</p>" for _ in range(60)).encode()
    before, body, after = page(number % 28 + 1).partition(b'<div class="side">')
    return before.replace(b"</div></div>", filler + b"</div></div>") + body + after


def test_a_body_cut_at_any_kilobyte_is_never_stored_and_replaces_nothing(
    sites: list[Site], tmp_path: Path, scale: Callable[[int, int], int], figure: Callable[..., None]
) -> None:
    plain = long_page(1)
    cuts = range(0, len(plain), scale(20, 1) * KB)
    ways: dict[str, Callable[[bytes, int], Reply]] = {
        "close": lambda body, cut: Reply(body[:cut], without_length=True),
        "length": lambda body, cut: Reply(body[:cut], length=len(body)),
        "chunk": lambda body, cut: Reply(body[:cut], chunks="cut"),
        "reset": lambda body, cut: Reply(body, reset_after=cut),
        "reset-close": lambda body, cut: Reply(body, without_length=True, reset_after=cut),
    }
    packed = gzip.compress(plain, mtime=0)
    broken = {}
    for way, cut_at in ways.items():
        for cut in cuts:
            broken[f"/kf/{way}-{cut}"] = cut_at(plain, cut)
            if cut < len(packed):
                reply = cut_at(packed, cut)
                broken[f"/kf/{way}-gzip-{cut}"] = Reply(**{**_fields(reply), "headers": PACKED})
    # First whole, then cut: the version that was good stays.
    data = tmp_path / "data"
    whole = {path: Reply(long_page(place)) for place, path in enumerate(broken)}
    found = _crawl_to_the_end(sites, data, whole)
    assert {state for state, _ in found.values()} == {"stored"}
    before = rows(data, _VERSIONS)
    first = {path.name for path in (data / "warc").iterdir()}
    found = _crawl_to_the_end(sites, data, broken)
    assert rows(data, _VERSIONS) == before
    stored = [path for path in broken if found[path][0] == "stored"]
    assert stored == []
    records = [
        read.record
        for path in (data / "warc").iterdir()
        if path.name not in first
        for read in read_records(path)
        if read.record.type == "response" and urlsplit(str(read.record.url)).path in broken
    ]
    marked = [record for record in records if record.truncated == "disconnect"]
    assert (len(marked), len(records) >= len(broken)) == (len(records), True)
    figure("a 60 kB page cut in 10 ways, taken for whole", asked=0, seen=f"{len(stored)} of {len(broken)}")
    figure("records of what was cut, marked", asked="100 %", seen=f"{100 * len(marked) // len(records)} %")


def _fields(reply: Reply) -> dict[str, object]:
    return {name: getattr(reply, name) for name in reply.__dataclass_fields__}


BODY = page(1)
OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"
LENGTH = b"Content-Length: %d\r\n" % len(BODY)
VARIANTS = {
    "nothing": b"",
    "a blank line": b"\r\n\r\n",
    "a body alone": BODY,
    "http 0.9": BODY[:200],
    "half a status line": b"HTTP/1.1 20",
    "no status": b"HTTP/1.1\r\n\r\n" + BODY,
    "a status that is no number": b"HTTP/1.1 abc OK\r\n\r\n" + BODY,
    "status 0": b"HTTP/1.1 0 x\r\n\r\n" + BODY,
    "status -1": b"HTTP/1.1 -1 x\r\n\r\n" + BODY,
    "status 99999": b"HTTP/1.1 99999 x\r\n\r\n" + BODY,
    "status 200 in other digits": "HTTP/1.1 ２００ OK\r\n\r\n".encode() + BODY,
    "another protocol": b"ICY 200 OK\r\n\r\n" + BODY,
    "a version of its own": b"HTTP/9.9 200 OK\r\n" + LENGTH + b"\r\n" + BODY,
    "a version below none": b"HTTP/-1.-1 200 OK\r\n\r\n" + BODY,
    "head only": OK + LENGTH + b"\r\n",
    "head without its end": OK,
    "a negative length": OK + b"Content-Length: -5\r\n\r\n" + BODY,
    "a length that is no number": OK + b"Content-Length: many\r\n\r\n" + BODY,
    "two lengths": OK + LENGTH + b"Content-Length: 3\r\n\r\n" + BODY,
    "a length of 10^18": OK + b"Content-Length: 1000000000000000000\r\n\r\n" + BODY,
    "a length of 5000 digits": OK + b"Content-Length: " + b"9" * 5000 + b"\r\n\r\n" + BODY,
    "an unknown transfer": OK + b"Transfer-Encoding: gzip, chunked\r\n\r\n" + BODY,
    "length and chunks": OK + LENGTH + b"Transfer-Encoding: chunked\r\n\r\nffffffffff\r\n" + BODY,
    "a chunk size below 0": OK + b"Transfer-Encoding: chunked\r\n\r\n-1\r\n" + BODY,
    "a chunk size without end": OK + b"Transfer-Encoding: chunked\r\n\r\n" + b"1" * 100_000,
    "a chunk longer than it says": OK + b"Transfer-Encoding: chunked\r\n\r\n5\r\n" + BODY + b"\r\n0\r\n\r\n",
    "a header of 64 kB": OK + b"X-Long: " + b"x" * 65536 + b"\r\n\r\n" + BODY,
    "20000 headers": OK + b"X-A: b\r\n" * 20_000 + b"\r\n" + BODY,
    "a header without a colon": OK + b"no colon here\r\n" + LENGTH + b"\r\n" + BODY,
    "a header without a name": OK + b": value\r\n" + LENGTH + b"\r\n" + BODY,
    "a folded header": OK + b"X-Fold: a\r\n b\r\n\tc\r\n" + LENGTH + b"\r\n" + BODY,
    "a fold with nothing before": b"HTTP/1.1 200 OK\r\n folded\r\n" + LENGTH + b"\r\n" + BODY,
    "NUL in a header": OK + b"X-Nul: a\x00b\r\n" + LENGTH + b"\r\n" + BODY,
    "a lone CR in a header": OK + b"X-Cr: a\rSet-Cookie: x=1\r\n" + LENGTH + b"\r\n" + BODY,
    "high bytes in a name": OK + "X-文: 1\r\n".encode() + LENGTH + b"\r\n" + BODY,
    "high bytes in a value": OK + "X-A: 文; 存; b\xff=c\r\n".encode() + LENGTH + b"\r\n" + BODY,
    "100s without end": b"HTTP/1.1 100 Continue\r\n\r\n" * 5000,
    "a wrong coding": OK + b"Content-Encoding: gzip\r\n" + LENGTH + b"\r\n" + BODY,
    "a coding of its own": OK + b"Content-Encoding: zstd\r\n" + LENGTH + b"\r\n" + BODY,
    "a type of its own": b"HTTP/1.1 200 OK\r\nContent-Type: ;;;=,\x80\r\n" + LENGTH + b"\r\n" + BODY,
    "a charset of its own": OK.replace(b"utf-8", b"utf-\x00\xff") + LENGTH + b"\r\n" + BODY,
    "a redirect to nowhere": b"HTTP/1.1 302 Found\r\nLocation:\r\nContent-Length: 0\r\n\r\n",
    "a redirect with a line break": b"HTTP/1.1 302 Found\r\nLocation: /a\r\n b\r\nContent-Length: 0\r\n\r\n",
    "a redirect of 20 kB": b"HTTP/1.1 302 Found\r\nLocation: /" + b"a" * 20_000 + b"\r\n\r\n",
    "a redirect in high bytes": b"HTTP/1.1 302 Found\r\nLocation: \xff//\x00\r\nContent-Length: 0\r\n\r\n",
    "not modified, unasked": b"HTTP/1.1 304 Not Modified\r\n\r\n",
    "partial, unasked": b"HTTP/1.1 206 Partial\r\nContent-Range: bytes 0-9/9\r\n" + LENGTH + b"\r\n" + BODY,
    "no content, with a body": b"HTTP/1.1 204 No Content\r\n" + LENGTH + b"\r\n" + BODY,
    "two answers": (OK + LENGTH + b"\r\n" + BODY) * 2,
}


_WHOLE = {
    *("a version of its own", "20000 headers", "a header without a colon", "a folded header"),
    *("NUL in a header", "a lone CR in a header", "high bytes in a value", "a type of its own"),
    *("a charset of its own", "two answers"),
}
"""Odd, and yet all of a page."""


def test_an_answer_that_is_none_ends_as_a_row_with_its_reason(
    sites: list[Site], tmp_path: Path, figure: Callable[..., None]
) -> None:
    broken = {f"/{place}": Reply(raw=raw) for place, raw in enumerate(VARIANTS.values())}
    found = _crawl_to_the_end(sites, tmp_path / "data", broken)
    hung = [name for name, path in zip(VARIANTS, broken, strict=True) if found[path][1] == "timeout"]
    assert hung == []
    stored = {name for name, path in zip(VARIANTS, broken, strict=True) if found[path][0] == "stored"}
    assert stored == _WHOLE
    figure("broken answers: crashes, hangs", asked="0 of 30", seen=f"0 of {len(VARIANTS)}")


def test_answers_with_changed_bytes_end_as_rows(
    sites: list[Site], tmp_path: Path, scale: Callable[[int, int], int], figure: Callable[..., None]
) -> None:
    formed = [
        Reply(page(1)).formed(),
        Reply(page(2), chunks="whole").formed(),
        Reply(gzip.compress(page(3)), headers=PACKED).formed(),
        Reply(status=302, headers=(("Location", "/elsewhere"),)).formed(),
        Reply(page(4), without_length=True).formed(),
    ]
    count = scale(120, 2000)
    changed = {f"/{seed}": Reply(raw=mutated(formed[seed % len(formed)], seed=seed)) for seed in range(count)}
    found = _crawl_to_the_end(sites, tmp_path / "data", changed)
    hung = [path for path, (_, reason) in found.items() if reason == "timeout"]
    assert hung == []
    figure(f"{count} answers with changed bytes: crashes, hangs", asked=0, seen=len(hung))


def _crawl_to_the_end(
    sites: Sequence[Site], data: Path, replies: Mapping[str, Reply]
) -> dict[str, tuple[str, str | None]]:
    """Lay out paths and what they answer, ask for them until none is due, and return how each ended.

    A host that fails three times in a row rests, and 50 pages that fail in a row end a run. So the paths are
    spread over the sites, a sound answer (404) is behind each, and where that is not enough, the rests are
    taken from the ledger and another run goes on.
    """
    urls = {}
    for site, (path, reply) in zip(cycle(sites), replies.items(), strict=False):
        site.pages[path] = reply
        urls[path] = site.url(path)
    listed = data.with_suffix(".txt")
    listed.write_text("\n".join(f"{url}\n{url}/sound" for url in urls.values()))
    assert wencun("add", "--data", data, "--file", listed).code == 0
    while due := _woken(data):
        ended = crawl(sites[0], data, "--max-pages", "5000", others=sites[1:], timeout=500)
        assert ended.code in {0, 9, 10, 12}
        assert "Traceback" not in ended.err
        assert "internal error" not in ended.err
        assert _woken(data) < due
    found = {url: (state, reason) for url, state, reason in rows(data, _STATES)}
    assert {state for state, _ in found.values()} <= _ENDS
    assert not {"InternalError", "lost"} & {reason for _, reason in found.values()}
    return {path: found[urls[path]] for path in replies}


def _woken(data: Path) -> int:
    """End the rests of all hosts, and return how many pages are due."""
    with closing(sqlite3.connect(data / "archive.db")) as connection, connection:
        connection.execute("DELETE FROM hosts")
        return ledger.due(connection, ledger.now())
