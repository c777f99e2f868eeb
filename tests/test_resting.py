from datetime import UTC, datetime, timedelta

import pytest

from crawler.fetching.patience import asks_for_patience, seconds_asked
from crawler.fetching.resting import HostRests, Rests, Trouble
from crawler.fetching.retry_budget import RetryBudget
from pipelines.ledger.hosts import Rest

NOW = datetime(2024, 5, 11, 12, 0, 0, tzinfo=UTC)


class Clock:
    """Two clocks that go on when they are told to."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.wall = NOW

    def pass_by(self, seconds: float) -> None:
        self.seconds += seconds
        self.wall += timedelta(seconds=seconds)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def kept() -> list[tuple[str, Rest | None]]:
    return []


@pytest.fixture
def rests(clock: Clock, kept: list[tuple[str, Rest | None]]) -> Rests:
    return Rests(
        on_rest=lambda host, rest: kept.append((host, rest)),
        on_good=lambda host: kept.append((host, None)),
        clock=lambda: clock.seconds,
        wall_clock=lambda: clock.wall,
    )


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        *(("7", 7), (" 120 ", 120), ("0", 1), ("999999999", 3600), ("9" * 400, 3600)),
        *(("-1", None), ("1.5", None), ("soon", None), ("", None), (None, None), ("７", None)),
        ("Sat, 11 May 2024 12:00:30 GMT", 30),
        ("Saturday, 11-May-24 12:00:30 GMT", 30),
        ("Sat May 11 12:00:30 2024", 30),
        ("Sat, 11 May 2024 11:00:00 GMT", 1),
        ("Sat, 11 May 2124 12:00:00 GMT", 3600),
        ("Sat, 99 May 2024 12:00:00 GMT", None),
    ],
)
def test_retry_after_is_read_in_both_forms_and_bounded(said: str | None, seconds: float | None) -> None:
    assert seconds_asked(said, date=None, now=NOW) == seconds


def test_a_time_to_come_back_is_waited_for_by_the_slower_of_two_clocks() -> None:
    until = "Sat, 11 May 2024 12:01:00 GMT"
    for date, seconds in (
        ("Sat, 11 May 2024 11:59:00 GMT", 120),
        ("Sat, 11 May 2024 12:00:50 GMT", 60),
        ("no date", 60),
    ):
        assert seconds_asked(until, date=date, now=NOW) == seconds


def test_an_error_that_names_a_time_asks_for_patience_and_a_page_that_does_so_does_not() -> None:
    assert asks_for_patience(429, None) and asks_for_patience(503, None) and asks_for_patience(403, 5)
    assert not asks_for_patience(403, None) and not asks_for_patience(200, 5)


def test_a_host_that_asks_for_patience_is_left_alone_for_at_least_as_long_as_it_says(
    rests: Rests, clock: Clock, kept: list[tuple[str, Rest | None]]
) -> None:
    clock.pass_by(0.4)
    rests.trouble("a.test", Trouble.PATIENCE, asked=7)
    assert kept == [("a.test", Rest(until="2024-05-11T12:00:08Z", reason="rate_limited", strikes=1))]
    clock.pass_by(7)
    with pytest.raises(HostRests):
        rests.check("a.test")
    rests.check("b.test")
    clock.pass_by(0.6)
    rests.check("a.test")


def test_without_a_time_to_wait_each_pause_is_twice_as_long_and_after_five_it_is_an_hour(
    rests: Rests, clock: Clock
) -> None:
    pauses = []
    for _ in range(6):
        rests.trouble("a.test", Trouble.PATIENCE)
        pauses.append(rests.seconds_left("a.test"))
        clock.pass_by(pauses[-1])
    for pause, least in zip(pauses, (5, 10, 20, 40, 3600, 3600), strict=True):
        assert least <= pause <= least * 1.25 + 1
    rests.trouble("a.test", Trouble.PATIENCE)
    assert rests.worth_waiting_for("a.test") is None


def test_a_short_pause_is_worth_waiting_for_a_long_one_or_one_of_a_broken_host_is_not(
    rests: Rests,
) -> None:
    rests.trouble("a.test", Trouble.PATIENCE, asked=200)
    rests.trouble("b.test", Trouble.PATIENCE, asked=400)
    rests.trouble("c.test", Trouble.NO_ROBOTS)
    assert rests.worth_waiting_for("a.test") is not None
    assert rests.worth_waiting_for("b.test") is None
    assert rests.worth_waiting_for("c.test") is None
    assert rests.resting() == {"a.test": "rate_limited", "b.test": "rate_limited", "c.test": "failing"}


@pytest.mark.parametrize(
    "case",
    [
        (Trouble.NO_CONNECTION, 3, "failing", 300),
        (Trouble.SERVER_ERROR, 5, "failing", 300),
        (Trouble.NO_ROBOTS, 1, "failing", 300),
        (Trouble.WALL, 3, "blocked", 86400),
    ],
)
def test_a_host_in_trouble_rests_after_several_times_in_a_row_then_after_one_for_twice_as_long(
    rests: Rests, clock: Clock, case: tuple[Trouble, int, str, float]
) -> None:
    kind, times, reason, first = case
    for _ in range(times - 1):
        rests.trouble("a.test", kind)
    assert rests.resting() == {}
    rests.trouble("a.test", kind)
    assert rests.resting() == {"a.test": reason}
    assert first <= rests.seconds_left("a.test") <= first + 1
    clock.pass_by(rests.seconds_left("a.test"))
    rests.trouble("a.test", kind)
    assert 2 * first <= rests.seconds_left("a.test") <= 2 * first + 1


def test_an_answer_in_between_makes_it_no_row(rests: Rests) -> None:
    for _ in range(5):
        rests.trouble("a.test", Trouble.NO_CONNECTION)
        rests.trouble("a.test", Trouble.NO_CONNECTION)
        rests.answered("a.test")
        rests.trouble("a.test", Trouble.WALL)
        rests.trouble("a.test", Trouble.WALL)
        rests.gave_page("a.test")
    assert rests.resting() == {}


def test_a_wall_is_an_answer_and_no_page(rests: Rests) -> None:
    for _ in range(3):
        rests.answered("a.test")
        rests.trouble("a.test", Trouble.WALL)
    assert rests.resting() == {"a.test": "blocked"}


def test_a_host_that_is_well_again_after_its_rest_starts_anew(
    rests: Rests, clock: Clock, kept: list[tuple[str, Rest | None]]
) -> None:
    rests.restore({"a.test": Rest(until="2024-05-11T12:10:00Z", reason="failing", strikes=4)})
    assert rests.seconds_left("a.test") == 600
    rests.answered("a.test")  # to what was asked before
    assert kept == []
    clock.pass_by(600)
    rests.answered("a.test")
    assert kept == [("a.test", None)]
    rests.trouble("a.test", Trouble.NO_CONNECTION)
    assert rests.resting() == {}


def test_a_clock_that_is_set_neither_ends_a_rest_nor_makes_it_longer(rests: Rests, clock: Clock) -> None:
    rests.trouble("a.test", Trouble.PATIENCE, asked=7)
    for jump in (timedelta(days=-1), timedelta(days=365)):
        clock.wall += jump
        assert 7 <= rests.seconds_left("a.test") <= 8


def test_a_tenth_of_a_runs_requests_may_be_second_tries_and_ten_always() -> None:
    budget = RetryBudget()
    assert sum(budget.spend() for _ in range(100)) == 10
    budget.asked = 500
    assert sum(budget.spend() for _ in range(100)) == 40
