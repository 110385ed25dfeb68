"""A wijk's dossier: all that happens in one wijk, put together for one reader."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from django.contrib.gis.db.models.functions import AsSVG
from django.db.models import Count, Prefetch, Q, QuerySet, Sum
from django.utils import timezone

from geo.models import Wijk
from planning.coordination.figures import FallowGap, Figures, fallow_gaps, figures
from planning.coordination.models import Finding
from planning.initiatives.agenda import Occurrence, agenda
from planning.initiatives.models import Activity, Initiative, InitiativeState, Meeting, NeighbourhoodCentre
from planning.partners.permissions import is_partner
from planning.partners.viewers import Scope
from planning.works.kinds import WorkKind
from planning.works.models import Work

if TYPE_CHECKING:
    from planning.partners.viewers import Viewer

AGENDA_AHEAD: Final = dt.timedelta(weeks=2)
"""How far ahead a dossier tells what is on in a centre."""

STATES_IN_ORDER: Final = (
    InitiativeState.GATHERING_SUPPORT,
    InitiativeState.SUPPORTED,
    InitiativeState.RESOURCED,
    InitiativeState.UNDER_WAY,
    InitiativeState.DONE,
    InitiativeState.SUBMITTED,
    InitiativeState.DECLINED,
    InitiativeState.WITHDRAWN,
)
"""Initiatives that still ask something of somebody come first."""


@dataclass(frozen=True)
class PlannedWork:
    """A work in a dossier: with the ground that lies fallow after it, and whether a conflict involves it.

    ``work.path`` is its ground as an SVG path in RD New, the y axis downward.
    """

    work: Work
    fallow: FallowGap | None = None
    in_conflict: bool = False


@dataclass(frozen=True)
class Place:
    """Works in one buurt, in order of time; ``name`` is empty for works in no buurt."""

    name: str
    works: list[PlannedWork]


@dataclass(frozen=True)
class OpenCentre:
    """A neighbourhood centre with what is on in the time to come."""

    centre: NeighbourhoodCentre
    agenda: list[Occurrence]


@dataclass(frozen=True)
class Dossier:
    """What a reader sees of a wijk; ``budget`` is None for who is no partner, or where no work states one."""

    wijk: Wijk
    figures: Figures
    budget: Decimal | None
    places: list[Place]
    findings: list[Finding]
    initiatives: list[tuple[InitiativeState, list[Initiative]]]
    meetings_to_come: list[Meeting]
    meetings_past: list[Meeting]
    centres: list[OpenCentre]
    previous: Wijk | None = None
    following: Wijk | None = None
    works: list[PlannedWork] = field(default_factory=list)


def dossier(wijk: Wijk, viewer: Viewer, now: dt.datetime | None = None) -> Dossier:
    """Return the dossier of ``wijk`` as far as ``viewer`` may see it; a fixed number of queries."""
    now = now or timezone.now()
    findings = list(
        Finding.objects.current()
        .visible_to(viewer)
        .filter(wijk=wijk)
        .worst_first()
        .defer("geometry", "mercator")
        .prefetch_related(Prefetch("works", Work.objects.select_related("owner").only("name", "owner__name")))
    )
    works = _works(wijk, viewer, findings)
    previous, following = _neighbours(wijk)
    meetings = list(
        Meeting.objects.filter(wijk=wijk).select_related("organiser").defer("mercator").order_by("starts_at")
    )
    return Dossier(
        wijk=wijk,
        figures=figures(viewer, wijk=wijk),
        budget=_budget(works) if is_partner(viewer, Scope.WORKS_READ) else None,
        places=_places(works),
        findings=findings,
        initiatives=_initiatives(wijk, viewer),
        meetings_to_come=[meeting for meeting in meetings if meeting.ends_at > now],
        meetings_past=[meeting for meeting in reversed(meetings) if meeting.ends_at <= now],
        centres=_centres(wijk, now),
        previous=previous,
        following=following,
        works=works,
    )


def figures_by_wijk(viewer: Viewer) -> dict[int, Figures]:
    """Return the figures of every wijk by identity, as ``figures`` gives them for one; a fixed number of queries."""
    works = Work.objects.visible_to(viewer).active()
    dwellings = _per_wijk(
        works,
        "buurt__wijk",
        demolished=Sum("dwellings", filter=Q(kind=WorkKind.DEMOLITION), default=0),
        built=Sum("dwellings", filter=Q(kind=WorkKind.NEW_BUILD), default=0),
        renovated=Sum("dwellings", filter=Q(kind=WorkKind.RENOVATION), default=0),
    )
    found = _per_wijk(
        Finding.objects.current().visible_to(viewer),
        "wijk",
        conflicts=Count("pk", filter=Q(kind=Finding.Kind.CONFLICT)),
        opportunities=Count("pk", filter=Q(kind=Finding.Kind.OPPORTUNITY)),
    )
    states: dict[int, dict[str, int]] = defaultdict(dict)
    counted = Initiative.objects.visible_to(viewer).order_by().values_list("buurt__wijk", "state")
    for wijk, state, count in counted.annotate(n=Count("pk")):
        states[wijk][state] = count
    weeks: dict[int, int] = defaultdict(int)
    dwelling_weeks: dict[int, int] = defaultdict(int)
    gaps = fallow_gaps(viewer)
    wijk_of = dict(Work.objects.filter(pk__in=[gap.work_id for gap in gaps]).values_list("pk", "buurt__wijk"))
    for gap in gaps:
        weeks[wijk_of[gap.work_id]] += gap.weeks
        dwelling_weeks[wijk_of[gap.work_id]] += gap.weeks * gap.dwellings
    return {
        pk: Figures(
            dwellings_demolished=dwellings.get(pk, {}).get("demolished", 0),
            dwellings_built=dwellings.get(pk, {}).get("built", 0),
            dwellings_renovated=dwellings.get(pk, {}).get("renovated", 0),
            fallow_weeks=weeks[pk],
            fallow_dwelling_weeks=dwelling_weeks[pk],
            conflicts=found.get(pk, {}).get("conflicts", 0),
            opportunities=found.get(pk, {}).get("opportunities", 0),
            initiatives=states[pk],
        )
        for pk in Wijk.objects.values_list("pk", flat=True)
    }


def _per_wijk(records: QuerySet[Any], wijk: str, **totals: Any) -> dict[int, dict[str, int]]:
    return {row.pop(wijk): row for row in records.order_by().values(wijk).annotate(**totals)}


def _works(wijk: Wijk, viewer: Viewer, findings: list[Finding]) -> list[PlannedWork]:
    """Return the works of a wijk in order of time, with what lies fallow after them."""
    gaps = {gap.work_id: gap for gap in fallow_gaps(viewer, wijk=wijk)}
    clashing = {
        work.pk for finding in findings if finding.kind == Finding.Kind.CONFLICT for work in finding.works.all()
    }
    works = (
        Work.objects.visible_to(viewer)
        .active()
        .filter(buurt__wijk=wijk)
        .select_related("owner", "project", "buurt")
        .defer("geometry", "mercator", "ground", "buurt__geometry", "buurt__mercator")
        .annotate(path=AsSVG("ground", relative=True, precision=1))
        .order_by("planned_start", "planned_finish", "pk")
    )
    return [PlannedWork(work, gaps.get(work.pk), work.pk in clashing) for work in works]


def _places(works: list[PlannedWork]) -> list[Place]:
    """Group works by buurt, the buurt where things begin first in front."""
    by_buurt: dict[str, list[PlannedWork]] = {}
    for planned in works:
        by_buurt.setdefault(planned.work.buurt.name if planned.work.buurt else "", []).append(planned)
    return [Place(name, rows) for name, rows in by_buurt.items()]


def _budget(works: list[PlannedWork]) -> Decimal | None:
    stated = [planned.work.budget_eur for planned in works if planned.work.budget_eur is not None]
    return sum(stated, Decimal(0)) if stated else None


def _initiatives(wijk: Wijk, viewer: Viewer) -> list[tuple[InitiativeState, list[Initiative]]]:
    by_state: dict[str, list[Initiative]] = defaultdict(list)
    initiatives = Initiative.objects.visible_to(viewer).filter(buurt__wijk=wijk).select_related("buurt")
    for initiative in initiatives.defer("mercator", "buurt__geometry", "buurt__mercator"):
        by_state[initiative.state].append(initiative)
    return [(state, by_state[state]) for state in STATES_IN_ORDER if by_state[state]]


def _centres(wijk: Wijk, now: dt.datetime) -> list[OpenCentre]:
    centres = NeighbourhoodCentre.objects.filter(wijk=wijk).exclude(state=NeighbourhoodCentre.State.CLOSED)
    activities = Prefetch("activities", Activity.objects.order_by("starts_at"))
    # From midnight, so that what is going on just now still stands there.
    today = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    return [
        OpenCentre(
            centre,
            [time for time in agenda(centre.activities.all(), today, today + AGENDA_AHEAD) if time.ends_at > now],
        )
        for centre in centres.prefetch_related(activities).defer("mercator")
    ]


def _neighbours(wijk: Wijk) -> tuple[Wijk | None, Wijk | None]:
    """Return the wijken before and after this one in the alphabet."""
    wijken = list(Wijk.objects.only("name", "slug").order_by("name", "pk"))
    at = next((i for i, other in enumerate(wijken) if other.pk == wijk.pk), None)
    if at is None:
        return None, None
    return (wijken[at - 1] if at > 0 else None), (wijken[at + 1] if at + 1 < len(wijken) else None)
