"""The resident's page: an address in, what happens there out; nothing kept."""

from __future__ import annotations

import datetime as dt
import gzip
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from django.utils import timezone

from geo.crs import WGS_84
from tests import factories as make

pytestmark = pytest.mark.django_db
SOON = (dt.date.today() + dt.timedelta(days=30)).isoformat()
LATER = (dt.date.today() + dt.timedelta(days=90)).isoformat()


@pytest.fixture
def street() -> None:
    """An address with a work before the door, one further on, an idea, a centre and a meeting."""
    make.make_address("Stroom", 12, "9403KL", make.point())
    make.make_work("street", SOON, LATER, name="Stroom wordt nieuw", visibility="public", geometry=make.box(10, 0, 30))
    make.make_work("sewer", SOON, LATER, name="Riool verderop", visibility="public", geometry=make.box(200, 0, 30))
    make.make_work("new_build", SOON, LATER, name="Geheim", visibility="partners", geometry=make.box(20, 0, 30))
    make.make_initiative("Boomgaard", geometry=make.point(100, 0))
    make.make_centre("BIC De Lariks", point=make.point(400, 0))


def _page(client: Client, **query: str) -> str:
    response = client.get("/", query)
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.usefixtures("street")
def test_an_address_shows_the_street_first_and_the_rest_by_distance(client: Client) -> None:
    page = _page(client, adres="9403 kl 12")
    assert "Stroom 12, 9403 KL" in page
    page = page[page.index('class="near-answer"') :]
    parts = [page.index(text) for text in ("<h2 id=\"in-de-straat\"", "Stroom wordt nieuw", "Verder in de buurt",
                                           "Riool verderop", "Boomgaard", "BIC De Lariks")]  # fmt: skip
    assert parts == sorted(parts)
    assert "Geheim" not in page


@pytest.mark.usefixtures("street")
@pytest.mark.parametrize("typed", ["9403KL", "Stroom", "stroom 12", "Strom"])
def test_a_postcode_or_a_street_alone_is_enough(client: Client, typed: str) -> None:
    assert "Stroom wordt nieuw" in _page(client, adres=typed)


@pytest.mark.usefixtures("street")
@pytest.mark.parametrize(
    ("typed", "help_text"),
    [
        ("9999ZZ 1", "De postcode 9999 ZZ kennen we niet"),
        ("12345", "vier cijfers en twee letters"),
        ("Kerkstraatje van niets 7", "We kennen dit adres niet"),
        ("x" * 300, "Dit is te lang"),
        ("\x00<script>", "We kennen dit adres niet"),
    ],
)
def test_a_wrong_address_gets_help_not_an_error(client: Client, typed: str, help_text: str) -> None:
    page = _page(client, adres=typed)
    assert help_text in page
    assert "<script>" not in page.replace('<script type="module"', "")


@pytest.mark.usefixtures("street")
def test_a_location_is_used_once_and_stands_in_no_address(client: Client) -> None:
    here = make.point().transform(WGS_84, clone=True)
    response = client.post("/", {"lon": f"{here.x:.5f}", "lat": f"{here.y:.5f}"})
    page = response.content.decode()
    assert "Stroom wordt nieuw" in page
    assert response["Cache-Control"] == "private, no-store"
    assert not response.cookies


@pytest.mark.parametrize(
    "sent", [{}, {"lon": "x", "lat": "1"}, {"lon": "nan", "lat": "nan"}, {"lon": "120", "lat": "8"}]
)
def test_a_location_that_is_none_gets_help(client: Client, sent: dict[str, str]) -> None:
    response = client.post("/", sent)
    assert response.status_code == 200
    assert 'role="alert"' in response.content.decode()


def test_a_work_of_a_project_leads_to_following_that_project(client: Client) -> None:
    make.make_address("Stroom", 12, "9403KL", make.point())
    project = make.make_project("Aar, Delft en Stroom")
    make.make_work("street", SOON, LATER, project=project, owner=project.owner, geometry=make.box(10, 0, 30))
    link = f"/volgen/?project={project.pk}"
    assert link in _page(client, adres="9403KL 12")
    assert "Volg Aar, Delft en Stroom" in client.get(link).content.decode()


def test_nothing_near_is_said_and_a_wider_look_offered(client: Client) -> None:
    make.make_address("Stroom", 12, "9403KL", make.point())
    page = _page(client, adres="9403KL 12")
    assert "niets gepland binnen 500 meter" in page
    assert "straal=1000" in page


@pytest.mark.usefixtures("street")
def test_no_cookie_and_a_first_view_under_100_kb(client: Client) -> None:
    response = client.get("/", {"adres": "9403KL 12"})
    assert not response.cookies
    sent = len(gzip.compress(response.content))
    for name in (
        "web/css/tokens.css",
        "web/css/site.css",
        "web/css/nabij.css",
        "web/css/small-map.css",
        "web/nabij.mjs",
    ):
        sent += len(gzip.compress(_bytes(finders.find(name))))
    sent += len(_bytes(finders.find("source-sans-3/files/source-sans-3-latin-wght-normal.woff2")))
    assert sent < 100_000


def _bytes(path: Any) -> bytes:
    with open(path, "rb") as file:  # noqa: PTH123 -- what the finder gives is a text
        return file.read()


@pytest.mark.usefixtures("street")
def test_more_around_asks_no_more_queries(client: Client, django_assert_max_num_queries: Any) -> None:
    make.make_meeting("Avond", starts_at=timezone.now() + dt.timedelta(days=3), point=make.point(50, 0))
    for number in range(8):
        make.make_work("green", SOON, LATER, visibility="public", geometry=make.box(20 * number, 50, 15))
        make.make_initiative(f"Idee {number}", geometry=make.point(10 * number, 10))
    with django_assert_max_num_queries(9):
        _page(client, adres="9403KL 12")
