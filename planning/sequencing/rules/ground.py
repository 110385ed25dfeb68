"""What happens to one piece of ground over the years: fallow, opened once, left at rest."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from planning.sequencing.kinds import SURFACE, UNDERGROUND, Kind, Status
from planning.sequencing.plan import PlaceType, Plan
from planning.sequencing.rules import wording
from planning.sequencing.rules.base import Found, Lang, Parameter, Rule, RuleKind, Severity
from planning.sequencing.rules.precedence import UndergroundBeforeSurface
from planning.sequencing.rules.selection import (
    SHARED_GROUND,
    connected,
    grouped,
    movable,
    near_places,
    of_kind,
    oriented,
)

NOTHING_FOLLOWS = -1
"""In the facts of a fallow finding: no work follows on this ground."""


@dataclass(frozen=True)
class Fallow:
    """Ground after one demolition: when it lies fallow, and what comes next.

    Positions in ``Works``; days. ``follower`` is ``NOTHING_FOLLOWS`` where nothing comes; then ``finish`` is the
    end of the plan. ``free`` are the stretches, ``[start, finish)``, that no temporary use fills, and ``days`` how many
    days these have together.
    """

    demolition: int
    start: int
    finish: int
    follower: int
    free: tuple[tuple[int, int], ...]

    @property
    def days(self) -> int:
        """Return how many days it lies fallow."""
        return sum(finish - start for start, finish in self.free)


def fallow_grounds(plan: Plan, shared_ground_m2: float = 1.0) -> Iterator[Fallow]:
    """Yield for every demolition, not cancelled, how long its ground lies fallow (0 days included)."""
    works = plan.works
    demolitions = of_kind(works, {Kind.DEMOLITION})
    layout = of_kind(works, {Kind.NEW_BUILD, Kind.SITE_PREPARATION, *SURFACE})
    temporary = of_kind(works, {Kind.TEMPORARY_USE})
    pairs = oriented(plan, demolitions, layout | temporary)
    pairs = pairs.where(pairs.overlap >= shared_ground_m2)
    followers = dict(grouped(pairs.first, pairs.second))
    horizon = max(int(works.finish.max(initial=plan.today)), plan.today, plan.horizon)
    for d in np.flatnonzero(demolitions).tolist():
        cleared = int(works.finish[d])
        after = [i for i in followers.get(d, []) if works.finish[i] > cleared]
        lasting = sorted((int(works.start[i]), i) for i in after if layout[i])
        finish, follower = lasting[0] if lasting else (horizon, NOTHING_FOLLOWS)
        finish = max(finish, cleared)
        free, reached = [], cleared
        for begins, ends in sorted((int(works.start[i]), int(works.finish[i])) for i in after if temporary[i]):
            if reached < min(begins, finish):
                free.append((reached, min(begins, finish)))
            reached = max(reached, ends)
        if reached < finish:
            free.append((reached, finish))
        yield Fallow(d, cleared, finish, follower, tuple(free))


class FallowGround(Rule):
    """Ground after demolition lies fallow for months: use it meanwhile, or build sooner."""

    id = "fallow-ground"
    kind = RuleKind.OPPORTUNITY
    severity = Severity.SERIOUS
    title = {Lang.NL: "Grond ligt braak", Lang.EN: "Ground lies fallow"}
    parameters = {
        "shared_ground_m2": SHARED_GROUND,
        "over": Parameter(
            26.0,
            "weeks",
            "DESIGN.md section 4",
            {Lang.NL: "langer dan zoveel weken", Lang.EN: "longer than so many weeks"},
        ),
        "places_within_m": Parameter(
            500.0,
            "m",
            "own choice: a walk of some six minutes",
            {Lang.NL: "initiatieven binnen", Lang.EN: "initiatives within"},
        ),
    }
    place_reach = "places_within_m"
    place_kinds = frozenset({Kind.DEMOLITION})
    place_types = frozenset({PlaceType.INITIATIVE})

    def find(self, plan: Plan) -> Iterator[Found]:
        """Yield demolitions whose ground lies fallow too long, with initiatives near that look for ground."""
        at, places = near_places(plan, PlaceType.INITIATIVE, self.number("places_within_m"))
        seeking = plan.places.wants_place[places]
        near = dict(grouped(at[seeking], places[seeking]))
        for gap in fallow_grounds(plan, self.number("shared_ground_m2")):
            if gap.days <= self.days("over"):
                continue
            follows = gap.follower != NOTHING_FOLLOWS
            yield Found(
                self.id,
                (gap.demolition, gap.follower) if follows else (gap.demolition,),
                gap.start,
                gap.finish,
                self.severity,
                places=tuple(near.get(gap.demolition, ())),
                facts={"days": gap.days, "dwellings": int(plan.works.dwellings[gap.demolition])},
                anchor=(gap.demolition,),
            )

    def sentence(self, found: Found, plan: Plan, lang: Lang) -> str:
        """Say how long the ground lies fallow, until what, and who looks for a place."""
        demolition = wording.work(plan, found.subjects[0])
        span = wording.weeks(found.facts["days"], lang)
        since = wording.date(found.start, lang)
        seekers = [f"“{plan.places.name[p]}”" for p in found.places]
        if lang is Lang.EN:
            until = (
                f"until {wording.work(plan, found.subjects[1])} starts on {wording.date(found.finish, lang)}"
                if len(found.subjects) > 1
                else "and nothing is planned on it"
            )
            verb = "looks" if len(seekers) == 1 else "look"
            offer = f" {wording.listed(seekers, lang)} {verb} for ground near." if seekers else ""
            return (
                f"The ground of {demolition} lies fallow for {span} from {since}, {until}: offer it for temporary"
                f" use.{offer}"
            )
        until = (
            f"tot {wording.work(plan, found.subjects[1])} begint op {wording.date(found.finish, lang)}"
            if len(found.subjects) > 1
            else "en er staat niets voor gepland"
        )
        verb = "zoekt" if len(seekers) == 1 else "zoeken"
        offer = f" {wording.listed(seekers, lang)} {verb} in de buurt een plek." if seekers else ""
        return (
            f"De grond van {demolition} ligt {span} braak vanaf {since}, {until}: bied hem aan voor tijdelijk"
            f" gebruik.{offer}"
        )


class DigOnce(Rule):
    """Underground works on the same ground, planned apart, could go together ("werk met werk maken")."""

    id = "dig-once"
    kind = RuleKind.OPPORTUNITY
    severity = Severity.WARNING
    title = {Lang.NL: "Eén keer open", Lang.EN: "Dig once"}
    parameters = {
        "shared_ground_m2": SHARED_GROUND,
        "within": Parameter(
            52.0,
            "weeks",
            "DESIGN.md section 4",
            {Lang.NL: "binnen zoveel weken na elkaar", Lang.EN: "within so many weeks of each other"},
        ),
    }

    def find(self, plan: Plan) -> Iterator[Found]:
        """Yield groups of underground works that open the same ground again and again."""
        works = plan.works
        under = of_kind(works, UNDERGROUND)
        pairs = plan.pairs
        first, second = pairs.first, pairs.second
        gap = np.maximum(works.start[second] - works.finish[first], works.start[first] - works.finish[second])
        mask = (
            under[first]
            & under[second]
            & (pairs.overlap >= self.number("shared_ground_m2"))
            & (gap >= 0)
            & (gap <= self.days("within"))
        )
        free = movable(works)
        for group in connected(first[mask].tolist(), second[mask].tolist()):
            # Where nobody can move any more there is no chance left.
            if not free[group].any():
                continue
            in_order = tuple(sorted(group, key=lambda i: (int(works.start[i]), i)))
            yield Found(
                self.id,
                in_order,
                int(works.start[list(group)].min()),
                int(works.finish[list(group)].max()),
                self.severity,
                facts={"count": len(group)},
                anchor=(min(group, key=lambda i: int(works.id[i])),),
            )

    def sentence(self, found: Found, plan: Plan, lang: Lang) -> str:
        """Say how often the ground is opened and by whom."""
        count = found.facts["count"]
        names = wording.listed([wording.work(plan, i) for i in found.subjects], lang)
        began, ended = wording.date(found.start, lang), wording.last_day(found.finish, lang)
        if lang is Lang.EN:
            return (
                f"The same ground is opened {count} times between {began} and {ended}: {names}. Plan them together"
                " and open it once."
            )
        return (
            f"Dezelfde grond gaat {count} keer open tussen {began} en {ended}: {names}. Plan ze samen en maak werk"
            " met werk."
        )


class DigRest(Rule):
    """Ground is opened again soon after its surface was renewed ("graafrust")."""

    id = "dig-rest"
    kind = RuleKind.CONFLICT
    severity = Severity.SERIOUS
    title = {Lang.NL: "Graafrust verbroken", Lang.EN: "New surface opened again"}
    parameters = {
        "shared_ground_m2": SHARED_GROUND,
        "rest": Parameter(
            5.0,
            "years",
            "DESIGN.md section 4; municipal ordinances on cables and pipes commonly ask three to five years",
            {Lang.NL: "jaren rust na herinrichting", Lang.EN: "years of rest after renewal"},
        ),
    }

    def find(self, plan: Plan) -> Iterator[Found]:
        """Yield underground works that open a surface within its years of rest."""
        works = plan.works
        order = UndergroundBeforeSurface()
        paved = of_kind(works, {Kind.STREET, Kind.SQUARE, Kind.PLAY_AREA, Kind.GREEN})
        pairs = oriented(plan, of_kind(works, UNDERGROUND), paved)
        gap = works.start[pairs.first] - works.finish[pairs.second]
        pairs = pairs.where(
            (pairs.overlap >= self.number("shared_ground_m2"))
            & (gap >= 0)
            & (gap <= self.days("rest"))
            & (works.status[pairs.first] != Status.DONE.code)
        )
        # One fact, one finding: where the order can still be mended, underground-before-surface says it.
        pairs = pairs.where(~order.speaks(plan, pairs))
        for u, s in zip(pairs.first.tolist(), pairs.second.tolist(), strict=True):
            days = int(works.start[u] - works.finish[s])
            yield Found(
                self.id,
                (u, s),
                int(works.start[u]),
                int(works.finish[u]),
                self.severity,
                facts={"days": days},
            )

    def sentence(self, found: Found, plan: Plan, lang: Lang) -> str:
        """Say which new surface is opened, and how soon."""
        u, s = found.subjects
        digging, surface = wording.work(plan, u), wording.work(plan, s)
        began = wording.date(found.start, lang)
        renewed = wording.last_day(int(plan.works.finish[s]), lang)
        rest = self.number("rest")
        if lang is Lang.EN:
            return (
                f"{digging} opens the ground on {began}, while {surface} was only ready on {renewed}; the agreement"
                f" is {wording.counted(rest, 'year', 'years')} of rest: bring it forward, wait, or dig without"
                " trenches."
            )
        return (
            f"{digging} breekt op {began} de grond open, terwijl {surface} pas op {renewed} klaar was; de afspraak is"
            f" {rest:g} jaar graafrust: wacht, combineer het of werk sleufloos."
        )


RULES: tuple[type[Rule], ...] = (FallowGround, DigOnce, DigRest)
