"""What the season forbids: breeding birds, and planting out of season."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from planning.sequencing.kinds import Kind
from planning.sequencing.plan import Days, Plan
from planning.sequencing.rules import wording
from planning.sequencing.rules.base import Found, Lang, Parameter, Rule, RuleKind, Severity
from planning.sequencing.rules.selection import Mask, of_kind


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


RULES: tuple[type[Rule], ...] = (BreedingSeason, PlantingSeason)
