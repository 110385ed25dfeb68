"""A work's own page: all its fields for its owner, both versions where two save, and for others what they may know."""

from __future__ import annotations

import datetime as dt
import re
from html import unescape
from typing import Any

import pytest
from django.test import Client

from planning.coordination.models import Happening
from planning.works.models import Dependency, Work, WorkEvent
from tests import factories as make

pytestmark = pytest.mark.django_db
D = dt.date


@pytest.fixture
def planner() -> Client:
    client = Client()
    client.force_login(make.make_user(make.make_organisation(), first_name="Ada"))
    return client


@pytest.fixture
def colleague() -> Client:
    client = Client()
    client.force_login(make.make_user(make.make_organisation(), first_name="Ben", last_name="Bos"))
    return client


def words(response: Any) -> str:
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", response.content.decode())).split())


def fields(response: Any) -> dict[str, str]:
    """What the form would send back as it stands."""
    html = response.content.decode()
    html = html[html.index('id="werk"') :]
    found: dict[str, str] = {}
    for tag in re.findall(r"<input[^>]*>", html):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        kind = re.search(r'type="(\w+)"', tag)
        if name and (kind is None or kind[1] not in {"checkbox", "radio"} or "checked" in tag):
            found[name[1]] = unescape(value[1]) if value else "on" if "checked" in tag else ""
    for name, text in re.findall(r'<textarea[^>]*name="(\w+)"[^>]*>([^<]*)</textarea>', html):
        found[name] = unescape(text).strip()
    for name, options in re.findall(r'<select[^>]*name="(\w+)"[^>]*>(.*?)</select>', html, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options)
        found[name] = chosen[1] if chosen else ""
    return found


def page(work: Work) -> str:
    return f"/planning/werken/{work.pk}/"


def test_an_owner_changes_what_is_known_and_says_why(planner: Client) -> None:
    work = make.make_work(name="Sloop Stroom", dwellings=10)
    form = fields(planner.get(page(work)))
    assert (form["planned_start"], form["planned_finish"]) == ("2027-05-01", "2027-10-31")
    assert "Waarom" in words(planner.post(page(work), form | {"dwellings": "12"}))
    response = planner.post(page(work), form | {"dwellings": "12", "noise": "5", "reason": "geteld"})
    assert response.status_code == 302, words(response)
    work.refresh_from_db()
    assert (work.dwellings, work.noise, work.planned_finish) == (12, 5, D(2027, 11, 1))
    event = WorkEvent.objects.filter(pgh_obj=work).latest("pgh_id")
    assert event.pgh_context.metadata["reason"] == "geteld"
    assert f'href="/planning/geschiedenis/werk/{work.pk}/"' in planner.get(page(work)).content.decode()


def test_other_dates_take_the_road_of_all_dates(planner: Client) -> None:
    work = make.make_work(status="committed")
    form = fields(planner.get(page(work))) | {"planned_finish": "2027-12-31", "reason": "asbest"}
    assert "toegezegd" in words(planner.post(page(work), form))
    assert planner.post(page(work), form | {"confirmed": "on"}).status_code == 302
    work.refresh_from_db()
    assert work.planned_finish == D(2028, 1, 1)
    assert Happening.objects.get().kind == "slipped"
    assert planner.post(page(work), form).status_code == 409


def test_a_work_is_drawn_elsewhere_and_lies_in_another_buurt(planner: Client) -> None:
    make.make_buurt("De Lariks West", geometry=make.box(-500, -500, 1000))
    other = make.make_buurt("Landgoed Lariks", geometry=make.box(600, -500, 1000))
    work = make.make_work()
    form = fields(planner.get(page(work))) | {"geometry": make.box(700, 0).wkt, "reason": "verlegd"}
    assert planner.post(page(work), form).status_code == 302
    work.refresh_from_db()
    assert work.buurt == other


def test_who_saves_second_is_told_and_loses_nothing(planner: Client, colleague: Client) -> None:
    work = make.make_work(name="Sloop Stroom", dwellings=10, noise=1, description="Oud")
    mine, theirs = fields(planner.get(page(work))), fields(colleague.get(page(work)))
    sent = theirs | {"dwellings": "20", "noise": "3", "reason": "nieuw onderzoek"}
    assert colleague.post(page(work), sent).status_code == 302
    typed = mine | {"dwellings": "30", "description": "Met de hand", "hinders_traffic": "on", "reason": "van mij"}
    response = planner.post(page(work), typed)
    assert response.status_code == 409
    told = words(response)
    for said in ("Ben Bos heeft dit werk bewaard", "nieuw onderzoek", "Overgenomen", "Geluid", "Woningen"):
        assert said.lower() in told.lower()
    again = fields(response)
    assert (again["dwellings"], again["noise"], again["description"]) == ("30", "3", "Met de hand")
    assert again["hinders_traffic"] == "on"
    assert again["reason"] == "van mij"
    assert planner.post(page(work), again | {"keep-dwellings": "theirs"}).status_code == 302
    work.refresh_from_db()
    assert (work.dwellings, work.noise, work.description, work.hinders_traffic) == (20, 3, "Met de hand", True)


