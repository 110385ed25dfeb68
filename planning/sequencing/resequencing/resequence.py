"""``resequence``: from a plan to a better one, with figures, bounds and proof that no hard rule is broken."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from planning.sequencing.links import Links, gather_links
from planning.sequencing.plan import Index, Plan
from planning.sequencing.resequencing.figures import Figures, measure
from planning.sequencing.resequencing.options import Goal, Options
from planning.sequencing.resequencing.search import Step, search
from planning.sequencing.resequencing.translate import Translation, translate
from planning.sequencing.rules.base import Found, Lags, Lang, Rule, RuleKind, Severity

REPAIR_ROUNDS = 3
"""Other dates can bring pairs under a rule that were not before; so often the search is told and tried again."""

FIRST_SHARE, LATER_SHARE = 0.9, 0.05
"""Share of the time that the first search, and each that is told more, may take."""


@dataclass(frozen=True)
class Answer:
    """A plan with other dates, and how good it is.

    Parameters
    ----------
    present, plan
        The plan as it is, and as it could be.
    moved
        Positions of works that get other dates.
    goals, bounds
        Per goal, what the answer costs in the search's own units, and a proven lower bound.
    before, after
        Figures of both plans, over the wijken that were asked for.
    seconds
        Time taken.
    told
        How often the search was told more: lags that only other dates brought under a rule.
    """

    present: Plan
    plan: Plan
    moved: Index
    goals: dict[Goal, int]
    bounds: dict[Goal, int]
    before: Figures
    after: Figures
    seconds: float
    told: int = 0

    @property
    def proven(self) -> bool:
        """Return whether no goal can be lower than it is."""
        return all(self.bounds[goal] >= self.goals[goal] for goal in Goal)

    def gap(self, goal: Goal) -> float:
        """Return how far a goal may be from the best possible, as a share of its value; 0 where proven."""
        value, bound = self.goals[goal], self.bounds[goal]
        return 0.0 if value <= bound else (value - bound) / value


@dataclass(frozen=True)
class Progress:
    """What is known while the search runs: a whole answer, and how far it is from what is proven."""

    plan: Plan
    goals: dict[Goal, int]
    bounds: dict[Goal, int]
    seconds: float
    done: int
    groups: int


def resequence(
    plan: Plan,
    rules: Sequence[Rule],
    options: Options | None = None,
    report: Callable[[Progress], None] | None = None,
    stop: Callable[[], bool] | None = None,
    begin: Plan | None = None,
) -> Answer:
    """Return a better sequence of the works that may move.

    Parameters
    ----------
    plan, rules, options
        The plan as it is, the rules it is judged by, and what may change.
    report
        Called with the first answer at once, and with better ones until the time is up.
    stop
        Asked often; True ends the search with the best answer so far.
    begin
        The same works at dates to begin from, such as what an earlier search found.

    Raises
    ------
    ValueError
        Where ``options`` name a work that is not in the plan.
    """
    options = options or Options()
    told: list[Rule] = list(rules)
    steps: list[Step] = []
    better = plan
    for turn in range(REPAIR_ROUNDS):
        left = replace(options, seconds=options.seconds * (FIRST_SHARE if turn == 0 else LATER_SHARE))
        translation = translate(plan, told, left)
        wanted = steps[-1].start if steps else None
        if wanted is None and begin is not None:
            wanted = translation.calendar.index(begin.works.start)
        steps.append(search(translation.problem, left, _reporter(translation, report), stop, wanted))
        better = translation.dates(steps[-1].start)
        missed = _missed(better, rules, translation)
        if len(missed) == 0 or (stop is not None and stop()):
            break
        told.append(_Told(missed))
    moved = _moved(plan, better)
    before, after = (measure(which, rules, wijken=options.wijken) for which in _to_one_end(plan, better))
    # What the first search proved holds for all later ones: they only know more constraints.
    seconds = sum(step.seconds for step in steps)
    return Answer(plan, better, moved, steps[-1].values, steps[0].bounds, before, after, seconds, len(steps) - 1)


def _reporter(translation: Translation, report: Callable[[Progress], None] | None) -> Callable[[Step], None] | None:
    if report is None:
        return None

    def tell(step: Step) -> None:
        report(Progress(translation.dates(step.start), step.values, step.bounds, step.seconds, step.done, step.groups))

    return tell


def _to_one_end(*plans: Plan) -> list[Plan]:
    """Return the plans with one horizon: ground on which nothing follows must weigh the same in all of them."""
    horizon = max(max(plan.horizon, int(plan.works.finish.max(initial=plan.today))) for plan in plans)
    return [replace(plan, horizon=horizon) for plan in plans]


def _moved(before: Plan, after: Plan) -> Index:
    changed = (before.works.start != after.works.start) | (before.works.finish != after.works.finish)
    return np.flatnonzero(changed).astype(np.int32)


def _missed(plan: Plan, rules: Sequence[Rule], translation: Translation) -> Links:
    """Return lags that the new dates call for, break, and that the search was not told."""
    links = gather_links(plan, rules, translation.calendar)
    works, free = plan.works, translation.problem.movable
    broken = links.broken(works.start, works.finish) & (free[links.before] | free[links.after])
    known = translation.links
    told = set(zip(known.before.tolist(), known.after.tolist(), known.minimum.tolist(), strict=True))
    new = np.array(
        [
            key not in told
            for key in zip(links.before.tolist(), links.after.tolist(), links.minimum.tolist(), strict=True)
        ],
        bool,
    )
    return links.where(broken & new) if len(links) else links


class _Told(Rule):
    """Lags found missing in an answer, told to the next search; no rule of the house, so without words."""

    id = "told"
    kind = RuleKind.PRECEDENCE
    severity = Severity.HARD
    title = {Lang.NL: "", Lang.EN: ""}

    def __init__(self, links: Links) -> None:
        super().__init__()
        self.links = links

    def find(self, plan: Plan) -> Iterator[Found]:
        """Yield nothing: the rule that asked for it speaks."""
        return iter(())

    def sentence(self, found: Found, plan: Plan, lang: Lang) -> str:
        """Return nothing."""
        return ""

    def lags(self, plan: Plan) -> Lags:
        """Return what was missing."""
        return Lags(self.links.before, self.links.after, self.links.minimum, self.links.maximum)
