"""The plan as a problem of whole numbers: starts are indices of working days, so that lags are differences."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

IntArray = NDArray[np.int64]
FAR: int = 1_000_000
"""Stands for "no limit" in lags of working days."""


@dataclass(frozen=True)
class IndexLink:
    """``least <= end(after) - end(before) <= most`` in working days; ``key`` is its row in the plan's ``Links``."""

    before: int
    after: int
    from_finish: bool
    to_finish: bool
    least: int
    most: int
    key: int = -1


@dataclass(frozen=True)
class Guard:
    """``start(before) - finish(after) >= apart`` or ``start(after) >= finish(before)``, in working days.

    ``rule`` is the identity of the rule that would speak.
    """

    before: int
    after: int
    apart: int
    rule: str = ""


Tie = TypeVar("Tie", IndexLink, Guard)


def by_end(ties: Iterable[Tie]) -> defaultdict[int, list[Tie]]:
    """Return links or guards by each of the two activities that they tie, in their order."""
    found: defaultdict[int, list[Tie]] = defaultdict(list)
    for tie in ties:
        for end in (tie.before, tie.after):
            found[end].append(tie)
    return found


@dataclass(frozen=True)
class Wait:
    """Ground that lies fallow after ``first`` until the earliest of ``followers`` starts; ``weight`` in homes."""

    first: int
    followers: tuple[int, ...]
    weight: int


@dataclass(frozen=True)
class Reopened:
    """Ground opened again: ``digging`` should be over before ``surface`` starts, or start ``rest`` after it."""

    digging: int
    surface: int
    rest: int


@dataclass(frozen=True)
class Meeting:
    """Two works that should not run at the same time, with what it costs."""

    first: int
    second: int
    weight: int


@dataclass(frozen=True)
class Renewable:
    """What members may ask for together on any day."""

    members: tuple[int, ...]
    demand: tuple[int, ...]
    capacity: int


@dataclass(frozen=True)
class Spending:
    """What members that start in ``[first, after)`` may cost together, in thousands of euro."""

    members: tuple[int, ...]
    amount: tuple[int, ...]
    first: int
    after: int
    capacity: int


@dataclass(frozen=True)
class SequencingProblem:
    """Everything the search needs to know; activities are numbered as the works of the plan.

    Parameters
    ----------
    start, duration
        Present start (index of a working day) and length in working days, shape (n,). Finish is start + duration.
    movable
        Which may start elsewhere, shape (n,).
    allowed
        Per movable activity the indices at which it may start, ascending; the present start is always among them.
    closed_now
        Which movable activities stand in a season that is closed to them, shape (n,).
    links, wishes
        Lags that must hold, and that should.
    guards
        Pairs that must not come under a rule that leaves them alone now.
    waits, reopened, apart, meetings
        What the goals count; ``apart`` are pairs of diggings that could open the ground once.
    limits, spending
        Renewable and yearly limits.
    equal
        Pairs that must start together.
    """

    start: IntArray
    duration: IntArray
    movable: NDArray[np.bool_]
    allowed: dict[int, IntArray]
    closed_now: NDArray[np.bool_]
    links: Sequence[IndexLink] = ()
    wishes: Sequence[IndexLink] = ()
    guards: Sequence[Guard] = ()
    waits: Sequence[Wait] = ()
    reopened: Sequence[Reopened] = ()
    apart: Sequence[tuple[int, int]] = ()
    meetings: Sequence[Meeting] = ()
    limits: Sequence[Renewable] = ()
    spending: Sequence[Spending] = ()
    equal: Sequence[tuple[int, int]] = ()

    @property
    def size(self) -> int:
        """Number of activities."""
        return len(self.start)

    def gap(self, link: IndexLink, start: IntArray) -> int:
        """Return the working days between the ends of a link."""
        begin = start[link.before] + (self.duration[link.before] if link.from_finish else 0)
        return int(start[link.after] + (self.duration[link.after] if link.to_finish else 0) - begin)

    def holds(self, link: IndexLink, start: IntArray) -> bool:
        """Return whether a link holds at these starts."""
        return link.least <= self.gap(link, start) <= link.most

    def guarded(self, guard: Guard, start: IntArray) -> bool:
        """Return whether a pair stays out of its rule's way at these starts."""
        away = start[guard.before] - start[guard.after] - self.duration[guard.after] >= guard.apart
        return bool(away or start[guard.after] >= start[guard.before] + self.duration[guard.before])

    def components(self) -> list[list[int]]:
        """Return the movable activities in groups that share nothing, the smallest group first."""
        parent = list(range(self.size))

        def root(i: int) -> int:
            while parent[i] != i:
                parent[i] = parent[parent[i]]
                i = parent[i]
            return i

        for group in self._groups():
            first: int | None = None
            for i in group:
                if self.movable[i]:
                    if first is None:
                        first = root(i)
                    else:
                        parent[root(i)] = first
                        first = root(first)
        found: dict[int, list[int]] = {}
        for i in np.flatnonzero(self.movable).tolist():
            found.setdefault(root(i), []).append(i)
        return sorted(found.values(), key=lambda group: (len(group), group))

    def _groups(self) -> list[tuple[int, ...]]:
        """Return the activities that each constraint or goal ties together."""
        return [
            *((link.before, link.after) for link in (*self.links, *self.wishes)),
            *((guard.before, guard.after) for guard in self.guards),
            *((wait.first, *wait.followers) for wait in self.waits),
            *((r.digging, r.surface) for r in self.reopened),
            *self.apart,
            *self.equal,
            *((m.first, m.second) for m in self.meetings),
            *(limit.members for limit in self.limits),
            *(limit.members for limit in self.spending),
        ]
