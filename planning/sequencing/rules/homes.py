"""What residents of a home may count on: moved out before demolition, told first, asked for consent."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from planning.sequencing.kinds import Kind, Status
from planning.sequencing.plan import NOBODY, Index, PlaceType, Plan
from planning.sequencing.rules import wording
from planning.sequencing.rules.base import Found, Lags, Lang, Parameter, Rule, RuleKind, Severity
from planning.sequencing.rules.selection import Mask, near_places, of_kind, oriented

TOUCHES_HOMES = frozenset({Kind.RELOCATION, Kind.DEMOLITION, Kind.RENOVATION})


class VacatedBeforeDemolition(Rule):
    """A complex is demolished only after everybody of that project has moved out."""

    id = "vacated-before-demolition"
    kind = RuleKind.PRECEDENCE
    severity = Severity.HARD
    title = {Lang.NL: "Sloop vóór iedereen verhuisd is", Lang.EN: "Demolition before everybody moved"}

    def _pairs(self, plan: Plan) -> tuple[Index, Index]:
        """Return relocations and demolitions of one project: two arrays of positions.

        A project can hold several complexes. A relocation that lies on the ground of demolitions belongs to those;
        only one that lies on none, such as an office's address, goes before all demolitions of its project.
        """
        works = plan.works
        relocations = np.flatnonzero(of_kind(works, {Kind.RELOCATION}) & (works.project != NOBODY))
        demolitions = np.flatnonzero(of_kind(works, {Kind.DEMOLITION}) & (works.project != NOBODY))
        order = np.argsort(works.project[demolitions], kind="stable")
        demolitions = demolitions[order]
        projects = works.project[demolitions]
        first = np.searchsorted(projects, works.project[relocations], "left")
        last = np.searchsorted(projects, works.project[relocations], "right")
        before = np.repeat(relocations, last - first)
        after = np.concatenate([demolitions[a:b] for a, b in zip(first, last, strict=True)] or [demolitions[:0]])
        placed = oriented(plan, of_kind(works, {Kind.RELOCATION}), of_kind(works, {Kind.DEMOLITION}))
        placed = placed.where((placed.overlap > 0) & (works.project[placed.first] == works.project[placed.second]))
        there = set(zip(placed.first.tolist(), placed.second.tolist(), strict=True))
        somewhere = np.isin(before, placed.first)
        here = np.array([pair in there for pair in zip(before.tolist(), after.tolist(), strict=True)], bool)
        mine = ~somewhere | here
        return before[mine].astype(np.int32), after[mine].astype(np.int32)

    def find(self, plan: Plan) -> Iterator[Found]:
        """Yield demolitions that start while people of the same project still live there."""
        works = plan.works
        before, after = self._pairs(plan)
        wrong = works.start[after] < works.finish[before]
        for r, d in zip(before[wrong].tolist(), after[wrong].tolist(), strict=True):
            start, finish = int(works.start[d]), int(works.finish[r])
            yield Found(self.id, (d, r), start, max(finish, start + 1), self.severity, facts={"days": finish - start})

    def sentence(self, found: Found, plan: Plan, lang: Lang) -> str:
        """Say which demolition starts among people."""
        demolition, relocation = (wording.work(plan, i) for i in found.subjects)
        began, ended = wording.date(found.start, lang), wording.last_day(found.finish, lang)
        if lang is Lang.EN:
            return f"{demolition} starts on {began}, but {relocation} lasts until {ended}: wait until all have moved."
        return (
            f"{demolition} begint op {began}, maar {relocation} duurt tot en met {ended}: wacht tot iedereen"
            " verhuisd is."
        )

    def lags(self, plan: Plan) -> Lags:
        """Return: the demolition starts after the relocation's finish."""
        return Lags.after_finish(*self._pairs(plan))


