"""One article under several URLs is one article."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from crawled_pages import page
from crawling import crawl, rows, states, wencun
from loopback import Reply, Site, serve
from saved_pages import csdn_page

_FORMS = (
    "https://blog.csdn.net/somebody/article/details/{}?spm=1001.2014.3001.5501&ops_request_misc=%7B%7D",
    "http://blog.csdn.net/Somebody/article/details/{}?utm_medium=distribute&request_id=5&biz_id=0",
    "https://m.blog.csdn.net/somebody/article/details/{}?from=singlemessage",
)


def test_an_article_saved_from_three_of_its_urls_is_one_row(
    tmp_path: Path, scale: Callable[[int, int], int], figure: Callable[..., None]
) -> None:
    articles = scale(20, 100)
    lines = []
    for number in range(1, articles + 1):
        for place, form in enumerate(_FORMS):
            saved = tmp_path / f"{number}-{place}.html"
            # Counts differ at every visit, and with them the bytes.
            saved.write_bytes(csdn_page(number, head=f"<!-- visit {place} -->"))
            lines.append(json.dumps({"path": str(saved), "url": form.format(number)}))
    listed = tmp_path / "list.jsonl"
    listed.write_text("\n".join(lines))
    archive = tmp_path / "data"
    assert wencun("ingest", "--data", archive, "--list", listed).code == 0
    assert rows(archive, "SELECT count(*) FROM captures") == [(3 * articles,)]
    seen = [rows(archive, f"SELECT count(*) FROM {table}")[0][0] for table in ("articles", "pages")]
    figure(f"rows of {articles} articles saved from 3 URLs each", asked=articles, seen=seen[0])
    assert seen == [articles, articles]


def test_links_that_differ_in_what_a_visit_is_called_lead_to_one_page(tmp_path: Path) -> None:
    with serve(Site()) as site:
        forms = [
            "?utm_source=a",
            ";jsessionid=0A1B2C",
            "?sid=9f86d081884c7d659a2feaa0c55ad015",
            "?PHPSESSID=1",
        ]
        links = [site.url(f"/kf/2.html{form}") for form in forms]
        site.pages = {"/kf/1.html": Reply(page(1, links)), "/kf/2.html": Reply(page(2))}
        assert crawl(site, tmp_path, "/kf/1.html", "--follow", "sidebar").code == 0
        assert site.paths() == ["/kf/1.html", "/kf/2.html"]
        assert set(states(tmp_path, site)) == {"/kf/1.html", "/kf/2.html"}
