"""Proposals as they are kept, read in a fixed number of queries; and what the answers come to as they stand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Prefetch, QuerySet

from planning.coordination.models import Proposal, ProposalItem, ProposalPart
from planning.coordination.present import Present
from planning.coordination.proposals.ties import tied_groups
from planning.partners.permissions import rights_of
from planning.partners.viewers import Program, Scope
from planning.sequencing.plan import to_day
from planning.sequencing.rules.selection import connected
from planning.works.models import Work

if TYPE_CHECKING:
    from planning.partners.viewers import Viewer

Answer = ProposalItem.Answer


def with_items(proposals: QuerySet[Proposal]) -> QuerySet[Proposal]:
    """Fetch the parts, items and works along: three queries more, whatever the number."""
    return _with(proposals, ProposalItem.objects.all())


def with_items_seen_by(proposals: QuerySet[Proposal], viewer: Viewer) -> QuerySet[Proposal]:
    """Fetch the same, each item with ``seen``: whether ``viewer`` may see its work."""
    seen = Work.objects.visible_to(viewer).filter(pk=OuterRef("work_id"))
    return _with(proposals, ProposalItem.objects.annotate(seen=Exists(seen)))


def _with(proposals: QuerySet[Proposal], chosen: QuerySet[ProposalItem]) -> QuerySet[Proposal]:
    works = Work.objects.select_related("owner").defer("geometry", "mercator", "ground", "owner__description")
    items = chosen.select_related("answered_by").prefetch_related(Prefetch("work", works))
    parts = ProposalPart.objects.select_related("owner").prefetch_related(Prefetch("items", items))
    return proposals.select_related("sender", "sent_by", "scenario").prefetch_related(Prefetch("parts", parts))


def items_of(proposal: Proposal) -> list[ProposalItem]:
    """Return all items of a proposal that was read ``with_items``, by new start."""
    found = [item for part in proposal.parts.all() for item in part.items.all()]
    return sorted(found, key=lambda item: (item.new_start, item.pk))


def answers_for(viewer: Viewer) -> frozenset[int] | None:
    """Return the organisations (identities) for which ``viewer`` may answer; None: for all."""
    rights = rights_of(viewer, Scope.PROPOSALS_WRITE)
    return None if rights.everything else rights.edits_for


def may_answer_for(viewer: Viewer, owner: int) -> bool:
    """Return whether ``viewer`` may answer for an organisation (identity)."""
    own = answers_for(viewer)
    return own is None or owner in own


def eyes_of(organisation: int) -> Program:
    """Return who sees what an organisation (identity) sees, and no more."""
    return Program("", organisation, frozenset({Scope.WORKS_READ.value}))


def groups(items: Sequence[ProposalItem], present: Present) -> list[list[ProposalItem]]:
    """Return items in groups that depend on each other, as they were proposed or as they were answered.

    Works that are not in the plan stand alone.
    """
    by_position = {present.positions[item.work_id]: item for item in items if item.work_id in present.positions}
    proposed = {at: _days(item.new_start, item.new_finish) for at, item in by_position.items()}
    answered = {at: _days(*item.agreed_dates) for at, item in by_position.items()}
    tied = tied_groups(present, proposed)
    if answered != proposed:
        tied = _merged([*tied, *tied_groups(present, answered)])
    alone = [[item] for item in items if item.work_id not in present.positions]
    return [*([by_position[at] for at in group] for group in tied), *alone]


def group_of(item: ProposalItem, items: Sequence[ProposalItem], present: Present) -> list[ProposalItem]:
    """Return the items that depend on ``item``, itself included."""
    return next(group for group in groups(items, present) if item in group)


def agreed_dates(items: Iterable[ProposalItem]) -> Mapping[int, tuple[dt.date, dt.date]]:
    """Return the dates that works get as the answers stand, by identity; of what was declined, none."""
    return {item.work_id: item.agreed_dates for item in items if item.answer != Answer.DECLINED}


def _days(start: dt.date, finish: dt.date) -> tuple[int, int]:
    return to_day(start), to_day(finish)


def _merged(parts: Sequence[Sequence[int]]) -> list[list[int]]:
    """Return groups merged where they share a member."""
    first = [part[0] for part in parts for _ in part]
    return connected(first, [member for part in parts for member in part])
