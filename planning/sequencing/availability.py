"""When an owner's crews are free: the first day on which a work could start without asking for more than there are."""

from __future__ import annotations

import numpy as np

from planning.sequencing.calendars import Calendar
from planning.sequencing.kinds import Status
from planning.sequencing.plan import Plan


def next_free(plan: Plan, work: int, earliest: int, calendar: Calendar) -> int:
    """Return the first day from ``earliest`` on, on which a crew of its owner is free for the whole of a work.

    Parameters
    ----------
    plan
        The plan; the work itself takes no crew where it stands now.
    work
        Position of the work; it keeps its working days.
    earliest
        Day before which it may not start.
    calendar
        Working days; must reach beyond the plan.

    Returns
    -------
    int
        A working day. Where the owner did not say how many crews of this kind it has, one is always free.
    """
    works, known = plan.works, crews_for(plan, work)
    others = (works.owner == works.owner[work]) & (works.kind == works.kind[work])
    others &= works.status != Status.CANCELLED.code
    others[work] = False
    start, finish = works.start[others].astype(np.int64), works.finish[others].astype(np.int64)
    length = max(1, int(calendar.working_days(works.start[work], works.finish[work])))
    # A crew comes free only where one ends, so there is nothing to gain between.
    for day in sorted({earliest, *finish[finish > earliest].tolist()}):
        index = int(calendar.index(day))
        begin, end = int(calendar.day(index)), int(calendar.finish(index, length))
        if known is None or _most_at_once(start, finish, begin, end) < known:
            break
    return begin


def crews_for(plan: Plan, work: int) -> int | None:
    """Return how many works of its kind the owner of a work (position) can do at a time; None where that is unknown."""
    works, crews = plan.works, plan.crews
    number = crews.number[(crews.owner == works.owner[work]) & (crews.kind == works.kind[work])]
    return int(number[0]) if len(number) else None


def _most_at_once(start: np.ndarray, finish: np.ndarray, begin: int, end: int) -> int:
    """Return how many periods overlap at the busiest moment of ``[begin, end)``."""
    inside = (start < end) & (finish > begin)
    moments = np.concatenate([np.maximum(start[inside], begin), finish[inside]])
    change = np.concatenate([np.ones(inside.sum(), np.int64), -np.ones(inside.sum(), np.int64)])
    order = np.lexsort((change, moments))
    return int(np.cumsum(change[order]).max(initial=0))
