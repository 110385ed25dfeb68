"""Working days: what is counted one way is undone the other way, and nobody works on a holiday."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planning.sequencing.calendars import BuildingHoliday, dutch_calendar
from planning.sequencing.plan import to_date, to_day

D = dt.date
FIRST, LAST = to_day(D(2026, 1, 1)), to_day(D(2033, 1, 1))
CALENDAR = dutch_calendar(FIRST, LAST)
RESTED = dutch_calendar(FIRST, LAST, BuildingHoliday())
DAYS = st.integers(FIRST, LAST - 800)


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        (D(2027, 5, 3), True),  # a Monday
        (D(2027, 5, 1), False),  # a Saturday
        (D(2027, 4, 27), False),  # King's Day
        (D(2027, 3, 26), True),  # Good Friday is worked on
        (D(2027, 3, 29), False),  # Easter Monday
        (D(2027, 5, 6), False),  # Ascension
        (D(2027, 5, 5), True),  # Liberation Day, not in a fifth year
        (D(2030, 5, 6), True),
        (D(2028, 12, 25), False),
        (D(2027, 8, 2), True),
    ],
)
def test_dutch_days(day: dt.date, worked: bool) -> None:
    assert CALENDAR.working[to_day(day) - FIRST] == worked


def test_liberation_day_is_free_once_in_five_years() -> None:
    assert not dutch_calendar(to_day(D(2025, 1, 1)), to_day(D(2026, 1, 1))).working[to_day(D(2025, 5, 5)) - 20089]


def test_the_building_holiday_can_differ_per_year() -> None:
    usual, other = BuildingHoliday(), BuildingHoliday(exceptions={2027: 32}, weeks=2)
    assert [to_date(day) for day in usual.period(2027)] == [D(2027, 7, 26), D(2027, 8, 16)]
    assert [to_date(day) for day in other.period(2027)] == [D(2027, 8, 9), D(2027, 8, 23)]
    assert other.period(2028)[0] == usual.period(2028)[0]
    assert RESTED.working_days(*usual.period(2027)) == 0
    assert CALENDAR.working_days(*usual.period(2027)) == 15


@given(DAYS)
def test_the_index_of_a_day_leads_to_the_first_working_day_on_or_after_it(day: int) -> None:
    there = int(RESTED.day(RESTED.index(day)))
    assert there >= day
    assert RESTED.working[there - FIRST]
    assert not RESTED.working[day - FIRST : there - FIRST].any()


@given(DAYS, st.integers(1, 400))
def test_a_work_of_so_many_working_days_lasts_exactly_so_many(day: int, duration: int) -> None:
    index = RESTED.index(day)
    start, finish = int(RESTED.day(index)), int(RESTED.finish(index, duration))
    assert RESTED.working_days(start, finish) == duration
    assert RESTED.working[finish - 1 - FIRST]


@given(DAYS, st.integers(0, 400))
def test_spans_hold_between_the_least_and_the_most_working_days(day: int, span: int) -> None:
    held = int(CALENDAR.working_days(day, day + span))
    assert CALENDAR.least_in(span) <= held <= CALENDAR.most_in(span)


@given(DAYS, st.integers(0, 300), st.integers(0, 300))
def test_working_days_add_up(day: int, first: int, second: int) -> None:
    whole = CALENDAR.working_days(day, day + first + second)
    assert whole == CALENDAR.working_days(day, day + first) + CALENDAR.working_days(day + first, day + first + second)


def counted(begin: int, end: int) -> int:
    """Count a lag day by day; outside the calendar only weekends are off."""
    if end < begin:
        return -counted(end, begin)
    inside = range(FIRST, LAST)
    return sum(bool(RESTED.working[d - FIRST]) if d in inside else to_date(d).weekday() < 5 for d in range(begin, end))


ANYWHERE = st.integers(FIRST - 400, LAST + 400)


@given(ANYWHERE, st.integers(-500, 500))
def test_a_lag_is_the_working_days_between_counted_one_by_one(day: int, span: int) -> None:
    assert int(RESTED.between(day, day + span)) == counted(day, day + span)


@given(ANYWHERE, st.integers(-300, 300))
def test_later_is_the_first_day_that_keeps_a_lag(day: int, lag: int) -> None:
    there = RESTED.later(day, lag)
    assert counted(day, there) == lag
    assert counted(day, there - 1) == lag - 1


def test_lags_of_many_are_those_of_each() -> None:
    begin, end = np.arange(FIRST - 60, FIRST + 340, 7), np.arange(FIRST + 30, FIRST + 430, 7)[::-1]
    assert RESTED.between(begin, end).tolist() == [
        counted(*ends) for ends in zip(begin.tolist(), end.tolist(), strict=True)
    ]


def test_a_day_outside_is_refused() -> None:
    with pytest.raises(IndexError, match="outside the calendar"):
        CALENDAR.index(np.array([FIRST - 1]))
