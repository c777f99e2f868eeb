import gzip
import re
import socket
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from crawled_pages import page
from twisted.internet.address import IPv4Address
from twisted.internet.task import Clock

from crawler.extract.items import SidebarItem
from crawler.fetching.addresses import PublicAddressResolver
from crawler.fetching.hosts import parse_host_port
from crawler.fetching.options import CrawlSettings, RunOptions, read_settings
from crawler.fetching.public_addresses import is_public
from crawler.fetching.rules import RobotsDenied, RobotsUnreachable, read_rules
from crawler.fetching.summary import End, Result
from crawler.fetching.wholeness import is_whole, is_whole_file
from pipelines.errors import Usage
from pipelines.following import FollowRule
from pipelines.ledger.hosts import HeldBack
from pipelines.settings import BadSettings, read_archive_settings


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "127.255.255.254", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1"),
        *("169.254.169.254", "0.0.0.0", "100.64.0.1", "192.0.0.1", "192.0.2.1", "198.18.0.1", "203.0.113.1"),
        *("224.0.0.1", "239.1.1.1", "240.0.0.1", "255.255.255.255", "::", "::1", "fc00::1", "fd12::1"),
        *("fe80::1", "fe80::1%eth0", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "ff02::1", "2001:db8::1"),
        *("64:ff9b::7f00:1", "2002:7f00:1::", "2001:0:1::1", "localhost", "", "1.2.3"),
        *("192.0.0.50", "192.88.99.1", "fec0::1", "::127.0.0.1", "::ffff:0:127.0.0.1", "64:ff9b:1::1"),
    ],
)
def test_an_address_that_is_not_everybodys_is_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["1.1.1.1", "8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8"])
def test_an_address_on_the_internet_is_public(address: str) -> None:
    assert is_public(address)


class _Reactor(Clock):
    """A clock that hands calls from threads on at once."""

    def callFromThread(self, function: Callable[..., None], *arguments: object) -> None:  # noqa: N802
        function(*arguments)


class _Receiver:
    """Notes what a lookup gives."""

    def __init__(self) -> None:
        self.found: list[str] = []
        self.ends = 0

    def resolutionBegan(self, resolution: object) -> None:  # noqa: N802
        pass

    def addressResolved(self, address: IPv4Address) -> None:  # noqa: N802
        self.found.append(address.host)

    def resolutionComplete(self) -> None:  # noqa: N802
        self.ends += 1


def _looked_up(resolver: PublicAddressResolver, host: str, port: int = 80) -> list[str]:
    receiver = _Receiver()
    resolver.resolveHostName(receiver, host, port)
    for thread in threading.enumerate():
        if thread.name == "lookup":
            thread.join()
    assert receiver.ends == 1
    return receiver.found


def test_a_lookup_gives_what_may_be_connected_to_and_remembers_what_it_refused() -> None:
    resolver = PublicAddressResolver(_Reactor(), seconds=10)
    assert _looked_up(resolver, "8.8.8.8") == ["8.8.8.8"]
    assert _looked_up(resolver, "127.1") == []
    assert resolver.refused("127.1", 80) == "127.0.0.1"
    assert resolver.refused("127.1", 81) is None
    resolver.allow([("127.1", 81), ("::1", 80)])
    assert _looked_up(resolver, "127.1", 81) == ["127.0.0.1"]
    assert _looked_up(resolver, "127.0.0.1", 81) == []
    assert _looked_up(resolver, "0:0:0:0:0:0:0:1") == ["::1"]


@pytest.mark.parametrize("host", ["a..b", "a" * 70, "\0", "fe80::1%25lo"])
def test_what_can_be_no_name_is_looked_up_in_vain_and_at_once(host: str) -> None:
    assert _looked_up(PublicAddressResolver(_Reactor(), seconds=10), host) == []


def test_a_lookup_that_hangs_is_given_up_and_its_late_answer_does_not_count(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    reactor, receiver, answer = _Reactor(), _Receiver(), threading.Event()
    found = socket.getaddrinfo("8.8.8.8", 80)
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: answer.wait(10) and found)
    PublicAddressResolver(reactor, seconds=10).resolveHostName(receiver, "slow.test", 80)
    reactor.advance(9.9)
    assert receiver.ends == 0
    reactor.advance(0.2)
    answer.set()
    for thread in threading.enumerate():
        if thread.name == "lookup":
            thread.join()
    assert (receiver.ends, receiver.found) == (1, [])


def test_a_host_and_port_is_read_in_no_other_form() -> None:
    assert parse_host_port("127.0.0.1:80") == ("127.0.0.1", 80)
    assert parse_host_port("[::1]:8000") == ("::1", 8000)
    for value in ("127.0.0.1", ":80", "a@b:80", "a:80/x", "a:port", "a:99999", "http://a:80", ""):
        assert parse_host_port(value) is None, value


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 451])
def test_no_robots_txt_allows_everything(status: int) -> None:
    read_rules(status, b"User-agent: *\nDisallow: /\n").check("https://a.test/x", "wencun")


