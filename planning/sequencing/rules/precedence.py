"""What must come before what on the same ground or next door."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from planning.sequencing.kinds import BUILDING, SURFACE, UNDERGROUND, Kind
from planning.sequencing.plan import Plan
from planning.sequencing.rules import wording
from planning.sequencing.rules.base import Found, Guards, Lags, Lang, Parameter, Rule, RuleKind, Severity
from planning.sequencing.rules.selection import (
    SHARED_GROUND,
    Oriented,
    grouped,
    meet_in_time,
    movable,
    of_kind,
    oriented,
)

SAME_RENEWAL = Parameter(
    104.0,
    "weeks",
    "own choice: works further apart belong to different renewals of a street",
    {Lang.NL: "langste duur van één vernieuwing", Lang.EN: "span of one renewal"},
)


class DemolitionBeforeBuilding(Rule):
    """A new building rises on the ground of a demolition only after that is finished."""

    id = "demolition-before-building"
    kind = RuleKind.PRECEDENCE
    severity = Severity.HARD
    title = {Lang.NL: "Bouw vóór de sloop klaar is", Lang.EN: "Building before demolition is done"}
    parameters = {"shared_ground_m2": SHARED_GROUND}

    def _on_one_ground(self, plan: Plan) -> tuple[Oriented, np.ndarray]:
        """Return demolitions with buildings on their ground, and which of those are what is demolished."""
        works = plan.works
        pairs = oriented(plan, of_kind(works, {Kind.DEMOLITION}), of_kind(works, {Kind.NEW_BUILD}))
        pairs = pairs.where(pairs.overlap >= self.number("shared_ground_m2"))
        # What was ready before the demolition began is what is demolished, not what comes after it.
        return pairs, works.finish[pairs.second] <= works.start[pairs.first]

    def _pairs(self, plan: Plan) -> Oriented:
        pairs, demolished = self._on_one_ground(plan)
        return pairs.where(~demolished)

    def find(self, plan: Plan) -> Iterator[Found]:
        """Yield buildings that start before the demolition under them is finished."""
        works, pairs = plan.works, self._pairs(plan)
        wrong = pairs.where(works.start[pairs.second] < works.finish[pairs.first])
        for d, b in zip(wrong.first.tolist(), wrong.second.tolist(), strict=True):
            start, finish = int(works.start[b]), int(works.finish[d])
            yield Found(self.id, (b, d), start, finish, self.severity, facts={"days": finish - start})

    def sentence(self, found: Found, plan: Plan, lang: Lang) -> str:
        """Say which building comes too soon."""
        building, demolition = (wording.work(plan, i) for i in found.subjects)
        began, ended = wording.date(found.start, lang), wording.last_day(found.finish, lang)
        short = wording.weeks(found.facts["days"], lang)
        if lang is Lang.EN:
            return (
                f"{building} starts on {began}, but {demolition} on the same ground lasts until {ended}: let the"
                f" building start {short} later."
            )
        return (
            f"{building} begint op {began}, maar {demolition} op dezelfde grond duurt tot en met {ended}: laat de"
            f" bouw {short} later beginnen."
        )

    def lags(self, plan: Plan) -> Lags:
        """Return: the building starts after the demolition's finish."""
        pairs = self._pairs(plan)
        return Lags.after_finish(pairs.first, pairs.second)

    def guards(self, plan: Plan) -> Iterator[Guards]:
        """Yield: what is demolished stays finished before that."""
        pairs, demolished = self._on_one_ground(plan)
        pairs = pairs.where(demolished)
        yield Guards(pairs.first, pairs.second, -1)


