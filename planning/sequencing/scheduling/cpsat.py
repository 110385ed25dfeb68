"""The exact search: RCPSP and RCPSP/max as a CP-SAT model, proven optimal or with the gap that is left.

Before the solver starts, time alone and small resources decide what they can (``temporal``), and where there are
no maximum lags the workers share the task: one proves, while another breeds shorter schedules and then searches their
neighbourhoods.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from ortools.sat.python import cp_model

from planning.sequencing.scheduling.heuristic import Evolution
from planning.sequencing.scheduling.model import CLOSED_UP_TO, build, make_solver
from planning.sequencing.scheduling.problem import IntArray, Lag, SchedulingProblem
from planning.sequencing.scheduling.temporal import (
    UNRELATED,
    InfeasibleLagsError,
    distance_matrix,
    incompatible_pairs,
    select_immediately,
)

FIRST_SHARE = 0.03
"""Share of the time in which the heuristic alone makes a first schedule."""

EVOLUTION_SHARE = 0.25
"""Share of the time that is left in which it goes on beside the proof."""

NEIGHBOURHOOD_SHARE = 0.15
"""Share of the time that is then left in which neighbourhoods of the best are searched, before a second proof."""

PROVABLE_SIZE = 90
"""Up to so many activities a second proof, from the end, is worth more than a longer search for shorter schedules."""

POLL_SECONDS = 0.02


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
    proofs = [proof]
    if workers == 1:
        proof.run()
    else:
        proof.start()
        known = evolution.run(left() * EVOLUTION_SHARE, stop_at=bound, stop=lambda: not proof.is_alive())
        if problem.size > PROVABLE_SIZE and proof.is_alive():
            # What was not proven by now hardly ever is: all workers look for shorter schedules.
            proof.solver.stop_search()
            proof.join()
            proofs.append(_Proof(problem, known, bound, deadline, workers, seed, relax=True))
            proofs[1].run()
            return _best_of(problem, known, bound, proofs)
        if problem.makespan(known) > bound and proof.is_alive():
            until = time.monotonic() + left() * NEIGHBOURHOOD_SHARE
            known = _neighbourhoods(problem, known, bound, until, seed, proof)
        if problem.makespan(known) > bound and proof.is_alive():
            proofs.append(_Proof(_reversed(problem), _mirrored(problem, known), bound, deadline, 1, seed))
            proofs[1].start()
        _first_to_end(proofs, known_enough=problem.makespan(known) <= bound)
        if len(proofs) > 1 and proofs[1].starts is not None:
            proofs[1].starts = _mirrored(problem, proofs[1].starts)
    return _best_of(problem, known, bound, proofs)


def _best_of(problem: SchedulingProblem, known: IntArray, bound: int, proofs: Sequence[_Proof]) -> Answer:
    """Return the shortest schedule and the highest bound that any search found."""
    candidates = [known, *(each.starts for each in proofs if each.starts is not None)]
    known = min(candidates, key=problem.makespan)
    bound = max(bound, *(each.bound for each in proofs))
    status = SolveStatus.OPTIMAL if problem.makespan(known) <= bound else SolveStatus.FEASIBLE
    return status, bound, known


def _reversed(problem: SchedulingProblem) -> SchedulingProblem:
    """Return the problem that runs from the end to the start; it has the same makespans, but other proofs."""
    durations = problem.durations
    lags = [
        Lag(lag.after, lag.before, lag.weight + int(durations[lag.after] - durations[lag.before]))
        for lag in problem.lags
    ]
    return replace(problem, lags=lags)


def _mirrored(problem: SchedulingProblem, starts: IntArray) -> IntArray:
    """Return a schedule as it looks from the end."""
    return problem.makespan(starts) - starts - problem.durations


def _first_to_end(proofs: Sequence[_Proof], *, known_enough: bool) -> None:
    """Wait until one proof has ended, and stop the others."""
    while not known_enough and all(proof.is_alive() for proof in proofs):
        proofs[0].join(POLL_SECONDS)
    for proof in proofs:
        proof.solver.stop_search()
    for proof in proofs:
        proof.join()


class _Proof(threading.Thread):
    """An exact search beside others: learns from conflicts, without linear relaxations, which rarely bind here."""

    def __init__(
        self, problem: SchedulingProblem, known: IntArray, bound: int, deadline: float, workers: int, seed: int,
        *, relax: bool = False,
    ) -> None:  # fmt: skip
        super().__init__(daemon=True)
        self.built = build(problem, problem.makespan(known), bound, known)
        self.solver = make_solver(deadline, workers, seed)
        if not relax:
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
    built = build(problem, problem.makespan(known), bound, known)
    solver = make_solver(deadline, 1, seed)
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


def _search(
    problem: SchedulingProblem, horizon: int, bound: int, deadline: float, workers: int, seed: int
) -> tuple[SolveStatus, IntArray | None, int]:
    """Search schedules of makespan ``bound`` to ``horizon``; return status, starts and a proven bound."""
    built = build(problem, horizon, bound, cliques=True)
    solver = make_solver(deadline, workers, seed)
    status = solver.solve(built.model)
    if status == cp_model.INFEASIBLE:
        return SolveStatus.INFEASIBLE, None, horizon + 1
    proven = int(np.ceil(solver.best_objective_bound - 1e-6))
    if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        found = np.array([solver.value(s) for s in built.starts], np.int64)
        return (SolveStatus.OPTIMAL if status == cp_model.OPTIMAL else SolveStatus.FEASIBLE), found, proven
    return SolveStatus.UNKNOWN, None, proven