def test_of_two_that_changed_the_same_ones_own_can_be_kept(planner: Client, colleague: Client) -> None:
    work = make.make_work()
    mine, theirs = fields(planner.get(page(work))), fields(colleague.get(page(work)))
    colleague.post(page(work), theirs | {"planned_start": "2027-06-01", "reason": "a"})
    response = planner.post(page(work), mine | {"planned_start": "2027-04-05", "reason": "b"})
    assert response.status_code == 409
    assert "2027-06-01" in words(response)
    assert planner.post(page(work), fields(response) | {"keep-planned_start": "mine"}).status_code == 302
    work.refresh_from_db()
    assert work.planned_start == D(2027, 4, 5)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"name": ""}, "vereist"), ({"planned_finish": "2027-01-01"}, "voor het begin"),
        ({"planned_start": "32 mei"}, "datum"), ({"dwellings": "-3"}, "minstens 0"), ({"kind": "kasteel"}, "kasteel"),
        ({"geometry": "POINT(0 0)"}, "buiten Nederland"), ({"geometry": "onzin"}, "Plek"),
        ({"consent_percentage": "101"}, "100"), ({"project": "999"}, "keuze"), ({"version": "x"}, "intussen"),
        ({"version": "²"}, "intussen"), ({"version": "9" * 18}, "intussen"),
        ({"planned_finish": "9999-12-31"}, "ver van de planning"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_told_and_what_was_typed_stays(planner: Client, typed: dict[str, str], said: str) -> None:
    work = make.make_work(name="Sloop Stroom")
    form = fields(planner.get(page(work))) | {"description": "Met de hand", "reason": "x"} | typed
    response = planner.post(page(work), form)
    assert response.status_code in {400, 409}
    assert said in words(response) or response.status_code == 409
    assert fields(response)["description"] == "Met de hand"
    assert not Work.objects.filter(version__gt=1).exists()


def test_others_see_what_they_may_know_and_change_nothing(client: Client) -> None:
    work = make.make_work(name="Sloop Stroom", budget_eur=1_250_000)
    hidden = make.make_work("new_build", "2027-08-01", "2028-08-01", visibility="internal", name="Geheim")
    Dependency.objects.create(predecessor=work, successor=hidden)
    client.force_login(make.make_user(make.make_organisation("stila")))
    response = client.get(page(work))
    assert response.status_code == 200
    assert "Sloop Stroom" in words(response)
    assert "<form" not in response.content.decode()[response.content.decode().index("<main") :]
    assert "Geheim" not in words(response)
    assert "1.250.000" not in words(response)
    assert client.post(page(work), {"name": "Van mij"}).status_code == 403
    assert client.get(page(hidden)).status_code == 404
    assert Client().get(page(work)).status_code == 200
    assert Client().get("/planning/werken/999999999/").status_code == 404


def test_a_new_work_comes_on_the_board(planner: Client) -> None:
    form = fields(planner.get("/planning/werken/nieuw/"))
    typed = form | {
        "name": "Speelplek Stroom", "kind": "play_area", "planned_start": "2028-03-01", "planned_finish": "2028-05-31",
        "geometry": make.box().wkt, "reason": "wens van de buurt",
    }  # fmt: skip
    response = planner.post("/planning/werken/nieuw/", typed)
    assert response.status_code == 302, words(response)
    work = Work.objects.get()
    assert (work.owner.slug, work.kind, work.planned_finish) == ("actium", "play_area", D(2028, 6, 1))
    assert planner.post("/planning/werken/nieuw/", form).status_code == 400


def test_only_planners_make_works_and_only_for_their_own(planner: Client, client: Client) -> None:
    assert client.get("/planning/werken/nieuw/").status_code == 302
    client.force_login(make.make_user(make.make_organisation("stila"), "viewer"))
    assert client.get("/planning/werken/nieuw/").status_code == 403
    form = fields(planner.get("/planning/werken/nieuw/"))
    stila = make.make_organisation("stila").pk
    assert planner.post("/planning/werken/nieuw/", form | {"owner": str(stila), "name": "X"}).status_code == 400
    assert not Work.objects.exists()


def test_outlines_to_draw_beside_hold_only_what_may_be_seen(planner: Client, client: Client) -> None:
    make.make_work(name="Zichtbaar", owner=make.make_organisation("stila"))
    make.make_work(name="Geheim", owner=make.make_organisation("stila"), visibility="internal")
    names = planner.get("/planning/werken/omtrekken.json").content.decode()
    assert "Zichtbaar" in names
    assert "Geheim" not in names
    assert client.get("/planning/werken/omtrekken.json").status_code == 302
