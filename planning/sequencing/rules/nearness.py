"""What is too near at the same time, and what could be designed together."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from planning.sequencing.kinds import BUILDING, SURFACE, UNDERGROUND, Kind, Status
from planning.sequencing.plan import Index, PlaceType, Plan, Works
from planning.sequencing.rules import wording
from planning.sequencing.rules.base import Found, Lang, Parameter, Rule, RuleKind, Severity
from planning.sequencing.rules.selection import (
    SHARED_GROUND,
    Mask,
    grouped,
    meet_in_time,
    movable,
    near_places,
    of_kind,
    oriented,
)

GIPOD = "Flanders' GIPOD: zone plus buffer and overlapping active periods"


class SpaceTimeOverlap(Rule):
    """Works of different owners too near each other at the same time."""

    id = "space-time-overlap"
    kind = RuleKind.CONFLICT
    severity = Severity.SERIOUS
    title = {Lang.NL: "Tegelijk op dezelfde plek", Lang.EN: "Same place, same time"}
    parameters = {
        "within_m": Parameter(5.0, "m", GIPOD, {Lang.NL: "afstand", Lang.EN: "distance"}),
        "within_with_traffic_m": Parameter(
            10.0,
            "m",
            GIPOD,
            {Lang.NL: "afstand waar autoverkeer hinder heeft", Lang.EN: "distance where traffic is hindered"},
        ),
        "shared_ground_m2": SHARED_GROUND,
        "same_start": Parameter(
            1.0,
            "weeks",
            "own choice: underground works that begin together open the ground once",
            {Lang.NL: "samen gegraven bij begin binnen", Lang.EN: "dug together when starting within"},
        ),
    }
    reach = "within_with_traffic_m"

    def find(self, plan: Plan) -> Iterator[Found]:
        """Yield pairs of different owners, unless they belong together or a stricter rule speaks of them."""
        works, pairs = plan.works, plan.pairs
        a, b = pairs.first, pairs.second
        active = of_kind(works, BUILDING | SURFACE | UNDERGROUND)
        traffic = works.hinders_traffic[a] | works.hinders_traffic[b]
        limit = np.where(traffic, self.number("within_with_traffic_m"), self.number("within_m"))
        mask = (
            active[a]
            & active[b]
            & (works.owner[a] != works.owner[b])
            & (pairs.distance <= limit)
            & meet_in_time(works, a, b)
        )
        mask &= ~self._stricter_rule_speaks(plan)
        hits = np.flatnonzero(mask)
        together = self._belong_together(plan)
        for k in hits.tolist():
            i, j = int(a[k]), int(b[k])
            if (i, j) in together or (works.project[i] >= 0 and works.project[i] == works.project[j]):
                continue
            first, second = sorted((i, j), key=lambda x: (int(works.start[x]), x))
            yield Found(
                self.id,
                (first, second),
                int(max(works.start[i], works.start[j])),
                int(min(works.finish[i], works.finish[j])),
                self.severity,
                facts={"metres": round(float(pairs.distance[k]), 1)},
            )

    def _stricter_rule_speaks(self, plan: Plan) -> Mask:
        """Return the pairs whose overlap in time a precedence rule names, or that is wanted: one fact, one finding."""
        works, pairs = plan.works, plan.pairs
        shared = pairs.overlap >= self.number("shared_ground_m2")
        kinds = {
            "building": of_kind(works, BUILDING),
            "surface": of_kind(works, SURFACE),
            "under": of_kind(works, UNDERGROUND),
            "demolition": of_kind(works, {Kind.DEMOLITION}),
            "new": of_kind(works, {Kind.NEW_BUILD}),
        }

        def either(x: str, y: str) -> Mask:
            forth = kinds[x][pairs.first] & kinds[y][pairs.second]
            return np.asarray(forth | (kinds[y][pairs.first] & kinds[x][pairs.second]))

        return np.asarray(
            either("building", "surface")
            | (either("under", "surface") & shared)
            | (either("demolition", "new") & shared)
            | (either("under", "under") & shared & self._one_trench(works, pairs.first, pairs.second))
        )

    def _one_trench(self, works: Works, first: Index, second: Index) -> Mask:
        """Return which pairs begin in the same days: dug together, as dig-once asks, which is no clash."""
        return np.asarray(np.abs(works.start[first] - works.start[second]) < self.days("same_start"))

    def _belong_together(self, plan: Plan) -> set[tuple[int, int]]:
        stated = plan.dependencies
        pairs = zip(stated.predecessor.tolist(), stated.successor.tolist(), strict=True)
        return {(min(i, j), max(i, j)) for i, j in pairs}

    def sentence(self, found: Found, plan: Plan, lang: Lang) -> str:
        """Say who meets whom and when."""
        first, second = (wording.work(plan, i) for i in found.subjects)
        began, ended = wording.date(found.start, lang), wording.last_day(found.finish, lang)
        metres = f"{found.facts['metres']:g}"
        if lang is Lang.EN:
            where = "on the same spot" if metres == "0" else f"{metres} m apart"
            return f"{first} and {second} work {where} from {began} to {ended}: agree who goes first."
        where = "op dezelfde plek" if metres == "0" else f"op {metres.replace('.', ',')} m van elkaar"
        return f"{first} en {second} werken {where} van {began} tot en met {ended}: spreek af wie eerst gaat."


class EventClash(Rule):
    """An event, meeting or centre is cut off by works in the same place and week."""

    id = "event-clash"
    kind = RuleKind.CONFLICT
    severity = Severity.WARNING
    title = {Lang.NL: "Activiteit zit in de weg", Lang.EN: "Event cut off"}
    parameters = {
        "within_m": Parameter(50.0, "m", "DESIGN.md section 4", {Lang.NL: "afstand", Lang.EN: "distance"}),
    }
    reach = "within_m"
    reach_kinds = (frozenset({Kind.EVENT}), BUILDING | SURFACE | UNDERGROUND)
    place_reach = "within_m"
    place_kinds = BUILDING | SURFACE | UNDERGROUND
    place_types = frozenset({PlaceType.MEETING, PlaceType.CENTRE})

    def find(self, plan: Plan) -> Iterator[Found]:
        """Yield events, meetings and centres beside works that hinder traffic in the same week."""
        works = plan.works
        hindering = of_kind(works, BUILDING | SURFACE | UNDERGROUND) & works.hinders_traffic
        monday, sunday_after = _whole_weeks(works.start, works.finish)
        pairs = oriented(plan, of_kind(works, {Kind.EVENT}), hindering)
        pairs = pairs.where(pairs.distance <= self.number("within_m"))
        e, w = pairs.first, pairs.second
        for event, work in zip(
            *(x[(monday[w] < works.finish[e]) & (works.start[e] < sunday_after[w])].tolist() for x in (e, w)),
            strict=True,
        ):
            yield Found(
                self.id,
                (work, event),
                int(works.start[event]),
                int(works.finish[event]),
                self.severity,
            )
        for kind in (PlaceType.MEETING, PlaceType.CENTRE):
            at, places = near_places(plan, kind, self.number("within_m"))
            busy = (
                hindering[at]
                & (works.status[at] != Status.DONE.code)
                & (plan.places.active_from[places] < sunday_after[at])
                & (plan.places.active_to[places] > monday[at])
            )
            for work, place in zip(at[busy].tolist(), places[busy].tolist(), strict=True):
                start = max(int(works.start[work]), int(plan.places.active_from[place]))
                finish = min(int(works.finish[work]), int(plan.places.active_to[place]))
                yield Found(
                    self.id, (work,), start, max(finish, start + 1), self.severity, places=(place,),
                    anchor=(work,), anchor_places=(place,),
                )  # fmt: skip

    def sentence(self, found: Found, plan: Plan, lang: Lang) -> str:
        """Say what is cut off by which work."""
        work = wording.work(plan, found.subjects[0])
        visited = plan.places.name[found.places[0]] if found.places else plan.works.name[found.subjects[1]]
        began, ended = wording.date(found.start, lang), wording.last_day(found.finish, lang)
        one_day = found.finish - found.start <= 1
        if lang is Lang.EN:
            when = f"in the week of {began}" if one_day else f"from {began} to {ended}"
            return f"{work} cuts off “{visited}” {when}: keep a way open or choose another time."
        when = f"in de week van {began}" if one_day else f"van {began} tot en met {ended}"
        return f"{work} maakt “{visited}” slecht bereikbaar {when}: houd een route open of kies een andere tijd."


class InitiativeInDesign(Rule):
    """An initiative near a street, square, green or play work not yet committed: design them together."""

    id = "initiative-in-design"
    kind = RuleKind.OPPORTUNITY
    severity = Severity.HINT
    title = {Lang.NL: "Initiatief kan mee in het ontwerp", Lang.EN: "Initiative can join the design"}
    parameters = {
        "within_m": Parameter(150.0, "m", "DESIGN.md section 4", {Lang.NL: "afstand", Lang.EN: "distance"}),
    }
    place_reach = "within_m"
    place_kinds = SURFACE
    place_types = frozenset({PlaceType.INITIATIVE})

    def find(self, plan: Plan) -> Iterator[Found]:
        """Yield, per work that can still be designed, the open initiatives near it."""
        works = plan.works
        open_design = of_kind(works, SURFACE) & movable(works) & (works.finish > plan.today)
        at, places = near_places(plan, PlaceType.INITIATIVE, self.number("within_m"))
        mask = open_design[at]
        for work, near in grouped(at[mask], places[mask]):
            yield Found(
                self.id,
                (work,),
                int(works.start[work]),
                int(works.finish[work]),
                self.severity,
                places=tuple(near),
                anchor=(work,),
            )

    def sentence(self, found: Found, plan: Plan, lang: Lang) -> str:
        """Say which initiatives can be taken along."""
        work = wording.work(plan, found.subjects[0])
        names = wording.listed([f"“{plan.places.name[p]}”" for p in found.places], lang)
        metres = f"{self.number('within_m'):g}"
        if lang is Lang.EN:
            verb = "lies" if len(found.places) == 1 else "lie"
            return f"{names} {verb} within {metres} m of {work}, which is not fixed yet: design them together."
        verb = "ligt" if len(found.places) == 1 else "liggen"
        return f"{names} {verb} binnen {metres} m van {work}, dat nog niet vastligt: ontwerp ze samen."


def _whole_weeks(start: np.ndarray, finish: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Widen periods to whole weeks from Monday (1 January 1970 was a Thursday)."""
    return start - (start + 3) % 7, finish + (-(finish + 3)) % 7


RULES: tuple[type[Rule], ...] = (SpaceTimeOverlap, EventClash, InitiativeInDesign)
