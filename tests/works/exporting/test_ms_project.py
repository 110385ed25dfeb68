"""Works as an MS Project file: what another program reads in it is what the partners agreed."""

from __future__ import annotations

import datetime as dt
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from planning.partners.visibility import Visibility
from planning.works.exporting.working_time import WorkingTime
from planning.works.models import Dependency, Work
from tests import factories as make
from tests.works.exporting.mspdi import NAMESPACE, out_of_place

D = dt.date


def project(client: Client | None = None, **query: str) -> ET.Element:
    """Download works as a project file and parse it."""
    response = (client or Client()).get("/export/works.xml", query)
    assert response.status_code == 200
    root = ET.fromstring(b"".join(response.streaming_content))  # type: ignore[arg-type] # noqa: S314 -- our own
    assert out_of_place(root) == []
    return root


def values(element: ET.Element) -> dict[str, str]:
    return {child.tag.removeprefix(NAMESPACE): child.text or "" for child in element}


def tasks(root: ET.Element) -> dict[str, dict[str, str]]:
    """Return the tasks by name."""
    return {(found := values(task))["Name"]: found for task in root.iter(f"{NAMESPACE}Task")}


def links(root: ET.Element, uid: int) -> list[dict[str, str]]:
    """Return what a task waits for."""
    chosen = next(task for task in root.iter(f"{NAMESPACE}Task") if values(task)["UID"] == str(uid))
    return [values(link) for link in chosen.iter(f"{NAMESPACE}PredecessorLink")]


@pytest.fixture
def plan(db: None) -> dict[str, Work]:
    """A demolition, a building and a street of two owners in one buurt, and a party elsewhere."""
    wijk = make.make_wijk("De Lariks")
    buurt = make.make_buurt("De Lariks West", wijk)
    actium, city = make.make_organisation("actium"), make.make_organisation("gemeente-assen")
    stroom = make.make_project("Stroom", owner=actium)
    works = {
        "sloop": make.make_work("demolition", "2026-10-05", "2027-01-04", name="Sloop", owner=actium, project=stroom,
                                buurt=buurt, status="under_way", dwellings=102),
        "bouw": make.make_work("new_build", "2027-01-04", "2028-01-03", name="Bouw", owner=actium, project=stroom,
                               buurt=buurt, date_precision="quarter", latest_finish=D(2028, 6, 1)),
        "straat": make.make_work("street", "2028-02-01", "2028-05-01", name="Straat", owner=city, buurt=buurt),
        "feest": make.make_work("event", "2027-07-03", "2027-07-04", name="Buurtfeest", owner=city,
                                geometry=make.box(5000, 5000)),
        "klaar": make.make_work("sewer", "2025-03-03", "2025-06-02", name="Riool", owner=city, buurt=buurt,
                                status="done", actual_start=D(2025, 3, 10), actual_finish=D(2025, 7, 7)),
    }  # fmt: skip
    Work.objects.filter(pk=works["feest"].pk).update(buurt=None)
    Dependency.objects.create(predecessor=works["sloop"], successor=works["bouw"], type="FS", minimum_lag_days=14)
    Dependency.objects.create(
        predecessor=works["bouw"], successor=works["straat"], type="SS", minimum_lag_days=-7, maximum_lag_days=56,
        reason="Dan is de kraan weg.",
    )  # fmt: skip
    return works


def test_works_stand_under_their_wijk_buurt_and_project(plan: dict[str, Work]) -> None:
    found = tasks(project())
    assert {name: task["OutlineNumber"] for name, task in found.items()} == {
        "De Lariks": "1", "De Lariks West": "1.1", "Stroom": "1.1.1", "Sloop": "1.1.1.1", "Bouw": "1.1.1.2",
        "Riool": "1.1.2", "Straat": "1.1.3", "Buiten de buurten": "2", "Buurtfeest": "2.1",
    }  # fmt: skip
    assert [task["ID"] for task in found.values()] == [str(n) for n in range(1, 10)]
    assert len({task["UID"] for task in found.values()}) == 9
    assert {name for name, task in found.items() if task["Summary"] == "1"} == {
        "De Lariks", "De Lariks West", "Stroom", "Buiten de buurten",
    }  # fmt: skip
    assert (found["De Lariks"]["Start"], found["De Lariks"]["Finish"]) == ("2025-03-03T08:00:00", "2028-04-28T17:00:00")


def test_dates_and_durations_are_those_of_dutch_working_days(plan: dict[str, Work]) -> None:
    root = project()
    found = tasks(root)
    # 4 January to 2 January of the next year, without weekends and Dutch holidays on weekdays:
    # Easter Monday 29-3, King's Day 27-4, Ascension 6-5, Whit Monday 17-5; New Year and Christmas fall in weekends.
    assert found["Bouw"]["Start"] == "2027-01-04T08:00:00"
    assert found["Bouw"]["Finish"] == "2027-12-31T17:00:00"
    assert found["Bouw"]["Duration"] == f"PT{(52 * 5 - 4) * 8}H0M0S"
    holidays = {values(each)["FromDate"][:10] for each in root.iter(f"{NAMESPACE}TimePeriod")}
    assert {"2027-03-29", "2027-04-27", "2027-05-06", "2027-05-17"} <= holidays
    assert "2027-03-26" not in holidays, "on Good Friday building goes on"
    # Known to the quarter only: a length with a question mark.
    assert (found["Bouw"]["Estimated"], found["Bouw"]["DurationFormat"]) == ("1", "39")
    assert found["Bouw"]["Deadline"] == "2028-05-31T17:00:00"
    # A party on a Saturday has no working day, and yet takes place.
    party = found["Buurtfeest"]
    assert (party["Start"], party["Finish"]) == ("2027-07-03T00:00:00", "2027-07-04T00:00:00")
    assert (party["Duration"], party["DurationFormat"]) == ("PT24H0M0S", "8")


