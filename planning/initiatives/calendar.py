"""Residents' meetings as a calendar."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.utils.translation import gettext_lazy as _
from icalendar import Event

from geo.export.base import Export, Format
from geo.export.calendar import MEDIA, make_event, write_calendar
from geo.export.formats import declare_format
from geo.ogc.systems import CRS84
from geo.text import printable


def meeting_event(row: dict[str, Any], export: Export) -> Event:
    """Return the event of a meeting."""
    event = make_event(
        "meeting", row, export,
        summary=row["title"],
        lines=[row["description"], row["organiser"]],
        start=row["starts_at"],
        finish=row["ends_at"],
    )  # fmt: skip
    event.add("location", printable(row["location"]))
    event.add("status", "CONFIRMED")
    return event


def declare() -> None:
    """Declare the calendar as a form of the layer of meetings."""
    calendar = partial(write_calendar, to_event=meeting_event)
    declare_format("meetings", Format("ics", _("Agenda (iCalendar)"), MEDIA, calendar, CRS84))
