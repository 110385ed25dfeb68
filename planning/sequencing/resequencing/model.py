"""One group of works as a CP-SAT model, with a linear expression per goal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from ortools.sat.python import cp_model

from planning.sequencing.resequencing.options import Goal, Weights
from planning.sequencing.resequencing.problem import FAR, Guard, IndexLink, IntArray, SequencingProblem

Linear = cp_model.LinearExpr


@dataclass
class GroupModel:
    """A model of one group, with its variables by activity.

    ``terms`` hold per goal what is summed.
    """

    model: cp_model.CpModel
    starts: dict[int, cp_model.IntVar]
    terms: dict[Goal, list[Linear]]

    def expression(self, goal: Goal) -> Linear:
        """Return a goal as one expression."""
        return cp_model.LinearExpr.sum(self.terms[goal])


class _Builder:
    """Adds the parts of a problem that touch one group to a model."""

    def __init__(self, problem: SequencingProblem, group: Sequence[int], weights: Weights, *, forgiving: bool) -> None:
        self.problem = problem
        self.inside = set(group)
        self.weights = weights
        self.forgiving = forgiving
        self.model = cp_model.CpModel()
        self.together: dict[tuple[int, int], cp_model.IntVar] = {}
        self.terms: dict[Goal, list[Linear]] = {goal: [] for goal in Goal}
        self.starts = {
            i: self.model.new_int_var_from_domain(_domain(problem.allowed[i]), f"s{i}") for i in sorted(self.inside)
        }
        self.intervals = {
            i: self.model.new_fixed_size_interval_var(start, int(problem.duration[i]), f"i{i}")
            for i, start in self.starts.items()
        }

    def start(self, i: int) -> Linear:
        return self.starts[i] if i in self.inside else self.model.new_constant(int(self.problem.start[i]))

    def finish(self, i: int) -> Linear:
        return self.start(i) + int(self.problem.duration[i])

    def touches(self, members: Iterable[int]) -> bool:
        return any(i in self.inside for i in members)

    def flag(self) -> cp_model.IntVar:
        return self.model.new_bool_var("")

    def gap(self, link: IndexLink) -> Linear:
        begin = self.finish(link.before) if link.from_finish else self.start(link.before)
        end = self.finish(link.after) if link.to_finish else self.start(link.after)
        return end - begin

    def lags(self) -> None:
        for link in self.problem.links:
            if not self.touches((link.before, link.after)):
                continue
            gap = self.gap(link)
            rows = []
            if link.least > -FAR:
                rows.append(self.model.add(gap >= link.least))
            if link.most < FAR:
                rows.append(self.model.add(gap <= link.most))
            if self.forgiving:
                broken = self.flag()
                for row in rows:
                    row.only_enforce_if(~broken)
                self.terms[Goal.BROKEN].append(broken)
        for guard in self.problem.guards:
            if self.touches((guard.before, guard.after)):
                self.guard(guard)
        for i, j in self.problem.equal:
            if self.touches((i, j)):
                row = self.model.add(self.start(i) == self.start(j))
                if self.forgiving:
                    broken = self.flag()
                    row.only_enforce_if(~broken)
                    self.terms[Goal.BROKEN].append(broken)

    def guard(self, guard: Guard) -> None:
        away, ordered = self.flag(), self.flag()
        gap = self.start(guard.before) - self.finish(guard.after)
        self.model.add(gap >= guard.apart).only_enforce_if(away)
        self.model.add(self.start(guard.after) >= self.finish(guard.before)).only_enforce_if(ordered)
        broken = [self.flag()] if self.forgiving else []
        self.model.add_bool_or(away, ordered, *broken)
        self.terms[Goal.BROKEN] += broken

    def limits(self) -> None:
        present = self.problem.start
        for limit in self.problem.limits:
            if not self.touches(limit.members):
                continue
            intervals = [
                self.intervals[i]
                if i in self.inside
                else self.model.new_fixed_size_interval_var(int(present[i]), int(self.problem.duration[i]), "")
                for i in limit.members
            ]
            self.model.add_cumulative(intervals, list(limit.demand), limit.capacity)
        for year in self.problem.spending:
            members = [(i, cost) for i, cost in zip(year.members, year.amount, strict=True) if i in self.inside]
            if not members:
                continue
            spent = sum(cost * self.within(i, year.first, year.after) for i, cost in members)
            self.model.add(spent <= year.capacity)

    def within(self, i: int, first: int, after: int) -> cp_model.IntVar:
        """Return whether an activity starts in ``[first, after)``."""
        allowed = self.problem.allowed[i]
        inside = self.flag()
        yes, no = allowed[(allowed >= first) & (allowed < after)], allowed[(allowed < first) | (allowed >= after)]
        for choice, values in ((inside, yes), (~inside, no)):
            if len(values):
                self.model.add_linear_expression_in_domain(self.starts[i], _domain(values)).only_enforce_if(choice)
            else:
                self.model.add_bool_and(~choice)
        return inside

    def fallow(self) -> None:
        span = int(max(self.problem.start.max(initial=0), 0)) + FAR // 100
        for wait in self.problem.waits:
            if not self.touches((wait.first, *wait.followers)):
                continue
            gap = self.model.new_int_var(0, span, "")
            chosen = [self.flag() for _ in wait.followers]
            self.model.add_exactly_one(chosen)
            for follower, choice in zip(wait.followers, chosen, strict=True):
                # The ground is fallow until the first that follows; which one that is, is the search's choice.
                self.model.add(gap >= self.start(follower) - self.finish(wait.first)).only_enforce_if(choice)
                self.model.add(self.finish(follower) > self.finish(wait.first)).only_enforce_if(choice)
            self.terms[Goal.FALLOW].append(gap * wait.weight)

    def twice(self) -> None:
        for i, j in self.problem.apart:
            if self.touches((i, j)):
                together = self.flag()
                self.model.add(self.start(i) == self.start(j)).only_enforce_if(together)
                self.together[i, j] = together
                self.terms[Goal.TWICE].append(1 - together)
        for again in self.problem.reopened:
            if not self.touches((again.digging, again.surface)):
                continue
            before, after, wrong = self.flag(), self.flag(), self.flag()
            self.model.add(self.finish(again.digging) <= self.start(again.surface)).only_enforce_if(before)
            self.model.add(self.start(again.digging) >= self.finish(again.surface) + again.rest).only_enforce_if(after)
            self.model.add_bool_or(before, after, wrong)
            self.terms[Goal.TWICE].append(wrong)

    def nuisance(self) -> None:
        for meeting in self.problem.meetings:
            i, j = meeting.first, meeting.second
            if not self.touches((i, j)):
                continue
            first, second, both = self.flag(), self.flag(), self.flag()
            self.model.add(self.finish(i) <= self.start(j)).only_enforce_if(first)
            self.model.add(self.finish(j) <= self.start(i)).only_enforce_if(second)
            # One trench, dug together, is no clash but what is wanted.
            together = [self.together[i, j]] if (i, j) in self.together else []
            self.model.add_bool_or(first, second, both, *together)
            self.terms[Goal.NUISANCE].append(both * (self.weights.together_at_once * meeting.weight))
        for wish in self.problem.wishes:
            if not self.touches((wish.before, wish.after)):
                continue
            late = self.flag()
            if wish.most < FAR:
                self.model.add(self.gap(wish) <= wish.most).only_enforce_if(~late)
            if wish.least > -FAR:
                self.model.add(self.gap(wish) >= wish.least).only_enforce_if(~late)
            self.terms[Goal.NUISANCE].append(late * self.weights.late_surface)
        for i in sorted(self.inside):
            if self.problem.closed_now[i]:
                stays = self.flag()
                self.model.add(self.starts[i] != int(self.problem.start[i])).only_enforce_if(~stays)
                self.terms[Goal.NUISANCE].append(stays * self.weights.season)

    def change(self) -> None:
        for i, start in self.starts.items():
            allowed, present = self.problem.allowed[i], int(self.problem.start[i])
            furthest = int(max(present - allowed[0], allowed[-1] - present))
            if furthest == 0:
                continue
            shift = self.model.new_int_var(0, furthest, "")
            self.model.add(shift >= start - present)
            self.model.add(shift >= present - start)
            moved = self.flag()
            self.model.add(shift <= furthest * moved)
            self.terms[Goal.CHANGE] += [shift, moved * self.weights.moved]


def build(
    problem: SequencingProblem, group: Sequence[int], weights: Weights, *, forgiving: bool, limited: bool
) -> GroupModel:
    """Return the model of one group of movable activities; all others stand where they are.

    Parameters
    ----------
    problem, group, weights
        What to model, which activities, and what soft things weigh.
    forgiving
        Lags may be broken, at the cost of the first goal.
    limited
        Whether crews, money and nuisance are limited; without, any starts are an answer where lags may be broken.
    """
    builder = _Builder(problem, group, weights, forgiving=forgiving)
    builder.lags()
    if limited:
        builder.limits()
    builder.fallow()
    builder.twice()
    builder.nuisance()
    builder.change()
    return GroupModel(builder.model, builder.starts, builder.terms)


def _domain(values: IntArray) -> cp_model.Domain:
    breaks = np.flatnonzero(np.diff(values) > 1)
    firsts = values[np.concatenate([[0], breaks + 1])]
    lasts = values[np.concatenate([breaks, [len(values) - 1]])]
    return cp_model.Domain.from_intervals(np.stack([firsts, lasts], axis=1).tolist())
