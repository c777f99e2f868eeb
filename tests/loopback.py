"""A site on 127.0.0.1 for tests: says what it is told to say, and remembers who asked for what, and when."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


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
    wait: float = 0.0
    """Seconds before the answer."""


@dataclass(frozen=True)
class Asked:
    """One request that reached the site."""

    at: float
    """Seconds of the monotonic clock."""
    path: str
    headers: dict[str, str]


@dataclass
class Site:
    """Paths and what they answer; a function gets the number of the request to that path, from 1."""

    pages: dict[str, Reply | Callable[[int], Reply]] = field(default_factory=dict)
    log: list[Asked] = field(default_factory=list)
    port: int = 0

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


NOT_FOUND = Reply(b"<html><body>nothing here</body></html>", status=404)


@contextmanager
def serve(site: Site) -> Iterator[Site]:
    """Answer on a free port of 127.0.0.1 while the block runs."""
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            with lock:
                site.log.append(Asked(time.monotonic(), self.path, dict(self.headers)))
                count = site.asked(self.path)
            page = site.pages.get(self.path, NOT_FOUND)
            reply = page(count) if callable(page) else page
            time.sleep(reply.wait)
            self.send_response(reply.status)
            for name, value in reply.headers:
                self.send_header(name, value)
            if not reply.without_length:
                self.send_header(
                    "Content-Length", str(len(reply.body) if reply.length is None else reply.length)
                )
            if reply.without_length or reply.length is not None:
                self.send_header("Connection", "close")
                self.close_connection = True
            self.end_headers()
            with suppress(ConnectionError):  # a client may hang up, over a limit or at its end
                self.wfile.write(reply.body)

        def log_message(self, *arguments: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    site.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
