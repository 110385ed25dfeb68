"""How sure dates are: three-point durations, drawn many times and run through the lags (Monte Carlo).

Source: the three-point estimate of PERT (Malcolm, Roseboom, Clark, Fazar, Operations Research 7, 1959), here with a
triangular distribution, which needs no more than the three points.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from planning.sequencing.calendars import BuildingHoliday, dutch_calendar
from planning.sequencing.kinds import Kind, Status
from planning.sequencing.links import Links, gather_links
from planning.sequencing.plan import NO_LOWER, NOBODY, Days, Plan
from planning.sequencing.rules.base import Rule

Draws = NDArray[np.int32]

DEFAULT_SPREAD: Final[Mapping[Kind, tuple[float, float, float]]] = {
    Kind.RELOCATION: (0.8, 1.0, 1.8),
    Kind.DEMOLITION: (0.9, 1.0, 1.4),
    Kind.SITE_PREPARATION: (0.9, 1.0, 1.4),
    Kind.RENOVATION: (0.9, 1.0, 1.4),
    Kind.NEW_BUILD: (0.95, 1.0, 1.35),
    Kind.SEWER: (0.85, 1.0, 1.5),
    Kind.CABLES_PIPES: (0.85, 1.0, 1.6),
    Kind.HEAT_NETWORK: (0.85, 1.0, 1.6),
    Kind.STREET: (0.9, 1.0, 1.3),
    Kind.SQUARE: (0.9, 1.0, 1.3),
    Kind.GREEN: (0.9, 1.0, 1.3),
    Kind.PLAY_AREA: (0.9, 1.0, 1.3),
    Kind.TEMPORARY_USE: (1.0, 1.0, 1.0),
    Kind.EVENT: (1.0, 1.0, 1.0),
}
"""Best, likeliest and worst duration as a share of the planned one, where an owner gave none. Our own choice, to be
set by who knows better; works overrun more often than they end early."""

AHEAD_DAYS: Final = 3700
DRIVERS: Final = 5
LEAST_CORRELATION: Final = 0.1


@dataclass(frozen=True)
class Driver:
    """A work that decides when a wijk is ready: how strongly its duration and that finish go together, 0 to 1."""

    work: int
    strength: float


@dataclass(frozen=True)
class Risk:
    """How sure the dates are.

    Parameters
    ----------
    p50, p80
        Day numbers by which each work is finished in half, and in four fifths, of the draws; shape (n,).
    late
        Share of the draws in which a work ends after its planned finish; shape (n,).
    wijken
        Identities of the wijken that have works to come.
    wijk_p50, wijk_p80
        The same for the last work to come of each wijk.
    drivers
        Per wijk the works whose duration decides its finish most, strongest first.
    draws
        How many draws were made.
    """

    p50: Days
    p80: Days
    late: NDArray[np.float64]
    wijken: NDArray[np.int64]
    wijk_p50: Days
    wijk_p80: Days
    drivers: Sequence[Sequence[Driver]]
    draws: int


def risk(
    plan: Plan,
    rules: Sequence[Rule],
    points: Mapping[int, tuple[float, float, float]] | None = None,
    *,
    draws: int = 10_000,
    seed: int = 0,
    holiday: BuildingHoliday | None = None,
) -> Risk:
    """Return how sure the dates of ``plan`` are.

    Nobody starts before the planned start; who follows starts when all before it are ready. What is done is done.

    Parameters
    ----------
    plan, rules
        The plan and the rules whose lags tie it.
    points
        Per position best, likeliest and worst duration in working days; the default spread of its kind elsewhere.
    draws, seed
        How often to draw, and the random seed.
    holiday
        When the trade rests.

    Raises
    ------
    ValueError
        Where three points are not in ascending order or not positive, or ``draws`` is below 1.
    """
    if draws < 1:
        raise ValueError("draws must be at least 1")
    works = plan.works
    first = int(min(works.start.min(initial=plan.today), plan.today)) - 7
    last = int(max(works.finish.max(initial=plan.today), plan.today)) + AHEAD_DAYS
    calendar = dutch_calendar(first, last, holiday)
    start = calendar.index(works.start).astype(np.int32)
    length = calendar.working_days(works.start, works.finish).astype(np.int32)
    durations = _drawn(plan, length, points or {}, draws, seed)
    finish = _run(plan, gather_links(plan, rules, calendar), start, length, durations)
    ends = np.sort(finish, axis=1)
    p50, p80 = (ends[:, min(draws - 1, int(np.ceil(share * draws)) - 1)] for share in (0.5, 0.8))
    planned = start + length
    coming = (works.finish > plan.today) & (works.wijk != NOBODY) & (works.status != Status.CANCELLED.code)
    wijken = np.unique(works.wijk[coming])
    wijk_ends: list[NDArray[np.int32]] = []
    drivers: list[list[Driver]] = []
    for wijk in wijken.tolist():
        members = np.flatnonzero(coming & (works.wijk == wijk))
        last_end = finish[members].max(axis=0)
        wijk_ends.append(np.sort(last_end))
        drivers.append(_drivers(members, durations, last_end))
    cap = len(calendar) - 1

    def days(indices: NDArray[np.signedinteger]) -> Days:
        # The day after the last working day, as a finish is counted.
        return (calendar.day(np.clip(indices.astype(np.int64) - 1, 0, cap)) + 1).astype(np.int32)

    return Risk(
        p50=np.where(p50 == planned, works.finish, days(p50)).astype(np.int32),
        p80=np.where(p80 == planned, works.finish, days(p80)).astype(np.int32),
        late=(finish > planned[:, None]).mean(axis=1),
        wijken=wijken,
        wijk_p50=days(np.array([end[int(np.ceil(0.5 * draws)) - 1] for end in wijk_ends], np.int64)),
        wijk_p80=days(np.array([end[int(np.ceil(0.8 * draws)) - 1] for end in wijk_ends], np.int64)),
        drivers=drivers,
        draws=draws,
    )


def _drawn(plan: Plan, length: Draws, points: Mapping[int, tuple[float, float, float]], draws: int, seed: int) -> Draws:
    """Return durations in working days, shape (n, draws)."""
    works = plan.works
    kinds = list(Kind)
    spread = np.array([DEFAULT_SPREAD[kind] for kind in kinds])[works.kind] * length[:, None]
    for i, given in points.items():
        if not 0 < given[0] <= given[1] <= given[2]:
            raise ValueError(f"the three durations of work {i} are not positive and ascending: {given}")
        spread[i] = given
    rng = np.random.default_rng(seed)
    low, mode, high = (spread[:, [column]] for column in range(3))
    share = rng.random((len(works), draws), np.float32)
    span = np.where(high > low, high - low, 1.0)
    turn = (mode - low) / span
    # The inverse of the triangular distribution, one square root for both of its sides.
    left = low + np.sqrt(share * span * (mode - low))
    right = high - np.sqrt((1 - share) * span * (high - mode))
    drawn = np.rint(np.where(share < turn, left, right)).astype(np.int32)
    fixed = (works.status == Status.DONE.code) | (works.status == Status.CANCELLED.code)
    drawn[fixed] = length[fixed, None]
    # What has begun has used up a part of its time; nothing can end in the past.
    return np.maximum(drawn, np.minimum(length, 1)[:, None])


def _run(plan: Plan, links: Links, start: Draws, length: Draws, durations: Draws) -> Draws:
    """Return the finish of every work in every draw, in working days, shape (n, draws)."""
    into: dict[int, list[tuple[int, bool, bool, int]]] = {}
    # Of a lag in days five in seven are worked on.
    least = np.where(links.working, links.minimum, links.minimum.astype(np.int64) * 5 // 7)
    for row in np.flatnonzero(links.minimum > NO_LOWER).tolist():
        into.setdefault(int(links.after[row]), []).append(
            (int(links.before[row]), bool(links.from_finish[row]), bool(links.to_finish[row]),
             int(least[row]))
        )  # fmt: skip
    begin = np.repeat(start[:, None], durations.shape[1], axis=1)
    for i in _in_order(plan, into):
        for before, from_finish, to_finish, lag in into.get(i, ()):
            ready = begin[before] + (durations[before] if from_finish else 0) + lag
            # What a plan breaks already is no delay: only what comes later than planned pushes.
            planned = start[before] + (length[before] if from_finish else 0) + lag
            own = start[i] + (length[i] if to_finish else 0)
            late = np.maximum(ready - max(int(planned), int(own)), 0) if planned > own else ready - own
            np.maximum(begin[i], start[i] + late, out=begin[i])
    return begin + durations


def _in_order(plan: Plan, into: Mapping[int, Sequence[tuple[int, bool, bool, int]]]) -> list[int]:
    """Return works so that whom they wait for comes first; of a circle, the one that starts first."""
    waiting = {i: {before for before, *_ in links} - {i} for i, links in into.items()}
    after: dict[int, list[int]] = {}
    for i, befores in waiting.items():
        for before in befores:
            after.setdefault(before, []).append(i)
    by_start = np.argsort(plan.works.start, kind="stable").tolist()
    done: set[int] = set()
    order: list[int] = []
    for seed in by_start:
        ready = [seed] if not waiting.get(seed) else []
        while ready:
            i = ready.pop()
            if i in done:
                continue
            done.add(i)
            order.append(i)
            for follower in after.get(i, ()):
                waiting[follower].discard(i)
                if not waiting[follower]:
                    ready.append(follower)
    return order + [i for i in by_start if i not in done]


def _drivers(members: NDArray[np.intp], durations: Draws, end: NDArray[np.int32]) -> list[Driver]:
    """Return the works whose durations correlate most with the end."""
    deviation = end - end.mean()
    if not deviation.any():
        return []
    drawn = durations[members].astype(np.float32)
    drawn -= drawn.mean(axis=1, keepdims=True)
    scale = np.sqrt((drawn**2).sum(axis=1) * (deviation**2).sum())
    strength = np.divide(drawn @ deviation.astype(np.float32), scale, out=np.zeros(len(members)), where=scale > 0)
    best = np.argsort(-strength, kind="stable")[:DRIVERS]
    return [Driver(int(members[k]), float(strength[k])) for k in best if strength[k] >= LEAST_CORRELATION]
