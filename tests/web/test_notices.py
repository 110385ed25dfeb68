"""Notices, secret calendars and webhooks on the pages."""

from __future__ import annotations

import datetime as dt
import re

import icalendar
import pytest
from django.test import Client

from planning.coordination.models import Feed, Webhook
from planning.partners.models import User
from tests import factories as make
from tests.coordination.test_notices import happens

pytestmark = pytest.mark.django_db
SOON = (dt.date.today() + dt.timedelta(days=30)).isoformat()
LATER = (dt.date.today() + dt.timedelta(days=90)).isoformat()


@pytest.fixture
def bram(client: Client) -> User:
    """The manager of the municipality, signed in."""
    person = make.make_user(make.make_organisation("gemeente-assen"), "manager")
    client.force_login(person)
    return person


def test_new_is_counted_in_the_head_until_it_was_read(client: Client, bram: User) -> None:
    happening = happens()
    page = client.get("/meldingen/").content.decode()
    assert "De sloop schuift op." in page
    assert '<span class="badge">1</span>' in page
    client.post("/meldingen/gelezen/", {"tot": happening.pk})
    assert '<span class="badge">' not in client.get("/meldingen/").content.decode()
    assert client.post("/meldingen/gelezen/", {"tot": "x"}).status_code == 302


def test_how_to_hear_is_chosen(client: Client, bram: User) -> None:
    client.post("/meldingen/mail/", {"mail": "at_once"})
    bram.refresh_from_db()
    assert bram.notice_settings.mail == "at_once"
    assert client.post("/meldingen/mail/", {"mail": "duif"}).status_code == 404


def test_the_language_of_mail_is_chosen_and_stays(client: Client, bram: User) -> None:
    assert "Nederlands</option>" in client.get("/meldingen/").content.decode()
    client.post("/meldingen/mail/", {"mail": "digest", "language": "en"})
    for bad in ("de", "", "x' OR 1"):
        assert client.post("/meldingen/mail/", {"mail": "none", "language": bad}).status_code == 404
    client.post("/meldingen/mail/", {"mail": "at_once"})
    bram.refresh_from_db()
    assert (bram.language, bram.notice_settings.mail) == ("en", "at_once")
    assert '<option value="en" lang="en" selected>English</option>' in client.get("/meldingen/").content.decode()


def test_a_secret_calendar_shows_what_the_organisation_sees_until_it_is_taken_back(client: Client, bram: User) -> None:
    city = make.make_organisation("gemeente-assen")
    make.make_work("street", SOON, LATER, owner=city, name="Geheime straat", visibility="internal")
    make.make_work("sewer", SOON, LATER, owner=make.make_organisation("actium"), name="Van een ander")
    page = client.post("/organisatie/gemeente-assen/koppelingen/agenda/", {"wijk": "", "note": "Outlook"})
    [secret] = [part for part in page.content.decode().split("/agenda/")[1:] if ".ics" in part]
    address = f"/agenda/{secret.split('.ics')[0]}.ics"
    calendar = icalendar.Calendar.from_ical(Client().get(address).content)
    assert [str(event["summary"]) for event in calendar.walk("VEVENT")] == ["Geheime straat"]
    feed = Feed.objects.get()
    assert secret.split(".ics")[0] not in feed.digest
    client.post(f"/organisatie/gemeente-assen/koppelingen/agenda/{feed.pk}/terug/")
    assert Client().get(address).status_code == 404


def test_a_secret_calendar_made_in_english_speaks_english(client: Client, bram: User) -> None:
    make.make_work("street", SOON, LATER, owner=make.make_organisation("gemeente-assen"), dwellings=2)
    page = client.post("/en/organisatie/gemeente-assen/koppelingen/agenda/", {"wijk": "", "note": "Outlook"})
    [address] = set(re.findall(r"http://testserver(/[^\s\"<]*\.ics)", page.content.decode()))
    assert address.startswith("/en/agenda/")
    [event] = icalendar.Calendar.from_ical(Client().get(address).content).walk("VEVENT")
    assert "2 homes" in event["description"]
    assert event["url"].startswith("http://testserver/en/kaart/?")


@pytest.mark.parametrize("how", ["the account is off", "belongs no more"])
def test_what_was_made_by_who_left_tells_no_more(client: Client, bram: User, how: str) -> None:
    page = client.post("/organisatie/gemeente-assen/koppelingen/agenda/", {"wijk": ""}).content.decode()
    secret = next(part.split(".ics")[0] for part in page.split("/agenda/") if ".ics" in part)
    address = f"/agenda/{secret}.ics"
    assert Client().get(address).status_code == 200
    if how == "belongs no more":
        bram.memberships.all().delete()
    else:
        User.objects.filter(pk=bram.pk).update(is_active=False)
    assert Client().get(address).status_code == 404


@pytest.mark.parametrize("secret", ["x", "a" * 500, "..%2F..", "%00"])
def test_a_guessed_address_leads_nowhere(client: Client, secret: str) -> None:
    assert client.get(f"/agenda/{secret}.ics").status_code == 404


def test_another_organisation_is_not_there(client: Client, bram: User) -> None:
    actium = make.make_organisation("actium")
    hook = Webhook.objects.create(organisation=actium, url="https://example.org/", secret="s")
    assert client.get("/organisatie/actium/koppelingen/").status_code == 404
    assert "/organisatie/gemeente-assen/koppelingen/" in client.get("/organisatie/gemeente-assen/").content.decode()
    assert client.post("/organisatie/actium/koppelingen/agenda/", {"wijk": ""}).status_code == 404
    assert client.post(f"/organisatie/gemeente-assen/koppelingen/webhook/{hook.pk}/weg/").status_code == 404
    assert Webhook.objects.count() == 1


def test_a_webhook_that_may_not_be_says_why(client: Client, bram: User) -> None:
    page = client.post("/organisatie/gemeente-assen/koppelingen/webhook/", {"url": "https://127.0.0.1/"})
    assert page.status_code == 400
    assert "eigen netwerk" in page.content.decode()


def test_only_the_manager_makes_webhooks(client: Client) -> None:
    client.force_login(make.make_user(make.make_organisation("gemeente-assen"), "planner"))
    assert "Webhooks maakt de beheerder" in client.get("/organisatie/gemeente-assen/koppelingen/").content.decode()
    sent = client.post("/organisatie/gemeente-assen/koppelingen/webhook/", {"url": "https://example.org/"})
    assert sent.status_code == 403
