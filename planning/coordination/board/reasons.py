"""Why a work is planned when it is: what holds its date there, and how much room lies around it, in sentences."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from planning.coordination.place import NotThereError
from planning.coordination.present import Present, plan_seen_by, trade_holiday
from planning.sequencing.neighbourhood import Neighbourhoods, part_of
from planning.sequencing.plan import NO_LOWER, Plan
from planning.sequencing.resequencing.explain import Holds, Reason, reasons
from planning.sequencing.resequencing.options import Options
from planning.sequencing.resequencing.sentences import reason_sentence
from planning.sequencing.rules import wording
from planning.sequencing.rules.base import Lang
from planning.works.models import Work

if TYPE_CHECKING:
    from planning.partners.visibility import Viewer

AFTER: Final = {
    Lang.NL: "{other} moet eerst klaar zijn en duurt tot en met {ended}; ruimte ertussen: {span}.",
    Lang.EN: "{other} must be ready first and lasts until {ended}; room between: {span}.",
}
BEFORE: Final = {
    Lang.NL: "{other} wacht hierop en begint op {began}; ruimte ertussen: {span}.",
    Lang.EN: "{other} waits for this and starts on {began}; room between: {span}.",
}


def work_story(viewer: Viewer, pk: int, lang: Lang, today: dt.date | None = None) -> dict[str, Any]:
    """Return more about one work, ready for JSON: ``sentences`` why it is then, and what its owner says of it.

    Raises
    ------
    NotThereError
        Where there is no such work, or the viewer may not see it.
    """
    present = plan_seen_by(viewer, today)
    description = Work.objects.visible_to(viewer).filter(pk=pk).values_list("description", flat=True).first()
    if pk not in present.positions or description is None:
        raise NotThereError
    return {"sentences": why_then(present, present.positions[pk], lang), "description": description}


def why_then(present: Present, work: int, lang: Lang) -> list[str]:
    """Return what binds the start of a work (position) that can still move, and the room before and after it."""
    found = _reason(present, work)
    if found is None:
        return _room(present, work, -1, lang)
    reason, part = found
    room = _room(present, work, int(part.works.id[reason.other]) if reason.other >= 0 else -1, lang)
    # That a day earlier would do too, is only worth saying where nothing else is.
    binds = reason.holds is not Holds.NOTHING or not room
    return [reason_sentence(reason, part, present.rules, lang), *room] if binds else room


def _reason(present: Present, work: int) -> tuple[Reason, Plan] | None:
    """Return what binds a work, with the part of the plan that it is of: the rest cannot hold it."""
    plan = present.plan
    near = Neighbourhoods(plan)
    part = part_of(plan, near, np.union1d(near.around(plan, work), near.sharing(plan, work)))
    options = Options(
        works=frozenset({int(plan.works.id[work])}), lead_weeks=0, building_holiday=trade_holiday(present.rules)
    )
    return next(((reason, part) for reason in reasons(part, part, present.rules, options)), None)


def _room(present: Present, work: int, named: int, lang: Lang) -> list[str]:
    """Return how long after the last of what must come first it starts, and before the first of what waits for it."""
    works, links = present.plan.works, present.network.links
    held = (links.minimum > NO_LOWER) & links.from_finish & ~links.to_finish
    gaps = links.gaps(works.start, works.finish) - links.minimum
    said = []
    for ends, others, text in ((links.after, links.before, AFTER), (links.before, links.after, BEFORE)):
        # What is ready already is no news.
        rows = np.flatnonzero(held & (ends == work) & (works.finish[others] > present.plan.today))
        if len(rows) == 0:
            continue
        row = rows[np.argmin(gaps[rows])]
        other, days = int(others[row]), int(works.start[links.after[row]] - works.finish[links.before[row]])
        if days <= 0 or int(works.id[other]) == named:
            continue
        said.append(
            text[lang].format(
                other=wording.work(present.plan, other),
                span=wording.weeks(days, lang),
                ended=wording.last_day(int(works.finish[other]), lang),
                began=wording.date(int(works.start[other]), lang),
            )
        )
    return said
