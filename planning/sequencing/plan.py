"""The plan as the engine sees it: frozen dataclasses of arrays, with days as whole numbers.

No Django, no database and no geometry: who touches whom comes in as pairs that PostGIS found. A day is the
number of days since 1 January 1970 (``numpy.datetime64[D]`` as an integer); a period is ``[start, finish)``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field, fields, replace
from enum import IntEnum
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Days = NDArray[np.int32]
Index = NDArray[np.int32]

NO_LOWER: Final = np.int32(-1_000_000)
"""Stands for "no earliest start" in ``Works.earliest_start``."""

NO_UPPER: Final = np.int32(1_000_000)
"""Stands for "no latest finish" or "no maximum lag"."""

NOBODY: Final = -1
"""Stands for "none" in arrays of identities (project, buurt, wijk)."""

EPOCH: Final = dt.date(1970, 1, 1)


def to_day(date: dt.date) -> int:
    """Return ``date`` as days since 1 January 1970."""
    return (date - EPOCH).days


def to_date(day: int) -> dt.date:
    """Return the date of a day number."""
    return EPOCH + dt.timedelta(days=int(day))


class PlaceType(IntEnum):
    """What, other than a work, can lie near a work."""

    INITIATIVE = 0
    MEETING = 1
    CENTRE = 2


class DependencyType(IntEnum):
    """Which end of the predecessor holds which end of the successor."""

    FS = 0
    SS = 1
    FF = 2
    SF = 3


@dataclass(frozen=True)
class Works:
    """All works of a plan; every array has length n and the same order.

    Parameters
    ----------
    id
        Identity in the database, int64.
    kind, status
        Codes of ``kinds.Kind`` and ``kinds.Status``, int8.
    owner, project, buurt, wijk
        Identities, int64; ``NOBODY`` where there is none.
    start, finish
        The planned period ``[start, finish)`` in days.
    earliest_start, latest_finish
        The window in days; ``NO_LOWER`` and ``NO_UPPER`` where open.
    duration
        Working days asked for; 0 where the owner gave none (then the planned period stands for it).
    dwellings
        Homes demolished, built or renovated.
    hinders_traffic, disturbs_nests
        Flags.
    nuisance
        Highest of noise, dust and vibration, on the scale 0, 1, 3, 5.
    budget
        Cost in euro; 0 where unknown.
    rental
        Whether the owner lets homes, so that it has tenants.
    public_from
        First day on which anyone may see the work; ``NO_LOWER`` where always, ``NO_UPPER`` where not.
    informed
        Day on which the residents were told; ``NO_UPPER`` where not yet.
    consent
        Share of the tenants that agreed, in percent; -1 where unknown.
    name, owner_name
        For sentences.
    """

    id: NDArray[np.int64]
    kind: NDArray[np.int8]
    status: NDArray[np.int8]
    owner: NDArray[np.int64]
    project: NDArray[np.int64]
    buurt: NDArray[np.int64]
    wijk: NDArray[np.int64]
    start: Days
    finish: Days
    earliest_start: Days
    latest_finish: Days
    duration: NDArray[np.int32]
    dwellings: NDArray[np.int32]
    hinders_traffic: NDArray[np.bool_]
    disturbs_nests: NDArray[np.bool_]
    nuisance: NDArray[np.int8]
    budget: NDArray[np.float64]
    rental: NDArray[np.bool_]
    public_from: Days
    informed: Days
    consent: NDArray[np.int32]
    name: Sequence[str]
    owner_name: Sequence[str]

    def __len__(self) -> int:
        return len(self.id)

    def at(self, positions: NDArray[np.int64]) -> Works:
        """Return only the works at these positions, in this order."""
        columns: dict[str, Any] = {
            column.name: values[positions]
            if isinstance(values, np.ndarray)
            else [values[i] for i in positions.tolist()]
            for column in fields(self)
            for values in [getattr(self, column.name)]
        }
        return Works(**columns)

    def with_dates(self, start: Days, finish: Days) -> Works:
        """Return the same works at other dates."""
        return replace(self, start=start, finish=finish)

    def with_others(self, others: Works) -> Works:
        """Return these works and others, in the order of their identities."""
        columns: dict[str, Any] = {
            column.name: np.concatenate([mine, theirs]) if isinstance(mine, np.ndarray) else [*mine, *theirs]
            for column in fields(self)
            for mine, theirs in [(getattr(self, column.name), getattr(others, column.name))]
        }
        return Works(**columns).at(np.argsort(columns["id"], kind="stable"))


@dataclass(frozen=True)
class Pairs:
    """Works near each other, each unordered pair once with ``first < second`` (positions in ``Works``).

    ``distance`` is in metres (0 where they touch), ``overlap`` is the ground they share in square metres.
    """

    first: Index
    second: Index
    distance: NDArray[np.float32]
    overlap: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.first)


@dataclass(frozen=True)
class Places:
    """Initiatives, meetings and centres that lie near works; every array has length p.

    ``active_from`` and ``active_to`` are days: when the meeting is, or ``NO_LOWER``/``NO_UPPER`` for always.
    ``wants_place`` marks an initiative that still looks for ground.
    """

    id: NDArray[np.int64]
    type: NDArray[np.int8]
    active_from: Days
    active_to: Days
    wants_place: NDArray[np.bool_]
    name: Sequence[str]

    def __len__(self) -> int:
        return len(self.id)


@dataclass(frozen=True)
class PlacePairs:
    """Which place lies near which work: positions in ``Works`` and ``Places``, distance in metres."""

    work: Index
    place: Index
    distance: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.work)


@dataclass(frozen=True)
class Dependencies:
    """What the owners themselves stated: positions in ``Works``, type, and lags in working days."""

    predecessor: Index
    successor: Index
    type: NDArray[np.int8]
    minimum_lag: NDArray[np.int32]
    maximum_lag: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.predecessor)


@dataclass(frozen=True)
class Crews:
    """How many works of a kind an owner can do at the same time; every array has length c.

    ``owner`` are identities, ``kind`` codes of ``kinds.Kind``, ``number`` crews.
    """

    owner: NDArray[np.int64]
    kind: NDArray[np.int8]
    number: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.owner)


@dataclass(frozen=True)
class Budgets:
    """What an owner can spend in a calendar year; every array has length b. ``amount`` is in euro."""

    owner: NDArray[np.int64]
    year: NDArray[np.int32]
    amount: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.owner)


def _no_index() -> Index:
    return np.empty(0, np.int32)


def no_pairs() -> Pairs:
    """Return pairs of nothing."""
    return Pairs(_no_index(), _no_index(), np.empty(0, np.float32), np.empty(0, np.float32))


def no_places() -> Places:
    """Return no places."""
    return Places(np.empty(0, np.int64), np.empty(0, np.int8), _no_index(), _no_index(), np.empty(0, np.bool_), ())


def no_place_pairs() -> PlacePairs:
    """Return place pairs of nothing."""
    return PlacePairs(_no_index(), _no_index(), np.empty(0, np.float32))


def no_dependencies() -> Dependencies:
    """Return no dependencies."""
    return Dependencies(_no_index(), _no_index(), np.empty(0, np.int8), np.empty(0, np.int32), np.empty(0, np.int32))


def no_crews() -> Crews:
    """Return no limits of crews."""
    return Crews(np.empty(0, np.int64), np.empty(0, np.int8), _no_index())


def no_budgets() -> Budgets:
    """Return no limits of money."""
    return Budgets(np.empty(0, np.int64), _no_index(), np.empty(0, np.float64))


@dataclass(frozen=True)
class Plan:
    """Works, who is near whom, what the owners stated and what they can bear; ``today`` is the day it is looked at."""

    works: Works
    pairs: Pairs = field(default_factory=no_pairs)
    places: Places = field(default_factory=no_places)
    place_pairs: PlacePairs = field(default_factory=no_place_pairs)
    dependencies: Dependencies = field(default_factory=no_dependencies)
    crews: Crews = field(default_factory=no_crews)
    budgets: Budgets = field(default_factory=no_budgets)
    today: int = 0
    horizon: int = 0
    """A part of a plan keeps the end of the whole here; 0 where the plan is whole."""

    def with_dates(self, start: Days, finish: Days) -> Plan:
        """Return the same plan with the works at other dates."""
        return replace(self, works=self.works.with_dates(start, finish))
