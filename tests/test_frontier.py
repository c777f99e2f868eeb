"""In which order a run goes on to the links that it found."""

from __future__ import annotations

import pytest

from crawler.fetching.frontier import Frontier

PAGE = "https://a.test/kf/0.html"


def _frontier(*urls: str) -> Frontier:
    frontier = Frontier()
    for url in urls:
        frontier.append(url, origin=PAGE)
    return frontier


def _all(frontier: Frontier) -> list[str]:
    return [frontier.popleft().removeprefix("https://a.test/") for _ in range(len(frontier))]


def test_links_of_one_kind_are_taken_in_the_order_in_which_they_were_found() -> None:
    urls = [f"https://a.test/kf/{number}.html" for number in (3, 1, 2)]
    assert _all(_frontier(*urls)) == ["kf/3.html", "kf/1.html", "kf/2.html"]
    with pytest.raises(IndexError):
        Frontier().popleft()


def test_kinds_take_turns_however_many_links_one_has() -> None:
    calendar = [f"https://a.test/calendar/2024/{month}" for month in range(9)]
    filters = [f"https://a.test/list?a={value}&b=1" for value in range(9)]
    frontier = _frontier(*calendar, *filters, "https://a.test/kf/1.html", "https://a.test/kf/2.html")
    assert {url for url in _all(frontier)[:6] if url.startswith("kf")} == {"kf/1.html", "kf/2.html"}


def test_a_kind_that_gives_nothing_new_waits_until_the_others_have_nothing_left() -> None:
    frontier = _frontier(*(f"https://a.test/{kind}/{n}" for n in (1, 2) for kind in ("trap", "kf")))
    frontier.judge("https://a.test/trap/0", is_new=False)
    assert _all(frontier) == ["kf/1", "kf/2", "trap/1", "trap/2"]


def test_a_page_that_led_to_a_new_article_was_worth_its_turn() -> None:
    frontier = Frontier()
    frontier.append("https://a.test/kf/1", origin="https://a.test/month/5")
    frontier.append("https://a.test/month/6", origin=PAGE)
    frontier.append("https://a.test/day/6", origin=PAGE)
    assert frontier.popleft() == "https://a.test/kf/1"
    for kind in ("month", "day"):
        frontier.judge(f"https://a.test/{kind}/5", is_new=False)
    frontier.judge("https://a.test/kf/1", is_new=True)
    assert _all(frontier) == ["month/6", "day/6"]


def test_what_has_to_wait_is_put_back_where_it_stood_and_a_host_can_be_dropped() -> None:
    frontier = _frontier(*(f"https://a.test/kf/{number}" for number in range(3)), "https://b.test/kf/1")
    frontier.extendleft([frontier.popleft()])
    assert sorted(frontier) == [
        *(f"https://a.test/kf/{number}" for number in range(3)),
        "https://b.test/kf/1",
    ]
    assert frontier.popleft() == "https://b.test/kf/1"
    assert frontier.popleft() == "https://a.test/kf/0"
    frontier.append("https://b.test/kf/2", origin=PAGE)
    frontier.drop("a.test")
    assert list(frontier) == ["https://b.test/kf/2"]
