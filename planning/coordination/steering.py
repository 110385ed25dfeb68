"""The steering group's page of a wijk: what changed since last time, what comes, what stands open, what was decided."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch
from django.utils import timezone

from geo.models import Wijk
from planning.coordination.figures import figures
from planning.coordination.models import Assessment, Finding, Happening, SteeringReport
from planning.initiatives.models import Grant, Step
from planning.partners.models import User
from planning.partners.permissions import rights_of
from planning.works.kinds import WorkStatus
from planning.works.models import Work

if TYPE_CHECKING:
    from planning.partners.viewers import Viewer

FIRST_LOOK_BACK: Final = dt.timedelta(days=91)
"""How far a first report looks back: a quarter."""

AHEAD: Final = dt.timedelta(days=365)

DECISIONS: Final = (
    Happening.Kind.APPLIED, Happening.Kind.AGREED, Happening.Kind.UNDONE, Happening.Kind.WITHDRAWN,
    Happening.Kind.EXPIRED,
)  # fmt: skip
"""What counts as decided; the rest is talk on the way there."""


@dataclass(frozen=True)
class WorkChange:
    """What became of a work: ``days`` it moved (later is positive), other status, or new altogether."""

    work: Work
    is_new: bool = False
    days: int = 0
    longer: int = 0
    status_before: str = ""

    @property
    def status_before_label(self) -> str:
        """Return the status it had, in words."""
        return str(WorkStatus(self.status_before).label) if self.status_before else ""


@dataclass(frozen=True)
class Steering:
    """All that the page says.

    ``fallow`` are the weeks that ground lay fallow in the twelve months before ``today``, and ``fallow_before`` in the
    twelve months before those.
    """

    wijk: Wijk
    today: dt.date
    since: dt.date
    changed: list[WorkChange]
    coming: list[Work]
    findings: list[Finding]
    decisions: list[Happening]
    grants: list[Grant]
    steps: list[Step]
    fallow: int
    fallow_before: int


def steering(wijk: Wijk, viewer: Viewer, today: dt.date, since: dt.date | None = None) -> Steering:
    """Return what the steering group of ``wijk`` should know, as far as ``viewer`` may see it.

    ``since`` is the day of the last report; where left out the last one kept, else a quarter ago.
    """
    since = since or last_report(wijk, today) or today - FIRST_LOOK_BACK
    works = Work.objects.visible_to(viewer).filter(buurt__wijk=wijk)
    shown = works.select_related("owner").defer("geometry", "mercator", "ground")
    year = today - AHEAD
    return Steering(
        wijk=wijk,
        today=today,
        since=since,
        changed=changes_since(list(shown), timezone.make_aware(dt.datetime.combine(since, dt.time()))),
        coming=list(shown.active().during(today, today + AHEAD).order_by("planned_start", "pk")),
        findings=list(
            Finding.objects.visible_to(viewer)
            .current()
            .filter(wijk=wijk, kind=Finding.Kind.CONFLICT)
            .worst_first()
            .defer("geometry", "mercator")
            .select_related("assignment__organisation")
            .prefetch_related(Prefetch("assessments", Assessment.objects.select_related("organisation")))
        ),
        decisions=list(
            Happening.objects.visible_to(viewer)
            .filter(kind__in=DECISIONS, at__date__gte=since, works__in=works)
            .distinct()
            .select_related("organisation")
            .order_by("at")
        ),
        grants=list(
            Grant.objects.filter(initiative__buurt__wijk=wijk, granted_on__gte=since, granted_on__lte=today)
            .select_related("initiative", "partner")
            .defer("initiative__geometry", "initiative__mercator")
            .order_by("granted_on")
        ),
        steps=list(
            Step.objects.filter(initiative__buurt__wijk=wijk, at__date__gte=since)
            .select_related("initiative")
            .defer("initiative__geometry", "initiative__mercator")
            .order_by("at")
        ),
        fallow=figures(viewer, wijk=wijk, start=year, finish=today).fallow_weeks,
        fallow_before=figures(viewer, wijk=wijk, start=year - AHEAD, finish=year).fallow_weeks,
    )


def last_report(wijk: Wijk, today: dt.date) -> dt.date | None:
    """Return when the steering group last had a report before it; None where never."""
    return SteeringReport.objects.filter(wijk=wijk, on__lt=today).values_list("on", flat=True).first()


def may_keep(viewer: Viewer) -> bool:
    """Whether ``viewer`` notes that the steering group had the report: the team's secretary."""
    rights = rights_of(viewer)
    return rights.everything or rights.secretary


def keep(wijk: Wijk, viewer: Viewer, today: dt.date, note: str) -> SteeringReport:
    """Note that the steering group had the report of ``today`` before it; raises PermissionDenied."""
    if not isinstance(viewer, User) or not may_keep(viewer):
        raise PermissionDenied
    kept, _made = SteeringReport.objects.update_or_create(
        wijk=wijk, on=today, defaults={"note": note.strip()[:200], "by": viewer}
    )
    return kept


def changes_since(works: list[Work], moment: dt.datetime) -> list[WorkChange]:
    """Return what became of ``works`` since a moment; one query."""
    events: Any = Work._meta.get_field("events").related_model
    rows = (
        events.objects.filter(pgh_obj_id__in=[work.pk for work in works], pgh_created_at__lt=moment)
        .order_by("pgh_obj_id", "-pgh_id")
        .distinct("pgh_obj_id")
        .values("pgh_obj_id", "planned_start", "planned_finish", "status")
    )
    before = {row["pgh_obj_id"]: row for row in rows}
    found = [change for work in works if (change := _change(work, before.get(work.pk))) is not None]
    return sorted(found, key=lambda change: (not change.is_new, -abs(change.days), change.work.planned_start))


def _change(work: Work, old: dict[str, Any] | None) -> WorkChange | None:
    if old is None:
        return WorkChange(work, is_new=True) if work.status != WorkStatus.CANCELLED else None
    days = (work.planned_start - old["planned_start"]).days
    longer = (work.planned_finish - old["planned_finish"]).days - days
    status = old["status"] if old["status"] != work.status else ""
    return WorkChange(work, False, days, longer, status) if days or longer or status else None
