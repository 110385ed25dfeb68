"""The exact search: RCPSP and RCPSP/max as a CP-SAT model, proven optimal or with the gap that is left.

Before the solver starts, time alone and small resources decide what they can (``temporal``), and where there are
no maximum lags a heuristic gives a first schedule; the solver then looks only for shorter ones.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from ortools.sat.python import cp_model

from planning.sequencing.scheduling.heuristic import first_schedule
from planning.sequencing.scheduling.problem import IntArray, Lag, SchedulingProblem
from planning.sequencing.scheduling.temporal import (
    UNRELATED,
    InfeasibleLagsError,
    distance_matrix,
    incompatible_pairs,
    select_immediately,
)

CLOSED_UP_TO = 400
"""Above so many activities the longest paths of all pairs cost more than they bring."""

HEURISTIC_SHARE = 0.1
"""Share of the time that the heuristic may take."""


class SolveStatus(StrEnum):
    """How a search ended."""

    OPTIMAL = "optimal"
    FEASIBLE = "feasible"
    INFEASIBLE = "infeasible"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class SolveResult:
    """What a search found.

    ``makespan`` and ``starts`` are None where no schedule was found; ``bound`` is a proven lower bound of the
    makespan, None where the problem is infeasible; ``seconds`` is wall-clock time.
    """

    status: SolveStatus
    makespan: int | None
    bound: int | None
    seconds: float
    starts: IntArray | None


def solve(problem: SchedulingProblem, *, seconds: float = 10.0, workers: int = 2, seed: int = 0) -> SolveResult:
    """Return the shortest schedule that can be found and proven in ``seconds``.

    Parameters
    ----------
    problem
        RCPSP, or RCPSP/max where lags run backwards too.
    seconds, workers, seed
        Wall-clock limit, threads, and random seed of the search.
    """
    begun = time.monotonic()
    deadline = begun + seconds
    if (problem.demands > problem.capacities).any():
        status, bound, starts = SolveStatus.INFEASIBLE, None, None
    else:
        try:
            solver = _with_maximum_lags if problem.has_maximum_lags else _without_maximum_lags
            status, bound, starts = solver(problem, deadline, workers, seed)
        except InfeasibleLagsError:
            status, bound, starts = SolveStatus.INFEASIBLE, None, None
    makespan = None if starts is None else problem.makespan(starts)
    return SolveResult(status, makespan, bound, time.monotonic() - begun, starts)


Answer = tuple[SolveStatus, int | None, IntArray | None]


def _with_maximum_lags(problem: SchedulingProblem, deadline: float, workers: int, seed: int) -> Answer:
    """Search RCPSP/max, where already a first schedule can be hard to find, or impossible."""
    tight, bound = _tightened(problem, None)
    status, starts, proven = _search(tight, _loose_horizon(problem), bound, deadline, workers, seed)
    return status, None if status is SolveStatus.INFEASIBLE else max(bound, proven), starts


def _without_maximum_lags(problem: SchedulingProblem, deadline: float, workers: int, seed: int) -> Answer:
    """Start from a heuristic schedule and look only for something shorter."""
    _, bound = _tightened(problem, None)
    share = (deadline - time.monotonic()) * HEURISTIC_SHARE
    known = _heuristic(problem, bound, share, seed)
    best = problem.makespan(known)
    if best > bound:
        try:
            tight, bound = _tightened(problem, best - 1)
        except InfeasibleLagsError:
            return SolveStatus.OPTIMAL, best, known  # windows alone exclude anything shorter
        status, starts, proven = _search(tight, best - 1, bound, deadline, workers, seed)
        if status is SolveStatus.INFEASIBLE:
            return SolveStatus.OPTIMAL, best, known
        if starts is None:
            return SolveStatus.FEASIBLE, max(bound, proven), known
        return status, max(bound, proven), starts
    return SolveStatus.OPTIMAL, bound, known


def _tightened(problem: SchedulingProblem, horizon: int | None) -> tuple[SchedulingProblem, int]:
    """Return the problem with the lags that follow from it, and a lower bound of the makespan."""
    bound = _energy_bound(problem)
    if problem.size > CLOSED_UP_TO:
        return problem, bound
    d, _ = select_immediately(problem, distance_matrix(problem), horizon)
    related = d > UNRELATED
    np.fill_diagonal(related, False)
    # A lag that others imply is left out where its activities cannot overlap anyway; the rest helps the windows.
    stated = {(lag.before, lag.after) for lag in problem.lags}
    durations = problem.durations
    orders = related & (d >= durations[:, None]) & incompatible_pairs(problem)
    extra = [(int(i), int(j)) for i, j in np.argwhere(orders) if (int(i), int(j)) not in stated]
    lags = [Lag(lag.before, lag.after, int(d[lag.before, lag.after])) for lag in problem.lags]
    lags += [Lag(i, j, int(d[i, j])) for i, j in extra]
    earliest = np.maximum(d.max(axis=0, initial=0, where=related), 0)
    return replace(problem, lags=lags), max(bound, int((earliest + durations).max(initial=0)))


def _energy_bound(problem: SchedulingProblem) -> int:
    """Return how long the busiest resource needs at full use."""
    work = problem.durations @ problem.demands
    used = problem.capacities > 0
    return int(np.max(-(-work[used] // problem.capacities[used]), initial=0))


def _loose_horizon(problem: SchedulingProblem) -> int:
    """Return a makespan that some optimal schedule does not exceed.

    Ulusoy and the RCPSP/max literature use the sum over activities of the longest of its duration and its
    outgoing lags.
    """
    longest = problem.durations.copy()
    for lag in problem.lags:
        longest[lag.before] = max(longest[lag.before], lag.weight)
    return int(longest.sum())


def _heuristic(problem: SchedulingProblem, bound: int, seconds: float, seed: int) -> IntArray:
    tails = problem.durations.copy()
    if problem.size <= CLOSED_UP_TO:
        d = distance_matrix(problem)
        tails = (d + problem.durations[None, :]).max(axis=1, initial=0, where=d > UNRELATED)
    return first_schedule(problem, -tails, seed=seed, rounds=100_000, seconds=min(seconds, 2.0), stop_at=bound)


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


def _search(
    problem: SchedulingProblem, horizon: int, bound: int, deadline: float, workers: int, seed: int
) -> tuple[SolveStatus, IntArray | None, int]:
    """Search schedules of makespan ``bound`` to ``horizon``; return status, starts and a proven bound."""
    model = cp_model.CpModel()
    durations = problem.durations.tolist()
    starts = [model.new_int_var(0, max(0, horizon - d), f"s{i}") for i, d in enumerate(durations)]
    intervals = [model.new_fixed_size_interval_var(s, d, f"i{i}") for i, (s, d) in enumerate(zip(starts, durations))]  # noqa: B905
    for lag in problem.lags:
        model.add(starts[lag.after] - starts[lag.before] >= lag.weight)
    for resource, capacity in enumerate(problem.capacities.tolist()):
        users = [i for i in range(problem.size) if problem.demands[i, resource] and durations[i]]
        if users and problem.demands[users, resource].sum() > capacity:
            amounts = problem.demands[users, resource].tolist()
            model.add_cumulative([intervals[i] for i in users], amounts, capacity)
    for clique in _cliques(problem):
        model.add_no_overlap([intervals[i] for i in clique])
    makespan = model.new_int_var(min(bound, horizon), horizon, "makespan")
    for s, d in zip(starts, durations, strict=True):
        model.add(makespan >= s + d)
    model.minimize(makespan)
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = max(0.1, deadline - time.monotonic())
    solver.parameters.num_workers = workers
    solver.parameters.random_seed = seed
    solver.parameters.use_precedences_in_disjunctive_constraint = True
    status = solver.solve(model)
    if status == cp_model.INFEASIBLE:
        return SolveStatus.INFEASIBLE, None, horizon + 1
    proven = int(np.ceil(solver.best_objective_bound - 1e-6))
    if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        found = np.array([solver.value(s) for s in starts], np.int64)
        return (SolveStatus.OPTIMAL if status == cp_model.OPTIMAL else SolveStatus.FEASIBLE), found, proven
    return SolveStatus.UNKNOWN, None, proven
