"""What other dates would do, before anything is saved: what follows, what breaks, and what the rules then find."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from django.utils.translation import gettext as _

from planning.coordination.plan_figures import PlanFigures, figures_of
from planning.coordination.present import Present, keyed
from planning.sequencing import detection
from planning.sequencing.plan import NO_UPPER, to_day
from planning.sequencing.ripple import Ripple, follow
from planning.sequencing.rules.base import Found

BACK: Final = dt.timedelta(days=30 * 366)
AHEAD: Final = dt.timedelta(days=5 * 366)
"""Dates may lie so far before today, and so far past the end of the plan."""


class Followers(StrEnum):
    """What works do that come after one that moves."""

    PUSH = "push"
    KEEP_GAP = "keep_gap"
    STAY = "stay"


class ImpossibleDates(ValueError):  # noqa: N818 - what it is, not that it is an error
    """Other dates that no plan can have; says in the reader's language which and why.

    Parameters
    ----------
    work
        Identity of the work.
    """

    def __init__(self, work: int, text: str) -> None:
        super().__init__(text)
        self.work = work


@dataclass(frozen=True)
class Checked:
    """What other dates would do.

    Parameters
    ----------
    ripple
        The plan with them, who follows and what breaks.
    new, changed, gone
        Findings by key: that come, that say something else, and that go; the worst first.
    too_late
        Works (positions) that would end after their latest finish, and did not before.
    before, after
        Figures now and then.
    """

    ripple: Ripple
    new: Mapping[str, Found]
    changed: Mapping[str, Found]
    gone: Mapping[str, Found]
    too_late: Sequence[int]
    before: PlanFigures
    after: PlanFigures


def check(
    present: Present,
    dates: Mapping[int, tuple[dt.date, dt.date]],
    pinned: Collection[int] = (),
    followers: Followers = Followers.PUSH,
) -> Checked:
    """Return what other dates would do; no query where the plan is kept.

    Parameters
    ----------
    present
        The plan as it is, as far as may be seen.
    dates
        Per work (identity) its other ``[start, finish)``.
    pinned
        Works (identities) that stay where they are.
    followers
        What works do that come after.

    Raises
    ------
    ImpossibleDates
        Where a work is not in the plan, ends before it starts, or lies out of all time.
    """
    plan = present.plan
    moved = in_days(present, dates)
    held = {present.positions[pk] for pk in pinned if pk in present.positions}
    try:
        ripple = follow(
            present.network,
            moved,
            pinned=held,
            keep_gaps=followers is Followers.KEEP_GAP,
            push=followers is not Followers.STAY,
        )
    except IndexError:
        first = next(iter(dates))
        raise ImpossibleDates(first, _("Zo ver vooruit kan er niet gerekend worden.")) from None
    findings = detection.detect(ripple.plan, present.rules)
    then, now = keyed(findings, ripple.plan), present.found
    old, new = plan.works, ripple.plan.works
    horizon = max(plan.horizon, to_day(present.last), int(new.finish.max(initial=plan.today)))
    late = (new.finish > new.latest_finish) & (old.finish <= old.latest_finish) & (new.latest_finish < NO_UPPER)
    return Checked(
        ripple,
        new={key: found for key, found in then.items() if key not in now},
        changed={key: found for key, found in then.items() if key in now and differs(now[key], found)},
        gone={key: found for key, found in now.items() if key not in then},
        too_late=late.nonzero()[0].tolist(),
        before=figures_of(present, plan, list(now.values()), horizon),
        after=figures_of(present, ripple.plan, list(then.values()), horizon),
    )


def differs(one: Found, other: Found) -> bool:
    """Return whether two findings of one key say something else."""
    return (one.severity, one.start, one.finish, one.subjects, dict(one.facts)) != (
        other.severity, other.start, other.finish, other.subjects, dict(other.facts),
    )  # fmt: skip


def in_days(present: Present, dates: Mapping[int, tuple[dt.date, dt.date]]) -> dict[int, tuple[int, int]]:
    """Return dates by identity as days by position in the plan; raises ImpossibleDates, as ``check`` does."""
    plan = present.plan
    last = max(to_day(present.last), plan.today) + AHEAD.days
    first = plan.today - BACK.days
    moved = {}
    for pk, (start, finish) in dates.items():
        if pk not in present.positions:
            raise ImpossibleDates(pk, _("Dit werk is er niet, of u mag het niet zien."))
        if finish <= start:
            raise ImpossibleDates(pk, _("Het einde moet na het begin liggen."))
        if to_day(start) < first or to_day(finish) > last:
            raise ImpossibleDates(pk, _("Deze datum ligt te ver van de planning af."))
        moved[present.positions[pk]] = (to_day(start), to_day(finish))
    return moved
