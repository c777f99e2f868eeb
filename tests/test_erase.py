"""`wencun erase`: a page taken out for good, and kept out."""

from __future__ import annotations

import gzip
import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from crawled_pages import feed, page
from crawling import Ended, crawl, rows, states
from loopback import Reply, Site, serve
from saved_pages import csdn_page, rendering, url_of
from traces import traces

from crawler.cli import main
from pipelines.archive import Archive
from pipelines.lock import locked
from pipelines.warc import WarcWriter, read_records

PNG = Reply(b"\x89PNG invented", headers=(("Content-Type", "image/png"),))
ASKED = ("/kf/1", "/kf/2", "/to/3", "/kf/3", "--follow", "related")


def wencun(*arguments: str | Path) -> Ended:
    """Run the command in this process, which is faster."""
    done = CliRunner().invoke(main, [str(argument) for argument in arguments])
    return Ended(done.exit_code, done.stdout, done.stderr)


def with_image(body: bytes, *sources: str) -> bytes:
    images = "".join(f'<p><img src="{source}" alt="图"></p>' for source in sources)
    return body.replace("<p>讯飞星火</p>".encode(), f"{images}<p>讯飞星火</p>".encode())


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    """Three articles: 1 leads to 2, and by way of a redirect to 3; 3 shows two images, one of them alone."""
    with serve(Site()) as served:
        served.pages = {
            "/kf/1": Reply(
                gzip.compress(page(1, [served.url("/kf/2"), served.url("/to/3")])),
                headers=(("Content-Type", "text/html; charset=utf-8"), ("Content-Encoding", "gzip")),
            ),
            "/kf/2": Reply(with_image(page(2, [served.url("/kf/1")]), "/img/shared.png")),
            "/kf/3": Reply(with_image(page(3), "/img/shared.png", "/img/own.png")),
            "/to/3": Reply(status=302, headers=(("Location", "/kf/3"),)),
            "/to/33": Reply(status=302, headers=(("Location", "/kf/3"),)),
            "/img/shared.png": PNG,
            "/img/own.png": Reply(status=302, headers=(("Location", "/cdn/own.png"),)),
            "/cdn/own.png": PNG,
        }
        yield served


