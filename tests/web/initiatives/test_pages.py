"""The list, one story, the poster, the money: for everyone, with as few questions to the database as ever."""

from __future__ import annotations

import datetime as dt
import html
import io
import json
import re
import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from planning.initiatives.models import GrantBudget, InitiativeState, Update, page_of
from planning.initiatives.photos import develop, keep
from planning.initiatives.states import move
from tests.factories import (
    make_address,
    make_buurt,
    make_finding,
    make_initiative,
    make_organisation,
    make_user,
    make_wijk,
    make_work,
    point,
)
from tests.initiatives.neighbours import gathering
from tests.initiatives.pictures import picture
from tests.web.initiatives.forms import words

pytestmark = pytest.mark.django_db


def titles(client: Client, query: str = "") -> list[str]:
    """Return the titles on the list, in order."""
    return [initiative.title for initiative, _ in client.get(f"/initiatieven/{query}").context["cards"]]


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_address_of_a_page_is_that_of_the_readers_language(language: str) -> None:
    with translation.override(language):
        assert page_of("boomgaard") == reverse("initiatief", args=["boomgaard"])


class TestList:
    @pytest.fixture(autouse=True)
    def three(self) -> None:
        lariks, oost = make_wijk("De Lariks"), make_wijk("Assen-Oost")
        west, ver = make_buurt("West", lariks), make_buurt("Ver", oost)
        make_initiative("Oud", submitted_on=dt.date(2025, 1, 1), theme="play", buurt=west, geometry=point(500))
        make_initiative("Nieuw idee", submitted_on=dt.date(2026, 5, 1), buurt=ver, geometry=point(50))
        make_initiative("Klaar", state="done", submitted_on=dt.date(2024, 1, 1), buurt=west)
        make_initiative("Nog te lezen", state="submitted", buurt=west)
        make_address()

    @pytest.mark.parametrize(
        "query", ["", "?stand=alle", "?stand=done", "?wijk=de-lariks", "?thema=play&stand=alle", "?volgorde=steun"]
    )
    def test_the_files_hold_just_what_the_list_holds(self, client: Client, query: str) -> None:
        page = client.get(f"/initiatieven/{query}").content.decode()
        link = re.search(r'href="(/export/initiatives\.geojson[^"]*)"', page)
        assert link is not None
        assert 'id="export-words"' in page
        features = json.loads(b"".join(client.get(html.unescape(link[1])).streaming_content))["features"]
        assert sorted(each["properties"]["title"] for each in features) == sorted(titles(client, query))

    @pytest.mark.parametrize(
        ("query", "expected"),
        [
            ("", ["Nieuw idee", "Oud"]),
            ("?stand=alle", ["Nieuw idee", "Oud", "Klaar"]),
            ("?stand=done", ["Klaar"]),
            ("?stand=submitted", ["Nieuw idee", "Oud"]),
            ("?wijk=de-lariks", ["Oud"]),
            ("?wijk=nergens", ["Nieuw idee", "Oud"]),
            ("?thema=play", ["Oud"]),
            ("?adres=9403KL+12&stand=alle", ["Klaar", "Nieuw idee", "Oud"]),
            ("?volgorde=%27;DROP&pagina=-1", ["Nieuw idee", "Oud"]),
            ("?pagina=99999999999999999999", ["Nieuw idee", "Oud"]),
        ],
    )
    def test_it_is_chosen_and_ordered_by_its_address(self, client: Client, query: str, expected: list[str]) -> None:
        assert titles(client, query) == expected

    def test_an_unknown_address_gets_help(self, client: Client) -> None:
        response = client.get("/initiatieven/?adres=<script>alert(1)</script>")
        assert "Dit adres kennen we niet" in words(response)
        assert "<script>alert(1)" not in response.content.decode()

    def test_partners_may_look_for_what_is_not_public_only_at_the_team(self, client: Client) -> None:
        client.force_login(make_user(make_organisation()))
        assert "Nog te lezen" in titles(client, "?stand=alle")


def test_most_supported_comes_first(client: Client) -> None:
    area = gathering(20)
    area.in_favour = 7
    area.save()
    make_initiative("Zonder telling")
    assert titles(client, "?volgorde=steun") == [area.initiative.title, "Zonder telling"]


def test_the_list_asks_no_more_for_many_than_for_few(client: Client, django_assert_num_queries: Any) -> None:
    buurt = make_buurt(wijk=make_wijk())
    for number in range(25):
        make_initiative(f"Idee {number}", buurt=buurt)
    client.get("/initiatieven/")
    with django_assert_num_queries(4):
        assert len(titles(client)) == 20
    assert len(titles(client, "?pagina=2")) == 5


def test_a_story_tells_all_there_is_in_a_fixed_number_of_questions(
    client: Client, django_assert_max_num_queries
) -> None:
    area = gathering(30, title="Boomgaard")
    initiative = area.initiative
    for number in range(6):
        Update.objects.create(
            initiative=initiative, text=f"Nieuws {number}", role="team", written_at=area.opened_at,
            published_at=None if number == 5 else area.opened_at,
        )  # fmt: skip
        work = make_work(name=f"Straat {number}", status="planned")
        make_finding(work, rule="initiative-in-design", kind="opportunity").initiatives.add(initiative)
    keep([develop(io.BytesIO(picture()))], initiative=initiative, public=True)
    with django_assert_max_num_queries(14):
        response = client.get(initiative.get_absolute_url())
    page = words(response)
    for text in (
        "0 van de 30 adressen doen mee, nog 16 nodig",
        "binnen 150 meter",
        "Nieuws 0",
        "Straat 5",
        "Zoekt steun",
    ):
        assert text in page
    assert "Nieuws 5" not in page
    assert response.content.decode().count('class="address"') == 30


