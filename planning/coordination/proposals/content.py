"""All that a page says of a proposal, to who reads it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils import timezone

from planning.coordination.check_rows import Row, found_row
from planning.coordination.checking import Checked, Followers, ImpossibleDates, check
from planning.coordination.figure_rows import FigureLine, figure_lines, figures_from
from planning.coordination.models import Happening, Proposal, ProposalItem, ProposalPart
from planning.coordination.present import Present
from planning.coordination.proposals.applying import can_be_undone, is_overtaken
from planning.coordination.proposals.previewing import what_breaks
from planning.coordination.proposals.reading import Answer, answers_for, groups, items_of
from planning.coordination.scenarios import Dates, may_edit
from planning.partners.permissions import organisations_of
from planning.partners.viewers import Scope

if TYPE_CHECKING:
    from planning.partners.viewers import Viewer


@dataclass(frozen=True)
class ItemView:
    """A work in a proposal, and the others that it depends on."""

    item: ProposalItem
    ties: Sequence[ProposalItem]
    overtaken: bool
    undoable: bool

    @property
    def is_open(self) -> bool:
        """Whether its owner is still to answer."""
        return self.item.answer == Answer.OPEN and self.item.applied_at is None

    @property
    def last_new_day(self) -> dt.date:
        """Last day of the proposed period, as people write an end."""
        return self.item.new_finish - dt.timedelta(days=1)

    @property
    def waits_for(self) -> list[str]:
        """The owners, others than its own, who are still to answer before it can be applied."""
        return sorted(
            {
                other.part.owner.name
                for other in self.ties
                if not other.is_settled and other.part_id != self.item.part_id
            }
        )


@dataclass(frozen=True)
class PartView:
    """What one owner is asked; ``hidden`` counts works of it that the reader may not see."""

    part: ProposalPart
    items: Sequence[ItemView]
    hidden: int
    own: bool

    @property
    def open_items(self) -> list[ItemView]:
        """The items that wait for an answer."""
        return [each for each in self.items if each.is_open]


@dataclass(frozen=True)
class ProposalContent:
    """What the page of a proposal says.

    Parameters
    ----------
    own, others
        Parts that the reader answers for, and the rest.
    counters
        Counters that wait for the sender.
    figures
        What it wins, as it was sent.
    new, gone
        Findings that come and go with it as the plan is now; empty where it is no longer open.
    breaks
        Findings that the answers as they stand would lead to and the whole would not.
    overtaken
        Items whose work changed since.
    undoable
        Items of the reader that were applied and are still so.
    dates
        The dates it gives works that may be seen.
    """

    proposal: Proposal
    own: Sequence[PartView]
    others: Sequence[PartView]
    counters: Sequence[ItemView]
    figures: Sequence[FigureLine]
    new: Sequence[Row]
    gone: Sequence[Row]
    breaks: Sequence[Row]
    overtaken: Sequence[ItemView]
    undoable: Sequence[ItemView]
    dates: Dates
    log: Sequence[Happening]
    is_sender: bool
    answered: int
    asked: int

    @property
    def is_open(self) -> bool:
        """Whether anything can still be said of it."""
        return self.proposal.state == Proposal.State.OPEN

    @property
    def to_answer(self) -> list[ItemView]:
        """The reader's own items that wait for an answer."""
        return [each for part in self.own for each in part.open_items] if self.is_open else []


def proposal_content(proposal: Proposal, present: Present, viewer: Viewer) -> ProposalContent:
    """Return what a page says of a proposal that was read ``with_items_seen_by`` its reader."""
    own = answers_for(viewer)
    items = items_of(proposal)
    seen = [item for item in items if item.seen]  # type: ignore[attr-defined]
    ties = _ties(seen, present)
    views = {item.pk: _view(item, ties, own) for item in seen}
    parts = [_part(part, views, own) for part in proposal.parts.all()]
    open_ = proposal.state == Proposal.State.OPEN
    dates = {item.work_id: item.agreed_dates for item in seen if open_ or item.applied_at}
    checked = _checked(present, {item.work_id: (item.new_start, item.new_finish) for item in seen}) if open_ else None
    figures = [figures_from(proposal.figures.get(name, {})) for name in ("before", "after")] if proposal.figures else []
    sends = may_edit(viewer, proposal.sender_id)
    partly = open_ and any(item.answer in (Answer.DECLINED, Answer.COUNTERED) for item in seen)
    return ProposalContent(
        proposal,
        [part for part in parts if part.own],
        [part for part in parts if not part.own],
        [view for view in views.values() if view.item.answer == Answer.COUNTERED and not view.item.is_settled]
        if sends and open_
        else [],
        figure_lines(*[each for each in figures if each]) if len(figures) == 2 and all(figures) else [],
        [found_row(present, checked.ripple.plan, key, found) for key, found in checked.new.items()] if checked else [],
        [found_row(present, present.plan, key, found) for key, found in checked.gone.items()] if checked else [],
        what_breaks(seen, present) if partly else [],
        [view for view in views.values() if open_ and view.overtaken],
        [view for view in views.values() if view.undoable],
        {pk: period for pk, period in dates.items() if pk in present.positions},
        list(proposal.happenings.visible_to(viewer).select_related("by", "organisation").order_by("-at", "-pk")[:100]),
        sends,
        sum(item.answer != Answer.OPEN for item in items),
        len(items),
    )


def note_seen(proposal: Proposal, viewer: Viewer) -> None:
    """Note that an owner has looked at what it is asked."""
    members = organisations_of(viewer, Scope.PROPOSALS_READ)
    unseen = [part.pk for part in proposal.parts.all() if part.seen_at is None and part.owner_id in members]
    if unseen:
        ProposalPart.objects.filter(pk__in=unseen).update(seen_at=timezone.now())


def _ties(items: Sequence[ProposalItem], present: Present) -> Mapping[int, list[ProposalItem]]:
    """Return per item (identity) the others that it depends on and that were not applied yet."""
    waiting = [item for item in items if item.applied_at is None]
    return {
        item.pk: [other for other in group if other != item] for group in groups(waiting, present) for item in group
    }


def _view(item: ProposalItem, ties: Mapping[int, list[ProposalItem]], own: frozenset[int] | None) -> ItemView:
    mine = own is None or item.part.owner_id in own
    return ItemView(item, ties.get(item.pk, []), is_overtaken(item), mine and can_be_undone(item))


def _part(part: ProposalPart, views: Mapping[int, ItemView], own: frozenset[int] | None) -> PartView:
    items = [views[item.pk] for item in part.items.all() if item.pk in views]
    mine = own is None or part.owner_id in own
    return PartView(part, items, len(part.items.all()) - len(items), mine)


def _checked(present: Present, dates: Dates) -> Checked | None:
    here = {pk: period for pk, period in dates.items() if pk in present.positions}
    try:
        return check(present, here, followers=Followers.STAY)
    except ImpossibleDates:
        return None
