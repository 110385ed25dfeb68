"""The steering group's report: what changed since last time, what comes, what stands open, what was decided."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from planning.coordination.models import SteeringReport
from planning.coordination.steering import steering
from planning.web import steering as pages
from planning.web.documents import typeset
from planning.works.models import Work
from tests import factories as make

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
A_MONTH_AGO = TODAY - dt.timedelta(days=30)


def _day(days: int) -> str:
    return (TODAY + dt.timedelta(days=days)).isoformat()


@pytest.fixture
def wijk() -> Any:
    """A wijk with a work that moved three weeks, one that was committed, one that stayed and one that is new."""
    wijk = make.make_wijk()
    buurt = make.make_buurt(wijk=wijk)
    for name in ("Schuift", "Vast", "Blijft"):
        make.make_work("street", _day(60), _day(120), name=name, buurt=buurt)
    events = Work._meta.get_field("events").related_model.objects
    events.update(pgh_created_at=timezone.now() - dt.timedelta(days=60))
    Work.objects.filter(name="Schuift").update(planned_start=_day(81), planned_finish=_day(141))
    Work.objects.filter(name="Vast").update(status="committed")
    make.make_work("green", _day(90), _day(100), name="Nieuw", buurt=buurt)
    make.make_work("green", _day(90), _day(100), name="Geheim", buurt=buurt, visibility="internal",
                   owner=make.make_organisation("stila"))  # fmt: skip
    return wijk


def test_what_changed_since_last_time(wijk: Any) -> None:
    found = steering(wijk, make.make_user(make.make_organisation("actium")), TODAY, A_MONTH_AGO)
    told = {change.work.name: (change.is_new, change.days, change.status_before) for change in found.changed}
    assert told == {"Schuift": (False, 21, ""), "Vast": (False, 0, "planned"), "Nieuw": (True, 0, "")}
    assert [work.name for work in found.coming] == ["Vast", "Blijft", "Schuift", "Nieuw"]


def test_since_is_the_last_report_that_was_kept(wijk: Any) -> None:
    SteeringReport.objects.create(wijk=wijk, on=_day(-10))
    SteeringReport.objects.create(wijk=wijk, on=_day(-40))
    assert steering(wijk, None, TODAY).since.isoformat() == _day(-10)


def test_the_page_the_pdf_and_who_notes_that_it_was_seen(client: Client, wijk: Any) -> None:
    address = f"/wijken/{wijk.slug}/stuurgroep/"
    assert client.get(address).status_code == 302
    client.force_login(make.make_user(make.make_organisation("actium"), "planner"))
    page = client.get(address, {"sinds": A_MONTH_AGO.isoformat()}).content.decode()
    assert "3 weken later" in page
    assert "Geheim" not in page
    assert client.get(address, {"sinds": "gisteren"}).status_code == 400
    assert client.post(f"{address}gezien/").status_code == 403
    client.force_login(make.make_user(make.make_organisation("vaart"), "secretary"))
    client.post(f"{address}gezien/", {"opmerking": "Akkoord"})
    assert SteeringReport.objects.get().note == "Akkoord"
    response = client.get(f"/wijken/{wijk.slug}/stuurgroep.pdf", {"sinds": A_MONTH_AGO.isoformat()})
    assert response["Content-Type"] == "application/pdf"
    assert io.BytesIO(response.content).read(5) == b"%PDF-"


def test_what_people_wrote_is_no_instruction_on_paper(client: Client, wijk: Any) -> None:
    Work.objects.filter(name="Nieuw").update(name='#panic("x") $ \\ <script> "')
    client.force_login(make.make_user(make.make_organisation("actium"), "planner"))
    assert client.get(f"/wijken/{wijk.slug}/stuurgroep.pdf").status_code == 200


def test_the_figures_of_the_wijk_stand_in_the_report(
    client: Client, wijk: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.force_login(make.make_user(make.make_organisation("actium")))
    page = client.get(f"/wijken/{wijk.slug}/stuurgroep/").content.decode()
    assert 'id="werken-per-kwartaal"' in page
    assert 'role="img" class="chart" aria-labelledby="werken-per-kwartaal-b-titel' in page
    told: dict[str, Any] = {}

    def set_on_paper(name: str, data: dict[str, Any]) -> bytes:
        told.update(data)
        return typeset(name, data)

    monkeypatch.setattr(pages, "typeset", set_on_paper)
    paper = client.get(f"/wijken/{wijk.slug}/stuurgroep.pdf").content
    assert "Werken per kwartaal" in [chart["title"] for chart in told["charts"]]
    assert not any("var(" in chart["drawing"] for chart in told["charts"]), "paper knows no tokens of a page"
    assert len(paper) > len(typeset("stuurgroep", {**told, "charts": []}))


def test_more_works_ask_no_more_queries(wijk: Any) -> None:
    person = make.make_user(make.make_organisation("actium"))

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            steering(wijk, person, TODAY)
        return len(queries)

    few = asked()
    buurt = wijk.buurten.get()
    for _number in range(6):
        make.make_work("street", _day(60), _day(120), buurt=buurt)
    assert asked() == few
