"""What owners say of a proposal: each of its own works, and with what follows from it for who depends on them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pghistory
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from planning.coordination import events
from planning.coordination.checking import ImpossibleDates, in_days
from planning.coordination.models import Happening, Proposal, ProposalItem
from planning.coordination.present import whole_plan
from planning.coordination.proposals.applying import Settled, settle
from planning.coordination.proposals.reading import Answer, group_of, items_of, may_answer_for, with_items
from planning.coordination.rescheduling import must_be_open
from planning.coordination.scenarios import may_edit
from planning.partners.models import Organisation, User
from planning.partners.visibility import Visibility
from planning.sequencing.rules import wording
from planning.sequencing.rules.base import Lang

if TYPE_CHECKING:
    from planning.partners.viewers import Viewer


class ProposalClosed(Exception):  # noqa: N818 - what it is, not that it is an error
    """There is nothing to answer any more; says why."""


class UnfoundedAnswer(ValueError):  # noqa: N818 - what it is, not that it is an error
    """An answer that lacks something; says what.

    Parameters
    ----------
    item
        Identity of the item.
    """

    def __init__(self, item: int, text: str) -> None:
        super().__init__(text)
        self.item = item


@dataclass(frozen=True)
class Said:
    """An answer about one item (identity); ``start`` and ``finish`` are those of a counter."""

    item: int
    answer: ProposalItem.Answer
    reason: str = ""
    start: dt.date | None = None
    finish: dt.date | None = None


def answer(proposal: Proposal, said: Sequence[Said], actor: Viewer, today: dt.date | None = None) -> Settled:
    """Answer for some of the actor's own works, and apply what all then agree on.

    An answer other than what was proposed asks those anew who depend on it and had agreed.

    Raises
    ------
    PermissionDenied
        Where an item is not the actor's to answer.
    ProposalClosed
        Where it is no longer open.
    UnfoundedAnswer
        Where declining has no reason, or a counter no dates that can be.
    """
    today = today or dt.date.today()
    with transaction.atomic(), pghistory.context(proposal=proposal.pk):
        held = locked(proposal, today)
        items = items_of(held)
        chosen = _chosen(items, said, actor)
        changed = [item for item, words in chosen if _take(item, words, actor, held, today)]
        _tell_answers(held, chosen, actor)
        if changed:
            _ask_anew(held, items, changed, {item.pk for item, _ in chosen}, actor, today)
        return settle(held, actor, today, [item.pk for item, _ in chosen])


def agree(proposal: Proposal, item_ids: Collection[int], actor: Viewer, today: dt.date | None = None) -> Settled:
    """Let the sender agree to counters; its own works that depend on them are accepted with it.

    Raises
    ------
    PermissionDenied
        Where the actor does not plan for the sender.
    ProposalClosed
        Where it is no longer open.
    UnfoundedAnswer
        Where an item is no counter.
    """
    today = today or dt.date.today()
    with transaction.atomic(), pghistory.context(proposal=proposal.pk):
        held = locked(proposal, today)
        if not may_edit(actor, held.sender_id):
            raise PermissionDenied
        items = items_of(held)
        counters = _counters(items, item_ids)
        now = timezone.now()
        whole = whole_plan(today)
        for counter in counters:
            counter.agreed_at = now
            counter.save(update_fields=["agreed_at"])
            for other in group_of(counter, items, whole):
                if other.part.owner_id == held.sender_id and other.answer == Answer.OPEN:
                    other.give_answer(Answer.ACCEPTED, "", actor if isinstance(actor, User) else None)
                    other.save()
        _tell(held, Happening.Kind.AGREED, actor, held.sender_id, counters,
              "is akkoord met andere data voor", "agrees to other dates for")  # fmt: skip
        return settle(held, actor, today, [counter.pk for counter in counters])


def refuse_counter(
    proposal: Proposal, item_ids: Collection[int], reason: str, actor: Viewer, today: dt.date | None = None
) -> None:
    """Let the sender put the proposed dates to an owner again instead of its counter, with a reason.

    Raises
    ------
    PermissionDenied, ProposalClosed, UnfoundedAnswer
        As in ``agree``; and where there is no reason.
    """
    today = today or dt.date.today()
    with transaction.atomic(), pghistory.context(proposal=proposal.pk):
        held = locked(proposal, today)
        if not may_edit(actor, held.sender_id):
            raise PermissionDenied
        counters = _counters(items_of(held), item_ids)
        if not reason.strip():
            raise UnfoundedAnswer(next(iter(item_ids)), _("Zeg waarom de andere data niet kunnen."))
        for counter in counters:
            counter.ask_again(reason.strip())
        _tell(held, Happening.Kind.REOPENED, actor, held.sender_id, counters,
              "vraagt toch om de eerste data voor", "asks for the first dates after all for")  # fmt: skip


def locked(proposal: Proposal, today: dt.date) -> Proposal:
    """Return a proposal that nobody else acts on until this is over; refuse where it is no longer open."""
    Proposal.objects.select_for_update().get(pk=proposal.pk)
    held = with_items(Proposal.objects.filter(pk=proposal.pk)).get()
    if held.state != Proposal.State.OPEN:
        raise ProposalClosed(_("Dit voorstel is %(state)s.") % {"state": held.get_state_display()})
    if held.expires_on <= today:
        raise ProposalClosed(_("Antwoorden kon tot %(day)s.") % {"day": f"{held.expires_on:%d-%m-%Y}"})
    return held


def _chosen(items: Sequence[ProposalItem], said: Sequence[Said], actor: Viewer) -> list[tuple[ProposalItem, Said]]:
    by_pk = {item.pk: item for item in items}
    if any(words.item not in by_pk or not may_answer_for(actor, by_pk[words.item].part.owner_id) for words in said):
        raise PermissionDenied
    for words in said:
        if by_pk[words.item].applied_at is not None:
            raise UnfoundedAnswer(words.item, _("Dit is al doorgevoerd; neem het terug als het anders moet."))
    return [(by_pk[words.item], words) for words in said]


def _take(item: ProposalItem, said: Said, actor: Viewer, proposal: Proposal, today: dt.date) -> bool:
    """Put an answer on an item; return whether its work now gets other dates than others could count on."""
    before = item.agreed_dates
    reason = said.reason.strip()
    if said.answer == Answer.DECLINED and not reason:
        raise UnfoundedAnswer(item.pk, _("Zeg waarom niet; de anderen lezen het."))
    if said.answer == Answer.COUNTERED:
        item.counter_start, item.counter_finish = _counter(item, said, today)
    item.give_answer(said.answer, reason, actor if isinstance(actor, User) else None)
    if item.answer == Answer.COUNTERED and item.agreed_dates == (item.new_start, item.new_finish):
        item.answer = Answer.ACCEPTED  # the very dates that were proposed
    item.agreed_at = timezone.now() if item.answer == Answer.COUNTERED and may_edit(actor, proposal.sender_id) else None
    item.save()
    return item.agreed_dates != before


def _counter(item: ProposalItem, said: Said, today: dt.date) -> tuple[dt.date, dt.date]:
    if said.start is None or said.finish is None:
        raise UnfoundedAnswer(item.pk, _("Geef het begin en het einde dat wel kan."))
    try:
        in_days(whole_plan(today), {item.work_id: (said.start, said.finish)})
        must_be_open(item.work, said.start, said.finish)
    except ImpossibleDates as error:
        raise UnfoundedAnswer(item.pk, str(error)) from None
    return said.start, said.finish


def _ask_anew(
    proposal: Proposal,
    items: Sequence[ProposalItem],
    changed: Sequence[ProposalItem],
    just_answered: Collection[int],
    actor: Viewer,
    today: dt.date,
) -> None:
    """Open again what others had agreed to on the strength of dates that are now other ones."""
    whole = whole_plan(today)
    waiting = [item for item in items if item.applied_at is None]
    reopened: dict[int, ProposalItem] = {}
    for item in changed:
        for other in group_of(item, waiting, whole):
            agreed = other.answer == Answer.ACCEPTED or (other.answer == Answer.COUNTERED and other.agreed_at)
            if agreed and other.pk not in just_answered and other.part.owner_id != item.part.owner_id:
                # Whoever may not see the work that changed is told no more than that one did.
                name = _("een ander werk") if item.work.visibility == Visibility.INTERNAL else item.work.name
                other.ask_again(_("%(work)s krijgt andere data dan eerst.") % {"work": name})
                reopened[other.pk] = other
    if reopened:
        _tell(proposal, Happening.Kind.REOPENED, actor, changed[0].part.owner_id, list(reopened.values()),
              "antwoordde anders; opnieuw gevraagd wordt", "answered otherwise; asked anew is")  # fmt: skip


def _counters(items: Sequence[ProposalItem], item_ids: Collection[int]) -> list[ProposalItem]:
    by_pk = {item.pk: item for item in items}
    for pk in item_ids:
        if pk not in by_pk or by_pk[pk].answer != Answer.COUNTERED or by_pk[pk].applied_at is not None:
            raise UnfoundedAnswer(pk, _("Hier ligt geen tegenvoorstel (meer)."))
    return [by_pk[pk] for pk in item_ids]


def _tell_answers(proposal: Proposal, chosen: Sequence[tuple[ProposalItem, Said]], actor: Viewer) -> None:
    """Tell per owner and per kind of answer; one happening for all works that were answered alike."""
    words = {
        Answer.ACCEPTED: (Happening.Kind.ANSWERED, "is akkoord met", "agrees to"),
        Answer.DECLINED: (Happening.Kind.ANSWERED, "is niet akkoord met", "does not agree to"),
        Answer.COUNTERED: (Happening.Kind.COUNTERED, "stelt andere data voor:", "proposes other dates:"),
    }
    for owner in sorted({item.part.owner_id for item, _said in chosen}):
        for given, (kind, dutch, english) in words.items():
            alike = [item for item, _said in chosen if item.part.owner_id == owner and item.answer == given]
            if alike:
                _tell(proposal, kind, actor, owner, alike, dutch, english)


def _tell(
    proposal: Proposal,
    kind: Happening.Kind,
    actor: Viewer,
    organisation: int,
    items: Sequence[ProposalItem],
    dutch: str,
    english: str,
) -> None:
    name = Organisation.objects.values_list("name", flat=True).get(pk=organisation)
    open_to_all = [item for item in items if item.work.visibility != Visibility.INTERNAL]
    said = []
    for lang, verb in ((Lang.NL, dutch), (Lang.EN, english)):
        works = wording.some([item.work.name for item in open_to_all], lang) or {
            Lang.NL: "eigen werk", Lang.EN: "own works",
        }[lang]  # fmt: skip
        reasons = "; ".join(sorted({item.answer_reason for item in open_to_all if item.answer_reason}))
        said.append(f"{name} {verb} {works}" + (f": {reasons}" if reasons else "."))
    owners = {part.owner_id for part in proposal.parts.all()} | {proposal.sender_id}
    events.record(
        kind,
        (said[0], said[1]),
        by=actor,
        organisation=organisation,
        touches=owners,
        works=[item.work_id for item in open_to_all],
        proposal=proposal,
        facts={"items": [item.pk for item in items]},
    )
