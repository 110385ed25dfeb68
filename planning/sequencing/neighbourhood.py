"""The part of a plan that one work can have to do with, so that a change is judged without the rest."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from planning.sequencing.plan import (
    NOBODY,
    Dependencies,
    Index,
    Pairs,
    PlacePairs,
    Plan,
    no_dependencies,
    no_pairs,
    no_place_pairs,
)

IntArray = NDArray[np.int64]


@dataclass(frozen=True)
class _Rows:
    """Rows of a table by the work they name: ``rows[offset[i]:offset[i + 1]]`` are those of work ``i``."""

    offset: IntArray
    rows: IntArray

    @staticmethod
    def of(size: int, *columns: NDArray[np.generic]) -> _Rows:
        works = np.concatenate([np.asarray(column, np.int64) for column in columns])
        rows = np.concatenate([np.arange(len(column)) for column in columns])
        order = np.argsort(works, kind="stable")
        return _Rows(np.searchsorted(works[order], np.arange(size + 1)), rows[order])

    def at(self, positions: Iterable[int]) -> IntArray:
        """Return the rows of several works, each once, ascending."""
        parts = [self.rows[self.offset[i] : self.offset[i + 1]] for i in positions]
        return np.unique(np.concatenate(parts)) if parts else self.rows[:0]


class Neighbourhoods:
    """Who is near whom, indexed once per plan; good for any dates, as long as works and pairs are the same."""

    def __init__(self, plan: Plan) -> None:
        self.size = len(plan.works)
        self.pairs = _Rows.of(self.size, plan.pairs.first, plan.pairs.second)
        self.places = _Rows.of(self.size, plan.place_pairs.work)
        self.stated = _Rows.of(self.size, plan.dependencies.predecessor, plan.dependencies.successor)
        self._plan = plan

    @cached_property
    def _by_group(self) -> dict[str, tuple[IntArray, IntArray]]:
        """Positions sorted by owner and kind, by buurt and by project, with the sorted keys beside."""
        works = self._plan.works
        keys = {
            "crew": works.owner.astype(np.int64) * 64 + works.kind,
            "owner": works.owner.astype(np.int64),
            "buurt": works.buurt.astype(np.int64),
            "project": works.project.astype(np.int64),
        }
        found = {}
        for name, values in keys.items():
            order = np.argsort(values, kind="stable")
            found[name] = (order, values[order])
        return found

    def _group(self, name: str, key: int) -> IntArray:
        order, keys = self._by_group[name]
        return order[np.searchsorted(keys, key, "left") : np.searchsorted(keys, key, "right")]

    def around(self, plan: Plan, work: int) -> IntArray:
        """Return the positions that rules can speak of together with ``work``, itself included, ascending.

        Its neighbours and theirs (the last building beside a street decides for all), and its project.
        """
        works = plan.works
        near = {work}
        for _ in range(2):
            rows = self.pairs.at(near)
            near |= set(plan.pairs.first[rows].tolist()) | set(plan.pairs.second[rows].tolist())
        rows = self.stated.at([work])
        near |= set(plan.dependencies.predecessor[rows].tolist()) | set(plan.dependencies.successor[rows].tolist())
        if works.project[work] != NOBODY:
            near |= set(self._group("project", int(works.project[work])).tolist())
        return np.array(sorted(near), np.int64)

    def sharing(self, plan: Plan, work: int) -> IntArray:
        """Return the positions that share crews, money or a buurt with ``work``, itself included, ascending."""
        works = plan.works
        owner, kind = int(works.owner[work]), int(works.kind[work])
        groups = [np.array([work], np.int64)]
        if ((plan.crews.owner == owner) & (plan.crews.kind == kind)).any():
            groups.append(self._group("crew", owner * 64 + kind))
        if (plan.budgets.owner == owner).any():
            groups.append(self._group("owner", owner))
        if works.buurt[work] != NOBODY:
            groups.append(self._group("buurt", int(works.buurt[work])))
        return np.unique(np.concatenate(groups))


def only_works(plan: Plan, near: Neighbourhoods, positions: IntArray) -> Plan:
    """Return the plan of only these works, without who is near whom."""
    return replace(
        plan,
        works=plan.works.at(positions),
        pairs=no_pairs(),
        place_pairs=no_place_pairs(),
        dependencies=no_dependencies(),
        horizon=max(plan.horizon, int(plan.works.finish.max(initial=plan.today))),
    )


def part_of(plan: Plan, near: Neighbourhoods, positions: IntArray) -> Plan:
    """Return the plan of only these works, with all that ties them; its ``horizon`` is that of the whole."""
    position_of = np.full(len(plan.works), -1, np.int64)
    position_of[positions] = np.arange(len(positions))
    rows = near.pairs.at(positions.tolist())
    first, second = position_of[plan.pairs.first[rows]], position_of[plan.pairs.second[rows]]
    inside = (first >= 0) & (second >= 0)
    rows = rows[inside]
    pairs = Pairs(_index(first[inside]), _index(second[inside]), plan.pairs.distance[rows], plan.pairs.overlap[rows])
    spots = near.places.at(positions.tolist())
    stated = near.stated.at(positions.tolist())
    before, after = position_of[plan.dependencies.predecessor[stated]], position_of[plan.dependencies.successor[stated]]
    both = (before >= 0) & (after >= 0)
    stated = stated[both]
    return replace(
        plan,
        works=plan.works.at(positions),
        pairs=pairs,
        place_pairs=PlacePairs(
            _index(position_of[plan.place_pairs.work[spots]]), plan.place_pairs.place[spots],
            plan.place_pairs.distance[spots],
        ),
        dependencies=Dependencies(
            _index(before[both]), _index(after[both]), plan.dependencies.type[stated],
            plan.dependencies.minimum_lag[stated], plan.dependencies.maximum_lag[stated],
        ),
        horizon=max(plan.horizon, int(plan.works.finish.max(initial=plan.today))),
    )  # fmt: skip


def _index(values: IntArray) -> Index:
    return values.astype(np.int32)
