"""Works are tied where the one cannot move without the other, and only there."""

from __future__ import annotations

import datetime as dt

import pytest

from planning.coordination.present import whole_plan
from planning.coordination.proposals.ties import tied_groups
from planning.sequencing.plan import to_day
from planning.works.models import Dependency, Work
from tests import factories as make
from tests.coordination.proposals.conftest import LATER, TODAY, Site

pytestmark = pytest.mark.django_db


def tied(works: list[Work], by: dt.timedelta = LATER) -> list[set[str]]:
    present = whole_plan(TODAY)
    names = {present.positions[work.pk]: work.name for work in works}
    dates = {
        present.positions[work.pk]: (to_day(work.planned_start + by), to_day(work.planned_finish + by))
        for work in works
    }
    return [{names[at] for at in group} for group in tied_groups(present, dates)]


def test_a_chain_on_one_ground_is_tied_and_what_lies_apart_is_not(site: Site) -> None:
    groups = tied(site.works())
    assert {"Sloop Aar", "Bouw Aar", "Straat Aar"} in groups
    assert {"Ver weg"} in groups


def test_a_chain_with_room_between_is_not_tied(site: Site) -> None:
    for work, years in ((site.building, 2), (site.street, 5)):
        work.planned_start += dt.timedelta(365 * years)
        work.planned_finish += dt.timedelta(365 * years)
        work.save()
    groups = tied(site.works(), dt.timedelta(7))
    assert {"Sloop Aar"} in groups


def test_what_owners_stated_ties_however_far_apart(site: Site) -> None:
    Dependency.objects.create(predecessor=site.apart, successor=site.demolition)
    site.apart.planned_finish = dt.date(2027, 5, 1)
    site.apart.save()
    assert len(tied(site.works())) == 1


def test_two_that_would_stand_in_each_others_way_are_tied() -> None:
    here = make.make_work("sewer", "2027-03-01", "2027-05-01", make.box(0, 0, 10), name="Riool", hinders_traffic=True)
    there = make.make_work(
        "cables_pipes", "2027-05-01", "2027-07-01", make.box(12, 0, 10), name="Kabels", hinders_traffic=True,
        owner=make.make_organisation("netbeheerder"),
    )  # fmt: skip
    # Each goes two months later: if only the sewer went, both would be at work at once.
    assert tied([here, there], dt.timedelta(61)) == [{"Riool", "Kabels"}]