class UndergroundBeforeSurface(Rule):
    """Sewer, cables and heat go into the ground before its surface is laid."""

    id = "underground-before-surface"
    kind = RuleKind.PRECEDENCE
    severity = Severity.HARD
    title = {Lang.NL: "Eerst onder de grond, dan de straat", Lang.EN: "Underground before surface"}
    parameters = {
        "shared_ground_m2": SHARED_GROUND,
        "horizon": Parameter(
            52.0,
            "weeks",
            "own choice: later than this it is ground opened again (dig-rest)",
            {Lang.NL: "hoogstens zo lang na de straat", Lang.EN: "at most so long after the surface"},
        ),
    }

    def _pairs(self, plan: Plan) -> Oriented:
        works = plan.works
        pairs = oriented(plan, of_kind(works, UNDERGROUND), of_kind(works, SURFACE))
        return pairs.where(pairs.overlap >= self.number("shared_ground_m2"))

    def speaks(self, plan: Plan, pairs: Oriented) -> np.ndarray:
        """Return for which pairs (underground, surface) the order is wrong and can be called wrong by this rule.

        Works in the same weeks are always wrong. Underground works after a surface are wrong in order while the
        surface can still be moved; after that the ground is opened again, and ``dig-rest`` speaks.
        """
        works = plan.works
        together = meet_in_time(works, pairs.first, pairs.second)
        gap = works.start[pairs.first] - works.finish[pairs.second]
        later = (gap >= 0) & (gap <= self.days("horizon")) & movable(works)[pairs.second]
        return np.asarray(together | later)

    def find(self, plan: Plan) -> Iterator[Found]:
        """Yield surfaces that are laid before the works under them are finished."""
        works, pairs = plan.works, self._pairs(plan)
        wrong = pairs.where(self.speaks(plan, pairs))
        for u, s in zip(wrong.first.tolist(), wrong.second.tolist(), strict=True):
            start = int(min(works.start[s], works.start[u]))
            finish = int(max(works.finish[u], works.start[s] + 1))
            days = int(works.finish[u] - works.start[s])
            yield Found(self.id, (s, u), start, finish, self.severity, facts={"days": days})

    def sentence(self, found: Found, plan: Plan, lang: Lang) -> str:
        """Say which surface comes too soon."""
        s, u = found.subjects
        surface, under = wording.work(plan, s), wording.work(plan, u)
        began = wording.date(int(plan.works.start[s]), lang)
        ended = wording.last_day(int(plan.works.finish[u]), lang)
        if lang is Lang.EN:
            return (
                f"{surface} starts on {began}, but {under} in the same ground lasts until {ended}: do the works"
                " underground first."
            )
        return (
            f"{surface} begint op {began}, maar {under} in dezelfde grond duurt tot en met {ended}: doe eerst het"
            " werk onder de grond."
        )

    def lags(self, plan: Plan) -> Lags:
        """Return: the surface starts after the underground's finish, where one of both can still move."""
        pairs = self._pairs(plan)
        pairs = pairs.where(self._ordered(plan, pairs))
        return Lags.after_finish(pairs.first, pairs.second)

    def _ordered(self, plan: Plan, pairs: Oriented) -> np.ndarray:
        """Return which pairs the order binds: of one renewal, and one of both can still move."""
        works, free = plan.works, movable(plan.works)
        gap = works.start[pairs.first] - works.finish[pairs.second]
        # A surface that is fixed and over when digging starts cannot be put in order any more.
        too_late = ~free[pairs.second] & (gap >= 0)
        return np.asarray((gap <= self.days("horizon")) & ~too_late & (free[pairs.first] | free[pairs.second]))

    def guards(self, plan: Plan) -> Iterator[Guards]:
        """Yield: digging stays a renewal away from a surface that can move, and off one that cannot."""
        pairs, free = self._pairs(plan), movable(plan.works)
        pairs = pairs.where(~self._ordered(plan, pairs))
        for of_movable, apart in ((True, self.days("horizon")), (False, -1)):
            some = pairs.where(free[pairs.second] == of_movable)
            yield Guards(some.first, some.second, apart)


class BuildingBeforeSurface(Rule):
    """A street is laid after the lorries have gone."""

    id = "building-before-surface"
    kind = RuleKind.PRECEDENCE
    severity = Severity.HARD
    title = {Lang.NL: "Straat vóór de bouw", Lang.EN: "Street before the building"}
    parameters = {
        "within_m": Parameter(
            25.0,
            "m",
            "DESIGN.md section 4: the reach of building traffic",
            {Lang.NL: "afstand tot de bouw", Lang.EN: "distance to the building"},
        ),
        "horizon": SAME_RENEWAL,
    }
    reach = "within_m"
    reach_kinds = (BUILDING, SURFACE)

    def _next_door(self, plan: Plan) -> tuple[Oriented, np.ndarray]:
        """Return building works with the surface works next to them, and which pairs belong to one renewal."""
        works = plan.works
        pairs = oriented(plan, of_kind(works, BUILDING), of_kind(works, SURFACE))
        pairs = pairs.where(pairs.distance <= self.number("within_m"))
        gap = works.start[pairs.first] - works.finish[pairs.second]
        return pairs, np.asarray(gap <= self.days("horizon"))

    def pairs(self, plan: Plan) -> Oriented:
        """Return building works and the surface works next to them that belong to one renewal."""
        pairs, one_renewal = self._next_door(plan)
        return pairs.where(one_renewal)

    def find(self, plan: Plan) -> Iterator[Found]:
        """Yield surfaces that start before the last building work next to them finishes."""
        works, pairs = plan.works, self.pairs(plan)
        wrong = pairs.where(works.start[pairs.second] < works.finish[pairs.first])
        for s, buildings in grouped(wrong.second, wrong.first):
            last_first = sorted(buildings, key=lambda b: (-int(works.finish[b]), b))
            start, finish = int(works.start[s]), int(works.finish[last_first[0]])
            yield Found(
                self.id,
                (s, *last_first),
                start,
                finish,
                self.severity,
                facts={"days": finish - start},
                anchor=(s,),
            )

    def sentence(self, found: Found, plan: Plan, lang: Lang) -> str:
        """Say which street comes before which building."""
        surface, building = (wording.work(plan, i) for i in found.subjects[:2])
        began, ended = wording.date(found.start, lang), wording.last_day(found.finish, lang)
        short = wording.weeks(found.facts["days"], lang)
        if lang is Lang.EN:
            return (
                f"{surface} starts on {began}, while building traffic of {building} drives next to it until {ended}:"
                f" start {short} later, straight after."
            )
        return (
            f"{surface} begint op {began}, terwijl het bouwverkeer van {building} ernaast tot en met {ended} rijdt:"
            f" begin {short} later, er meteen achteraan."
        )

    def lags(self, plan: Plan) -> Lags:
        """Return: the surface starts after each building work next to it."""
        pairs = self.pairs(plan)
        return Lags.after_finish(pairs.first, pairs.second)

    def guards(self, plan: Plan) -> Iterator[Guards]:
        """Yield: a building of another renewal stays one away, or goes before the surface."""
        pairs, one_renewal = self._next_door(plan)
        pairs = pairs.where(~one_renewal)
        yield Guards(pairs.first, pairs.second, self.days("horizon"))


