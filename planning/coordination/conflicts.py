"""Two people and one work: what each made of it, and who was first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils import timezone

from planning.coordination.rescheduling import DATES, Conflict
from planning.partners.models import User
from planning.works.models import Work, WorkEvent  # type: ignore[attr-defined]

Row = dict[str, Any]


def conflict_rows(conflicts: Sequence[Conflict]) -> list[Row]:
    """Return both versions of each work; ``theirs`` says who changed it last, when and why. Two queries."""
    last = _last_changes([conflict.work for conflict in conflicts])
    return [
        {
            "work": conflict.work.pk,
            "name": conflict.work.name,
            "yours": {"version": conflict.given.version}
            | {name: _plain(day) for name, day in conflict.given.dates.items()},
            "theirs": {"version": conflict.work.version}
            | {name: _plain(getattr(conflict.work, name)) for name in DATES}
            | last.get(conflict.work.pk, {}),
        }
        for conflict in conflicts
    ]


def _last_changes(works: Sequence[Work]) -> dict[int, Row]:
    events = (
        WorkEvent.objects.filter(pgh_obj__in=[work.pk for work in works])
        .order_by("pgh_obj", "-pgh_id")
        .distinct("pgh_obj")
        .values_list("pgh_obj", "pgh_created_at", "pgh_context__metadata")
    )
    rows = list(events)
    people = User.objects.in_bulk([(metadata or {}).get("user") for *_rest, metadata in rows if metadata])
    return {
        pk: {
            "at": timezone.localtime(at).isoformat(timespec="minutes"),
            "by": _name(people.get((metadata or {}).get("user"))),
            "reason": str((metadata or {}).get("reason") or ""),
        }
        for pk, at, metadata in rows
    }


def _name(user: User | None) -> str:
    return (user.get_full_name() or user.get_username()) if user else ""


def _plain(day: Any) -> str | None:
    return day.isoformat() if day else None
