"""Working days: weekends, Dutch public holidays and the building holiday, as a calendar over arrays of days.

A day is the number of days since 1 January 1970; the *index* of a working day is its number in the calendar, so
that durations and lags in working days become plain differences.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import holidays
import numpy as np
from numpy.typing import ArrayLike, NDArray

from planning.sequencing.plan import Days, to_date, to_day

NOT_OFF = ("Good Friday",)
"""Public holidays on which building goes on (CAO Bouw & Infra does not name Good Friday)."""

LIBERATION_DAY_EVERY = 5
"""Liberation Day is a day off once in five years."""


@dataclass(frozen=True)
class BuildingHoliday:
    """The weeks in which the building trade rests ("bouwvak"), per year.

    Parameters
    ----------
    first_week
        ISO week in which it begins, where no other is set for a year.
    weeks
        How many weeks it lasts.
    exceptions
        Year to first ISO week: the advice differs per region and year.
    """

    first_week: int = 30
    weeks: int = 3
    exceptions: Mapping[int, int] | None = None

    def period(self, year: int) -> tuple[int, int]:
        """Return its first day and the first day after, as day numbers."""
        week = (self.exceptions or {}).get(year, self.first_week)
        monday = to_day(dt.date.fromisocalendar(year, week, 1))
        return monday, monday + 7 * self.weeks

    def contains(self, days: Days | NDArray[np.int64]) -> NDArray[np.bool_]:
        """Return which days lie in it."""
        result = np.zeros(days.shape, np.bool_)
        if days.size == 0:
            return result
        for year in range(to_date(int(days.min())).year, to_date(int(days.max())).year + 1):
            first, after = self.period(year)
            result |= np.greater_equal(days, first) & np.less(days, after)
        return result


@dataclass(frozen=True)
class Calendar:
    """Which days are worked on, from ``first`` on.

    Parameters
    ----------
    first
        Day number of the first day of ``working``.
    working
        Whether each day is worked on, shape (days,).
    """

    first: int
    working: NDArray[np.bool_]

    @cached_property
    def _before(self) -> NDArray[np.int64]:
        """Working days before each day, one entry more than there are days."""
        return np.concatenate([[0], np.cumsum(self.working)])

    @cached_property
    def _days(self) -> NDArray[np.int64]:
        """Day number of each working day."""
        return self.first + np.flatnonzero(self.working)

    def __len__(self) -> int:
        """Return how many working days there are."""
        return len(self._days)

    def index(self, day: ArrayLike) -> NDArray[np.int64]:
        """Return the number of working days before ``day``: the index of the first working day on or after it.

        Raises
        ------
        IndexError
            Where a day lies outside the calendar.
        """
        offset = np.asarray(day, np.int64) - self.first
        if np.size(offset) and (offset.min() < 0 or offset.max() > len(self.working)):
            raise IndexError("a day lies outside the calendar")
        return self._before[offset]

    def day(self, index: ArrayLike) -> NDArray[np.int64]:
        """Return the day number of a working day."""
        return self._days[np.asarray(index, np.int64)]

    def finish(self, index: ArrayLike, duration: ArrayLike) -> NDArray[np.int64]:
        """Return the first day after a work of ``duration`` (at least 1) working days that starts at ``index``."""
        return self.day(np.asarray(index, np.int64) + np.asarray(duration, np.int64) - 1) + 1

    def working_days(self, start: ArrayLike, finish: ArrayLike) -> NDArray[np.int64]:
        """Return the number of working days in ``[start, finish)``."""
        return self.index(finish) - self.index(start)

    def between(self, begin: ArrayLike, end: ArrayLike) -> NDArray[np.int64]:
        """Return the working days of a lag: those in ``[begin, end)``, below 0 where ``end`` comes first.

        Days outside the calendar are allowed; there only weekends are off.
        """
        return self._number(end) - self._number(begin)

    def later(self, day: int, lag: int) -> int:
        """Return the first day that is a lag of so many working days after ``day``; a negative lag goes back."""
        wanted = int(self._number(day)) + lag
        if 0 < wanted <= len(self):
            return int(self._days[wanted - 1]) + 1
        edge = self.first if wanted <= 0 else self.first + len(self.working)
        weeks, rest = divmod(wanted - int(self._number(edge)) + int(_weekdays(edge)), 5)
        # The fifth of a week is over on its Saturday.
        return 7 * weeks + rest - 3 if rest else 7 * weeks - 5

    def _number(self, day: ArrayLike) -> NDArray[np.int64]:
        """Return the working days from the begin of the calendar to ``day``, negative before it."""
        day = np.asarray(day, np.int64)
        inside = np.clip(day - self.first, 0, len(self.working))
        return np.asarray(self._before[inside] + _weekdays(day) - _weekdays(self.first + inside))

    def most_in(self, span: int) -> int:
        """Return the most working days that any ``span`` calendar days hold."""
        return int((self._before[span:] - self._before[:-span]).max(initial=0)) if span > 0 else 0

    def least_in(self, span: int) -> int:
        """Return the least working days that any ``span`` calendar days hold."""
        if span <= 0:
            return 0
        return int((self._before[span:] - self._before[:-span]).min(initial=span))


def _weekdays(day: ArrayLike) -> NDArray[np.int64]:
    """Return the days from Monday to Friday before ``day``, from Monday 29 December 1969 on."""
    weeks, rest = np.divmod(np.asarray(day, np.int64) + 3, 7)
    return np.asarray(5 * weeks + np.minimum(rest, 5))


def dutch_calendar(first: int, finish: int, building_holiday: BuildingHoliday | None = None) -> Calendar:
    """Return the working days of Dutch building from ``first`` up to ``finish`` (day numbers).

    Monday to Friday without public holidays (source: the library ``holidays``); without the building holiday where
    one is given.
    """
    days = np.arange(first, finish, dtype=np.int64)
    working = (days + 3) % 7 < 5  # 1 January 1970 was a Thursday
    years = range(to_date(first).year, to_date(finish).year + 1)
    for date, name in holidays.country_holidays("NL", years=years, language="en_US").items():
        if name in NOT_OFF or (name == "Liberation Day" and date.year % LIBERATION_DAY_EVERY):
            continue
        if first <= to_day(date) < finish:
            working[to_day(date) - first] = False
    if building_holiday is not None:
        working &= ~building_holiday.contains(days)
    return Calendar(first, working)
