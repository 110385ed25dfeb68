"""What other dates set in motion: who follows, by what, and what breaks because somebody cannot move.

Works are only ever pushed later, each as little as the lags demand, so the outcome does not depend on the order in
which they are looked at: it is the smallest schedule not earlier than the present one that keeps all lags.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from planning.sequencing.calendars import BuildingHoliday, Calendar, dutch_calendar
from planning.sequencing.links import Links, gather_links
from planning.sequencing.plan import NO_LOWER, Plan
from planning.sequencing.rules.base import Rule
from planning.sequencing.rules.selection import movable

ROUNDS: Final = 50
"""So often may one work be pushed; more means that lags chase each other round."""

AHEAD_DAYS: Final = 3700
"""The calendar runs ten years past the plan, room for any chain of pushes."""


@dataclass(frozen=True)
class Push:
    """A work that moves: its new dates, and the link that moved it last (row in ``Ripple.links``; -1: it was given)."""

    work: int
    start: int
    finish: int
    link: int


@dataclass(frozen=True)
class Break:
    """A link that cannot hold because ``work`` does not move; ``days`` is how many days later it would have to be."""

    link: int
    work: int
    days: int


@dataclass(frozen=True)
class Ripple:
    """What a slip does.

    Parameters
    ----------
    plan
        The plan after it, every work pushed that can be.
    pushes
        Works that move, those that were given other dates first, then in the order they are pushed.
    breaks
        Links that break; only those that held before.
    links
        What the rows in pushes and breaks mean.
    """

    plan: Plan
    pushes: tuple[Push, ...]
    breaks: tuple[Break, ...]
    links: Links

    def owners(self) -> dict[int, list[int]]:
        """Return per owner the works of it that move or break, ascending."""
        works = {push.work for push in self.pushes} | {gone.work for gone in self.breaks}
        found: dict[int, list[int]] = {}
        for work in sorted(works):
            found.setdefault(int(self.plan.works.owner[work]), []).append(work)
        return found


class Network:
    """The lags of a plan, by the work they start from; made once, and used for any number of slips."""

    def __init__(self, plan: Plan, rules: Sequence[Rule], holiday: BuildingHoliday | None = None) -> None:
        works = plan.works
        self.plan = plan
        self.free = movable(works)
        first = int(min(works.start.min(initial=plan.today), plan.today)) - 7
        last = int(max(works.finish.max(initial=plan.today), plan.today)) + AHEAD_DAYS
        self.calendar: Calendar = dutch_calendar(first, last, holiday)
        self.links = gather_links(plan, rules, self.calendar)
        ends = np.concatenate([self.links.before, self.links.after]).astype(np.int64)
        self._rows = np.concatenate([np.arange(len(self.links))] * 2)[np.argsort(ends, kind="stable")]
        self._offset = np.searchsorted(np.sort(ends), np.arange(len(works) + 1))

    def rows(self, work: int) -> list[int]:
        """Return the links that ``work`` is an end of."""
        return self._rows[self._offset[work] : self._offset[work + 1]].tolist()


def ripple(network: Network, work: int, days: int, *, start_too: bool = True) -> Ripple:
    """Return what moves and what breaks when ``work`` slips.

    Parameters
    ----------
    network
        The plan with its lags.
    work
        Position of the work that slips; it need not be movable, for a slip happens to it.
    days
        Calendar days, at least 0.
    start_too
        Whether it starts later too; else it only takes longer.

    Raises
    ------
    ValueError
        Where ``days`` is negative.
    """
    if days < 0:
        raise ValueError("a slip is not negative")
    works = network.plan.works
    slipped = int(works.start[work]) + (days if start_too else 0), int(works.finish[work]) + days
    return follow(network, {work: slipped})


def follow(
    network: Network,
    moved: Mapping[int, tuple[int, int]],
    *,
    pinned: Collection[int] = (),
    keep_gaps: bool = False,
    push: bool = True,
) -> Ripple:
    """Return what moves and what breaks when works get other dates.

    Parameters
    ----------
    network
        The plan with its lags.
    moved
        New ``(start, finish)`` in days per work (position); they stay where they are put, movable or not.
    pinned
        Positions that do not follow.
    keep_gaps
        Whether followers first move along, earlier or later, so that the time between stays what it was.
    push
        Whether what then still stands in the way is pushed later; else nothing follows.

    Raises
    ------
    ValueError
        Where a period is empty.
    IndexError
        Where works would be pushed beyond the calendar, ten years past the plan.
    """
    if any(finish <= start for start, finish in moved.values()):
        raise ValueError("a work must end after it starts")
    wave = _Wave(network, moved, pinned)
    if keep_gaps and push:
        wave.take_along()
    return wave.run(push)


class _Wave:
    """Other dates running through the network."""

    def __init__(self, network: Network, moved: Mapping[int, tuple[int, int]], pinned: Collection[int]) -> None:
        self.network, self.links, self.calendar = network, network.links, network.calendar
        self.works = network.plan.works
        self.moved = moved
        self.start = {i: dates[0] for i, dates in moved.items()}
        self.finish = {i: dates[1] for i, dates in moved.items()}
        self.because = dict.fromkeys(moved, -1)
        self.times: dict[int, int] = {}
        self.held = set(moved) | set(pinned)

    def dates(self, i: int) -> tuple[int, int]:
        if i in self.start:
            return self.start[i], self.finish[i]
        return int(self.works.start[i]), int(self.works.finish[i])

    def follows(self, i: int) -> bool:
        """Return whether a work may be moved by others, and has not been too often already."""
        if i in self.held or not self.network.free[i]:
            return False
        self.times[i] = self.times.get(i, 0) + 1
        return self.times[i] <= ROUNDS

    def take_along(self) -> None:
        """Move followers as much as what they wait for; of several, as much as the one that moves least early."""
        shifts: dict[int, int] = {}
        waiting = deque(self.moved)
        while waiting:
            i = waiting.popleft()
            begin, end = self.dates(i)
            for row in self.network.rows(i):
                late = int(self.links.after[row])
                if late == i or self.links.minimum[row] <= NO_LOWER:
                    continue
                shift = (
                    end - int(self.works.finish[i]) if self.links.from_finish[row] else begin - int(self.works.start[i])
                )
                if shift == 0 or shifts.get(late, shift - 1) >= shift or not self.follows(late):
                    continue
                shifts[late] = shift
                self.shift(late, shift)
                self.because[late] = row
                waiting.append(late)

    def shift(self, i: int, days: int) -> None:
        """Move a work from its present start by so many days, but not to before today or its earliest start."""
        present = int(self.works.start[i])
        floor = max(self.network.plan.today, int(self.works.earliest_start[i]))
        length = max(1, int(self.calendar.working_days(self.works.start[i], self.works.finish[i])))
        index = int(self.calendar.index(max(present + days, min(present, floor))))
        self.start[i] = int(self.calendar.day(index))
        self.finish[i] = int(self.calendar.finish(index, length))

    def run(self, push: bool) -> Ripple:
        waiting = deque(self.start)
        touched: set[int] = set()
        while waiting:
            i = waiting.popleft()
            for row in self.network.rows(i):
                touched.add(row)
                for late, lack, by_finish in self.short(row) if push else ():
                    if not self.follows(late):
                        continue
                    self.push(late, lack, by_finish)
                    self.because[late] = row
                    waiting.append(late)
        return self.outcome(touched)

    def short(self, row: int) -> list[tuple[int, int, bool]]:
        """Return who would have to move later, by how many days, and whether its finish counts, for a link to hold."""
        links = self.links
        before, after = int(links.before[row]), int(links.after[row])
        begin = self.dates(before)[1 if links.from_finish[row] else 0]
        end = self.dates(after)[1 if links.to_finish[row] else 0]
        later, sooner = links.lack(row, begin, end)
        found = []
        if later:
            found.append((after, later, bool(links.to_finish[row])))
        if sooner:
            found.append((before, sooner, bool(links.from_finish[row])))
        return found

    def push(self, i: int, days: int, by_finish: bool) -> None:
        """Move a work so that its start, or its finish, is at least ``days`` later; its working days stay as many."""
        begin, end = self.dates(i)
        length = max(1, int(self.calendar.working_days(self.works.start[i], self.works.finish[i])))
        if by_finish:
            # The last working day is the first one whose next day is late enough.
            index = int(self.calendar.index(end + days - 1)) - length + 1
        else:
            index = int(self.calendar.index(begin + days))
        self.start[i] = int(self.calendar.day(index))
        self.finish[i] = int(self.calendar.finish(index, length))

    def outcome(self, touched: set[int]) -> Ripple:
        works = self.works
        start, finish = works.start.copy(), works.finish.copy()
        for i in self.start:
            start[i], finish[i] = self.start[i], self.finish[i]
        rows = np.array(sorted(touched), np.int64)
        part = self.links.where(_mask(rows, len(self.links)))
        new = part.broken(start, finish) & ~part.broken(works.start, works.finish)
        breaks = []
        for row in rows[new].tolist():
            for late, lack, _ in self.short(row):
                breaks.append(Break(row, late, lack))
        pushes = tuple(
            Push(i, self.start[i], self.finish[i], self.because[i])
            for i in self.start
            if i in self.moved or (start[i], finish[i]) != (works.start[i], works.finish[i])
        )
        return Ripple(self.network.plan.with_dates(start, finish), pushes, tuple(breaks), self.links)


def _mask(rows: NDArray[np.int64], size: int) -> NDArray[np.bool_]:
    mask = np.zeros(size, bool)
    mask[rows] = True
    return mask
