"""Scenarios made by hand: other dates kept, changed and read back against the plan as it is now."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pghistory
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from planning.coordination.checking import Checked, Followers, ImpossibleDates, check, in_days
from planning.coordination.models import Scenario, ScenarioDate
from planning.coordination.present import Present
from planning.partners.models import User
from planning.partners.permissions import rights_of
from planning.partners.viewers import Scope
from planning.sequencing.kinds import Status
from planning.sequencing.plan import Plan, to_date, to_day

if TYPE_CHECKING:
    from planning.partners.viewers import Viewer

Dates = Mapping[int, tuple[dt.date, dt.date]]
"""Per work (identity) its ``[start, finish)``."""


@dataclass(frozen=True)
class Dated:
    """Other dates for one work (identity), and whether they are pinned."""

    work: int
    start: dt.date
    finish: dt.date
    pinned: bool = False


@dataclass(frozen=True)
class ScenarioPlan:
    """A scenario laid over the plan as it is now.

    Parameters
    ----------
    dates
        What it says, of works that are still to come and may be seen, by identity.
    overtaken
        Works (identities) of which it says something that can no longer be: begun, done or cancelled since.
    checked
        What it would do.
    """

    scenario: Scenario
    dates: Mapping[int, ScenarioDate]
    overtaken: Sequence[int]
    checked: Checked

    @property
    def plan(self) -> Plan:
        """The plan with the scenario's dates."""
        return self.checked.ripple.plan


def may_edit(viewer: Viewer, owner: int) -> bool:
    """Return whether ``viewer`` may change scenarios and send proposals of this organisation (identity)."""
    rights = rights_of(viewer, Scope.PROPOSALS_WRITE)
    return rights.everything or owner in rights.edits_for


def reads_reasons(viewer: Viewer, owner: int) -> bool:
    """Return whether ``viewer`` may read reasons that were kept for an organisation (identity).

    They tell what that organisation sees, its own internal works too; others have them worked out from what they see.
    """
    rights = rights_of(viewer, Scope.PROPOSALS_READ)
    return rights.everything or owner in rights.member_of


def make_scenario(
    actor: Viewer, owner: int, name: str, present: Present, dates: Sequence[Dated] = (), **values: object
) -> Scenario:
    """Make a scenario of an organisation (identity), with other dates.

    Raises
    ------
    PermissionDenied
        Where the actor does not plan for that organisation.
    ImpossibleDates
        Where dates cannot be.
    """
    if not may_edit(actor, owner):
        raise PermissionDenied
    with transaction.atomic():
        scenario = Scenario.objects.create(
            owner_id=owner, name=name, made_by=actor if isinstance(actor, User) else None, **values
        )
        put_dates(scenario, dates, actor, present)
    return scenario


def put_dates(scenario: Scenario, dates: Sequence[Dated], actor: Viewer, present: Present) -> None:
    """Set dates of works in a scenario; where a work goes back to where it is planned, it leaves the scenario.

    Raises
    ------
    PermissionDenied
        Where the scenario is another organisation's.
    ImpossibleDates
        Where dates cannot be, or a work is not there, done or cancelled.
    """
    if not may_edit(actor, scenario.owner_id):
        raise PermissionDenied
    moved = in_days(present, {dated.work: (dated.start, dated.finish) for dated in dates})
    for dated in dates:
        _must_be_to_come(present, present.positions[dated.work], moved[present.positions[dated.work]])
    works = present.plan.works
    stay = [
        dated.work
        for dated in dates
        for at in [present.positions[dated.work]]
        if not dated.pinned and moved[at] == (works.start[at], works.finish[at])
    ]
    with transaction.atomic(), pghistory.context(scenario=scenario.pk):
        # One at a time: two colleagues who date works of one scenario both keep what they did.
        Scenario.objects.select_for_update().get(pk=scenario.pk)
        scenario.dates.filter(work__in=stay).delete()
        ScenarioDate.objects.bulk_create(
            [
                ScenarioDate(
                    scenario=scenario, work_id=dated.work, start=dated.start, finish=dated.finish, pinned=dated.pinned
                )
                for dated in dates
                if dated.work not in stay
            ],
            update_conflicts=True,
            unique_fields=["scenario", "work"],
            # Why it was there no longer holds.
            update_fields=["start", "finish", "pinned", "why_nl", "why_en"],
        )
        scenario.save(update_fields=["changed_at"])


def drop_dates(scenario: Scenario, works: Collection[int], actor: Viewer) -> None:
    """Leave works (identities) out of a scenario; raises PermissionDenied for another organisation's."""
    if not may_edit(actor, scenario.owner_id):
        raise PermissionDenied
    with transaction.atomic(), pghistory.context(scenario=scenario.pk):
        scenario.dates.filter(work__in=works).delete()
        scenario.save(update_fields=["changed_at"])


def lay_over(scenario: Scenario, present: Present, dates: Dates | None = None) -> ScenarioPlan:
    """Return a scenario over the plan as it is now; one query, none where ``scenario.dates`` were fetched.

    ``dates`` are given where they are not kept yet, as while a search runs.
    """
    kept = {row.work_id: row for row in scenario.dates.all()}
    wanted = {pk: (row.start, row.finish) for pk, row in kept.items()} if dates is None else dict(dates)
    here = {pk: period for pk, period in wanted.items() if pk in present.positions}
    overtaken = [pk for pk, period in here.items() if not _still_possible(present, pk, period)]
    possible = {pk: period for pk, period in here.items() if pk not in overtaken}
    return ScenarioPlan(
        scenario,
        {pk: row for pk, row in kept.items() if pk in here},
        overtaken,
        check(present, possible, followers=Followers.STAY),
    )


def moved_works(plan: Plan, present: Present) -> Dates:
    """Return the works (identities) that have other dates in ``plan`` than now, with those dates."""
    old, new = present.plan.works, plan.works
    return {
        int(new.id[i]): (to_date(int(new.start[i])), to_date(int(new.finish[i])))
        for i in ((old.start != new.start) | (old.finish != new.finish)).nonzero()[0].tolist()
    }


def _must_be_to_come(present: Present, at: int, dates: tuple[int, int]) -> None:
    """Refuse dates of a work that is over, and another start of one that has begun."""
    works = present.plan.works
    if works.status[at] in (Status.DONE.code, Status.CANCELLED.code):
        raise ImpossibleDates(int(works.id[at]), _("Dit werk is klaar of vervallen; het krijgt geen andere data meer."))
    if works.status[at] == Status.UNDER_WAY.code and dates[0] != works.start[at]:
        raise ImpossibleDates(int(works.id[at]), _("Dit werk is al begonnen; alleen het einde kan nog anders."))


def _still_possible(present: Present, pk: int, period: tuple[dt.date, dt.date]) -> bool:
    try:
        in_days(present, {pk: period})
        _must_be_to_come(present, present.positions[pk], (to_day(period[0]), to_day(period[1])))
    except ImpossibleDates:
        return False
    return True
