"""The site that tests crawl breaks its answers as it is told to."""

from __future__ import annotations

import http.client
import math
import socket
import time
from collections.abc import Iterator
from contextlib import closing

import pytest
from loopback import Reply, Site, mutated, serve, trouble

BODY = bytes(range(256)) * 400


@pytest.fixture
def site() -> Iterator[Site]:
    with serve(Site()) as served:
        yield served


def get(site: Site, path: str = "/") -> bytes:
    with closing(http.client.HTTPConnection(site.host, timeout=5)) as connection:
        connection.request("GET", path)
        return connection.getresponse().read()


def sent(site: Site) -> bytes:
    """All that comes over the line until the site closes it."""
    with socket.create_connection(("127.0.0.1", site.port), timeout=5) as line:
        line.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        return b"".join(iter(lambda: line.recv(65536), b""))


@pytest.mark.parametrize("form", [{}, {"chunks": "whole"}, {"without_length": True}, {"piece": 1000}])
def test_a_whole_body_comes_whole_in_every_form(site: Site, form: dict) -> None:
    site.pages["/"] = Reply(BODY, **form)
    assert get(site) == BODY


@pytest.mark.parametrize("form", [{"length": len(BODY) + 1}, {"chunks": "cut"}, {"chunks": "garbage"}])
def test_a_broken_body_is_seen_to_be_broken(site: Site, form: dict) -> None:
    site.pages["/"] = Reply(BODY, **form)
    with pytest.raises(http.client.IncompleteRead):
        get(site)


def test_a_reset_is_one_and_comes_after_so_many_bytes(site: Site) -> None:
    site.pages["/"] = Reply(BODY, reset_after=0)
    with pytest.raises(ConnectionResetError):
        get(site)
    site.pages["/"] = Reply(BODY, reset_after=70_000)
    with socket.create_connection(("127.0.0.1", site.port), timeout=5) as line:
        line.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        time.sleep(0.3)
        got = b""
        with pytest.raises(ConnectionResetError):
            while True:
                got += line.recv(65536)
    assert len(got.partition(b"\r\n\r\n")[2]) <= 70_000


def test_bytes_are_sent_as_they_are(site: Site) -> None:
    site.pages["/"] = Reply(raw=b"no answer")
    assert sent(site) == b"no answer"


def test_pieces_come_one_after_the_other(site: Site) -> None:
    site.pages["/"] = Reply(b"abcd", piece=1, pause=0.1)
    begun = time.monotonic()
    assert get(site) == b"abcd"
    assert time.monotonic() - begun >= 0.3


def test_an_endless_body_has_no_end(site: Site) -> None:
    site.pages["/"] = Reply(b"abcd" * 1000, is_endless=True)
    with closing(http.client.HTTPConnection(site.host, timeout=5)) as connection:
        connection.request("GET", "/")
        assert len(connection.getresponse().read(2_000_000)) == 2_000_000


def test_a_held_connection_gets_no_answer(site: Site) -> None:
    site.pages["/"] = Reply(wait=math.inf)
    with closing(http.client.HTTPConnection(site.host, timeout=0.3)) as connection:
        connection.request("GET", "/")
        with pytest.raises(TimeoutError):
            connection.getresponse()


def test_what_is_asked_is_noted_with_its_time(site: Site) -> None:
    with closing(http.client.HTTPConnection(site.host, timeout=5)) as connection:
        connection.request("POST", "/a", body=b"said", headers={"X-Who": "me"})
        assert connection.getresponse().status == 404
    (entry,) = site.log
    assert (entry.method, entry.path, entry.body, entry.headers["X-Who"]) == ("POST", "/a", b"said", "me")
    assert abs(time.monotonic() - entry.at) < 5


def test_one_seed_makes_one_kind_of_trouble() -> None:
    assert [trouble(BODY, seed) for seed in range(50)] == [trouble(BODY, seed) for seed in range(50)]
    assert len({trouble(BODY, seed) for seed in range(50)}) > 20
    assert mutated(b"HTTP/1.1 200 OK\r\n\r\nx", 1) == mutated(b"HTTP/1.1 200 OK\r\n\r\nx", 1)
