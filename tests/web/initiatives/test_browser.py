"""Initiatives in a real browser: the map of the steps, the list and its map; every page for axe, light and dark."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.factories import box, make_buurt, make_wijk
from tests.initiatives.neighbours import make_street
from tests.web.looking import violations

pytestmark = pytest.mark.browser


@pytest.fixture(autouse=True)
def nothing_amiss(watch: Any) -> Any:
    yield
    assert watch.foreign_requests == []
    # A form that is not right yet is answered with 422, which the browser notes as an error.
    assert [error for error in watch.console_errors if "422" not in error] == []


def fits(page: Any) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


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


def test_the_map_has_its_signs_before_the_ideas_come_however_late_the_rest_is(page: Any, demo_site: str) -> None:
    held: list[Any] = []

    def hold(route: Any) -> None:
        held.append(route)

    page.route("**/tiles/wijken/**", hold)
    with page.expect_response("**/tiles/initiatives/*/*/*.mvt*"):
        page.goto(f"{demo_site}/initiatieven/?wijk=de-lariks")
    drawn = "document.querySelector('[data-map]').map.queryRenderedFeatures({ layers: ['initiatives'] }).length > 0"
    page.wait_for_function(drawn)
    assert held
    assert not page.evaluate("document.querySelector('[data-map]').map.loaded()")
    for route in held:
        route.continue_()
    page.wait_for_function("document.querySelector('[data-map]').map.loaded()")


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
