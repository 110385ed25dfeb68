"""Which addresses lie near works, and what nuisance they bear: the worst-off address, not only the mean."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from geo.models import Address
from planning.coordination import copying
from planning.coordination.copying import BIGINT
from planning.sequencing.nuisance import WEEK, NuisanceChange, compare, nuisance_index, weekly
from planning.sequencing.plan import Index, Plan, Works, to_date

NEAR_M: Final = 100.0
"""Who lives within so many metres of a work bears its nuisance. Own choice, about two rows of houses."""

ADDRESSES_SQL = """
    SELECT a.id, w.id
    FROM geo_address a JOIN works_work w ON ST_DWithin(w.ground, a.point, {metres})
    WHERE w.status <> 'cancelled' AND COALESCE(w.actual_finish, w.planned_finish) > {today}
    ORDER BY 1, 2
"""
ADDRESSES_COLUMNS = {"address": BIGINT, "work": BIGINT}


MOST_WEEKS: Final = 52 * 30
"""No plan is counted further ahead: a work that ends in the year 9999 must not cost a table of half a million weeks."""


@dataclass(frozen=True)
class NearAddresses:
    """The addresses within ``NEAR_M`` of works that are not over.

    Parameters
    ----------
    address
        Their identities, ascending, shape (a,).
    place, work
        Which address (position in ``address``) lies near which work (position in the plan): equal length.
    """

    address: NDArray[np.int64]
    place: Index
    work: Index

    def peaks(self, plan: Plan, last: int | None = None) -> NDArray[np.int32]:
        """Return the worst week of each address, from the plan's ``today`` on, up to ``last`` or the plan's end."""
        return weekly(plan.works, self.place, self.work, len(self.address), *_weeks(plan, last)).peaks

    def change(self, before: Plan, after: Plan) -> NuisanceChange:
        """Return what other dates do to these addresses."""
        last = max(_end(before), _end(after))
        old, new = (
            weekly(plan.works, self.place, self.work, len(self.address), *_weeks(plan, last))
            for plan in (before, after)
        )
        return compare(old, new)

    def peak_after(self, peaks: NDArray[np.int32], before: Plan, after: Plan) -> int:
        """Return the worst week of the worst-off address after a change, from what all bore before.

        Only addresses near works that the change touches are counted anew.
        """
        touched = np.flatnonzero(_differ(before.works, after.works))
        again = np.zeros(len(self.address), np.bool_)
        again[self.place[np.isin(self.work, touched)]] = True
        if not again.any():
            return int(peaks.max(initial=0))
        rows = again[self.place]
        number = np.cumsum(again) - 1
        counted = NearAddresses(self.address[again], number[self.place[rows]].astype(np.int32), self.work[rows])
        return max(int(peaks[~again].max(initial=0)), int(counted.peaks(after).max(initial=0)))


@dataclass(frozen=True)
class AddressNuisance:
    """What a better sequence does to who lives near; ``worst`` is the address that gets most worse, if any."""

    change: NuisanceChange
    addresses: int
    worst: str | None


def near_addresses(plan: Plan) -> NearAddresses:
    """Return the addresses near works of the plan that are not over; one query."""
    rows = copying.copy_rows(ADDRESSES_SQL, ADDRESSES_COLUMNS, {"metres": NEAR_M, "today": to_date(plan.today)})
    rows = rows[np.isin(rows["work"], plan.works.id)]
    address, place = np.unique(rows["address"].astype(np.int64), return_inverse=True)
    work = np.searchsorted(plan.works.id, rows["work"].astype(np.int64))
    return NearAddresses(address, place.astype(np.int32), work.astype(np.int32))


def address_nuisance(near: NearAddresses, before: Plan, after: Plan) -> AddressNuisance:
    """Return what other dates do to the addresses near works, with the name of who loses most."""
    change = near.change(before, after)
    worst = Address.objects.get(pk=int(near.address[change.worst])) if change.worst >= 0 else None
    return AddressNuisance(change, len(near.address), None if worst is None else str(worst))


def _differ(one: Works, other: Works) -> NDArray[np.bool_]:
    moved = (one.start != other.start) | (one.finish != other.finish)
    return moved | (nuisance_index(one) != nuisance_index(other))


def _end(plan: Plan) -> int:
    return int(plan.works.finish.max(initial=plan.today))


def _weeks(plan: Plan, last: int | None) -> tuple[int, int]:
    """Return the first Monday and the number of weeks to count."""
    monday = plan.today - (plan.today + 3) % WEEK
    weeks = -(-((_end(plan) if last is None else last) - monday) // WEEK)
    return monday, min(max(1, weeks), MOST_WEEKS)
