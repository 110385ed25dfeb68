"""Why each date is what it is, and what each change wins and costs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from planning.sequencing.detection import recheck
from planning.sequencing.neighbourhood import Neighbourhoods
from planning.sequencing.plan import Plan
from planning.sequencing.resequencing.costs import Costs, Term
from planning.sequencing.resequencing.figures import fallow_weeks
from planning.sequencing.resequencing.options import Options
from planning.sequencing.resequencing.problem import by_end
from planning.sequencing.resequencing.translate import Translation, translate
from planning.sequencing.rules.base import Closed, Found, Rule


class Holds(StrEnum):
    """What keeps a work from starting one working day nearer to its present date, or else one sooner."""

    LINK = "link"
    SEASON = "season"
    WINDOW = "window"
    LIMIT = "limit"
    TERM = "term"
    FIXED = "fixed"
    NOTHING = "nothing"


@dataclass(frozen=True)
class Reason:
    """Why a work starts when it does.

    Parameters
    ----------
    work
        Position of the work.
    holds
        What forbids the working day beside it.
    later
        Whether that is the day after; else the day before.
    other
        Position of the work that holds it, -1 where none does.
    rule
        The rule that says so, of a link or a season.
    days
        Of a link: the days that must lie between; working days where the owners stated it.
    term
        Of a goal: what would cost more.
    """

    work: int
    holds: Holds
    later: bool = False
    other: int = -1
    rule: str = ""
    days: int = 0
    term: Term | None = None


def reasons(present: Plan, plan: Plan, rules: Sequence[Rule], options: Options) -> list[Reason]:
    """Return for every work that may move what binds its start in ``plan``, which may be the present one itself."""
    now = translate(present, rules, options)
    then = translate(plan, rules, options)
    binding = _Binding(now, then, rules, Costs(now.problem, options.weights))
    return [binding.reason(i) for i in np.flatnonzero(now.problem.movable).tolist()]


class _Binding:
    """Looks at the working day beside a start: towards the present date where it moved, before it where not.

    Lags, limits and seasons are those of the answer, where pairs may have come under a rule that were not before;
    goals and windows are those of the search, which began at the present.
    """

    def __init__(self, now: Translation, then: Translation, rules: Sequence[Rule], costs: Costs) -> None:
        self.now, self.then, self.costs = now, then, costs
        # Both calendars count the same working days; only where they begin may differ.
        self.start = now.calendar.index(then.plan.works.start)
        self.moved = now.problem.movable & (self.start != now.problem.start)
        # Asked for every work, so gathered once, by work.
        self.links_of = by_end(then.problem.links)
        self.guards_of = by_end(now.problem.guards)
        self.closed: defaultdict[int, list[tuple[str, Closed]]] = defaultdict(list)
        for rule in rules:
            for shut in rule.closed(now.plan):
                for i in shut.works.tolist():
                    self.closed[i].append((rule.id, shut))

    def reason(self, i: int) -> Reason:
        later = bool(self.moved[i] and self.start[i] < self.now.problem.start[i])
        step = 1 if later else -1
        return (
            (self.rest(i) if self.now.resting[i] else None)
            or self.link(i, step)
            or self.limit(i, step)
            or self.season(i, step)
            or (self.term(i, step) if self.moved[i] else None)
            or Reason(i, Holds.NOTHING, later)
        )

    def rest(self, i: int) -> Reason | None:
        """Return which rule forbids the present date to the day, where its working day is allowed."""
        works = self.now.plan.works
        for rule, shut in self.closed[i]:
            day = works.finish[[i]] - 1 if shut.last_day else works.start[[i]]
            if bool(shut.days(day)[0]):
                return Reason(i, Holds.SEASON, rule=rule)
        return None

    def link(self, i: int, step: int) -> Reason | None:
        problem, links = self.then.problem, self.then.links
        start = problem.start.copy()
        start[i] += step
        for link in self.links_of[i]:
            if problem.holds(link, problem.start) and not problem.holds(link, start):
                other = link.before if link.after == i else link.after
                days = int(links.minimum[link.key])
                return Reason(i, Holds.LINK, step > 0, other, links.sources[int(links.source[link.key])], days)
        return self.guard(i, step)

    def guard(self, i: int, step: int) -> Reason | None:
        problem = self.now.problem
        beside = self.start.copy()
        beside[i] += step
        for guard in self.guards_of[i]:
            if problem.guarded(guard, self.start) and not problem.guarded(guard, beside):
                other = guard.before if guard.after == i else guard.after
                return Reason(i, Holds.LINK, step > 0, other, guard.rule)
        return None

    def limit(self, i: int, step: int) -> Reason | None:
        problem = self.then.problem
        start = problem.start.copy()
        start[i] += step
        moment = int(start[i]) if step < 0 else int(start[i] + problem.duration[i] - 1)
        for limit in problem.limits:
            if i in limit.members and _asked(limit.members, limit.demand, start, problem.duration, moment) > (
                limit.capacity
            ):
                return Reason(i, Holds.LIMIT, step > 0)
        return None

    def season(self, i: int, step: int) -> Reason | None:
        allowed, at = self.now.problem.allowed[i], int(self.start[i])
        if at + step in allowed:
            return None
        length = int(self.now.problem.duration[i])
        for rule, shut in self.closed[i]:
            day = self.now.calendar.day(at + step + (length - 1 if shut.last_day else 0))
            if bool(shut.days(np.array([day], np.int32))[0]):
                return Reason(i, Holds.SEASON, step > 0, rule=rule)
        return Reason(i, Holds.WINDOW, step > 0)

    def term(self, i: int, step: int) -> Reason | None:
        beside = self.start.copy()
        beside[i] += step
        for now, then in zip(self.costs.touching(i, self.start), self.costs.touching(i, beside), strict=True):
            if then.amount > now.amount:
                others = [member for member in now.members if member != i]
                return Reason(i, Holds.TERM, step > 0, others[0] if others else -1, term=now.term)
        return None


def _asked(members: Sequence[int], demand: Sequence[int], start: np.ndarray, duration: np.ndarray, moment: int) -> int:
    at = np.array(members)
    active = (start[at] <= moment) & (start[at] + duration[at] > moment)
    return int(np.array(demand)[active].sum())


@dataclass(frozen=True)
class Change:
    """A work that gets other dates: why then, and what would be lost and won by leaving it where it was.

    ``wins`` are findings that come back when only this work goes back, ``costs`` those that then go away, and
    ``fallow_dwelling_weeks`` what fallow ground it saves (negative: costs).
    """

    work: int
    reason: Reason
    wins: tuple[Found, ...]
    costs: tuple[Found, ...]
    fallow_dwelling_weeks: float


def changes(present: Plan, plan: Plan, rules: Sequence[Rule], options: Options) -> list[Change]:
    """Return what each work wins and costs that ``plan`` gives other dates, the largest win of fallow ground first."""
    near = Neighbourhoods(present)
    bound = {reason.work: reason for reason in reasons(present, plan, rules, options)}
    old, works = present.works, plan.works
    fallow = fallow_weeks(plan)
    found = []
    for i in np.flatnonzero((old.start != works.start) | (old.finish != works.finish)).tolist():
        start, finish = works.start.copy(), works.finish.copy()
        start[i], finish[i] = old.start[i], old.finish[i]
        back = plan.with_dates(start, finish)
        with_it, without = (
            {_key(f): f for f in recheck(each, i, rules, near) if f.finish > plan.today} for each in (plan, back)
        )
        found.append(
            Change(
                i,
                bound.get(i, Reason(i, Holds.FIXED)),
                wins=tuple(f for key, f in without.items() if key not in with_it),
                costs=tuple(f for key, f in with_it.items() if key not in without),
                fallow_dwelling_weeks=fallow_weeks(back) - fallow,
            )
        )
    return sorted(found, key=lambda change: (-change.fallow_dwelling_weeks, change.work))


def _key(found: Found) -> tuple[str, tuple[int, ...]]:
    return found.rule, tuple(sorted(found.anchor or found.subjects))
