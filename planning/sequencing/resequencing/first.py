"""A first answer at once: every work as near to its present date as what must hold allows."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterator

import numpy as np

from planning.sequencing.resequencing.problem import Guard, IndexLink, IntArray, SequencingProblem, by_end

ROUNDS = 20
"""A work may be visited so many times as there are works, times this, before a cycle is assumed."""


def repaired(problem: SequencingProblem, wanted: IntArray | None = None) -> IntArray:
    """Return starts that put right what lags can, near to ``wanted`` or the present; not a proof of anything.

    Lags push forward from what stands before; what must be ready before a fixed work is first bounded from
    behind. Of a guarded pair whichever has the least way to go gives way. Limits of crews and money are left to the
    search.
    """
    return _Repair(problem, problem.start if wanted is None else wanted).run()


class _Repair:
    """Works are visited, each put as near to where it is wanted as its neighbours allow, until nobody moves."""

    def __init__(self, problem: SequencingProblem, wanted: IntArray) -> None:
        self.problem, self.wanted = problem, wanted
        self.start = np.where(problem.movable, wanted, problem.start)
        self.into: defaultdict[int, list[IndexLink]] = defaultdict(list)
        self.out: defaultdict[int, list[IndexLink]] = defaultdict(list)
        for link in problem.links:
            self.into[link.after].append(link)
            self.out[link.before].append(link)
        self.guards = by_end(problem.guards)
        self.latest = _latest_starts(problem, self.into)

    def run(self) -> IntArray:
        # Predecessors first, as far as the present order tells.
        order = np.flatnonzero(self.problem.movable)
        waiting = deque(order[np.argsort(self.wanted[order], kind="stable")].tolist())
        queued = set(waiting)
        budget = ROUNDS * max(1, len(waiting))
        while waiting and budget:
            budget -= 1
            i = waiting.popleft()
            queued.discard(i)
            choice = self.place(i)
            if choice == self.start[i]:
                continue
            self.start[i] = choice
            for j in self.disturbed(i):
                if self.problem.movable[j] and j not in queued:
                    waiting.append(j)
                    queued.add(j)
        return self.start

    def place(self, i: int) -> int:
        """Return the best start for ``i`` while all others stay."""
        problem, start = self.problem, self.start
        lowest = max((_bound(problem, link, start) for link in self.into[i]), default=-1)
        choice = self.nearest(i, lowest)
        for _ in self.guards[i]:
            least = max((self.way(guard, i, choice) for guard in self.guards[i]), default=-1)
            if least <= choice:
                break
            choice = self.nearest(i, max(lowest, least))
        return choice

    def nearest(self, i: int, lowest: int) -> int:
        return _nearest(self.problem.allowed[i], int(self.wanted[i]), lowest, self.latest.get(i))

    def way(self, guard: Guard, i: int, choice: int) -> int:
        """Return the start from which ``i`` is out of the way of its partner, or -1 where that one should go."""
        problem, start = self.problem, self.start
        here = {i: choice}
        before, after = (int(here.get(j, start[j])) for j in (guard.before, guard.after))
        away = after + int(problem.duration[guard.after]) + guard.apart
        ordered = before + int(problem.duration[guard.before])
        if before >= away or after >= ordered:
            return -1
        mine, other = (away, guard.after) if i == guard.before else (ordered, guard.before)
        theirs = ordered - after if i == guard.before else away - before
        return -1 if problem.movable[other] and theirs < mine - choice else mine

    def disturbed(self, i: int) -> Iterator[int]:
        """Yield who must look again after ``i`` moved."""
        for link in self.out[i]:
            if not self.problem.holds(link, self.start):
                yield link.after
        for guard in self.guards[i]:
            if not self.problem.guarded(guard, self.start):
                yield from (guard.before, guard.after)


def _offset(problem: SequencingProblem, link: IndexLink) -> int:
    """Return what to add to a lag between ends to get the lag between starts."""
    before = int(problem.duration[link.before]) if link.from_finish else 0
    after = int(problem.duration[link.after]) if link.to_finish else 0
    return before - after


def _bound(problem: SequencingProblem, link: IndexLink, start: IntArray) -> int:
    """Return the first start that a link leaves to its ``after``."""
    return int(start[link.before]) + link.least + _offset(problem, link)


def _latest_starts(problem: SequencingProblem, into: dict[int, list[IndexLink]]) -> dict[int, int]:
    """Return the last starts that fixed works leave to the movable ones before them."""
    latest: dict[int, int] = {}
    fixed = {link.after for link in problem.links if not problem.movable[link.after]}
    waiting = deque(sorted(fixed))
    budget = ROUNDS * (problem.size + 1)
    while waiting and budget:
        budget -= 1
        i = waiting.popleft()
        bound = latest.get(i, int(problem.start[i]))
        for link in into.get(i, ()):
            if not problem.movable[link.before]:
                continue
            last = bound - link.least - _offset(problem, link)
            allowed = problem.allowed[link.before]
            if last < allowed[0] or last >= latest.get(link.before, int(allowed[-1]) + 1):
                continue
            latest[link.before] = last
            waiting.append(link.before)
    return latest


def _nearest(allowed: IntArray, wanted: int, lowest: int, latest: int | None) -> int:
    """Return the allowed start nearest to ``wanted`` within bounds; the lower bound goes first where both cannot."""
    inside = allowed[allowed >= lowest]
    if len(inside) == 0:
        return int(allowed[-1])
    if latest is not None and inside[0] <= latest:
        inside = inside[inside <= latest]
    return int(inside[np.argmin(np.abs(inside - wanted))])
