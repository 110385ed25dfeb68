"""The journey of residents, on a phone: works in the street, an idea, its neighbours, and what comes of it.

Every step is taken on the page that people use; of a hundred addresses, 49 speak by the functions behind those pages.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from planning.coordination import tasks
from planning.coordination.models import Follow, Follower
from planning.initiatives.models import GrantBudget, Initiative, InitiativeState, Submission, SupportArea
from planning.initiatives.support import voices
from planning.initiatives.support.letters import make_letters
from planning.partners.models import User
from tests import factories as make
from tests.initiatives.neighbours import make_street, secretary, token_in
from tests.web.keyboard import press, tab_to, type_into
from tests.web.looking import violations

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]

WIDTH = 360
TYPED_MS = 2200
"""A little more than the two seconds in which nobody fills in a form."""


@pytest.fixture(autouse=True)
def nothing_amiss(watch: Any) -> Any:
    """No page asks another host for anything, or complains."""
    yield
    assert watch.foreign_requests == []
    # A form that is not right yet is answered with 422, which the browser notes as an error.
    assert [error for error in watch.console_errors if "422" not in error] == []


@pytest.fixture
def team(live_server: Any, settings: Any) -> User:
    """A street of a hundred addresses with a work in it, a budget, and the team's secretary."""
    settings.SITE_URL = live_server.url
    wijk = make.make_wijk()
    buurt = make.make_buurt("De Lariks West", wijk, make.box(-400, -400, 800))
    make_street(100)
    city = make.make_organisation("gemeente-assen", name="Gemeente Assen", kind="municipality")
    today = dt.date.today()
    make.make_work(
        "street", (today + dt.timedelta(days=20)).isoformat(), (today + dt.timedelta(days=80)).isoformat(),
        name="Stroom wordt nieuw", owner=city, buurt=buurt, geometry=make.box(10, 0, 30),
    )  # fmt: skip
    for year in (today.year, today.year + 1):
        GrantBudget.objects.create(partner=city, wijk=wijk, year=year, money_eur=1000)
    return secretary()


def sound(page: Any, *, axe: bool = True) -> None:
    """See that the page fits, and that nobody is shut out of it."""
    assert page.evaluate("document.documentElement.scrollWidth") <= WIDTH
    if axe:
        assert violations(page) == []


def sign_in(page: Any, user: User, site: str) -> None:
    client = Client()
    client.force_login(user)
    page.context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": site}])


def test_from_the_works_in_the_street_to_an_idea_that_neighbours_carry(
    new_page: Any, live_server: Any, team: User
) -> None:
    site = live_server.url
    page = new_page(WIDTH, 740, has_touch=True)

    # The works in the street, in two taps: into the field, and "Zoek".
    page.goto(site)
    page.get_by_label("Uw postcode en huisnummer").tap()
    page.keyboard.type("9403kl 12")
    page.get_by_role("button", name="Zoek").tap()
    street = page.get_by_role("region", name="Bij u in de straat")
    street.get_by_role("heading", name="Stroom wordt nieuw").wait_for()
    assert "Gemeente Assen maakt de straat opnieuw." in street.inner_text()
    sound(page)

    slug = _hands_in_by_keyboard_and_confirms(page, site)
    team_page = new_page(WIDTH, 740)
    sign_in(team_page, team, site)
    _team_publishes(team_page, site, slug)
    _somebody_follows(page, site, slug)
    _the_fifty_first_decides(page, site, slug)
    _team_gives(team_page, site, slug)
    _the_follower_hears_and_stops(page)


def _hands_in_by_keyboard_and_confirms(page: Any, site: str) -> str:
    # Four steps, with a mistake on the first; what is typed stays on the device.
    page.goto(f"{site}/initiatieven/")
    press(page, "Ik heb een idee")
    type_into(page, "Geef uw idee een naam", "Boomgaard voor de Stroom")
    page.wait_for_timeout(TYPED_MS)
    press(page, "Verder")
    page.get_by_role("heading", name="Er is nog iets niet goed").wait_for()
    assert page.evaluate("document.activeElement.id") == "fouten"
    sound(page)
    page.goto(f"{site}/initiatieven/nieuw/")
    assert page.get_by_label("Geef uw idee een naam").input_value() == "Boomgaard voor de Stroom"
    assert page.get_by_text("bewaart dit apparaat zelf").is_visible()
    type_into(page, "Vertel wat u wilt", "Appels voor iedereen.")
    type_into(page, "Waar gaat het over?", "groen")
    page.wait_for_timeout(TYPED_MS)
    press(page, "Verder")
    type_into(page, "Postcode en huisnummer", "9403 KL 12")
    sound(page)
    press(page, "Verder")
    type_into(page, "Uw naam", "Noor")
    type_into(page, "Uw e-mailadres", "noor@example.nl")
    press(page, "Verder")
    assert page.get_by_text("Stroom 12, 9403 KL Assen").is_visible()
    sound(page)
    press(page, "Verstuur mijn idee")
    page.get_by_text("Wat er op dit apparaat was bewaard, is nu gewist.").wait_for()
    assert page.evaluate("localStorage.length") == 0
    assert Submission.objects.count() == 1

    page.goto(f"{site}/initiatieven/bevestig/{token_in(mail.outbox[0])}/")
    sound(page)
    press(page, "Ja, dit is mijn idee")
    page.get_by_role("heading", name="Het team heeft uw idee").wait_for()
    initiative = Initiative.objects.get()
    assert Client().get(initiative.get_absolute_url()).status_code == 404
    return initiative.slug


