"""Works that get other dates than was promised or planned: whom it touches, and telling them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Final

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


ONE_BY_ONE: Final = 20
"""So many works that move at once are told one by one."""


def effective(work: Work) -> tuple[dt.date, dt.date]:
    """Return the period of a work as the engine counts it: what has really begun or ended goes before the plan."""
    start = work.actual_start or work.planned_start
    return start, max(work.actual_finish or work.planned_finish, start + dt.timedelta(days=1))


def tell_of_changes(
    works: Collection[int], before: Present, after: Present, actor: Viewer, reason: str, agreed: Collection[int] = ()
) -> list[Happening]:
    """Note works (identities) that got other dates and tell the owners whose works must follow or no longer fit.

    ``before`` and ``after`` are the plan without and with the change. Owners (identities) who ``agreed`` to it in a
    proposal know of it; then only others are told, where there are any. Of more works than anybody reads one by one,
    such as those of a whole file, one thing is told per owner.
    """
    moved = _moved(works, before, after)
    if not moved:
        return []
    found = Work.objects.filter(pk__in=moved).select_related("owner").defer("geometry", "mercator", "ground")
    if len(moved) > ONE_BY_ONE:
        return _tell_of_many(list(found.order_by("owner", "pk")), moved, before, actor, reason, agreed)
    told = []
    for work in found.order_by("pk"):
        # Others hear of a work only where they may see it.
        ripple = None if work.visibility == Visibility.INTERNAL else _ripple([work.pk], moved, before)
        touched = set(ripple.owners()) - set(agreed) if ripple else set()
        if touched or not agreed:
            told.append(_tell(work, moved[work.pk], ripple, touched, before, actor, reason))
    return told


def _moved(works: Collection[int], before: Present, after: Present) -> dict[int, tuple[dt.date, dt.date]]:
    """Return the new period of each of these works that has another than it had."""
    both = sorted(pk for pk in works if pk in before.positions and pk in after.positions)
    then, now = ([present.positions[pk] for pk in both] for present in (before, after))
    old, new = before.plan.works, after.plan.works
    other = (old.start[then] != new.start[now]) | (old.finish[then] != new.finish[now])
    periods = zip(new.start[now].tolist(), new.finish[now].tolist(), strict=True)
    return {
        pk: (to_date(start), to_date(finish))
        for pk, (start, finish), moves in zip(both, periods, other.tolist(), strict=True)
        if moves
    }


def _ripple(works: Sequence[int], moved: Mapping[int, tuple[dt.date, dt.date]], before: Present) -> Ripple | None:
    """Return what these works set in motion; what moves in the same change has been decided on and stays."""
    dates = {before.positions[pk]: (to_day(moved[pk][0]), to_day(moved[pk][1])) for pk in works}
    try:
        return follow(before.network, dates, pinned=[before.positions[pk] for pk in moved])
    except IndexError:
        return None


def _tell_of_many(
    works: Sequence[Work],
    moved: Mapping[int, tuple[dt.date, dt.date]],
    before: Present,
    actor: Viewer,
    reason: str,
    agreed: Collection[int],
) -> list[Happening]:
    """Tell in one sentence per owner that many of its works got other dates."""
    told = []
    for owner, group in groupby(works, key=lambda work: work.owner):
        theirs = list(group)
        shown = [work.pk for work in theirs if work.visibility != Visibility.INTERNAL]
        ripple = _ripple(shown, moved, before) if shown else None
        touched = set(ripple.owners()) - set(agreed) if ripple else set()
        firm = sum(work.is_frozen for work in theirs if work.visibility != Visibility.INTERNAL)
        if not shown or (agreed and not touched):
            continue
        told.append(
            events.record(
                Happening.Kind.SLIPPED if firm else Happening.Kind.RESCHEDULED,
                _moved_sentences(owner.name, len(shown), firm),
                by=actor,
                organisation=owner.pk,
                touches=touched,
                works=shown,
                facts={"works": shown, "reason": reason},
            )
        )
    return told


def _moved_sentences(owner: str, works: int, firm: int) -> tuple[str, str]:
    """Say how many works of an owner got other dates and how many of these were promised, in Dutch and English."""
    if works == 1:
        return (
            f"{owner}: 1 werk kreeg andere data{', en was toegezegd' if firm else ''}.",
            f"{owner}: 1 work got other dates{', and was promised' if firm else ''}.",
        )
    return (
        f"{owner}: {works} werken kregen andere data, waarvan {firm} toegezegd.",
        f"{owner}: {works} works got other dates, {firm} of them promised.",
    )


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
            "touched": _open_to_all([int(works.id[i]) for i in involved if i != at]),
            "reason": reason,
        },
    )


def _open_to_all(works: Collection[int]) -> list[int]:
    """Return the works (identities) that every partner sees: all who are touched read of them."""
    return sorted(
        Work.objects.filter(pk__in=works).exclude(visibility=Visibility.INTERNAL).values_list("pk", flat=True)
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
