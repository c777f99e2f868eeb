"""What a server does to hold up, fill or mislead a crawl costs bounded time, memory and requests."""

from __future__ import annotations

import gzip
import os
import socket
import ssl
import subprocess
import sys
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import brotli
import pytest
from crawled_pages import page
from crawling import crawl, rows, states
from loopback import Reply, Site, serve

from pipelines.warc.read import read_records

TEXT = ("Content-Type", "text/html; charset=utf-8")
MB = 2**20


@pytest.fixture
def site() -> Iterator[Site]:
    with serve(Site()) as served:
        yield served


def _gzip(megabytes: int) -> bytes:
    return _packed(zlib.compressobj(9, zlib.DEFLATED, 31), megabytes)


def _deflate(megabytes: int) -> bytes:
    return _packed(zlib.compressobj(9), megabytes)


def _packed(compressor: zlib._Compress, megabytes: int) -> bytes:
    return b"".join(compressor.compress(bytes(MB)) for _ in range(megabytes)) + compressor.flush()


def _brotli(megabytes: int) -> bytes:
    compressor = brotli.Compressor(quality=4)
    return b"".join(compressor.process(bytes(MB)) for _ in range(megabytes)) + compressor.finish()


def _zstd(megabytes: int) -> bytes:
    """A frame of blocks that each say: the same byte, 128 kB long (RFC 8878, 3.1.1)."""
    size = 128 * 1024
    header = b"\x28\xb5\x2f\xfd" + b"\x00" + b"\x38"  # no content size, a window of 128 kB
    blocks = [(size << 3 | 1 << 1 | (place == 0)) for place in range(megabytes * 8 - 1, -1, -1)]
    return header + b"".join(block.to_bytes(3, "little") + b"\0" for block in blocks)


def _bombs(megabytes: int) -> dict[str, Reply]:
    packed = {
        "gzip": _gzip(megabytes),
        "deflate": _deflate(megabytes),
        "br": _brotli(megabytes),
        "zstd": _zstd(megabytes),
        "gzip, gzip": gzip.compress(_gzip(megabytes)),
        "br, gzip": gzip.compress(_brotli(megabytes)),
    }
    return {
        f"/bomb/{place}": Reply(body, headers=(TEXT, ("Content-Encoding", coding)))
        for place, (coding, body) in enumerate(packed.items())
    }


def _peak(site: Site, data: Path, *paths: str) -> tuple[float, int]:
    """Crawl; return the seconds it took and the most memory in bytes that it and its workers had together."""
    arguments = ["crawl", "--data", str(data), "--delay", "0", "--allow-private", site.host]
    urls = [site.url(path) for path in paths]
    started = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-m", "crawler", *arguments, *urls],
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    most = 0
    while process.poll() is None:
        most = max(most, sum(_resident(each) for each in _session(process.pid)))
        time.sleep(0.01)
    return time.monotonic() - started, most


def _session(leader: int) -> list[int]:
    found = []
    for entry in Path("/proc").iterdir():
        with suppress(OSError, ValueError):
            if entry.name.isdecimal() and os.getsid(int(entry.name)) == leader:
                found.append(int(entry.name))
    return found


def _resident(process: int) -> int:
    """Memory of its own: what it shares with its parent is counted there."""
    with suppress(OSError, ValueError):
        fields = Path(f"/proc/{process}/statm").read_text().split()
        return (int(fields[1]) - int(fields[2])) * os.sysconf("SC_PAGESIZE")
    return 0


def test_a_page_that_unpacks_without_end_fails_in_little_memory(
    site: Site, tmp_path: Path, scale: Callable[[int, int], int], figure: Callable[..., None]
) -> None:
    bombs = _bombs(scale(128, 1024))
    site.pages = {path: Reply(page(place + 1)) for place, path in enumerate(bombs)}
    usual, normal = _peak(site, tmp_path / "usual", *bombs)
    site.pages = dict(bombs)
    took, most = _peak(site, tmp_path / "bombs", *bombs)
    assert set(states(tmp_path / "bombs", site).values()) == {("failed", "ContentUndecodable")}
    each = max(took - usual, 0) / len(bombs)
    more = (most - normal) // MB
    assert more <= 64
    assert each <= 1
    figure("decompression bombs in 6 codings, MB more", asked="≤ 64", seen=more)
    figure("seconds more for each bomb", asked="≤ 1", seen=f"{each:.2f}")


