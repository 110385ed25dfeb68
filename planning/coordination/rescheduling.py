"""Other dates for works: the one road by which a page, a program or an accepted proposal changes them.

Never over what another changed meanwhile: each change names the version it was made on, and where that has passed
nothing is written and both versions come back.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pghistory
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from planning.coordination.checking import AHEAD, BACK, ImpossibleDates
from planning.coordination.findings import SyncReport
from planning.coordination.models import Happening
from planning.coordination.plan_changes import plan_changes
from planning.coordination.present import Present, trade_holiday
from planning.partners.permissions import rights_of
from planning.partners.viewers import Scope
from planning.sequencing.calendars import dutch_calendar
from planning.sequencing.plan import to_day
from planning.works.kinds import WorkStatus
from planning.works.models import Work

if TYPE_CHECKING:
    from planning.partners.viewers import Viewer

DATES: Final = ("planned_start", "planned_finish", "actual_start", "actual_finish")
"""The dates of a work that can be changed this way."""


@dataclass(frozen=True)
class Redate:
    """Other dates for one work, made on one version of it.

    ``dates`` holds some of ``DATES``; an actual date may be None. ``version`` is what was read.
    """

    work: int
    version: int
    dates: Mapping[str, dt.date | None]


@dataclass(frozen=True)
class Conflict:
    """A work that somebody else changed meanwhile: as it is now, and as it was to become."""

    work: Work
    given: Redate


class ChangedMeanwhile(Exception):  # noqa: N818 - what it is, not that it is an error
    """Somebody changed works since they were read; nothing was written."""

    def __init__(self, conflicts: Sequence[Conflict]) -> None:
        super().__init__(f"{len(conflicts)} works were changed meanwhile")
        self.conflicts = list(conflicts)


@dataclass(frozen=True)
class Rescheduled:
    """Works as they are after a change, in the order given, what it did to the findings, and what was told."""

    works: Sequence[Work]
    findings: SyncReport
    told: Sequence[Happening] = ()


def period_dates(work: Work, start: dt.date, finish: dt.date) -> dict[str, dt.date | None]:
    """Return a period as the engine counts it as dates of ``work``: what really happened stays as it is.

    Raises
    ------
    ImpossibleDates
        Where the work has begun or ended on another day.
    """
    dates: dict[str, dt.date | None] = {}
    if work.actual_start is None:
        dates["planned_start"] = start
    elif start != work.actual_start:
        raise ImpossibleDates(work.pk, _("Dit werk is al begonnen; alleen het einde kan nog anders."))
    if work.actual_finish is None:
        dates["planned_finish"] = finish
    elif finish != work.actual_finish:
        raise ImpossibleDates(work.pk, _("Dit werk is al klaar."))
    return dates


def must_be_open(work: Work, start: dt.date, finish: dt.date) -> dict[str, dt.date | None]:
    """Return a period as dates of ``work``, as ``period_dates`` does; refuse for what is done or cancelled."""
    if work.status in (WorkStatus.DONE, WorkStatus.CANCELLED):
        raise ImpossibleDates(work.pk, _("Dit werk is klaar of vervallen; het krijgt geen andere data meer."))
    return period_dates(work, start, finish)


def reschedule(
    changes: Sequence[Redate],
    actor: Viewer,
    reason: str,
    *,
    agreed: Collection[int] = (),
    today: dt.date | None = None,
    **context: object,
) -> Rescheduled:
    """Give works other dates: all of them or none, findings brought up to date, and who it touches told.

    Parameters
    ----------
    changes
        At most one per work.
    actor, reason
        Who does it and why; kept in the history.
    agreed
        Organisations (identities) whose planners agreed to these changes of their works; others than these and the
        actor's own are refused.
    today
        The day it is done.
    context
        More to keep in the history with the change, such as the proposal it comes from.

    Raises
    ------
    PermissionDenied
        Where a work is not there, may not be seen, or is another's who did not agree.
    ChangedMeanwhile
        Where a work has another version than the change was made on.
    ImpossibleDates
        Where dates are out of order, or out of all time.
    """
    today = today or dt.date.today()
    with transaction.atomic(), pghistory.context(reason=reason[:500], **context):
        works = _locked([change.work for change in changes], actor, agreed)
        conflicts = [Conflict(works[c.work], c) for c in changes if works[c.work].version != c.version]
        if conflicts:
            raise ChangedMeanwhile(conflicts)
        with plan_changes(actor, reason, agreed=agreed, today=today) as made:
            changed = [change for change in changes if _set_dates(works[change.work], change, made.before, today)]
            for change in changed:
                works[change.work].save(update_fields=[*change.dates, "duration_days"])
            made.works.update(change.work for change in changed)
    fresh = Work.objects.select_related("owner").defer("geometry", "mercator", "ground").in_bulk(list(works))
    return Rescheduled([fresh[change.work] for change in changes], made.findings, made.told)


def _locked(ids: Sequence[int], actor: Viewer, agreed: Collection[int]) -> dict[int, Work]:
    """Return the works, locked in one order for everybody so that no two wait for each other."""
    works = {
        work.pk: work
        # Not the whole row: a finding that is tied to the work meanwhile need not wait.
        for work in Work.objects.filter(pk__in=ids)
        .select_related("owner")
        .defer("mercator", "ground")
        .order_by("pk")
        .select_for_update(of=("self",), no_key=True)
    }
    rights = rights_of(actor, Scope.WORKS_WRITE)
    own = {*rights.edits_for, *agreed}
    if len(works) != len(ids) or not (rights.everything or all(work.owner_id in own for work in works.values())):
        raise PermissionDenied
    return works


def _set_dates(work: Work, change: Redate, before: Present, today: dt.date) -> bool:
    """Put the dates on the work; return whether any is another than it was."""
    old = {name: getattr(work, name) for name in DATES}
    for name, day in change.dates.items():
        setattr(work, name, day)
    _must_be_possible(work, change, before, today)
    work.duration_days = follow_period(work, before)
    return any(getattr(work, name) != old[name] for name in change.dates)


def follow_period(work: Work, before: Present) -> int | None:
    """Return the working days of the work's period, None where its owner gave no length.

    What the owner gave as its length follows the new period, or a search would bring the old one back.
    """
    if work.duration_days is None:
        return None
    period = to_day(work.planned_start), to_day(work.planned_finish)
    return max(1, len(dutch_calendar(*period, trade_holiday(before.rules))))


def _must_be_possible(work: Work, change: Redate, before: Present, today: dt.date) -> None:
    last = max(before.last, today) + AHEAD
    for name, day in change.dates.items():
        if day is None and name.startswith("planned"):
            raise ImpossibleDates(work.pk, _("Een werk heeft een gepland begin en einde."))
        if day is not None and not today - BACK <= day <= last:
            raise ImpossibleDates(work.pk, _("Deze datum ligt te ver van de planning af."))
    if work.planned_finish <= work.planned_start:
        raise ImpossibleDates(work.pk, _("Het einde moet na het begin liggen."))
    if work.actual_start and work.actual_finish and work.actual_finish <= work.actual_start:
        raise ImpossibleDates(work.pk, _("Het werkelijke einde moet na het begin liggen."))
    if any(day and day > today for day in (change.dates.get("actual_start"), change.dates.get("actual_finish"))):
        raise ImpossibleDates(work.pk, _("Wat werkelijk gebeurd is, ligt niet in de toekomst."))
