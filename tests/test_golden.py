"""Golden pairs: pages of our own making, and the articles that were read off them by eye.

A pair is tests/fixtures/<site>/<case>.html, .txt or .xml, with <case>.json beside it: the URL it is read
under, its `content_type` and `captured_at` where they matter, and the article field by field, or what a page
that leads to articles names (in `sources`), or the name of the error and its message. `wencun fixture` makes
one of a stored page.
"""

from __future__ import annotations

import dataclasses
import functools
import json
from datetime import datetime
from pathlib import Path

import pytest

from crawler.extract import Page, extract, items
from crawler.extract.items import Article, ExtractionError
from crawler.extract.sites import SITES
from crawler.extract.sources import read_source

FIXTURES = Path(__file__).parent / "fixtures"
PAIRS = {f"{path.parent.name}/{path.stem}": path for path in sorted(FIXTURES.glob("*/*.json"))}
FIELDS = [field.name for field in dataclasses.fields(Article)]


@functools.cache
def golden(pair):
    return json.loads(PAIRS[pair].read_text(encoding="utf-8"))


def page_of(pair):
    page = next(PAIRS[pair].parent.glob(f"{PAIRS[pair].stem}.[htx][txm]*"))
    given = golden(pair)
    captured_at = given.get("captured_at")
    return Page(
        url=given["url"],
        body=page.read_bytes(),
        content_type=given.get("content_type"),
        captured_at=datetime.fromisoformat(captured_at) if captured_at else None,
    )


@functools.cache
def found(pair):
    return extract(page_of(pair))


ARTICLES = [pair for pair in PAIRS if "article" in golden(pair)]
SOURCES = [pair for pair in PAIRS if "source" in golden(pair)]
OTHERS = [pair for pair in PAIRS if "error" in golden(pair)]


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("pair", ARTICLES)
def test_every_field_of_an_article_is_what_the_page_shows(pair, field):
    article = json.loads(json.dumps(dataclasses.asdict(found(pair))[field]))
    assert article == golden(pair)["article"][field]


@pytest.mark.parametrize("pair", OTHERS)
def test_a_page_that_is_no_article_says_what_it_is(pair):
    with pytest.raises(ExtractionError) as caught:
        found(pair)
    assert type(caught.value) is getattr(items, golden(pair)["error"])
    assert str(caught.value) == golden(pair)["message"]


@pytest.mark.parametrize("pair", SOURCES)
def test_a_page_that_leads_to_articles_names_what_it_shows(pair):
    source = json.loads(json.dumps(dataclasses.asdict(read_source(page_of(pair)))))
    assert source == golden(pair)["source"]


@pytest.mark.parametrize("pair", [pair for pair in SOURCES if PAIRS[pair].with_suffix(".html").exists()])
def test_a_page_that_leads_to_articles_is_no_article(pair):
    with pytest.raises(items.SourcePage):
        found(pair)


LAYOUTS = sorted({(site.name, layout.name) for site in SITES for layout in site.layouts})


@pytest.mark.parametrize(("site", "layout"), LAYOUTS)
def test_every_layout_has_a_pair(site, layout):
    articles = [golden(pair)["article"] for pair in ARTICLES]
    assert (site, layout) in {(article["site"], article["layout"]) for article in articles}
