"""A site on 127.0.0.1 for tests: says or breaks what it is told to, and remembers who asked for what when."""

from __future__ import annotations

import math
import random
import socket
import struct
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal

_CHUNK = 16 * 1024
_RESET = struct.pack("ii", 1, 0)
"""SO_LINGER of a connection that ends with a reset instead of a good-bye."""


@dataclass(frozen=True)
class Reply:
    """One answer of the site."""

    body: bytes = b""
    status: int = 200
    headers: tuple[tuple[str, str], ...] = (("Content-Type", "text/html; charset=utf-8"),)
    length: int | None = None
    """A `Content-Length` that is not the body's; the connection closes after the body."""
    without_length: bool = False
    """Neither length nor chunks: nobody can tell where the body ends."""
    chunks: Literal["whole", "cut", "garbage"] | None = None
    """In chunks instead of with a length: all of them, without the last, or with one that has no size."""
    wait: float = 0.0
    """Seconds before the answer; `math.inf` holds the connection without one, until the site goes down."""
    piece: int = 0
    """Bytes of the body that are sent at a time, with a pause after each; 0 sends it at once."""
    pause: float = 0.0
    """Seconds between two pieces."""
    is_endless: bool = False
    """The body comes over and over until the client hangs up."""
    reset_after: int | None = None
    """The connection is reset after so many bytes of the body."""
    raw: bytes | None = None
    """What is sent in place of a formed answer, before the connection closes."""

    def formed(self) -> bytes:
        """Return head and body as one piece: something for `raw` to be made from."""
        return _head(self) + b"".join(_pieces(self))


@dataclass(frozen=True)
class Asked:
    """One request that reached the site."""

    at: float
    """Seconds of the monotonic clock."""
    path: str
    url: str
    headers: dict[str, str]
    method: str = "GET"
    body: bytes = b""


NOT_FOUND = Reply(b"<html><body>nothing here</body></html>", status=404)


@dataclass
class Site:
    """Paths and what they answer; a function gets the number of the request to that path, from 1."""

    pages: dict[str, Reply | Callable[[int], Reply]] = field(default_factory=dict)
    log: list[Asked] = field(default_factory=list)
    port: int = 0
    elsewhere: Callable[[str], Reply] = lambda _: NOT_FOUND
    """What a path answers that is not among the pages."""

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    def url(self, path: str) -> str:
        return f"http://{self.host}{path}"

    def asked(self, path: str) -> int:
        """How often was `path` asked for?"""
        return sum(entry.path == path for entry in self.log)

    def paths(self) -> list[str]:
        """All that was asked for but robots.txt, in order."""
        return [entry.path for entry in self.log if entry.path != "/robots.txt"]


def trouble(body: bytes, seed: int) -> Reply:
    """Return a reply with `body` that goes wrong in one of the ways there are, chosen by the seed."""
    dice = random.Random(seed)
    cut = dice.randrange(len(body))
    ways = (
        Reply(status=dice.choice((500, 502, 503, 504))),
        Reply(body[:cut], length=len(body)),
        Reply(body[:cut], without_length=True),
        Reply(body, chunks="cut"),
        Reply(body, chunks="garbage"),
        Reply(body, reset_after=cut),
        Reply(body, without_length=True, reset_after=cut),
        Reply(raw=b""),
        Reply(raw=mutated(Reply(body).formed(), seed)),
    )
    return dice.choice(ways)


def mutated(raw: bytes, seed: int) -> bytes:
    """Return an answer with a few of its bytes changed, dropped or doubled, most of them in its head."""
    dice = random.Random(seed)
    changed = bytearray(raw)
    head = raw.find(b"\r\n\r\n") + 4
    for _ in range(dice.randint(1, 8)):
        place = dice.randrange(head if dice.random() < 0.8 else len(changed))
        changed[place : place + dice.randint(0, 3)] = dice.randbytes(dice.randint(0, 3))
    return bytes(changed)


@contextmanager
def serve(site: Site) -> Iterator[Site]:
    """Answer on a free port of 127.0.0.1 while the block runs."""
    server = _Server(("127.0.0.1", 0), _Handler)
    server.site = site
    site.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        server.is_down.set()
        server.shutdown()
        server.server_close()
        thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.site = Site()
        self.lock = threading.Lock()
        self.is_down = threading.Event()

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exception(), OSError):  # a client may hang up, over a limit or at its end
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_GET(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        site = self.server.site
        with self.server.lock:
            at = time.monotonic()
            site.log.append(Asked(at, self.path, site.url(self.path), dict(self.headers), self.command, body))
            count = site.asked(self.path)
        page = site.pages[self.path] if self.path in site.pages else site.elsewhere(self.path)
        reply = page(count) if callable(page) else page
        self.close_connection = self.close_connection or not _has_an_end(reply)
        if not self.server.is_down.wait(min(reply.wait, threading.TIMEOUT_MAX)):
            self._send(reply)

    def do_POST(self) -> None:
        self.do_GET()

    def _send(self, reply: Reply) -> None:
        if reply.raw is not None:
            self.wfile.write(reply.raw)
            return
        self.wfile.write(_head(reply))
        left = math.inf if reply.reset_after is None else reply.reset_after
        for piece in _pieces(reply):
            self.wfile.write(piece[: int(min(left, len(piece)))])
            left -= len(piece)
            if left <= 0:
                break
            if self.server.is_down.wait(reply.pause):
                return
        if reply.reset_after is not None:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
            self.connection.close()

    def log_message(self, *arguments: Any) -> None:
        pass


def _has_an_end(reply: Reply) -> bool:
    """Can the client tell where the answer ends, so that the connection serves another?"""
    is_odd = reply.without_length or reply.is_endless or reply.length is not None
    return not is_odd and reply.chunks in {None, "whole"} and reply.raw is None and reply.reset_after is None


def _head(reply: Reply) -> bytes:
    headers = [*reply.headers]
    if reply.chunks:
        headers.append(("Transfer-Encoding", "chunked"))
    elif not reply.without_length and not (reply.is_endless and reply.length is None):
        headers.append(("Content-Length", str(len(reply.body) if reply.length is None else reply.length)))
    if not _has_an_end(reply):
        headers.append(("Connection", "close"))
    phrases = {each.value: each.phrase for each in HTTPStatus}
    lines = [f"HTTP/1.1 {reply.status} {phrases.get(reply.status, '')}"]
    lines += [f"{name}: {value}" for name, value in headers]
    return "\r\n".join((*lines, "", "")).encode("latin-1")


def _pieces(reply: Reply) -> Iterator[bytes]:
    """Yield the body as it is sent, in chunks where it is to be."""
    size = reply.piece or (_CHUNK if reply.chunks else max(len(reply.body), 1))
    parts = [reply.body[start : start + size] for start in range(0, len(reply.body), size)]
    while reply.is_endless:
        yield from parts
    if reply.chunks is None:
        yield from parts
        return
    for place, part in enumerate(parts):
        is_bad = reply.chunks == "garbage" and place == len(parts) // 2
        yield b"%s\r\n%s\r\n" % (b"no size" if is_bad else b"%x" % len(part), part)
    if reply.chunks == "whole":
        yield b"0\r\n\r\n"
