"""Periods of works in the working time of a project program: days of eight hours on a Dutch calendar."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

from planning.sequencing.calendars import dutch_calendar
from planning.sequencing.plan import to_date, to_day

EARLIEST: Final = dt.date(1984, 1, 1)
LATEST: Final = dt.date(2049, 12, 31)
"""The days that every version of MS Project knows."""

OPENS: Final = dt.time(8)
CLOSES: Final = dt.time(17)
SHIFTS: Final = ((OPENS, dt.time(12)), (dt.time(13), CLOSES))
MINUTES_PER_DAY: Final = 480
MINUTES_ROUND_THE_CLOCK: Final = 24 * 60


@dataclass(frozen=True)
class Span:
    """A period with its length in minutes; ``elapsed`` where no day of it is a working day, and the clock counts."""

    start: dt.datetime
    finish: dt.datetime
    minutes: int
    elapsed: bool = False


class WorkingTime:
    """The working days between two days, both within what MS Project knows."""

    def __init__(self, first: dt.date, last: dt.date) -> None:
        self.first, self.last = bounded(first), bounded(last)
        self._calendar = dutch_calendar(to_day(self.first), to_day(self.last) + 1)

    def days(self, start: dt.date, finish: dt.date) -> int:
        """Return the number of working days in ``[start, finish)``, as far as they lie within the calendar."""
        begin, end = (min(max(to_day(day), to_day(self.first)), to_day(self.last) + 1) for day in (start, finish))
        return max(0, int(self._calendar.working_days(begin, end)))

    def span(self, start: dt.date, finish: dt.date) -> Span:
        """Return ``[start, finish)`` from the opening of its first working day to the closing of its last."""
        start = bounded(start)
        finish = max(bounded(finish), start + dt.timedelta(days=1))
        days = self.days(start, finish)
        if days == 0:
            length = (finish - start).days * MINUTES_ROUND_THE_CLOCK
            return Span(_at(start, dt.time()), _at(finish, dt.time()), length, elapsed=True)
        index = int(self._calendar.index(to_day(start)))
        first, last = (to_date(int(self._calendar.day(i))) for i in (index, index + days - 1))
        return Span(_at(first, OPENS), _at(last, CLOSES), days * MINUTES_PER_DAY)

    def holidays(self) -> list[dt.date]:
        """Return the days from Monday to Friday on which nobody works."""
        days = range(to_day(self.first), to_day(self.last) + 1)
        weekdays = (day for day, works in zip(days, self._calendar.working, strict=True) if not works)
        return [date for day in weekdays if (date := to_date(day)).weekday() < 5]


def bounded(day: dt.date) -> dt.date:
    """Return ``day``, or the nearest day that MS Project knows."""
    return min(max(day, EARLIEST), LATEST)


def _at(day: dt.date, time: dt.time) -> dt.datetime:
    return dt.datetime.combine(day, time)
