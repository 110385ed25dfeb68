"""Three owners and works that depend on each other, in one place; and a proposal that moves them all."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import pytest

from planning.coordination.models import Proposal, ProposalItem
from planning.coordination.proposals.reading import items_of, with_items
from planning.coordination.proposals.sending import Letter, send_proposal
from planning.partners.models import Organisation, User
from planning.works.models import Work
from tests import factories as make

TODAY = dt.date(2026, 11, 23)
LATER = dt.timedelta(days=91)


@dataclass
class Site:
    """A demolition of Actium, the building on it of STILA, the street beside it of Gemeente, and a work apart.

    The proposal is Gemeente's: all a quarter later.
    """

    demolition: Work
    building: Work
    street: Work
    apart: Work
    actium: User
    stila: User
    gemeente: User

    def works(self) -> list[Work]:
        return [self.demolition, self.building, self.street, self.apart]

    def send(self, **more: Any) -> Proposal:
        dates = {work.pk: (work.planned_start + LATER, work.planned_finish + LATER) for work in self.works()}
        dates |= more.pop("dates", {})
        letter = Letter("Alles een kwartaal later", "De sloper kan niet eerder.", **more)
        return send_proposal(self.gemeente, self.street.owner_id, letter, dates, today=TODAY)

    def refresh(self) -> None:
        for work in self.works():
            work.refresh_from_db()


def organisation(slug: str) -> Organisation:
    return make.make_organisation(slug)


@pytest.fixture
def site(db: None) -> Site:
    """The works, and a planner of each owner."""
    owners = {slug: organisation(slug) for slug in ("actium", "stila", "gemeente-assen")}
    return Site(
        make.make_work("demolition", "2027-05-03", "2027-11-01", owner=owners["actium"], name="Sloop Aar"),
        make.make_work("new_build", "2027-11-08", "2029-01-08", owner=owners["stila"], name="Bouw Aar"),
        make.make_work(
            "street", "2029-01-15", "2029-04-02", make.box(42, 0, 10, 40), owner=owners["gemeente-assen"],
            name="Straat Aar",
        ),
        make.make_work("renovation", "2027-02-01", "2027-06-01", make.box(900), owner=owners["actium"], name="Ver weg"),
        *(make.make_user(owners[slug]) for slug in ("actium", "stila", "gemeente-assen")),
    )  # fmt: skip


def item(proposal: Proposal, work: Work) -> ProposalItem:
    """The item of a work, as it is kept now."""
    return next(each for each in read(proposal) if each.work_id == work.pk)


def read(proposal: Proposal) -> list[ProposalItem]:
    return items_of(with_items(Proposal.objects.filter(pk=proposal.pk)).get())


def answers(proposal: Proposal) -> dict[str, str]:
    """What is answered per work."""
    return {each.work.name: str(each.answer) for each in read(proposal)}
