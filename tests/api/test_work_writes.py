"""Works written by the API: only one's own, never over another's change, all or nothing, and clearly refused."""

from __future__ import annotations

import datetime as dt
import json
import threading
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from shapely import from_wkt

from planning.coordination.models import Finding
from planning.works.models import Work, WorkEvent
from tests import factories as make
from tests.api.conftest import degrees
from tests.coordination.test_rescheduling import together

pytestmark = pytest.mark.django_db
D = dt.date


@pytest.fixture
def planner() -> Client:
    """A planner of Actium."""
    client = Client()
    client.force_login(make.make_user(make.make_organisation()))
    return client


def body(**values: Any) -> dict[str, Any]:
    """A new work as GeoJSON."""
    geometry = degrees(values.pop("geometry", None) or make.box(0, 0, 40))
    properties = {
        "name": "Sloop Stroom", "kind": "demolition", "owner": "actium", "planned_start": "2027-01-04",
        "planned_finish": "2027-06-01", **values,
    }  # fmt: skip
    return {"type": "Feature", "geometry": json.loads(geometry.geojson), "properties": properties}


def send(client: Client, method: str, path: str, data: Any, **headers: str) -> Any:
    """Send JSON and return the answer."""
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return getattr(client, method)(f"/api/{path}", data, content_type="application/json", headers=names)


def faults(response: Any, status: int = 400) -> dict[str, str]:
    """Return what a problem says is wrong, by pointer."""
    assert response.status_code == status, response.content
    assert response["Content-Type"] == "application/problem+json"
    return {fault["pointer"]: fault["detail"] for fault in response.json().get("errors", [])}


class TestMaking:
    def test_a_work_comes_in_with_its_place_and_history(self, planner: Client) -> None:
        wijk = make.make_wijk()
        make.make_buurt(wijk=wijk)
        response = send(planner, "post", "works/", body(reason="besluit van de raad", budget_eur="125000.00"))
        assert response.status_code == 201, response.content
        work = Work.objects.get()
        assert response["Location"] == f"/api/works/{work.pk}/"
        assert response["ETag"].startswith(f'"{work.pk}-1.')
        assert response.json()["properties"]["wijk"] == "de-lariks"
        assert response.json()["properties"]["budget_eur"] == "125000.00"
        assert work.geometry.srid == 28992
        assert from_wkt(work.geometry.wkt).hausdorff_distance(from_wkt(make.box(0, 0, 40).wkt)) < 0.02
        event = WorkEvent.objects.get(pgh_obj=work)
        assert event.pgh_context.metadata["reason"] == "besluit van de raad"
        assert event.pgh_context.metadata["user"] == int(planner.session["_auth_user_id"])

    def test_findings_follow_at_once(self, planner: Client) -> None:
        make.make_work(kind="new_build", owner=make.make_organisation(), geometry=make.box(0, 0, 40),
                       planned_start=D(2027, 2, 1), planned_finish=D(2028, 2, 1))  # fmt: skip
        assert send(planner, "post", "works/", body()).status_code == 201
        assert Finding.objects.current().filter(rule="demolition-before-building").count() == 1

    def test_many_come_in_together_or_not_at_all(self, planner: Client) -> None:
        several = [body(name=f"Werk {n}", geometry=make.box(100 * n, 0, 40)) for n in range(3)]
        assert send(planner, "post", "works/", several).status_code == 201
        assert send(planner, "post", "works/", {"type": "FeatureCollection", "features": several}).status_code == 201
        assert Work.objects.count() == 6
        several[1]["properties"]["planned_finish"] = "2026-01-01"
        several[2]["properties"]["kind"] = "kasteel"
        wrong = faults(send(planner, "post", "works/", several))
        assert wrong["/1/planned_finish"] == "Het einde moet na het begin liggen."
        assert "/2/kind" in wrong
        assert Work.objects.count() == 6

    @pytest.mark.parametrize(
        ("values", "pointer"),
        [
            ({"name": ""}, "/name"),
            ({"kind": "kasteel"}, "/kind"),
            ({"planned_start": "32 mei 2027"}, "/planned_start"),
            ({"planned_finish": "2027-01-04"}, "/planned_finish"),
            ({"earliest_start": "2028-01-01", "latest_finish": "2027-01-01"}, "/latest_finish"),
            ({"noise": 2}, "/noise"),
            ({"dwellings": -1}, "/dwellings"),
            ({"consent_percentage": 101}, "/consent_percentage"),
            ({"owner": "nergens"}, "/owner"),
            ({"kleur": "rood"}, "/kleur"),
            ({"project": 999}, "/project"),
        ],
    )
    def test_what_is_wrong_is_said_by_name(self, planner: Client, values: dict[str, Any], pointer: str) -> None:
        assert pointer in faults(send(planner, "post", "works/", body(**values)))
        assert not Work.objects.exists()

    @pytest.mark.parametrize(
        "geometry",
        [
            None, 5, "POINT(6 53)", {"type": "Point"}, {"type": "Point", "coordinates": ["x", 1]},
            {"type": "Point", "coordinates": [53.0, 6.5]}, {"type": "Point", "coordinates": [0, 0]},
            {"type": "Polygon", "coordinates": [[[6.5, 53], [6.6, 53.1], [6.6, 53], [6.5, 53.1], [6.5, 53]]]},
            {"type": "GeometryCollection", "geometries": []}, {"type": "Polygon", "coordinates": []},
        ],
    )  # fmt: skip
    def test_a_bad_place_is_refused(self, planner: Client, geometry: Any) -> None:
        assert "/geometry" in faults(send(planner, "post", "works/", {**body(), "geometry": geometry}))

    def test_the_same_identity_twice_is_refused(self, planner: Client) -> None:
        assert send(planner, "post", "works/", body(external_id="A-1")).status_code == 201
        assert "/external_id" in faults(send(planner, "post", "works/", body(external_id="A-1")))

    @pytest.mark.parametrize("data", [[], "x", 5, None, [[]], [None], {"type": "FeatureCollection"}])
    def test_a_body_that_is_no_work_is_refused(self, planner: Client, data: Any) -> None:
        assert send(planner, "post", "works/", data).status_code == 400

    def test_a_body_that_is_no_json_is_refused(self, planner: Client) -> None:
        response = planner.post("/api/works/", "{", content_type="application/json")
        assert response.status_code == 400
        assert planner.post("/api/works/", "x", content_type="text/plain").status_code == 415


