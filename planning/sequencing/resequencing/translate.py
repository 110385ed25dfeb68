"""From a plan, rules and options to the problem of whole numbers, and from starts back to dates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from planning.sequencing.calendars import Calendar, dutch_calendar
from planning.sequencing.kinds import BUILDING, SURFACE, UNDERGROUND, Kind
from planning.sequencing.links import Links, gather_links
from planning.sequencing.nuisance import nuisance_index
from planning.sequencing.plan import NO_LOWER, NO_UPPER, Plan
from planning.sequencing.resequencing.options import Options
from planning.sequencing.resequencing.problem import (
    FAR,
    Guard,
    IndexLink,
    IntArray,
    Meeting,
    Renewable,
    Reopened,
    SequencingProblem,
    Spending,
    Wait,
)
from planning.sequencing.rules.base import Rule
from planning.sequencing.rules.selection import Mask, grouped, movable, of_kind, oriented

MARGIN_DAYS: Final = 400
"""Room in the calendar beyond the furthest shift, so that lags never run off its end."""

SHARED_M2: Final = 1.0
THOUSAND: Final = 1000.0


@dataclass(frozen=True)
class Translation:
    """A plan with the problem that it makes, and the calendar to read the answer with."""

    plan: Plan
    calendar: Calendar
    links: Links
    problem: SequencingProblem
    resting: NDArray[np.bool_]
    """Works that may move and start or end, to the day, in a closed time of which no working day is closed."""

    def dates(self, start: IntArray) -> Plan:
        """Return the plan at other starts; a work that stays keeps its dates to the day.

        A present date can lie in a weekend, where an index cannot. Where two such dates would break a lag by that
        weekend, the works that may move get the working days that the indices stand for; and so does what is planned
        to start while the trade rests.
        """
        works, problem = self.plan.works, self.problem
        stays = ~problem.movable | ((start == problem.start) & ~self.resting)
        begin = np.where(stays, works.start, self.calendar.day(start)).astype(np.int32)
        end = np.where(stays, works.finish, self.calendar.finish(start, problem.duration)).astype(np.int32)
        broken = self.links.broken(begin, end)
        together = np.array(problem.equal, np.int64).reshape(-1, 2)
        together = together[begin[together[:, 0]] != begin[together[:, 1]]]
        for ends in (self.links.before[broken], self.links.after[broken], together.ravel()):
            snapped = ends[problem.movable[ends]]
            begin[snapped] = self.calendar.day(start[snapped])
            end[snapped] = self.calendar.finish(start[snapped], problem.duration[snapped])
        return self.plan.with_dates(begin, end)


def free_works(plan: Plan, options: Options) -> Mask:
    """Return which works the search may move: not frozen, still to come, and allowed by the options; shape (n,)."""
    works = plan.works
    free = movable(works) & (works.finish > plan.today)
    for chosen, identities in ((options.works, works.id), (options.owners, works.owner), (options.wijken, works.wijk)):
        if chosen is not None:
            free &= np.isin(identities, np.fromiter(chosen, np.int64, len(chosen)))
    if options.fixed:
        free &= ~np.isin(works.id, np.fromiter(options.fixed, np.int64, len(options.fixed)))
    return np.asarray(free)


def translate(plan: Plan, rules: Sequence[Rule], options: Options) -> Translation:
    """Return the plan as a problem for the search."""
    works = plan.works
    free = free_works(plan, options)
    first = int(min(works.start.min(initial=plan.today), plan.today)) - 7 * options.earlier_weeks - MARGIN_DAYS
    last = int(max(works.finish.max(initial=plan.today), plan.today)) + 7 * options.later_weeks + MARGIN_DAYS
    calendar = dutch_calendar(first, last, options.building_holiday)
    start = calendar.index(works.start)
    counted = calendar.working_days(works.start, works.finish)
    asked = np.where(free & (works.duration > 0), works.duration, counted)
    duration = np.where(free, np.maximum(asked, 1), counted)
    allowed, closed_now, resting = _allowed(plan, rules, options, calendar, free, start, duration)
    links = gather_links(plan, rules, calendar)
    names = {rule.id: rule for rule in rules}
    problem = SequencingProblem(
        start, duration, free, allowed, closed_now,
        links=_index_links(links, calendar, free),
        wishes=_index_links(gather_links(plan, rules, calendar, hard=False), calendar, free),
        guards=_guards(plan, rules, calendar, allowed, start, duration),
        waits=_waits(plan) if "fallow-ground" in names else [],
        reopened=_reopened(plan, names, calendar, free),
        apart=_apart(plan, free) if "dig-once" in names else [],
        meetings=_meetings(plan, names, free, allowed, duration, start),
        limits=_limits(plan, rules, free, start, duration),
        spending=_spending(plan, rules, calendar, free),
        equal=_equal(plan, options, free),
    )  # fmt: skip
    return Translation(plan, calendar, links, problem, resting)


def _allowed(
    plan: Plan, rules: Sequence[Rule], options: Options, calendar: Calendar, free: Mask, start: IntArray,
    duration: IntArray,
) -> tuple[dict[int, IntArray], NDArray[np.bool_], NDArray[np.bool_]]:  # fmt: skip
    """Return the starts that each free work may have, which stand in a closed season now, and which merely rest."""
    works = plan.works
    soonest = plan.today + 7 * options.lead_weeks
    earliest = np.maximum(works.earliest_start, np.maximum(works.start - 7 * options.earlier_weeks, soonest))
    latest = np.minimum(works.start.astype(np.int64) + 7 * options.later_weeks, calendar.day(len(calendar) - 1))
    lowest, highest = calendar.index(earliest), calendar.index(latest)
    bounded = works.latest_finish < NO_UPPER
    end = calendar.index(np.where(bounded, works.latest_finish, works.finish))
    highest = np.where(bounded, np.minimum(highest, end - duration), highest)
    closed: dict[int, list[tuple[bool, NDArray[np.bool_]]]] = {}
    resting = np.zeros(len(works), np.bool_)
    days = calendar.day(np.arange(len(calendar))).astype(np.int32)
    for rule in rules:
        for shut in rule.closed(plan):
            mask = np.asarray(shut.days(days))
            at = shut.works
            resting[at] |= np.asarray(shut.days(works.finish[at] - 1 if shut.last_day else works.start[at]))
            for i in shut.works[free[shut.works]].tolist():
                closed.setdefault(i, []).append((shut.last_day, mask))
    allowed: dict[int, IntArray] = {}
    closed_now = np.zeros(len(works), np.bool_)
    for i in np.flatnonzero(free).tolist():
        present, length = int(start[i]), int(duration[i])
        candidates = np.arange(int(lowest[i]), max(int(lowest[i]), int(highest[i]) + 1))
        for last_day, mask in closed.get(i, ()):
            candidates = candidates[~mask[candidates + (length - 1 if last_day else 0)]]
            closed_now[i] |= bool(mask[present + (length - 1 if last_day else 0)])
        # Who keeps a work where it is breaks no rule that was not broken before.
        allowed[i] = np.union1d(candidates, [present])
    return allowed, closed_now, resting & free & ~closed_now


def _index_links(links: Links, calendar: Calendar, free: Mask) -> list[IndexLink]:
    """Return lags as lags in working days, where at least one end may move.

    Those that are stated in working days as they are, those in days by as many as imply them wherever they lie.
    """
    most_in: dict[int, int] = {}
    least_in: dict[int, int] = {}
    found = []
    for key in np.flatnonzero(free[links.before] | free[links.after]).tolist():
        minimum, maximum = int(links.minimum[key]), int(links.maximum[key])
        least, most = -FAR, FAR
        if links.working[key]:
            least = minimum if minimum > NO_LOWER else -FAR
            most = maximum if maximum < NO_UPPER else FAR
        elif minimum > NO_LOWER:
            # Any window of so many days holds at most so many working days; a negative lag at least so many.
            if minimum >= 0:
                least = most_in.setdefault(minimum, calendar.most_in(minimum))
            else:
                least = -least_in.setdefault(-minimum, calendar.least_in(-minimum))
        if maximum < NO_UPPER and not links.working[key]:
            most = least_in.setdefault(maximum + 1, calendar.least_in(maximum + 1)) - 1 if maximum >= 0 else maximum
        found.append(
            IndexLink(
                int(links.before[key]), int(links.after[key]), bool(links.from_finish[key]),
                bool(links.to_finish[key]), least, max(most, least), key,
            )
        )  # fmt: skip
    return found


def _guards(
    plan: Plan, rules: Sequence[Rule], calendar: Calendar, allowed: dict[int, IntArray], start: IntArray,
    duration: IntArray,
) -> list[Guard]:  # fmt: skip
    """Return the pairs that other dates could bring under a rule."""
    earliest, latest = start.copy(), start.copy()
    for i, starts in allowed.items():
        earliest[i], latest[i] = starts[0], starts[-1]
    found = []
    for rule in rules:
        for guards in rule.guards(plan):
            # A gap of so many working days is longer than ``apart`` days, wherever it lies.
            apart = calendar.most_in(guards.apart) + 1 if guards.apart >= 0 else 0
            near = earliest[guards.before] - latest[guards.after] - duration[guards.after] < apart
            moves = (earliest < latest)[guards.before] | (earliest < latest)[guards.after]
            for k in np.flatnonzero(near & moves).tolist():
                found.append(Guard(int(guards.before[k]), int(guards.after[k]), apart, rule.id))
    return found


def _waits(plan: Plan) -> list[Wait]:
    """Return per demolition the works that end its fallow ground; see ``rules.ground.fallow_grounds``."""
    works = plan.works
    layout = of_kind(works, {Kind.NEW_BUILD, Kind.SITE_PREPARATION, *SURFACE})
    pairs = oriented(plan, of_kind(works, {Kind.DEMOLITION}), layout)
    pairs = pairs.where((pairs.overlap >= SHARED_M2) & (works.finish[pairs.second] > works.finish[pairs.first]))
    return [
        Wait(d, tuple(followers), max(1, int(works.dwellings[d])))
        for d, followers in grouped(pairs.first, pairs.second)
    ]


def _reopened(plan: Plan, names: dict[str, Rule], calendar: Calendar, free: Mask) -> list[Reopened]:
    """Return pairs of digging and surface that ``dig-rest`` watches and no hard lag orders."""
    if "dig-rest" not in names:
        return []
    works = plan.works
    pairs = oriented(plan, of_kind(works, UNDERGROUND), of_kind(works, SURFACE))
    pairs = pairs.where((pairs.overlap >= SHARED_M2) & (free[pairs.first] | free[pairs.second]))
    rest = calendar.most_in(names["dig-rest"].days("rest"))
    order = names.get("underground-before-surface")
    lags = order.lags(plan) if order is not None else None
    ordered = set(zip(lags.before.tolist(), lags.after.tolist(), strict=True)) if lags is not None else set()
    return [
        Reopened(u, s, rest)
        for u, s in zip(pairs.first.tolist(), pairs.second.tolist(), strict=True)
        if (u, s) not in ordered
    ]


def _apart(plan: Plan, free: Mask) -> list[tuple[int, int]]:
    """Return pairs of underground works on the same ground that could open it once."""
    pairs = plan.pairs
    under = of_kind(plan.works, UNDERGROUND)
    mask = under[pairs.first] & under[pairs.second] & (pairs.overlap >= SHARED_M2)
    mask &= free[pairs.first] | free[pairs.second]
    return list(zip(pairs.first[mask].tolist(), pairs.second[mask].tolist(), strict=True))


def _meetings(
    plan: Plan, names: dict[str, Rule], free: Mask, allowed: dict[int, IntArray], duration: IntArray, start: IntArray
) -> list[Meeting]:
    """Return pairs of two owners that are too near each other to work at the same time, and could."""
    rule = names.get("space-time-overlap")
    if rule is None:
        return []
    works, pairs = plan.works, plan.pairs
    a, b = pairs.first, pairs.second
    active = of_kind(works, BUILDING | SURFACE | UNDERGROUND)
    traffic = works.hinders_traffic[a] | works.hinders_traffic[b]
    limit = np.where(traffic, rule.number("within_with_traffic_m"), rule.number("within_m"))
    mask = active[a] & active[b] & (works.owner[a] != works.owner[b]) & (pairs.distance <= limit) & (free[a] | free[b])
    lowest, highest = start.copy(), start + duration
    for i, starts in allowed.items():
        lowest[i], highest[i] = starts[0], starts[-1] + duration[i]
    mask &= (lowest[a] < highest[b]) & (lowest[b] < highest[a])
    index = np.minimum(nuisance_index(works)[a], nuisance_index(works)[b])
    stated = plan.dependencies
    known = {tuple(sorted(x)) for x in zip(stated.predecessor.tolist(), stated.successor.tolist(), strict=True)}
    return [
        Meeting(int(a[k]), int(b[k]), max(1, int(index[k])))
        for k in np.flatnonzero(mask).tolist()
        if (int(a[k]), int(b[k])) not in known
    ]


def _limits(plan: Plan, rules: Sequence[Rule], free: Mask, start: IntArray, duration: IntArray) -> list[Renewable]:
    """Return limits that a free work can break; what fixed works already take beyond them is granted."""
    found = []
    for rule in rules:
        for limit in rule.limits(plan):
            at, demand = limit.works, limit.demand
            if not free[at].any() or demand.sum() <= limit.capacity:
                continue
            fixed = ~free[at]
            taken = _peak(start[at[fixed]], duration[at[fixed]], demand[fixed])
            # A single work that asks for more than there is cannot wait for it to pass.
            capacity = max(limit.capacity, taken, int(demand[free[at]].max(initial=0)))
            found.append(Renewable(tuple(at.tolist()), tuple(demand.tolist()), capacity))
    return found


def _peak(start: IntArray, duration: IntArray, demand: NDArray[np.int32]) -> int:
    moments = np.concatenate([start, start + duration])
    change = np.concatenate([demand, -demand])
    return int(np.cumsum(change[np.lexsort((change, moments))]).max(initial=0))


def _spending(plan: Plan, rules: Sequence[Rule], calendar: Calendar, free: Mask) -> list[Spending]:
    works = plan.works
    found = []
    for rule in rules:
        for limit in rule.year_limits(plan):
            at = limit.works
            inside = (works.start[at] >= limit.first) & (works.start[at] < limit.after)
            fixed = float(limit.amount[inside & ~free[at]].sum())
            mine = free[at]
            first = max(limit.first, calendar.first)
            after = min(limit.after, int(calendar.day(len(calendar) - 1)))
            if not mine.any() or first >= after:
                continue
            left = max(0.0, limit.capacity - fixed)
            found.append(
                Spending(
                    tuple(at[mine].tolist()), tuple(np.ceil(limit.amount[mine] / THOUSAND).astype(int).tolist()),
                    int(calendar.index(first)), int(calendar.index(after)), int(left // THOUSAND),
                )
            )  # fmt: skip
    return found


def _equal(plan: Plan, options: Options, free: Mask) -> list[tuple[int, int]]:
    """Return pairs that must start together as positions.

    Raises
    ------
    ValueError
        Where a work is not in the plan.
    """
    position = {int(pk): i for i, pk in enumerate(plan.works.id)}
    try:
        pairs = [(position[first], position[second]) for first, second in options.together]
    except KeyError as missing:
        raise ValueError(f"work {missing} is not in the plan") from None
    return [(i, j) for i, j in pairs if free[i] or free[j]]