@pytest.mark.parametrize("place", range(6))
def test_a_robots_txt_that_unpacks_without_end_closes_its_host(
    site: Site, tmp_path: Path, place: int, scale: Callable[[set[int], set[int]], set[int]]
) -> None:
    if place not in scale({2}, set(range(6))):
        pytest.skip("one coding of six in a small run")
    site.pages = {"/robots.txt": _bombs(128)[f"/bomb/{place}"], "/kf/1": Reply(page(1))}
    assert crawl(site, tmp_path, "/kf/1").code == 10
    assert site.paths() == []


def test_a_body_without_end_is_dropped_at_the_limit_and_kept_as_what_it_is(
    site: Site, tmp_path: Path, figure: Callable[..., None]
) -> None:
    flood = bytes(range(256)) * 4096
    site.pages = {
        "/endless": Reply(flood, is_endless=True, without_length=True),
        "/chunks": Reply(flood * 20, chunks="whole"),
        "/large": Reply(flood, is_endless=True, length=100 * MB),
    }
    ended = crawl(site, tmp_path, *site.pages)
    assert "Traceback" not in ended.err
    assert set(states(tmp_path, site).values()) == {("failed", "Truncated")}
    records = [
        read.record
        for path in (tmp_path / "warc").iterdir()
        for read in read_records(path)
        if read.record.type == "response" and "robots.txt" not in str(read.record.url)
    ]
    assert {record.truncated for record in records} == {"length"}
    largest = max(len(record.body) for record in records)
    assert largest <= 8 * MB + 128 * 1024
    assert [site.asked(path) for path in site.pages] == [1, 1, 1]
    figure("bytes read of an endless body", asked="≤ 8 MiB + 1 chunk", seen=largest)


def test_redirects_end_after_six_requests(site: Site, tmp_path: Path, figure: Callable[..., None]) -> None:
    def to(target: str) -> Reply:
        return Reply(status=302, headers=(("Location", target),))

    site.pages = {f"/chain/{step}": to(f"/chain/{step + 1}") for step in range(20)}
    site.pages |= {"/loop/a": to("/loop/b"), "/loop/b": to("/loop/a"), "/self": to("/self")}
    site.elsewhere = lambda path: to(path + "/more") if path.startswith("/grow") else Reply(status=404)
    ended = crawl(site, tmp_path, "/chain/0", "/loop/a", "/self", "/grow")
    assert "Traceback" not in ended.err
    found = states(tmp_path, site)
    starts = ["/chain/0", "/loop/a", "/self", "/grow"]
    assert [found[path] for path in starts] == [("failed", "redirect_loop")] * 4
    asked = [sum(path.startswith(start) for path in site.paths()) for start in ("/ch", "/lo", "/se", "/gr")]
    assert max(asked) <= 6
    figure("requests of a redirect without end", asked="≤ 6", seen=max(asked))


def test_a_page_that_trickles_costs_thirty_seconds_and_the_others_nothing(
    tmp_path: Path, scale: Callable[[bool, bool], bool], figure: Callable[..., None]
) -> None:
    if not scale(False, True):
        pytest.skip("takes the thirty seconds that it is about")
    with serve(Site()) as slow, serve(Site()) as quick:
        slow.pages = {"/kf/1": Reply(page(1), piece=1, pause=1)}
        quick.pages = {f"/kf/{number}": Reply(page(number)) for number in range(1, 21)}
        other = f"localhost:{quick.port}"  # a host of its own by its name
        urls = [f"http://{other}{path}" for path in quick.pages]
        ended = crawl(slow, tmp_path, "/kf/1", "--allow-private", other, *urls, "--log", "json", timeout=120)
    failed = next(event for event in ended.events if event["event"] == "fetch_failed")
    asked_at = slow.log[-1].at + time.time() - time.monotonic()
    took = datetime.fromisoformat(failed["ts"]).timestamp() - asked_at
    assert "Traceback" not in ended.err
    assert slow.asked("/kf/1") == 1
    assert quick.log[-1].at - quick.log[0].at < 10
    assert rows(tmp_path, "SELECT reason FROM pages WHERE state = 'failed'") == [("timeout",)]
    assert took <= 31
    figure("a page of 1 byte a second, seconds", asked="≤ 31", seen=f"{took:.1f}")