class SurfaceStraightAfter(Rule):
    """The street follows the building within weeks: the partners' own promise."""

    id = "surface-straight-after"
    kind = RuleKind.PRECEDENCE
    severity = Severity.WARNING
    title = {Lang.NL: "Straat laat na de bouw", Lang.EN: "Street late after the building"}
    parameters = {
        "within_m": BuildingBeforeSurface.parameters["within_m"],
        "within": Parameter(
            8.0,
            "weeks",
            "the partners' own promise (DESIGN.md, section 4)",
            {Lang.NL: "binnen zoveel weken na de bouw", Lang.EN: "within so many weeks after the building"},
        ),
        "horizon": SAME_RENEWAL,
    }
    reach = "within_m"
    reach_kinds = (BUILDING, SURFACE)

    def _last_buildings(self, plan: Plan) -> Oriented:
        """Return each surface with the last building work before it, where no other building still follows."""
        works = plan.works
        pairs = oriented(plan, of_kind(works, BUILDING), of_kind(works, SURFACE))
        pairs = pairs.where(pairs.distance <= self.number("within_m"))
        gap = works.start[pairs.second] - works.finish[pairs.first]
        before = pairs.where((gap >= 0) & (gap <= self.days("horizon")))
        order = np.lexsort((works.finish[before.first], before.second))
        last = np.flatnonzero(np.diff(before.second[order], append=-1)) if len(order) else order
        before = before.where(_only(order[last], len(before)))
        # Where building goes on next door, building-before-surface speaks and this rule waits.
        ahead = works.start[pairs.first] - works.finish[pairs.second]
        busy = pairs.second[(gap < 0) & (ahead <= self.days("horizon"))]
        return before.where(~np.isin(before.second, busy))

    def _watched(self, plan: Plan) -> Oriented:
        """Return the pairs of which the surface should follow in time: not where another surface did already."""
        works, pairs = plan.works, self._last_buildings(plan)
        in_time = works.start[pairs.second] - works.finish[pairs.first] <= self.days("within")
        return pairs.where(in_time | ~np.isin(pairs.first, pairs.first[in_time]))

    def find(self, plan: Plan) -> Iterator[Found]:
        """Yield surfaces that start too long after the last building, where no other surface came sooner."""
        works, pairs = plan.works, self._watched(plan)
        late = pairs.where(works.start[pairs.second] - works.finish[pairs.first] > self.days("within"))
        for b, s in zip(late.first.tolist(), late.second.tolist(), strict=True):
            start, finish = int(works.finish[b]), int(works.start[s])
            yield Found(self.id, (s, b), start, finish, self.severity, facts={"days": finish - start}, anchor=(s,))

    def sentence(self, found: Found, plan: Plan, lang: Lang) -> str:
        """Say how long the neighbours wait for their street."""
        surface, building = (wording.work(plan, i) for i in found.subjects)
        gap, limit = wording.weeks(found.facts["days"], lang), wording.weeks(7 * int(self.number("within")), lang)
        ended = wording.last_day(found.start, lang)
        if lang is Lang.EN:
            return (
                f"{surface} starts {gap} after {building} is ready on {ended}; the partners promised within"
                f" {limit}: bring it forward."
            )
        return (
            f"{surface} begint pas {gap} nadat {building} klaar is op {ended}; de afspraak is binnen {limit}:"
            " haal het naar voren."
        )

    def lags(self, plan: Plan) -> Lags:
        """Return, as a wish: the surface starts within the promised weeks after the last building."""
        pairs = self._watched(plan)
        wish = Lags.after_finish(pairs.first, pairs.second, 0, self.days("within"))
        return Lags(wish.before, wish.after, wish.minimum, wish.maximum, hard=False)


def _only(positions: np.ndarray, size: int) -> np.ndarray:
    mask = np.zeros(size, bool)
    mask[positions] = True
    return mask


RULES: tuple[type[Rule], ...] = (
    DemolitionBeforeBuilding,
    UndergroundBeforeSurface,
    BuildingBeforeSurface,
    SurfaceStraightAfter,
)
