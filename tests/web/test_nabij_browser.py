"""The resident's page in a real browser: how much comes over the line, and where a location goes."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from geo.crs import WGS_84
from tests import factories as make

pytestmark = pytest.mark.browser

FIRST_VIEW = 100_000
"""Bytes, compressed, for all but the map (issue "Residents", item 1)."""


@pytest.fixture(autouse=True)
def nothing_amiss(watch: Any) -> Any:
    """No page asks another host for anything, or complains."""
    yield
    assert watch.foreign_requests == []
    assert watch.console_errors == []


@pytest.mark.parametrize("path", ["/", "/?adres=9403+KL+12"])
def test_a_first_view_comes_in_under_100_kb_over_the_line(new_page: Any, demo_site: str, path: str) -> None:
    page = new_page(360, 740)
    answers: dict[str, Any] = {}
    page.on("response", lambda answer: answers.update({answer.url: answer}))
    page.goto(demo_site + path)
    page.wait_for_load_state("networkidle")
    sizes = {
        url.removeprefix(demo_site): answer.request.sizes()["responseBodySize"]
        for url, answer in answers.items()
        if not url.startswith("data:")
    }
    assert any(name.endswith(".css") for name in sizes)
    assert any(name.endswith(".mjs") for name in sizes)
    assert any(name.endswith(".woff2") for name in sizes)
    texts = [answer for url, answer in answers.items() if url.endswith((".css", ".mjs")) or url == demo_site + path]
    assert all(answer.headers.get("content-encoding") in ("gzip", "br") for answer in texts)
    assert sum(sizes.values()) < FIRST_VIEW, sizes


@pytest.mark.django_db(transaction=True)
def test_a_location_is_asked_by_a_tap_goes_along_once_and_is_left_nowhere(
    new_page: Any, live_server: Any, caplog: pytest.LogCaptureFixture
) -> None:
    make.make_buurt(wijk=make.make_wijk())
    make.make_address("Stroom", 12, "9403KL", make.point())
    make.make_centre()
    here = make.point().transform(WGS_84, clone=True)
    # To ten metres: no other number begins so.
    lon, lat = f"{here.x:.4f}"[:-1], f"{here.y:.4f}"[:-1]
    page = new_page(
        360, 740, has_touch=True, permissions=["geolocation"], geolocation={"longitude": here.x, "latitude": here.y}
    )
    page.add_init_script("""
        window.asked = 0;
        const ask = navigator.geolocation.getCurrentPosition.bind(navigator.geolocation);
        navigator.geolocation.getCurrentPosition = (...all) => { window.asked += 1; return ask(...all); };
    """)
    requests: list[tuple[str, str, str]] = []
    page.on("request", lambda asked: requests.append((asked.method, asked.url, asked.post_data or "")))
    caplog.set_level("DEBUG")
    page.goto(live_server.url)
    page.wait_for_load_state("networkidle")
    assert page.evaluate("window.asked") == 0, "nobody is asked before the tap"
    page.get_by_role("button", name="Gebruik mijn plek").tap()
    page.get_by_text("U kijkt bij de plek waar u nu bent").wait_for()

    assert [method for method, _url, body in requests if lon in body] == ["POST"]
    assert not [url for _method, url, _body in requests if lon in url or lat in url]
    assert page.url == f"{live_server.url}/"
    kept = page.evaluate("JSON.stringify([localStorage, sessionStorage, history.state, document.cookie])")
    assert lon not in kept
    assert not page.context.cookies()
    links = page.eval_on_selector_all("a", "all => all.map((a) => a.href).join(' ')")
    assert lon not in links
    assert lat not in links
    page.get_by_role("link", name="Volg deze plek").tap()
    page.get_by_role("heading", name="Wat wilt u volgen?").wait_for()
    assert lon not in page.evaluate("document.referrer")
    page.go_back()
    page.get_by_role("heading", name="Wat gebeurt er bij mij in de buurt?").wait_for()
    page.wait_for_load_state("networkidle")
    assert page.get_by_role("button", name="Gebruik mijn plek").is_visible(), "and nobody is asked to send it again"
    assert lon not in page.evaluate("[...document.querySelectorAll('input')].map((i) => i.value).join()")
    assert lon not in caplog.text
    assert lat not in caplog.text


@pytest.mark.django_db
def test_the_server_only_reads_with_a_location() -> None:
    here = make.point().transform(WGS_84, clone=True)
    with CaptureQueriesContext(connection) as asked:
        assert Client().post("/", {"lon": f"{here.x:.5f}", "lat": f"{here.y:.5f}"}).status_code == 200
    assert asked.captured_queries
    assert {each["sql"].lstrip("( ").split()[0].upper() for each in asked.captured_queries} <= {"SELECT", "WITH"}
