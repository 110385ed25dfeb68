"""What waits for what: stated by whose work waits, and never so that a work waits for itself."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.db.models import Q
from django.utils.translation import gettext as _

from planning.partners.permissions import organisations_edited_by
from planning.works.circles import circle_with
from planning.works.models import Dependency, Work

if TYPE_CHECKING:
    from planning.partners.viewers import Viewer

LOCK: Final = 0x6D62615F64657073
"""Key of the advisory lock under which dependencies are stated: two at a time could close a circle together."""

LONGEST_LAG: Final = 36_500
"""A lag of more working days than this is a slip of the pen."""


class CircleError(Exception):
    """A dependency that would make a work wait for itself.

    Parameters
    ----------
    works
        Identities of the works of the circle in order, from the successor to the predecessor.
    """

    def __init__(self, works: list[int]) -> None:
        super().__init__(f"{len(works)} works would wait for each other")
        self.works = works


@dataclass(frozen=True)
class Wanted:
    """A dependency that somebody wants to state: identities of works, and lags in working days."""

    predecessor: int
    successor: int
    type: str = Dependency.Type.FINISH_START
    minimum: int = 0
    maximum: int | None = None
    reason: str = ""


def state(wanted: Wanted, actor: Viewer) -> Dependency:
    """Keep a dependency; see ``state_all``."""
    return state_all([wanted], actor)[0]


def state_all(wanted: Sequence[Wanted], actor: Viewer) -> list[Dependency]:
    """Keep dependencies, within the transaction of the caller; a fixed number of queries, and one per dependency.

    Raises
    ------
    PermissionDenied
        Where a work that waits is not one that ``actor`` may change, or the other is not one to be seen.
    ValidationError
        Where the lags are out of order, or it is stated already.
    CircleError
        Where a work would wait for itself.
    """
    ends = {work for each in wanted for work in (each.predecessor, each.successor)}
    seen = dict(Work.objects.visible_to(actor).filter(pk__in=ends).values_list("pk", "owner"))
    if not ends <= set(seen):
        raise PermissionDenied
    own = set(organisations_edited_by(actor).values_list("pk", flat=True))
    if not {seen[each.successor] for each in wanted} <= own:
        raise PermissionDenied
    for each in wanted:
        _must_be_possible(each)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    edges = Dependency.edges()
    for each in wanted:
        circle = circle_with(edges, each.predecessor, each.successor)
        if circle is not None:
            raise CircleError(circle)
        edges.append((each.predecessor, each.successor))
    return [_kept(each) for each in wanted]


def _kept(wanted: Wanted) -> Dependency:
    dependency = Dependency(
        predecessor_id=wanted.predecessor,
        successor_id=wanted.successor,
        type=wanted.type,
        minimum_lag_days=wanted.minimum,
        maximum_lag_days=wanted.maximum,
        reason=wanted.reason,
    )
    if Dependency.objects.filter(predecessor=wanted.predecessor, successor=wanted.successor, type=wanted.type).exists():
        raise ValidationError(_("Deze afhankelijkheid is er al."))
    dependency.save()
    return dependency


def withdraw(pks: Iterable[int], actor: Viewer) -> None:
    """Remove dependencies, within the transaction of the caller; one that is gone already is no fault.

    Raises
    ------
    PermissionDenied
        Where the work that waits is not one that ``actor`` may change.
    """
    found = Dependency.objects.filter(pk__in=list(pks))
    own = Q(successor__owner__in=organisations_edited_by(actor).values("pk"))
    if found.exclude(own).exists():
        raise PermissionDenied
    for dependency in found:
        dependency.delete()


def _must_be_possible(wanted: Wanted) -> None:
    if wanted.type not in Dependency.Type.values:
        raise ValidationError(_("Dit soort afhankelijkheid is er niet."))
    lags = [lag for lag in (wanted.minimum, wanted.maximum) if lag is not None]
    if any(abs(lag) > LONGEST_LAG for lag in lags):
        raise ValidationError(_("Deze tussentijd is te lang."))
    if wanted.maximum is not None and wanted.maximum < wanted.minimum:
        raise ValidationError(_("De meeste tussentijd is niet minder dan de minste."))
