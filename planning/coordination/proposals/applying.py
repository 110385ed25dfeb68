"""Putting into the plan what all agree on who depend on each other, and taking it back; never over another's change."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pghistory
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from planning.coordination import events
from planning.coordination.checking import ImpossibleDates
from planning.coordination.models import Happening, Proposal, ProposalItem
from planning.coordination.present import whole_plan
from planning.coordination.proposals.reading import Answer, groups, items_of, may_answer_for, with_items
from planning.coordination.rescheduling import ChangedMeanwhile, Redate, must_be_open, period_dates, reschedule
from planning.coordination.slips import effective
from planning.partners.visibility import Visibility

if TYPE_CHECKING:
    from planning.partners.viewers import Viewer


@dataclass
class Settled:
    """What became of a proposal: items applied now, and items that could not be because their work changed."""

    applied: list[ProposalItem] = field(default_factory=list)
    changed_meanwhile: list[ProposalItem] = field(default_factory=list)


def settle(proposal: Proposal, actor: Viewer, today: dt.date, news: Collection[int]) -> Settled:
    """Apply the groups of which nobody need say anything more, and close the proposal where nothing is left.

    The caller holds the proposal locked; ``news`` are the items (identities) of which something was said. What ties
    works together is looked at in the whole plan: it decides, and tells nobody anything.
    """
    settled = Settled()
    items = items_of(proposal)
    waiting = [item for item in items if item.applied_at is None]
    for group in groups(waiting, whole_plan(today)):
        wanted = [item for item in group if item.answer != Answer.DECLINED]
        told = any(item.pk in news for item in group)
        if not told or not wanted or not all(item.is_settled for item in group):
            continue
        try:
            _apply(proposal, wanted, actor, today)
            settled.applied += wanted
        except ChangedMeanwhile as error:
            changed = {conflict.work.pk for conflict in error.conflicts}
            settled.changed_meanwhile += [item for item in wanted if item.work_id in changed]
        except ImpossibleDates as error:
            settled.changed_meanwhile += [item for item in wanted if item.work_id == error.work]
    if settled.applied:
        _tell(proposal, actor, settled.applied, Happening.Kind.APPLIED)
    if settled.changed_meanwhile:
        _tell(proposal, actor, settled.changed_meanwhile, Happening.Kind.CONFLICT)
    if all(item.applied_at or item.answer == Answer.DECLINED for item in items):
        proposal.state, proposal.closed_at = Proposal.State.DONE, timezone.now()
        proposal.save(update_fields=["state", "closed_at"])
    return settled


def _apply(proposal: Proposal, items: Sequence[ProposalItem], actor: Viewer, today: dt.date) -> None:
    changes = [Redate(item.work_id, item.version, must_be_open(item.work, *item.agreed_dates)) for item in items]
    owners = {item.part.owner_id for item in items}
    reason = _("Voorstel “%(title)s”") % {"title": proposal.title}
    with transaction.atomic():
        done = reschedule(changes, actor, reason, agreed=owners, today=today, proposal=proposal.pk)
        now = timezone.now()
        for item, work in zip(items, done.works, strict=True):
            item.applied_at, item.applied_version = now, work.version
            item.save(update_fields=["applied_at", "applied_version"])


def undo(proposal: Proposal, actor: Viewer, today: dt.date | None = None) -> list[ProposalItem]:
    """Take back what was applied of the actor's own works; returns their items.

    Raises
    ------
    PermissionDenied
        Where nothing of the actor's own was applied.
    ChangedMeanwhile
        Where a work was changed since it was applied; then nothing is taken back.
    ImpossibleDates
        Where a work has begun or ended since.
    """
    today = today or dt.date.today()
    with transaction.atomic(), pghistory.context(proposal=proposal.pk):
        Proposal.objects.select_for_update().get(pk=proposal.pk)
        items = items_of(with_items(Proposal.objects.filter(pk=proposal.pk)).get())
        own = [item for item in items if item.applied_at and may_answer_for(actor, item.part.owner_id)]
        if not own:
            raise PermissionDenied
        changes = [
            Redate(item.work_id, item.applied_version or 0, period_dates(item.work, item.old_start, item.old_finish))
            for item in own
        ]
        owners = {item.part.owner_id for item in own}
        reason = _("Teruggenomen: voorstel “%(title)s”") % {"title": proposal.title}
        reschedule(changes, actor, reason, agreed=owners, today=today, proposal=proposal.pk)
        for item in own:
            item.applied_at = item.applied_version = None
            item.answer, item.answer_reason = Answer.DECLINED, _("Teruggenomen nadat het was doorgevoerd.")
            item.save(update_fields=["applied_at", "applied_version", "answer", "answer_reason"])
        _tell(proposal, actor, own, Happening.Kind.UNDONE)
    return own


def is_overtaken(item: ProposalItem) -> bool:
    """Whether the work has another version than the proposal was made on, so that it cannot be applied."""
    return item.applied_at is None and item.work.version != item.version


def can_be_undone(item: ProposalItem) -> bool:
    """Whether the work is still as applying left it."""
    return item.applied_at is not None and item.work.version == item.applied_version


def already_there(item: ProposalItem) -> bool:
    """Whether the work has the proposed dates already."""
    return effective(item.work) == item.agreed_dates


def _tell(proposal: Proposal, actor: Viewer, items: Sequence[ProposalItem], kind: Happening.Kind) -> None:
    names = ", ".join(item.work.name for item in items if item.work.visibility != Visibility.INTERNAL)
    nl, en = {
        Happening.Kind.APPLIED: (
            f"Doorgevoerd uit “{proposal.title}”: {names or 'eigen werken'}.",
            f"Applied from “{proposal.title}”: {names or 'own works'}.",
        ),
        Happening.Kind.CONFLICT: (
            f"Niet doorgevoerd uit “{proposal.title}”, want intussen gewijzigd: {names or 'een werk'}.",
            f"Not applied from “{proposal.title}”, as changed meanwhile: {names or 'a work'}.",
        ),
        Happening.Kind.UNDONE: (
            f"Teruggenomen na “{proposal.title}”: {names or 'eigen werken'}.",
            f"Taken back after “{proposal.title}”: {names or 'own works'}.",
        ),
    }[kind]
    owners = {part.owner_id for part in proposal.parts.all()} | {proposal.sender_id}
    events.record(
        kind,
        (nl, en),
        by=actor,
        touches=owners,
        works=[item.work_id for item in items if item.work.visibility != Visibility.INTERNAL],
        proposal=proposal,
    )
