"""What a page prints, and what is read from it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.extract.values import parse_count, parse_time, squash

COUNTS = {
    "12 阅读": (12, 1, False),
    "1513人阅读": (1513, 1, False),
    "阅读数：23318": (23318, 1, False),
    "阅读数 1133": (1133, 1, False),
    "阅读量3.3k": (3300, 100, False),
    "阅读量1.3w": (13000, 1000, False),
    "2k 阅读": (2000, 1000, False),
    "10w+ 阅读": (100000, 10000, True),
    "1.2万": (12000, 1000, False),
    "1.2亿": (120000000, 10000000, False),
    "999+": (999, 1, True),
    "(6875)": (6875, 1, False),
    "3,162": (3162, 1, False),
    "1164次阅读": (1164, 1, False),
    "浏览量:0": (0, 1, False),
    "被阅读0次": (0, 1, False),
    "阅读(430)": (430, 1, False),
    " ·  阅读 56605": (56605, 1, False),
    "15.2w阅读 · 112评论": (152000, 1000, False),
    "2024-05-12 09:02:01 \xa0\xa0\xa0\xa0\xa0 12 阅读": (12, 1, False),
    "１２阅读": (12, 1, False),
}


@pytest.mark.parametrize(("shown", "meant"), COUNTS.items())
def test_a_count_is_read_in_every_shape_that_pages_print(shown, meant):
    count = parse_count(shown)
    assert count is not None
    assert (count.value, count.unit, count.is_minimum) == meant


@pytest.mark.parametrize(
    "shown",
    [
        "",
        "阅读",
        "阅读量：",
        "次阅读",
        "...",
        "第3章",
        "1.2.3",
        "阅读完需:约 25 分钟",
        "2024-05-12",
        "9" * 20,
        "1.2345k",
    ],
)
def test_text_without_a_count_is_unknown_and_not_zero(shown):
    assert parse_count(shown) is None


def test_a_count_keeps_what_the_page_showed():
    assert parse_count(" 阅读量\xa03.3k\n").shown == "阅读量 3.3k"


TIMES = {
    "2012-03-13 10:26": ("2012-03-13T02:26:00Z", "2012-03-13", "minute"),
    "2016年04月18日 11:22:27": ("2016-04-18T03:22:27Z", "2016-04-18", "second"),
    "于\xa02024-03-14 14:52:42\xa0首次发布": ("2024-03-14T06:52:42Z", "2024-03-14", "second"),
    "最后发布于2018-06-09 11:50:19 ": ("2018-06-09T03:50:19Z", "2018-06-09", "second"),
    "2019年06月15日08:18": ("2019-06-15T00:18:00Z", "2019-06-15", "minute"),
    "2023-06-07 01:16未知服务器之家": ("2023-06-06T17:16:00Z", "2023-06-07", "minute"),
    "2024年9月1日": (None, "2024-09-01", "day"),
    "2024.9.1": (None, "2024-09-01", "day"),
    "2017年9月20日 下午3:02": ("2017-09-20T07:02:00Z", "2017-09-20", "minute"),
    "2024-05-11 9:02 PM": ("2024-05-11T13:02:00Z", "2024-05-11", "minute"),
    "2024-05-11T09:02:01.123+08:00": ("2024-05-11T01:02:01Z", "2024-05-11", "second"),
    "2019-10-10T15:39:26.000Z": ("2019-10-10T15:39:26Z", "2019-10-10", "second"),
    "Sat, 11 May 2024 09:02:00 GMT": ("2024-05-11T09:02:00Z", "2024-05-11", "second"),
    "May 11, 2024": (None, "2024-05-11", "day"),
}


@pytest.mark.parametrize(("shown", "meant"), TIMES.items())
def test_a_time_is_read_in_every_shape_that_pages_print(shown, meant):
    moment = parse_time(shown)
    assert moment is not None
    assert (moment.at, moment.date, moment.precision) == meant


@pytest.mark.parametrize(
    "shown",
    [
        "",
        "12",
        "05-12",
        "May 2024",
        "3天前",
        "2024-02-30",
        "2024-05-11 25:00",
        "20240511",
        "1.2024.5.11",
        "0000-00-00",
    ],
)
def test_a_time_that_is_incomplete_or_cannot_be_is_none(shown):
    assert parse_time(shown) is None


def test_two_different_times_in_one_text_are_no_time():
    assert parse_time("最后发布:2020-06-01 10:00:00首发:2019-01-01 09:00:00") is None
    assert parse_time("2020-06-01 10:00:00 2020-06-01 10:00:00").date == "2020-06-01"


def test_squash_folds_blanks_of_every_kind_and_drops_the_invisible():
    assert squash(" 01 \xa0\xa0\u3000 12\n阅读\u200b ") == "01 12 阅读"


@given(st.text())
def test_no_text_makes_the_parsers_fail(text):
    parse_count(text)
    parse_time(text)


@given(st.text(alphabet="0123456789-:/.年月日 TZ+阅读wk万May", max_size=40))
def test_no_heap_of_digits_and_marks_makes_the_parsers_fail(text):
    parse_count(text)
    parse_time(text)
