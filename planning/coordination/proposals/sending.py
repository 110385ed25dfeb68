"""Sending other dates to the owners: each gets its own works, with why as far as it may see."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pghistory
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from planning.coordination import events
from planning.coordination.check_rows import figures_row
from planning.coordination.checking import Followers, ImpossibleDates, check
from planning.coordination.models import Happening, Proposal, ProposalItem, ProposalPart, Scenario
from planning.coordination.present import Present, plan_seen_by
from planning.coordination.proposals.applying import settle
from planning.coordination.proposals.reading import Answer, eyes_of, items_of, with_items
from planning.coordination.rescheduling import must_be_open
from planning.coordination.scenarios import Dates, may_edit
from planning.coordination.slips import effective
from planning.partners.models import Organisation, User
from planning.partners.visibility import Visibility
from planning.sequencing.resequencing.explain import changes
from planning.sequencing.resequencing.options import Options
from planning.sequencing.resequencing.sentences import change_sentences
from planning.sequencing.rules.base import Lang
from planning.works.models import Work

if TYPE_CHECKING:
    from planning.partners.viewers import Viewer

ANSWER_WITHIN_DAYS: Final = 28
"""Owners have so long where the sender says nothing else."""

ANSWER_AT_MOST_DAYS: Final = 366


class NothingToPropose(ValueError):  # noqa: N818 - what it is, not that it is an error
    """A proposal moves at least one work."""


@dataclass(frozen=True)
class Letter:
    """What a sender says with a proposal."""

    title: str
    message: str = ""
    expires_on: dt.date | None = None
    origin: Proposal.Origin = Proposal.Origin.SCENARIO


def send_proposal(
    actor: Viewer,
    sender: int,
    letter: Letter,
    dates: Dates,
    scenario: Scenario | None = None,
    today: dt.date | None = None,
) -> Proposal:
    """Send other dates to the owners of the works.

    Parameters
    ----------
    actor, sender
        Who sends it, for which organisation (identity). The sender's own works count as accepted.
    letter
        What is said with it.
    dates
        Per work (identity) its other ``[start, finish)``.
    scenario
        Where they come from.
    today
        The day it is sent.

    Raises
    ------
    PermissionDenied
        Where the actor does not plan for the sender.
    NothingToPropose
        Where no work gets other dates.
    ImpossibleDates
        Where a work is not there or cannot get these dates, or there is no time to answer.
    """
    today = today or dt.date.today()
    if not may_edit(actor, sender):
        raise PermissionDenied
    present = plan_seen_by(actor, today)
    expires_on = letter.expires_on or today + dt.timedelta(days=ANSWER_WITHIN_DAYS)
    if not today < expires_on <= today + dt.timedelta(days=ANSWER_AT_MOST_DAYS):
        raise ImpossibleDates(0, _("Antwoorden kan tot een dag in het komende jaar."))
    checked = check(present, dates, followers=Followers.STAY)
    with transaction.atomic(), pghistory.context(reason=letter.title):
        works = _moving(dates)
        proposal = Proposal.objects.create(
            scenario=scenario,
            origin=letter.origin,
            sender_id=sender,
            sent_by=actor if isinstance(actor, User) else None,
            title=letter.title,
            message=letter.message,
            expires_on=expires_on,
            figures={"before": figures_row(checked.before), "after": figures_row(checked.after)},
        )
        owners = sorted({work.owner_id for work in works.values()})
        for owner in owners:
            _part(proposal, owner, sender, {pk: work for pk, work in works.items() if work.owner_id == owner}, dates,
                  actor, today)  # fmt: skip
        _tell(proposal, actor, owners, works)
        # Own works that depend on nobody else's wait for nobody.
        kept = with_items(Proposal.objects.filter(pk=proposal.pk)).get()
        settle(kept, actor, today, [item.pk for item in items_of(kept)])
    return kept


def _moving(dates: Dates) -> dict[int, Work]:
    """Return the works that get other dates than they have, as they are kept; refuse what cannot move."""
    kept = Work.objects.select_related("owner").defer("geometry", "mercator", "ground").in_bulk(list(dates))
    moving = {}
    for pk, period in dates.items():
        must_be_open(kept[pk], *period)
        if effective(kept[pk]) != period:
            moving[pk] = kept[pk]
    if not moving:
        raise NothingToPropose
    return moving


def _part(
    proposal: Proposal,
    owner: int,
    sender: int,
    works: Mapping[int, Work],
    dates: Dates,
    actor: Viewer,
    today: dt.date,
) -> None:
    """Make what one owner is asked, with reasons that tell only what it may see."""
    seen = plan_seen_by(eyes_of(owner), today)
    why = reasons(seen, {pk: period for pk, period in dates.items() if pk in seen.positions})
    part = ProposalPart.objects.create(proposal=proposal, owner_id=owner)
    own = owner == sender
    old = {pk: effective(work) for pk, work in works.items()}
    ProposalItem.objects.bulk_create(
        ProposalItem(
            part=part,
            work=work,
            version=work.version,
            old_start=old[pk][0],
            old_finish=old[pk][1],
            new_start=dates[pk][0],
            new_finish=dates[pk][1],
            reason_nl=why.get(pk, ("", ""))[0],
            reason_en=why.get(pk, ("", ""))[1],
            # Who proposes other dates for its own works has agreed to them.
            answer=Answer.ACCEPTED if own else Answer.OPEN,
            answered_at=timezone.now() if own else None,
            answered_by=actor if own and isinstance(actor, User) else None,
        )
        for pk, work in works.items()
    )


def reasons(seen: Present, dates: Dates) -> dict[int, tuple[str, str]]:
    """Return per work why it is to move, what that wins and what it costs, in Dutch and English."""
    plan = check(seen, dates, followers=Followers.STAY).ripple.plan
    options = Options(lead_weeks=0)
    return {
        int(plan.works.id[change.work]): tuple(  # type: ignore[misc]
            " ".join(change_sentences(change, seen.plan, plan, seen.rules, lang)[1:]) for lang in (Lang.NL, Lang.EN)
        )
        for change in changes(seen.plan, plan, seen.rules, options)
    }


def _tell(proposal: Proposal, actor: Viewer, owners: list[int], works: Mapping[int, Work]) -> None:
    sender = Organisation.objects.get(pk=proposal.sender_id)
    events.record(
        Happening.Kind.PROPOSAL_SENT,
        (
            f"{sender.name} stelt andere data voor: {proposal.title}.",
            f"{sender.name} proposes other dates: {proposal.title}.",
        ),
        by=actor,
        organisation=proposal.sender_id,
        touches=owners,
        works=[pk for pk, work in works.items() if work.visibility != Visibility.INTERNAL],
        proposal=proposal,
        facts={"title": proposal.title, "expires_on": proposal.expires_on.isoformat()},
    )
