"""A step of the storage that fails: the run says which file it was, and leaves nothing half done."""

from __future__ import annotations

import errno
import os
import random
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from aftermath import NOTHING_WRONG, aftermath, grow
from crawling import crawl, wencun
from faulty_runs import Steps, crawl_on_faulty
from ledger_sums import assert_sums_hold
from loopback import Site, serve

from pipelines.recovery import mend
from pipelines.warc import WarcWriter
from pipelines.warc.read import read_records


@pytest.fixture
def site() -> Iterator[Site]:
    with serve(Site()) as served:
        yield served


@pytest.mark.parametrize(
    ("what", "error", "code", "is_each"),
    [("fail", errno.EIO, 7, True), ("fail-on", errno.EIO, 7, False), ("fail", errno.ENOSPC, 3, False)],
    ids=["EIO once", "EIO from then on", "ENOSPC"],
)
def test_a_step_that_fails_ends_the_run_with_its_file_named_and_the_next_run_goes_on(
    site: Site,
    tmp_path: Path,
    scale: Callable[..., int],
    figure: Callable[..., None],
    *,
    what: str,
    error: int,
    code: int,
    is_each: bool,
) -> None:
    paths = grow(site, 4)
    wencun("add", "--data", tmp_path / "start", site.url("/kf/0"))
    steps = crawl_on_faulty(site, shutil.copytree(tmp_path / "start", tmp_path / "whole")).taken
    numbers = list(range(1, len(steps) + 1)) if is_each else _every_kind(steps)
    chosen = random.Random(error).sample(numbers, scale(2 if is_each else 1, len(numbers)))
    wrong = []
    for number in sorted(chosen):
        data = shutil.copytree(tmp_path / "start", tmp_path / str(number))
        begun = len(site.log)
        failed = crawl_on_faulty(site, data, at=number, what=what, error=error)
        complaint = _complaint(failed, number, data, code) or _half_done(data)
        if complaint is None:
            ended = crawl(site, data, "--follow", "related")
            assert_sums_hold(data, site.log[begun:])
            found = aftermath(data, site, paths)
            complaint = ended.err if ended.code else None if found == NOTHING_WRONG else str(found)
        wrong += [(number, failed.taken[number - 1 :][:1], complaint)] if complaint else []
        shutil.rmtree(data)
    tried = f"{len(chosen)} of {len(steps)} steps that fail ({errno.errorcode[error]}, {what})"
    figure(f"{tried} not told or not made good", asked=0, seen=len(wrong))
    assert wrong == []


def test_half_a_record_that_cannot_be_taken_away_is_cut_off_by_the_next_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    warc = WarcWriter(tmp_path)
    page: dict[str, Any] = {"url": "https://a.test/", "content_type": "text/plain", "headers": {}}
    warc.write_resource(body=b"whole", **page)
    pwrite = os.pwrite

    def half(descriptor: int, data: bytes, offset: int) -> int:
        pwrite(descriptor, data[: len(data) // 2], offset)
        raise OSError(errno.EIO, "it broke")

    def not_cut(*_: int) -> None:
        raise OSError(errno.EIO, "nor can it be cut")

    with monkeypatch.context() as broken:
        broken.setattr(os, "pwrite", half)
        broken.setattr(os, "ftruncate", not_cut)
        for _ in range(2):
            with pytest.raises(OSError, match=r"wencun-.*\.open"):
                warc.write_resource(body=b"half", **page)
        warc.close()
    (path,) = tmp_path.iterdir()
    assert "kept in" in (mend(path) or "")
    (whole,) = tmp_path.glob("*.gz")
    assert [read.record.body for read in read_records(whole)][1:] == [b"whole"]


def _every_kind(steps: list[str]) -> list[int]:
    """Return the numbers of the first and the last step of each kind."""
    kinds: dict[str, list[int]] = {}
    for number, step in enumerate(steps, start=1):
        kinds.setdefault(re.sub(r"wencun-\S+?-\d{5}|\d+", "", step), []).append(number)
    return sorted({number for numbers in kinds.values() for number in (numbers[0], numbers[-1])})


def _complaint(failed: Steps, number: int, data: Path, code: int) -> str | None:
    """Return what is wrong with how a run ended whose storage failed."""
    if failed.ended.code == 0 and len(failed.taken) < number:
        return None  # this time it needed fewer steps
    path = data / failed.taken[number - 1].split()[1]
    names = {str(path), str(path).removesuffix(".open")}
    if failed.ended.code != code or not any(name in failed.ended.err for name in names):
        return f"exit {failed.ended.code}: {failed.ended.err}"
    return failed.ended.err if "Traceback" in failed.ended.err else None


def _half_done(data: Path) -> str | None:
    """Return what is not whole in the WARC files, closed or not."""
    try:
        for path in (data / "warc").iterdir():
            for _ in read_records(path):
                pass
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return None
