"""Figures of a wijk or of all: dwellings, fallow weeks, findings and initiatives; and the fallow grounds."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, Q, Sum

from geo.models import Wijk
from planning.coordination.loading import load_pairs, load_works
from planning.coordination.models import Finding
from planning.initiatives.models import Initiative
from planning.partners.viewers import Viewer
from planning.sequencing.plan import Plan, to_date, to_day
from planning.sequencing.rules.base import Reach
from planning.sequencing.rules.ground import NOTHING_FOLLOWS, fallow_grounds
from planning.works.kinds import WorkKind
from planning.works.models import Work


@dataclass(frozen=True)
class Figures:
    """Counts for a period and a wijk; what a work counts, counts where its period meets the asked one.

    ``fallow_weeks`` is the sum over grounds after demolition of whole weeks without use, within the period;
    ``fallow_dwelling_weeks`` weighs each ground by the dwellings demolished on it.
    """

    dwellings_demolished: int
    dwellings_built: int
    dwellings_renovated: int
    fallow_weeks: int
    fallow_dwelling_weeks: int
    conflicts: int
    opportunities: int
    initiatives: dict[str, int]


@dataclass(frozen=True)
class FallowGap:
    """Ground that lies fallow after a demolition: ``[start, finish)``; ``followed_by`` is None where nothing comes.

    ``free`` are the stretches of it, ``[start, finish)``, that no temporary use fills.
    """

    work_id: int
    start: dt.date
    finish: dt.date | None
    weeks: int
    dwellings: int
    followed_by: int | None
    free: tuple[tuple[dt.date, dt.date], ...] = ()


def figures(
    viewer: Viewer,
    *,
    wijk: Wijk | None = None,
    start: dt.date | None = None,
    finish: dt.date | None = None,
) -> Figures:
    """Return the figures that ``viewer`` may see; a fixed number of queries.

    Parameters
    ----------
    wijk
        Only this wijk; all where None.
    start, finish
        Only what happens in ``[start, finish)``; open where None.
    """
    works = Work.objects.visible_to(viewer).active()
    findings = Finding.objects.current().visible_to(viewer)
    initiatives = Initiative.objects.visible_to(viewer)
    if wijk is not None:
        works = works.filter(buurt__wijk=wijk)
        findings = findings.filter(wijk=wijk)
        initiatives = initiatives.filter(buurt__wijk=wijk)
    if start is not None:
        works, findings = works.filter(planned_finish__gt=start), findings.filter(finish__gt=start)
    if finish is not None:
        works, findings = works.filter(planned_start__lt=finish), findings.filter(start__lt=finish)
    dwellings = works.aggregate(
        demolished=Sum("dwellings", filter=Q(kind=WorkKind.DEMOLITION), default=0),
        built=Sum("dwellings", filter=Q(kind=WorkKind.NEW_BUILD), default=0),
        renovated=Sum("dwellings", filter=Q(kind=WorkKind.RENOVATION), default=0),
    )
    counts = findings.aggregate(
        conflicts=Count("pk", filter=Q(kind=Finding.Kind.CONFLICT)),
        opportunities=Count("pk", filter=Q(kind=Finding.Kind.OPPORTUNITY)),
    )
    weeks = dwelling_weeks = 0
    for gap in fallow_gaps(viewer, wijk=wijk):
        span = _weeks_within(gap, start, finish)
        weeks += span
        dwelling_weeks += span * gap.dwellings
    states = initiatives.order_by().values_list("state").annotate(n=Count("pk"))
    return Figures(
        dwellings_demolished=dwellings["demolished"],
        dwellings_built=dwellings["built"],
        dwellings_renovated=dwellings["renovated"],
        fallow_weeks=weeks,
        fallow_dwelling_weeks=dwelling_weeks,
        conflicts=counts["conflicts"],
        opportunities=counts["opportunities"],
        initiatives=dict(states),
    )


def fallow_gaps(viewer: Viewer, *, wijk: Wijk | None = None) -> list[FallowGap]:
    """Return the grounds that lie fallow for a week or more after a demolition, by start.

    What follows counts only where ``viewer`` may see it, so that a gap betrays no hidden plan.
    """
    plan = _ground_plan(viewer)
    inside = None if wijk is None else set(plan.works.id[plan.works.wijk == wijk.pk].tolist())
    return [gap for gap in gaps_in(plan) if inside is None or gap.work_id in inside]


def gaps_in(plan: Plan) -> list[FallowGap]:
    """Return the grounds that lie fallow for a week or more after a demolition in ``plan``, by start."""
    ids = plan.works.id
    gaps = [
        FallowGap(
            work_id=int(ids[fallow.demolition]),
            start=to_date(fallow.start),
            finish=None if fallow.follower == NOTHING_FOLLOWS else to_date(fallow.finish),
            weeks=fallow.days // 7,
            dwellings=int(plan.works.dwellings[fallow.demolition]),
            followed_by=None if fallow.follower == NOTHING_FOLLOWS else int(ids[fallow.follower]),
            free=tuple((to_date(start), to_date(finish)) for start, finish in fallow.free),
        )
        for fallow in fallow_grounds(plan)
        if fallow.days >= 7
    ]
    return sorted(gaps, key=lambda gap: (gap.start, gap.work_id))


def _ground_plan(viewer: Viewer) -> Plan:
    """Return the plan of what stands on shared ground, as far as ``viewer`` may see it.

    Always of all wijken: ground on which nothing follows is fallow to the end of the whole plan.
    """
    ids = list(Work.objects.visible_to(viewer).order_by().values_list("pk", flat=True))
    works = load_works(ids)
    return Plan(works=works, pairs=load_pairs(works, [Reach(0.0)], ids), today=to_day(dt.date.today()))


def _weeks_within(gap: FallowGap, start: dt.date | None, finish: dt.date | None) -> int:
    """Return the whole weeks of a gap that fall in a period."""
    if start is None and finish is None:
        return gap.weeks
    end = gap.finish or gap.start + dt.timedelta(weeks=gap.weeks)
    first, last = max(gap.start, start or gap.start), min(end, finish or end)
    return min(gap.weeks, max(0, (last - first).days // 7))
