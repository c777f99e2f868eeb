"""A site that never ends takes neither the budget of its own articles nor the run's time."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from crawling import crawl, rows
from loopback import serve
from traps import Trap


@pytest.mark.parametrize(
    "is_lively", [False, True], ids=["pages that repeat", "pages with texts of their own"]
)
def test_of_a_site_with_six_traps_the_real_articles_are_fetched(
    is_lively: bool, tmp_path: Path, scale: Callable[[int, int], int], figure: Callable[..., None]
) -> None:
    trap = Trap(articles=scale(40, 200), is_lively=is_lively)
    budget = scale(400, 2000)
    with serve(trap.site()) as site:
        ended = crawl(
            site,
            tmp_path,
            trap.path(0),
            "--follow",
            "sidebar",
            "--max-pages",
            str(budget),
            "--max-time",
            "20m",
            timeout=1200,
        )
    assert ended.code == 0, ended.err[-2000:]
    assert "limit" in ended.last_line
    real = rows(tmp_path, "SELECT count(*), count(DISTINCT url) FROM articles WHERE url LIKE '%/kf/%'")[0]
    pages = len(site.paths())
    kind = "lively" if is_lively else "dull"
    figure(f"pages asked for on a site with 6 {kind} traps", asked=f"<= {budget}", seen=pages)
    share = 100 * real[0] // trap.articles
    figure(f"real articles fetched among 6 {kind} traps, %", asked=">= 95", seen=share)
    figure(f"real articles stored twice among 6 {kind} traps", asked=0, seen=real[0] - real[1])
    again = [path for path in set(site.paths()) if site.asked(path) > 1]
    assert pages <= budget
    assert share >= 95
    assert (real[0] <= trap.articles, again) == (True, [])
