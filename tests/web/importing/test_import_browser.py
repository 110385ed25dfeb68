"""The import of works in a real browser: the demonstration's own spreadsheet with mistakes, to works on the map."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from geo.cbs import import_areas, read_composition
from planning.works.importing import import_works
from planning.works.models import Work
from tests.conftest import BASE
from tests.factories import make_organisation, make_user
from tests.web.looking import violations

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
FIXTURES = BASE / "fixtures"


def with_mistakes(path: Path) -> Path:
    """Actium's spreadsheet with two bad rows, one new name, and a header that we do not know."""
    book = openpyxl.load_workbook(FIXTURES / "actium_werken.xlsx")
    sheet = book.active
    place = {cell.value: cell.column for cell in sheet[4]}
    sheet.cell(6, place["Oplevering"]).value = "ooit"
    sheet.cell(7, place["Soort werk"]).value = "slop"
    sheet.cell(8, place["Naam werk"]).value = "Een andere naam"
    sheet.cell(9, place["Kenmerk"]).value = "NIEUW-1"
    sheet.cell(4, place["Start uitvoering"]).value = "Eerste paal"
    book.save(path)
    return path


@pytest.fixture
def planner(transactional_db: None) -> Any:
    """A planner of Actium, whose works are there already."""
    import_areas(
        FIXTURES / "cbs_buurten_assen_2019.geojson", municipality="GM0106",
        composition=read_composition(FIXTURES / "wijken_assen.json"),
    )  # fmt: skip
    actium = make_organisation("actium")
    import_works(FIXTURES / "actium_werken.xlsx", actium)
    return make_user(actium)


def test_a_spreadsheet_with_mistakes_becomes_works_on_the_map(
    page: Any, live_server: Any, client: Any, planner: Any, tmp_path: Path, screenshot: Any
) -> None:
    client.force_login(planner)
    cookie = client.cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])

    def clean() -> None:
        assert violations(page) == []

    page.goto(f"{live_server.url}/planning/importeren/")
    clean()
    page.set_input_files("input[type=file]", str(with_mistakes(tmp_path / "actium.xlsx")))
    page.get_by_role("button", name="Bestand lezen").click()

    # One column has a name that nobody knows.
    page.get_by_role("heading", name="Wat betekenen de kolommen?").wait_for()
    assert "begin" in page.locator(".notice.warning").inner_text()
    clean()
    page.get_by_label("Eerste paal").select_option("start")
    page.get_by_role("button", name="Rijen controleren").click()

    # Two rows are refused; the table and the map show the same rows.
    page.locator("tr#rij-6").wait_for()
    page.wait_for_function("window.kaart?.loaded?.()")
    assert page.locator("table.rows tbody tr").count() == 2
    look = page.locator("tr#rij-6 .outcome").evaluate(
        "e => [getComputedStyle(e).color, getComputedStyle(e).backgroundColor]"
    )
    assert look[0] != look[1], "what a row does can be read"
    clean()
    screenshot(page, "importeren-1440")

    # A row in the table goes to its place on the map.
    before = page.evaluate("window.kaart.getZoom()")
    page.locator("tr#rij-6 a[data-show]").click()
    page.wait_for_function(f"window.kaart.getZoom() > {before} + 1")

    # Both are mended where they stand, without leaving the page.
    page.locator("tr#rij-6").get_by_label("Oplevering").fill("1 december 2023")
    page.locator("tr#rij-6").get_by_role("button", name="Controleer deze rij").click()
    page.get_by_text("Rij 6 is nu goed").wait_for()
    page.locator("tr#rij-7").get_by_label("Soort werk").fill("nieuwbouw")
    page.locator("tr#rij-7").get_by_role("button", name="Controleer deze rij").click()
    page.get_by_text("Rij 7 is nu goed").wait_for()

    # What was mended is still so after a reload; a change says what was and what comes.
    page.reload()
    page.locator(".chip.changed").click()
    page.locator("tr.changed").first.wait_for()
    assert page.locator("tr#rij-8 ins").first.inner_text() == "Een andere naam"

    # A shape on the map chooses its row in the table.
    page.locator(".chip.new").click()
    page.locator("tr.new a[data-show]").first.click()
    page.wait_for_function("window.kaart.getZoom() > 14 && !window.kaart.isMoving() && window.kaart.areTilesLoaded()")
    page.locator(".chip.changed").click()
    page.locator("tr#rij-8").wait_for()
    page.locator("#kaart canvas").click()
    page.locator("tr.chosen.new").wait_for()

    page.get_by_role("button", name="Bewaren", exact=True).click()
    page.get_by_role("heading", name=re.compile("Bewaard")).wait_for()
    clean()
    assert Work.objects.filter(external_id="NIEUW-1").exists()
    assert Work.objects.filter(name="Een andere naam").exists()
    page.get_by_role("link", name="Bekijk de werken op de kaart").click()
    page.wait_for_url("**/kaart/**")
    page.wait_for_function("window.kaart?.loaded?.()")
    assert page.evaluate("window.kaart.queryRenderedFeatures({layers: ['works-fill', 'works-pattern']}).length") > 0


def test_the_pages_fit_a_phone_and_the_dark(
    new_page: Any, watch: Any, live_server: Any, client: Any, planner: Any
) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    client.force_login(planner)
    content = b"Naam;Soort;Begin;Einde;Buurt\nSloop;slop;2027;2028;De Lariks West\n"
    sent = client.post("/planning/importeren/", {
        "file": SimpleUploadedFile("werken.csv", content), "organisation": planner.memberships.get().organisation_id,
    })  # fmt: skip
    columns = client.get(sent.url).context["columns"]
    client.post(sent.url, {f"kolom-{column.place}": column.field for column in columns})
    page = new_page(320, 700, dark=True)
    page.context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
    )
    for address in ("/planning/importeren/", sent.url, sent.url.replace("kolommen/", "")):
        page.goto(live_server.url + address)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, address
    assert watch.console_errors == []
