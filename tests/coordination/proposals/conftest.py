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
    today: dt.date

    def works(self) -> list[Work]:
        return [self.demolition, self.building, self.street, self.apart]

    def send(self, **more: Any) -> Proposal:
        dates = {work.pk: (work.planned_start + LATER, work.planned_finish + LATER) for work in self.works()}
        dates |= more.pop("dates", {})
        letter = Letter("Alles een kwartaal later", "De sloper kan niet eerder.", **more)
        return send_proposal(self.gemeente, self.street.owner_id, letter, dates, today=self.today)

    def refresh(self) -> None:
        for work in self.works():
            work.refresh_from_db()


def organisation(slug: str) -> Organisation:
    return make.make_organisation(slug)


@pytest.fixture
def site(db: None) -> Site:
    """The works, and a planner of each owner."""
    return make_site(TODAY)


def make_site(today: dt.date) -> Site:
    """Make the works in the year after ``today`` and those after it, and a planner of each owner."""
    owners = {slug: organisation(slug) for slug in ("actium", "stila", "gemeente-assen")}
    year = today.year + 1
    return Site(
        make.make_work("demolition", f"{year}-05-03", f"{year}-11-01", owner=owners["actium"], name="Sloop Aar"),
        make.make_work("new_build", f"{year}-11-08", f"{year + 2}-01-08", owner=owners["stila"], name="Bouw Aar"),
        make.make_work(
            "street", f"{year + 2}-01-15", f"{year + 2}-04-02", make.box(42, 0, 10, 40),
            owner=owners["gemeente-assen"], name="Straat Aar",
        ),
        make.make_work(
            "renovation", f"{year}-02-01", f"{year}-06-01", make.box(900), owner=owners["actium"], name="Ver weg"
        ),
        *(make.make_user(owners[slug]) for slug in ("actium", "stila", "gemeente-assen")),
        today,
    )  # fmt: skip


def item(proposal: Proposal, work: Work) -> ProposalItem:
    """The item of a work, as it is kept now."""
    return next(each for each in read(proposal) if each.work_id == work.pk)


def read(proposal: Proposal) -> list[ProposalItem]:
    return items_of(with_items(Proposal.objects.filter(pk=proposal.pk)).get())


def answers(proposal: Proposal) -> dict[str, str]:
    """What is answered per work."""
    return {each.work.name: str(each.answer) for each in read(proposal)}
