"""What is on as a calendar that people subscribe to (iCalendar, RFC 5545): activities that come back, and meetings."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Final

from django.utils import timezone
from icalendar import Calendar, Event, vRecur

from geo.export.calendar import PRODUCT
from geo.text import printable
from planning.initiatives.agenda import RecurrenceError, check_recurrence, occurrences
from planning.initiatives.models import Activity, Meeting, NeighbourhoodCentre
from planning.initiatives.opening import on_open_days

EXCEPTIONS_AHEAD: Final = dt.timedelta(days=366)
"""How far ahead days on which a centre is shut are taken out of what comes back."""


def agenda_calendar(
    title: str, centres: Iterable[NeighbourhoodCentre], meetings: Iterable[Meeting], site: str, now: dt.datetime
) -> bytes:
    """Return a calendar of what is on.

    Parameters
    ----------
    title
        What calendars call it.
    centres
        Centres with ``activities``, ``hours`` and ``exceptions`` prefetched.
    meetings
        Residents' meetings.
    site
        Address of the service with a slash at the end, for identities and links.
    now
        From when days on which a centre is shut are looked for.
    """
    calendar = Calendar()
    for name, value in (
        ("prodid", PRODUCT), ("version", "2.0"), ("calscale", "GREGORIAN"), ("name", title), ("x-wr-calname", title),
        ("x-wr-timezone", "Europe/Amsterdam"),
    ):  # fmt: skip
        calendar.add(name, printable(value))
    for centre in centres:
        for activity in centre.activities.all():
            calendar.add_component(_activity(activity, centre, site, now))
    for meeting in meetings:
        calendar.add_component(_meeting(meeting, site))
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())


def _activity(activity: Activity, centre: NeighbourhoodCentre, site: str, now: dt.datetime) -> Event:
    event = _event(f"activity-{activity.pk}", activity.title, activity.starts_at, activity.ends_at, site, now)
    event.add("description", printable(activity.description))
    event.add("location", printable(f"{centre.name}, {centre.address_text}".strip(", ")))
    event.add("url", f"{site.removesuffix('/')}{centre.get_absolute_url()}")
    if activity.recurrence:
        try:
            check_recurrence(activity.recurrence)
        except RecurrenceError:
            # Our own pages show its first time only; so does the calendar.
            return event
        event.add("rrule", vRecur.from_ical(activity.recurrence.strip().upper().removeprefix("RRULE:")))
        times = occurrences(activity, now, now + EXCEPTIONS_AHEAD)
        held = {time.starts_at for time in on_open_days(centre, times)}
        shut = [time.starts_at for time in times if time.starts_at not in held]
        wall = timezone.localtime(activity.starts_at).timetz()
        skipped = [timezone.make_aware(dt.datetime.combine(day, wall.replace(tzinfo=None))) for day in activity.not_on]
        for moment in sorted({*shut, *skipped}):
            event.add("exdate", moment)
    return event


def _meeting(meeting: Meeting, site: str) -> Event:
    event = _event(f"meeting-{meeting.pk}", meeting.title, meeting.starts_at, meeting.ends_at, site, timezone.now())
    event.add("description", printable("\n".join(filter(None, [meeting.description, meeting.organiser.name]))))
    event.add("location", printable(meeting.location))
    return event


def _event(uid: str, title: str, starts: dt.datetime, ends: dt.datetime, site: str, now: dt.datetime) -> Event:
    event = Event()
    event.add("uid", f"{uid}@{site.split('/')[2].split(':', maxsplit=1)[0] if '//' in site else 'mijn-buurt'}")
    event.add("summary", printable(title))
    event.add("dtstart", timezone.localtime(starts))
    event.add("dtend", timezone.localtime(ends))
    event.add("dtstamp", now.astimezone(dt.UTC))
    return event
