"""The exact search: RCPSP and RCPSP/max as a CP-SAT model, proven optimal or with the gap that is left.

Before the solver starts, time alone and small resources decide what they can (``temporal``), and where there are
no maximum lags the workers share the task: one proves, while another breeds shorter schedules and then searches their
neighbourhoods.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from ortools.sat.python import cp_model

from planning.sequencing.scheduling.heuristic import Evolution
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

FIRST_SHARE = 0.03
"""Share of the time in which the heuristic alone makes a first schedule."""

EVOLUTION_SHARE = 0.4
"""Share of the time that is left in which it goes on beside the proof; after that neighbourhoods are searched."""


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
    """Prove with one part of the workers while another looks for shorter schedules, each in its own best way."""
    _, bound = _tightened(problem, None)
    evolution = Evolution(problem, -_tails(problem), seed=seed)

    def left() -> float:
        return max(0.0, deadline - time.monotonic())

    known = evolution.run(left() * FIRST_SHARE, stop_at=bound)
    best = problem.makespan(known)
    if best > bound:
        try:
            bound = max(bound, _tightened(problem, best - 1)[1])
        except InfeasibleLagsError:
            bound = best  # windows alone exclude anything shorter
    if best <= bound:
        return SolveStatus.OPTIMAL, best, known
    proof = _Proof(problem, known, bound, deadline, max(1, workers - 1), seed)
    if workers > 1:
        proof.start()
        known = evolution.run(left() * EVOLUTION_SHARE, stop_at=bound, stop=lambda: not proof.is_alive())
        if problem.makespan(known) > bound and proof.is_alive():
            known = _neighbourhoods(problem, known, bound, deadline, seed, proof)
        if problem.makespan(known) <= bound:
            proof.solver.stop_search()
        proof.join()
    else:
        proof.run()
    candidates = [starts for starts in (known, proof.starts) if starts is not None]
    known = min(candidates, key=problem.makespan)
    bound = max(bound, proof.bound)
    status = SolveStatus.OPTIMAL if problem.makespan(known) <= bound else SolveStatus.FEASIBLE
    return status, bound, known


class _Proof(threading.Thread):
    """An exact search beside others: learns from conflicts, without linear relaxations, which rarely bind here."""

    def __init__(
        self, problem: SchedulingProblem, known: IntArray, bound: int, deadline: float, workers: int, seed: int
    ) -> None:
        super().__init__(daemon=True)
        self.built = _build(problem, problem.makespan(known), bound, known)
        self.solver = _solver(deadline, workers, seed)
        self.solver.parameters.linearization_level = 0
        self.bound = bound
        self.starts: IntArray | None = None

    def run(self) -> None:
        """Search until proven, stopped or out of time."""
        status = self.solver.solve(self.built.model)
        if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            self.bound = max(self.bound, round(self.solver.best_objective_bound))
            self.starts = np.array([self.solver.value(s) for s in self.built.starts], np.int64)


class _StopWhenProven(cp_model.CpSolverSolutionCallback):
    """Ends a search for shorter schedules when one is as short as can be."""

    def __init__(self, bound: int) -> None:
        super().__init__()
        self.bound = bound

    def on_solution_callback(self) -> None:
        """Look at the makespan."""
        if self.objective_value <= self.bound:
            self.stop_search()


def _neighbourhoods(
    problem: SchedulingProblem, known: IntArray, bound: int, deadline: float, seed: int, proof: _Proof
) -> IntArray:
    """Return the best schedule that large-neighbourhood search finds from ``known`` before the proof is there."""
    built = _build(problem, problem.makespan(known), bound, known)
    solver = _solver(deadline, 1, seed)
    solver.parameters.use_lns_only = True

    def watch() -> None:
        proof.join(max(0.0, deadline - time.monotonic()))
        solver.stop_search()

    threading.Thread(target=watch, daemon=True).start()
    status = solver.solve(built.model, _StopWhenProven(bound))
    if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return np.array([solver.value(s) for s in built.starts], np.int64)
    return known


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


def _tails(problem: SchedulingProblem) -> IntArray:
    """Return the least time from the start of each activity to the end of all, as far as lags tell, shape (n,)."""
    if problem.size > CLOSED_UP_TO:
        return problem.durations.copy()
    d = distance_matrix(problem)
    return np.asarray((d + problem.durations[None, :]).max(axis=1, initial=0, where=d > UNRELATED))


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


@dataclass(frozen=True)
class _Built:
    """A model with its start variables, in the order of the activities."""

    model: cp_model.CpModel
    starts: list[cp_model.IntVar]


def _build(
    problem: SchedulingProblem, horizon: int, bound: int, known: IntArray | None = None, *, cliques: bool = False
) -> _Built:
    """Return the model for schedules of makespan ``bound`` to ``horizon``, with ``known`` as its hint."""
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
    return _Built(model, starts)


def _solver(deadline: float, workers: int, seed: int) -> cp_model.CpSolver:
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = max(0.1, deadline - time.monotonic())
    solver.parameters.num_workers = workers
    solver.parameters.random_seed = seed
    solver.parameters.use_precedences_in_disjunctive_constraint = True
    return solver


def _search(
    problem: SchedulingProblem, horizon: int, bound: int, deadline: float, workers: int, seed: int
) -> tuple[SolveStatus, IntArray | None, int]:
    """Search schedules of makespan ``bound`` to ``horizon``; return status, starts and a proven bound."""
    built = _build(problem, horizon, bound, cliques=True)
    solver = _solver(deadline, workers, seed)
    status = solver.solve(built.model)
    if status == cp_model.INFEASIBLE:
        return SolveStatus.INFEASIBLE, None, horizon + 1
    proven = int(np.ceil(solver.best_objective_bound - 1e-6))
    if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        found = np.array([solver.value(s) for s in built.starts], np.int64)
        return (SolveStatus.OPTIMAL if status == cp_model.OPTIMAL else SolveStatus.FEASIBLE), found, proven
    return SolveStatus.UNKNOWN, None, proven
