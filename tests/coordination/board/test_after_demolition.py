"""After demolition: what follows, how long the ground lies fallow, and planning it straight after."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from planning.coordination.board.after_demolition import after_demolition
from planning.coordination.board.choice import Choice
from planning.coordination.board.straight_after import plan_straight_after
from planning.coordination.models import Crew
from planning.coordination.place import NotThereError
from planning.sequencing.rules.base import Lang
from tests import factories as make

pytestmark = pytest.mark.django_db
D = dt.date
TODAY = D(2026, 11, 23)


@pytest.fixture
def stroom():
    """A demolition of 40 homes, its building a year later, the street beside it too early, and a built-up ground."""
    make.make_buurt(wijk=make.make_wijk())
    city = make.make_organisation("gemeente-assen")
    return {
        "sloop": make.make_work("demolition", "2027-08-02", "2027-11-01", name="Sloop Stroom", dwellings=40),
        "bouw": make.make_work("new_build", "2028-11-06", "2029-11-05", name="Nieuwbouw Stroom", dwellings=44),
        "straat": make.make_work("street", "2028-03-06", "2028-06-05", make.box(40, 0, 8, 40), city, name="Straat"),
        "oud": make.make_work("demolition", "2019-01-07", "2019-04-01", make.box(200, 0), name="Oude sloop",
                              status="done"),
        "nieuw": make.make_work("new_build", "2019-06-03", "2020-06-01", make.box(200, 0), name="Nieuw al klaar",
                                status="done"),
    }  # fmt: skip


def test_every_demolition_tells_what_follows_and_how_long_its_ground_lies_fallow(stroom):
    found = after_demolition(None, Choice(), TODAY)
    (cleared,), (closed,) = found.open, found.closed
    assert (cleared.work.name, cleared.start, cleared.until) == ("Sloop Stroom", D(2027, 11, 1), D(2028, 11, 6))
    assert (cleared.weeks, cleared.coming_weeks, found.coming_weeks) == (53, 53, 53)
    assert [(f.work.name, f.on_ground, f.can_move) for f in cleared.following] == [
        ("Straat", False, True),
        ("Nieuwbouw Stroom", True, True),
    ]
    assert (closed.work.name, closed.coming_weeks, closed.weeks) == ("Oude sloop", 0, 9)


def test_the_next_free_moment_of_each_owner_is_told(stroom):
    Crew.objects.create(owner=stroom["bouw"].owner, kind="new_build", number=1)
    make.make_work("new_build", "2027-06-07", "2028-03-06", make.box(500, 0), name="Elders")
    (cleared,) = after_demolition(None, Choice(), TODAY).open
    straat, bouw = cleared.following
    assert (bouw.free_from, bouw.crews) == (D(2028, 3, 6), 1)
    assert (straat.free_from, straat.crews) == (D(2027, 11, 1), None)


def test_ground_on_which_nothing_follows_says_so(stroom):
    type(stroom["bouw"]).objects.filter(pk=stroom["bouw"].pk).update(status="cancelled")
    (cleared,) = after_demolition(None, Choice(), TODAY).open
    assert cleared.until is None
    assert [f.work.name for f in cleared.following] == ["Straat"]


def test_what_begins_before_the_ground_is_cleared_is_told(stroom):
    (cleared,) = after_demolition(None, Choice(), TODAY).open
    assert not cleared.begins_too_soon
    type(stroom["bouw"]).objects.filter(pk=stroom["bouw"].pk).update(planned_start="2027-10-04")
    (cleared,) = after_demolition(None, Choice(), TODAY).open
    assert (cleared.weeks, cleared.begins_too_soon) == (0, True)


def test_nobody_hears_of_what_is_hidden(stroom):
    type(stroom["bouw"]).objects.filter(pk=stroom["bouw"].pk).update(visibility="internal")
    (cleared,) = after_demolition(make.make_user(make.make_organisation("stila")), Choice(), TODAY).open
    assert "Nieuwbouw Stroom" not in [f.work.name for f in cleared.following]
    assert cleared.until is None
    planned = plan_straight_after(make.make_user(make.make_organisation("stila")), stroom["sloop"].pk, Lang.NL, TODAY)
    assert "Nieuwbouw Stroom" not in str(planned)


def test_what_follows_is_planned_in_the_right_order_straight_after(stroom):
    planner = make.make_user(stroom["sloop"].owner)
    planned = plan_straight_after(planner, stroom["sloop"].pk, Lang.NL, TODAY)
    dates = {row.name: (row.start, row.own) for row in planned.moved}
    assert dates["Nieuwbouw Stroom"] == (D(2027, 11, 1), True)
    bouw = next(row for row in planned.moved if row.name == "Nieuwbouw Stroom")
    straat = next(row for row in planned.moved if row.name == "Straat")
    assert straat.start >= bouw.finish
    assert not straat.own
    assert (planned.fallow_before, planned.fallow_after) == (53, 0)
    assert planned.hard_after <= planned.hard_before
    assert planned.proven
    assert "braak" in " ".join(bouw.sentences)


def test_what_is_promised_stays_and_only_demolitions_are_asked_for(stroom):
    type(stroom["bouw"]).objects.filter(pk=stroom["bouw"].pk).update(status="committed")
    planner = make.make_user(stroom["sloop"].owner)
    names = {row.name for row in plan_straight_after(planner, stroom["sloop"].pk, Lang.NL, TODAY).moved}
    assert "Nieuwbouw Stroom" not in names
    for pk in (stroom["bouw"].pk, 10**9):
        with pytest.raises(NotThereError):
            plan_straight_after(planner, pk, Lang.NL, TODAY)


def test_many_demolitions_take_as_many_queries_as_one(stroom):
    planner = make.make_user(stroom["sloop"].owner)
    with CaptureQueriesContext(connection) as few:
        after_demolition(planner, Choice(), TODAY)
    for i in range(12):
        make.make_work("demolition", "2027-08-02", "2027-11-01", make.box(600 + i * 60, 0))
        make.make_work("new_build", "2028-11-06", "2029-11-05", make.box(600 + i * 60, 0))
    with CaptureQueriesContext(connection) as many:
        assert len(after_demolition(planner, Choice(), TODAY).open) == 13
    assert len(many) == len(few)
