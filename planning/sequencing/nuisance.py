"""Nuisance: what works do to who lives near, per work, and summed per place and week.

The index is that of Helsinki's Haitaton: the highest of noise, dust, vibration and duration, from 0 to 5 (DESIGN.md,
section 3).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from planning.sequencing.kinds import BUILDING, SURFACE, UNDERGROUND, Kind, Status
from planning.sequencing.plan import Index, Works

SHORT_DAYS: Final = 14
LONG_DAYS: Final = 91
"""Under two weeks scores 1, to three months 3, longer 5."""

MAKES_NUISANCE: Final = BUILDING | SURFACE | UNDERGROUND
"""Moving house, temporary use and events are no building works and count for nothing here."""

WEEK: Final = 7


def nuisance_index(works: Works) -> NDArray[np.int32]:
    """Return the index of every work for each week that it lasts, 0 to 5, shape (n,); cancelled works bear none."""
    days = works.finish - works.start
    lasting = np.where(days < SHORT_DAYS, 1, np.where(days <= LONG_DAYS, 3, 5))
    table = np.zeros(len(Kind), bool)
    table[[kind.code for kind in MAKES_NUISANCE]] = True
    counts = table[works.kind] & (works.status != Status.CANCELLED.code)
    return np.where(counts, np.maximum(works.nuisance, lasting), 0).astype(np.int32)


@dataclass(frozen=True)
class WeeklyNuisance:
    """Sums of the nuisance index per place and week.

    Parameters
    ----------
    first
        Day number of the Monday of the first week.
    sums
        Shape (places, weeks).
    """

    first: int
    sums: NDArray[np.int32]

    @property
    def totals(self) -> NDArray[np.int64]:
        """Return the sum over all weeks, per place: index-weeks."""
        return self.sums.sum(axis=1, dtype=np.int64)

    @property
    def peaks(self) -> NDArray[np.int32]:
        """Return the worst week of each place."""
        return self.sums.max(axis=1, initial=0)


def weekly(works: Works, place: Index, work: Index, places: int, first: int, weeks: int) -> WeeklyNuisance:
    """Return what ``places`` bear per week.

    Parameters
    ----------
    works
        The works.
    place, work
        Which work bothers which place: positions, equal length (addresses near it, its buurt, its wijk).
    places
        How many places there are.
    first, weeks
        Day number of the first Monday, and how many weeks to count. A work counts in every week that it touches.
    """
    index = nuisance_index(works)[work]
    begin = np.clip((works.start[work] - first) // WEEK, 0, weeks)
    end = np.clip(-(-(works.finish[work] - first) // WEEK), 0, weeks)
    change = np.zeros((places, weeks + 1), np.int32)
    np.add.at(change, (place, begin), index)
    np.add.at(change, (place, end), -index)
    return WeeklyNuisance(first, np.cumsum(change, axis=1, dtype=np.int32)[:, :-1])


@dataclass(frozen=True)
class NuisanceChange:
    """What other dates do to who lives near.

    ``before`` and ``after`` are index-weeks over all places; ``better`` and ``worse`` count places whose worst week
    becomes lighter or heavier. ``worst`` is the position of the place that loses most, -1 where none does;
    ``peak_before`` and ``peak_after`` are the worst week of the worst-off place.
    """

    before: int
    after: int
    better: int
    worse: int
    worst: int
    worst_before: int
    worst_after: int
    peak_before: int
    peak_after: int


def compare(before: WeeklyNuisance, after: WeeklyNuisance) -> NuisanceChange:
    """Return what a scenario changes, and for whom: the worst-off place, not only the mean.

    Nuisance does not vanish by moving works; what changes is how much comes together. So a place is worse off where
    its worst week becomes heavier.
    """
    old, new = before.peaks.astype(np.int64), after.peaks.astype(np.int64)
    change = new - old
    worst = int(np.argmax(change)) if len(change) and change.max() > 0 else -1
    return NuisanceChange(
        before=int(before.totals.sum()),
        after=int(after.totals.sum()),
        better=int((change < 0).sum()),
        worse=int((change > 0).sum()),
        worst=worst,
        worst_before=int(old[worst]) if worst >= 0 else 0,
        worst_after=int(new[worst]) if worst >= 0 else 0,
        peak_before=int(old.max(initial=0)),
        peak_after=int(new.max(initial=0)),
    )
