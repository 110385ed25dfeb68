"""The admin in a real browser: drawing with the mouse, importing, history; nothing from elsewhere."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.gis.geos import Polygon

from geo.crs import RD_NEW
from planning.works.models import Work
from tests.factories import box, make_buurt, make_organisation, make_user, make_wijk, make_work

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def nothing_amiss(watch: Any) -> Any:
    yield
    assert watch.foreign_requests == []
    assert watch.console_errors == []


@pytest.fixture
def signed_in(new_page: Any, live_server: Any, transactional_db: None) -> Any:
    """A page of a planner of Actium, in De Lariks West."""
    make_buurt("De Lariks West", make_wijk(), box(-400, -400, 800))
    make_user(make_organisation("actium"), username="anna")
    page = new_page(1440, 900, timezone_id="Europe/Amsterdam")
    page.goto(f"{live_server.url}/admin/")
    page.fill("#id_login", "anna")
    page.fill("#id_password", "geheim")
    page.get_by_role("main").get_by_role("button", name="Inloggen", exact=True).click()
    page.get_by_role("heading", name="Beheer").wait_for()
    return page


def ready(page: Any) -> Any:
    """The map in the form once its background is there."""
    page.locator("[data-rd-map][data-loaded=true]").wait_for()
    canvas = page.locator(".rd-map-canvas")
    canvas.scroll_into_view_if_needed()
    return canvas


def shape(page: Any) -> str:
    return page.locator("textarea[name=geometry]").input_value()


def test_a_planner_draws_a_polygon_by_mouse_and_changes_it_later(
    signed_in: Any, live_server: Any, screenshot: Any
) -> None:
    page = signed_in
    neighbour = make_work("street", geometry=box(0, 0, 100, 20))
    page.goto(f"{live_server.url}/admin/works/work/add/")
    frame = ready(page).bounding_box()
    middle = (frame["x"] + frame["width"] / 2, frame["y"] + frame["height"] / 2)
    corners = [(-60, -40), (60, -40), (60, 40), (-60, 40)]
    for x, y in corners:
        page.mouse.click(middle[0] + x, middle[1] + y)
        page.wait_for_timeout(350)
    page.mouse.dblclick(middle[0] - 60, middle[1] + 41)
    page.wait_for_function("document.querySelector('textarea[name=geometry]').value.startsWith('POLYGON')")
    page.fill("#id_name", "Nieuwbouw Stroom")
    page.select_option("#id_kind", "new_build")
    page.fill("#id_planned_start", "01-06-2027")
    page.fill("#id_planned_finish", "01-06-2028")
    screenshot(page, "beheer-werk-tekenen-1440", full_page=True)
    page.click("[name=_continue]")
    page.locator(".messagelist .success").wait_for()
    work = Work.objects.get(name="Nieuwbouw Stroom")
    assert work.geometry.geom_type == "Polygon"
    assert work.geometry.srid == RD_NEW
    assert work.geometry.valid
    assert work.buurt.name == "De Lariks West"
    # 120 by 80 pixels, as the map stood: the sides keep their proportion in metres.
    west, south, east, north = work.geometry.extent
    assert (east - west) / (north - south) == pytest.approx(1.5, rel=0.05)

    # Back in the form: drag a corner away, undo it, and draw a point instead.
    frame = ready(page).bounding_box()
    drawn = shape(page)
    pixel = page.evaluate(
        "() => { const m = document.querySelector('[data-rd-map]').placeMap; "
        "return m.map.getPixelFromCoordinate(m.source.getFeatures()[0].getGeometry().getCoordinates()[0][0]); }"
    )
    page.mouse.move(frame["x"] + pixel[0], frame["y"] + pixel[1])
    page.mouse.down()
    page.mouse.move(frame["x"] + pixel[0] - 25, frame["y"] + pixel[1] - 25, steps=5)
    page.mouse.up()
    page.wait_for_function("was => document.querySelector('textarea[name=geometry]').value !== was", arg=drawn)
    page.get_by_role("button", name="Ongedaan maken").click()
    assert shape(page) == drawn
    page.get_by_role("button", name="Punt").click()
    page.mouse.click(frame["x"] + 30, frame["y"] + 200)
    page.wait_for_function("document.querySelector('textarea[name=geometry]').value.startsWith('POINT')")
    page.get_by_role("button", name="Alles wissen").click()
    assert shape(page) == ""
    assert neighbour.name in page.evaluate(
        "() => document.querySelector('[data-rd-map]').placeMap.background.getFeatures().map(f => f.get('name'))"
    )


def test_who_cannot_draw_types_the_place(signed_in: Any, live_server: Any) -> None:
    page = signed_in
    work = make_work(geometry=box())
    page.goto(f"{live_server.url}/admin/works/work/{work.pk}/change/")
    ready(page)
    page.get_by_text("De plek als tekst").click()
    field = page.locator("textarea[name=geometry]")
    field.fill("onzin")
    field.blur()
    page.get_by_text("geen plek die we kunnen lezen").wait_for()
    field.fill("POLYGON ((232000 557000, 232010 557000, 232010 557010, 232000 557010, 232000 557000))")
    field.blur()
    area = page.evaluate(
        "() => document.querySelector('[data-rd-map]').placeMap.source.getFeatures()[0].getGeometry().getArea()"
    )
    assert area == pytest.approx(100)
    page.fill("#id_reason", "Kleiner dan gedacht")
    page.click("[name=_save]")
    page.locator(".messagelist .success").wait_for()
    work.refresh_from_db()
    assert work.geometry.equals(Polygon.from_bbox((232000, 557000, 232010, 557010)))
