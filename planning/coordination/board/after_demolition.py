"""After demolition: what follows on each cleared ground, by whom and when, and how long it lies fallow until then."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from planning.coordination.board.choice import Choice
from planning.coordination.board.places import SHARED_M2
from planning.coordination.board.works import BoardWork, board_works
from planning.coordination.present import Present, plan_seen_by
from planning.sequencing.availability import crews_for, next_free
from planning.sequencing.kinds import BUILDING, SURFACE, UNDERGROUND, Kind
from planning.sequencing.plan import to_date
from planning.sequencing.rules.ground import NOTHING_FOLLOWS, Fallow, fallow_grounds
from planning.sequencing.rules.selection import movable, of_kind

if TYPE_CHECKING:
    from planning.partners.viewers import Viewer


@dataclass(frozen=True)
class Following:
    """A work that comes after a demolition, on its ground or against it.

    ``free_from`` is the first day from the demolition's end on which its owner has a crew for it; None where the work
    can no longer move. ``crews`` is how many crews of its kind the owner says to have, None where it did not say.
    """

    work: BoardWork
    on_ground: bool
    can_move: bool
    free_from: dt.date | None
    crews: int | None


@dataclass(frozen=True)
class Cleared:
    """A demolition with what follows; ``until`` is None where nothing does. ``weeks`` the ground lies fallow."""

    work: BoardWork
    start: dt.date
    until: dt.date | None
    weeks: int
    coming_weeks: int
    following: tuple[Following, ...]

    @property
    def can_be_planned(self) -> bool:
        """Whether a work that follows can still move."""
        return any(follower.can_move for follower in self.following)

    @property
    def begins_too_soon(self) -> bool:
        """Whether something on its ground begins before the demolition is over."""
        return any(follower.on_ground and follower.work.start < self.work.finish for follower in self.following)


@dataclass(frozen=True)
class AfterDemolition:
    """All demolitions of a choice: on which ground something can still be won, and the others."""

    open: list[Cleared]
    closed: list[Cleared]

    @property
    def coming_weeks(self) -> int:
        """Weeks that ground lies fallow from today on."""
        return sum(cleared.coming_weeks for cleared in self.open)


def after_demolition(viewer: Viewer, choice: Choice, today: dt.date | None = None) -> AfterDemolition:
    """Return what follows each demolition that ``choice`` asks for, the longest fallow to come first.

    What follows counts only where ``viewer`` may see it. A fixed number of queries.
    """
    present = plan_seen_by(viewer, today)
    chosen = {work.id for work in board_works(viewer, choice)}
    known = {work.id: work for work in board_works(viewer, Choice())}
    ids = present.plan.works.id
    found = [
        _cleared(present, gap, known)
        for gap in fallow_grounds(present.plan)
        if int(ids[gap.demolition]) in chosen & known.keys()
    ]
    over = [cleared for cleared in found if cleared.coming_weeks == 0 and not cleared.can_be_planned]
    return AfterDemolition(
        sorted(
            (cleared for cleared in found if cleared not in over),
            key=lambda cleared: (-cleared.coming_weeks, cleared.start, cleared.work.id),
        ),
        sorted(over, key=lambda cleared: (cleared.start, cleared.work.id)),
    )


def followers_of(present: Present, demolition: int) -> list[tuple[int, bool]]:
    """Return positions of what ends later than a demolition (position), on its ground or against it or its building.

    With each whether it is on the ground itself; in order of time.
    """
    plan = present.plan
    works = plan.works
    cleared = int(works.finish[demolition])
    kinds = of_kind(works, {*BUILDING, *UNDERGROUND, *SURFACE, Kind.TEMPORARY_USE} - {Kind.DEMOLITION})
    ground = _neighbours(present, demolition, shared=True)
    buildings = [i for i in ground if works.kind[i] in (Kind.NEW_BUILD.code, Kind.SITE_PREPARATION.code)]
    against = _neighbours(present, demolition, shared=False)
    for building in buildings:
        against |= _neighbours(present, building, shared=False)
    after = [i for i in against | ground if kinds[i] and works.finish[i] > cleared and i != demolition]
    return [(i, i in ground) for i in sorted(after, key=lambda i: (int(works.start[i]), i))]


def _neighbours(present: Present, work: int, *, shared: bool) -> set[int]:
    pairs = present.plan.pairs
    mask = pairs.overlap >= SHARED_M2 if shared else pairs.distance == 0
    forth, back = mask & (pairs.first == work), mask & (pairs.second == work)
    return {*pairs.second[forth].tolist(), *pairs.first[back].tolist()}


def _cleared(present: Present, gap: Fallow, known: dict[int, BoardWork]) -> Cleared:
    plan = present.plan
    works, ids = plan.works, plan.works.id
    calendar = present.network.calendar
    free = movable(works) & (works.finish > plan.today)
    earliest = max(gap.start, plan.today)
    following = []
    for i, on_ground in followers_of(present, gap.demolition):
        day = next_free(plan, i, earliest, calendar) if free[i] else None
        work, free_from = known[int(ids[i])], None if day is None else to_date(day)
        following.append(Following(work, on_ground, bool(free[i]), free_from, crews_for(plan, i)))
    finish = gap.finish if gap.follower != NOTHING_FOLLOWS else max(gap.finish, plan.today)
    coming = max(0, min(gap.days, finish - max(gap.start, plan.today)))
    return Cleared(
        known[int(ids[gap.demolition])],
        to_date(gap.start),
        None if gap.follower == NOTHING_FOLLOWS else to_date(gap.finish),
        gap.days // 7,
        coming // 7,
        tuple(following),
    )


def movable_followers(present: Present, demolition: int) -> np.ndarray:
    """Return positions of the works that follow a demolition (position) and can still move."""
    works = present.plan.works
    free = movable(works) & (works.finish > present.plan.today)
    return np.array([i for i, _on_ground in followers_of(present, demolition) if free[i]], np.int64)
