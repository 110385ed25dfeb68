"""The works that follow a demolition, planned in the right order straight after it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from planning.coordination.board.after_demolition import movable_followers
from planning.coordination.place import NotThereError
from planning.coordination.present import Present, editable, plan_seen_by, trade_holiday
from planning.sequencing.kinds import Kind
from planning.sequencing.neighbourhood import Neighbourhoods, part_of
from planning.sequencing.plan import to_date
from planning.sequencing.resequencing.explain import changes
from planning.sequencing.resequencing.options import Options
from planning.sequencing.resequencing.resequence import Answer, resequence
from planning.sequencing.resequencing.sentences import change_sentences
from planning.sequencing.rules.base import Lang
from planning.works.models import Work

if TYPE_CHECKING:
    from planning.partners.viewers import Viewer

SECONDS: Final = 5.0
"""Somebody waits for the answer; a handful of works takes far less."""

LEAD_WEEKS: Final = 8
"""Nothing starts sooner than this: crews are hired and neighbours are told first (our own choice)."""


@dataclass(frozen=True)
class Moved:
    """A work that gets other dates: identity and version, from when to when, and why; ``finish`` is the day after."""

    work: int
    version: int
    name: str
    owner: str
    own: bool
    old_start: dt.date
    old_finish: dt.date
    start: dt.date
    finish: dt.date
    sentences: Sequence[str]

    @property
    def old_last(self) -> dt.date:
        """The last day of work as planned now."""
        return self.old_finish - dt.timedelta(days=1)

    @property
    def last(self) -> dt.date:
        """The last day of work then."""
        return self.finish - dt.timedelta(days=1)


@dataclass(frozen=True)
class StraightAfter:
    """What planning straight after a demolition comes to; weeks of fallow ground now and then, weighed by homes."""

    demolition: int
    name: str
    moved: list[Moved]
    fallow_before: int
    fallow_after: int
    hard_before: int
    hard_after: int
    proven: bool


def plan_straight_after(viewer: Viewer, pk: int, lang: Lang, today: dt.date | None = None) -> StraightAfter:
    """Return other dates for what follows a demolition: nothing that cannot be, and the ground fallow as short as can.

    Parameters
    ----------
    viewer
        Who asks; what may not be seen does not move and is not named.
    pk
        The demolition.

    Raises
    ------
    NotThereError
        Where there is no such demolition, or the viewer may not see it.
    """
    present = plan_seen_by(viewer, today)
    at = present.positions.get(pk)
    if at is None or present.plan.works.kind[at] != Kind.DEMOLITION.code:
        raise NotThereError
    followers = movable_followers(present, at)
    part = _part(present, followers, at)
    options = Options(
        works=frozenset(present.plan.works.id[followers].tolist()),
        earlier_weeks=520,
        lead_weeks=LEAD_WEEKS,
        seconds=SECONDS,
        building_holiday=trade_holiday(present.rules),
    )
    answer = resequence(part.plan, part.rules, options)
    return StraightAfter(
        pk,
        present.plan.works.name[at],
        _moved(viewer, part, answer, options, lang),
        round(answer.before.fallow_weeks),
        round(answer.after.fallow_weeks),
        answer.before.hard,
        answer.after.hard,
        answer.proven,
    )


def _part(present: Present, followers: np.ndarray, demolition: int) -> Present:
    """Return the part of the plan that the followers can have to do with."""
    near = Neighbourhoods(present.plan)
    positions = {demolition}
    for i in followers.tolist():
        positions |= set(near.around(present.plan, i).tolist()) | set(near.sharing(present.plan, i).tolist())
    plan = part_of(present.plan, near, np.array(sorted(positions), np.int64))
    return Present(plan, present.rules, present.owners, present.wijken)


def _moved(viewer: Viewer, part: Present, answer: Answer, options: Options, lang: Lang) -> list[Moved]:
    own = editable(viewer, part)
    found = changes(answer.present, answer.plan, part.rules, options)
    ids = [int(answer.plan.works.id[change.work]) for change in found]
    versions = dict(Work.objects.filter(pk__in=ids).values_list("pk", "version"))
    rows = []
    for change in found:
        i, old, new = change.work, answer.present.works, answer.plan.works
        rows.append(
            Moved(
                work=int(new.id[i]),
                version=versions.get(int(new.id[i]), 0),
                name=new.name[i],
                owner=new.owner_name[i],
                own=int(new.owner[i]) in own,
                old_start=to_date(int(old.start[i])),
                old_finish=to_date(int(old.finish[i])),
                start=to_date(int(new.start[i])),
                finish=to_date(int(new.finish[i])),
                sentences=change_sentences(change, answer.present, answer.plan, part.rules, lang)[1:],
            )
        )
    return sorted(rows, key=lambda row: (row.start, row.work))
