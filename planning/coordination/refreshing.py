"""The plan after a few works changed: those are read again with who is near them, the rest stays as it was."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from geo.versions import version_of
from planning.coordination import loading
from planning.coordination.present import READS, Present, State, keep_plan, whole_plan
from planning.sequencing import detection
from planning.sequencing.plan import Index, Pairs, PlacePairs, Plan, Works, to_date

MOST: Final = 500
"""Where more works changed, all is read again: that costs no more then."""


def refreshed(before: Present) -> tuple[Present, set[int] | None]:
    """Return the whole plan as it is now, and which works (identities) are other than in ``before``.

    None where it is not known what changed: then everything was read again. A fixed number of queries.
    """
    today = to_date(before.plan.today)
    version = version_of(READS)
    now = State.now()
    old = before.state
    if old is None or old.rest != now.rest:
        return whole_plan(today), None
    changed = {pk for pk, number in now.works.items() if old.works.get(pk) != number}
    gone = old.works.keys() - now.works.keys()
    if len(changed) + len(gone) > MOST:
        return whole_plan(today), None
    after = replace(before, plan=_with_changes(before, sorted(changed), changed | gone), state=now)
    if version_of(READS) == version:
        # Nobody changed anything while this was read.
        keep_plan(after, version, today)
    return after, changed | gone


def _with_changes(before: Present, fresh: list[int], stale: set[int]) -> Plan:
    plan = before.plan
    stays = ~np.isin(plan.works.id, np.fromiter(stale, np.int64, len(stale)))
    works = plan.works.at(np.flatnonzero(stays)).with_others(_read(fresh))
    # Where each work stands now; -1 for one that is read again or gone.
    moved_to = np.full(len(plan.works), -1, np.int64)
    moved_to[stays] = np.searchsorted(works.id, plan.works.id[stays])
    pairs, spots = plan.pairs, plan.place_pairs
    reaches, place_reaches = detection.reaches(before.rules), detection.place_reaches(before.rules)
    new_pairs = loading.load_pairs(works, reaches, fresh, with_others=True)
    new_spots = loading.load_place_pairs(works, plan.places, place_reaches, fresh)
    both = stays[pairs.first] & stays[pairs.second]
    near = stays[spots.work]
    return replace(
        plan,
        works=works,
        pairs=Pairs(
            _joined(moved_to[pairs.first[both]], new_pairs.first),
            _joined(moved_to[pairs.second[both]], new_pairs.second),
            np.concatenate([pairs.distance[both], new_pairs.distance]),
            np.concatenate([pairs.overlap[both], new_pairs.overlap]),
        ),
        place_pairs=PlacePairs(
            _joined(moved_to[spots.work[near]], new_spots.work),
            _joined(spots.place[near], new_spots.place),
            np.concatenate([spots.distance[near], new_spots.distance]),
        ),
        dependencies=loading.load_dependencies(works),
    )


def _read(ids: list[int]) -> Works:
    works = loading.load_works(ids)
    names = loading.names_of(ids)
    texts = [names.get(pk, ("", "")) for pk in works.id.tolist()]
    return replace(works, name=[name for name, _ in texts], owner_name=[owner for _, owner in texts])


def _joined(old: NDArray[np.signedinteger], new: Index) -> Index:
    return np.concatenate([old, new]).astype(np.int32)
