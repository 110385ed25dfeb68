"""A good first schedule, fast: serial schedule generation with forward-backward improvement.

For problems without maximum lags. Sources: Kolisch, European Journal of Operational Research 90 (1996) for the
serial scheme and priority rules; Tormos and Lova, Annals of Operations Research 102 (2001) for
forward-backward improvement; Valls, Ballestín and Quintanilla, EJOR 165 (2005) for justification.
"""

from __future__ import annotations

import heapq
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from planning.sequencing.scheduling.problem import IntArray, SchedulingProblem


@dataclass(frozen=True)
class _Direction:
    """The problem read forwards or backwards in time, as plain lists, which are faster than arrays here."""

    durations: list[int]
    demands: list[list[tuple[int, int]]]
    predecessors: list[list[tuple[int, int]]]
    successors: list[list[int]]
    capacities: list[int]


class _Profile:
    """Use of each resource over time, packed into one long integer per resource.

    Every moment has a field of bits, its highest bit spare. So a demand is added to a whole period in one
    addition, and one subtraction tells for all moments at once whether there is room for a demand.
    """

    def __init__(self, capacities: Sequence[int], horizon: int) -> None:
        self.width = max(capacities, default=1).bit_length() + 1
        self.ones = ((1 << (self.width * horizon)) - 1) // ((1 << self.width) - 1)
        self.spare = self.ones << (self.width - 1)
        # The spare bit stays set in ``limit - use`` exactly where the use leaves room for the demand.
        self.limits = [
            [self.spare + (capacity - amount) * self.ones for amount in range(capacity + 1)] for capacity in capacities
        ]
        self.use = [0] * len(capacities)

    def pattern(self, duration: int) -> int:
        """Return a one in each of the first ``duration`` moments."""
        return self.ones & ((1 << (self.width * duration)) - 1)

    def clear(self) -> None:
        """Forget all use."""
        self.use = [0] * len(self.use)

    def place(self, start: int, duration: int, demands: list[tuple[int, int]], ones: int) -> int:
        """Take the first period of ``duration`` from ``start`` on that has room; return where it starts."""
        width, use, limits = self.width, self.use, self.limits
        room = self.spare
        for resource, amount in demands:
            room &= limits[resource][amount] - use[resource]
        room >>= start * width
        covered = 1
        while covered < duration:
            step = min(covered, duration - covered)
            room &= room >> (step * width)
            covered += step
        moment = start + ((room & -room).bit_length() - 1) // width
        ones <<= moment * width
        for resource, amount in demands:
            use[resource] += amount * ones
        return moment


def _direction(problem: SchedulingProblem, *, reverse: bool) -> _Direction:
    n = problem.size
    durations = [int(x) for x in problem.durations]
    predecessors: list[list[tuple[int, int]]] = [[] for _ in range(n)]
    successors: list[list[int]] = [[] for _ in range(n)]
    for lag in problem.lags:
        if reverse:
            # Seen from the end, start'[i] = T - finish[i]: the lag between starts becomes one between finishes.
            weight = lag.weight - durations[lag.before] + durations[lag.after]
            predecessors[lag.before].append((lag.after, weight))
            successors[lag.after].append(lag.before)
        else:
            predecessors[lag.after].append((lag.before, lag.weight))
            successors[lag.before].append(lag.after)
    demands = [[(r, int(q)) for r, q in enumerate(row) if q > 0] for row in problem.demands]
    return _Direction(durations, demands, predecessors, successors, [int(c) for c in problem.capacities])


def _generate(side: _Direction, priority: Sequence[float], profile: _Profile, ones: list[int]) -> list[int]:
    """Serial schedule generation: among those whose predecessors stand, always the smallest priority next."""
    n = len(side.durations)
    waiting = [len(p) for p in side.predecessors]
    ready = [(priority[i], i) for i in range(n) if not waiting[i]]
    heapq.heapify(ready)
    starts = [0] * n
    profile.clear()
    while ready:
        _, i = heapq.heappop(ready)
        moment = max((starts[p] + w for p, w in side.predecessors[i]), default=0)
        moment = max(moment, 0)
        duration = side.durations[i]
        if duration and side.demands[i]:
            moment = profile.place(moment, duration, side.demands[i], ones[i])
        starts[i] = moment
        for s in side.successors[i]:
            waiting[s] -= 1
            if not waiting[s]:
                heapq.heappush(ready, (priority[s], s))
    return starts


@dataclass(frozen=True)
class _Individual:
    """A schedule in the population."""

    makespan: int
    starts: list[int]


