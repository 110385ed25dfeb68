"""What time alone says: longest paths between starts, and orders that resources force besides.

Source: Neumann, Schwindt, Zimmermann, "Project Scheduling with Time Windows and Scarce Resources" (2003), ch. 1;
immediate selection: Brucker, Knust, Schoo, Thiele, European Journal of Operational Research 107 (1998).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from planning.sequencing.scheduling.problem import IntArray, SchedulingProblem

UNRELATED: int = -(10**9)
"""Stands for "no path"; far below any real distance, and safe to add twice."""


class InfeasibleLagsError(Exception):
    """The lags contradict each other: there is a cycle of positive length."""


def distance_matrix(problem: SchedulingProblem) -> IntArray:
    """Return d, shape (n, n): ``start[j] - start[i] >= d[i, j]`` in every schedule.

    Raises
    ------
    InfeasibleLagsError
        Where a cycle of lags has a positive length.
    """
    d = np.full((problem.size, problem.size), UNRELATED, np.int64)
    np.fill_diagonal(d, 0)
    for lag in problem.lags:
        d[lag.before, lag.after] = max(d[lag.before, lag.after], lag.weight)
    return close(d)


def close(d: IntArray) -> IntArray:
    """Return the longest-path closure of ``d`` (Floyd-Warshall, vectorised per middle node).

    Raises
    ------
    InfeasibleLagsError
        Where a cycle has a positive length.
    """
    d = d.copy()
    for k in range(len(d)):
        np.maximum(d, d[:, k, None] + d[None, k, :], out=d)
    d[d < UNRELATED // 2] = UNRELATED
    if (np.diagonal(d) > 0).any():
        raise InfeasibleLagsError
    return d


def incompatible_pairs(problem: SchedulingProblem) -> NDArray[np.bool_]:
    """Return which pairs can never run together because a resource is too small for both; shape (n, n)."""
    together = problem.demands[:, None, :] + problem.demands[None, :, :]
    clash = (together > problem.capacities).any(axis=2)
    busy = problem.durations > 0
    clash &= busy[:, None] & busy[None, :]
    np.fill_diagonal(clash, False)
    return clash


def select_immediately(
    problem: SchedulingProblem, d: IntArray, horizon: int | None = None
) -> tuple[IntArray, NDArray[np.bool_]]:
    """Add the orders that incompatible pairs leave no choice in, until nothing changes.

    For a pair that cannot overlap, ``j`` cannot come first where ``start[j] + duration[j] <= start[i]``
    contradicts ``d``; then ``i`` comes first. With a ``horizon`` the time windows count too.

    Returns
    -------
    The tightened matrix, and which pairs are still open (symmetric).

    Raises
    ------
    InfeasibleLagsError
        Where neither order is possible.
    """
    clash = incompatible_pairs(problem)
    durations = problem.durations
    while True:
        # j before i is impossible when start[j] - start[i] >= d[i, j] > -duration[j].
        not_first = d > -durations[None, :]
        if horizon is not None:
            earliest = np.maximum(d.max(axis=0, initial=0, where=d > UNRELATED), 0)
            tails = (d + durations[None, :]).max(axis=1, initial=0, where=d > UNRELATED)
            latest = horizon - np.maximum(tails, durations)
            if (earliest > latest).any():
                raise InfeasibleLagsError
            not_first |= (earliest + durations)[None, :] > latest[:, None]
        forced = clash & not_first
        if (forced & forced.T).any():
            raise InfeasibleLagsError
        new = forced & (d < durations[:, None])
        if not new.any():
            return d, clash & ~forced & ~forced.T
        d = close(np.where(new, durations[:, None], d))