class TestWhoMay:
    def test_only_planners_and_managers_of_the_owner(self) -> None:
        owner, other = make.make_organisation(), make.make_organisation("stila")
        work = make.make_work(owner=owner, visibility="public")
        for organisation, role, made, changed in (
            (owner, "planner", 201, 200), (owner, "manager", 201, 200), (owner, "viewer", 403, 403),
            (owner, "secretary", 403, 403), (other, "planner", 400, 403), (None, "", 403, 403),
        ):  # fmt: skip
            client = Client()
            client.force_login(make.make_user(organisation, role or "planner"))
            assert send(client, "post", "works/", body()).status_code == made, role
            assert send(client, "patch", f"works/{work.pk}/", {"name": "X"}, If_Match="*").status_code == changed, role
        assert send(Client(), "post", "works/", body()).status_code == 401
        assert send(Client(), "patch", f"works/{work.pk}/", {"name": "X"}, If_Match="*").status_code == 401

    def test_anothers_hidden_work_is_not_there(self, planner: Client) -> None:
        hidden = make.make_work(owner=make.make_organisation("stila"), visibility="internal")
        assert send(planner, "patch", f"works/{hidden.pk}/", {"name": "X"}, If_Match="*").status_code == 404
        answer = send(planner, "patch", "works/", [{"id": hidden.pk, "version": 1, "name": "X"}])
        assert faults(answer) == {"/0/id": "Dit is er niet, of u mag het niet zien."}

    def test_a_work_is_not_given_away(self, planner: Client) -> None:
        work = make.make_work(owner=make.make_organisation())
        make.make_organisation("stila")
        answer = send(planner, "patch", f"works/{work.pk}/", {"owner": "stila"}, If_Match="*")
        assert faults(answer) == {"/owner": "Dit blijft van zijn eigenaar."}

    def test_a_request_forged_on_another_page_is_refused(self) -> None:
        client = Client(enforce_csrf_checks=True)
        client.force_login(make.make_user(make.make_organisation()))
        assert send(client, "post", "works/", body()).status_code == 403
        assert not Work.objects.exists()


