"""Initiatives, centres, activities and meetings, written by the team and by partners who invite."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from planning.coordination.models import Finding
from planning.initiatives.models import Activity, Initiative, Meeting, NeighbourhoodCentre, Step
from tests import factories as make
from tests.api.conftest import degrees
from tests.api.test_work_writes import faults, send

pytestmark = pytest.mark.django_db


@pytest.fixture
def team() -> Client:
    """The team's secretary."""
    client = Client()
    client.force_login(make.make_user(make.make_organisation("team"), "secretary"))
    return client


@pytest.fixture
def planner() -> Client:
    """A planner of Actium."""
    client = Client()
    client.force_login(make.make_user(make.make_organisation()))
    return client


def at(geometry: Any) -> dict[str, Any]:
    """A place as GeoJSON."""
    return json.loads(degrees(geometry).geojson)


EVENING = {"starts_at": "2027-01-12T19:30:00+01:00", "ends_at": "2027-01-12T21:00:00+01:00"}


class TestInitiatives:
    def test_the_team_makes_one_with_its_address_buurt_and_first_step(self, team: Client) -> None:
        buurt = make.make_buurt(wijk=make.make_wijk())
        given = {
            "title": "Tuin bij de Aar",
            "summary": "Samen tuinieren.",
            "theme": "green",
            "geometry": at(make.point()),
        }
        made = send(team, "post", "initiatives/", given)
        assert made.status_code == 201, made.content
        properties = made.json()["properties"]
        assert (properties["slug"], properties["state"], properties["buurt"]) == (
            "tuin-bij-de-aar",
            "submitted",
            buurt.slug,
        )
        assert made["Location"] == "/api/initiatives/tuin-bij-de-aar/"
        assert Step.objects.get().role == "team"
        assert "/state" in faults(send(team, "post", "initiatives/", {**given, "state": "supported"}))

    def test_from_state_to_state_it_goes_by_the_road_that_all_go(self, team: Client) -> None:
        initiative = make.make_initiative(state="supported")
        path = f"initiatives/{initiative.slug}/"
        assert "/state" in faults(send(team, "patch", path, {"state": "done"}, If_Match="*"))
        assert "/state_reason" in faults(send(team, "patch", path, {"state": "declined"}, If_Match="*"))
        given = {"state": "resourced", "summary": "Anders", "state_reason": "Actium geeft grond"}
        answer = send(team, "patch", path, given, If_Match="*")
        assert answer.status_code == 200, answer.content
        assert answer.json()["properties"]["state"] == "resourced"
        step = Step.objects.get()
        assert (step.state, step.role, step.reason) == ("resourced", "team", "Actium geeft grond")
        assert send(team, "delete", path, None, If_Match="*").status_code == 405
        initiative.refresh_from_db()
        assert initiative.summary == "Anders"

    def test_a_refused_step_keeps_the_other_values_back_too(self, team: Client) -> None:
        initiative = make.make_initiative(state="supported")
        given = {"state": "done", "summary": "Anders"}
        send(team, "patch", f"initiatives/{initiative.slug}/", given, If_Match="*")
        assert Initiative.objects.get().summary == initiative.summary

    def test_partners_do_not_write_them(self, planner: Client) -> None:
        initiative = make.make_initiative()
        path = f"initiatives/{initiative.slug}/"
        assert send(planner, "patch", path, {"summary": "X"}, If_Match="*").status_code == 403
        token = Client(headers={"Authorization": f"Bearer {make.make_token('initiatives:write')}"})
        assert send(token, "patch", path, {"summary": "X"}, If_Match="*").status_code == 200