def test_status_is_how_far_a_work_is(plan: dict[str, Work]) -> None:
    found = tasks(project())
    assert (found["Riool"]["PercentComplete"], found["Bouw"]["PercentComplete"]) == ("100", "0")
    assert found["Riool"]["ActualStart"] == "2025-03-10T08:00:00"
    assert found["Riool"]["ActualFinish"] == "2025-07-04T17:00:00"
    assert 1 <= int(found["Sloop"]["PercentComplete"]) <= 99
    assert "ActualStart" not in found["Bouw"]


def test_dependencies_are_links_with_type_and_lag(plan: dict[str, Work]) -> None:
    root = project()
    assert links(root, plan["bouw"].pk) == [
        {"PredecessorUID": str(plan["sloop"].pk), "Type": "1", "CrossProject": "0", "LinkLag": str(14 * 4800),
         "LagFormat": "7"},
    ]  # fmt: skip
    assert links(root, plan["straat"].pk)[0] | {"PredecessorUID": ""} == {
        "PredecessorUID": "", "Type": "3", "CrossProject": "0", "LinkLag": str(-7 * 4800), "LagFormat": "7",
    }  # fmt: skip
    notes = tasks(root)["Straat"]["Notes"]
    assert "Na Bouw hoogstens 56 werkdagen (SS)." in notes
    assert "Bouw: Dan is de kraan weg." in notes


def test_a_link_to_what_is_not_in_the_file_stays_out(plan: dict[str, Work]) -> None:
    assert links(project(kind="new_build"), plan["bouw"].pk) == []
    Work.objects.filter(pk=plan["sloop"].pk).update(visibility=Visibility.INTERNAL)
    root = project()
    assert "Sloop" not in tasks(root)
    assert links(root, plan["bouw"].pk) == []


def test_owners_are_the_resources(plan: dict[str, Work]) -> None:
    root = project()
    names = {(r := values(each))["UID"]: r["Name"] for each in root.iter(f"{NAMESPACE}Resource")}
    does = {(a := values(each))["TaskUID"]: names[a["ResourceUID"]] for each in root.iter(f"{NAMESPACE}Assignment")}
    assert does == {str(work.pk): work.owner.name for work in plan.values()}


def test_hostile_names_are_only_names(db: None) -> None:
    name = "</Name><Task>&lt;\x07\x1b]]>'\"" + "x" * 100
    make.make_work("street", name=name, description="<!ENTITY a 'b'>\x0b", project=make.make_project(name))
    found = [values(task)["Name"] for task in project().iter(f"{NAMESPACE}Task")]
    assert found == ["Buiten de buurten", *[name.replace("\x07", "").replace("\x1b", "")] * 2]


@pytest.mark.parametrize(("start", "finish"), [("0001-01-01", "0001-02-01"), ("2200-01-01", "9999-12-31")])
def test_days_that_no_project_program_knows(db: None, start: str, finish: str) -> None:
    make.make_work("street", start, finish, name="Ver weg")
    task = tasks(project())["Ver weg"]
    assert "1984" <= task["Start"][:4] <= task["Finish"][:4] <= "2050"
    assert "De echte data passen niet in dit bestand" in task["Notes"]


def test_no_works_is_still_a_project(db: None) -> None:
    assert tasks(project()) == {}


def test_a_file_costs_the_same_queries_for_few_and_many(plan: dict[str, Work], django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(7) as few:
        project()
    for number in range(30):
        make.make_work("street", name=f"Straat {number}", geometry=make.box(number * 50, 100))
    with django_assert_num_queries(len(few)):
        assert len(tasks(project())) > 30


days = st.dates(D(2020, 1, 1), D(2035, 12, 31))


@given(days, st.integers(1, 900))
def test_a_span_holds_its_own_working_days_and_no_others(start: dt.date, length: int) -> None:
    time = WorkingTime(D(2020, 1, 1), D(2039, 12, 31))
    finish = start + dt.timedelta(days=length)
    span = time.span(start, finish)
    assert start <= span.start.date()
    assert span.finish <= dt.datetime.combine(finish, dt.time())
    worked = [
        day
        for n in range(length)
        if (day := start + dt.timedelta(days=n)) and time.days(day, day + dt.timedelta(days=1))
    ]
    assert span.elapsed == (not worked)
    if worked:
        assert (span.start.date(), span.finish.date(), span.minutes) == (worked[0], worked[-1], 480 * len(worked))
