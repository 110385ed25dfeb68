"""PDOK's background map: asked for only where the reader or the municipality chose it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.web.test_kaart import open_map, settle

pytestmark = pytest.mark.browser


def asked_of_pdok(foreign_requests: list[str]) -> bool:
    return any(url.startswith("https://service.pdok.nl/brt/achtergrondkaart/") for url in foreign_requests)


def test_the_background_map_comes_only_when_asked_for_and_the_device_remembers(
    new_page: Any, demo_site: str, foreign_requests: list[str], watch: Any
) -> None:
    page = new_page()
    # An old link that asks for it is no consent of who opens it.
    open_map(page, demo_site, "/kaart/?m=2027-06&basis=1")
    settle(page)
    assert foreign_requests == []
    choice = page.get_by_label("Achtergrondkaart van PDOK")
    assert not choice.is_checked()
    choice.check()
    page.wait_for_function("document.querySelector('#kaart') && window.kaart.getLayer('basemap')")
    page.wait_for_timeout(500)
    assert asked_of_pdok(foreign_requests)
    assert watch.policy_breaches == [], "the page may ask"
    page.goto("about:blank")
    foreign_requests.clear()
    open_map(page, demo_site, "/kaart/?m=2027-06")
    page.wait_for_timeout(300)
    assert asked_of_pdok(foreign_requests)
    page.get_by_label("Achtergrondkaart van PDOK").uncheck()
    page.goto("about:blank")
    foreign_requests.clear()
    open_map(page, demo_site, "/kaart/?m=2027-06")
    settle(page)
    assert foreign_requests == []


def test_the_background_map_comes_at_once_where_the_municipality_chose_it(
    new_page: Any, demo_site: str, foreign_requests: list[str], watch: Any
) -> None:
    page = new_page()

    def chosen(route: Any) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, body=answer.text().replace('"basemap": false', '"basemap": true'))

    page.route("**/kaart/?m=2027-06", chosen)
    open_map(page, demo_site, "/kaart/?m=2027-06")
    page.wait_for_timeout(300)
    assert page.get_by_label("Achtergrondkaart van PDOK").is_checked()
    assert asked_of_pdok(foreign_requests)
    assert watch.policy_breaches == []