class TestCentres:
    def test_the_team_keeps_centres_and_what_is_on(self, team: Client) -> None:
        wijk = make.make_wijk()
        given = {"name": "BIC De Lariks", "wijk": wijk.slug, "address": "Stroom 12", "geometry": at(make.point())}
        made = send(team, "post", "centres/", given)
        assert made.status_code == 201, made.content
        assert made["Location"] == "/api/centres/bic-de-lariks/"
        assert NeighbourhoodCentre.objects.get().address_text == "Stroom 12"
        feature = team.get("/api/centres/bic-de-lariks/").json()
        feature["properties"]["phone"] = "0592 123456"
        assert send(team, "patch", "centres/bic-de-lariks/", feature, If_Match=made["ETag"]).status_code == 200
        activity = {
            "title": "Samen koken", "centre": "bic-de-lariks", "recurrence": "FREQ=WEEKLY;BYDAY=TU",
            "not_on": ["2027-01-19"], **EVENING,
        }  # fmt: skip
        kept = send(team, "post", "activities/", activity)
        assert kept.status_code == 201, kept.content
        assert kept.json()["starts_at"] == "2027-01-12T18:30:00Z"
        held = send(team, "delete", "centres/bic-de-lariks/", None, If_Match="*")
        assert (held.status_code, held.json()["detail"]) == (409, "Er is nog 1 activiteit.")
        assert send(team, "delete", f"activities/{kept.json()['id']}/", None, If_Match="*").status_code == 204
        assert send(team, "delete", "centres/bic-de-lariks/", None, If_Match="*").status_code == 204
        assert not Activity.objects.exists()

    @pytest.mark.parametrize(
        ("values", "pointer"),
        [
            ({"recurrence": "FREQ=SECONDLY"}, "/recurrence"), ({"ends_at": "2027-01-12T19:00:00+01:00"}, "/ends_at"),
            ({"starts_at": "gisteren"}, "/starts_at"), ({"starts_at": "0001-01-01T00:00:00Z"}, "/starts_at"),
            ({"centre": "nergens"}, "/centre"), ({"not_on": ["9999-12-31"]}, "/not_on/0"), ({"title": ""}, "/title"),
        ],
    )  # fmt: skip
    def test_what_is_wrong_is_said_by_name(self, team: Client, values: dict[str, Any], pointer: str) -> None:
        make.make_centre()
        given = {"title": "Koken", "centre": "bic-de-lariks", **EVENING, **values}
        assert set(faults(send(team, "post", "activities/", given))) == {pointer}

    def test_a_centre_is_a_point(self, team: Client) -> None:
        wrong = faults(send(team, "post", "centres/", {"name": "X", "geometry": at(make.box())}))
        assert set(wrong) == {"/geometry"}


class TestMeetings:
    def test_who_invites_keeps_it_and_findings_follow(self, planner: Client) -> None:
        work = make.make_work(
            "street", "2027-01-04", "2027-03-01", status="committed", hinders_traffic=True, geometry=make.box(0, 0, 40)
        )
        given = {
            "title": "Avond over Stroom", "organiser": "actium", "location": "BIC", "works": [work.pk],
            "geometry": at(make.point(20, 20)), **EVENING,
        }  # fmt: skip
        made = send(planner, "post", "meetings/", given)
        assert made.status_code == 201, made.content
        assert made.json()["properties"]["works"] == [work.pk]
        assert Finding.objects.current().filter(rule="event-clash").exists()
        path = f"meetings/{made.json()['id']}/"
        changed = send(planner, "patch", path, {"works": []}, If_Match=made["ETag"])
        assert changed.status_code == 200
        assert changed["ETag"] != made["ETag"]
        assert send(planner, "patch", path, {"works": [work.pk]}, If_Match=made["ETag"]).status_code == 412
        assert send(planner, "delete", path, None, If_Match=changed["ETag"]).status_code == 204
        assert not Finding.objects.current().filter(rule="event-clash").exists()

    def test_nobody_invites_for_another_or_about_what_is_hidden(self, planner: Client, team: Client) -> None:
        stila = make.make_organisation("stila")
        hidden = make.make_work(owner=stila, visibility="internal")
        given = {"title": "Avond", "organiser": "stila", "location": "BIC", "geometry": at(make.point()), **EVENING}
        assert set(faults(send(planner, "post", "meetings/", given))) == {"/organiser"}
        assert send(team, "post", "meetings/", given).status_code == 201
        mine = {**given, "organiser": "actium", "works": [hidden.pk]}
        assert faults(send(planner, "post", "meetings/", mine)) == {
            "/works": f"Deze zijn er niet, of u mag ze niet zien: {hidden.pk}."
        }
        assert (
            send(planner, "patch", f"meetings/{Meeting.objects.get().pk}/", {"title": "X"}, If_Match="*").status_code
            == 403
        )

    def test_works_that_the_writer_may_not_see_stay_with_it(self, planner: Client) -> None:
        hidden = make.make_work(owner=make.make_organisation("stila"), visibility="internal")
        shown = make.make_work()
        meeting = make.make_meeting()
        meeting.works.set([hidden])
        answer = send(planner, "patch", f"meetings/{meeting.pk}/", {"works": [shown.pk]}, If_Match="*")
        assert answer.json()["properties"]["works"] == [shown.pk]
        assert set(meeting.works.all()) == {hidden, shown}

    def test_the_history_names_who_changed_it(self, planner: Client) -> None:
        meeting = make.make_meeting()
        send(planner, "patch", f"meetings/{meeting.pk}/", {"title": "Anders", "reason": "zaal dicht"}, If_Match="*")
        event = meeting.events.latest("pgh_id")  # type: ignore[attr-defined]
        assert (event.title, event.pgh_context.metadata["reason"]) == ("Anders", "zaal dicht")
