"""A work as an event of whole days."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import ngettext
from icalendar import Event

from geo.export.base import Export
from geo.export.calendar import make_event
from geo.text import printable
from planning.works.kinds import WorkKind, WorkStatus
from planning.works.layers import FIRM
from planning.works.periods import period_text


def work_event(row: dict[str, Any], export: Export) -> Event:
    """Return the event of a work; it takes nobody's time, so it leaves the days free."""
    kind, status, homes = WorkKind(row["kind"]), WorkStatus(row["status"]), row["dwellings"]
    event = make_event(
        "work", row, export,
        summary=row["name"],
        lines=[
            f"{str(kind.label).capitalize()} · {row['owner_name']}",
            f"{period_text(row['start'], row['finish'], row['date_precision'])} · {status.label}",
            ngettext("%(n)s woning", "%(n)s woningen", homes) % {"n": homes} if homes else "",
            row["project"] or "",
            row["description"],
        ],
        start=row["start"],
        finish=row["finish"],
        changed=row["updated_at"],
    )  # fmt: skip
    event.add("categories", [str(kind.label)])
    event.add("status", "CONFIRMED" if status in FIRM else "TENTATIVE")
    event.add("transp", "TRANSPARENT")
    if row["buurt"]:
        event.add("location", printable(row["buurt"]))
    if export.site:
        event.add(
            "url", f"{export.site.removesuffix('/')}{reverse('kaart')}?m={row['start']:%Y-%m}&plek=work:{row['id']}"
        )
    return event
