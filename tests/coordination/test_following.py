"""Following: asked twice, mailed at most once a week and only where there is news, stopped with one click."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any
from unittest.mock import patch

import icalendar
import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone, translation

from geo.crs import WGS_84
from planning.coordination import following
from planning.coordination.following import Subject
from planning.coordination.models import Feed, Follow, Follower
from planning.initiatives.refusals import RefusedError
from planning.works.models import Work
from tests import factories as make

pytestmark = pytest.mark.django_db
NOW = timezone.now()


def _day(days: int) -> str:
    return (NOW.date() + dt.timedelta(days=days)).isoformat()


@pytest.fixture
def here() -> Subject:
    return Subject("Stroom 12", point=make.point())


@pytest.fixture
def follower(here: Subject, django_capture_on_commit_callbacks: Any) -> Follower:
    """Somebody who follows a place and confirmed that two weeks ago."""
    following.ask("Anna+buurt@Example.nl", here)
    found = Follower.objects.get()
    following.confirm(found, NOW - dt.timedelta(days=14))
    return Follower.objects.get()


def mails(capture: Any, **more: Any) -> list[Any]:
    mail.outbox.clear()
    with capture(execute=True):
        following.send_digests(**more)
    return list(mail.outbox)


def test_nobody_is_mailed_before_the_owner_of_the_address_said_so(
    here: Subject, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        following.ask("anna@example.nl", here)
        following.ask("ANNA@example.nl", here)
    assert Follow.objects.count() == 1
    assert [message.to for message in mail.outbox] == [["anna@example.nl"]] * 2
    make.make_work("street", _day(3), _day(30), geometry=make.box(10, 0, 20))
    assert mails(django_capture_on_commit_callbacks) == []


def test_a_digest_tells_what_is_new_and_public_and_comes_once_a_week(
    follower: Follower, django_capture_on_commit_callbacks: Any
) -> None:
    make.make_work("street", _day(60), _day(90), name="Nieuwe straat", geometry=make.box(10, 0, 20))
    make.make_work("sewer", _day(60), _day(90), name="Geheim", visibility="partners", geometry=make.box(10, 0, 20))
    make.make_work("green", _day(60), _day(90), name="Ver weg", geometry=make.box(900, 0, 20))
    [message] = mails(django_capture_on_commit_callbacks)
    assert "Nieuwe straat" in message.body
    assert "Geheim" not in message.body
    assert "Ver weg" not in message.body
    assert message.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    make.make_work("play_area", _day(60), _day(90), name="Speelplek", geometry=make.box(10, 0, 20))
    assert mails(django_capture_on_commit_callbacks) == []
    Follower.objects.update(mailed_at=NOW - dt.timedelta(days=7))
    [later] = mails(django_capture_on_commit_callbacks)
    assert "Speelplek" in later.body


def test_mails_come_in_the_language_in_which_was_asked(here: Subject, django_capture_on_commit_callbacks: Any) -> None:
    make.make_work("street", _day(60), _day(90), name="Nieuwe straat", geometry=make.box(10, 0, 20))
    for language, subject, about in (
        ("en", "News from your neighbourhood", "rebuilding the street"),
        ("nl", "Nieuws uit uw buurt", "straat"),
    ):
        with translation.override(language):
            following.ask("anna@example.nl", here)
        following.confirm(Follower.objects.get(), NOW - dt.timedelta(days=14))
        Follower.objects.update(mailed_at=None)
        [message] = mails(django_capture_on_commit_callbacks)
        assert message.subject == subject
        assert about in message.body
        assert ("/en/kaart/" in message.body) == ("/en/volgen/" in message.body) == (language == "en")


def test_no_news_is_no_mail_and_moved_dates_are_news(
    follower: Follower, django_capture_on_commit_callbacks: Any
) -> None:
    work = make.make_work("street", _day(60), _day(90), name="Straat", geometry=make.box(10, 0, 20))
    Work._meta.get_field("events").related_model.objects.update(pgh_created_at=NOW - dt.timedelta(days=30))
    assert mails(django_capture_on_commit_callbacks) == []
    Follower.objects.update(mailed_at=NOW - dt.timedelta(days=8))
    Work.objects.filter(pk=work.pk).update(planned_start=_day(70))
    [message] = mails(django_capture_on_commit_callbacks)
    assert "Straat" in message.body


def test_one_click_stops_and_forgets(client: Client, follower: Follower) -> None:
    address = following.link(follower, "following-stop").split("/", 3)[3]
    assert client.get(f"/{address}").status_code == 200  # only asks: mail scanners open links
    assert Follower.objects.exists()
    assert client.post(f"/{address}", {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert not Follower.objects.exists()
    assert "werkt niet" in client.get(f"/{address}").content.decode()


def test_from_the_page_by_the_mail_to_following(client: Client, django_capture_on_commit_callbacks: Any) -> None:
    wijk = make.make_wijk()
    page = client.get("/volgen/", {"wijk": wijk.slug})
    assert not page.cookies
    stamp = re.search(r'name="sinds" value="([^"]+)"', page.content.decode())
    assert stamp is not None
    sent = {"wijk": wijk.slug, "email": "anna@example.nl", "sinds": stamp[1], "website": ""}
    fast = client.post("/volgen/", sent)
    assert fast.status_code == 400  # faster than anybody types
    with patch("planning.web.public_forms.LEAST", dt.timedelta()), django_capture_on_commit_callbacks(execute=True):
        assert client.post("/volgen/", sent).status_code == 200
    link = re.search(r"http\S+/volgen/\S+", mail.outbox[0].body)
    assert link is not None
    path = "/" + link[0].split("/", 3)[3]
    client.get(path)
    assert not Follow.objects.get().confirmed  # opening is not confirming
    client.post(path, {"bevestig": "1"})
    assert Follow.objects.get().confirmed
    client.post(path, {"stop": Follow.objects.get().pk})
    assert not Follower.objects.exists()


@pytest.mark.parametrize(
    "query",
    [
        {"wijk": "nergens\x00"},
        {"lon": "x", "lat": "y"},
        {"lon": "0", "lat": "0"},
        {"project": "1e9"},
        {"initiatief": "x"},
    ],
)
def test_what_is_not_there_cannot_be_followed(client: Client, query: dict[str, str]) -> None:
    assert client.get("/volgen/", query).status_code == 404


def test_who_has_not_chosen_chooses_an_address_or_a_wijk(client: Client) -> None:
    wijk = make.make_wijk()
    make.make_address("Stroom", 12, "9403KL", make.point())
    start = client.get("/volgen/").content.decode()
    assert f"/volgen/?wijk={wijk.slug}" in start
    assert "Volg Stroom 12, 9403 KL Assen" in client.get("/volgen/", {"adres": "9403kl 12"}).content.decode()
    assert "kennen we niet" in client.get("/volgen/", {"adres": "9999ZZ 1"}).content.decode()
    assert "Stroom" in client.get("/volgen/", {"adres": "Strom"}).content.decode()


def test_very_much_and_no_address_are_refused(here: Subject) -> None:
    with pytest.raises(RefusedError):
        following.ask("geen adres", here)
    for number in range(following.MOST_FOLLOWS):
        following.ask("anna@example.nl", Subject("x", point=make.point(20.0 * number)))
    with pytest.raises(RefusedError):
        following.ask("anna@example.nl", Subject("x", wijk=make.make_wijk()))


def test_who_never_confirmed_is_forgotten(here: Subject) -> None:
    following.ask("anna@example.nl", here)
    assert following.forget_unconfirmed(timezone.now() + dt.timedelta(days=8)) == 2
    assert not Follower.objects.exists()


def test_a_place_as_a_calendar_holds_only_what_is_public(client: Client) -> None:
    make.make_work("street", _day(10), _day(20), name="Openbaar", geometry=make.box(10, 0, 20))
    make.make_work("sewer", _day(10), _day(20), name="Geheim", visibility="partners", geometry=make.box(10, 0, 20))
    spot = make.point().transform(WGS_84, clone=True)
    page = client.post("/volgen/agenda/", {"lon": f"{spot.x:.5f}", "lat": f"{spot.y:.5f}", "label": "Thuis"})
    address = re.search(r"/agenda/[\w-]{20,}\.ics", page.content.decode())
    assert address is not None
    body = client.get(address[0]).content.decode()
    assert "Openbaar" in body
    assert "Geheim" not in body
    assert Feed.objects.get().made_by is None


def test_a_project_as_a_calendar_holds_its_works_and_each_meeting_about_them_once(client: Client) -> None:
    project = make.make_project("Stroom")
    works = [
        make.make_work("street", _day(10), _day(20), name=name, project=project, geometry=make.box(at, 0, 20))
        for at, name in enumerate(("Straat", "Plein"))
    ]
    make.make_work("green", _day(10), _day(20), name="Elders")
    make.make_meeting("Avond over Stroom").works.set(works)
    make.make_meeting("Avond over iets anders")
    page = client.post("/volgen/agenda/", {"project": project.pk})
    address = re.search(r"/agenda/[\w-]{20,}\.ics", page.content.decode())
    assert address is not None
    events = icalendar.Calendar.from_ical(client.get(address[0]).content).walk("VEVENT")
    assert sorted(str(event["summary"]) for event in events) == ["Avond over Stroom", "Plein", "Straat"]


def test_of_an_idea_the_calendar_holds_what_comes_where_it_is_to_be(client: Client) -> None:
    idea = make.make_initiative("Moestuin")
    make.make_work("street", _day(10), _day(20), name="Straat ernaast", geometry=make.box(10, 0, 20))
    page = client.post("/volgen/agenda/", {"initiatief": idea.slug})
    address = re.search(r"/agenda/[\w-]{20,}\.ics", page.content.decode())
    assert address is not None
    assert "Straat ernaast" in client.get(address[0]).content.decode()
