"""What a plan costs in the terms of the goals, measured with the rules themselves and not with the model."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from planning.sequencing.nuisance import WEEK, WeeklyNuisance, weekly
from planning.sequencing.plan import NOBODY, Plan
from planning.sequencing.rules.base import Found, Rule, RuleKind, Severity
from planning.sequencing.rules.ground import fallow_grounds

OPENED_AGAIN: Final = ("dig-once", "dig-rest")


@dataclass(frozen=True)
class Figures:
    """What a plan costs from today on.

    Parameters
    ----------
    hard
        Findings of rules that cannot be broken.
    fallow_weeks
        Over all demolitions, the weeks their ground lies fallow; ground on which nothing follows counts to the end of
        the plan.
    fallow_dwelling_weeks
        The same, each times the homes that stood there (at least 1).
    opened_again
        Times that ground is opened that could have stayed closed.
    conflicts
        Other findings that are conflicts.
    nuisance_peak
        Nuisance in the worst week of the worst-off buurt.
    by_rule
        Number of findings per rule.
    """

    hard: int
    fallow_weeks: float
    fallow_dwelling_weeks: float
    opened_again: int
    conflicts: int
    nuisance_peak: int
    by_rule: Mapping[str, int]


def measure(
    plan: Plan,
    rules: Sequence[Rule],
    wijken: Collection[int] | None = None,
    findings: Iterable[Found] | None = None,
) -> Figures:
    """Return what ``plan`` costs from its ``today`` on.

    ``wijken`` counts only what lies in these; ``findings`` is what the rules find in the plan, where that is known.
    """
    if findings is None:
        findings = (found for rule in rules for found in rule.find(plan))
    inside = _inside(plan, wijken)
    coming = [found for found in findings if found.finish > plan.today and inside[list(found.subjects)].any()]
    kinds = {rule.id: rule.kind for rule in rules}
    again = sum(found.facts.get("count", 2) - 1 for found in coming if found.rule in OPENED_AGAIN)
    return Figures(
        hard=sum(found.severity == Severity.HARD for found in coming),
        fallow_weeks=fallow_weeks(plan, wijken, weighed=False),
        fallow_dwelling_weeks=fallow_weeks(plan, wijken),
        opened_again=again,
        conflicts=sum(
            kinds[found.rule] is not RuleKind.OPPORTUNITY
            and found.severity != Severity.HARD
            and found.rule not in OPENED_AGAIN
            for found in coming
        ),
        nuisance_peak=int(buurt_nuisance(plan, wijken).peaks.max(initial=0)),
        by_rule=dict(Counter(found.rule for found in coming)),
    )


def _inside(plan: Plan, wijken: Collection[int] | None) -> NDArray[np.bool_]:
    """Return which works lie in these wijken; all where None."""
    if wijken is None:
        return np.ones(len(plan.works), np.bool_)
    return np.isin(plan.works.wijk, np.fromiter(wijken, np.int64, len(wijken)))


def fallow_weeks(plan: Plan, wijken: Collection[int] | None = None, *, weighed: bool = True) -> float:
    """Return the weeks from today on that ground lies fallow; ``weighed``: times the homes that stood on it."""
    works = plan.works
    inside = _inside(plan, wijken)
    total = 0.0
    for gap in fallow_grounds(plan):
        if not inside[gap.demolition]:
            continue
        days = min(gap.days, max(0, gap.finish - max(gap.start, plan.today)))
        total += days / WEEK * (max(1, int(works.dwellings[gap.demolition])) if weighed else 1)
    return total


def buurt_nuisance(plan: Plan, wijken: Collection[int] | None = None) -> WeeklyNuisance:
    """Return what each buurt bears per week from today on; rows in the order of the buurten's identities."""
    works = plan.works
    placed = np.flatnonzero((works.buurt != NOBODY) & _inside(plan, wijken)).astype(np.int32)
    buurten, place = np.unique(works.buurt[placed], return_inverse=True)
    monday = plan.today - (plan.today + 3) % WEEK
    weeks = max(1, -(-(int(works.finish.max(initial=monday + WEEK)) - monday) // WEEK))
    return weekly(works, place.astype(np.int32), placed, len(buurten), monday, weeks)
