"""What stands on the board: the right works under the right headings, for the right eyes, at a fixed price."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from planning.coordination.board.choice import DUTCH, Choice, Grouping, read_choice
from planning.coordination.board.content import board
from planning.coordination.findings import sync_findings
from planning.sequencing.calendars import BuildingHoliday, dutch_calendar
from planning.sequencing.plan import to_date, to_day
from planning.works.models import Dependency, Work
from tests import factories as make
from tests.benchmarks import city

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 23)


def names(choice: Choice, viewer=None) -> set[str]:
    return {work.name for work in board(viewer, choice, TODAY).works}


@pytest.fixture
def stroom():
    """A demolition of Actium, its new building, a street against them, and a green far off in another buurt."""
    wijk = make.make_wijk()
    make.make_buurt("De Lariks West", wijk, make.box(-500, -500, 1000))
    make.make_buurt("Landgoed Lariks", wijk, make.box(600, -500, 400, 1000))
    city = make.make_organisation("gemeente-assen")
    return {
        "sloop": make.make_work("demolition", "2024-01-01", "2024-06-01", name="Sloop Stroom", dwellings=102),
        "bouw": make.make_work("new_build", "2027-09-01", "2029-06-30", name="Nieuwbouw Stroom"),
        "straat": make.make_work(
            "street", "2027-05-01", "2027-11-01", make.box(40, 0, 8, 40), owner=city, name="Straat Stroom"
        ),
        "park": make.make_work("green", "2027-01-01", "2027-03-01", make.box(700, 0), owner=city, name="Park"),
    }


def test_works_that_touch_stand_together_in_order_of_time(stroom):
    found = board(None, Choice(), TODAY)
    assert [(group.title, [work.name for work in group.works]) for group in found.groups] == [
        ("De Lariks West · Stroom", ["Sloop Stroom", "Straat Stroom", "Nieuwbouw Stroom"]),
        ("Landgoed Lariks · losse werken", ["Park"]),
    ]
    assert [(gap.work_id, gap.weeks) for gap in found.gaps] == [(stroom["sloop"].pk, 169)]
    assert found.fallow_weeks == 169


def test_a_long_chain_of_touching_works_falls_apart_into_the_grounds_that_are_shared():
    make.make_buurt(wijk=make.make_wijk())
    for i in range(12):
        make.make_work("demolition", name=f"Sloop {i}", geometry=make.box(i * 40, 0))
        make.make_work("new_build", "2028-01-01", "2029-01-01", name=f"Nieuwbouw {i}", geometry=make.box(i * 40, 0))
    groups = board(None, Choice(), TODAY).groups
    assert [len(group.works) for group in groups] == [2] * 12


@pytest.mark.parametrize(
    ("grouping", "titles"),
    [
        (Grouping.BUURT, ["De Lariks West", "Landgoed Lariks"]),
        (Grouping.OWNER, ["Actium", "Gemeente Assen"]),
        (Grouping.PROJECT, ["Aar, Delft en Stroom", "Zonder project"]),
    ],
)
def test_rows_stand_by_buurt_owner_or_project(stroom, grouping, titles):
    project = make.make_project()
    type(stroom["sloop"]).objects.filter(pk=stroom["sloop"].pk).update(project=project)
    groups = board(None, Choice(grouping=grouping), TODAY).groups
    assert [group.title for group in groups] == titles
    assert sum(len(group.works) for group in groups) == 4


def test_what_stands_on_the_board_is_chosen(stroom):
    everything = {"Sloop Stroom", "Nieuwbouw Stroom", "Straat Stroom", "Park"}
    assert names(Choice()) == everything
    assert names(Choice(wijk="de-lariks")) == everything
    assert names(Choice(owners=("actium",))) == {"Sloop Stroom", "Nieuwbouw Stroom"}
    assert names(Choice(kinds=("street", "green"))) == {"Straat Stroom", "Park"}
    assert names(Choice(after_demolition=True)) == {"Sloop Stroom", "Nieuwbouw Stroom"}
    assert names(read_choice({"van": "2027-10-01", "tot": "2027-12-01"}, DUTCH)) == {
        "Straat Stroom",
        "Nieuwbouw Stroom",
    }
    make.make_finding(stroom["park"])
    found = board(None, Choice(with_findings=True), TODAY)
    assert [work.name for work in found.works] == ["Park"]
    assert (found.conflicts, found.opportunities) == (1, 0)


def test_nobody_sees_what_is_not_theirs(stroom):
    hidden = make.make_work("new_build", "2024-08-01", "2025-06-30", name="Geheim", visibility="internal")
    Dependency.objects.create(predecessor=stroom["sloop"], successor=hidden)
    make.make_finding(hidden, stroom["straat"])
    stranger = board(make.make_user(make.make_organisation("stila")), Choice(), TODAY)
    assert "Geheim" not in {work.name for work in stranger.works}
    assert (stranger.dependencies, stranger.findings, stranger.fallow_weeks) == ([], [], 169)
    assert stranger.may_change == {"stila"}
    own = board(make.make_user(make.make_organisation("actium")), Choice(), TODAY)
    assert (len(own.dependencies), len(own.findings), own.fallow_weeks) == (1, 1, 8)
    assert board(None, Choice(), TODAY).may_change == frozenset()


def test_days_off_are_those_the_engine_counts_with(stroom):
    off = board(None, Choice(), TODAY).days_off
    engine = dutch_calendar(off.first, off.after, BuildingHoliday())
    days = range(off.first, off.after)
    resting = {day for first, after in off.rests for day in range(first, after)}
    mirrored = [to_date(day).weekday() < 5 and day not in off.holidays and day not in resting for day in days]
    assert mirrored == engine.working.tolist()


def test_seasons_name_the_works_they_close_for(stroom):
    bands = {band.rule: band for band in board(None, Choice(), TODAY).bands}
    assert bands["breeding-season"].works == {stroom["sloop"].pk}
    assert bands["planting-season"].works == {stroom["park"].pk}
    assert (bands["breeding-season"].last_day, bands["planting-season"].last_day) == (False, True)
    assert (to_day(dt.date(2027, 3, 15)), to_day(dt.date(2027, 7, 16))) in bands["breeding-season"].spans


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ({"wijk": "atlantis"}, "wijk"), ({"wijk": "de-lariks,de-lariks2"}, "wijk"), ({"owner": "niemand"}, "owner"),
        ({"kind": "kasteel"}, "kind"), ({"from": "gisteren"}, "from"), ({"group": "kleur"}, "group"),
        ({"from": "2027-02-01", "to": "2027-01-01"}, "to"), ({"with_findings": "misschien"}, "with_findings"),
        ({"owner": "a\x00"}, "owner"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_said_by_name(client: Client, stroom, query, parameter):
    response = client.get("/api/board/", query)
    assert response.status_code == 400
    assert response.json()["errors"][0]["parameter"] == parameter


def test_a_thousand_works_take_as_many_queries_as_a_hundred_and_stay_small(client: Client):
    """The page, its content, the table, and what is asked at every step of a drag, asked again as a board does."""
    client.force_login(make.make_user(make.make_organisation("stila")))

    def asked() -> dict[str, int]:
        work = Work.objects.exclude(status__in=["done", "cancelled"]).filter(actual_start=None).latest("planned_start")
        by = dt.timedelta(days=21)
        dates = [{"work": work.pk, "start": work.planned_start + by, "finish": work.planned_finish + by}]
        counts = {}
        for _ in range(2):
            for name, answer in {
                "page": lambda: client.get("/planning/"),
                "content": lambda: client.get("/api/board/"),
                "table": lambda: client.get("/planning/?vorm=tabel"),
                "check": lambda: client.post("/api/plan/check/", {"dates": dates}, content_type="application/json"),
            }.items():
                with CaptureQueriesContext(connection) as queries:
                    assert answer().status_code == 200
                counts[name] = len(queries)
        return counts

    for number in range(100):
        make.make_work("street", geometry=make.box(-900 - 60 * number, -900), owner=make.make_organisation("stila"))
    sync_findings()
    few = asked()
    with connection.cursor() as cursor:
        # What was made above has checks that wait for the end; the city makes indexes, which cannot wait.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    city.load(1000)
    # The city comes in past the triggers that note a change.
    Work.objects.filter(owner__slug="stila").update(name="Straat")
    sync_findings()
    many = asked()
    # Findings that would change are looked up where there are any.
    assert 0 <= many.pop("check") - few.pop("check") <= 1
    assert many == few
    response = client.get("/api/board/", headers={"Accept-Encoding": "gzip"})
    assert response["Content-Encoding"] == "gzip"
    assert len(response.content) < 300_000
