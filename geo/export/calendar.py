"""Records with a time as a calendar (iCalendar, RFC 5545), written event by event."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import shapely
from django.utils.timezone import now
from icalendar import Calendar, Event

from geo.export.base import Export
from geo.export.batches import GEOMETRY
from geo.text import printable

MEDIA: Final = "text/calendar; charset=utf-8"
PRODUCT: Final = "-//Mijn Buurt Assen//NL"
_END: Final = b"END:VCALENDAR\r\n"

ToEvent = Callable[[dict[str, Any], Export], Event]
"""Makes an event of a record, as ``Export.rows`` has it."""


def write_calendar(export: Export, to_event: ToEvent) -> Path:
    """Write a calendar; one event at a time is in memory."""
    with export.path.open("wb") as file:
        file.write(calendar_head(str(export.layer.title)))
        for row in export.rows():
            file.write(to_event(row, export).to_ical())
        file.write(_END)
    return export.path


def calendar_head(title: str) -> bytes:
    """Return what stands before the events of a calendar."""
    calendar = Calendar()
    for name, value in (
        ("prodid", PRODUCT), ("version", "2.0"), ("calscale", "GREGORIAN"), ("name", title), ("x-wr-calname", title),
        ("x-wr-timezone", "Europe/Amsterdam"),
    ):  # fmt: skip
        calendar.add(name, printable(value))
    return bytes(calendar.to_ical().removesuffix(_END))


def make_event(
    what: str, row: dict[str, Any], export: Export, *, summary: str, lines: list[str],
    start: dt.date | dt.datetime, finish: dt.date | dt.datetime, changed: dt.datetime | None = None,
) -> Event:  # fmt: skip
    """Return an event with all that every event has.

    Parameters
    ----------
    what
        Sort of record; with the record's ``id`` and the host of the service it makes an identity that lasts, so that
        a calendar which reads the file again changes its events and doubles none.
    summary, lines
        Its name, and its description line by line.
    start, finish
        Days where it takes whole days, else moments; ``finish`` is the first day or moment after.
    changed
        When the record was last changed, where that is known.
    """
    event = Event()
    event.add("uid", f"{what}-{row['id']}@{urlsplit(export.site).hostname or 'mijn-buurt'}")
    event.add("summary", printable(summary))
    event.add("description", printable("\n".join(line for line in lines if line)))
    event.add("dtstart", start)
    event.add("dtend", finish)
    event.add("dtstamp", changed or now())
    if changed:
        event.add("last-modified", changed)
    if shape := row[GEOMETRY]:
        point = shapely.point_on_surface(shapely.from_wkb(shape))
        event.add("geo", (round(point.y, 6), round(point.x, 6)))
    return event
