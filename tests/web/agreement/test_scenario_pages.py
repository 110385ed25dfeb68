"""Pages of scenarios: made, filled, compared, shared and removed; each sees what it may; nothing typed is lost."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from planning.coordination.models import Scenario, SequenceSearch
from planning.partners.models import Membership
from planning.works.models import Work
from tests import factories as make
from tests.api.test_plan import site
from tests.api.test_scenarios import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("job_queue")]


@pytest.fixture
def planner() -> Client:
    """A planner of Actium."""
    return signed_in(make.make_user(make.make_organisation()))


def html(client: Client, path: str, expect: int = 200) -> str:
    response = client.get(f"/planning/scenarios/{path}")
    assert response.status_code == expect, response.content
    return str(response.content.decode())


def send(client: Client, path: str, expect: int = 302, **data: Any) -> Any:
    response = client.post(f"/planning/scenarios/{path}", data)
    assert response.status_code == expect, response.content.decode()[:3000]
    return response


def made(client: Client, name: str = "Een maand later", *works: tuple[Work, int]) -> Scenario:
    send(client, "nieuw/", naam=name, namens="actium", wijk="")
    scenario = Scenario.objects.latest("pk")
    for work, days in works:
        put(client, scenario, work, days)
    return scenario


def put(client: Client, scenario: Scenario, work: Work, days: int, **more: Any) -> Any:
    by = dt.timedelta(days=days)
    last = work.planned_finish + by - dt.timedelta(days=1)
    return send(client, f"{scenario.pk}/data/", werk=work.pk, begin=work.planned_start + by, einde=last, **more)


def test_made_by_hand_and_shown_with_what_it_does(planner: Client) -> None:
    demolition, building = site()
    scenario = made(planner, "Later slopen", (demolition, 60))
    page = html(planner, f"{scenario.pk}/")
    assert "Later slopen" in page
    assert "Bouw vóór de sloop klaar is" in page
    assert "8 weken later" not in page  # the dates stand there themselves
    row = scenario.dates.get()
    assert (row.start, row.finish) == (
        demolition.planned_start + dt.timedelta(60),
        demolition.planned_finish + dt.timedelta(60),
    )
    put(planner, scenario, building, 90, vast="on")
    assert scenario.dates.get(work=building).pinned
    send(planner, f"{scenario.pk}/data/", werk=building.pk, weg="1")
    assert list(scenario.dates.values_list("work", flat=True)) == [demolition.pk]
    demolition.refresh_from_db()
    assert demolition.version == 1


def test_a_work_is_found_by_a_piece_of_its_name_whatever_its_accents(planner: Client) -> None:
    demolition, _building = site()
    Work.objects.filter(pk=demolition.pk).update(name="Sloop Henriëtte Ronnerstraat")
    scenario = made(planner)
    assert "Sloop Henriëtte Ronnerstraat" in html(planner, f"{scenario.pk}/?zoek=henriette")
    assert "Geen werk dat nog komt" in html(planner, f"{scenario.pk}/?zoek=bestaat-niet")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"begin": "2027-05-01", "einde": "2027-04-01"}, "Het einde moet na het begin liggen"),
        ({"begin": "onzin", "einde": "2027-04-01"}, "Begin"),
        ({"begin": "1850-01-01", "einde": "2027-04-01"}, "te ver van de planning"),
    ],
)
def test_what_is_wrong_is_said_on_the_page(planner: Client, data: dict[str, str], said: str) -> None:
    demolition, _building = site()
    scenario = made(planner)
    response = send(planner, f"{scenario.pk}/data/", expect=400, werk=demolition.pk, **data)
    assert said in response.content.decode()
    assert not scenario.dates.exists()


def test_a_form_that_lacks_something_comes_back_with_what_was_typed(planner: Client) -> None:
    response = send(planner, "zoek/", expect=400, naam="", namens="actium", wijk="bestaat-niet", wie="alle", tijd="30")
    assert "Begin te zoeken" in response.content.decode()
    response = send(planner, "nieuw/", expect=400, naam="x" * 121, namens="actium")
    assert "x" * 121 in response.content.decode()
    assert not Scenario.objects.exists()


def test_nobody_makes_one_for_another(planner: Client) -> None:
    stila = make.make_organisation("stila")
    send(planner, "nieuw/", expect=400, naam="Namens u", namens=stila.slug)
    viewer = signed_in(make.make_user(stila, Membership.Role.VIEWER))
    assert "Begin te zoeken" not in html(viewer, "")
    send(viewer, "nieuw/", expect=400, naam="Kijker", namens=stila.slug)
    assert not Scenario.objects.exists()


def test_who_sees_and_changes_what(planner: Client) -> None:
    demolition, _building = site()
    scenario = made(planner, "Van ons", (demolition, 30))
    other = signed_in(make.make_user(make.make_organisation("stila")))
    html(other, f"{scenario.pk}/", 404)
    assert "Van ons" not in html(other, "")
    send(planner, f"{scenario.pk}/delen/", zichtbaar="partners")
    page = html(other, f"{scenario.pk}/")
    assert "Van ons" in page
    assert "Verwijder dit scenario" not in page
    for path in ("data/", "delen/", "weg/", "zoek/"):
        data = {"werk": demolition.pk, "begin": "2030-01-01", "einde": "2030-02-01", "wie": "alle", "tijd": "10"}
        send(other, f"{scenario.pk}/{path}", expect=403, **data)
    assert Client().get(f"/planning/scenarios/{scenario.pk}/").status_code == 302
    assert signed_in(make.make_user()).get("/planning/scenarios/").status_code == 403
    html(planner, f"{10**25}/", 404)


def test_a_search_is_asked_followed_and_stopped(planner: Client, run_jobs: Callable[[], list[str]]) -> None:
    site()
    send(planner, "zoek/", naam="Zoek", namens="actium", wijk="", wie="eigen", tijd="10")
    scenario = Scenario.objects.get()
    search = scenario.searches.get()
    assert search.options["owners"] == [scenario.owner_id]
    page = html(planner, f"{scenario.pk}/")
    assert "Er draait nu geen rekenaar" in page
    assert f'data-search="/api/scenarios/{scenario.pk}/search/"' in page
    send(planner, f"{scenario.pk}/zoek/", wie="alle", tijd="10")
    assert scenario.searches.count() == 1  # one at a time
    send(planner, f"{scenario.pk}/stop/")
    assert run_jobs() == []
    search.refresh_from_db()
    assert search.state == SequenceSearch.State.STOPPED
    assert "data-search" not in html(planner, f"{scenario.pk}/")


def test_a_search_that_failed_or_fell_silent_says_so(planner: Client) -> None:
    scenario = made(planner)
    search = SequenceSearch.objects.create(
        scenario=scenario, options={"seconds": 30}, state="running", heard_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    )
    assert "De rekenaar zwijgt al" in html(planner, f"{scenario.pk}/")
    search.state, search.reason = SequenceSearch.State.FAILED, "De rekenaar viel telkens weg."
    search.save()
    assert "De rekenaar viel telkens weg." in html(planner, f"{scenario.pk}/")
    assert "mislukt" in html(planner, "")


def test_three_beside_each_other(planner: Client) -> None:
    demolition, building = site()
    found = [made(planner, f"Plan {days}", (demolition, days), (building, days)) for days in (30, 60, 90)]
    hidden = Scenario.objects.create(owner=make.make_organisation("stila"), name="Niet voor u")
    query = "&".join(f"s={each.pk}" for each in [*found, hidden])
    page = html(planner, f"vergelijken/?{query}")
    assert all(f"Plan {days}" in page for days in (30, 60, 90))
    assert "Niet voor u" not in page
    assert "Meer dan drie past niet" in page
    assert page.count("<figure") == 4
    assert planner.get("/planning/scenarios/vergelijken/?s=abc&s=-1").status_code == 302


def test_hostile_names_are_text(planner: Client) -> None:
    demolition, _building = site()
    Work.objects.filter(pk=demolition.pk).update(name="<script>alert(1)</script></script>")
    scenario = made(planner, "<img src=x onerror=alert(1)>", (demolition, 30))
    for path in ("", f"{scenario.pk}/", f"vergelijken/?s={scenario.pk}"):
        page = html(planner, path)
        assert "<script>alert" not in page
        assert "<img src=x" not in page


def test_removed(planner: Client) -> None:
    scenario = made(planner, "Weg ermee")
    send(planner, f"{scenario.pk}/weg/")
    assert not Scenario.objects.exists()
    assert "Weg ermee" in html(planner, "")  # the page says that it is gone


def test_pages_take_a_fixed_number_of_queries(planner: Client) -> None:
    demolition, building = site()
    scenario = made(planner, "Een", (demolition, 30))

    def count(path: str) -> int:
        html(planner, path)
        with CaptureQueriesContext(connection) as queries:
            html(planner, path)
        return len(queries)

    first = {path: count(path) for path in ("", f"{scenario.pk}/", f"vergelijken/?s={scenario.pk}")}
    put(planner, scenario, building, 30)
    for number in range(3):
        made(planner, f"Meer {number}", (demolition, 7 * (number + 1)), (building, 7))
    second = {path: count(path) for path in first}
    assert second == first
    assert max(first.values()) <= 24
