"""When crews rest: the building holiday."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np

from planning.sequencing.calendars import BuildingHoliday
from planning.sequencing.kinds import BUILDING, SURFACE, UNDERGROUND
from planning.sequencing.plan import Plan
from planning.sequencing.rules import wording
from planning.sequencing.rules.base import Closed, Found, Lang, Parameter, Rule, RuleKind, Severity
from planning.sequencing.rules.selection import movable, of_kind

WEEKS_OF_A_YEAR = 53


class BuildingHolidayRest(Rule):
    """No work starts or finishes in the building holiday ("bouwvak")."""

    id = "building-holiday"
    kind = RuleKind.CONFLICT
    severity = Severity.WARNING
    title = {Lang.NL: "Begin of einde in de bouwvak", Lang.EN: "Start or finish in the building holiday"}
    parameters = {
        "first_week": Parameter(
            30.0,
            "",
            "own choice for the region North; the trade's advice differs per region and year",
            {Lang.NL: "eerste week (ISO-weeknummer)", Lang.EN: "first week (ISO number)"},
        ),
        "weeks": Parameter(
            3.0, "weeks", "DESIGN.md section 4", {Lang.NL: "zoveel weken lang", Lang.EN: "so many weeks long"}
        ),
        "exceptions": Parameter(
            "",
            "",
            "the advice of the trade for that year",
            {
                Lang.NL: "jaren die anders zijn, als jaar:week, zoals 2027:29 2028:30",
                Lang.EN: "years that differ, as year:week, such as 2027:29 2028:30",
            },
        ),
    }

    def __init__(self, **values: float | str) -> None:
        """Read the years that differ; raises ValueError for what is no year and week."""
        super().__init__(**values)
        exceptions: dict[int, int] = {}
        for part in str(self.values["exceptions"]).replace(",", " ").split():
            match = re.fullmatch(r"(\d{4}):(\d{1,2})", part)
            if match is None or not 1 <= int(match[2]) < WEEKS_OF_A_YEAR:
                raise ValueError(f"{part!r} is not a year and a week, such as 2027:29")
            exceptions[int(match[1])] = int(match[2])
        first = int(self.number("first_week"))
        if not 1 <= first < WEEKS_OF_A_YEAR:
            raise ValueError(f"{first} is not a week of the year")
        self.holiday = BuildingHoliday(first, int(self.number("weeks")), exceptions)

    def find(self, plan: Plan) -> Iterator[Found]:
        """Yield works that can still move and start or finish while nobody works."""
        works = plan.works
        free = of_kind(works, BUILDING | SURFACE | UNDERGROUND) & movable(works)
        starts = self.holiday.contains(works.start)
        ends = self.holiday.contains(works.finish - 1)
        for i in np.flatnonzero(free & (starts | ends)).tolist():
            day = int(works.start[i]) if starts[i] else int(works.finish[i]) - 1
            facts = {"starts": bool(starts[i]), "day": day}
            yield Found(self.id, (i,), int(works.start[i]), int(works.finish[i]), self.severity, facts=facts)

    def sentence(self, found: Found, plan: Plan, lang: Lang) -> str:
        """Say which work starts or finishes in which building holiday."""
        work, day = wording.work(plan, found.subjects[0]), wording.date(found.facts["day"], lang)
        first, after = self.holiday.period(wording.year(found.facts["day"]))
        rest = f"{wording.date(first, lang)} {{}} {wording.last_day(after, lang)}"
        if lang is Lang.EN:
            verb = "starts" if found.facts["starts"] else "is finished"
            return f"{work} {verb} on {day}, in the building holiday ({rest.format('to')}): plan it before or after."
        verb = "begint" if found.facts["starts"] else "is klaar"
        return f"{work} {verb} op {day}, in de bouwvak ({rest.format('tot en met')}): plan het ervoor of erna."

    def closed(self, plan: Plan) -> Iterator[Closed]:
        """Yield: no start and no last day in the building holiday."""
        works = np.flatnonzero(of_kind(plan.works, BUILDING | SURFACE | UNDERGROUND)).astype(np.int32)
        yield Closed(works, self.holiday.contains, last_day=False)
        yield Closed(works, self.holiday.contains, last_day=True)


RULES: tuple[type[Rule], ...] = (BuildingHolidayRest,)
