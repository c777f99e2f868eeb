import json
from pathlib import Path

from crawling import rows, wencun

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
