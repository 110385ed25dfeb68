"""How a proposal ends otherwise than by agreement, and how it is brought up to date with works changed meanwhile."""

from __future__ import annotations

import datetime as dt
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
from planning.coordination.proposals.answering import UnfoundedAnswer, locked
from planning.coordination.proposals.applying import already_there, is_overtaken, settle
from planning.coordination.proposals.reading import Answer, group_of, items_of, may_answer_for
from planning.coordination.rescheduling import must_be_open
from planning.coordination.scenarios import may_edit
from planning.coordination.slips import effective

if TYPE_CHECKING:
    from planning.partners.viewers import Viewer


def withdraw(proposal: Proposal, reason: str, actor: Viewer, today: dt.date | None = None) -> None:
    """Withdraw what is still open of a proposal; what was applied stays.

    Raises
    ------
    PermissionDenied
        Where the actor does not plan for the sender.
    ProposalClosed
        Where it is no longer open.
    UnfoundedAnswer
        Where there is no reason.
    """
    with transaction.atomic(), pghistory.context(reason=reason, proposal=proposal.pk):
        held = locked(proposal, today or dt.date.today())
        if not may_edit(actor, held.sender_id):
            raise PermissionDenied
        if not reason.strip():
            raise UnfoundedAnswer(0, _("Zeg waarom u het voorstel intrekt."))
        _close(held, Proposal.State.WITHDRAWN, reason.strip())
        _tell(
            held,
            Happening.Kind.WITHDRAWN,
            (
                f"{held.sender.name} trok “{held.title}” in: {reason.strip()}",
                f"{held.sender.name} withdrew “{held.title}”: {reason.strip()}",
            ),
            actor,
        )


def expire_due(today: dt.date | None = None) -> int:
    """Let proposals expire that nobody can answer any more; returns how many."""
    today = today or dt.date.today()
    due = Proposal.objects.filter(state=Proposal.State.OPEN, expires_on__lte=today)
    expired = 0
    for pk in due.values_list("pk", flat=True):
        with transaction.atomic(), pghistory.context(proposal=pk):
            # Somebody may just have given the last answer.
            proposal = due.select_for_update(skip_locked=True).filter(pk=pk).first()
            if proposal is None:
                continue
            _close(proposal, Proposal.State.EXPIRED, "")
            _tell(
                proposal,
                Happening.Kind.EXPIRED,
                (
                    f"“{proposal.title}” is verlopen; wat nog open stond, gaat niet door.",
                    f"“{proposal.title}” expired; what was still open will not happen.",
                ),
                None,
            )
            expired += 1
    return expired


def refresh(proposal: Proposal, actor: Viewer, today: dt.date | None = None) -> list[ProposalItem]:
    """Base a proposal anew on works that were changed meanwhile; returns their items.

    Their dates as they are now become the old ones, and who depends on them is asked anew. A work that has the proposed
    dates already needs nothing more; one that can no longer get them is left out.

    Raises
    ------
    PermissionDenied
        Where the actor is neither the sender's nor an owner's planner.
    ProposalClosed
        Where it is no longer open.
    """
    today = today or dt.date.today()
    with transaction.atomic(), pghistory.context(proposal=proposal.pk):
        held = locked(proposal, today)
        items = items_of(held)
        if not may_edit(actor, held.sender_id) and not any(may_answer_for(actor, i.part.owner_id) for i in items):
            raise PermissionDenied
        overtaken = [item for item in items if is_overtaken(item)]
        whole = whole_plan(today)
        waiting = [item for item in items if item.applied_at is None]
        for item in overtaken:
            for other in group_of(item, waiting, whole):
                other.ask_again(_("%(work)s is intussen gewijzigd.") % {"work": _named(item)})
        for item in overtaken:
            _rebase(item)
        if overtaken:
            names = ", ".join(_named(item) for item in overtaken)
            _tell(
                held,
                Happening.Kind.REFRESHED,
                (
                    f"“{held.title}” is bijgewerkt naar de planning van nu: {names}.",
                    f"“{held.title}” was brought up to date with the plan as it is: {names}.",
                ),
                actor,
            )
            settle(held, actor, today, [item.pk for item in items])
    return overtaken


def _rebase(item: ProposalItem) -> None:
    work = item.work
    item.version, (item.old_start, item.old_finish) = work.version, effective(work)
    if already_there(item):
        item.answer, item.answered_at = Answer.ACCEPTED, timezone.now()
        item.applied_at, item.applied_version = timezone.now(), work.version
    else:
        try:
            must_be_open(work, item.new_start, item.new_finish)
        except ImpossibleDates as error:
            item.answer, item.answer_reason = Answer.DECLINED, str(error)
    item.save()


def _named(item: ProposalItem) -> str:
    return _("een werk") if item.work.visibility == "internal" else item.work.name


def _close(proposal: Proposal, state: Proposal.State, reason: str) -> None:
    proposal.state, proposal.close_reason, proposal.closed_at = state, reason, timezone.now()
    proposal.save(update_fields=["state", "close_reason", "closed_at"])


def _tell(proposal: Proposal, kind: Happening.Kind, said: tuple[str, str], actor: Viewer) -> None:
    owners = set(proposal.parts.values_list("owner_id", flat=True)) | {proposal.sender_id}
    events.record(
        kind,
        said,
        by=actor,
        organisation=proposal.sender_id if kind == Happening.Kind.WITHDRAWN else None,
        touches=owners,
        proposal=proposal,
    )
