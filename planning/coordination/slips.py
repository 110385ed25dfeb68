"""Works that get other dates than was promised or planned: whom it touches, and telling them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from planning.coordination import events
from planning.coordination.models import Happening
from planning.coordination.present import Present
from planning.partners.visibility import Visibility
from planning.sequencing.plan import to_date, to_day
from planning.sequencing.ripple import Ripple, follow
from planning.sequencing.rules import wording
from planning.sequencing.rules.base import Lang
from planning.works.models import Work

if TYPE_CHECKING:
    from planning.partners.viewers import Viewer


def effective(work: Work) -> tuple[dt.date, dt.date]:
    """Return the period of a work as the engine counts it: what has really begun or ended goes before the plan."""
    start = work.actual_start or work.planned_start
    return start, max(work.actual_finish or work.planned_finish, start + dt.timedelta(days=1))


def tell_of_changes(
    works: Sequence[Work], before: Present, actor: Viewer, reason: str, agreed: Collection[int] = ()
) -> list[Happening]:
    """Note works that got other dates and tell the owners whose works must follow or no longer fit.

    ``works`` carry their new dates, ``before`` is the plan without them. Owners (identities) who ``agreed`` to the
    change in a proposal know of it; then only others are told, where there are any.
    """
    moved = {work.pk: effective(work) for work in works if _moves(work, before)}
    told = []
    for work in works:
        if work.pk not in moved:
            continue
        # Others hear of a work only where they may see it.
        ripple = None if work.visibility == Visibility.INTERNAL else _ripple(work.pk, moved, before)
        touched = set(ripple.owners()) - set(agreed) if ripple else set()
        if touched or not agreed:
            told.append(_tell(work, moved[work.pk], ripple, touched, before, actor, reason))
    return told


def _moves(work: Work, before: Present) -> bool:
    at = before.positions.get(work.pk)
    if at is None:
        return False
    old = before.plan.works
    return effective(work) != (to_date(int(old.start[at])), to_date(int(old.finish[at])))


def _ripple(work: int, moved: dict[int, tuple[dt.date, dt.date]], before: Present) -> Ripple | None:
    start, finish = moved[work]
    others = [before.positions[pk] for pk in moved if pk != work and pk in before.positions]
    try:
        # What moves with it in the same change has been decided on; it need not be told of it.
        return follow(before.network, {before.positions[work]: (to_day(start), to_day(finish))}, pinned=others)
    except IndexError:
        return None


def _tell(
    work: Work,
    dates: tuple[dt.date, dt.date],
    ripple: Ripple | None,
    touched: Collection[int],
    before: Present,
    actor: Viewer,
    reason: str,
) -> Happening:
    at = before.positions[work.pk]
    works = before.plan.works
    old = to_date(int(works.start[at])), to_date(int(works.finish[at]))
    involved = sorted({i for group in ripple.owners().values() for i in group}) if ripple else [at]
    return events.record(
        Happening.Kind.SLIPPED if work.is_frozen else Happening.Kind.RESCHEDULED,
        (_sentence(work, old, dates, Lang.NL), _sentence(work, old, dates, Lang.EN)),
        by=actor,
        organisation=work.owner_id,
        touches=touched,
        works=[work.pk],
        facts={
            "work": work.pk,
            "old": [day.isoformat() for day in old],
            "new": [day.isoformat() for day in dates],
            "days": [(dates[0] - old[0]).days, (dates[1] - old[1]).days],
            "touched": [int(works.id[i]) for i in involved if i != at],
            "reason": reason,
        },
    )


def _sentence(work: Work, old: tuple[dt.date, dt.date], new: tuple[dt.date, dt.date], lang: Lang) -> str:
    """Say what moved and how far: by its end, unless only its start moved."""
    days = (new[1] - old[1]).days or (new[0] - old[0]).days
    span = wording.weeks(abs(days), lang)
    start, finish = wording.date(to_day(new[0]), lang), wording.last_day(to_day(new[1]), lang)
    if lang is Lang.EN:
        return f"{work.name} ({work.owner.name}) is {span} {'later' if days > 0 else 'earlier'}: {start} to {finish}."
    return (
        f"{work.name} ({work.owner.name}) is {span} {'later' if days > 0 else 'eerder'}: {start} tot en met {finish}."
    )