class ResidentsFirst(Rule):
    """Residents hear of a work on their homes before the public does, and meet before it starts."""

    id = "residents-first"
    kind = RuleKind.CONFLICT
    severity = Severity.WARNING
    title = {Lang.NL: "Bewoners eerst", Lang.EN: "Residents first"}
    parameters = {
        "before": Parameter(
            12.0,
            "weeks",
            "DESIGN.md section 4",
            {Lang.NL: "bewonersavond zoveel weken voor het begin", Lang.EN: "meeting so many weeks before the start"},
        ),
        "meeting_within_m": Parameter(
            500.0,
            "m",
            "own choice: a meeting in the buurt is for its residents",
            {Lang.NL: "bewonersavond binnen", Lang.EN: "meeting within"},
        ),
    }
    place_reach = "meeting_within_m"
    place_kinds = TOUCHES_HOMES
    place_types = frozenset({PlaceType.MEETING})

    def find(self, plan: Plan) -> Iterator[Found]:
        """Yield works still to start that are public too early, or for which no residents met in time."""
        works = plan.works
        coming = of_kind(works, TOUCHES_HOMES) & (works.dwellings > 0) & (works.start > plan.today)
        told = works.informed <= plan.today
        early = coming & (works.public_from <= plan.today) & ~told
        due = coming & ~early & (works.start - self.days("before") <= plan.today) & ~self._met(plan)
        for i in np.flatnonzero(early | due).tolist():
            facts = {"public": bool(early[i])}
            yield Found(self.id, (i,), int(works.start[i]), int(works.finish[i]), self.severity, facts=facts)

    def _met(self, plan: Plan) -> Mask:
        """Return for which works residents met, or were told, long enough before the start."""
        works = plan.works
        latest = works.start - self.days("before")
        met = works.informed <= latest
        at, places = near_places(plan, PlaceType.MEETING, self.number("meeting_within_m"))
        in_time = plan.places.active_from[places] <= latest[at]
        met[at[in_time]] = True
        return np.asarray(met)

    def sentence(self, found: Found, plan: Plan, lang: Lang) -> str:
        """Say what residents should have heard."""
        work, began = wording.work(plan, found.subjects[0]), wording.date(found.start, lang)
        before = self.number("before")
        if lang is Lang.EN:
            if found.facts["public"]:
                return (
                    f"{work} is set to public, but its residents were not told yet: tell them first, or set an embargo."
                )
            weeks = wording.counted(before, "week", "weeks")
            return f"{work} starts on {began} and residents did not meet {weeks} before: hold a meeting first."
        if found.facts["public"]:
            return (
                f"{work} staat op openbaar, maar de bewoners zijn nog niet ingelicht: licht hen eerst in of wacht met"
                " openbaar maken."
            )
        weeks = wording.counted(before, "week", "weken")
        return (
            f"{work} begint op {began}, zonder bewonersavond ten minste {weeks} ervoor: spreek eerst met de bewoners."
        )


class TenantConsent(Rule):
    """A large renovation of rental homes is fixed only when seven in ten tenants agree."""

    id = "tenant-consent"
    kind = RuleKind.CONFLICT
    severity = Severity.SERIOUS
    title = {Lang.NL: "Instemming van huurders ontbreekt", Lang.EN: "Tenants' consent is missing"}
    parameters = {
        "consent": Parameter(
            70.0,
            "%",
            "Dutch Civil Code art. 7:220 lid 3",
            {Lang.NL: "huurders die instemmen", Lang.EN: "tenants that agree"},
        ),
        "dwellings": Parameter(
            10.0,
            "",
            "Dutch Civil Code art. 7:220 lid 3",
            {Lang.NL: "vanaf zoveel huurwoningen", Lang.EN: "from so many rental homes"},
        ),
    }

    def find(self, plan: Plan) -> Iterator[Found]:
        """Yield renovations that are fixed without enough consent; what has begun is past asking."""
        works = plan.works
        fixed = of_kind(works, {Kind.RENOVATION}) & (works.status == Status.COMMITTED.code) & works.rental
        large = works.dwellings >= self.number("dwellings")
        for i in np.flatnonzero(fixed & large & (works.consent < self.number("consent"))).tolist():
            yield Found(
                self.id, (i,), int(works.start[i]), int(works.finish[i]), self.severity,
                facts={"consent": int(works.consent[i]), "dwellings": int(works.dwellings[i])},
            )  # fmt: skip

    def sentence(self, found: Found, plan: Plan, lang: Lang) -> str:
        """Say how many tenants agreed, and how many must."""
        work, have = wording.work(plan, found.subjects[0]), found.facts["consent"]
        homes, need = found.facts["dwellings"], f"{self.number('consent'):g}"
        if lang is Lang.EN:
            agreed = f"{have} % of the tenants agreed" if have >= 0 else "no consent of the tenants is known"
            fixed = wording.counted(homes, "home", "homes")
            return f"{work} is fixed for {fixed}, but {agreed} and {need} % is needed: ask first, then fix it."
        fixed = wording.counted(homes, "woning", "woningen")
        agreed = f"stemde pas {have} % van de huurders in" if have >= 0 else "is nog geen instemming bekend"
        return (
            f"{work} ligt vast voor {fixed}, maar daarmee {agreed}; {need} % is nodig: vraag het eerst, leg het dan"
            " vast."
        )


RULES: tuple[type[Rule], ...] = (VacatedBeforeDemolition, ResidentsFirst, TenantConsent)
