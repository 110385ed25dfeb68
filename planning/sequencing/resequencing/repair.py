"""What to do about a slip: the least change to other dates after which nothing is broken."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from planning.sequencing.plan import Plan
from planning.sequencing.resequencing.options import Goal, Options
from planning.sequencing.resequencing.resequence import Answer, Progress, resequence
from planning.sequencing.rules.base import Rule


def slipped(plan: Plan, work: int, days: int, *, start_too: bool = True) -> Plan:
    """Return the plan with ``work`` (position) so many days later, or only longer; nobody else has moved."""
    start, finish = plan.works.start.copy(), plan.works.finish.copy()
    finish[work] += np.int32(days)
    if start_too:
        start[work] += np.int32(days)
    return plan.with_dates(start, finish)


def repair(
    plan: Plan,
    rules: Sequence[Rule],
    work: int,
    days: int,
    options: Options | None = None,
    *,
    start_too: bool = True,
    report: Callable[[Progress], None] | None = None,
    stop: Callable[[], bool] | None = None,
) -> Answer:
    """Return the least-change repair of a slip.

    Unlike ``ripple``, which pushes everything that stands in the way to later, this may move works either way, and
    looks for the answer that moves the least: first nothing broken, then least change, and nothing else.

    Parameters
    ----------
    plan, rules
        The plan before the slip.
    work, days, start_too
        Position of the work that slips, by how many days (negative: it is early), and whether its start slips too.
    options
        What else may move; what slipped stays where it went, and works may move at once.
    report, stop
        As in ``resequence``.

    Raises
    ------
    IndexError
        Where there is no such work.
    ValueError
        Where the work would end before it starts.
    """
    options = options or Options(lead_weeks=0)
    after = slipped(plan, work, days, start_too=start_too)
    if after.works.finish[work] <= after.works.start[work]:
        raise ValueError("a work must end after it starts")
    fixed = options.fixed | {int(plan.works.id[work])}
    return resequence(after, rules, replace(options, fixed=fixed, goals=(Goal.BROKEN, Goal.CHANGE)), report, stop)
