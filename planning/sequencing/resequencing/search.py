"""The search: group by group, goal by goal, from a first answer to a proven one."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from ortools.sat.python import cp_model

from planning.sequencing.resequencing.costs import Costs
from planning.sequencing.resequencing.first import repaired
from planning.sequencing.resequencing.model import GroupModel, build
from planning.sequencing.resequencing.options import Goal, Options
from planning.sequencing.resequencing.problem import IntArray, SequencingProblem

SHARES = {Goal.BROKEN: 0.2, Goal.FALLOW: 0.5, Goal.TWICE: 0.4, Goal.NUISANCE: 0.5, Goal.CHANGE: 1.0}
"""Share of the time that is left that each goal may take; what it leaves goes to the next."""

DETERMINISTIC_PER_SECOND = 0.6
"""Units of the solver's own, machine-independent measure of work per second asked for."""

LEAST_SECONDS = 0.05


@dataclass(frozen=True)
class Step:
    """The state of the search after an improvement.

    Parameters
    ----------
    start
        Starts of all activities, shape (n,); always a whole answer.
    values, bounds
        Per goal, what it costs and a proven lower bound, summed over the groups searched so far.
    seconds
        Since the search began.
    done, groups
        Groups finished, and of how many.
    """

    start: IntArray
    values: dict[Goal, int]
    bounds: dict[Goal, int]
    seconds: float
    done: int
    groups: int


@dataclass
class _Group:
    """What is known of one group."""

    members: list[int]
    values: dict[Goal, int] = field(default_factory=dict)
    bounds: dict[Goal, int] = field(default_factory=dict)


def search(
    problem: SequencingProblem,
    options: Options,
    report: Callable[[Step], None] | None = None,
    stop: Callable[[], bool] | None = None,
    wanted: IntArray | None = None,
) -> Step:
    """Return the best starts found within the limits of ``options``.

    Parameters
    ----------
    problem, options
        What to sequence, and for how long.
    report
        Called with the first answer at once and with every better one.
    stop
        Asked often; True ends the search, and the best so far is the answer.
    wanted
        Starts to begin from; the present ones where None.
    """
    return _Search(problem, options, report or (lambda step: None), stop or (lambda: False), wanted).run()


class _Search:
    def __init__(
        self,
        problem: SequencingProblem,
        options: Options,
        report: Callable[[Step], None],
        stop: Callable[[], bool],
        wanted: IntArray | None,
    ) -> None:
        self.problem, self.options, self.report, self.stop = problem, options, report, stop
        self.begun = time.monotonic()
        self.deadline = self.begun + options.seconds
        self.best = repaired(problem, wanted)
        self.costs = Costs(problem, options.weights)
        # Before a group is searched its first answer is what it costs, and nothing is proven of it.
        self.groups = [_Group(members, self.costs.total(self.best, members)) for members in problem.components()]
        self.done = 0

    def run(self) -> Step:
        self.say()
        left = sum(len(group.members) for group in self.groups)
        for group in self.groups:
            # A small group that is ready sooner leaves its time to the larger ones that follow.
            share = (self.deadline - time.monotonic()) * len(group.members) / max(1, left)
            left -= len(group.members)
            self.solve_group(group, max(share, LEAST_SECONDS))
            self.done += 1
            self.say()
            if self.stop():
                break
        return self.step()

    def step(self) -> Step:
        def total(name: str) -> dict[Goal, int]:
            sums = {goal: sum(getattr(group, name).get(goal, 0) for group in self.groups) for goal in Goal}
            return {goal: value if goal in self.options.goals else 0 for goal, value in sums.items()}

        seconds = time.monotonic() - self.begun
        return Step(self.best.copy(), total("values"), total("bounds"), seconds, self.done, len(self.groups))

    def say(self) -> None:
        self.report(self.step())

    def solve_group(self, group: _Group, seconds: float) -> None:
        """Search one group: lags and limits kept where that is possible, else lags alone, else with fewest broken."""
        ends = time.monotonic() + seconds
        for forgiving, limited in ((False, True), (False, False), (True, False)):
            built = build(self.problem, group.members, self.options.weights, forgiving=forgiving, limited=limited)
            if self.solve_goals(group, built, ends) or self.stop():
                break
        # A goal that the time did not reach costs what the others left of it.
        group.values = self.costs.total(self.best, group.members)

    def solve_goals(self, group: _Group, built: GroupModel, ends: float) -> bool:
        """Minimise one goal after the other, never at the cost of an earlier one; return whether any answer came."""
        found = False
        for goal in self.options.goals:
            if not built.terms[goal] and (found or goal is not self.options.goals[-1]):
                group.values[goal] = group.bounds[goal] = 0
                continue
            expression = built.expression(goal)
            built.model.clear_hints()
            for i, start in built.starts.items():
                built.model.add_hint(start, int(self.best[i]))
            built.model.minimize(expression)
            seconds = max(LEAST_SECONDS, (ends - time.monotonic()) * SHARES[goal])
            solver = self.solver(seconds)
            status = self.watch(solver, built, group)
            if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
                return found
            found = True
            self.keep(solver, built)
            group.values[goal] = round(solver.objective_value)
            group.bounds[goal] = int(np.ceil(solver.best_objective_bound - 1e-6))
            built.model.add(expression <= group.values[goal])
            if self.stop():
                break
        return found

    def solver(self, seconds: float) -> cp_model.CpSolver:
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = self.options.workers
        # Interleaved workers take turns in a fixed order, so that the answer does not depend on who was faster.
        solver.parameters.interleave_search = self.options.workers > 1
        solver.parameters.random_seed = self.options.seed
        solver.parameters.max_deterministic_time = seconds * DETERMINISTIC_PER_SECOND
        solver.parameters.max_time_in_seconds = seconds * 2
        return solver

    def watch(self, solver: cp_model.CpSolver, built: GroupModel, group: _Group) -> cp_model.CpSolverStatus:
        """Solve, reporting each better answer and ending when asked to."""
        ended = threading.Event()

        def ask() -> None:
            while not ended.wait(0.05):
                if self.stop():
                    solver.stop_search()
                    return

        asking = threading.Thread(target=ask, daemon=True)
        asking.start()
        try:
            return solver.solve(built.model, _Reporter(self, built))
        finally:
            ended.set()
            asking.join()

    def keep(self, values: cp_model.CpSolver | cp_model.CpSolverSolutionCallback, built: GroupModel) -> None:
        for i, start in built.starts.items():
            self.best[i] = values.value(start)


class _Reporter(cp_model.CpSolverSolutionCallback):
    """Keeps and reports every better answer of one solve."""

    def __init__(self, search: _Search, built: GroupModel) -> None:
        super().__init__()
        self.search, self.built = search, built

    def on_solution_callback(self) -> None:
        """Keep the answer."""
        self.search.keep(self, self.built)
        self.search.say()
