"""What rules select: works by kind, pairs in a given order, periods that meet. All over arrays."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from planning.sequencing.kinds import FROZEN, Kind, Status
from planning.sequencing.plan import Index, PlaceType, Plan, Works
from planning.sequencing.rules.base import Lang, Parameter

Mask = NDArray[np.bool_]

SHARED_GROUND = Parameter(
    1.0,
    "m2",
    "own choice: generalised boundaries overlap by slivers",
    {Lang.NL: "kleinste gedeelde grond", Lang.EN: "least shared ground"},
)
"""Below this, in square metres, ground is not shared but drawn carelessly."""


@dataclass(frozen=True)
class Oriented:
    """Pairs in which the first work is of one group of kinds and the second of another."""

    first: Index
    second: Index
    distance: NDArray[np.float32]
    overlap: NDArray[np.float32]

    def where(self, mask: Mask) -> Oriented:
        """Keep the pairs for which ``mask`` is true."""
        return Oriented(self.first[mask], self.second[mask], self.distance[mask], self.overlap[mask])

    def __len__(self) -> int:
        return len(self.first)


def of_kind(works: Works, kinds: Iterable[Kind]) -> Mask:
    """Return which works, not cancelled, are of one of ``kinds``; shape (n,)."""
    table = np.zeros(len(Kind), bool)
    table[[kind.code for kind in kinds]] = True
    return table[works.kind] & (works.status != Status.CANCELLED.code)


def movable(works: Works) -> Mask:
    """Return which works may still get other dates; shape (n,)."""
    table = np.ones(len(Status), bool)
    table[[status.code for status in FROZEN]] = False
    return table[works.status]


def oriented(plan: Plan, first: Mask, second: Mask) -> Oriented:
    """Return the pairs of a work in ``first`` with one in ``second``, in that order."""
    pairs = plan.pairs
    forth = first[pairs.first] & second[pairs.second]
    back = first[pairs.second] & second[pairs.first]
    return Oriented(
        np.concatenate([pairs.first[forth], pairs.second[back]]),
        np.concatenate([pairs.second[forth], pairs.first[back]]),
        np.concatenate([pairs.distance[forth], pairs.distance[back]]),
        np.concatenate([pairs.overlap[forth], pairs.overlap[back]]),
    )


def meet_in_time(works: Works, first: Index, second: Index) -> Mask:
    """Return for each pair whether the periods share a day."""
    return (works.start[first] < works.finish[second]) & (works.start[second] < works.finish[first])


def near_places(plan: Plan, kind: PlaceType, metres: float) -> tuple[Index, Index]:
    """Return works and places of one type that lie within ``metres``: two arrays of positions."""
    pairs = plan.place_pairs
    mask = (plan.places.type[pairs.place] == kind) & (pairs.distance <= metres)
    return pairs.work[mask], pairs.place[mask]


def grouped(keys: Index, values: Index) -> list[tuple[int, list[int]]]:
    """Return each key with its values, both in ascending order."""
    order = np.lexsort((values, keys))
    unique, starts = np.unique(keys[order], return_index=True)
    pieces = np.split(values[order], starts[1:]) if len(unique) else []
    return [(int(key), piece.tolist()) for key, piece in zip(unique, pieces, strict=True)]


def connected(first: Iterable[int], second: Iterable[int]) -> list[list[int]]:
    """Return the connected groups that pairs make, each in ascending order (union-find)."""
    parent: dict[int, int] = {}

    def root(i: int) -> int:
        while parent.setdefault(i, i) != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    for a, b in zip(first, second, strict=True):
        parent[max(root(a), root(b))] = min(root(a), root(b))
    groups: dict[int, list[int]] = {}
    for i in sorted(parent):
        groups.setdefault(root(i), []).append(i)
    return list(groups.values())
