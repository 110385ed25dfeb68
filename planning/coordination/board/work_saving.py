"""Keeping what was written about one work: never over another's change, dates by the one road for dates."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pghistory
from django.core.exceptions import PermissionDenied
from django.db import transaction

from planning.coordination.plan_changes import plan_changes
from planning.coordination.rescheduling import DATES, Redate, reschedule
from planning.partners.permissions import organisations_edited_by
from planning.works.models import Work

if TYPE_CHECKING:
    from planning.partners.viewers import Viewer


class WorkChangedError(Exception):
    """Somebody changed the work since it was read; ``work`` is what there is now."""

    def __init__(self, work: Work) -> None:
        super().__init__(f"work {work.pk} is at version {work.version}")
        self.work = work


def make_work(work: Work, actor: Viewer, reason: str) -> Work:
    """Keep a new work and bring the findings up to date; raises PermissionDenied for another organisation's."""
    if not organisations_edited_by(actor).filter(pk=work.owner_id).exists():
        raise PermissionDenied
    with plan_changes(actor, reason), pghistory.context(reason=reason[:500]):
        work.save()
    return work


def change_work(pk: int, version: int, values: Mapping[str, Any], actor: Viewer, reason: str) -> None:
    """Give a work other values, all or none; findings follow, and of other dates those it touches are told.

    Parameters
    ----------
    pk, version
        Which work, and the version that was read.
    values
        Field to value; only those that are to change.
    actor, reason
        Who does it and why; kept in the history.

    Raises
    ------
    PermissionDenied
        Where it is another organisation's.
    WorkChangedError
        Where somebody changed it since.
    ImpossibleDates
        Where dates cannot be.
    """
    with transaction.atomic(), pghistory.context(reason=reason[:500]):
        work = Work.objects.select_for_update(of=("self",), no_key=True).get(pk=pk)
        if not organisations_edited_by(actor).filter(pk=work.owner_id).exists():
            raise PermissionDenied
        if work.version != version:
            raise WorkChangedError(work)
        dates = {name: value for name, value in values.items() if name in DATES}
        others = {name: value for name, value in values.items() if name not in DATES}
        if dates:
            reschedule([Redate(pk, work.version, dates)], actor, reason)
        if not others:
            return
        with plan_changes(actor, reason):
            for name, value in others.items():
                setattr(work, name, value)
            if "geometry" in others:
                # It may lie in another buurt now.
                work.buurt = None
            work.save(update_fields=[*others, "buurt"])
