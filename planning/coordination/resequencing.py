"""A better sequence for the plan in the database: load, search, and see whom it touches; nothing is written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from geo.models import Address
from planning.coordination import copying
from planning.coordination.copying import BIGINT
from planning.coordination.findings import municipal_rules
from planning.coordination.loading import load_plan, name_works
from planning.sequencing import detection
from planning.sequencing.calendars import BuildingHoliday
from planning.sequencing.nuisance import WEEK, NuisanceChange, compare, weekly
from planning.sequencing.plan import Plan, to_date
from planning.sequencing.resequencing.explain import Change, changes
from planning.sequencing.resequencing.options import Options
from planning.sequencing.resequencing.resequence import Answer, Progress, resequence
from planning.sequencing.resequencing.translate import free_works
from planning.sequencing.rules.base import Found, Rule
from planning.sequencing.rules.holidays import BuildingHolidayRest

NEAR_M: Final = 100.0
"""Who lives within so many metres of a work bears its nuisance. Own choice, about two rows of houses."""

ADDRESSES_SQL = """
    SELECT a.id, w.id
    FROM geo_address a JOIN works_work w ON ST_DWithin(w.ground, a.point, {metres})
    WHERE w.status <> 'cancelled' AND COALESCE(w.actual_finish, w.planned_finish) > {today}
    ORDER BY 1, 2
"""
ADDRESSES_COLUMNS = {"address": BIGINT, "work": BIGINT}


@dataclass(frozen=True)
class AddressNuisance:
    """What a better sequence does to who lives near; ``worst`` is the address that gets most worse, if any."""

    change: NuisanceChange
    addresses: int
    worst: str | None


@dataclass(frozen=True)
class BetterSequence:
    """A better sequence with all that is to be said of it.

    Parameters
    ----------
    answer
        Both plans, with names, figures and bounds.
    rules, options
        What it was judged by, and what was allowed.
    changes
        What each moved work wins and costs.
    remaining
        What the rules still find from today on, worst first, in the wijken that were asked for.
    nuisance
        What it does to addresses.
    movable
        How many works could have moved.
    """

    answer: Answer
    rules: Sequence[Rule]
    options: Options
    changes: Sequence[Change]
    remaining: Sequence[Found]
    nuisance: AddressNuisance
    movable: int


def trade_holiday(rules: Sequence[Rule]) -> BuildingHoliday | None:
    """Return when the trade rests as the municipality set it; None where that rule is off."""
    return next((rule.holiday for rule in rules if isinstance(rule, BuildingHolidayRest)), None)


def better_sequence(
    options: Options,
    report: Callable[[Progress], None] | None = None,
    stop: Callable[[], bool] | None = None,
    today: dt.date | None = None,
) -> BetterSequence:
    """Return a better sequence of the plan in the database; see ``resequence`` for the arguments.

    Raises
    ------
    ValueError
        Where ``options`` name a work that there is not.
    """
    rules = municipal_rules()
    options = replace(options, building_holiday=trade_holiday(rules))
    plan = load_plan(detection.reaches(rules), detection.place_reaches(rules), today)
    plan = name_works(plan, range(len(plan.works)))
    answer = resequence(plan, rules, options, report, stop)
    remaining = [found for found in detection.detect(answer.plan, rules) if found.finish > plan.today]
    if options.wijken is not None:
        inside = np.isin(plan.works.wijk, list(options.wijken))
        remaining = [found for found in remaining if inside[list(found.subjects)].any()]
    return BetterSequence(
        answer,
        rules,
        options,
        changes(answer, rules, options),
        remaining,
        address_nuisance(answer.present, answer.plan),
        int(free_works(plan, options).sum()),
    )


def address_nuisance(before: Plan, after: Plan) -> AddressNuisance:
    """Return what other dates do to the addresses within ``NEAR_M`` of works, from the plan's ``today`` on."""
    parameters = {"metres": NEAR_M, "today": to_date(before.today)}
    rows = copying.copy_rows(ADDRESSES_SQL, ADDRESSES_COLUMNS, parameters)
    rows = rows[np.isin(rows["work"], before.works.id)]
    addresses, place = np.unique(rows["address"].astype(np.int64), return_inverse=True)
    work = np.searchsorted(before.works.id, rows["work"].astype(np.int64)).astype(np.int32)
    monday = before.today - (before.today + 3) % WEEK
    last = max(int(plan.works.finish.max(initial=before.today)) for plan in (before, after))
    weeks = max(1, -(-(last - monday) // WEEK))
    old, new = (
        weekly(plan.works, place.astype(np.int32), work, len(addresses), monday, weeks) for plan in (before, after)
    )
    change = compare(old, new)
    worst = Address.objects.get(pk=int(addresses[change.worst])) if change.worst >= 0 else None
    return AddressNuisance(change, len(addresses), None if worst is None else str(worst))
