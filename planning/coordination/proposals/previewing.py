"""What sending or answering would do, before it is done: it is done, looked at, and taken back in one transaction."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from planning.coordination.check_rows import Row, found_row
from planning.coordination.checking import Checked, Followers, check
from planning.coordination.models import Proposal, ProposalItem, Scenario
from planning.coordination.present import Present, plan_seen_by
from planning.coordination.proposals.answering import Said, answer
from planning.coordination.proposals.reading import Answer, agreed_dates, items_of, with_items, with_items_seen_by
from planning.coordination.proposals.sending import Letter, send_proposal
from planning.coordination.scenarios import Dates

if TYPE_CHECKING:
    from planning.partners.viewers import Viewer


@dataclass(frozen=True)
class SendingPreview:
    """Whom a proposal would go to: per owner its items, and which of the sender's own would be applied at once.

    The reasons of another's items are that owner's to read: they tell what only it sees.
    """

    sender: int
    parts: Sequence[tuple[str, Sequence[ProposalItem]]]
    at_once: Sequence[ProposalItem]


@dataclass(frozen=True)
class AnswerPreview:
    """What answers would lead to.

    Parameters
    ----------
    applied
        Items that would be applied, of all owners who depend on each other.
    reopened
        Items of others who would be asked anew.
    changed_meanwhile
        Items that could not be applied because their work changed.
    breaks
        Findings that would come if all others went along with these answers and that the whole proposal does not have,
        as far as the answering one may see.
    """

    applied: Sequence[ProposalItem]
    reopened: Sequence[ProposalItem]
    changed_meanwhile: Sequence[ProposalItem]
    breaks: Sequence[Row]


def preview_sending(
    actor: Viewer, sender: int, letter: Letter, dates: Dates, scenario: Scenario | None = None
) -> SendingPreview:
    """Return what sending would do; raises what sending raises."""
    with _taken_back():
        sent = send_proposal(actor, sender, letter, dates, scenario)
        kept = with_items(Proposal.objects.filter(pk=sent.pk)).get()
        parts = [(part.owner.name, list(part.items.all())) for part in kept.parts.all()]
        return SendingPreview(sender, parts, [item for item in items_of(kept) if item.applied_at])


def preview_answers(
    proposal: Proposal, said: Sequence[Said], actor: Viewer, today: dt.date | None = None
) -> AnswerPreview:
    """Return what answers would lead to; raises what answering raises."""
    before = _seen(proposal, actor)
    present = plan_seen_by(actor, today)
    with _taken_back():
        settled = answer(proposal, said, actor, today)
        after = _seen(proposal, actor)
    was = {item.pk: item.answer for item in before}
    reopened = [item for item in after if item.answer == Answer.OPEN and was[item.pk] != Answer.OPEN]
    return AnswerPreview(settled.applied, reopened, settled.changed_meanwhile, what_breaks(after, present))


def what_breaks(items: Sequence[ProposalItem], present: Present) -> list[Row]:
    """Return the findings that the answers as they stand would lead to and that the whole proposal would not."""
    waiting = [item for item in items if item.applied_at is None and item.work_id in present.positions]
    whole = _checked(present, {item.work_id: (item.new_start, item.new_finish) for item in waiting})
    partly = _checked(present, agreed_dates(waiting))
    plan = partly.ripple.plan
    return [
        found_row(present, plan, key, found)
        for key, found in partly.new.items()
        if key not in whole.new and found.finish > plan.today
    ]


def _checked(present: Present, dates: Dates) -> Checked:
    return check(present, dates, followers=Followers.STAY)


def _seen(proposal: Proposal, actor: Viewer) -> list[ProposalItem]:
    kept = with_items_seen_by(Proposal.objects.filter(pk=proposal.pk), actor).get()
    return [item for item in items_of(kept) if item.seen]  # type: ignore[attr-defined]


@contextmanager
def _taken_back() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