@pytest.mark.parametrize("status", [301, 429, 500, 502, 503, 599])
def test_a_robots_txt_that_cannot_be_had_closes_the_host(status: int) -> None:
    with pytest.raises(RobotsUnreachable):
        read_rules(status, b"").check("https://a.test/x", "wencun")


def test_rules_are_read_with_a_byte_order_mark_for_our_name_and_to_a_limit() -> None:
    rules = read_rules(200, b"\xef\xbb\xbfUser-agent: wencun\nDisallow: /no\nUser-agent: *\nDisallow: /\n")
    rules.check("https://a.test/yes", "wencun")
    with pytest.raises(RobotsDenied):
        rules.check("https://a.test/no/1", "wencun")
    late = b"User-agent: *\nDisallow: /no\n" + b"#" * 600_000 + b"\nDisallow: /late\n"
    read_rules(200, late).check("https://a.test/late", "wencun")
    read_rules(200, b"<html>no rules at all</html>").check("https://a.test/x", "wencun")


@pytest.mark.parametrize(("said", "seconds"), [("2", 2), ("0.5", 0.5), ("9999", 300), ("-1", 0), ("x", 0)])
def test_a_crawl_delay_is_honoured_up_to_five_minutes(said: str, seconds: float) -> None:
    assert read_rules(200, f"User-agent: *\nCrawl-delay: {said}".encode()).crawl_delay("wencun") == seconds


def _entry(url: str | None, name: str = "related", *, followable: bool = True) -> SidebarItem:
    return SidebarItem(
        list=name,  # type: ignore[arg-type]
        list_title=None,
        list_scope="site",
        rank=1,
        title="一",
        url=url,
        followable=followable,
    )


def test_links_are_followed_once_in_scope_and_by_the_lists_that_were_named() -> None:
    home = "https://a.test/1"
    entries = [
        _entry("https://a.test/2?spm=1"),
        _entry("https://a.test/2"),
        _entry(home),
        _entry("https://b.test/3"),
        _entry("https://a.test/4", "popular"),
        _entry("https://a.test/5", followable=False),
        _entry(None),
    ]
    assert FollowRule().links(home, entries) == ()
    assert FollowRule(lists="related").links(home, entries) == ("https://a.test/2",)
    assert FollowRule(lists="sidebar").links(home, entries) == ("https://a.test/2", "https://a.test/4")
    both = FollowRule(lists="related", hosts=frozenset({"a.test", "b.test"}), match=re.compile("3$"))
    assert both.links(home, entries) == ("https://b.test/3",)


HELD = HeldBack(pages=3, next_try_at="2026-05-11T01:02:03Z")


@pytest.mark.parametrize(
    ("states", "more", "code"),
    [
        ({}, {}, 0),
        ({"stored": 10, "source": 1, "robots": 1}, {}, 0),
        ({"source": 1}, {}, 0),
        ({"gone": 3}, {}, 9),
        ({"stored": 20, "failed": 1}, {}, 0),
        ({"stored": 18, "failed": 2}, {}, 9),
        ({"stored": 18, "blocked": 2}, {}, 10),
        ({"failed": 2}, {"robots_unreachable": 2}, 10),
        ({"stored": 1, "pending": 5}, {"end": End.PAGES}, 0),
        ({"pending": 5}, {"end": End.SIGNAL}, 11),
        ({"failed": 2, "pending": 5}, {"end": End.SIGNAL}, 9),
        ({"stored": 2}, {"end": End.ERROR, "error_code": 3}, 3),
        ({"failed": 2}, {"end": End.ERROR, "error_code": 1}, 1),
        ({"stored": 2}, {"end": End.FORCED}, 13),
        ({"stored": 1, "pending": 5}, {"end": End.PAGES, "is_strict": True}, 14),
        ({"stored": 1, "pending": 5}, {"end": End.TIME}, 0),
        ({"stored": 1, "pending": 5}, {"end": End.TIME, "is_strict": True}, 15),
        ({"pending": 5}, {"end": End.TIME}, 9),  # something was due, and nothing stored
        ({"pending": 5}, {"end": End.DISK}, 16),
        ({}, {"end": End.DISK}, 16),
        ({"stored": 5}, {"end": End.MEMORY}, 19),
        ({"stored": 5, "pending": 1}, {"end": End.FAILURES}, 12),
        ({}, {"held_back": {"rate_limited": HELD}}, 18),
        ({"stored": 5}, {"held_back": {"rate_limited": HELD}}, 18),
        ({"stored": 5}, {"held_back": {"failing": HELD}}, 12),
        ({"stored": 5}, {"held_back": {"failing": HELD, "rate_limited": HELD, "blocked": HELD}}, 10),
        ({"failed": 5}, {"held_back": {"rate_limited": HELD}}, 18),
        ({"failed": 5}, {"held_back": {"rate_limited": HELD}, "end": End.ERROR, "error_code": 3}, 3),
        ({"failed": 5}, {"end": End.DISK}, 9),
    ],
)
def test_the_most_severe_of_what_happened_is_the_exit_code(
    states: dict[str, int], more: dict[str, object], code: int
) -> None:
    assert Result(states=states, **more).exit_code == code  # type: ignore[arg-type]