def _team_publishes(page: Any, site: str, slug: str) -> None:
    page.goto(f"{site}/team/initiatieven/")
    press(page, "Boomgaard voor de Stroom")
    assert page.get_by_text("150 m: 100").is_visible()
    sound(page)
    tab_to(page, "Zet op de site")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert Client().get(f"/initiatieven/{slug}/").status_code == 200
    area = SupportArea.objects.get()
    assert (area.addresses, area.still_needed) == (100, 51)


def _somebody_follows(page: Any, site: str, slug: str) -> None:
    page.goto(f"{site}/initiatieven/{slug}/")
    press(page, "Volg dit idee")
    type_into(page, "Uw e-mailadres", "volger@example.nl")
    page.wait_for_timeout(TYPED_MS)
    press(page, "Volg")
    page.get_by_role("heading", name="Kijk in uw mail").wait_for()
    page.goto(_link(mail.outbox[-1].body, "volgen"))
    press(page, "Ja, ik wil dit volgen")
    assert page.get_by_text("Gelukt. U krijgt hooguit één mail per week").is_visible()
    sound(page, axe=False)


def _the_fifty_first_decides(page: Any, site: str, slug: str) -> None:
    initiative = Initiative.objects.get(slug=slug)
    letters = make_letters(initiative)
    for letter in letters[:49]:
        voices.speak_by_code(initiative, letter.code, True)

    # The fiftieth types over the code of the letter.
    page.goto(f"{site}/initiatieven/{slug}/")
    assert page.get_by_text("nog 2 nodig").is_visible()
    page.goto(f"{site}/initiatieven/{slug}/stem/?code={letters[49].code.replace(' ', '')}")
    sound(page)
    tab_to(page, "Ja, ik ben voor")
    page.keyboard.press("Space")
    page.wait_for_timeout(TYPED_MS)
    press(page, "Verstuur mijn stem")
    assert page.get_by_text("50 van de 100 adressen doen mee, nog 1 nodig").first.is_visible()
    assert Initiative.objects.get().state == InitiativeState.GATHERING_SUPPORT

    # The fifty-first speaks by e-mail.
    page.goto(f"{site}/initiatieven/{slug}/")
    sound(page)
    press(page, "Stem voor of tegen")
    tab_to(page, "Ja, ik ben voor")
    page.keyboard.press("Space")
    type_into(page, "Uw postcode", "9403kl")
    type_into(page, "Uw huisnummer", str(letters[50].address.number))
    type_into(page, "Uw e-mailadres", "buur@example.nl")
    page.wait_for_timeout(TYPED_MS)
    press(page, "Stuur mij de mail")
    page.get_by_role("heading", name="Kijk in uw mail").wait_for()
    page.goto(f"{site}/initiatieven/{slug}/stem/{token_in(mail.outbox[-1])}/")
    press(page, "Ja, bevestig mijn stem")
    page.get_by_text("De meerderheid is voor!").wait_for()
    sound(page)
    assert {sent.to[0] for sent in mail.outbox[-2:]} == {"noor@example.nl", "team@example.nl"}
    assert Initiative.objects.get().state == InitiativeState.SUPPORTED


def _team_gives(page: Any, site: str, slug: str) -> None:
    page.goto(f"{site}/team/initiatieven/{slug}/")
    sound(page)
    tab_to(page, "Van welke partner?")
    page.keyboard.type("Gemeente")
    type_into(page, "Bedrag in euro", "800")
    type_into(page, "In woorden", "Bomen en palen")
    press(page, "Ken toe")
    page.get_by_text("De toekenning is bewaard.").wait_for()
    page.goto(f"{site}/initiatieven/{slug}/")
    assert page.get_by_text("Bomen en palen, € 800").is_visible()
    assert "krijgt middelen" in mail.outbox[-1].subject
    assert mail.outbox[-1].to == ["noor@example.nl"]


def _the_follower_hears_and_stops(page: Any) -> None:
    before = len(mail.outbox)
    tasks.mail_followers.func(0)
    assert len(mail.outbox) == before, "at most once a week"
    Follower.objects.update(mailed_at=timezone.now() - dt.timedelta(days=7))
    tasks.mail_followers.func(0)
    [digest] = mail.outbox[before:]
    assert digest.to == ["volger@example.nl"]
    assert "Boomgaard voor de Stroom: krijgt middelen" in digest.body
    stop = _link(digest.body, "volgen", "stop/")
    assert digest.extra_headers["List-Unsubscribe"] == f"<{stop}>"
    page.goto(stop)
    press(page, "Stop met alle mail")
    assert page.get_by_text("We hebben uw adres gewist.").is_visible()
    assert not Follower.objects.exists()
    assert not Follow.objects.exists()


def _link(text: str, page: str, end: str = "") -> str:
    found = re.search(rf"http\S+/{page}/[^/\s]+/{end}(?=\s|$)", text)
    assert found is not None, text
    return found[0]
