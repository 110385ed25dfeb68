"""The figures by which plans are compared: what cannot be, what lies fallow, who bears most, what it costs when."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from planning.coordination.present import Present
from planning.sequencing import detection
from planning.sequencing.kinds import Status
from planning.sequencing.plan import Plan, to_date
from planning.sequencing.resequencing.figures import measure
from planning.sequencing.rules.base import Found


@dataclass(frozen=True)
class PlanFigures:
    """What a plan comes to from today on; less is better for all but ``budget``.

    Parameters
    ----------
    hard, conflicts
        Findings of rules that cannot be broken, and other conflicts.
    fallow_weeks, fallow_dwelling_weeks
        Weeks that ground lies fallow after demolition; the same times the homes that stood there.
    opened_again
        Times that ground is opened that could have stayed closed.
    nuisance_address
        Worst week of the worst-off address: the sum of the nuisance index over works near it.
    moved
        Works that have other dates than now.
    budget
        Per year, what the works that start in it cost, in euro.
    """

    hard: int
    conflicts: int
    fallow_weeks: int
    fallow_dwelling_weeks: int
    opened_again: int
    nuisance_address: int
    moved: int
    budget: Mapping[int, int]


def compared(present: Present, *plans: Plan, wijken: Collection[int] | None = None) -> list[PlanFigures]:
    """Return the figures of other plans of the same works, all counted to one end.

    ``wijken`` counts findings and fallow ground only in these; nuisance, works and money always count in all.
    """
    horizon = max(max(plan.horizon, int(plan.works.finish.max(initial=plan.today))) for plan in plans)
    return [_figures(present, replace(plan, horizon=horizon), wijken) for plan in plans]


def figures_of(present: Present, plan: Plan, findings: Collection[Found], horizon: int) -> PlanFigures:
    """Return the figures of one plan of which the findings are known; ground counts to ``horizon``."""
    return _figures(present, replace(plan, horizon=horizon), None, findings)


def _figures(
    present: Present, plan: Plan, wijken: Collection[int] | None, findings: Collection[Found] | None = None
) -> PlanFigures:
    if findings is None:
        findings = detection.detect(plan, present.rules)
    found = measure(plan, present.rules, wijken, findings)
    now, then = present.plan.works, plan.works
    return PlanFigures(
        hard=found.hard,
        conflicts=found.conflicts,
        fallow_weeks=round(found.fallow_weeks),
        fallow_dwelling_weeks=round(found.fallow_dwelling_weeks),
        opened_again=found.opened_again,
        nuisance_address=present.near.peak_after(present.peaks, present.plan, plan),
        moved=int(((now.start != then.start) | (now.finish != then.finish)).sum()),
        budget=_budget(plan),
    )


def _budget(plan: Plan) -> dict[int, int]:
    works = plan.works
    counts = (works.budget > 0) & (works.status != Status.CANCELLED.code) & (works.finish > plan.today)
    years = [to_date(day).year for day in works.start[counts].tolist()]
    found: dict[int, float] = {}
    for year, amount in zip(years, works.budget[counts].tolist(), strict=True):
        found[year] = found.get(year, 0.0) + amount
    return {year: round(found[year]) for year in sorted(found)}
