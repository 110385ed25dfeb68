"""The dossiers in a real browser, on the demonstration: wide and narrow, light and dark."""

from __future__ import annotations

from typing import Any

import pytest

from tests.web.looking import violations

pytestmark = pytest.mark.browser


@pytest.fixture(autouse=True)
def nothing_amiss(watch: Any) -> Any:
    yield
    assert watch.foreign_requests == []
    assert watch.console_errors == []


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1440, 360])
def test_dossier_and_index_are_finished_and_accessible(
    new_page: Any, demo_site: str, screenshot: Any, width: int, dark: bool
) -> None:
    page = new_page(width, 900, dark=dark)
    for address, name in (("/wijken/", "wijken"), ("/wijken/de-lariks/", "dossier-de-lariks")):
        page.goto(demo_site + address)
        page.wait_for_load_state("networkidle")
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        screenshot(page, f"{name}-{width}{'-donker' if dark else ''}", full_page=True)


def test_a_dossier_fits_on_the_smallest_phone(new_page: Any, demo_site: str) -> None:
    page = new_page(320, 640)
    for wijk in ("oude-molenbuurt", "pittelo-marsdijk"):
        page.goto(f"{demo_site}/wijken/{wijk}/")
        assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_bars_stand_in_the_order_of_time_and_today_stands_between_past_and_future(page: Any, demo_site: str) -> None:
    page.goto(f"{demo_site}/wijken/de-lariks/")
    starts = (
        page.locator("tbody").first.locator(".bar").evaluate_all("bars => bars.map(b => b.getBoundingClientRect().x)")
    )
    assert starts == sorted(starts)
    assert len(starts) > 3
    row = page.get_by_role("row").filter(has_text="Sloop Aar / Delft / Stroom")
    bar, gap = row.locator(".bar").bounding_box(), row.locator(".gap").bounding_box()
    assert abs(bar["x"] + bar["width"] - gap["x"]) < 3
    assert gap["width"] > 4 * bar["width"]


def test_the_table_is_a_table_on_a_phone_too(new_page: Any, demo_site: str) -> None:
    page = new_page(360, 800)
    page.goto(f"{demo_site}/wijken/de-lariks/")
    row = page.get_by_role("row", name="Sloop flat Nobellaan")
    assert row.get_by_role("rowheader").count() == 1
    assert "Actium" in row.get_by_role("cell").all_inner_texts()[0]


def test_the_map_opens_at_the_wijk_and_at_a_finding(page: Any, demo_site: str) -> None:
    page.goto(f"{demo_site}/wijken/de-lariks/")
    with page.expect_navigation():
        page.locator(".finding a").first.click()
    page.wait_for_function("document.querySelector('#plek:not([hidden]) h2, #plek:not([hidden]) h3')")
    page.go_back()
    with page.expect_navigation():
        page.get_by_role("link", name="Open op de kaart").click()
    page.wait_for_function("window.kaart && window.kaart.loaded()")
    centre = page.evaluate("kaart.getCenter().toArray()")
    assert 6.5 < centre[0] < 6.56
    assert page.evaluate("kaart.getZoom()") > 12.5


def test_a_dossier_prints_on_paper_without_buttons(page: Any, demo_site: str) -> None:
    page.goto(f"{demo_site}/wijken/de-lariks/")
    page.emulate_media(media="print")
    assert not page.get_by_role("link", name="Open op de kaart").is_visible()
    assert page.locator(".gantt .bar").first.is_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 1440


def test_a_dossier_works_without_scripts(new_page: Any, demo_site: str) -> None:
    page = new_page(1440, 900, java_script_enabled=False)
    page.goto(f"{demo_site}/wijken/oude-molenbuurt/")
    assert page.locator(".gantt .bar").count() > 10
    assert page.locator(".small-map .work").count() > 10
    assert not page.get_by_text("Afdrukken").is_visible()
