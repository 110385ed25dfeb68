"""The resource-constrained project scheduling problem with minimum and maximum time lags (RCPSP/max)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

IntArray = NDArray[np.int64]


@dataclass(frozen=True)
class Lag:
    """``start[after] - start[before] >= weight``; a maximum lag is a lag backwards with a negative weight."""

    before: int
    after: int
    weight: int


@dataclass(frozen=True)
class SchedulingProblem:
    """Activities that need time and renewable resources, with lags between their starts.

    Parameters
    ----------
    durations
        Processing times, shape (n,), not negative.
    demands
        Resource use while processing, shape (n, r), not negative.
    capacities
        Available amount of each resource, shape (r,).
    lags
        Start-to-start lags between activities.

    Raises
    ------
    ValueError
        Where shapes do not fit, a number is negative, or a lag names an activity that is not there.
    """

    durations: IntArray
    demands: IntArray
    capacities: IntArray
    lags: Sequence[Lag]

    def __post_init__(self) -> None:
        n, r = len(self.durations), len(self.capacities)
        if self.demands.shape != (n, r):
            raise ValueError(f"demands have shape {self.demands.shape}, expected {(n, r)}")
        if (self.durations < 0).any() or (self.demands < 0).any() or (self.capacities < 0).any():
            raise ValueError("durations, demands and capacities must not be negative")
        if any(not (0 <= lag.before < n and 0 <= lag.after < n) for lag in self.lags):
            raise ValueError("a lag names an activity that is not there")

    @property
    def size(self) -> int:
        """Number of activities."""
        return len(self.durations)

    @property
    def has_maximum_lags(self) -> bool:
        """Whether a lag runs backwards, so that a schedule can be impossible for time alone."""
        return any(lag.weight < 0 for lag in self.lags)

    def violations(self, starts: IntArray) -> list[str]:
        """Return what is wrong with a schedule, in words; empty for a valid one."""
        wrong = [f"activity {i} starts before 0" for i in np.flatnonzero(starts < 0)]
        wrong += [
            f"lag {lag.before} -> {lag.after} of {lag.weight} is broken"
            for lag in self.lags
            if starts[lag.after] - starts[lag.before] < lag.weight
        ]
        for resource in range(len(self.capacities)):
            events = np.concatenate([starts, starts + self.durations])
            amounts = np.concatenate([self.demands[:, resource], -self.demands[:, resource]])
            order = np.lexsort((amounts, events))
            if (np.cumsum(amounts[order]) > self.capacities[resource]).any():
                wrong.append(f"resource {resource} is asked for more than {self.capacities[resource]}")
        return wrong

    def makespan(self, starts: IntArray) -> int:
        """Return when the last activity ends."""
        return int((starts + self.durations).max(initial=0))
