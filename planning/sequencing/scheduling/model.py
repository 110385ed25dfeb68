"""RCPSP and RCPSP/max as a CP-SAT model."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np
from ortools.sat.python import cp_model

from planning.sequencing.scheduling.problem import IntArray, SchedulingProblem
from planning.sequencing.scheduling.temporal import incompatible_pairs

CLOSED_UP_TO = 400
"""Above so many activities the longest paths of all pairs cost more than they bring."""


@dataclass(frozen=True)
class Built:
    """A model with its start variables, in the order of the activities."""

    model: cp_model.CpModel
    starts: list[cp_model.IntVar]


def build(
    problem: SchedulingProblem, horizon: int, bound: int, known: IntArray | None = None, *, cliques: bool = False
) -> Built:
    """Return the model for schedules of makespan ``bound`` to ``horizon``, with ``known`` as its hint."""
    model = cp_model.CpModel()
    durations = problem.durations.tolist()
    starts = [model.new_int_var(0, max(0, horizon - d), f"s{i}") for i, d in enumerate(durations)]
    intervals = [
        model.new_fixed_size_interval_var(s, d, f"i{i}") for i, (s, d) in enumerate(zip(starts, durations, strict=True))
    ]
    for lag in problem.lags:
        model.add(starts[lag.after] - starts[lag.before] >= lag.weight)
    for resource, capacity in enumerate(problem.capacities.tolist()):
        users = [i for i in range(problem.size) if problem.demands[i, resource] and durations[i]]
        if users and problem.demands[users, resource].sum() > capacity:
            amounts = problem.demands[users, resource].tolist()
            model.add_cumulative([intervals[i] for i in users], amounts, capacity)
    for clique in _cliques(problem) if cliques else []:
        model.add_no_overlap([intervals[i] for i in clique])
    makespan = model.new_int_var(min(bound, horizon), horizon, "makespan")
    for s, d in zip(starts, durations, strict=True):
        model.add(makespan >= s + d)
    model.minimize(makespan)
    if known is not None:
        for variable, value in zip(starts, known.tolist(), strict=True):
            model.add_hint(variable, value)
        model.add_hint(makespan, problem.makespan(known))
    return Built(model, starts)


def make_solver(deadline: float, workers: int, seed: int) -> cp_model.CpSolver:
    """Return a solver that ends at ``deadline`` (``time.monotonic``)."""
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = max(0.1, deadline - time.monotonic())
    solver.parameters.num_workers = workers
    solver.parameters.random_seed = seed
    solver.parameters.use_precedences_in_disjunctive_constraint = True
    return solver


def _cliques(problem: SchedulingProblem) -> list[list[int]]:
    """Return sets of activities of which no two can overlap, greedily, the largest work first."""
    clash = incompatible_pairs(problem) if problem.size <= CLOSED_UP_TO else np.zeros((0, 0), bool)
    cliques: set[tuple[int, ...]] = set()
    order = np.argsort(-problem.durations, kind="stable").tolist()
    for seed in range(len(clash)):
        if not clash[seed].any():
            continue
        members, allowed = [seed], clash[seed].copy()
        for candidate in order:
            if allowed[candidate]:
                members.append(candidate)
                allowed &= clash[candidate]
        if len(members) > 2:
            cliques.add(tuple(sorted(members)))
    return [list(clique) for clique in sorted(cliques)]