def test_hidden_works_of_partners_do_not_show_through_an_initiative(client: Client) -> None:
    initiative = make_initiative()
    work = make_work(name="Geheim plan", visibility="internal")
    make_finding(work, rule="initiative-in-design", kind="opportunity").initiatives.add(initiative)
    assert "Geheim plan" not in words(client.get(initiative.get_absolute_url()))


@pytest.mark.parametrize("state", InitiativeState.values)
def test_every_state_has_its_page(client: Client, state: str) -> None:
    initiative = make_initiative(state=state)
    response = client.get(initiative.get_absolute_url())
    assert response.status_code == (404 if state == "submitted" else 200)


def test_html_in_any_text_is_text(client: Client) -> None:
    script = "<script>alert(1)</script>"
    initiative = make_initiative(script, slug="x", summary=script, story=script, state="declined", state_reason=script)
    for page in ("", "poster/", "stem/", "link/"):
        assert "<script>alert" not in client.get(f"/initiatieven/x/{page}").content.decode()
    assert "<script>alert" not in client.get("/initiatieven/?stand=alle").content.decode()
    assert initiative.title == script


def test_the_road_tells_who_stopped_it_and_why(client: Client) -> None:
    initiative = make_initiative(state="submitted", submitted_on=dt.date(2026, 3, 1))
    move(initiative, InitiativeState.DECLINED, "team", reason="De grond is al nodig.")
    page = words(client.get(initiative.get_absolute_url()))
    assert "Ingediend 1 maart 2026" in page
    assert "De grond is al nodig." in page


class TestPhotos:
    @pytest.fixture
    def photo(self):
        initiative = make_initiative()
        keep([develop(io.BytesIO(picture()))], initiative=initiative, public=True)
        return initiative.photos.get()

    def test_a_photo_is_sent_so_that_a_browser_can_only_show_it(self, client: Client, photo) -> None:
        response = client.get(f"/initiatieven/foto/{photo.pk}.jpg")
        assert response.content.startswith(b"\xff\xd8")
        assert response["Content-Type"] == "image/jpeg"
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert "max-age=3600" in response["Cache-Control"]
        assert client.get(f"/initiatieven/foto/{photo.pk}-klein.jpg").status_code == 200

    def test_what_is_not_public_is_for_partners_alone_and_never_cached(self, client: Client, photo) -> None:
        photo.public = False
        photo.save()
        assert client.get(f"/initiatieven/foto/{photo.pk}.jpg").status_code == 404
        client.force_login(make_user(make_organisation()))
        response = client.get(f"/initiatieven/foto/{photo.pk}.jpg")
        assert response.status_code == 200
        assert "no-store" in response["Cache-Control"]

    @pytest.mark.parametrize("name", [f"{uuid.UUID(int=7)}.jpg", "1.jpg", "..%2F..%2Fetc%2Fpasswd.jpg", "x.svg"])
    def test_another_name_is_nothing(self, client: Client, name: str) -> None:
        assert client.get(f"/initiatieven/foto/{name}").status_code == 404


def test_the_poster_carries_the_way_to_the_page(client: Client, settings: Any) -> None:
    settings.SITE_URL = "https://buurt.example"
    response = client.get(make_initiative(slug="boomgaard").get_absolute_url() + "poster/")
    assert "https://buurt.example/initiatieven/boomgaard/" in words(response)
    assert response.context["qr"].size >= 29


def test_what_is_left_is_for_everyone_to_see(client: Client, django_assert_max_num_queries: Any) -> None:
    wijk = make_wijk()
    for slug in ("actium", "stila"):
        GrantBudget.objects.create(
            partner=make_organisation(slug), wijk=wijk, year=2026, money_eur=1000, people_hours=10
        )
    with django_assert_max_num_queries(2):
        page = words(client.get("/initiatieven/geld/?jaar=2026"))
    assert "Nog € 2.000 van € 2.000, en nog 20 uur van 20 uur hulp" in page
    assert client.get("/initiatieven/geld/?jaar=<script>").status_code == 200


def test_empty_ground_near_by_is_said_in_plain_words(client: Client) -> None:
    initiative = make_initiative()
    gone = make_work("demolition", name="Sloop Stroom")
    ground = make_finding(gone, rule="fallow-ground", kind="opportunity", sentence_nl="Bied hem aan.")
    ground.initiatives.add(initiative)
    page = words(client.get(initiative.get_absolute_url()))
    assert "Sloop Stroom" in page
    assert "er is nog niets gepland" in page
    assert "Bied hem aan" not in page
    ground.works.add(make_work(name="Nieuwbouw Stroom"))
    page = words(client.get(initiative.get_absolute_url()))
    assert "er is nog niets gepland" not in page
    assert "leeg van " in page
