"""What starts cost, term by term: the goals of the search, counted without a solver.

The model states the same terms as variables; a test holds both to the same sums.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from planning.sequencing.resequencing.options import Goal, Weights
from planning.sequencing.resequencing.problem import IntArray, Reopened, SequencingProblem


class Term(StrEnum):
    """What a cost is for."""

    LINK = "link"
    EQUAL = "equal"
    GUARD = "guard"
    FALLOW = "fallow"
    APART = "apart"
    REST = "rest"
    MEETING = "meeting"
    WISH = "wish"
    SEASON = "season"
    SHIFT = "shift"


@dataclass(frozen=True)
class Cost:
    """One term with what it costs, and the activities it is about."""

    term: Term
    goal: Goal
    amount: int
    members: tuple[int, ...]


class Costs:
    """The goals of a problem as functions of the starts."""

    def __init__(self, problem: SequencingProblem, weights: Weights) -> None:
        self.problem, self.weights = problem, weights
        self._terms: list[tuple[Term, Goal, int, tuple[int, ...]]] = [
            *((Term.LINK, Goal.BROKEN, k, (link.before, link.after)) for k, link in enumerate(problem.links)),
            *((Term.EQUAL, Goal.BROKEN, k, pair) for k, pair in enumerate(problem.equal)),
            *((Term.GUARD, Goal.BROKEN, k, (g.before, g.after)) for k, g in enumerate(problem.guards)),
            *((Term.FALLOW, Goal.FALLOW, k, (w.first, *w.followers)) for k, w in enumerate(problem.waits)),
            *((Term.APART, Goal.TWICE, k, pair) for k, pair in enumerate(problem.apart)),
            *((Term.REST, Goal.TWICE, k, (r.digging, r.surface)) for k, r in enumerate(problem.reopened)),
            *((Term.MEETING, Goal.NUISANCE, k, (m.first, m.second)) for k, m in enumerate(problem.meetings)),
            *((Term.WISH, Goal.NUISANCE, k, (w.before, w.after)) for k, w in enumerate(problem.wishes)),
        ]
        for i in problem.allowed:
            if problem.closed_now[i]:
                self._terms.append((Term.SEASON, Goal.NUISANCE, i, (i,)))
            self._terms.append((Term.SHIFT, Goal.CHANGE, i, (i,)))
        self._apart = set(problem.apart)
        self._of: defaultdict[int, list[int]] = defaultdict(list)
        for row, (_, _, _, members) in enumerate(self._terms):
            for i in set(members):
                self._of[i].append(row)

    def total(self, start: IntArray, members: Iterable[int] | None = None) -> dict[Goal, int]:
        """Return what starts, shape (n,), cost per goal, in the terms that some of ``members`` have part in.

        Without ``members`` in all terms that any movable activity can change.
        """
        members = np.flatnonzero(self.problem.movable).tolist() if members is None else members
        total = dict.fromkeys(Goal, 0)
        for row in sorted({row for i in members for row in self._of[i]}):
            total[self._terms[row][1]] += self._amount(row, start)
        return total

    def touching(self, i: int, start: IntArray) -> Iterator[Cost]:
        """Yield every term that activity ``i`` has part in, what costs nothing included, always in the same order."""
        for row in self._of[i]:
            term, goal, _, members = self._terms[row]
            yield Cost(term, goal, self._amount(row, start), members)

    def _amount(self, row: int, start: IntArray) -> int:
        term, _, k, _ = self._terms[row]
        problem, weights = self.problem, self.weights
        amount = 0
        match term:
            case Term.LINK:
                amount = int(not problem.holds(problem.links[k], start))
            case Term.EQUAL:
                i, j = problem.equal[k]
                amount = int(start[i] != start[j])
            case Term.GUARD:
                amount = int(not problem.guarded(problem.guards[k], start))
            case Term.FALLOW:
                amount = self._fallow(k, start)
            case Term.APART:
                i, j = problem.apart[k]
                amount = int(start[i] != start[j])
            case Term.REST:
                amount = self._opened_again(problem.reopened[k], start)
            case Term.MEETING:
                met = problem.meetings[k]
                amount = self._both(met.first, met.second, start) * weights.together_at_once * met.weight
            case Term.WISH:
                amount = 0 if problem.holds(problem.wishes[k], start) else weights.late_surface
            case Term.SEASON:
                amount = weights.season if start[k] == problem.start[k] else 0
            case Term.SHIFT:
                shift = abs(int(start[k] - problem.start[k]))
                amount = shift + weights.moved * (shift > 0)
        return amount

    def _opened_again(self, again: Reopened, start: IntArray) -> bool:
        duration = self.problem.duration
        before = start[again.digging] + duration[again.digging] <= start[again.surface]
        rested = start[again.surface] + duration[again.surface] + again.rest
        return bool(not before and start[again.digging] < rested)

    def _fallow(self, k: int, start: IntArray) -> int:
        wait, duration = self.problem.waits[k], self.problem.duration
        cleared = int(start[wait.first] + duration[wait.first])
        gaps = [max(0, int(start[i]) - cleared) for i in wait.followers if start[i] + duration[i] > cleared]
        return min(gaps, default=0) * wait.weight

    def _both(self, i: int, j: int, start: IntArray) -> bool:
        """Return whether two activities run at once, unless they dig one trench together."""
        duration = self.problem.duration
        if start[i] + duration[i] <= start[j] or start[j] + duration[j] <= start[i]:
            return False
        return not (((i, j) in self._apart or (j, i) in self._apart) and start[i] == start[j])
