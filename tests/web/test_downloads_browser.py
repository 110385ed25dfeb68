"""What is on the screen can be taken along as a file: from the map for its period and layers, from a dossier for its
wijk; a long one says how far it is and can be stopped."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pyogrio
import pytest

from tests.web.looking import violations

pytestmark = pytest.mark.browser


def taken(page: Any, title: str, folder: Path, layer: str | None = None) -> Path:
    """Open the menu of files, take one, and return it."""
    menu = page.locator(".files")
    if not menu.evaluate("(menu) => menu.open"):
        menu.locator("> summary").click()
    if layer:
        menu.get_by_label("Laag").select_option(layer)
    with page.expect_download() as download:
        menu.get_by_role("link", name=title).first.click()
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return path


def open_list(page: Any, address: str) -> None:
    page.goto(address)
    page.wait_for_selector("#lijst .rows button")
    page.wait_for_selector("#lagen fieldset")


def shown(page: Any) -> int:
    return int(page.locator("#lijst .figures li strong").first.inner_text())


def test_the_map_gives_the_works_of_its_month(page: Any, demo_site: str, tmp_path: Path) -> None:
    open_list(page, demo_site + "/kaart/?m=2027-06")
    frame = pd.read_excel(taken(page, "Excel", tmp_path))
    assert len(frame) == shown(page) > 0
    assert (frame["start"] < "2027-07-01").all()
    assert (frame["last_day"] >= "2027-06-01").all()


def test_the_map_gives_what_its_legend_leaves_on(page: Any, demo_site: str, tmp_path: Path) -> None:
    open_list(page, demo_site + "/kaart/?van=2027-01&tot=2027-12")
    before = shown(page)
    for key in ("actium:new_build", "gemeente-assen:street", "gemeente-assen:sewer", "opportunity", "initiatives"):
        page.locator(f"input[data-layer='{key}']").uncheck()
    listed = page.locator("#lijst .rows button").filter(has=page.locator(".when"))
    names = set(listed.locator("strong").all_inner_texts())
    assert shown(page) == listed.count() < before
    assert page.locator("#lijst .finding.opportunity").count() == 0
    frame = pyogrio.read_dataframe(taken(page, "GeoPackage", tmp_path), layer="works")
    assert set(frame["name"]) == names
    assert "new_build" not in set(frame[frame["owner"] == "actium"]["kind"])
    findings = pd.read_csv(taken(page, "CSV", tmp_path, "Bevindingen"), sep=";")
    assert set(findings["kind"]) == {"conflict"}
    assert "Initiatieven" not in page.locator(".files option").all_inner_texts()


def test_a_dossier_gives_the_works_of_its_wijk(page: Any, demo_site: str, tmp_path: Path) -> None:
    page.goto(demo_site + "/wijken/kloosterveen/")
    frame = pyogrio.read_dataframe(taken(page, "GeoPackage, met stijl voor QGIS (werken)", tmp_path), layer="works")
    assert len(frame) >= 10
    assert set(frame["wijk"]) == {"kloosterveen"}
    page.locator(".files summary", has_text="Bewonersavonden").click()
    assert page.locator(".files").get_by_role("link", name="Agenda (iCalendar) (bewonersavonden)").is_visible()


def test_without_scripts_a_link_gives_the_same_file(new_page: Any, demo_site: str, tmp_path: Path) -> None:
    page = new_page(java_script_enabled=False)
    page.goto(demo_site + "/wijken/kloosterveen/")
    page.locator(".files > summary").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV (werken)").click()
    assert len(pd.read_csv(download.value.path(), sep=";")) >= 10


SLOW_SERVER = """() => {
    // A server that writes a batch when the test says so.
    window.fetch = async (address, options) => {
        const encoder = new TextEncoder();
        const body = new ReadableStream({ start(controller) {
            window.say = (text) => controller.enqueue(encoder.encode(text));
            window.finish = () => controller.close();
            options.signal.addEventListener("abort", () => controller.error(new DOMException("weg", "AbortError")));
        } });
        return new Response(body, { headers: { "Content-Type": options.headers.Accept } });
    };
}"""


@pytest.mark.parametrize("dark", [False, True], ids=["licht", "donker"])
def test_a_long_file_says_how_far_it_is_and_can_be_stopped(
    new_page: Any, demo_site: str, screenshot: Any, watch: Any, dark: bool, tmp_path: Path
) -> None:
    page = new_page(360, 740, dark=dark)
    page.goto(demo_site + "/wijken/kloosterveen/")
    page.evaluate(SLOW_SERVER)
    page.locator(".files > summary").click()
    link = page.get_by_role("link", name="Excel (werken)")
    link.click()
    bar, said = page.locator(".export-progress progress"), page.locator(".export-progress [role=status]")
    page.evaluate("""() => { say('{"total": 200'); say('000}\\n{"written": 12000}\\n'); }""")
    bar.wait_for()
    assert said.inner_text() == "Bestand maken: 12.000 van 200.000"
    assert bar.evaluate("(bar) => bar.value / bar.max") == 0.06
    page.wait_for_timeout(100)
    screenshot(page, f"export-bezig-360{'-donker' if dark else ''}")
    assert violations(page) == []
    page.get_by_role("button", name="Stop").click()
    assert said.inner_text() == "Gestopt; er is niets bewaard."
    link.click()
    page.wait_for_timeout(50)
    with page.expect_download() as download:
        page.evaluate(
            """() => { say('{"total": 2}\\n{"written": 2}\\n{"name": "w.csv", "media": "text/csv", "size": 5}\\na\\n');
                say('b\\n\\n'); finish(); }"""
        )
    assert download.value.suggested_filename == "w.csv"
    assert Path(download.value.path()).read_bytes() == b"a\nb\n\n"
    link.click()
    page.wait_for_timeout(50)
    page.evaluate(
        """() => { say('{"total": 2}\\n{"name": "w.csv", "media": "text/csv", "size": 5}\\na'); finish(); }"""
    )
    assert page.locator(".export-progress").last.inner_text().startswith("Dat lukte niet"), "half a file is no file"
    assert watch.console_errors == []


def test_the_table_of_works_gives_what_it_shows(page: Any, watch: Any, demo_site: str, tmp_path: Path) -> None:
    page.goto(demo_site + "/planning/?vorm=tabel&wie=actium&soort=demolition")
    names = set(page.locator(".plan-table tbody th a").all_inner_texts())
    assert names == set(pd.read_excel(taken(page, "Excel", tmp_path))["name"])
    # What is refused is said on the page.
    link = page.locator(".files").get_by_role("link", name="CSV")
    link.evaluate("(link) => { link.href = link.href.replace('demolition', 'niets') }")
    link.click()
    page.locator(".export-progress", has_text="kennen we niet").wait_for(timeout=60_000)
    # The browser itself notes that an answer was a refusal.
    assert ["400" in said for said in watch.console_errors] == [True]
    watch.console_errors.clear()