def test_a_certificate_that_nobody_vouches_for_is_no_way_to_a_page(tmp_path: Path) -> None:
    with _self_signed(tmp_path) as (site, asked):
        ended = crawl(site, tmp_path / "data", f"https://{site.host}/kf/1")
    assert ended.code == 10
    assert asked == []
    ((reason, message),) = rows(tmp_path / "data", "SELECT error, message FROM failures")
    assert reason in {"tls", "robots_unreachable"}
    assert "certificate" in message


@contextmanager
def _self_signed(scratch: Path) -> Iterator[tuple[Site, list[bytes]]]:
    """A server on a port of 127.0.0.1 whose certificate it made itself; with what it was asked, decrypted."""
    key, certificate = scratch / "key.pem", scratch / "certificate.pem"
    _write_certificate(key, certificate)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    listener = socket.create_server(("127.0.0.1", 0))
    asked: list[bytes] = []

    def answer() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with suppress(OSError), connection, context.wrap_socket(connection, server_side=True) as secure:
                asked.append(secure.recv(1000))

    threading.Thread(target=answer, daemon=True).start()
    try:
        yield Site(port=listener.getsockname()[1]), asked
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()


def _write_certificate(key: Path, certificate: Path) -> None:
    from ipaddress import ip_address

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    private = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    begins = datetime.now(UTC) - timedelta(days=1)
    made = (
        x509.CertificateBuilder(issuer_name=name, subject_name=name, public_key=private.public_key())
        .serial_number(1)
        .not_valid_before(begins)
        .not_valid_after(begins + timedelta(days=30))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(private, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    plain = serialization.NoEncryption()
    key.write_bytes(private.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain))
    certificate.write_bytes(made.public_bytes(pem))


def test_no_secret_is_written_down_beyond_the_address_that_it_is_part_of(
    site: Site, tmp_path: Path, figure: Callable[..., None]
) -> None:
    marks = [b"mark-cookie", b"mark-authorization", b"mark-proxy", b"mark-user"]
    secret = (
        TEXT,
        ("Set-Cookie", "session=mark-cookie"),
        ("Set-Cookie2", "a=mark-cookie"),
        ("Authorization", "Bearer mark-authorization"),
        ("Proxy-Authenticate", "Basic mark-proxy"),
        ("Proxy-Authorization", "mark-proxy"),
    )
    user = (("Location", "http://mark-user:mark-user@127.0.0.1/"),)
    tokens = "/kf/2?access_token=mark-token&session=mark-token&key=mark-token&sig=mark-token"
    site.pages = {
        "/kf/1": Reply(page(1), headers=secret),
        tokens: Reply(status=500),
        "/kf/3": Reply(status=302, headers=user),
    }
    told = "".join(
        crawl(site, tmp_path / log, "/kf/1", "/kf/3", tokens, "--log", log).err for log in ("text", "json")
    )
    assert "mark-" not in told
    assert "session=***" in told
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    texts = [
        gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes() for path in files
    ]
    hits = sum(mark in text for text in texts for mark in marks[:3])
    # Where the site itself sent a page on to is what the site said, and stays in the WARC alone.
    hits += sum(marks[3] in text for path, text in zip(files, texts, strict=True) if path.suffix != ".gz")
    assert hits == 0
    figure("secrets found in files and logs", asked="0 hits", seen=hits)
