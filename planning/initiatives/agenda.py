"""What is on: activities once and again, written out as moments (RRULE, RFC 5545)."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from itertools import takewhile
from typing import Any, Final

from dateutil.rrule import rrule, rruleset, rrulestr
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy

from geo.periods import Period
from planning.initiatives.models import Activity, Presence, Recurring

FREQUENCIES: Final = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
"""How often an activity can come back; by the hour or faster would be no activity but a flood."""

FOLLOWED: Final = dt.timedelta(days=3 * 366)
"""So far ahead it is worked out when something comes back."""

NO_RECURRENCE: Final = gettext_lazy(
    "“%(text)s” is geen herhaling; schrijf bijvoorbeeld FREQ=WEEKLY;BYDAY=TU voor elke dinsdag."
)

_SHAPE: Final = re.compile(r"^[A-Z0-9=;,+\-:]+$")


class RecurrenceError(ValueError):
    """A recurrence that cannot be read; the message is one sentence for the reader."""


@dataclass(frozen=True)
class Occurrence:
    """One time that an activity takes place, or that somebody is in, in the time zone of the service."""

    activity: Any
    starts_at: dt.datetime
    ends_at: dt.datetime


def check_recurrence(text: str) -> None:
    """Check that ``text`` is an RRULE that we write out.

    Raises
    ------
    RecurrenceError
        Where it is not.
    """
    _rule(text, dt.datetime(2000, 1, 3, 9, 0))  # The clock on the wall, see occurrences.


def occurrences(activity: Recurring, start: dt.datetime, finish: dt.datetime) -> list[Occurrence]:
    """Return the times of ``activity`` that begin in ``[start, finish)``, in order.

    The clock on the wall counts: what is at seven in summer is at seven in winter. A recurrence that cannot be
    read gives the first time only, so that one bad record hides no other.
    """
    first = timezone.localtime(activity.starts_at)
    lasts = activity.ends_at - activity.starts_at
    after, before = (timezone.make_naive(timezone.localtime(moment)) for moment in (start, finish))
    wall = timezone.make_naive(first)
    try:
        times = _rule(activity.recurrence, wall).between(after, before, inc=True) if activity.recurrence else [wall]
    except RecurrenceError:
        times = [wall]
    times = [moment for moment in times if after <= moment < before and moment.date() not in activity.not_on]
    return [Occurrence(activity, begins, begins + lasts) for begins in map(timezone.make_aware, times)]


def on_during(activities: Iterable[Activity], period: Period) -> list[int]:
    """Return the identities of ``activities`` that share a day with ``period``, the first time or again.

    What comes back for ever is followed for ``FOLLOWED`` from today, so that no far period costs years of days.
    """
    after = dt.datetime.combine(period.start or dt.date.min, dt.time())
    before = dt.datetime.combine(period.finish or dt.date.max, dt.time())
    return [activity.pk for activity in activities if _is_on(activity, after, before)]


def _is_on(activity: Activity, after: dt.datetime, before: dt.datetime) -> bool:
    """Return whether it takes place between two moments on the wall's clock."""
    first = timezone.make_naive(timezone.localtime(activity.starts_at))
    lasts = activity.ends_at - activity.starts_at
    times: Iterable[dt.datetime] = [first]
    if activity.recurrence:
        last = max(first, min(before, dt.datetime.combine(timezone.localdate() + FOLLOWED, dt.time())))
        with suppress(RecurrenceError):
            times = takewhile(lambda moment: moment <= last, _rule(activity.recurrence, first))
    return any(moment < before and moment + lasts > after for moment in times if moment.date() not in activity.not_on)


def agenda(activities: Iterable[Activity | Presence], start: dt.datetime, finish: dt.datetime) -> list[Occurrence]:
    """Return the times of all ``activities`` that begin in ``[start, finish)``, in order."""
    found = [time for activity in activities for time in occurrences(activity, start, finish)]
    return sorted(found, key=lambda time: (time.starts_at, str(time.activity)))


def _rule(text: str, first: dt.datetime) -> rrule:
    """Return the rule that ``text`` states, counted from ``first`` (wall clock)."""
    plain = text.strip().upper().removeprefix("RRULE:")
    frequency = re.search(r"(?:^|;)FREQ=([A-Z]+)", plain)
    if not _SHAPE.match(plain) or frequency is None or frequency[1] not in FREQUENCIES:
        raise RecurrenceError(NO_RECURRENCE % {"text": text[:40]})
    # An end in UTC does not go with a beginning on the wall clock; the day is what people mean by it.
    plain = re.sub(r"(UNTIL=\d{8})(T\d{6})Z", r"\1\2", plain)
    try:
        rule = rrulestr(plain, dtstart=first)
    except (ValueError, TypeError) as error:
        raise RecurrenceError(NO_RECURRENCE % {"text": text[:40]}) from error
    if isinstance(rule, rruleset):
        raise RecurrenceError(gettext("“%(text)s” heeft meer dan één regel; geef er één.") % {"text": text[:40]})
    return rule
