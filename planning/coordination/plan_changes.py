"""The one road of every change of the plan, by page, program, file or admin: what follows from it happens here.

The findings are brought up to date, and whom other dates touch is told.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db import transaction

from planning.coordination.findings import Detected, SyncReport, keep_findings, lock_findings
from planning.coordination.models import Happening
from planning.coordination.present import Present, whole_plan
from planning.coordination.refreshing import refreshed
from planning.coordination.slips import tell_of_changes

if TYPE_CHECKING:
    from planning.partners.viewers import Viewer

NOTHING_FOUND = SyncReport(0, 0, 0, 0, 0)


@dataclass
class PlanChange:
    """A change of the plan that is being made.

    Parameters
    ----------
    before
        The plan without it.
    works
        Identities of the works it changes, for who makes the change to fill: other dates of these are told.
    findings, told
        What it did to the findings, and what was told; known once the change is made.
    """

    before: Present
    works: set[int] = field(default_factory=set)
    findings: SyncReport = NOTHING_FOUND
    told: Sequence[Happening] = ()


@contextmanager
def plan_changes(
    actor: Viewer, reason: str, *, agreed: Collection[int] = (), today: dt.date | None = None
) -> Iterator[PlanChange]:
    """Change the plan in the body of this: all of it or nothing, with what follows.

    Parameters
    ----------
    actor, reason
        Who does it and why.
    agreed
        Organisations (identities) that agreed to other dates in a proposal, and need not be told.
    today
        The day it is done.
    """
    with transaction.atomic():
        change = PlanChange(whole_plan(today))
        yield change
        settle(change, actor, reason, agreed)


def _about(present: Present, works: Collection[int]) -> set[str]:
    """Return the keys of what is found about some works (identities)."""
    positions = {present.positions[pk] for pk in works if pk in present.positions}
    return {key for key, found in present.found.items() if not positions.isdisjoint(found.subjects)}


def settle(change: PlanChange, actor: Viewer, reason: str, agreed: Collection[int] = ()) -> None:
    """Do what follows from a change that was made since ``change.before``."""
    with transaction.atomic():
        lock_findings()
        after, changed = refreshed(change.before)
        rules = {rule.id: rule for rule in after.rules}
        doubtful = None if changed is None else _about(change.before, changed) | _about(after, changed)
        change.findings = keep_findings(Detected(after.plan, rules, list(after.found.values())), doubtful)
        change.told = tell_of_changes(change.works, change.before, after, actor, reason, agreed)
