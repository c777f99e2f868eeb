"""Walls are told from articles, those about walls included."""

from __future__ import annotations

import pytest
from saved_pages import csdn_page, url_of
from wall_pages import articles, walls

from crawler.extract import Page, extract
from crawler.extract.items import ExtractionError
from pipelines.process import process_page

ARTICLES = 600


@pytest.mark.parametrize("wall", walls(), ids=lambda wall: wall.name)
def test_a_wall_is_what_it_is_and_no_article(wall):
    with pytest.raises(ExtractionError) as caught:
        extract(Page(url=wall.url, body=wall.markup.encode()))
    assert type(caught.value) is wall.error
    assert "no article" in str(caught.value) or "its text is fetched by JavaScript" in str(caught.value)


def test_articles_are_articles_those_about_walls_too():
    lost = []
    for number, (title, markup) in enumerate(articles(ARTICLES)):
        try:
            article = extract(Page(url=f"https://some.example/a/{number}.html", body=markup.encode()))
        except ExtractionError as error:
            lost.append((title, str(error)))
        else:
            assert article.title == title
            assert article.truncated is None
    assert lost == []


IN_PLACE = [wall for wall in walls() if "passport" not in wall.url]
"""Without the one that its address tells."""


@pytest.mark.parametrize("wall", IN_PLACE, ids=lambda wall: wall.name)
def test_a_wall_in_an_articles_place_is_never_processed_into_one(wall):
    assert process_page(Page(url=url_of(7), body=csdn_page(7), content_type="text/html")).article is not None
    done = process_page(Page(url=url_of(7), body=wall.markup.encode(), content_type="text/html"), status=200)
    assert (done.article, done.url) == (None, url_of(7))
    assert done.outcome == wall.error.outcome
    assert done.message
