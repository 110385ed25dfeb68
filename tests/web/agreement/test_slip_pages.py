"""Pages of slips: seen before it is saved, told to whom it touches, both versions on a clash, and a repair offered."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from planning.coordination.models import Happening, Proposal, Scenario
from planning.works.models import Work
from tests import factories as make
from tests.api.test_plan import site
from tests.api.test_scenarios import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("job_queue")]


@pytest.fixture
def planner() -> Client:
    """A planner of Actium."""
    return signed_in(make.make_user(make.make_organisation(), first_name="Noor", last_name="Prins"))


@pytest.fixture
def slipping() -> tuple[Work, Work]:
    """A committed demolition, and the building of another on its ground a month later."""
    demolition, building = site()
    Work.objects.filter(pk=demolition.pk).update(status="committed")
    demolition.refresh_from_db()
    return demolition, building


def form(work: Work, days: int = 0, **more: Any) -> dict[str, Any]:
    by, day = dt.timedelta(days=days), dt.timedelta(days=1)
    return {
        "versie": work.version, "gepland_begin": work.planned_start + by,
        "gepland_einde": work.planned_finish + by - day, "werkelijk_begin": "", "werkelijk_einde": "",
        "reden": "Asbest gevonden", **more,
    }  # fmt: skip


def post(client: Client, path: str, data: dict[str, Any], expect: int = 200) -> str:
    response = client.post(f"/planning/uitloop/{path}", data, follow=expect == 302)
    assert response.status_code == (200 if expect == 302 else expect), response.content.decode()[:3000]
    return str(response.content.decode())


def test_what_it_sets_in_motion_is_shown_before_anything_is_saved(planner: Client, slipping: tuple[Work, Work]) -> None:
    demolition, building = slipping
    page = post(planner, f"{demolition.pk}/", form(demolition, 42))
    assert "Schuift mee als het kan" in page
    assert building.name in page
    assert "Leg vast en vertel het" in page
    assert "Asbest gevonden" in page
    demolition.refresh_from_db()
    assert (demolition.version, Happening.objects.count()) == (2, 0)  # two: it was committed above


def test_saved_it_is_told_to_whom_it_touches_and_a_repair_is_a_button_away(
    planner: Client, slipping: tuple[Work, Work], run_jobs: Callable[[], list[str]]
) -> None:
    demolition, building = slipping
    page = post(planner, f"{demolition.pk}/", form(demolition, 42, bevestigd="1"), 302)
    assert "Dit hoorden" in page
    assert "Stila" in page
    assert "Asbest gevonden" in page
    happening = Happening.objects.get()
    stila = signed_in(make.make_user(building.owner))
    seen = stila.get(f"/planning/uitloop/gemeld/{happening.pk}/").content.decode()
    assert "Wat nu nog niet past" in seen
    assert building.name in seen
    stranger = signed_in(make.make_user(make.make_organisation("vaart")))
    assert stranger.get(f"/planning/uitloop/gemeld/{happening.pk}/").status_code == 404
    page = post(stila, f"gemeld/{happening.pk}/herstel/", {}, 302)
    scenario = Scenario.objects.get()
    assert (scenario.owner, scenario.slip) == (building.owner, happening)
    assert scenario.searches.get().options["repair"] is True


@pytest.mark.django_db(transaction=True)
def test_the_repair_moves_the_least_and_becomes_a_proposal(
    planner: Client, slipping: tuple[Work, Work], run_jobs: Callable[[], list[str]]
) -> None:
    demolition, building = slipping
    post(planner, f"{demolition.pk}/", form(demolition, 42, bevestigd="1"), 302)
    post(planner, f"gemeld/{Happening.objects.get().pk}/herstel/", {}, 302)
    run_jobs()
    scenario = Scenario.objects.get()
    assert scenario.searches.get().state == "done"
    row = scenario.dates.get()
    demolition.refresh_from_db()
    assert row.work == building
    assert demolition.planned_finish <= row.start <= demolition.planned_finish + dt.timedelta(14)
    letter = {"namens": "actium", "titel": "Herstel", "antwoord": dt.date.today() + dt.timedelta(7), "bevestigd": "1"}
    assert planner.post(f"/voorstellen/nieuw/{scenario.pk}/", letter).status_code == 302
    assert Proposal.objects.get().origin == Proposal.Origin.SLIP


def test_another_was_first_both_versions_and_nothing_typed_is_lost(
    planner: Client, slipping: tuple[Work, Work]
) -> None:
    demolition, _building = slipping
    late = form(demolition, 42, bevestigd="1")
    post(planner, f"{demolition.pk}/", form(demolition, 7, bevestigd="1", reden="Vergunning"), 302)
    page = post(planner, f"{demolition.pk}/", late, 409)
    assert "Iemand anders heeft dit werk intussen gewijzigd" in page
    assert "Noor Prins" in page
    assert "Vergunning" in page
    assert "Asbest gevonden" in page
    assert f'value="{late["gepland_begin"]}"' in page
    again = late | {"versie": Work.objects.get(pk=demolition.pk).version}
    post(planner, f"{demolition.pk}/", again, 302)
    assert Work.objects.get(pk=demolition.pk).planned_start == late["gepland_begin"]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"gepland_einde": "2020-01-01"}, "Het einde moet na het begin"), ({"gepland_begin": "onzin"}, "Gepland begin"),
        ({"werkelijk_begin": "2090-01-01"}, "te ver van de planning"), ({"gepland_begin": ""}, "Gepland begin"),
    ],
)  # fmt: skip
def test_dates_that_cannot_be(planner: Client, slipping: tuple[Work, Work], wrong: dict[str, str], said: str) -> None:
    demolition, _building = slipping
    page = post(planner, f"{demolition.pk}/", form(demolition, 0, bevestigd="1", **wrong), 400)
    assert said in page
    assert "Asbest gevonden" in page


def test_only_own_works_can_slip(planner: Client, slipping: tuple[Work, Work]) -> None:
    demolition, building = slipping
    page = planner.get("/planning/uitloop/").content.decode()
    assert demolition.name in page
    assert building.name not in page
    assert planner.get(f"/planning/uitloop/{building.pk}/").status_code == 404
    assert Client().get("/planning/uitloop/").status_code == 302
    assert demolition.name in planner.get("/planning/uitloop/", {"zoek": "SLOOP"}).content.decode()


def test_nothing_changed_is_said(planner: Client, slipping: tuple[Work, Work]) -> None:
    demolition, _building = slipping
    assert "Er is niets veranderd" in post(planner, f"{demolition.pk}/", form(demolition, 0, bevestigd="1"), 302)
    assert not Happening.objects.exists()
