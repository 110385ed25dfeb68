"""Initiatives in a real browser: the whole road on a phone by keyboard alone; every page for axe, light and dark."""

from __future__ import annotations

import json
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core import mail
from django.test import Client

from planning.initiatives.models import GrantBudget, Initiative, Submission
from planning.initiatives.support import voices
from planning.initiatives.support.areas import open_support
from planning.initiatives.support.letters import make_letters
from tests.factories import box, make_buurt, make_organisation, make_wijk
from tests.initiatives.neighbours import make_street, secretary, token_in

pytestmark = pytest.mark.browser


@pytest.fixture(autouse=True)
def nothing_amiss(watch: Any) -> Any:
    yield
    assert watch.foreign_requests == []
    # A form that is not right yet is answered with 422, which the browser notes as an error.
    assert [error for error in watch.console_errors if "422" not in error] == []


def violations(page: Any) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [f"{rule['id']}: {[node['html'][:120] for node in rule['nodes']][:3]}" for rule in found]


def fits(page: Any) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


def tab_to(page: Any, name: str) -> None:
    """Press Tab until what is called ``name`` has the focus, and see that the focus shows."""
    names = []
    for _ in range(60):
        page.keyboard.press("Tab")
        names.append(
            page.evaluate("""() => {
            const e = document.activeElement;
            return (e.labels?.[0]?.innerText ?? e.getAttribute('aria-label') ?? e.innerText ?? '').trim();
        }""")
        )
        if names[-1].startswith(name):
            assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
            return
    raise AssertionError(f"{name} was not reached: {names}")


def type_into(page: Any, name: str, text: str) -> None:
    tab_to(page, name)
    page.keyboard.type(text)


def press(page: Any, name: str) -> None:
    tab_to(page, name)
    with page.expect_navigation():
        page.keyboard.press("Enter")


@pytest.mark.django_db(transaction=True)
def test_the_road_of_an_idea_on_a_phone_by_keyboard_alone(new_page: Any, live_server: Any, settings: Any) -> None:
    """Hands in, confirms, gathers voices; the 51st of 100 addresses makes it supported; the team gives."""
    settings.SITE_URL = live_server.url
    wijk = make_wijk()
    make_buurt("De Lariks West", wijk, box(-400, -400, 800))
    make_street(100)
    team = secretary()
    partner = make_organisation("gemeente-assen")
    GrantBudget.objects.create(partner=partner, wijk=wijk, year=2026, money_eur=1000)
    page = new_page(360, 740)

    # Four steps, with a mistake on the first; what is typed stays on the device.
    page.goto(f"{live_server.url}/initiatieven/")
    press(page, "Ik heb een idee")
    type_into(page, "Geef uw idee een naam", "Boomgaard voor de Stroom")
    page.wait_for_timeout(2200)
    press(page, "Verder")
    page.get_by_role("heading", name="Er is nog iets niet goed").wait_for()
    assert page.evaluate("document.activeElement.id") == "fouten"
    assert violations(page) == []
    page.goto(f"{live_server.url}/initiatieven/nieuw/")
    assert page.get_by_label("Geef uw idee een naam").input_value() == "Boomgaard voor de Stroom"
    assert page.get_by_text("bewaart dit apparaat zelf").is_visible()
    type_into(page, "Vertel wat u wilt", "Appels voor iedereen.")
    type_into(page, "Waar gaat het over?", "groen")
    page.wait_for_timeout(2200)
    press(page, "Verder")
    type_into(page, "Postcode en huisnummer", "9403 KL 12")
    assert violations(page) == []
    press(page, "Verder")
    type_into(page, "Uw naam", "Noor")
    type_into(page, "Uw e-mailadres", "noor@example.nl")
    press(page, "Verder")
    assert page.get_by_text("Stroom 12, 9403 KL Assen").is_visible()
    assert violations(page) == []
    assert fits(page)
    press(page, "Verstuur mijn idee")
    page.get_by_text("Wat er op dit apparaat was bewaard, is nu gewist.").wait_for()
    assert page.evaluate("localStorage.length") == 0
    assert Submission.objects.count() == 1

    # Confirmed by the mailed link.
    page.goto(f"{live_server.url}/initiatieven/bevestig/{token_in(mail.outbox[0])}/")
    assert violations(page) == []
    press(page, "Ja, dit is mijn idee")
    page.get_by_role("heading", name="Het team heeft uw idee").wait_for()
    initiative = Initiative.objects.get()
    assert Client().get(initiative.get_absolute_url()).status_code == 404

    # The team opens it; fifty neighbours are for it, by letter.
    area = open_support(initiative, by=team, radius_m=150)
    assert area.addresses == 100
    letters = make_letters(initiative)
    for letter in letters[:50]:
        voices.speak_by_code(initiative, letter.code, True)

    # The 51st speaks by e-mail, on a phone.
    page.goto(f"{live_server.url}{initiative.get_absolute_url()}")
    assert page.get_by_text("nog 1 nodig").is_visible()
    assert violations(page) == []
    press(page, "Stem voor of tegen")
    tab_to(page, "Ja, ik ben voor")
    page.keyboard.press("Space")
    type_into(page, "Uw postcode", "9403kl")
    type_into(page, "Uw huisnummer", str(letters[50].address.number))
    type_into(page, "Uw e-mailadres", "buur@example.nl")
    assert violations(page) == []
    page.wait_for_timeout(2200)
    press(page, "Stuur mij de mail")
    page.get_by_role("heading", name="Kijk in uw mail").wait_for()
    page.goto(f"{live_server.url}{initiative.get_absolute_url()}stem/{token_in(mail.outbox[-1])}/")
    press(page, "Ja, bevestig mijn stem")
    page.get_by_text("De meerderheid is voor!").wait_for()
    assert violations(page) == []
    assert {sent.to[0] for sent in mail.outbox[-2:]} == {"noor@example.nl", "team@example.nl"}

    # The team gives; whoever handed it in hears of it.
    client = Client()
    client.force_login(team)
    session = client.cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    page.goto(f"{live_server.url}/team/initiatieven/{initiative.slug}/")
    assert violations(page) == []
    assert fits(page)
    tab_to(page, "Van welke partner?")
    page.keyboard.type("Gemeente")
    type_into(page, "Bedrag in euro", "800")
    type_into(page, "In woorden", "Bomen en palen")
    press(page, "Ken toe")
    page.get_by_text("De toekenning is bewaard.").wait_for()
    page.goto(f"{live_server.url}{initiative.get_absolute_url()}")
    assert page.get_by_text("Bomen en palen, € 800").is_visible()
    assert "krijgt middelen" in mail.outbox[-1].subject
    assert mail.outbox[-1].to == ["noor@example.nl"]