class _Generator:
    """Turns priorities into improved schedules of one problem."""

    def __init__(self, problem: SchedulingProblem) -> None:
        self.durations = [int(d) for d in problem.durations]
        self.forward = _direction(problem, reverse=False)
        self.backward = _direction(problem, reverse=True)
        reach = sum(max(0, lag.weight) for lag in problem.lags)
        self.profile = _Profile(self.forward.capacities, sum(self.durations) + reach + 1)
        self.ones = [self.profile.pattern(d) for d in self.durations]

    def improved(self, priority: Sequence[float]) -> _Individual:
        """Generate a schedule and pull it right and left again while that makes it shorter."""
        starts = _generate(self.forward, priority, self.profile, self.ones)
        length = self._length(starts)
        while True:
            last_first = [-(s + d) for s, d in zip(starts, self.durations, strict=True)]
            right = _generate(self.backward, last_first, self.profile, self.ones)
            end = self._length(right)
            justified = [end - s - d for s, d in zip(right, self.durations, strict=True)]
            again = _generate(self.forward, justified, self.profile, self.ones)
            shorter = self._length(again)
            if shorter >= length:
                return _Individual(length, starts)
            starts, length = again, shorter

    def _length(self, starts: list[int]) -> int:
        return max((s + d for s, d in zip(starts, self.durations, strict=True)), default=0)


def _cross(mother: list[int], father: list[int], rng: random.Random) -> list[float]:
    """Return priorities that keep a stretch of the mother's order and take the rest from the father's.

    Two-point crossover on the order of starts (Hartmann, Naval Research Logistics 45, 1998).
    """
    n = len(mother)
    by_mother = sorted(range(n), key=mother.__getitem__)
    by_father = sorted(range(n), key=father.__getitem__)
    first, last = sorted((rng.randrange(n), rng.randrange(n)))
    head = by_father[:first]
    taken = set(head)
    middle = [i for i in by_mother if i not in taken][: last - first]
    taken.update(middle)
    order = head + middle + [i for i in by_father if i not in taken]
    priority = [0.0] * n
    for position, i in enumerate(order):
        # A small push swaps neighbours now and then: the mutation.
        priority[i] = position + (rng.uniform(-3.0, 3.0) if rng.random() < 0.05 else 0.0)
    return priority


class Evolution:
    """Good schedules of a problem whose lags are all minimum lags, better the longer it runs.

    A small genetic algorithm over schedules: a population from the latest-start rule with noise, then children
    of two parents, each improved forwards and backwards, replacing the worst.

    Parameters
    ----------
    problem
        No demand above its capacity, no negative lag.
    latest
        Latest starts for some horizon, shape (n,): the classic LST priority.
    seed
        The same seed gives the same schedule after the same number of turns.
    population
        Size of the population.
    """

    def __init__(self, problem: SchedulingProblem, latest: IntArray, *, seed: int = 0, population: int = 40) -> None:
        self.rng = random.Random(seed)  # noqa: S311 - a search order, nothing secret
        self.generator = _Generator(problem)
        self.base = [float(x) for x in latest]
        self.spread = max(1.0, max(self.base) - min(self.base))
        self.population = population
        self.people: list[_Individual] = [self.generator.improved(self.base)]
        self.turn = 0

    def best(self) -> IntArray:
        """Return the starts of the shortest schedule so far, shape (n,)."""
        return np.array(self.people[0].starts, np.int64)

    def run(self, seconds: float, *, stop_at: int = 0, stop: Callable[[], bool] = lambda: False) -> IntArray:
        """Go on for so many seconds, until the makespan is ``stop_at`` or ``stop`` says so; return the best."""
        deadline = time.monotonic() + seconds
        while self.people[0].makespan > stop_at and time.monotonic() < deadline and not stop():
            self.turn += 1
            child = self.generator.improved(self._priority())
            if not any(child.starts == other.starts for other in self.people):
                self.people = sorted([*self.people, child], key=lambda p: p.makespan)[: self.population]
        return self.best()

    def _priority(self) -> list[float]:
        rng = self.rng
        # A tiny problem has but one schedule, and that has nobody to pair with.
        if self.turn < self.population or len(self.people) < 2:
            noise = rng.choice((0.03, 0.08, 0.15)) * self.spread
            return [x + rng.gauss(0, noise) for x in self.base]
        mother, father = (min(rng.sample(self.people, 2), key=lambda p: p.makespan) for _ in range(2))
        return _cross(mother.starts, father.starts, rng)