@pytest.fixture(scope="module")
def crawled(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive of all of it, the pages captured twice."""
    archive = Archive.create(tmp_path_factory.mktemp("crawled") / "archive")
    archive.settings_path.write_text("[archive]\nimages = true\n", encoding="utf-8")
    for _ in range(2):
        assert crawl(site, archive.root, *ASKED).code == 0
    return archive.root


@pytest.fixture
def data(crawled: Path, tmp_path: Path) -> Path:
    return shutil.copytree(crawled, tmp_path / "archive")


def erase(data: Path, *arguments: str) -> dict:
    """Erase, and return the receipt; the archive is whole afterwards."""
    ended = wencun("erase", "--data", data, "--format", "json", *arguments)
    assert (ended.code, ended.err) == (0, "")
    assert verified(data).out.endswith(": all whole\n")
    return json.loads(ended.out)


def verified(data: Path) -> Ended:
    ended = wencun("verify", "--data", data)
    assert ended.code == 0, ended.out
    return ended


def records(data: Path) -> dict[str, object]:
    """Every record of every WARC file, by its id, with its place; but for those that fill a place."""
    return {
        read.reference.record_id: read
        for path in (data / "warc").glob("*.warc.gz")
        for read in read_records(path)
        if read.record.type != "metadata"
    }


def of_page_3(site: Site) -> tuple[str, ...]:
    return "学习率3是什么", "第3页的说法", site.url("/kf/3"), "/img/own.png", "/cdn/own.png"


def content(data: Path) -> dict[str, bytes]:
    """Every file of the archive, but for what SQLite may write when it is only read."""
    return {
        str(path.relative_to(data)): path.read_bytes()
        for path in sorted(data.rglob("*"))
        if path.is_file() and not path.name.endswith(("-wal", "-shm", ".lock"))
    }


def test_nothing_is_left_of_an_erased_page_and_other_records_stay_as_and_where_they_are(site, data):
    before = records(data)
    receipt = erase(data, site.url("/kf/3"))
    assert traces(data, *of_page_3(site)) == []
    assert receipt["urls"] == [site.url("/kf/3"), site.url("/to/3")]
    left = records(data)
    assert left.items() <= before.items()
    gone = [read.record for name, read in before.items() if name not in left]
    referers = [record for record in gone if record.http_header("Referer") == site.url("/kf/3")]
    assert {(record.url or "").removeprefix(site.url("")) for record in gone if record not in referers} == {
        "/kf/3", "/to/3", "/img/own.png", "/cdn/own.png"
    }  # fmt: skip
    assert sum(removed["records"] for removed in receipt["records"]) == len(gone)
    assert receipt["rows"]["captures"] == 6
    assert states(data, site).keys() >= {"/kf/1", "/kf/2"}
    spelled = 8  # two addresses, each with http and https, with and without a slash at its end
    assert rows(data, "SELECT count(*), max(host) FROM pages WHERE state = 'erased'") == [(spelled, "")]


def test_an_image_that_another_article_shows_stays(site, data):
    erase(data, site.url("/kf/3"))
    left = [read.record.url for read in records(data).values() if read.record.type == "response"]
    assert site.url("/img/shared.png") in left
    erase(data, site.url("/kf/2"))
    assert traces(data, "/img/shared.png") == []


def test_the_receipt_names_what_still_speaks_of_the_page(site, data, tmp_path):
    for name in ("all.jsonl", "all.jsonl.gz"):
        assert wencun("export", "sidebar", "--data", data, "--to", data / "exports" / name).code == 0
    assert wencun("snapshot", data / "mine.db", "--data", data).code == 0
    shutil.copy(data / "archive.db", data / "archive.db.before-99")
    receipt = erase(data, site.url("/kf/2"))
    mentions = [(mention["url"], mention["file"]) for mention in receipt["mentions"]]
    first = min((data / "warc").glob("*.warc.gz")).name
    assert mentions == [(site.url("/kf/1"), f"warc/{first}")]
    (place,) = [mention["offset"] for mention in receipt["mentions"]]
    assert place in [read.reference.offset for read in records(data).values()]
    assert receipt["entries"] == {site.url("/kf/1"): 2}
    assert receipt["rows"]["list_entries"] >= 2
    asked = f"SELECT url FROM sidebar_items WHERE url = '{site.url('/kf/2')}'"
    assert rows(data, asked) == []
    assert wencun("reextract", "--all", "--data", data).code == 0
    assert rows(data, asked) == []
    told = wencun("reextract", "--all", "--dry-run", "--data", data)
    assert "sidebar" not in told.out + told.err
    assert receipt["files"].keys() == {"exports/all.jsonl", "exports/all.jsonl.gz", "mine.db"}
    assert receipt["copies"] == ["archive.db.before-99"]
    assert not (data / "archive.db.before-99").exists()
    assert "backups" in receipt


def test_the_receipt_names_snapshots_and_exports_elsewhere_too(site, data, tmp_path):
    exported, copied = tmp_path / "all.jsonl", tmp_path / "backup" / "mine.db"
    for name in (exported, tmp_path / "moved.jsonl"):
        assert wencun("export", "sidebar", "--data", data, "--to", name).code == 0
    (tmp_path / "moved.jsonl").rename(tmp_path / "elsewhere.jsonl")
    copied.parent.mkdir()
    assert wencun("snapshot", copied, "--data", data).code == 0
    named = wencun("erase", "--data", data, "--dry-run", "--format", "json", site.url("/kf/2"))
    assert json.loads(named.out)["files"] == {str(exported): "names it", str(copied): "names it"}
    copied.parent.rename(tmp_path / "away")
    assert erase(data, site.url("/kf/2"))["files"] == {
        str(exported): "names it",
        str(copied): "cannot be reached, and may name it",
    }


def test_a_dry_run_shows_the_receipt_and_changes_nothing(site, data):
    before = content(data)
    receipt = json.loads(
        wencun("erase", "--data", data, "--dry-run", "--format", "json", site.url("/kf/3")).out
    )
    assert content(data) == before
    done = erase(data, site.url("/kf/3"))
    same = ("key", "urls", "records", "mentions", "entries")
    assert receipt["is_dry_run"]
    assert [receipt[name] for name in same] == [done[name] for name in same]
    told = wencun("erase", "--data", data, "--dry-run", site.url("/kf/1"))
    assert told.out.splitlines()[0].endswith(" would be erased: 4 records")


def test_what_is_unknown_is_told_in_one_line_and_what_was_erased_is_told_again(site, data):
    for name in (site.url("/kf/33"), "csdn:12345678", "1"):
        ended = wencun("erase", "--data", data, name)
        assert (ended.code, ended.out, ended.err.count("\n")) == (2, "", 1)
    (key,) = rows(data, f"SELECT key FROM articles WHERE url = '{site.url('/kf/3')}'")[0]
    erase(data, key)
    before = content(data)
    for name in (key, site.url("/kf/3"), site.url("/to/3")):
        ended = wencun("erase", "--data", data, name)
        assert (ended.code, ended.err) == (0, "")
        assert ", and nothing came back" in ended.out.splitlines()[0]
    assert content(data) == before


def test_while_another_command_writes_nothing_is_erased(site, data):
    with locked(Archive.open(data), "test"):
        ended = wencun("erase", "--data", data, site.url("/kf/3"))
    assert (ended.code, ended.out, ended.err.count("\n")) == (6, "", 1)


def test_an_erased_page_is_asked_for_by_no_command(site, data):
    erase(data, site.url("/kf/3"))
    begun = len(site.log)
    for verb in ("add", "crawl"):
        ended = wencun(verb, "--data", data, site.url("/kf/3"))
        assert (ended.code, ended.out) == (4, "")
        assert ended.err.endswith(", and is not taken up again\n")
        assert ended.err.count("\n") == 1
    added = wencun("add", "--data", data, site.url("/kf/3"), site.url("/kf/2"))
    assert (added.code, added.out.count("\n"), added.err.count("\n")) == (0, 1, 1)
    assert crawl(site, data, *ASKED).code == 0
    assert crawl(site, data, "/to/33").code == 9
    assert states(data, site)["/to/33"] == ("skipped", "erased")
    assert {entry.path for entry in site.log[begun:]} & {"/kf/3", "/to/3"} == set()
    assert traces(data, "学习率3是什么", "第3页的说法") == []
    assert rows(data, f"SELECT id FROM runs WHERE arguments LIKE '%{site.url('/kf/3')}\"%'") == []


def test_an_erased_page_is_not_taken_in_again(tmp_path):
    data, saved, text = tmp_path / "archive", tmp_path / "page.html", tmp_path / "page.txt"
    saved.write_bytes(csdn_page(7, canonical=True))
    text.write_text(rendering(), encoding="utf-8")
    assert wencun("ingest", saved, text, "--data", data).code == 0
    erase(data, url_of(7))
    (urn,) = rows(data, "SELECT key FROM articles")[0]
    erase(data, urn)
    before = content(data)
    foreign = WarcWriter(tmp_path / "foreign")
    foreign.write_response(
        url=url_of(7).replace("somebody", "renamed") + "?spm=1", status=200,
        headers=[("Content-Type", "text/html")], body=csdn_page(7),
    )  # fmt: skip
    foreign.close()
    saved.write_bytes(csdn_page(7, canonical=True, title="2024-05-11 问AI:另一个标题"))
    for given in ((saved,), (saved, "--url", url_of(7)), (text,), (tmp_path / "foreign",)):
        ended = wencun("ingest", *given, "--data", data)
        assert ended.code == 9
        assert ": this page was erased at " in ended.err
    assert content(data) == before


def test_a_page_that_got_its_url_later_leaves_neither_name(tmp_path):
    data, saved = tmp_path / "archive", tmp_path / "page.html"
    saved.write_bytes(csdn_page(7))
    assert wencun("ingest", saved, "--data", data).code == 0
    (urn,) = rows(data, "SELECT url FROM pages")[0]
    assert wencun("ingest", saved, "--url", url_of(7), "--data", data).code == 0
    erase(data, "csdn:7")
    assert traces(data, urn, url_of(7), "csdn:7") == []
    (data / "archive.db").unlink()
    assert wencun("reextract", "--data", data).code == 0
    assert rows(data, "SELECT state FROM pages") == [("erased",), ("erased",)]


def test_files_from_a_backup_bring_an_erased_page_back_to_no_command(site, data, crawled):
    erase(data, site.url("/kf/3"))
    stored = rows(data, "SELECT key FROM articles ORDER BY key")
    for path in (crawled / "warc").iterdir():
        shutil.copy(path, data / "warc" / path.name)
    for command in (("repair",), ("reextract", "--all"), ("reextract",)):
        assert wencun(*command, "--data", data).code == 0
        assert verified(data).out.count(f"erased: {site.url('/kf/3')} was erased; ") == 4
        assert rows(data, "SELECT key FROM articles ORDER BY key") == stored
        (data / "archive.db").unlink() if command == ("reextract", "--all") else None
    ended = wencun("erase", "--data", data, site.url("/kf/3"))
    assert " of it had come back" in ended.out.splitlines()[0]
    assert traces(data, *of_page_3(site)) == []


def test_what_repair_cut_out_and_kept_is_searched_too(site, data):
    (first, _) = sorted((data / "warc").glob("*.warc.gz"))
    places = {
        read.record.url: read.reference for read in read_records(first) if read.record.type == "response"
    }
    torn = places[site.url("/kf/3")]
    whole = first.read_bytes()
    first.write_bytes(whole[: torn.offset + torn.bytes // 2])
    assert wencun("repair", "--data", data).code in (0, 5)
    first.write_bytes(whole)
    assert wencun("reextract", "--all", "--data", data).code == 0
    kept = first.with_name(first.name + ".torn")
    damaged = first.with_name(first.name + ".damaged")
    shutil.copy(first, damaged)
    assert traces(kept, "学习率3是什么") or kept.exists()
    before = kept.stat().st_size
    erase(data, site.url("/kf/3"))
    assert traces(data, *of_page_3(site)) == []
    assert kept.stat().st_size == before


def test_everywhere_takes_the_links_out_of_other_pages_too_and_leaves_the_rest_of_them(site, data, crawled):
    before = records(data)
    ask = (
        "SELECT c.url, c.captured_at, i.title, i.read_count FROM sidebar_items AS i"
        " JOIN captures AS c ON c.id = i.capture_id"
        f" WHERE c.url = '{site.url('/kf/1')}' AND i.url NOT LIKE '%/to/3' ORDER BY 1, 2, i.rank"
    )
    said, texts = rows(data, ask), rows(data, "SELECT url, text FROM articles WHERE url LIKE '%/kf/1'")
    runs = rows(data, "SELECT warc_record_id, run_id FROM captures WHERE url LIKE '%/kf/1' ORDER BY 1")
    receipt = erase(data, site.url("/kf/3"), "--everywhere")
    assert traces(data, *of_page_3(site), "/to/3") == []
    assert [mention["url"] for mention in receipt["rewritten"]] == [site.url("/kf/1")]
    assert (receipt["mentions"], receipt["entries"]) == ([], {site.url("/kf/1"): 2})
    assert receipt["anew"] == [f"warc/{path.name}" for path in (data / "warc").glob("wencun-erased-*")]
    assert rows(data, ask) == said
    assert rows(data, "SELECT url, text FROM articles WHERE url LIKE '%/kf/1'") == texts
    assert (
        rows(data, "SELECT warc_record_id, run_id FROM captures WHERE url LIKE '%/kf/1' ORDER BY 1") == runs
    )
    (anew,) = [
        read
        for name, read in records(data).items()
        if read.record.type == "response" and read.record.headers.get("X-Wencun-Erased")
    ]
    old = before[anew.reference.record_id].record
    assert anew.record.headers["X-Wencun-Erased"] == old.payload_digest
    assert (anew.record.date, anew.record.url) == (old.date, old.url)
    (data / "archive.db").unlink()
    assert wencun("reextract", "--data", data).code == 0
    assert rows(data, ask) == said
    assert verified(data).out.endswith(": all whole\n")
    for path in (crawled / "warc").iterdir():
        shutil.copy(path, data / "warc" / path.name)
    for command in ("repair", "reextract"):
        assert wencun(command, "--data", data).code == 0
        assert verified(data).out.count(" links to what was erased; ") == 2
        assert rows(data, "SELECT url FROM links WHERE url LIKE '%/to/3'") == []


def test_everywhere_takes_the_page_out_of_a_feed_that_named_it_and_the_feed_goes_on(tmp_path):
    data = tmp_path / "archive"
    with serve(Site()) as site:
        site.pages = {f"/kf/{number}": Reply(page(number)) for number in (1, 2, 3)}
        site.pages["/feed.xml"] = feed(site, (1, 3))
        assert wencun("add", "--data", data, site.url("/feed.xml")).code == 0
        assert crawl(site, data).code == 0
        ask = "SELECT warc_record_id, outcome, captured_at, run_id FROM captures WHERE url LIKE '%/feed.xml'"
        looked = rows(data, ask)
        receipt = erase(data, site.url("/kf/3"), "--everywhere")
        assert [mention["url"] for mention in receipt["rewritten"]] == [site.url("/feed.xml")]
        assert traces(data, *of_page_3(site), "源3") == []
        assert rows(data, ask) == looked
        assert rows(data, "SELECT kind, state FROM pages WHERE url LIKE '%/feed.xml'") == [
            ("source", "source")
        ]
        (data / "archive.db").unlink()
        assert wencun("reextract", "--data", data).code == 0
        assert {entry[1] for entry in rows(data, ask)} == {"source"}
        site.pages["/feed.xml"] = feed(site, (1, 2, 3))
        begun = len(site.log)
        assert wencun("retry", "--data", data, site.url("/feed.xml")).code == 0
        assert crawl(site, data).code == 0
    asked = {entry.path for entry in site.log[begun:]}
    assert asked >= {"/feed.xml", "/kf/2"}
    assert "/kf/3" not in asked
    assert verified(data).out.endswith(": all whole\n")


def test_everywhere_may_follow_an_erasure_that_left_the_links(site, data):
    erase(data, site.url("/kf/2"))
    receipt = erase(data, site.url("/kf/2"), "--everywhere")
    assert receipt["erased_before_at"] is not None
    assert traces(data, site.url("/kf/2")) == []


def test_a_page_that_lists_alone_name_is_erased_and_stays_away(site, data):
    known = "https://elsewhere.example/kf/1.html"
    assert rows(data, f"SELECT count(*) FROM sidebar_items WHERE url = '{known}'") != [(0,)]
    receipt = erase(data, known.replace("https", "http"), "--everywhere")
    assert receipt["urls"] == [known]
    assert {mention["url"] for mention in receipt["rewritten"]} == set(receipt["entries"])
    assert traces(data, known) == []
    for spelled in (known, known.replace("https", "http"), f"{known}/"):
        assert wencun("add", "--data", data, spelled).code == 4
    assert ", and nothing came back" in wencun("erase", "--data", data, known).out


def test_a_page_goes_in_all_its_spellings(tmp_path):
    upper, data = "https://notes.example/%E5%AD%A6%E4%B9%A0/%E7%8E%87", tmp_path / "archive"
    lower = upper.lower().replace("https", "http")
    for number, url in enumerate((upper, lower, "https://notes.example/3")):
        saved = tmp_path / f"{number}.html"
        saved.write_bytes(page(number, [lower, upper] if number == 2 else ()))
        assert wencun("ingest", saved, "--url", url, "--data", data).code == 0
    receipt = erase(data, upper, "--everywhere")
    assert receipt["urls"] == sorted((upper, lower))
    assert traces(data, upper, lower, "%E7%8E%87", "%e7%8e%87") == []
    assert rows(data, "SELECT url FROM articles") == [("https://notes.example/3",)]
    assert rows(data, "SELECT url FROM links WHERE url LIKE '%notes.example%'") == []


def test_the_links_of_a_saved_page_count_from_the_address_that_it_was_given_later(tmp_path):
    data, listing = tmp_path / "archive", tmp_path / "page.html"
    listing.write_bytes(page(1, ["/kf/22.html"]))
    assert wencun("ingest", listing, "--data", data).code == 0
    assert wencun("ingest", listing, "--url", "https://notes.example/kf/1", "--data", data).code == 0
    receipt = erase(data, "https://notes.example/kf/22.html", "--everywhere")
    assert len(receipt["rewritten"]) == 1
    assert receipt["read_otherwise"] == []
    assert traces(data, "/kf/22.html") == []


def test_the_journal_keeps_what_was_decided_in_lines_that_no_wencun_takes_for_a_seed(site, data):
    def events() -> list[dict]:
        return [json.loads(line) for line in (data / "journal.jsonl").read_text("utf-8").splitlines()]

    before = events()
    erase(data, site.url("/kf/3"))
    after = events()
    assert [event["event"] for event in after[-2:]] == ["erased", "erasure_finished"]
    names = {site.url("/kf/3"), site.url("/to/3")}
    for old, new in zip(before, after[:-2], strict=True):
        if old["url"] in names:
            assert new == old | {"event": "erased_seed", "url": new["url"]}
            assert new["url"] in after[-2]["keys"]
        else:
            assert new == old


@pytest.mark.parametrize("is_away", [False, True])
def test_what_lies_in_a_cold_place_goes_when_that_can_be_reached(site, data, tmp_path, is_away):
    cold, away = tmp_path / "cold", tmp_path / "away"
    (data / "wencun.toml").write_text(f'[archive]\ncold = ["{cold}"]\n', encoding="utf-8")
    shutil.move(data / "warc", away if is_away else cold)
    receipt = (
        erase(data, site.url("/kf/3"))
        if not is_away
        else json.loads(wencun("erase", "--data", data, "--format", "json", site.url("/kf/3")).out)
    )
    assert receipt["out_of_reach"] == ([str(cold)] if is_away else [])
    assert traces(data, *of_page_3(site)) == []
    if is_away:
        refused = wencun("erase", "--data", data, site.url("/kf/3"), "--everywhere")
        assert (refused.code, refused.out, refused.err.count("\n")) == (7, "", 1)
        shutil.move(away, cold)
        assert wencun("reextract", "--all", "--data", data).code == 0
        assert rows(data, f"SELECT url FROM pages WHERE url = '{site.url('/kf/3')}'") == []
        receipt = json.loads(wencun("erase", "--data", data, "--format", "json", site.url("/kf/3")).out)
        assert receipt["records"] != []
    assert traces(cold, *of_page_3(site)) == []
    assert verified(data).out.endswith(": all whole\n")


def test_what_lists_name_by_its_title_alone_goes_from_them_for_good(tmp_path):
    data, named, listing = tmp_path / "archive", tmp_path / "1.html", tmp_path / "2.txt"
    named.write_bytes(csdn_page(7, title="2024-05-11 问AI:什么是学习率"))
    listing.write_text(rendering(2).replace("第1篇别的文章", "2024-05-11 AI:什么是学习率"), encoding="utf-8")
    for path, number in ((named, 7), (listing, 8)):
        assert wencun("ingest", path, "--url", url_of(number), "--data", data).code == 0
    naming = "SELECT count(*) FROM sidebar_items WHERE title LIKE '2024-05-11%'"
    assert rows(data, naming) == [(2,)]
    assert erase(data, "csdn:7")["entries"] == {url_of(8): 2}
    assert rows(data, naming) == [(0,)]
    (data / "archive.db").unlink()
    assert wencun("reextract", "--data", data).code == 0
    assert rows(data, naming) == [(0,)]