@pytest.mark.django_db(transaction=True)
def test_a_place_is_pointed_out_on_the_map_by_keyboard_or_by_finger(new_page: Any, live_server: Any) -> None:
    make_buurt("De Lariks West", make_wijk(), box(-400, -400, 800))
    make_street(10)
    page = new_page(360, 740, has_touch=True)
    page.goto(f"{live_server.url}/initiatieven/nieuw/")
    page.get_by_label("Geef uw idee een naam").fill("Bankje")
    page.get_by_label("Vertel wat u wilt").fill("Een bankje.")
    page.get_by_label("Waar gaat het over?").select_option("meeting")
    page.wait_for_timeout(2200)
    page.get_by_role("button", name="Verder").last.click()
    page.get_by_label("Postcode en huisnummer").fill("9403KL 1")
    page.get_by_text("Of wijs het aan op de kaart").click()
    page.wait_for_function("document.querySelector('[data-place]').map?.getZoom() > 16")
    page.get_by_role("button", name="Zet een punt in het midden van de kaart").press("Enter")
    assert page.get_by_text("De plek staat op de kaart.").is_visible()
    drawing = page.locator("[name=drawing]")
    assert json.loads(drawing.input_value())["type"] == "Point"
    page.get_by_role("button", name="Lijn").click()
    page.locator(".place-draw canvas").tap(position={"x": 200, "y": 100})
    assert json.loads(drawing.input_value())["type"] == "LineString"
    page.get_by_role("button", name="Laatste punt weg").click()
    page.get_by_role("button", name="Wis de kaart").click()
    assert drawing.input_value() == ""
    assert violations(page) == []
    page.get_by_role("button", name="Zet een punt in het midden van de kaart").click()
    page.get_by_role("button", name="Verder").last.click()
    page.get_by_role("heading", name="Wie bent u?").wait_for()


PAGES = {
    "initiatieven": "/initiatieven/?adres=9403KL+12",
    "initiatief": "/initiatieven/boomgaard-voor-de-buurt-in-001/",
    "poster": "/initiatieven/boomgaard-voor-de-buurt-in-001/poster/",
    "stem": "/initiatieven/boomgaard-voor-de-buurt-in-001/stem/",
    "idee": "/initiatieven/nieuw/",
    "geld": "/initiatieven/geld/",
    "mijn-idee": "/initiatieven/boomgaard-voor-de-buurt-in-001/link/",
}


@pytest.mark.parametrize(("width", "dark"), [(1440, False), (320, True)])
def test_every_page_is_finished_and_accessible(
    new_page: Any, demo_site: str, screenshot: Any, width: int, dark: bool
) -> None:
    page = new_page(width, 800, dark=dark)
    for name, address in PAGES.items():
        page.goto(demo_site + address)
        page.wait_for_load_state("networkidle")
        assert violations(page) == [], name
        assert fits(page), name
        screenshot(page, f"{name}-{width}{'-donker' if dark else ''}", full_page=True)


def test_the_map_beside_the_list_shows_what_the_list_holds(page: Any, demo_site: str) -> None:
    page.goto(f"{demo_site}/initiatieven/?wijk=de-lariks&thema=green")
    shown = page.get_by_role("heading", level=2).inner_text()
    page.wait_for_function(
        """n => {
            const map = document.querySelector('[data-map]').map;
            if (!map?.loaded()) return false;
            const shown = map.queryRenderedFeatures({ layers: ['initiatives'] }).map((f) => f.properties.slug);
            return new Set(shown).size === n;
        }""",
        arg=int(shown.split()[0]),
    )


def test_the_whole_list_works_without_scripts(new_page: Any, demo_site: str) -> None:
    page = new_page(360, 740, java_script_enabled=False)
    page.goto(f"{demo_site}/initiatieven/")
    page.get_by_label("Wijk", exact=True).select_option("de-lariks")
    page.get_by_role("button", name="Toon").click()
    page.get_by_role("link", name="Boomgaard voor de buurt").click()
    assert page.get_by_text("41 van de 96 adressen doen mee, nog 8 nodig").is_visible()
    assert page.locator(".place-map .address").count() == 96


def test_the_map_is_fetched_on_a_phone_only_when_it_is_asked_for(new_page: Any, demo_site: str) -> None:
    page = new_page(360, 740)
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url))
    page.goto(f"{demo_site}/initiatieven/")
    page.wait_for_load_state("networkidle")
    assert not [url for url in fetched if "maplibre-gl.mjs" in url or "/tiles/" in url]
    page.locator(".ideas-map summary").click()
    page.wait_for_function("document.querySelector('[data-map]').map?.loaded()")
