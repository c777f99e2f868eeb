"""A hundred ways in which pages print a time, and what each is for a reader at 2024-05-12 09:02:30 +08:00."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.extract.values.relative_times import read_time

SEEN = datetime(2024, 5, 12, 1, 2, 30, tzinfo=UTC)
DAY, MINUTE, SECOND = "day", "minute", "second"
FORMS = {
    # whole dates
    "2024-05-11": (None, "2024-05-11", DAY),
    "2024/5/11": (None, "2024-05-11", DAY),
    "2024.05.11": (None, "2024-05-11", DAY),
    "2024年5月11日": (None, "2024-05-11", DAY),
    "2024 年 05 月 11 日": (None, "2024-05-11", DAY),
    "2024年5月11号": (None, "2024-05-11", DAY),
    "发布日期：2024-05-11": (None, "2024-05-11", DAY),
    "（2024-05-11）": (None, "2024-05-11", DAY),
    "11 May 2024": (None, "2024-05-11", DAY),
    "May 11, 2024": (None, "2024-05-11", DAY),
    "Saturday, May 11, 2024": (None, "2024-05-11", DAY),
    # with a time of day
    "2024-05-11 09:02": ("2024-05-11T01:02:00Z", "2024-05-11", MINUTE),
    "2024-05-11 9:02": ("2024-05-11T01:02:00Z", "2024-05-11", MINUTE),
    "2024/05/11 09:02:01": ("2024-05-11T01:02:01Z", "2024-05-11", SECOND),
    "2024.05.11 09:02:01": ("2024-05-11T01:02:01Z", "2024-05-11", SECOND),
    "2024年05月11日 09:02:01": ("2024-05-11T01:02:01Z", "2024-05-11", SECOND),
    "2024年5月11日9时02分": ("2024-05-11T01:02:00Z", "2024-05-11", MINUTE),
    "2024年5月11日 9点02分": ("2024-05-11T01:02:00Z", "2024-05-11", MINUTE),
    "2024年5月11日 星期六 09:02": ("2024-05-11T01:02:00Z", "2024-05-11", MINUTE),
    "2024-05-11(周六) 09:02": ("2024-05-11T01:02:00Z", "2024-05-11", MINUTE),
    "2024年5月11日 上午9:02": ("2024-05-11T01:02:00Z", "2024-05-11", MINUTE),
    "2024年5月11日 下午3:02": ("2024-05-11T07:02:00Z", "2024-05-11", MINUTE),
    "2024年5月11日 晚上11:02": ("2024-05-11T15:02:00Z", "2024-05-11", MINUTE),
    "2024年5月11日 凌晨0:02": ("2024-05-10T16:02:00Z", "2024-05-11", MINUTE),
    "2024年5月11日 中午12:02": ("2024-05-11T04:02:00Z", "2024-05-11", MINUTE),
    "2024-05-11 3:02 PM": ("2024-05-11T07:02:00Z", "2024-05-11", MINUTE),
    "2024-05-11 12:02 AM": ("2024-05-10T16:02:00Z", "2024-05-11", MINUTE),
    "于 2024-05-11 09:02:01 发布": ("2024-05-11T01:02:01Z", "2024-05-11", SECOND),
    "已于\xa02024-05-11 09:02:01\xa0修改": ("2024-05-11T01:02:01Z", "2024-05-11", SECOND),
    "最后发布于2024-05-11 09:02:01 ": ("2024-05-11T01:02:01Z", "2024-05-11", SECOND),
    "2024-05-11 09:02某某服务器之家": ("2024-05-11T01:02:00Z", "2024-05-11", MINUTE),
    "來源：未知 2024-05-11 09:02": ("2024-05-11T01:02:00Z", "2024-05-11", MINUTE),
    "2024.05.11 09:02浏览量:0简介:": ("2024-05-11T01:02:00Z", "2024-05-11", MINUTE),
    # with a zone
    "2024-05-11T09:02:01+08:00": ("2024-05-11T01:02:01Z", "2024-05-11", SECOND),
    "2024-05-11T09:02:01+0800": ("2024-05-11T01:02:01Z", "2024-05-11", SECOND),
    "2024-05-11T01:02:01Z": ("2024-05-11T01:02:01Z", "2024-05-11", SECOND),
    "2024-05-11T01:02:01.123Z": ("2024-05-11T01:02:01Z", "2024-05-11", SECOND),
    "2024-05-11T09:02:01.123456+08:00": ("2024-05-11T01:02:01Z", "2024-05-11", SECOND),
    "2024-05-10T21:02:01-04:00": ("2024-05-11T01:02:01Z", "2024-05-10", SECOND),
    "2024-05-11T09:02:01": ("2024-05-11T01:02:01Z", "2024-05-11", SECOND),
    "2024-05-11T09:02": ("2024-05-11T01:02:00Z", "2024-05-11", MINUTE),
    "Sat, 11 May 2024 01:02:01 GMT": ("2024-05-11T01:02:01Z", "2024-05-11", SECOND),
    "Sat, 11 May 2024 09:02:01 +0800": ("2024-05-11T01:02:01Z", "2024-05-11", SECOND),
    "May 11, 2024 09:02": ("2024-05-11T01:02:00Z", "2024-05-11", MINUTE),
    # relative to when they were seen
    "刚刚": ("2024-05-12T01:02:00Z", "2024-05-12", MINUTE),
    "剛剛": ("2024-05-12T01:02:00Z", "2024-05-12", MINUTE),
    "just now": ("2024-05-12T01:02:00Z", "2024-05-12", MINUTE),
    "30秒前": ("2024-05-12T01:02:00Z", "2024-05-12", MINUTE),
    "1分钟前": ("2024-05-12T01:01:00Z", "2024-05-12", MINUTE),
    "52 分钟前": ("2024-05-12T00:10:00Z", "2024-05-12", MINUTE),
    "五分钟前": ("2024-05-12T00:57:00Z", "2024-05-12", MINUTE),
    "18分鐘前": ("2024-05-12T00:44:00Z", "2024-05-12", MINUTE),
    "5 minutes ago": ("2024-05-12T00:57:00Z", "2024-05-12", MINUTE),
    "发布于 5 分钟前": ("2024-05-12T00:57:00Z", "2024-05-12", MINUTE),
    "3小时前": (None, "2024-05-12", DAY),
    "3个小时之前": (None, "2024-05-12", DAY),
    "3小時前": (None, "2024-05-12", DAY),
    "an hour ago": (None, "2024-05-12", DAY),
    "20小时前": (None, "2024-05-11", DAY),
    "今天": (None, "2024-05-12", DAY),
    "今天 08:30": ("2024-05-12T00:30:00Z", "2024-05-12", MINUTE),
    "昨天": (None, "2024-05-11", DAY),
    "昨天 23:59": ("2024-05-11T15:59:00Z", "2024-05-11", MINUTE),
    "编辑于 昨天 10:20": ("2024-05-11T02:20:00Z", "2024-05-11", MINUTE),
    "前天 07:00": ("2024-05-09T23:00:00Z", "2024-05-10", MINUTE),
    "yesterday": (None, "2024-05-11", DAY),
    "1天前": (None, "2024-05-11", DAY),
    "一天前": (None, "2024-05-11", DAY),
    "两天前": (None, "2024-05-10", DAY),
    "3天前": (None, "2024-05-09", DAY),
    "發佈於 12 天前": (None, "2024-04-30", DAY),
    "30 days ago": (None, "2024-04-12", DAY),
    # nothing that can be said
    "": None,
    "05-11": None,
    "5月11日": None,
    "09:02": None,
    "05-11 09:02": None,
    "2024": None,
    "2024年5月": None,
    "May 2024": None,
    "20240511": None,
    "2024-13-01": None,
    "2023-02-29": None,
    "2024-05-11 25:00": None,
    "0000-00-00 00:00:00": None,
    "9小时前": None,
    "今天 23:00": None,
    "昨天 25:00": None,
    "几天前": None,
    "半小时前": None,
    "3周前": None,
    "2个月前": None,
    "1年前": None,
    "last week": None,
    "3天前我来过": None,
    "他说昨天 10:20 见": None,
    "52分钟前 / 18分钟前": None,
    "2024-05-11 2024-05-12": None,
    "1.2024.5.11": None,
    "版本 2024.5": None,
    "阅读完需：约 25 分钟": None,
    "99999天前": None,
}


@pytest.mark.parametrize(("shown", "meant"), FORMS.items())
def test_a_printed_time_is_what_it_is_for_whoever_saw_it(shown, meant):
    moment = read_time(shown, seen_at=SEEN)
    assert (moment and (moment.at, moment.date, moment.precision)) == meant


def test_there_are_a_hundred_forms():
    assert len(FORMS) >= 100


def test_a_relative_time_says_nothing_where_nobody_knows_when_it_was_seen():
    assert read_time("5分钟前", seen_at=None) is None
    assert read_time("2024-05-11", seen_at=None) is not None


def test_what_the_page_printed_is_kept():
    moment = read_time(" 发布于\xa05 分钟前", seen_at=SEEN)
    assert moment is not None
    assert moment.shown == "发布于 5 分钟前"


@given(st.text(alphabet="0123456789一两半几个分钟小时天前昨今日 :于ago", max_size=45))
def test_no_heap_of_such_words_makes_it_fail(text):
    moment = read_time(text, seen_at=SEEN)
    assert moment is None or moment.date <= "2100"
