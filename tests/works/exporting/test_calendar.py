"""Works and meetings as calendars: read back by the library that other programs use."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from icalendar import Calendar

from planning.partners.visibility import Visibility
from planning.works.models import Work
from tests import factories as make

pytestmark = pytest.mark.django_db
D = dt.date


def text(layer: str, client: Client | None = None, **query: str) -> bytes:
    response = (client or Client()).get(f"/export/{layer}.ics", query)
    assert response.status_code == 200
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    return b"".join(response.streaming_content)  # type: ignore[arg-type]


def events(layer: str, client: Client | None = None, **query: str) -> list[Any]:
    """Download a layer as a calendar and return its events."""
    content = text(layer, client, **query)
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    return list(Calendar.from_ical(content).walk("VEVENT"))


def test_a_work_takes_whole_days_and_nobodys_time() -> None:
    buurt = make.make_buurt("De Lariks West")
    work = make.make_work(
        "demolition", "2027-05-03", "2027-11-01", name="Sloop; Aar, Delft", buurt=buurt, dwellings=102,
        description="Met zorg.\nEn stil.", status="committed",
    )  # fmt: skip
    [event] = events("works")
    assert event["summary"] == "Sloop; Aar, Delft"
    assert (event["dtstart"].dt, event["dtend"].dt) == (D(2027, 5, 3), D(2027, 11, 1))
    assert event["uid"] == f"work-{work.pk}@testserver"
    assert (event["status"], event["transp"], event["location"]) == ("CONFIRMED", "TRANSPARENT", "De Lariks West")
    assert event["description"].split("\n") == [
        "Sloop · Actium", "3 mei – 31 okt 2027 · vastgelegd", "102 woningen", "Met zorg.", "En stil.",
    ]  # fmt: skip
    assert event["url"] == f"http://testserver/kaart/?m=2027-05&plek=work:{work.pk}"
    assert event["geo"].latitude == pytest.approx(52.997, abs=0.01)


def test_in_english_it_speaks_english_and_leads_to_english_pages() -> None:
    work = make.make_work("demolition", "2027-05-03", "2027-11-01", dwellings=1)
    body = b"".join(Client().get("/en/export/works.ics").streaming_content)  # type: ignore[arg-type]
    [event] = Calendar.from_ical(body).walk("VEVENT")
    assert event["description"].split("\n") == ["Demolition · Actium", "3 May – 31 Oct 2027 · planned", "1 home"]
    assert event["url"] == f"http://testserver/en/kaart/?m=2027-05&plek=work:{work.pk}"


def test_a_change_is_the_same_event_with_another_stamp() -> None:
    work = make.make_work()
    [before] = events("works")
    assert text("works") == text("works"), "the same plan gives the same file"
    Work.objects.filter(pk=work.pk).update(planned_start=D(2027, 6, 1))
    [after] = events("works")
    assert after["uid"] == before["uid"]
    assert after["last-modified"].dt >= before["last-modified"].dt
    assert after["dtstart"].dt == D(2027, 6, 1)


def test_filters_and_visibility_hold_for_calendars_too() -> None:
    make.make_work("sewer", name="Riool")
    make.make_work("street", name="Straat")
    hidden = make.make_work("sewer", name="Geheim", visibility=Visibility.INTERNAL)
    assert [event["summary"] for event in events("works", kind="sewer")] == ["Riool"]
    member = Client()
    member.force_login(make.make_user(hidden.owner))
    assert len(events("works", member)) == 3


def test_a_period_known_to_the_season_is_not_said_to_the_day() -> None:
    make.make_work("street", "2027-03-01", "2027-06-01", date_precision="season")
    [event] = events("works")
    assert "voorjaar 2027 · gepland" in event["description"]
    assert event["status"] == "TENTATIVE"


def test_a_meeting_has_hours_that_every_calendar_reads() -> None:
    meeting = make.make_meeting("Bewonersavond", dt.datetime(2026, 7, 3, 17, 30, tzinfo=dt.UTC))
    [event] = events("meetings")
    assert event["uid"] == f"meeting-{meeting.pk}@testserver"
    assert event["dtstart"].dt == meeting.starts_at
    assert event["dtend"].dt - event["dtstart"].dt == dt.timedelta(hours=2)
    assert (event["location"], event["summary"]) == ("BIC De Lariks", "Bewonersavond")


def test_hostile_names_end_no_event() -> None:
    name = "Sloop\r\nEND:VEVENT\r\nBEGIN:VEVENT\\n\x07:;,"
    make.make_work(name=name, description=name)
    [event] = events("works")
    assert event["summary"].replace("\r", "") == "Sloop\nEND:VEVENT\nBEGIN:VEVENT\\n:;,"


def test_an_empty_calendar_is_one_too() -> None:
    assert events("works") == events("meetings") == []
    assert Client().get("/export/wijken.ics").status_code == 404
