"""What time itself is like: seasons that rules close, the building holiday, and the days that nobody works."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from planning.coordination.present import trade_holiday
from planning.sequencing.calendars import dutch_calendar
from planning.sequencing.plan import Plan, to_date
from planning.sequencing.rules.base import Lang, Rule

Span = tuple[int, int]
"""Days since 1 January 1970: ``[first, after)``."""

AHEAD_DAYS: Final = 3700
"""The calendar runs ten years past the plan, as that of a ripple does, so that a push never leaves it."""


@dataclass(frozen=True)
class Band:
    """Days on which a rule lets some works not start or, with ``last_day``, not end; works by identity."""

    rule: str
    title: str
    last_day: bool
    spans: tuple[Span, ...]
    works: frozenset[int]


@dataclass(frozen=True)
class DaysOff:
    """When nobody works from ``first`` up to ``after``, besides weekends: holidays, and the building holiday."""

    first: int
    after: int
    holidays: tuple[int, ...]
    rests: tuple[Span, ...]


def season_bands(plan: Plan, rules: Sequence[Rule], lang: Lang) -> list[Band]:
    """Return the closed seasons of the rules over the years of the plan; those without a work in it left out."""
    first, after = _years(plan)
    days = np.arange(first, after, dtype=np.int32)
    found: dict[tuple[str, tuple[Span, ...]], Band] = {}
    for rule in rules:
        for shut in rule.closed(plan):
            spans = _spans(np.asarray(shut.days(days)), first)
            if not spans or len(shut.works) == 0:
                continue
            works = frozenset(plan.works.id[shut.works].tolist())
            key = (rule.id, spans)
            # Closed for beginning and for ending alike is one band; where it is only for ending, that is said.
            last_day = shut.last_day and found[key].last_day if key in found else shut.last_day
            found[key] = Band(rule.id, rule.title[lang], last_day, spans, works)
    return list(found.values())


def days_off(plan: Plan, rules: Sequence[Rule]) -> DaysOff:
    """Return the days off that ``sequencing.calendars`` counts with; weekends are left to the reader."""
    first, after = _years(plan)
    first, after = first - 400, after + AHEAD_DAYS
    calendar = dutch_calendar(first, after)
    weekdays = (np.arange(first, after) + 3) % 7 < 5
    holiday = trade_holiday(rules)
    years = range(to_date(first).year, to_date(after).year + 1)
    rests = tuple(holiday.period(year) for year in years) if holiday is not None else ()
    return DaysOff(first, after, tuple((first + np.flatnonzero(weekdays & ~calendar.working)).tolist()), rests)


def _years(plan: Plan) -> Span:
    """Return whole years around the plan and today."""
    works = plan.works
    first = to_date(min(int(works.start.min(initial=plan.today)), plan.today)).year
    last = to_date(max(int(works.finish.max(initial=plan.today)), plan.today)).year
    new_year = np.array([f"{first}-01-01", f"{last + 2}-01-01"], "datetime64[D]").astype(np.int64)
    return int(new_year[0]), int(new_year[1])


def _spans(mask: NDArray[np.bool_], first: int) -> tuple[Span, ...]:
    edges = first + np.flatnonzero(np.diff(np.concatenate([[False], mask, [False]]).astype(np.int8)))
    return tuple(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))