def test_the_summary_is_one_line() -> None:
    assert Result(states={"robots": 1, "stored": 10, "source": 1}).line() == (
        "12 pages: 10 stored, 1 robots, 1 source · exit 0"
    )
    assert Result(states={}).line() == "nothing was due · exit 0"
    assert Result(states={"stored": 1}, held_back={"rate_limited": HELD}, end=End.TIME).line() == (
        "1 page: 1 stored; 3 pages held back (rate limited), next try at 2026-05-11T01:02:03Z"
        " · limit · exit 18"
    )
    assert Result(states={"pending": 2}, end=End.KILLED).line() == "2 pages: 2 pending · killed"


def test_the_archives_settings_are_read_and_a_wrong_one_is_named(tmp_path: Path) -> None:
    path = tmp_path / "wencun.toml"
    assert read_settings(path) == CrawlSettings()
    path.write_text('[crawl]\ncontact = "mailto:a@b.test"\ndelay = 5\nmax_time = "30m"\n', encoding="utf-8")
    assert read_settings(path) == CrawlSettings(
        contact="mailto:a@b.test", delay=5.0, max_time=timedelta(minutes=30)
    )
    for wrong in ("delay = -1", 'delay = "5"', "max_pages = 0", "contact = 3", "colour = 1", "max_time = 3"):
        path.write_text(f"[crawl]\n{wrong}\n", encoding="utf-8")
        with pytest.raises(BadSettings, match=wrong.split(" ", maxsplit=1)[0]):
            read_settings(path)
    path.write_text("[crawl", encoding="utf-8")
    with pytest.raises(BadSettings):
        read_settings(path)


def test_images_are_kept_only_where_the_settings_say_so(tmp_path: Path) -> None:
    path = tmp_path / "wencun.toml"
    assert not read_archive_settings(path).images
    path.write_text("[archive]\nimages = true\n", encoding="utf-8")
    assert read_archive_settings(path).images
    for wrong in ("images = 1", 'images = "yes"', "pictures = true"):
        path.write_text(f"[archive]\n{wrong}\n", encoding="utf-8")
        with pytest.raises(BadSettings, match=wrong.split(" ", maxsplit=1)[0]):
            read_archive_settings(path)


def test_arguments_of_scrapy_are_read_and_a_wrong_one_is_refused() -> None:
    options = RunOptions.from_arguments({"urls": "https://a.test/1,https://a.test/2 https://a.test/1"})
    assert options.urls == ("https://a.test/1", "https://a.test/2")
    for wrong in ({"max_pages": "many"}, {"follow": "all"}, {"match": "("}, {"colour": "red"}):
        with pytest.raises(Usage):
            RunOptions.from_arguments(wrong)


@pytest.mark.parametrize("packed", [False, True])
def test_a_body_that_ends_with_its_connection_is_whole_at_its_own_end_only(
    packed: bool,
) -> None:
    body, encoding = (gzip.compress(page(1)), "gzip") if packed else (page(1).rstrip(), None)
    assert is_whole(["partial"], body, encoding)
    assert not any(is_whole(["partial"], body[:cut], encoding) for cut in range(len(body)))


def test_a_body_with_a_length_is_whole_unless_it_is_short_of_it() -> None:
    assert is_whole([], b"anything", None)
    assert not is_whole(["dataloss"], page(1), None)


def test_what_a_server_adds_after_a_page_does_not_make_it_cut() -> None:
    assert is_whole(["partial"], b"<html></HTML >\n<!-- cached 3 ms -->\n", None)
    assert not is_whole(["partial"], b"<p>how to end a page: </html></p>", None)


def test_a_file_that_ends_with_its_connection_is_whole_after_a_whole_line() -> None:
    assert is_whole_file(["partial"], b"User-agent: *\nDisallow: /no\n")
    assert not is_whole_file(["partial"], b"User-agent: *\nDisall")
    assert not is_whole_file(["dataloss"], b"User-agent: *\n")
    assert is_whole_file([], b"User-agent: *")
