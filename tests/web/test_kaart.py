"""The layered map as a planner uses it: in a real browser, on the demonstration."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.web.looking import violations

pytestmark = pytest.mark.browser

PLACE = "/kaart/?m=2027-06&c=52.99938,6.5390&z=16.2"


def open_map(page: Any, site: str, path: str = "/kaart/?m=2027-06") -> None:
    page.goto(site + path)
    page.wait_for_function("window.kaart && window.kaart.loaded() && document.querySelector('#lijst h2')")


def works_drawn(page: Any) -> int:
    return page.evaluate(
        "new Set(kaart.queryRenderedFeatures({layers: ['works-fill', 'works-pattern', 'works-under', 'works-dot']})"
        ".map((f) => f.properties.id)).size"
    )


def settle(page: Any) -> None:
    page.wait_for_timeout(500)
    page.wait_for_function("kaart.loaded()")


@pytest.fixture(autouse=True)
def nothing_foreign(watch: Any) -> Any:
    yield
    assert watch.foreign_requests == []


def test_the_map_draws_works_and_the_list_beside_it_has_the_same(page: Any, demo_site: str) -> None:
    open_map(page, demo_site)
    settle(page)
    listed = page.locator("#lijst .rows button").filter(has=page.locator(".when")).count()
    assert works_drawn(page) == listed > 5
    assert page.locator("#lijst h2").inner_text() == "In juni 2027"
    colours = page.evaluate(
        """() => {
            const small = Object.assign(document.createElement("canvas"), { width: 200, height: 200 });
            const pen = small.getContext("2d");
            pen.drawImage(kaart.getCanvas(), 0, 0, 200, 200);
            const data = pen.getImageData(0, 0, 200, 200).data;
            return new Set(Array.from({ length: 40000 }, (_, i) => data.slice(i * 4, i * 4 + 3).join())).size;
        }"""
    )
    assert colours > 20, "the canvas shows more than one ground"


def test_the_time_bar_moves_the_map_the_list_and_the_counts_by_keyboard(page: Any, demo_site: str) -> None:
    open_map(page, demo_site)
    settle(page)
    before = (works_drawn(page), page.locator("#lijst .figures").inner_text())
    page.locator("#schuif").focus()
    page.keyboard.press("PageDown")
    page.keyboard.press("ArrowLeft")
    page.wait_for_function("document.querySelector('#lijst h2').textContent === 'In mei 2026'")
    settle(page)
    assert page.locator("#schuif").get_attribute("aria-valuetext") == "mei 2026"
    assert (works_drawn(page), page.locator("#lijst .figures").inner_text()) != before
    assert "m=2026-05" in page.url
    page.locator("#vandaag").click()
    page.wait_for_function("document.querySelector('#melding').textContent.length > 0")


def test_a_period_holds_more_than_a_month_and_play_goes_on(page: Any, demo_site: str) -> None:
    open_map(page, demo_site)
    settle(page)
    month = works_drawn(page)
    page.get_by_role("button", name="Periode").click()
    settle(page)
    assert works_drawn(page) > month
    assert "van=2027-01&tot=2027-12" in page.url
    page.get_by_role("button", name="Moment").click()
    page.locator("#afspelen").click()
    page.wait_for_timeout(1700)
    page.locator("#afspelen").click()
    assert page.locator("#schuif").get_attribute("aria-valuetext") not in {"december 2027", None}


def test_a_click_tells_what_happens_there_in_order_of_time(page: Any, demo_site: str) -> None:
    open_map(page, demo_site, PLACE)
    spot = page.evaluate("(() => { const p = kaart.project([6.53895, 52.99955]); return [p.x, p.y]; })()")
    frame = page.locator("#kaart").bounding_box()
    page.mouse.click(frame["x"] + spot[0], frame["y"] + spot[1])
    page.wait_for_selector("#plek .story li")
    names = page.locator("#plek .story strong").all_inner_texts()
    assert names[:3] == ["Sloop Aar / Delft / Stroom", "228 weken braak", "Nieuwbouw Aar en Delft, 128 woningen"]
    findings = page.locator("#plek .finding h3").all_inner_texts()
    assert "Straat vóór de bouw" in findings
    assert page.get_by_role("link", name="Open dossier De Lariks").get_attribute("href") == "/wijken/de-lariks/"
    page.keyboard.press("Escape")
    assert page.locator("#lijst").is_visible()


def test_the_legend_is_the_layer_switch_and_stays_in_the_link(page: Any, demo_site: str, new_page: Any) -> None:
    open_map(page, demo_site)
    settle(page)
    before = works_drawn(page)
    page.locator("input[data-layer='actium:new_build']").uncheck()
    settle(page)
    after = works_drawn(page)
    assert after < before
    assert "uit=actium:new_build,addresses,streets" in page.url
    other = new_page()
    other.goto(page.url)
    other.wait_for_function("window.kaart && window.kaart.loaded() && document.querySelector('#lagen fieldset')")
    settle(other)
    assert works_drawn(other) == after
    assert not other.locator("input[data-layer='actium:new_build']").is_checked()


def test_search_by_keyboard_flies_to_a_place(page: Any, demo_site: str) -> None:
    open_map(page, demo_site)
    page.keyboard.press("/")
    page.keyboard.type("9403 KL 12")
    page.wait_for_selector("#zoek-lijst li[role=option]")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_selector("#plek h2")
    page.wait_for_function("kaart.getZoom() > 15")
    assert re.search(r"plek=6\.53\d+,52\.99\d+", page.url)


def test_a_link_to_a_place_goes_there(page: Any, demo_site: str) -> None:
    open_map(page, demo_site, "/kaart/?m=2027-06&plek=6.5390,52.99955")
    page.wait_for_selector("#plek .story li")
    page.wait_for_function("kaart.getZoom() > 15")
    assert page.locator("#plek .finding").nth(1).is_visible()
    assert not page.locator("#plek .finding").last.is_visible()
    page.locator("#plek summary").first.click()
    assert page.locator("#plek .finding").last.is_visible()


def test_a_work_that_is_chosen_shows_in_its_own_time_unless_the_link_says_another(page: Any, demo_site: str) -> None:
    month = page.locator("#maand")
    open_map(page, demo_site)
    page.keyboard.press("/")
    page.keyboard.type("Sloop Aar / Delft")
    page.locator("#zoek-lijst li[role=option]", has_text="Sloop Aar / Delft / Stroom").click()
    page.wait_for_function("document.getElementById('maand').textContent === 'november 2022'")
    place = re.search(r"plek=work:\d+", page.url)
    assert place
    assert "m=2022-11" in page.url
    page.wait_for_function("kaart.getZoom() > 15")
    settle(page)
    assert works_drawn(page) > 0
    open_map(page, demo_site, f"/kaart/?{place[0]}")
    page.wait_for_function("document.getElementById('maand').textContent === 'november 2022'")
    open_map(page, demo_site, f"/kaart/?m=2027-06&{place[0]}")
    page.wait_for_selector("#plek .story li")
    assert month.inner_text() == "juni 2027"


def test_a_finding_in_the_list_opens_its_place_with_the_keyboard_alone(page: Any, demo_site: str) -> None:
    open_map(page, demo_site)
    button = page.get_by_role("button", name="Straat vóór de bouw").first
    button.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("#plek .story li")
    assert "Herinrichting Stroom en Delft" in page.locator("#plek").inner_text()
    assert page.evaluate("document.activeElement.tagName") == "H2"


def test_without_webgl_the_list_goes_on(new_page: Any, demo_site: str) -> None:
    page = new_page()
    page.add_init_script("HTMLCanvasElement.prototype.getContext = () => null;")
    page.goto(demo_site + "/kaart/?m=2027-06")
    page.wait_for_selector("#lijst .rows button")
    assert page.locator("#kaart-melding").is_visible()


@pytest.mark.parametrize("dark", [False, True], ids=["licht", "donker"])
@pytest.mark.parametrize(("width", "height"), [(1440, 900), (360, 740)])
def test_the_page_looks_finished_and_is_accessible(
    width: int, height: int, dark: bool, new_page: Any, demo_site: str, screenshot: Any, watch: Any
) -> None:
    page = new_page(width, height, dark=dark)
    open_map(page, demo_site, f"{PLACE}&plek=6.5390,52.99955" if width > 1000 else "/kaart/?m=2027-06")
    settle(page)
    suffix = f"{width}{'-donker' if dark else ''}"
    screenshot(page, f"kaart-{suffix}")
    assert violations(page) == []
    if width < 1000:
        for name in ("Lijst", "Lagen"):
            page.get_by_role("button", name=name, exact=True).click()
            page.wait_for_timeout(200)
            screenshot(page, f"kaart-{name.lower()}-{suffix}")
            assert violations(page) == []
            page.keyboard.press("Escape")
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert watch.console_errors == []