class TestChanging:
    def test_the_version_that_was_read_must_be_named(self, planner: Client) -> None:
        work = make.make_work(owner=make.make_organisation())
        read = planner.get(f"/api/works/{work.pk}/")
        assert faults(send(planner, "patch", f"works/{work.pk}/", {"name": "Nieuw"}), 428) == {}
        first = send(planner, "patch", f"works/{work.pk}/", {"name": "Nieuw"}, If_Match=read["ETag"])
        assert first.status_code == 200
        assert first["ETag"].startswith(f'"{work.pk}-2.')
        again = send(planner, "patch", f"works/{work.pk}/", {"name": "Ouder"}, If_Match=read["ETag"])
        assert again.status_code == 412
        assert "intussen gewijzigd" in again.json()["detail"]
        work.refresh_from_db()
        assert work.name == "Nieuw"

    def test_whichever_form_was_read_its_tag_names_the_state(self, planner: Client) -> None:
        work = make.make_work(owner=make.make_organisation(), description="x" * 500)
        path, zipped = f"works/{work.pk}/", {"Accept-Encoding": "gzip"}
        tags = [planner.get(f"/api/{path}", form, headers=zipped)["ETag"] for form in ({}, {"fields": "name"})]
        assert tags[0].startswith('W/"')  # compressed on the way
        assert tags[0] != tags[1]
        for tag in ('"1-1"', '""', "nonsense", f'"{work.pk}-2"', f"{work.pk}-1", '"*"'):
            assert send(planner, "patch", path, {"name": "X"}, If_Match=tag).status_code == 412, tag
        for number, read in enumerate([*tags, f'"{work.pk}-1", "9-9"', "*"], 1):
            tag = read.replace(f"{work.pk}-1", f"{work.pk}-{number}")
            assert send(planner, "patch", path, {"name": f"Naam {number}"}, If_Match=tag).status_code == 200, tag

    def test_a_work_that_was_read_can_be_sent_back_whole(self, planner: Client) -> None:
        work = make.make_work(owner=make.make_organisation(), geometry=make.line((0, 0), (90, 0)))
        read = planner.get(f"/api/works/{work.pk}/")
        feature = read.json()
        feature["properties"]["planned_finish"] = "2031-01-01"
        answer = send(planner, "patch", f"works/{work.pk}/", feature, If_Match=read["ETag"])
        assert answer.status_code == 200, answer.content
        work.refresh_from_db()
        assert work.planned_finish == D(2031, 1, 1)
        assert from_wkt(work.geometry.wkt).hausdorff_distance(from_wkt(make.line((0, 0), (90, 0)).wkt)) < 0.02

    def test_what_is_not_named_stays(self, planner: Client) -> None:
        work = make.make_work(owner=make.make_organisation(), dwellings=12, planned_start=D(2027, 1, 1),
                              planned_finish=D(2027, 5, 1))  # fmt: skip
        send(planner, "patch", f"works/{work.pk}/", {"planned_start": "2027-02-01"}, If_Match="*")
        work.refresh_from_db()
        assert (work.planned_start, work.planned_finish, work.dwellings) == (D(2027, 2, 1), D(2027, 5, 1), 12)
        assert "/planned_finish" in faults(
            send(planner, "patch", f"works/{work.pk}/", {"planned_start": "2028-01-01"}, If_Match="*")
        )

    def test_several_change_together_or_not_at_all(self, planner: Client) -> None:
        works = [make.make_work(owner=make.make_organisation(), name=f"Werk {n}") for n in range(3)]
        changes = [{"id": work.pk, "version": work.version, "name": f"Nieuw {n}"} for n, work in enumerate(works)]
        Work.objects.filter(pk=works[2].pk).update(dwellings=5)
        assert send(planner, "patch", "works/", changes).status_code == 412
        assert not Work.objects.filter(name__startswith="Nieuw").exists()
        changes[2]["version"] = 2
        answer = send(planner, "patch", "works/", changes)
        assert answer.status_code == 200, answer.content
        assert [feature["properties"]["name"] for feature in answer.json()["features"]] == [
            "Nieuw 0",
            "Nieuw 1",
            "Nieuw 2",
        ]

    @pytest.mark.parametrize(
        "change", [{}, {"id": "1"}, {"id": 1}, {"id": True, "version": 1}, {"id": 1, "properties": 5}, 5, None]
    )
    def test_a_change_without_id_and_version_is_refused(self, planner: Client, change: Any) -> None:
        assert "/0/id" in faults(send(planner, "patch", "works/", [change]))


@pytest.mark.django_db(transaction=True)
def test_lists_in_other_orders_do_not_wait_for_each_other() -> None:
    owner = make.make_organisation()
    works = [make.make_work(owner=owner, geometry=make.box(500 * i)) for i in range(6)]
    user = make.make_user(owner)

    def change(turn: int) -> int:
        client = Client()
        client.force_login(user)
        order = works if turn else works[::-1]
        rows = [{"id": work.pk, "version": 1, "name": f"{turn}.{number}"} for number, work in enumerate(order)]
        return int(send(client, "patch", "works/", rows).status_code)

    # The one that comes first changes all; the other is told, and nobody is thrown out by the database.
    assert sorted(together(change, range(2))) == [200, 412]
    assert {work.version for work in Work.objects.all()} == {2}
    assert len({work.name.partition(".")[0] for work in Work.objects.all()}) == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_at_the_same_moment_one_is_told() -> None:
    owner = make.make_organisation()
    work = make.make_work(owner=owner)
    users = [make.make_user(owner) for _ in range(2)]
    statuses: list[int] = []
    ready = threading.Barrier(2)

    def change(number: int) -> None:
        try:
            client = Client()
            client.force_login(users[number])
            ready.wait(10)
            answer = send(client, "patch", f"works/{work.pk}/", {"name": f"Van {number}"}, If_Match=f'"{work.pk}-1"')
            statuses.append(answer.status_code)
        finally:
            connection.close()

    threads = [threading.Thread(target=change, args=[number]) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(statuses) == [200, 412]
    work.refresh_from_db()
    assert work.version == 2
