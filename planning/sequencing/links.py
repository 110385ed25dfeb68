"""What holds dates together: the lags of rules and of the owners' own dependencies, in one table of arrays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from planning.sequencing.calendars import Calendar
from planning.sequencing.plan import NO_LOWER, DependencyType, Index, Plan
from planning.sequencing.rules.base import Rule

STATED: Final = "dependency"
"""Source of a link that an owner stated."""


@dataclass(frozen=True)
class Links:
    """``minimum <= end(after) - end(before) <= maximum``; every array has length k.

    What a rule says is counted in days, what an owner stated in working days (``Calendar.between``): the ground and
    the neighbours know no weekend, crews do.

    Parameters
    ----------
    before, after
        Positions in ``Works``.
    from_finish, to_finish
        Whether the finish, else the start, of ``before`` and of ``after`` counts.
    minimum, maximum
        Days; ``NO_LOWER`` and ``NO_UPPER`` where open.
    working
        Whether those are working days.
    source
        Position in ``sources``: which rule says so, or ``STATED``.
    sources
        Identities of rules.
    calendar
        By which working days are counted.
    """

    before: Index
    after: Index
    from_finish: NDArray[np.bool_]
    to_finish: NDArray[np.bool_]
    minimum: NDArray[np.int32]
    maximum: NDArray[np.int32]
    working: NDArray[np.bool_]
    source: NDArray[np.int32]
    sources: Sequence[str]
    calendar: Calendar

    def __len__(self) -> int:
        return len(self.before)

    def where(self, mask: NDArray[np.bool_]) -> Links:
        """Keep the links for which ``mask`` is true."""
        return Links(
            self.before[mask], self.after[mask], self.from_finish[mask], self.to_finish[mask],
            self.minimum[mask], self.maximum[mask], self.working[mask], self.source[mask], self.sources, self.calendar,
        )  # fmt: skip

    def gaps(self, start: NDArray[np.signedinteger], finish: NDArray[np.signedinteger]) -> NDArray[np.int64]:
        """Return how many days, or working days, lie between the two ends of each link at these dates."""
        begin = np.where(self.from_finish, finish[self.before], start[self.before])
        end = np.where(self.to_finish, finish[self.after], start[self.after])
        gaps = end.astype(np.int64) - begin
        gaps[self.working] = self.calendar.between(begin[self.working], end[self.working])
        return gaps

    def lack(self, row: int, begin: int, end: int) -> tuple[int, int]:
        """Return how many days later the end, and how many the begin, of one link must be for it to hold; 0 where not.

        ``begin`` and ``end`` are the days of its two ends.
        """
        minimum, maximum = int(self.minimum[row]), int(self.maximum[row])
        gap = int(self.calendar.between(begin, end)) if self.working[row] else end - begin
        later = self._first(row, begin, minimum, finish=bool(self.to_finish[row])) - end if gap < minimum else 0
        sooner = self._first(row, end, -maximum, finish=bool(self.from_finish[row])) - begin if gap > maximum else 0
        return later, sooner

    def _first(self, row: int, day: int, lag: int, *, finish: bool) -> int:
        """Return the first day on which a work can finish, or start, that is a lag after ``day``."""
        if not self.working[row]:
            return day + lag
        # A work finishes on the day after a working day, and starts on one.
        return self.calendar.later(day, lag) if finish else self.calendar.later(day, lag + 1) - 1

    def broken(self, start: NDArray[np.signedinteger], finish: NDArray[np.signedinteger]) -> NDArray[np.bool_]:
        """Return which links these dates break."""
        gaps = self.gaps(start, finish)
        return (gaps < self.minimum) | (gaps > self.maximum)


def gather_links(plan: Plan, rules: Sequence[Rule], calendar: Calendar, *, hard: bool = True) -> Links:
    """Return the lags that must hold, or with ``hard=False`` those that are wishes; working days are of ``calendar``.

    What an owner stated must hold. Of a pair that a rule and an owner both speak of, both links stay: the
    explanation then names both.
    """
    parts: list[tuple[NDArray[np.generic], ...]] = []
    sources: list[str] = []
    for rule in rules:
        lags = rule.lags(plan)
        if len(lags.before) == 0 or lags.hard is not hard:
            continue
        size = len(lags.before)
        minimum = np.where(lags.minimum <= NO_LOWER, NO_LOWER, lags.minimum)
        parts.append(
            (lags.before, lags.after, np.ones(size, bool), np.zeros(size, bool), minimum, lags.maximum,
             np.zeros(size, bool), np.full(size, len(sources), np.int32))
        )  # fmt: skip
        sources.append(rule.id)
    stated = plan.dependencies
    if hard and len(stated):
        from_finish = (stated.type == DependencyType.FS) | (stated.type == DependencyType.FF)
        to_finish = (stated.type == DependencyType.FF) | (stated.type == DependencyType.SF)
        parts.append(
            (stated.predecessor, stated.successor, from_finish, to_finish, stated.minimum_lag, stated.maximum_lag,
             np.ones(len(stated), bool), np.full(len(stated), len(sources), np.int32))
        )  # fmt: skip
        sources.append(STATED)
    if not parts:
        empty = np.empty(0, np.int32)
        none = np.empty(0, np.bool_)
        return Links(empty, empty, none, none, empty, empty, none, empty, (), calendar)
    before, after, from_finish, to_finish, minimum, maximum, working, source = (
        np.concatenate([part[column] for part in parts]) for column in range(8)
    )
    return Links(
        before.astype(np.int32), after.astype(np.int32), from_finish.astype(np.bool_), to_finish.astype(np.bool_),
        minimum.astype(np.int32), maximum.astype(np.int32), working.astype(np.bool_), source.astype(np.int32),
        tuple(sources), calendar,
    )  # fmt: skip
