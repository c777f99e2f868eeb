import json
from pathlib import Path

import pytest
from crawling import rows, wencun

from pipelines import ledger
from pipelines.archive import Archive
from pipelines.recovery import writing

ARTICLE = "https://blog.csdn.net/somebody/article/details/138712345"


def test_each_address_is_kept_and_named_for_what_it_is(tmp_path: Path) -> None:
    author, other = "https://blog.csdn.net/somebody", "https://elsewhere.example/1.html"
    ended = wencun("add", "--data", tmp_path, ARTICLE + "?spm=1001#top", author, other, "--follow", "related")
    assert ended.code == 0, ended.err
    lines = ended.out.splitlines()
    assert [line.split("  ")[0] for line in lines] == [ARTICLE, author, other]
    assert [line.split("  ")[1].split(":")[0] for line in lines] == ["article", "author's page", "page"]
    found = rows(tmp_path, "SELECT url, kind, state, due_at IS NULL FROM pages ORDER BY id")
    assert found == [
        (ARTICLE, "article", "pending", 0),
        (author, "source", "pending", 0),
        (other, None, "pending", 0),
    ]
    journal = [json.loads(line) for line in (tmp_path / "journal.jsonl").read_text().splitlines()]
    assert [(event["event"], event["url"], event["follow"]) for event in journal] == [
        ("seed", url, "related") for url in (ARTICLE, author, other)
    ]
    (tmp_path / "archive.db").unlink()
    wencun("reextract", "--data", tmp_path)
    assert rows(tmp_path, "SELECT url, kind, state, due_at IS NULL FROM pages ORDER BY id") == found


def test_a_list_may_hold_urls_json_lines_and_comments(tmp_path: Path) -> None:
    listed = tmp_path / "list.txt"
    listed.write_text(f'# today\n{ARTICLE}\n\n{{"url": "{ARTICLE}1"}}\n', encoding="utf-8")
    assert wencun("add", "--data", tmp_path / "data", "--file", listed).code == 0
    assert rows(tmp_path / "data", "SELECT url FROM pages ORDER BY id") == [(ARTICLE,), (ARTICLE + "1",)]


def test_a_bad_line_is_named_and_nothing_of_its_list_is_stored(tmp_path: Path) -> None:
    listed = tmp_path / "list.txt"
    for bad in ("file:///etc/hostname", '{"url": 3}', "{broken"):
        listed.write_text(f"{ARTICLE}\n{bad}\n", encoding="utf-8")
        ended = wencun("add", "--data", tmp_path / "data", "--file", listed)
        assert (ended.code, len(ended.err.splitlines()), "line 2" in ended.err) == (4, 1, True)
    assert not (tmp_path / "data").exists()


def test_a_missing_list_and_no_address_at_all_are_usage_errors(tmp_path: Path) -> None:
    assert wencun("add", "--data", tmp_path, "--file", tmp_path / "none").code == 2
    assert wencun("add", "--data", tmp_path).code == 2


FOO = "https://www.cnblogs.com/foo"
SLASH = f"{FOO}/"


@pytest.mark.parametrize(("first", "second"), [(FOO, SLASH), (SLASH, FOO), (FOO, FOO)])
def test_a_slash_at_the_end_makes_no_second_source(tmp_path: Path, first: str, second: str) -> None:
    assert "known already" not in wencun("add", "--data", tmp_path, first).out
    again = wencun("add", "--data", tmp_path, second, "--every", "1d")
    assert again.out == f"{first}  author's page: coming runs go on to its articles; known already\n"
    assert rows(tmp_path, "SELECT url, every_s FROM pages") == [(first, 86400)]
    assert len(wencun("sources", "--data", tmp_path).out.splitlines()) == 1
    (tmp_path / "archive.db").unlink()
    wencun("reextract", "--data", tmp_path)
    assert rows(tmp_path, "SELECT url, every_s FROM pages") == [(first, 86400)]


def test_both_forms_given_at_once_are_the_first_of_them(tmp_path: Path) -> None:
    ended = wencun("add", "--data", tmp_path, SLASH, FOO, f"{FOO}?page=2", f"{FOO}/?page=2")
    assert [line.split("  ")[0] for line in ended.out.splitlines()] == [SLASH, f"{FOO}?page=2"]
    assert rows(tmp_path, "SELECT url FROM pages ORDER BY id") == [(SLASH,), (f"{FOO}?page=2",)]


def test_what_is_stored_under_both_forms_stays_so(tmp_path: Path) -> None:
    archive = Archive.create(tmp_path)
    with writing(archive, "add", catch_up=False) as work:
        work.writer.call(lambda connection: [ledger.find_or_add(connection, url) for url in (FOO, SLASH)])
    for url in (FOO, SLASH):
        assert wencun("add", "--data", tmp_path, url).out.startswith(f"{url}  ")
    assert rows(tmp_path, "SELECT url, seed_id = id FROM pages ORDER BY id") == [(FOO, 1), (SLASH, 1)]


def test_where_the_known_form_is_gone_the_other_one_is_added(tmp_path: Path) -> None:
    wencun("add", "--data", tmp_path, FOO)
    with writing(Archive.open(tmp_path), "add", catch_up=False) as work:
        work.writer.call(lambda connection: connection.execute("UPDATE pages SET state = 'gone'").rowcount)
    assert wencun("add", "--data", tmp_path, SLASH).out.startswith(f"{SLASH}  ")


def test_a_host_is_no_page_without_its_slash_and_an_article_has_one_form(tmp_path: Path) -> None:
    home = "https://elsewhere.example"
    assert wencun("add", "--data", tmp_path, home, f"{home}/", f"{ARTICLE}/", ARTICLE).code == 0
    assert rows(tmp_path, "SELECT url FROM pages ORDER BY id") == [(f"{home}/",), (ARTICLE,)]
