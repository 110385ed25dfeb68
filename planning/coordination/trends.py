"""How a wijk goes over the years: works per quarter, fallow weeks and budget per year, nuisance per week."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Final

import numpy as np

from geo.models import Address
from planning.coordination.figures import FallowGap
from planning.coordination.near_addresses import NearAddresses
from planning.coordination.present import Present, plan_seen_by
from planning.sequencing.nuisance import WEEK, weekly
from planning.sequencing.plan import Plan, to_date
from planning.sequencing.rules.ground import fallow_grounds
from planning.works.models import Work

if TYPE_CHECKING:
    from geo.models import Wijk
    from planning.partners.viewers import Viewer

LONGEST_YEARS: Final = 40
"""A work with an odd year must not make a chart of thousands of them."""

MOST_WEEKS: Final = 10 * 52
"""What is further away than ten years is no news for who lives there."""


@dataclass(frozen=True)
class Trend:
    """Rows of numbers over time: ``rows`` by key, a number per period."""

    periods: Sequence[dt.date]
    rows: Mapping[str, Sequence[float]]

    @property
    def total(self) -> float:
        """Return the sum of all."""
        return sum(sum(row) for row in self.rows.values())


@dataclass(frozen=True)
class WeeklyNuisance:
    """What the worst-off address bears per week, from ``first`` (a Monday) on; ``street`` is where that is."""

    first: dt.date
    sums: Sequence[int]
    street: str


def works_per_quarter(works: Sequence[Work]) -> Trend:
    """Return how many works of each kind are under way in each quarter, over the whole years that they span."""
    if not works:
        return Trend([], {})
    years = _years(work.planned_start.year for work in works), _years((_last(work).year for work in works), last=True)
    first, count = min(years), 4 * (max(years) - min(years) + 1)
    rows: dict[str, list[float]] = defaultdict(lambda: [0.0] * count)
    for work in works:
        begin, end = (_quarter(day, first) for day in (work.planned_start, _last(work)))
        for quarter in range(max(0, begin), min(count, end + 1)):
            rows[work.kind][quarter] += 1
    return Trend([dt.date(first + i // 4, 3 * (i % 4) + 1, 1) for i in range(count)], dict(rows))


def fallow_per_year(gaps: Iterable[FallowGap]) -> Trend:
    """Return how many weeks ground lies fallow in each year, all grounds together."""
    days: dict[int, float] = defaultdict(float)
    for gap in gaps:
        for start, finish in gap.free:
            for year, number in _days_per_year(start, finish):
                days[year] += number
    return _per_year({"fallow": {year: number / WEEK for year, number in days.items()}})


def budget_per_year(works: Iterable[Work]) -> Trend:
    """Return what the works that start in a year cost, per owner (name), in euro."""
    found: dict[str, dict[int, float]] = defaultdict(lambda: defaultdict(float))
    for work in works:
        if work.budget_eur:
            found[work.owner.name][work.planned_start.year] += float(Decimal(work.budget_eur))
    return _per_year(found)


def worst_nuisance(viewer: Viewer, wijk: Wijk, today: dt.date | None = None) -> WeeklyNuisance | None:
    """Return what the address in ``wijk`` with the worst week to come bears; None where nobody lives near works.

    As far as ``viewer`` may see the works. The plan is kept per state of the data; besides it this is one query.
    """
    present = plan_seen_by(viewer, today)
    inside = _addresses_in(present, wijk)
    if not inside.any():
        return None
    place = int(np.argmax(np.where(inside, present.peaks, -1)))
    if present.peaks[place] <= 0:
        return None
    street = Address.objects.values_list("street", flat=True).get(pk=int(present.near.address[place]))
    first, sums = nuisance_of(present.near, place, present.plan)
    return WeeklyNuisance(first, sums, street)


def nuisance_of(near: NearAddresses, place: int, plan: Plan, last: int | None = None) -> tuple[dt.date, list[int]]:
    """Return the Monday from which is counted, and what one address (by position) bears per week in ``plan``."""
    works = near.work[near.place == place]
    monday = plan.today - (plan.today + 3) % WEEK
    end = int(plan.works.finish[works].max(initial=monday + WEEK)) if last is None else last
    weeks = min(MOST_WEEKS, max(1, -(-(end - monday) // WEEK)))
    sums = weekly(plan.works, np.zeros(len(works), np.int32), works, 1, monday, weeks).sums[0]
    return to_date(monday), sums.tolist()


@dataclass(frozen=True)
class BeforeAfter:
    """Numbers over time, as planned now and as they would be; ``periods`` are years or weeks by their first day."""

    periods: Sequence[dt.date]
    before: Sequence[float]
    after: Sequence[float]


def fallow_before_after(before: Plan, after: Plan, wijken: Collection[int] | None = None) -> BeforeAfter:
    """Return the dwelling-weeks that ground lies fallow in each year from the plan's today on, in both plans.

    Ground on which nothing follows counts to the end of the longest of both.
    """
    horizon = max(int(plan.works.finish.max(initial=plan.today)) for plan in (before, after))
    rows = {name: _fallow_days(replace(plan, horizon=horizon), wijken) for name, plan in (("b", before), ("a", after))}
    trend = _per_year({name: {year: days / WEEK for year, days in row.items()} for name, row in rows.items()})
    return BeforeAfter(trend.periods, trend.rows.get("b", []), trend.rows.get("a", []))


def nuisance_before_after(near: NearAddresses, before: Plan, after: Plan) -> BeforeAfter | None:
    """Return what the address that now has the worst week bears per week in both plans; None where nobody does."""
    peaks = near.peaks(before)
    if peaks.max(initial=0) <= 0:
        return None
    place = int(np.argmax(peaks))
    works = near.work[near.place == place]
    last = max(int(plan.works.finish[works].max()) for plan in (before, after))
    (first, old), (_first, new) = (nuisance_of(near, place, plan, last) for plan in (before, after))
    return BeforeAfter([first + dt.timedelta(weeks=i) for i in range(len(old))], old, new)


def _fallow_days(plan: Plan, wijken: Collection[int] | None) -> dict[int, float]:
    days: dict[int, float] = defaultdict(float)
    for gap in fallow_grounds(plan):
        if wijken is not None and int(plan.works.wijk[gap.demolition]) not in wijken:
            continue
        homes = max(1, int(plan.works.dwellings[gap.demolition]))
        for start, finish in gap.free:
            if finish > plan.today:
                for year, number in _days_per_year(to_date(max(start, plan.today)), to_date(finish)):
                    days[year] += number * homes
    return days


def _addresses_in(present: Present, wijk: Wijk) -> np.ndarray:
    """Return which of the addresses near works lie in ``wijk``."""
    there = Address.objects.filter(buurt__wijk=wijk).order_by().values_list("pk", flat=True)
    return np.isin(present.near.address, np.fromiter(there, np.int64))


def _last(work: Work) -> dt.date:
    return work.planned_finish - dt.timedelta(days=1)


def _quarter(day: dt.date, first: int) -> int:
    return 4 * (day.year - first) + (day.month - 1) // 3


def _years(years: Iterable[int], *, last: bool = False) -> int:
    """Return the first or last year that counts: an odd one far from the others does not stretch all."""
    found = sorted(years)
    middle = found[len(found) // 2]
    near = [year for year in found if abs(year - middle) <= LONGEST_YEARS // 2]
    return near[-1] if last else near[0]


def _days_per_year(start: dt.date, finish: dt.date) -> Iterator[tuple[int, int]]:
    for year in range(start.year, finish.year + 1):
        first = start if year == start.year else dt.date(year, 1, 1)
        after = finish if year == finish.year else dt.date(year + 1, 1, 1)
        if first < after:
            yield year, (after - first).days


def _per_year(found: Mapping[str, Mapping[int, float]]) -> Trend:
    counted = [year for row in found.values() for year, number in row.items() if number]
    if not counted:
        return Trend([], {})
    years = range(_years(counted), _years(counted, last=True) + 1)
    rows = {name: [row.get(year, 0.0) for year in years] for name, row in found.items()}
    return Trend([dt.date(year, 1, 1) for year in years], rows)
