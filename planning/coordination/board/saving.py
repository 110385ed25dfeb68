"""Keeping what was changed on the board: other dates and another order together, all of it or nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import pghistory
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from planning.coordination.checking import ImpossibleDates
from planning.coordination.conflicts import conflict_rows
from planning.coordination.plan_changes import plan_changes
from planning.coordination.rescheduling import ChangedMeanwhile, Redate, period_dates, reschedule
from planning.works.dependencies import CircleError, Wanted, state_all, withdraw
from planning.works.models import Work
from planning.works.versions import changed_since

if TYPE_CHECKING:
    import datetime as dt

    from planning.partners.viewers import Viewer


class NotConfirmedError(ValueError):
    """Works whose dates are promised would move, and nobody said that this is meant; ``names`` of the works."""

    def __init__(self, names: list[str]) -> None:
        super().__init__(", ".join(names))
        self.names = names


@dataclass(frozen=True)
class OtherPeriod:
    """A work (identity) with the version that was read and the period ``[start, finish)`` it should have."""

    work: int
    version: int
    start: dt.date
    finish: dt.date


@dataclass(frozen=True)
class Edits:
    """What somebody changed on the board.

    Parameters
    ----------
    periods
        Other dates of own works.
    stated, withdrawn
        Dependencies to add, and identities of those to remove.
    reason
        Why; kept in the history.
    confirmed
        Whether it is meant that works move whose dates are promised.
    """

    periods: Sequence[OtherPeriod] = ()
    stated: Sequence[Wanted] = ()
    withdrawn: Sequence[int] = ()
    reason: str = ""
    confirmed: bool = False


def save_edits(edits: Edits, actor: Viewer) -> list[Work]:
    """Keep ``edits`` and return the works as they are then; findings follow, and who it touches is told.

    Raises
    ------
    PermissionDenied
        Where something is another's.
    ValidationError, CircleError
        Where a dependency cannot be.
    NotConfirmedError
        Where promised dates move unconfirmed.
    ChangedMeanwhile
        Where somebody else changed a work since it was read.
    ImpossibleDates
        Where dates cannot be.
    """
    with transaction.atomic(), pghistory.context(reason=edits.reason[:500]):
        if edits.withdrawn or edits.stated:
            with plan_changes(actor, edits.reason):
                withdraw(edits.withdrawn, actor)
                if edits.stated:
                    state_all(edits.stated, actor)
        works = Work.objects.defer("geometry", "mercator", "ground").in_bulk([p.work for p in edits.periods])
        firm = sorted(work.name for work in works.values() if work.is_frozen)
        if firm and not edits.confirmed:
            raise NotConfirmedError(firm)
        # A work that is not there is left to the one road of all dates, which says no to it.
        changes = [
            Redate(p.work, p.version, period_dates(works.get(p.work, Work()), p.start, p.finish)) for p in edits.periods
        ]
        if not changes:
            return []
        return list(reschedule(changes, actor, edits.reason).works)


def conflicts_told(error: ChangedMeanwhile) -> list[dict[str, Any]]:
    """Return both versions of each work, and in ``also`` what else was changed since it was read."""
    rows = conflict_rows(error.conflicts)
    labels = {field.name: field.verbose_name for field in Work._meta.concrete_fields}
    for row, conflict in zip(rows, error.conflicts, strict=True):
        names = changed_since(conflict.work, conflict.given.version)
        row["also"] = [str(labels[name]) for name in names if not name.startswith("planned_")]
    return rows


REFUSALS: Final = (CircleError, NotConfirmedError, ValidationError, ImpossibleDates)
"""What keeps edits from being saved and can be mended by who made them."""


def refusal(error: Exception, actor: Viewer) -> str:
    """Return what one of ``REFUSALS`` says, in the reader's language; of a circle what ``actor`` may see of it."""
    if isinstance(error, CircleError):
        names = dict(Work.objects.visible_to(actor).filter(pk__in=error.works).values_list("pk", "name"))
        return _("Zo wacht een werk op zichzelf: %(works)s.") % {"works": " → ".join(_named(error.works, names))}
    if isinstance(error, NotConfirmedError):
        return _("Bevestig dat toegezegde data veranderen: %(names)s.") % {"names": ", ".join(error.names)}
    return " ".join(error.messages) if isinstance(error, ValidationError) else str(error)


def _named(works: Sequence[int], names: dict[int, str]) -> Iterable[str]:
    return (names.get(pk, _("een werk dat u niet ziet")) for pk in [*works, works[0]])
