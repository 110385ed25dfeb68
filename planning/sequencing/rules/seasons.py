"""What the season forbids: breeding birds, planting out of season, paving in frost."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from planning.sequencing.kinds import Kind
from planning.sequencing.plan import Days, Plan
from planning.sequencing.rules import wording
from planning.sequencing.rules.base import Closed, Found, Lang, Parameter, Rule, RuleKind, Severity
from planning.sequencing.rules.selection import Mask, movable, of_kind


def in_season(days: Days, first: str, last: str) -> Mask:
    """Return which days fall in the season from ``first`` to ``last``, both "MM-DD" and inclusive.

    A season may run over New Year, as from "11-01" to "03-31".

    Raises
    ------
    ValueError
        Where a limit is not a day of the year.
    """
    opening, closing = (_month_day(limit) for limit in (first, last))
    dates = days.astype("datetime64[D]")
    months = dates.astype("datetime64[M]")
    number = (months.astype(np.int64) % 12 + 1) * 100 + (dates - months).astype(np.int64) + 1
    if opening <= closing:
        return np.asarray((number >= opening) & (number <= closing))
    return np.asarray((number >= opening) | (number <= closing))


def _month_day(text: str) -> int:
    # Read in a leap year, so that 29 February is a day.
    day = np.datetime64(f"2024-{text}", "D")
    month = day.astype("datetime64[M]")
    return int(month.astype(np.int64) % 12 + 1) * 100 + int((day - month).astype(np.int64)) + 1


class BreedingSeason(Rule):
    """Demolition, felling and roof works do not start while birds breed."""

    id = "breeding-season"
    kind = RuleKind.CONFLICT
    severity = Severity.SERIOUS
    title = {Lang.NL: "Begin in het broedseizoen", Lang.EN: "Start in the breeding season"}
    parameters = {
        "first": Parameter(
            "03-15",
            "MM-DD",
            "DESIGN.md section 4; the usual reading of the Dutch Omgevingswet's care for nests",
            {Lang.NL: "eerste dag", Lang.EN: "first day"},
        ),
        "last": Parameter("07-15", "MM-DD", "DESIGN.md section 4", {Lang.NL: "laatste dag", Lang.EN: "last day"}),
    }

    def find(self, plan: Plan) -> Iterator[Found]:
        """Yield works that would start among breeding birds."""
        works = plan.works
        disturbing = of_kind(works, {Kind.DEMOLITION}) | (works.disturbs_nests & of_kind(works, set(Kind)))
        season = in_season(works.start, str(self.values["first"]), str(self.values["last"]))
        for i in np.flatnonzero(disturbing & season).tolist():
            yield Found(self.id, (i,), int(works.start[i]), int(works.finish[i]), self.severity)

    def sentence(self, found: Found, plan: Plan, lang: Lang) -> str:
        """Say which work starts among nests."""
        work, began = wording.work(plan, found.subjects[0]), wording.date(found.start, lang)
        if lang is Lang.EN:
            return f"{work} starts on {began}, in the breeding season: start earlier, or keep birds out in time."
        return (
            f"{work} begint op {began}, midden in het broedseizoen: begin eerder of voorkom op tijd dat vogels"
            " gaan nestelen."
        )

    def closed(self, plan: Plan) -> Iterator[Closed]:
        """Yield: no start in the breeding season."""
        works = plan.works
        disturbing = of_kind(works, {Kind.DEMOLITION}) | (works.disturbs_nests & of_kind(works, set(Kind)))
        first, last = str(self.values["first"]), str(self.values["last"])
        found = np.flatnonzero(disturbing).astype(np.int32)
        yield Closed(found, lambda days: in_season(days, first, last), last_day=False)


class PlantingSeason(Rule):
    """Green is finished in the planting season, or the plants die."""

    id = "planting-season"
    kind = RuleKind.CONFLICT
    severity = Severity.WARNING
    title = {Lang.NL: "Groen klaar buiten het plantseizoen", Lang.EN: "Green finished out of season"}
    parameters = {
        "first": Parameter("11-01", "MM-DD", "DESIGN.md section 4", {Lang.NL: "eerste dag", Lang.EN: "first day"}),
        "last": Parameter("03-31", "MM-DD", "DESIGN.md section 4", {Lang.NL: "laatste dag", Lang.EN: "last day"}),
    }

    def find(self, plan: Plan) -> Iterator[Found]:
        """Yield green works whose last day lies outside the planting season."""
        works = plan.works
        green = of_kind(works, {Kind.GREEN})
        season = in_season(works.finish - 1, str(self.values["first"]), str(self.values["last"]))
        for i in np.flatnonzero(green & ~season).tolist():
            yield Found(self.id, (i,), int(works.start[i]), int(works.finish[i]), self.severity)

    def sentence(self, found: Found, plan: Plan, lang: Lang) -> str:
        """Say which green is planted when."""
        work, ended = wording.work(plan, found.subjects[0]), wording.last_day(found.finish, lang)
        if lang is Lang.EN:
            return f"{work} is finished on {ended}, outside the planting season: plant between November and March."
        return f"{work} is klaar op {ended}, buiten het plantseizoen: plant tussen november en maart."

    def closed(self, plan: Plan) -> Iterator[Closed]:
        """Yield: the last day of green lies in the planting season."""
        first, last = str(self.values["first"]), str(self.values["last"])
        green = np.flatnonzero(of_kind(plan.works, {Kind.GREEN})).astype(np.int32)
        yield Closed(green, lambda days: ~in_season(days, first, last), last_day=True)


class Frost(Rule):
    """Paving and asphalt are not begun or finished in the weeks of frost."""

    id = "frost"
    kind = RuleKind.CONFLICT
    severity = Severity.WARNING
    title = {Lang.NL: "Straatwerk in de vorst", Lang.EN: "Paving in frost"}
    parameters = {
        "first": Parameter("12-15", "MM-DD", "DESIGN.md section 4", {Lang.NL: "eerste dag", Lang.EN: "first day"}),
        "last": Parameter("02-15", "MM-DD", "DESIGN.md section 4", {Lang.NL: "laatste dag", Lang.EN: "last day"}),
    }

    def _frost(self, days: Days) -> Mask:
        return in_season(days, str(self.values["first"]), str(self.values["last"]))

    def find(self, plan: Plan) -> Iterator[Found]:
        """Yield streets and squares that can still move and start or finish in frost."""
        works = plan.works
        paving = of_kind(works, {Kind.STREET, Kind.SQUARE}) & movable(works)
        starts, ends = self._frost(works.start), self._frost(works.finish - 1)
        for i in np.flatnonzero(paving & (starts | ends)).tolist():
            day = int(works.start[i]) if starts[i] else int(works.finish[i]) - 1
            facts = {"starts": bool(starts[i]), "day": day}
            yield Found(self.id, (i,), int(works.start[i]), int(works.finish[i]), self.severity, facts=facts)

    def sentence(self, found: Found, plan: Plan, lang: Lang) -> str:
        """Say which paving begins or ends in frost."""
        work, day = wording.work(plan, found.subjects[0]), wording.date(found.facts["day"], lang)
        if lang is Lang.EN:
            verb = "starts" if found.facts["starts"] else "is finished"
            return f"{work} {verb} on {day}, in the weeks of frost, when paving stands still: move it out of winter."
        verb = "begint" if found.facts["starts"] else "is klaar"
        return f"{work} {verb} op {day}, in de vorstweken, als straatwerk stilligt: schuif het uit de winter."

    def closed(self, plan: Plan) -> Iterator[Closed]:
        """Yield: no start and no last day in frost."""
        works = np.flatnonzero(of_kind(plan.works, {Kind.STREET, Kind.SQUARE})).astype(np.int32)
        yield Closed(works, self._frost, last_day=False)
        yield Closed(works, self._frost, last_day=True)


RULES: tuple[type[Rule], ...] = (BreedingSeason, PlantingSeason, Frost)
