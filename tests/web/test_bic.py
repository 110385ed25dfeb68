"""The pages of the neighbourhood centres and their calendar."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import icalendar
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from planning.initiatives.models import OpeningException, OpeningHours, Presence
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def centre() -> Any:
    """A centre that is open all of today, with an activity and the police officer."""
    wijk = make.make_wijk()
    made = make.make_centre(wijk=wijk, phone="0592 123456")
    today = timezone.localtime()
    for weekday in range(7):
        OpeningHours.objects.create(centre=made, weekday=weekday, opens=dt.time(0), closes=dt.time(23, 59, 59))
    OpeningException.objects.create(
        centre=made, first_day=today.date(), last_day=today.date(), opens="00:00", closes="23:59:59", reason="feest"
    )
    start = today.replace(hour=23, minute=0, second=0, microsecond=0)
    make.make_activity(made, "Soep <b>", starts_at=start, ends_at=start + dt.timedelta(minutes=30), recurrence="")
    Presence.objects.create(
        centre=made, kind="police", who="De wijkagent", starts_at=start, ends_at=start + dt.timedelta(minutes=30)
    )
    return made


def test_todays_state_stands_at_the_top(client: Client, centre: Any) -> None:
    page = client.get("/bic/").content.decode()
    assert "Nu open" in page
    assert "De wijkagent" in page
    assert "Soep &lt;b&gt;" in page
    assert page.index("Nu open") < page.index(centre.name)


def test_a_centre_has_its_page_and_a_closed_one_has_none(client: Client, centre: Any) -> None:
    page = client.get(centre.get_absolute_url()).content.decode()
    assert "feest" in page
    make.make_centre("Dicht", slug="dicht", state="closed")
    assert client.get("/bic/dicht/").status_code == 404


def test_the_map_of_one_centre_names_the_buurten_around_it(client: Client, centre: Any) -> None:
    make.make_buurt("Dichtbij", geometry=make.box(-200, -200, 400))
    make.make_buurt("Ver weg", geometry=make.box(5000, 0, 400))
    page = client.get(centre.get_absolute_url()).content.decode()
    assert page.count('<text class="name"') == 1
    assert ">Dichtbij</text>" in page
    assert "Open de grote kaart" in page


def test_no_centres_is_said(client: Client) -> None:
    assert "nog geen buurtcentra" in client.get("/bic/").content.decode()


def test_more_centres_ask_no_more_queries(client: Client) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get("/bic/")
        return len(queries)

    make.make_activity(make.make_centre("Een", slug="een"))
    make.make_activity(make.make_centre("Twee", slug="twee"))
    few = asked()
    for number in range(5):
        make.make_activity(make.make_centre(f"Nog {number}", slug=f"nog-{number}"))
    assert asked() == few


def test_the_calendar_holds_what_comes_back_without_the_days_it_is_shut(client: Client, centre: Any) -> None:
    monday = timezone.localtime().replace(hour=10, minute=0, second=0, microsecond=0)
    next_day = monday + dt.timedelta(days=1)
    make.make_activity(
        centre, "Taalles", starts_at=next_day, ends_at=next_day + dt.timedelta(hours=1), recurrence="FREQ=DAILY",
        not_on=[(next_day + dt.timedelta(days=2)).date()],
    )  # fmt: skip
    shut = (next_day + dt.timedelta(days=1)).date()
    OpeningException.objects.create(centre=centre, first_day=shut, last_day=shut)
    make.make_meeting("Avond", starts_at=timezone.now() + dt.timedelta(days=3), wijk=centre.wijk)
    response = client.get("/agenda.ics")
    assert response["Content-Type"].startswith("text/calendar")
    calendar = icalendar.Calendar.from_ical(response.content)
    events = {str(event["summary"]): event for event in calendar.walk("VEVENT")}
    assert {"Soep <b>", "Taalles", "Avond"} <= set(events)
    exdates = events["Taalles"]["exdate"]
    left_out = {
        moment.dt.date() for each in (exdates if isinstance(exdates, list) else [exdates]) for moment in each.dts
    }
    assert {shut, (next_day + dt.timedelta(days=2)).date()} <= left_out
    assert calendar.walk("VTIMEZONE")


def test_the_english_page_leads_to_an_english_calendar(client: Client, centre: Any) -> None:
    for page in ("/en/bic/", f"/en/bic/{centre.slug}/", "/en/bijeenkomsten/"):
        [address] = re.findall(r'href="(/[^"]*agenda\.ics[^"]*)"', client.get(page).content.decode())
        assert address.startswith("/en/agenda.ics")
        response = client.get(address)
        assert response["Content-Language"] == "en"
        calendar = icalendar.Calendar.from_ical(response.content)
        assert "centrum" in address or calendar["x-wr-calname"] == "Neighbourhood centres and residents' meetings"
        assert {str(event["url"]) for event in calendar.walk("VEVENT")} == {f"http://testserver/en/bic/{centre.slug}/"}
    assert client.get("/agenda.ics", headers={"Accept-Language": "en"})["Content-Language"] == "nl"


def test_the_calendar_of_one_wijk_or_one_centre(client: Client, centre: Any) -> None:
    other = make.make_centre("Elders", slug="elders")
    make.make_activity(other, "Ver weg")
    for query in ({"wijk": centre.wijk.slug}, {"centrum": centre.slug}):
        body = client.get("/agenda.ics", query).content.decode()
        assert "Soep" in body
        assert "Ver weg" not in body
    assert client.get("/agenda.ics", {"wijk": "nergens\x00"}).status_code == 404
