"""Nothing but http and https is opened, wherever an address comes from."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from crawled_pages import page
from crawling import crawl, rows, wencun
from loopback import Reply, Site, serve
from walled import walled

from pipelines.errors import BadSeed
from pipelines.seeding import seed

SECRET = "marker-of-a-local-file"
_FORMS = [
    *("file://{path}", "file:{path}", "FILE://{path}", "File:{path}", " file://{path}", "\tfile://{path}"),
    *(
        "\nfile://{path}",
        "file:/{path}",
        "file:///{path}",
        "file://localhost{path}",
        "file://127.0.0.1{path}",
    ),
    *("file:\\\\{path}", "fi\tle://{path}", "fi\nle://{path}", "\x00file://{path}", "%66ile://{path}"),
    *("data:text/html,<h1>x</h1>", "data:text/html;base64,PGgxPng8L2gxPg==", "DATA:,x", " data:,x"),
    *("javascript:alert(1)", "JavaScript:alert(1)", "java\nscript:alert(1)", "\x01javascript:alert(1)"),
    *("vbscript:x", "ftp://{host}/x", "FTP://{host}/x", "ftps://{host}/x", "sftp://{host}/x"),
    *("s3://bucket/key", "S3://bucket/key", "gs://bucket/key", "gopher://{host}/x", "dict://{host}/x"),
    *("ldap://{host}/x", "smb://{host}/x", "jar:http://{host}/a.jar!/x", "view-source:http://{host}/x"),
    *("blob:http://{host}/x", "about:blank", "mailto:a@b.test", "tel:123", "ws://{host}/x", "wss://{host}/x"),
    *("feed:http://{host}/x", "unix:{path}", "php://filter/resource={path}", "resource://x", "intent://x"),
    *("chrome://settings", "filesystem:http://{host}/x", "urn:sha256:00", "cid:x", "magnet:?xt=x"),
    *("netdoc:{path}", "expect://id", "http+unix://x", "httpx://{host}/x", "://{host}/x"),
]


@pytest.fixture
def forms(tmp_path: Path) -> list[str]:
    local = tmp_path / "local.html"
    local.write_bytes(page(9).replace(b"<title>", f"<title>{SECRET}".encode()))
    return [form.replace("{path}", str(local)).replace("{host}", "127.0.0.1:9") for form in _FORMS]


@pytest.fixture
def site() -> Iterator[Site]:
    with serve(Site()) as served:
        yield served


def test_a_seed_of_another_scheme_is_refused_with_a_clear_line(forms: list[str], tmp_path: Path) -> None:
    for form in forms:
        with pytest.raises(BadSeed, match="http"):
            seed(form)
    arguments = [form for form in forms if "\x00" not in form]
    for form in arguments[::30]:
        for verb in ("add", "crawl"):
            ended = wencun(verb, "--data", tmp_path / "data", form)
            assert (ended.code, ended.err.count("\n")) == (4, 1), ended.err


def test_a_list_with_a_seed_of_another_scheme_is_refused_by_its_line(
    forms: list[str], tmp_path: Path
) -> None:
    listed = tmp_path / "urls.jsonl"
    for form in forms[::20]:
        listed.write_text('{"url": "https://a.test/1"}\n' + json.dumps({"url": form}) + "\n")
        ended = wencun("add", "--data", tmp_path / "data", "--file", listed)
        assert (ended.code, ended.err.count("\n")) == (4, 1), ended.err
        assert "line 2" in ended.err
    assert not (tmp_path / "data").exists()


def test_a_page_that_leads_to_another_scheme_leads_nowhere_and_a_redirect_says_so(
    forms: list[str], site: Site, tmp_path: Path, figure: Callable[..., None]
) -> None:
    # What begins otherwise than a scheme is a path of the site itself.
    sent = [form.strip().replace("\n", "").replace("\x00", "") for form in forms if form[0] not in "%:"]
    for place, form in enumerate(sent):
        refresh = f'<meta http-equiv="refresh" content="0;url={form}">'.encode()
        site.pages[f"/redirect/{place}"] = Reply(status=301, headers=(("Location", form),))
        site.pages[f"/refresh/{place}"] = Reply(page(1).replace(b"<title>", refresh + b"<title>"))
    site.pages["/links"] = Reply(page(2, sent))
    urls = [site.url(path) for path in site.pages]
    opened = ("--delay", "0", "--allow-private", site.host)
    data = tmp_path / "data"
    seen = walled(site, tmp_path / "wall", "crawl", "--data", data, *opened, *urls, "--follow", "sidebar")
    assert (seen.connects, seen.escapes) == ([], [])
    assert "Traceback" not in seen.ended.err
    ends = {url: (state, reason) for url, state, reason in rows(data, "SELECT url, state, reason FROM pages")}
    assert ends.keys() == set(urls)
    reasons = {url: end for url, end in ends.items() if "/redirect/" in url}
    assert set(reasons.values()) == {("failed", "scheme")}
    assert rows(data, f"SELECT count(*) FROM articles WHERE title LIKE '%{SECRET}%'") == [(0,)]
    told = "SELECT count(*) FROM failures WHERE error = 'scheme' AND message LIKE '% redirects to %'"
    assert rows(data, told) == [(len(reasons),)]
    figure("foreign schemes, opened", asked="0 of 40", seen=f"0 of {len(forms)}")


def test_a_seed_that_names_a_user_is_refused_without_telling_the_password(site: Site, tmp_path: Path) -> None:
    ended = crawl(site, tmp_path / "data", f"http://reader:geheim@{site.host}/kf/1")
    assert (ended.code, ended.err.count("\n"), site.log) == (4, 1, [])
    assert "geheim" not in ended.err


def test_a_redirect_that_names_a_user_is_not_followed_and_its_password_not_told(
    site: Site, tmp_path: Path
) -> None:
    target = f"http://reader:geheim@{site.host}/kf/2"
    site.pages = {
        "/kf/1": Reply(status=302, headers=(("Location", target),)),
        "/kf/2": Reply(page(2)),
    }
    ended = crawl(site, tmp_path, "/kf/1", "--log", "json")
    assert site.paths() == ["/kf/1"]
    assert rows(tmp_path, "SELECT state, reason FROM pages") == [("failed", "userinfo")]
    assert "geheim" not in ended.err
    assert b"geheim" not in (tmp_path / "archive.db").read_bytes()
