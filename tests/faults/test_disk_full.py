"""A full disk ends a command with exit 3 in one line; what was committed stays, and the next one goes on."""

from __future__ import annotations

import random
import resource
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from crawled_pages import page
from crawling import Ended, crawl, rows, states, wencun
from loopback import Reply, Site, serve
from made_archives import answer, article, make_archive

from pipelines.archive import Archive

_PAGES = 12
_KB = 1024


@contextmanager
def large_site() -> Iterator[Site]:
    """Articles of 40 kB that no compression makes small, each leading to the next."""
    dice = random.Random(4)
    pages = {}
    for number in range(1, _PAGES + 1):
        text = "".join(chr(dice.randrange(0x4E00, 0x9FA5)) for _ in range(14_000))
        links = [f"/kf/{number + 1}.html"] if number < _PAGES else []
        pages[f"/kf/{number}.html"] = Reply(page(number, links).replace("一字未改".encode(), text.encode()))
    with serve(Site(pages=pages)) as site:
        yield site


def limited(size: int, *arguments: str | Path) -> Ended:
    """Run the command where no file may grow past `size`."""
    done = subprocess.run(
        [sys.executable, "-m", "crawler", *map(str, arguments)],
        capture_output=True, text=True, timeout=120, check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size)),
    )  # fmt: skip
    return Ended(done.returncode, done.stdout, done.stderr)


def assert_full(ended: Ended, root: Path) -> None:
    """The command says in one line which file had no room, and how much there is."""
    lines = [line for line in ended.err.splitlines() if " bytes free" in line]
    assert ended.code == 3, ended
    assert len(lines) == 1, ended.err
    assert str(root) in lines[0]
    assert "make room" in lines[0]
    assert "Traceback" not in ended.err


def assert_whole(data: Path) -> None:
    if (data / "archive.db").is_file():
        assert rows(data, "PRAGMA integrity_check") == [("ok",)]


def stored(data: Path) -> set[tuple[str]]:
    return (
        set(rows(data, "SELECT warc_record_id FROM captures")) if (data / "archive.db").is_file() else set()
    )


def goes_on(site: Site, data: Path, before: set[tuple[str]]) -> None:
    """With room, the next run comes to the end with all that was there."""
    if not stored(data):
        assert wencun("add", site.url("/kf/1.html"), "--data", data).code == 0
    ended = crawl(site, data, "--follow", "related")
    assert ended.code == 0, ended
    assert before <= stored(data)
    mine = {path: state for path, (state, _) in states(data, site).items() if path.startswith("/kf/")}
    assert mine == dict.fromkeys(site.pages, "stored")
    verified = wencun("verify", "--data", data)
    assert verified.code == 0, verified


def test_a_run_that_no_file_has_room_for_ends_in_order_and_the_next_goes_on(
    tmp_path: Path, scale, figure
) -> None:
    sizes = scale([24 * _KB, 420 * _KB, 800 * _KB], [count * 9 * _KB for count in range(1, 101)])
    codes = []
    for size in sizes:
        data = tmp_path / str(size)
        with large_site() as site:
            given = ("--data", data, "--delay", "0", "--allow-private", site.host, "--follow", "related")
            ended = limited(size, "crawl", *given, site.url("/kf/1.html"))
            assert_full(ended, data)
            assert_whole(data)
            goes_on(site, data, stored(data))
        codes.append(ended.code)
        shutil.rmtree(data)
    figure(f"exit 3 at {len(sizes)} limits of file sizes", asked=len(sizes), seen=codes.count(3))


@pytest.fixture
def mounted(tmp_path: Path) -> Iterator[Path]:
    place = tmp_path / "small"
    place.mkdir()
    yield place
    subprocess.run(["umount", place], capture_output=True, check=False)


def mount(place: Path, size: int, *, remount: bool = False) -> bool:
    option = f"size={size}" + (",remount" if remount else "")
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", option, "wencun", place], capture_output=True, check=False
    )
    return done.returncode == 0


def test_a_run_on_a_full_file_system_ends_in_order_and_the_next_goes_on(mounted: Path, scale, figure) -> None:
    sizes = scale([200 * _KB, 1100 * _KB], [count * 80 * _KB for count in range(1, 21)])
    codes = []
    for size in sizes:
        if not mount(mounted, size):
            pytest.skip("no file system can be mounted here; RLIMIT_FSIZE alone is tried")
        data = mounted / "data"
        with large_site() as site:
            given = ("--data", data, "--delay", "0", "--allow-private", site.host, "--follow", "related")
            ended = wencun("crawl", *given, site.url("/kf/1.html"))
            assert_full(ended, data)
            assert_whole(data)
            assert mount(mounted, 64 * 2**20, remount=True)
            goes_on(site, data, stored(data))
        codes.append(ended.code)
        subprocess.run(["umount", mounted], check=True)
    figure(f"exit 3 on {len(sizes)} file systems too small", asked=len(sizes), seen=codes.count(3))


@pytest.mark.parametrize("verb", ["add", "ingest", "reextract", "export", "snapshot"])
def test_every_verb_that_writes_ends_with_exit_3(tmp_path: Path, verb: str) -> None:
    text = "".join(chr(random.Random(number).randrange(0x4E00, 0x9FA5)) for number in range(60_000))
    archive = make_archive(tmp_path / "archive", article(1, answer("doubao", "豆包", text)))
    if verb == "reextract":
        archive.database_path.unlink()
    saved = tmp_path / "page.html"
    saved.write_bytes(page(1).replace("一字未改".encode(), text.encode()))
    given = {
        "add": [f"https://blog.csdn.net/wen/article/details/{number}" for number in range(5000)],
        "ingest": [saved],
        "reextract": [],
        "export": ["articles", "--to", tmp_path / "out.jsonl"],
        "snapshot": [tmp_path / "copy.db"],
    }[verb]
    before = archive.database_path.read_bytes() if archive.database_path.exists() else None
    assert_full(limited(100 * _KB, verb, *given, "--data", archive.root), tmp_path)
    assert_whole(archive.root)
    if verb in {"export", "snapshot"}:
        assert archive.database_path.read_bytes() == before
        assert sorted(each.name for each in tmp_path.iterdir()) == ["archive", "page.html"]


def test_a_directory_that_takes_no_archive_is_named(tmp_path: Path) -> None:
    assert_full(
        limited(0, "add", "https://blog.csdn.net/wen/article/details/1", "--data", tmp_path / "a"), tmp_path
    )
    assert not Archive(tmp_path / "a").database_path.exists()
