"""The board as a plain table: the same content and the same edits, without a script."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from planning.coordination.models import Scenario, SequenceSearch
from planning.works.models import Dependency, Work
from tests import factories as make

pytestmark = pytest.mark.django_db
TABLE = "/planning/?vorm=tabel"


@pytest.fixture
def planner() -> Client:
    client = Client()
    client.force_login(make.make_user(make.make_organisation()))
    return client


@pytest.fixture
def works() -> dict[str, Work]:
    make.make_buurt(wijk=make.make_wijk())
    return {
        "sloop": make.make_work("demolition", "2027-05-03", "2027-11-01", name="Sloop Stroom"),
        "bouw": make.make_work("new_build", "2027-11-01", "2029-07-02", name="Nieuwbouw Stroom"),
        "straat": make.make_work("street", "2030-01-07", "2030-04-01", make.box(40, 0, 8, 40), name="Straat Stroom",
                                 owner=make.make_organisation("gemeente-assen")),
    }  # fmt: skip


def words(response: Any) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", response.content.decode()).split())


def fields(response: Any) -> dict[str, str]:
    """What the form would send back as it stands."""
    html = response.content.decode()
    found = {}
    for tag in re.findall(r"<input[^>]*>", html):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and re.match(r"(was|start|last)-", name[1]):
            found[name[1]] = value[1] if value else ""
    return found


def send(client: Client, form: dict[str, str], act: str, **values: str) -> Any:
    return client.post(TABLE, {**form, "act": act, **values})


def test_the_table_has_what_the_timeline_has_and_anyone_may_look(client: Client, works: dict[str, Work]) -> None:
    Dependency.objects.create(predecessor=works["sloop"], successor=works["bouw"], minimum_lag_days=14)
    make.make_finding(works["straat"])
    page = words(client.get(TABLE))
    lag = "ten minste 14 werkdagen"
    for said in ("Sloop Stroom", "3 mei 2027", "31 okt 2027", lag, "Straat vóór de bouw", "Actium"):
        assert said.lower() in page.lower()
    assert fields(client.get(TABLE)) == {}
    assert client.post(TABLE, {"act": "save"}).status_code == 403


def test_dates_are_checked_before_anything_is_saved(planner: Client, works: dict[str, Work]) -> None:
    sloop, bouw = works["sloop"], works["bouw"]
    form = fields(planner.get(TABLE)) | {f"last-{sloop.pk}": "2027-12-10"}
    response = send(planner, form, "check")
    assert response.status_code == 200
    assert "Schuift mee Nieuwbouw Stroom" in words(response)
    filled = fields(response)
    assert filled[f"start-{bouw.pk}"] == "2027-12-13"
    assert not Work.objects.filter(version__gt=1).exists()
    saved = send(planner, filled, "save", reason="Asbest gevonden")
    assert saved.status_code == 302
    bouw.refresh_from_db()
    assert bouw.planned_start.isoformat() == "2027-12-13"
    assert "Bewaard" in words(planner.get(TABLE))


def test_others_works_go_into_a_scenario_and_what_is_pinned_stays(planner: Client, works: dict[str, Work]) -> None:
    sloop, bouw, straat = works["sloop"], works["bouw"], works["straat"]
    form = fields(planner.get(TABLE)) | {f"last-{sloop.pk}": "2027-12-10", f"start-{straat.pk}": "2030-02-04"}
    held = send(planner, form, "check", pin=str(bouw.pk))
    assert "Schuift mee" not in words(held)
    assert "Klopt niet meer" in words(held)
    assert f'name="pin" value="{bouw.pk}"' in held.content.decode()
    made = send(planner, form, "scenario", pin=str(bouw.pk), scenario="Asbest", reason="Vondst")
    scenario = Scenario.objects.get()
    assert (made.status_code, made["Location"]) == (302, scenario.get_absolute_url())
    assert (scenario.name, scenario.note, scenario.owner) == ("Asbest", "Vondst", sloop.owner)
    dates = {row.work_id: (row.start.isoformat(), row.finish.isoformat(), row.pinned) for row in scenario.dates.all()}
    assert dates == {
        sloop.pk: ("2027-05-03", "2027-12-11", False), straat.pk: ("2030-02-04", "2030-04-01", False),
        bouw.pk: ("2027-11-01", "2029-07-02", True),
    }  # fmt: skip
    assert not Work.objects.filter(version__gt=1).exists()
    assert "geen andere data" in words(send(planner, fields(planner.get(TABLE)), "scenario"))
    far = form | {f"last-{straat.pk}": "2999-01-01"}
    assert "te ver" in words(send(planner, far, "scenario"))


def test_a_better_sequence_is_asked_for_from_the_table(planner: Client, works: dict[str, Work]) -> None:
    Work.objects.filter(pk=works["sloop"].pk).update(status="committed")
    asked = send(planner, fields(planner.get(TABLE)), "sequence", pin=str(works["bouw"].pk))
    search = SequenceSearch.objects.get()
    assert asked["Location"] == search.scenario.get_absolute_url()
    assert search.options["works"] == sorted([works["bouw"].pk, works["straat"].pk])
    assert [row.work for row in search.scenario.dates.filter(pinned=True)] == [works["bouw"]]


def test_fallow_weeks_stand_at_the_demolition(client: Client, works: dict[str, Work]) -> None:
    Work.objects.filter(pk=works["bouw"].pk).update(planned_start="2028-11-01")
    assert "Daarna 52 weken braak" in words(client.get(TABLE))


def test_others_works_stay_where_their_owner_put_them(planner: Client, works: dict[str, Work]) -> None:
    straat = works["straat"]
    form = fields(planner.get(TABLE)) | {f"start-{straat.pk}": "2030-02-04"}
    response = send(planner, form, "save", reason="x")
    assert response.status_code == 400
    assert "niets van u gewijzigd" in words(response)
    assert fields(response)[f"start-{straat.pk}"] == "2030-02-04"


def test_the_second_of_two_sees_both_versions_and_keeps_what_was_typed(planner: Client, works: dict[str, Work]) -> None:
    sloop = works["sloop"]
    form = fields(planner.get(TABLE)) | {f"start-{sloop.pk}": "2027-06-01"}
    colleague = Client()
    colleague.force_login(make.make_user(sloop.owner, first_name="Ben", last_name="Bos"))
    first = fields(colleague.get(TABLE)) | {f"start-{sloop.pk}": "2027-08-02"}
    assert send(colleague, first, "save", reason="Vergunning is laat").status_code == 302
    response = send(planner, form, "save", reason="Kan eerder")
    assert response.status_code == 409
    page = words(response)
    assert "1 jun 2027" in page
    assert "2 aug 2027" in page
    assert "Ben Bos: Vergunning is laat" in page
    typed = fields(response)
    assert typed[f"start-{sloop.pk}"] == "2027-06-01"
    assert send(planner, typed, "save", reason="Kan eerder").status_code == 302
    sloop.refresh_from_db()
    assert sloop.planned_start.isoformat() == "2027-06-01"


def test_an_order_is_added_taken_away_and_never_in_a_circle(planner: Client, works: dict[str, Work]) -> None:
    sloop, bouw = works["sloop"], works["bouw"]
    tie = {"tie-predecessor": str(sloop.pk), "tie-successor": str(bouw.pk), "tie-minimum": "14", "reason": "grond"}
    assert send(planner, {}, "save", **tie).status_code == 302
    made = Dependency.objects.get()
    assert (made.successor, made.minimum_lag_days) == (bouw, 14)
    back = {"tie-predecessor": str(bouw.pk), "tie-successor": str(sloop.pk), "reason": "x"}
    assert "wacht een werk op zichzelf" in words(send(planner, {}, "save", **back))
    assert "geheel aantal" in words(send(planner, {}, "save", **tie | {"tie-minimum": "veel"}))
    assert send(planner, {}, "save", untie=str(made.pk), reason="niet nodig").status_code == 302
    assert not Dependency.objects.exists()


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"start": "gisteren"}, "Schrijf een datum"), ({"last": "2027-01-01"}, "ligt voor de eerste"),
        ({"last": "9999-12-31"}, "Schrijf een datum"), ({"last": ""}, "Schrijf een datum"),
        ({"last": "9998-12-31"}, "ligt te ver"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_told_at_its_row_and_stays(
    planner: Client, works: dict[str, Work], typed: dict[str, str], said: str
) -> None:
    pk = works["sloop"].pk
    form = fields(planner.get(TABLE)) | {f"{name}-{pk}": value for name, value in typed.items()}
    for act in ("check", "save"):
        response = send(planner, form, act, reason="x")
        assert response.status_code == 400
        assert said in words(response)
        assert all(fields(response)[f"{name}-{pk}"] == value for name, value in typed.items())


def test_a_date_may_be_written_by_hand(planner: Client, works: dict[str, Work]) -> None:
    sloop = works["sloop"]
    form = fields(planner.get(TABLE)) | {f"start-{sloop.pk}": "31-05-2027", f"last-{sloop.pk}": " 30-6-2027"}
    assert send(planner, form, "save", reason="Zo geschreven").status_code == 302
    sloop.refresh_from_db()
    assert (sloop.planned_start, sloop.planned_finish) == (dt.date(2027, 5, 31), dt.date(2027, 7, 1))


def test_a_reason_is_asked_and_promised_dates_are_confirmed(planner: Client, works: dict[str, Work]) -> None:
    sloop = works["sloop"]
    Work.objects.filter(pk=sloop.pk).update(status="committed")
    form = fields(planner.get(TABLE)) | {f"start-{sloop.pk}": "2027-06-01"}
    assert "waarom" in words(send(planner, form, "save"))
    assert "Bevestig" in words(send(planner, form, "save", reason="x"))
    assert send(planner, form, "save", reason="x", confirmed="1").status_code == 302


def test_many_works_take_pages_and_as_many_queries_as_few(planner: Client) -> None:
    make.make_work()
    with CaptureQueriesContext(connection) as few:
        planner.get(TABLE)
    for i in range(210):
        make.make_work(name=f"Werk {i}", geometry=make.box(i * 60, 0))
    with CaptureQueriesContext(connection) as many:
        response = planner.get(TABLE)
    assert len(many) <= len(few)
    assert "Bladzijde 1 van 2" in words(response)
    assert "Werk 209" in words(planner.get(TABLE + "&pagina=2"))
    assert planner.get(TABLE + "&pagina=ver").status_code == 200


def test_a_folded_choice_says_what_is_chosen_in_it(planner: Client, works: dict[str, Work]) -> None:
    def said(question: str) -> list[str]:
        page = planner.get(f"{TABLE}&{question}").content.decode()
        return re.findall(r"<summary>([^<]*)</summary>", page)[:3]

    assert said("") == ["Alle partners", "Alle soorten", "Alle jaren"]
    owner = works["sloop"].owner
    assert said(f"wie={owner.slug}&soort=sewer&soort=street&van=2027-05-01") == [owner.name, "Riool +1", "2027-05 – …"]
