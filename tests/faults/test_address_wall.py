"""Only public addresses are connected to, shown with a recorder in place of resolver and sockets."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from crawled_pages import page
from crawling import rows, states
from loopback import Reply, Site, serve
from walled import Walled, walled

from pipelines.errors import BadSeed
from pipelines.seeding import seed

PUBLIC = "93.184.216.34"
PUBLIC_6 = "2606:4700::1111"
PRIVATE = [
    *("127.0.0.1", "127.0.0.2", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1"),
    *("0.0.0.0", "192.0.0.50", "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "::1", "fd00::1"),
    *("fe80::1", "fec0::1", "::ffff:127.0.0.1", "::127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::"),
]
NAMES = {
    "localhost": [["127.0.0.1", "::1"]],
    "localhost.": [["127.0.0.1"]],
    "intern.test": [["192.168.0.1"]],
    "metadata.google.internal": [["169.254.169.254"]],
    "xn--fsq.test": [["10.1.1.1"]],
    "例.test": [["10.1.1.1"]],
}
HOSTS = [
    *("127.0.0.1", "127.0.0.2", "127.255.255.254", "10.0.0.1", "10.255.255.255", "172.16.0.1"),
    *("172.31.255.255", "192.168.0.1", "169.254.169.254", "100.64.0.1", "100.127.255.255", "0.0.0.0"),
    *("192.0.0.1", "192.0.0.50", "192.0.2.1", "198.18.0.1", "198.19.255.255", "198.51.100.1", "203.0.113.1"),
    *("224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255"),
    *("127.1", "127.0.1", "0", "2130706433", "017700000001", "0x7f000001", "0x7f.0.0.1", "0177.0.0.1"),
    *("127.0.0.1.", "localhost", "localhost.", "LOCALHOST", "intern.test", "metadata.google.internal"),
    *("１２７.０.０.１", "①②⑦.⓪.⓪.①", "127。0。0。1", "xn--fsq.test", "例.test"),
    *("good@127.0.0.1", "good.example:80@127.0.0.1", "good.example%2F@127.0.0.1"),
    *("[::1]", "[::]", "[0:0:0:0:0:0:0:1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::127.0.0.1]"),
    *("[0000:0000:0000:0000:0000:FFFF:169.254.169.254]", "[fc00::1]", "[fd12:3456::1]", "[fe80::1]"),
    *("[fe80::1%25lo]", "[fe80::1%lo]", "[fec0::1]", "[ff02::1]", "[64:ff9b::7f00:1]", "[64:ff9b:1::1]"),
    *("[2002:7f00:1::]", "[2001:0:7f00:1::]", "[2001:db8::1]", "[100::1]", "[::ffff:0:127.0.0.1]"),
    *("a..b", "a" * 70 + ".test", "127.0.0.1:0", "127.0.0.1:99999", "[::1", "127.0.0.1\\@good.example"),
]
_REASONS = {"AddressRefused", "robots_unreachable", "dns", "address", "userinfo"}


@pytest.fixture
def site() -> Iterator[Site]:
    with serve(Site()) as served:
        yield served


def crawled(site: Site, scratch: Path, *arguments: str, **more: object) -> Walled:
    """Crawl behind the recorder, with the site's own address open."""
    opened = ("--delay", "0", "--allow-private", site.host)
    return walled(site, scratch / "wall", "crawl", "--data", scratch / "data", *opened, *arguments, **more)  # type: ignore[arg-type]


def test_no_way_leads_to_an_address_that_is_not_public(
    site: Site, tmp_path: Path, figure: Callable[..., None]
) -> None:
    forms = [f"{scheme}://{host}/x{place}" for place, host in enumerate(HOSTS) for scheme in _schemes(place)]
    seeds = []
    for place, form in enumerate(forms):
        location = form.encode().decode("latin-1")
        refresh = f'<meta http-equiv="refresh" content="0;url={form}">'.encode()
        site.pages[f"/redirect/{place}"] = Reply(status=302, headers=(("Location", location),))
        site.pages[f"/refresh/{place}"] = Reply(page(1).replace(b"<title>", refresh + b"<title>"))
        try:
            seeds.append(seed(form).url)
        except BadSeed:
            continue
    site.pages["/links"] = Reply(page(2, forms))
    seen = crawled(site, tmp_path, *site_urls(site), *seeds, "--follow", "sidebar", names=NAMES)
    assert (seen.connects, seen.escapes) == ([], [])
    assert "Traceback" not in seen.ended.err
    found = rows(tmp_path / "data", "SELECT url, state, reason FROM pages")
    refused = {url for url, state, reason in found if state == "failed" and reason in _REASONS}
    # a host that is none fails until it rests: what is left of it waits, and is not asked for either
    waiting = {url for url, state, _ in found if state == "pending"}
    assert len(waiting) < len(forms) / 10
    unrefused = {url for url, *_ in found} - refused - waiting
    assert unrefused == {url for url in site_urls(site) if "/redirect/" not in url}
    figure("private addresses in 4 ways, connections", asked="0 of 60", seen=f"0 of {len(forms)}")


def _schemes(place: int) -> tuple[str, ...]:
    return ("https",) if place % 5 == 4 else ("http",)


def site_urls(site: Site) -> list[str]:
    return [site.url(path) for path in site.pages]


