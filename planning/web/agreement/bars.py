"""Old and new periods as bars on one axis of years, in percent, so that a template draws them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from planning.web.timeline import Axis, Mark, number

LEAST_WIDTH: Final = 0.8
"""A bar is never narrower than this share of the axis, in percent."""

Period = tuple[dt.date, dt.date]


@dataclass(frozen=True)
class Bar:
    """A period on the axis: where it begins and how wide it is, in percent, as texts."""

    x: str
    width: str


@dataclass(frozen=True)
class YearAxis:
    """Whole years that hold all periods, with a name per year or per few."""

    axis: Axis

    def bar(self, period: Period) -> Bar:
        """Return a period as a bar."""
        x = self.axis.position(period[0])
        width = max(self.axis.position(period[1]) - x, LEAST_WIDTH)
        return Bar(number(min(x, 100 - width)), number(width))

    @property
    def years(self) -> Sequence[Mark]:
        """Return the years that are named: all, or every second where there are many."""
        years = self.axis.years
        return years if len(years) <= 8 else years[::2]


def year_axis(periods: Iterable[Period]) -> YearAxis:
    """Return the axis of whole years that holds ``periods``."""
    days = [day for period in periods for day in period]
    if not days:
        days = [dt.date.today()]
    return YearAxis(Axis(min(days).year, max((max(days) - dt.timedelta(days=1)).year, min(days).year)))
