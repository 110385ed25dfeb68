"""Whether a neighbourhood centre is open: the week's hours, then public holidays, then what the centre itself says."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

import holidays
from django.utils import timezone
from django.utils.translation import gettext as _

from planning.initiatives.agenda import Occurrence, agenda
from planning.initiatives.models import NeighbourhoodCentre

LOOK_AHEAD_DAYS: Final = 21
"""How far ahead the next opening is looked for: beyond the longest holidays."""

WORKED_ON: Final = "Goede vrijdag"
"""A public holiday on which most of the Netherlands works."""

Hours = tuple[dt.time, dt.time]


@dataclass(frozen=True)
class Day:
    """When a centre is open on a day; ``reason`` says why it differs from other weeks."""

    day: dt.date
    hours: Sequence[Hours]
    reason: str = ""


@dataclass(frozen=True)
class Now:
    """Whether a centre is open at a moment: until when, or when it next opens (None where that is not known)."""

    is_open: bool
    until: dt.datetime | None = None
    opens_at: dt.datetime | None = None
    reason: str = ""


def hours_on(centre: NeighbourhoodCentre, day: dt.date) -> Day:
    """Return when ``centre`` is open on ``day``; ``hours`` and ``exceptions`` should be prefetched."""
    for exception in centre.exceptions.all():
        if exception.first_day <= day <= exception.last_day:
            hours = [(exception.opens, exception.closes)] if exception.opens and exception.closes else []
            return Day(day, hours, exception.reason or (_("andere tijden") if hours else _("gesloten")))
    week = [(each.opens, each.closes) for each in centre.hours.all() if each.weekday == day.weekday()]
    holiday = _public_holiday(day)
    return Day(day, [], holiday) if week and holiday else Day(day, week)


def now_at(centre: NeighbourhoodCentre, now: dt.datetime) -> Now:
    """Return whether ``centre`` is open at ``now``."""
    if centre.state != NeighbourhoodCentre.State.OPEN:
        return Now(False)
    here = timezone.localtime(now)
    today = hours_on(centre, here.date())
    for opens, closes in today.hours:
        if opens <= here.time() < closes:
            return Now(True, until=_moment(here.date(), closes), reason=today.reason)
    for ahead in range(LOOK_AHEAD_DAYS):
        day = hours_on(centre, here.date() + dt.timedelta(days=ahead))
        for opens, _closes in day.hours:
            if ahead > 0 or opens > here.time():
                return Now(False, opens_at=_moment(day.day, opens), reason=today.reason)
    return Now(False, reason=today.reason)


def on_open_days(centre: NeighbourhoodCentre, times: Sequence[Occurrence]) -> list[Occurrence]:
    """Leave out what falls on a day on which the centre is shut for a holiday or by its own word."""
    return [time for time in times if not _is_shut(centre, timezone.localdate(time.starts_at))]


def whats_on(centre: NeighbourhoodCentre, start: dt.datetime, finish: dt.datetime) -> list[Occurrence]:
    """Return the activities in a centre that begin in ``[start, finish)``, in order."""
    return on_open_days(centre, agenda(centre.activities.all(), start, finish))


def who_is_in(centre: NeighbourhoodCentre, start: dt.datetime, finish: dt.datetime) -> list[Occurrence]:
    """Return who comes in between, in order."""
    return on_open_days(centre, agenda(centre.presences.all(), start, finish))


def _is_shut(centre: NeighbourhoodCentre, day: dt.date) -> bool:
    found = hours_on(centre, day)
    return bool(found.reason) and not found.hours


def _moment(day: dt.date, time: dt.time) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, time))


def _public_holiday(day: dt.date) -> str:
    """Return what is celebrated on ``day`` in the Netherlands; empty where nothing is."""
    name = str(_holidays(day.year).get(day, ""))
    return "" if name == WORKED_ON else name


@cache
def _holidays(year: int) -> holidays.HolidayBase:
    return holidays.country_holidays("NL", years=year, language="nl")