def test_a_name_that_answers_otherwise_each_time_leads_to_no_private_address(
    site: Site, tmp_path: Path, scale: Callable[[int, int], int], figure: Callable[..., None]
) -> None:
    flips = scale(90, 1000)
    dice = random.Random(4)
    names = {f"flip{number}.test": _flip(number, dice) for number in range(flips)}
    robots = b"User-agent: *\nAllow: /\n"
    # A length given by hand has the connection closed, so that each request looks its name up again.
    site.elsewhere = lambda path: (
        Reply(robots, length=len(robots)) if path == "/robots.txt" else Reply(page(1), length=len(page(1)))
    )
    listed = tmp_path / "urls.txt"
    listed.write_text(
        "\n".join(f"http{'s' if number % 9 == 8 else ''}://{name}/kf/1" for number, name in enumerate(names))
    )
    walled(site, tmp_path / "add", "add", "--data", tmp_path / "data", "--file", listed)
    seen = crawled(site, tmp_path, names=names, public=[PUBLIC, PUBLIC_6], timeout=600)
    reached = {host for host, _ in seen.connects}
    assert seen.escapes == []
    assert PUBLIC in reached
    assert reached <= {PUBLIC, PUBLIC_6}
    ends = rows(tmp_path / "data", "SELECT state, count(*) FROM pages GROUP BY 1")
    assert {state for state, _ in ends} == {"stored", "failed"}
    private = len([host for host, _ in seen.connects if host not in {PUBLIC, PUBLIC_6}])
    figure(f"{flips} flipping names, connections to private addresses", asked=0, seen=private)


def _flip(number: int, dice: random.Random) -> list[list[str]]:
    """Return what the lookups of one name give: for robots.txt, for the page, for what comes after."""
    private = dice.choice(PRIVATE)
    return [
        [[PUBLIC], [private]],
        [[private], [PUBLIC]],
        [[PUBLIC, private], [private, PUBLIC]],
        [[PUBLIC_6, private]],
        [[PUBLIC], dice.sample(PRIVATE, 3)],
        [[], [private]],
        [[private, PUBLIC_6], [PUBLIC], [private]],
        [[PUBLIC], [PUBLIC]],
        [[PUBLIC], [private]],  # over https
    ][number % 9]


def test_an_opened_address_is_open_by_that_name_and_port_alone(site: Site, tmp_path: Path) -> None:
    site.pages["/kf/1"] = Reply(page(1))
    others = ["localhost", "127.1", "2130706433", "[::ffff:127.0.0.1]", "intern.test"]
    urls = [f"http://{host}:{site.port}/kf/1" for host in others]
    elsewhere = f"http://127.0.0.1:{site.port % 65535 + 1}/kf/1"
    names = {"intern.test": [["127.0.0.1"]], "localhost": [["127.0.0.1"]]}
    seen = crawled(site, tmp_path, site.url("/kf/1"), elsewhere, *urls, names=names)
    assert (seen.connects, seen.escapes) == ([], [])
    assert {asked.headers["Host"] for asked in site.log} == {site.host}
    ends = dict(rows(tmp_path / "data", "SELECT url, state FROM pages"))
    assert ends.pop(site.url("/kf/1")) == "stored"
    assert set(ends.values()) == {"failed"}
    assert len(ends) == 6


def test_a_proxy_that_the_environment_names_is_not_used(site: Site, tmp_path: Path) -> None:
    site.pages["/kf/1"] = Reply(page(1))
    proxies = dict.fromkeys(("http_proxy", "https_proxy", "all_proxy"), "http://10.0.0.9:3128")
    proxies |= {name.upper(): value for name, value in proxies.items()}
    seen = crawled(
        site,
        tmp_path,
        site.url("/kf/1"),
        "https://public.test/kf/1",
        names={"public.test": [[PUBLIC]]},
        environment=proxies,
    )
    assert (set(seen.connects), seen.escapes) == ({(PUBLIC, 443)}, [])
    assert states(tmp_path / "data", site)["/kf/1"] == ("stored", None)


def test_robots_txt_and_images_do_not_get_past_the_wall_either(site: Site, tmp_path: Path) -> None:
    inner = [f"http://192.168.0.{last}/a.png" for last in range(1, 5)]
    images = "".join(f'<p><img src="{url}"></p>' for url in [*inner, site.url("/a.png")])
    site.pages = {
        "/kf/1": Reply(page(1).replace(b"<p>\xe6", images.encode() + b"<p>\xe6", 1)),
        "/a.png": Reply(status=302, headers=(("Location", "http://127.0.0.2/a.png"),)),
        "/robots.txt": Reply(status=302, headers=(("Location", "http://127.0.0.2/robots.txt"),)),
    }
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "wencun.toml").write_text("[archive]\nimages = true\n")
    closed = crawled(site, tmp_path, site.url("/kf/1"))
    assert (closed.connects, closed.escapes, site.paths()) == ([], [], [])
    del site.pages["/robots.txt"]
    seen = crawled(site, tmp_path, site.url("/kf/1"))
    assert (seen.connects, seen.escapes, site.paths()) == ([], [], ["/kf/1", "/a.png"])


def test_a_resolver_that_hangs_costs_a_host_ten_seconds_and_the_end_nothing(
    site: Site, tmp_path: Path, scale: Callable[[bool, bool], bool], figure: Callable[..., None]
) -> None:
    if not scale(False, True):
        pytest.skip("takes the ten seconds that it is about")
    site.pages["/kf/1"] = Reply(page(1))
    names = {"hangs.test": [["hang"]]}
    seen = crawled(site, tmp_path, "http://hangs.test/kf/1", site.url("/kf/1"), "--log", "json", names=names)
    at = {event["event"]: datetime.fromisoformat(event["ts"]) for event in seen.ended.events}
    took = (at["run_summary"] - at["run_start"]).total_seconds()
    assert seen.escapes == []
    assert states(tmp_path / "data", site)["/kf/1"] == ("stored", None)
    assert took <= 15
    figure("a host whose name hangs, seconds of the run", asked="≤ 15", seen=f"{took:.1f}")
