"""The map that travels: it opens without a network, shows what it should, and runs nothing that users typed."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from planning.coordination.findings import sync_findings
from planning.partners.visibility import Visibility
from planning.web.folium_maps import export_map
from planning.web.folium_maps.safe import safe, safe_json
from planning.works.models import Work
from tests.factories import (
    box,
    make_buurt,
    make_centre,
    make_initiative,
    make_organisation,
    make_project,
    make_wijk,
    make_work,
    point,
)

HOSTILE = [
    "</script><script>window.gepakt=1</script>",
    "<img src=x onerror=window.gepakt=1>",
    "${window.gepakt=1}",
    "`;window.gepakt=1;`",
    "\\u003cimg src=x onerror=window.gepakt=1>",
    "'\"><svg onload=window.gepakt=1>",
    "{{ 7*7 }}{% raw %}",
    "regel\u2028einde",
]


@pytest.fixture
def hostile_plan(db: None) -> list[Work]:
    """A plan in which every text is an attack; returns its works."""
    texts = iter(HOSTILE * 3)
    wijk = make_wijk(next(texts), slug="vijandig", slogan=next(texts))
    buurt = make_buurt(next(texts), wijk, slug="vijandig-buurt")
    owner = make_organisation(slug="aanvaller", name=next(texts))
    project = make_project(next(texts), owner=owner)
    works = [
        make_work(
            name=HOSTILE[number], description=next(texts), kind=kind, owner=owner, project=project, buurt=buurt,
            geometry=box(number * 41, 0, 40), visibility=Visibility.PUBLIC,
            planned_start=dt.date(2027, 1, 1), planned_finish=dt.date(2028, 1, 1),
        )
        for number, kind in enumerate(("new_build", "street", "demolition", "sewer", "play_area"))
    ]  # fmt: skip
    make_initiative(title=next(texts), summary=next(texts), geometry=point(20, 60), buurt=buurt)
    make_centre(next(texts)[:40], slug="vijandig-centrum", wijk=wijk, opening_hours=next(texts), point=point(60, 60))
    sync_findings()
    return works


@pytest.mark.browser
def test_what_users_typed_is_shown_and_never_run(
    hostile_plan: list[Work], tmp_path: Path, new_page: Any, watch: Any
) -> None:
    file = tmp_path / "kaart.html"
    file.write_text(export_map(None), encoding="utf-8")
    page = new_page(offline=True)
    page.goto(file.as_uri())
    page.wait_for_selector("path.werk")
    opened = page.evaluate(
        """() => {
            const texts = [];
            for (const layer of Object.values(window).filter((v) => v instanceof L.GeoJSON))
                layer.eachLayer((shape) => {
                    shape.openPopup();
                    const opened = shape.getPopup()?.getElement();
                    if (opened) texts.push(opened.querySelector('.leaflet-popup-content').textContent);
                });
            return texts;
        }"""
    )
    text = "\n".join(opened)
    assert len(opened) >= 9
    for attack in HOSTILE:
        assert attack in text, "the popup shows the text as it was typed"
    page.wait_for_timeout(200)
    assert page.evaluate("window.gepakt") is None
    assert page.locator("img[src=x]").count() == 0
    assert watch.console_errors == []
    assert watch.foreign_requests == []


@pytest.mark.browser
def test_the_slider_shows_only_what_happens_in_a_month(
    demo_url: str, tmp_path: Path, new_page: Any, watch: Any, screenshot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    import os
    import subprocess
    import sys

    file = tmp_path / "lariks.html"
    subprocess.run(
        [sys.executable, "manage.py", "export_map", "--wijk", "de-lariks", "--out", str(file)],
        env={**os.environ, "DATABASE_URL": demo_url},
        check=True,
        capture_output=True,
    )
    assert file.stat().st_size < 1_000_000
    for width, height in ((1440, 900), (360, 740)):
        page = new_page(width, height, offline=True)
        page.goto(file.as_uri())
        page.wait_for_selector("path.werk")
        everything = page.locator("path.werk").count()
        page.locator("#schuif").focus()
        page.keyboard.press("Home")
        assert page.locator("#maand").inner_text() == "augustus 2017"
        in_august = page.locator("path.werk").count()
        assert 0 < in_august < everything
        page.locator("#alles").check()
        assert page.locator("path.werk").count() == everything
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        screenshot(page, f"folium-{width}")
    assert watch.console_errors == []
    assert watch.foreign_requests == []


def test_what_the_legend_leaves_out_stays_out(db: None, client: Client) -> None:
    make_work("demolition", name="Sloop", owner=make_organisation("actium"))
    make_work("street", name="Straat", owner=make_organisation("actium"))
    make_work("demolition", name="Andermans sloop", owner=make_organisation("stila"))
    make_initiative(title="Boomgaard")
    page = client.get("/kaart/export/?uit=actium:demolition,initiatives").content.decode()
    assert "Straat" in page and "Andermans%20sloop" in page.replace("Andermans sloop", "Andermans%20sloop")
    assert '"Sloop"' not in page and "Boomgaard" not in page


def test_the_public_gets_only_what_the_public_may_see(db: None) -> None:
    make_work(name="Openbaar werk", visibility=Visibility.PUBLIC)
    make_work(name="Geheim werk", visibility=Visibility.INTERNAL)
    page = export_map(None)
    assert "Openbaar werk" in page
    assert "Geheim werk" not in page


def test_the_page_asks_nothing_of_the_network(db: None) -> None:
    make_work(visibility=Visibility.PUBLIC)
    page = export_map(None)
    assert 'src="http' not in page
    assert not re.search(r'<link[^>]+href="http', page)
    assert not re.search(r"url\(['\"]?http", page)
    assert "@import" not in page


def test_the_button_sends_a_file_and_refuses_nonsense(db: None, client: Client) -> None:
    make_wijk("De Lariks", slug="de-lariks")
    response = client.get("/kaart/export/?wijk=de-lariks")
    assert response.status_code == 200
    assert response["Content-Disposition"].startswith('attachment; filename="kaart-de-lariks-')
    assert client.get("/kaart/export/?wijk=nergens").status_code == 404
    assert client.get("/kaart/export/?wijk=%00").status_code == 404
    assert client.get("/kaart/export/?van=morgen&tot=2027-01-01").status_code == 400


def test_the_command_says_which_wijken_there_are(db: None, tmp_path: Path) -> None:
    make_wijk("De Lariks", slug="de-lariks")
    with pytest.raises(CommandError, match="Er is geen wijk “oost”; wel: de-lariks"):
        call_command("export_map", "--wijk", "oost", "--out", str(tmp_path / "x.html"))


def test_another_map_keeps_its_scripts_after_an_export(db: None) -> None:
    import folium

    export_map(None)
    assert any("leaflet" in name for name, _ in folium.Map.default_js)
    assert Work.objects.count() == 0


@pytest.mark.parametrize("text", HOSTILE)
def test_one_function_makes_text_safe_for_folium(text: str) -> None:
    made = safe(text)
    assert not set("<>`$\\{") & set(made)
    assert "<" not in safe_json(text)
    assert "\u2028" not in safe_json(text)
