"""A first answer at once: every work as near to its present date as what must hold allows."""

from __future__ import annotations

from collections import defaultdict, deque

import numpy as np

from planning.sequencing.resequencing.problem import IndexLink, IntArray, SequencingProblem

ROUNDS = 20
"""A work may be visited so many times as there are works, times this, before a cycle is assumed."""


def repaired(problem: SequencingProblem, wanted: IntArray | None = None) -> IntArray:
    """Return starts that put right what lags can, near to ``wanted`` or the present; not a proof of anything.

    Lags push forward from what stands before; what must be ready before a fixed work is first bounded from
    behind. Limits of crews and money are left to the search.
    """
    wanted = problem.start if wanted is None else wanted
    start = np.where(problem.movable, wanted, problem.start)
    into: defaultdict[int, list[IndexLink]] = defaultdict(list)
    out: defaultdict[int, list[IndexLink]] = defaultdict(list)
    for link in problem.links:
        into[link.after].append(link)
        out[link.before].append(link)
    latest = _latest_starts(problem, into)
    # Predecessors first, as far as the present order tells.
    order = np.flatnonzero(problem.movable)
    waiting = deque(order[np.argsort(wanted[order], kind="stable")].tolist())
    queued = set(waiting)
    budget = ROUNDS * max(1, len(waiting))
    while waiting and budget:
        budget -= 1
        i = waiting.popleft()
        queued.discard(i)
        lowest = max((_bound(problem, link, start) for link in into[i]), default=-1)
        choice = _nearest(problem.allowed[i], int(wanted[i]), lowest, latest.get(i))
        if choice == start[i]:
            continue
        start[i] = choice
        for link in out[i]:
            if problem.movable[link.after] and link.after not in queued and not problem.holds(link, start):
                waiting.append(link.after)
                queued.add(link.after)
    return start


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
