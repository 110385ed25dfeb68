"""Handing in an idea, step by step and without JavaScript, and what must not come through."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from planning.initiatives.models import Attempt, Initiative, Photo, Submission
from tests.factories import make_address, make_buurt, make_initiative, make_organisation, make_user, make_wijk
from tests.initiatives.neighbours import token_in
from tests.initiatives.pictures import bomb, picture
from tests.web.initiatives import forms
from tests.web.initiatives.forms import NEW, WHAT, WHERE, WHO, hidden, opened, walk, words

pytestmark = pytest.mark.django_db
SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(2)>${alert(3)}{{ 7|add:7 }}"


@pytest.fixture(autouse=True)
def stroom(monkeypatch: pytest.MonkeyPatch) -> None:
    """An address in a buurt, and mail that goes out as it is asked for."""
    make_address(buurt=make_buurt(wijk=make_wijk()))
    monkeypatch.setattr("django.db.transaction.on_commit", lambda function, **_: function())


def nothing_kept() -> bool:
    """Whether nothing was stored."""
    return not (Submission.objects.exists() or Photo.objects.exists() or Initiative.objects.exists())


def upload(data: bytes, name: str = "foto.jpg", kind: str = "image/jpeg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data, kind)


def test_four_steps_bring_an_idea_to_the_team(client: Client, mailoutbox: list[Any]) -> None:
    response = walk(client, photos=[upload(picture())])
    assert (response.status_code, response["Location"]) == (302, "/initiatieven/nieuw/verstuurd/")
    assert "kijk in uw mail" in words(client.get(response["Location"]))
    page = f"/initiatieven/bevestig/{token_in(mailoutbox[0])}/"
    assert "Boomgaard voor de Stroom" in words(client.get(page))
    assert not Initiative.objects.exists(), "opening the link alone confirms nothing: mail is scanned"
    assert "Het team heeft uw idee" in words(client.post(page))
    initiative = Initiative.objects.get()
    assert (initiative.title, initiative.asked_eur, initiative.state) == ("Boomgaard voor de Stroom", 1500, "submitted")
    assert client.get(f"/initiatieven/{initiative.slug}/").status_code == 404, (
        "nobody sees it before the team has read it"
    )
    assert client.get(f"/initiatieven/foto/{Photo.objects.get().pk}.jpg").status_code == 404
    assert client.post(page).status_code == 409


def test_an_idea_in_english_is_answered_in_english_and_the_team_reads_what_each_chose(
    client: Client, mailoutbox: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forms, "NEW", "/en/initiatieven/nieuw/")
    organisation = make_organisation("team")
    make_user(organisation, "secretary", email="team@example.nl")
    make_user(organisation, "secretary", email="tess@example.nl", language="en")
    assert walk(client)["Location"] == "/en/initiatieven/nieuw/verstuurd/"
    assert mailoutbox[0].subject == "Confirm your idea: Boomgaard voor de Stroom"
    assert "/en/initiatieven/bevestig/" in mailoutbox[0].body
    assert "The team has your idea" in words(client.post(f"/en/initiatieven/bevestig/{token_in(mailoutbox[0])}/"))
    by_address = {message.to[0]: message for message in mailoutbox[1:]}
    assert by_address["noor@example.nl"].subject == "We have your idea: Boomgaard voor de Stroom"
    assert by_address["team@example.nl"].subject == "Nieuw idee om te lezen: Boomgaard voor de Stroom"
    assert "/en/" not in by_address["team@example.nl"].body
    assert by_address["tess@example.nl"].subject == "A new idea to read: Boomgaard voor de Stroom"
    assert "/en/" in by_address["tess@example.nl"].body


def test_no_cookie_is_set_anywhere_on_the_way(client: Client, mailoutbox: list[Any]) -> None:
    walk(client)
    client.post(f"/initiatieven/bevestig/{token_in(mailoutbox[0])}/")
    assert not client.cookies


def test_nothing_is_kept_before_the_last_step(client: Client) -> None:
    draft = ""
    for step, values in enumerate((WHAT, WHERE, WHO), 1):
        response = client.post(NEW, {"stap": step, "draft": draft, "sinds": opened(), **values})
        draft = hidden(response, "draft")
    assert "Stap 4 van 4" in words(response)
    assert nothing_kept()
    assert not Attempt.objects.exists()


def test_going_back_keeps_what_was_typed_and_asks_nothing(client: Client) -> None:
    response = client.post(NEW, {"stap": 1, "draft": "", "sinds": opened(), **WHAT})
    response = client.post(
        NEW, {"stap": 2, "draft": hidden(response, "draft"), "sinds": opened(), "address": "half", "ga": "1"}
    )
    assert "Stap 1 van 4" in words(response)
    assert 'value="Boomgaard voor de Stroom"' in response.content.decode()
    response = client.post(NEW, {"stap": 1, "draft": hidden(response, "draft"), "sinds": opened(), **WHAT})
    assert 'value="half"' in response.content.decode()


def test_an_empty_step_says_what_is_missing_beside_the_field_and_above(client: Client) -> None:
    response = client.post(NEW, {"stap": 1, "draft": "", "sinds": opened()})
    page = response.content.decode()
    assert response.status_code == 422
    assert '<a href="#id_title">Geef uw idee een naam.</a>' in page
    assert 'aria-invalid="true"' in page
    assert 'aria-describedby="id_title_helptext id_title_error"' in page


@pytest.mark.parametrize(
    ("where", "message"),
    [
        ({"address": "9999 ZZ 1"}, "kennen we niet"),
        ({"address": ""}, "Zeg waar het is"),
        ({"address": "'; DROP TABLE geo_address; --"}, "kennen we niet"),
        ({"address": "../../../etc/passwd"}, "kennen we niet"),
        ({"drawing": "[]"}, "niet lezen"),
        ({"drawing": '{"type": "Point", "coordinates": [1e400, 5]}'}, "niet lezen"),
        ({"drawing": '{"type": "Point", "coordinates": [NaN, NaN]}'}, "niet lezen"),
        ({"drawing": '{"type": "Point", "coordinates": [0, 0]}'}, "niet lezen"),
        ({"drawing": '{"type": "Point", "coordinates": [4.9, 52.37]}'}, "buiten de gemeente"),
        ({"drawing": '{"type": "GeometryCollection", "geometries": []}'}, "niet lezen"),
        ({"drawing": "[" * 15000}, "niet lezen"),
        (
            {"drawing": '{"type": "Polygon", "coordinates": [[[6.5,53],[6.6,53],[6.5,53.1],[6.6,53.1],[6.5,53]]]}'},
            "kruist",
        ),
        ({"drawing": '{"type": "Polygon", "coordinates": [[[6.5,53],[6.6,53],[6.6,53.1],[6.5,53]]]}'}, "te groot"),
    ],
)
def test_a_place_is_found_or_refused_in_words(client: Client, where: dict[str, str], message: str) -> None:
    assert message in words(walk(client, where={"address": "", "drawing": "", **where}))
    assert nothing_kept()


def test_what_was_drawn_goes_before_what_was_typed(client: Client, mailoutbox: list[Any]) -> None:
    line = {"type": "LineString", "coordinates": [[6.5466, 52.9942], [6.5470, 52.9944]]}
    walk(client, where={"address": "onzin", "drawing": json.dumps(line)})
    assert Submission.objects.get().geometry.geom_type == "LineString"


@pytest.mark.parametrize("field", ["title", "story", "name"])
def test_html_and_script_are_only_text(client: Client, mailoutbox: list[Any], field: str) -> None:
    what, who = dict(WHAT), dict(WHO)
    (who if field == "name" else what)[field] = SCRIPT
    response = client.post(NEW, {"stap": 1, "draft": "", "sinds": opened(), **what})
    for step, values in ((2, WHERE), (3, who)):
        response = client.post(NEW, {"stap": step, "draft": hidden(response, "draft"), "sinds": opened(), **values})
    page = response.content.decode()
    assert "<script>alert(1)" not in page
    assert "<img src=x" not in page
    assert "&lt;script&gt;alert(1)" in page
    client.post(NEW, {"stap": 4, "draft": hidden(response, "draft"), "sinds": opened()})
    for body, _kind in mailoutbox[0].alternatives:
        assert "<script>alert(1)" not in body
        assert "<img src=x" not in body


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ([upload(b"<svg onload=alert(1)>", "x.jpg")], "geen foto"),
        ([upload(b"%PDF-1.7", "../../etc/passwd.jpg")], "geen foto"),
        ([upload(bomb())], "geen foto|beeldpunten"),
        ([upload(picture()) for _ in range(5)], "hoogstens 4"),
        ([upload(picture()), upload(b"kapot", "kapot.png")], "kapot.png"),
        ([upload(b"")], "leeg|geen foto"),
    ],
    ids=["svg", "path", "bomb", "five", "one-broken", "empty"],
)
def test_files_that_are_no_photos_are_refused_and_nothing_is_kept(
    client: Client, files: list[Any], message: str
) -> None:
    response = walk(client, photos=files)
    assert response.status_code == 422
    assert any(part in words(response) for part in message.split("|"))
    assert "Boomgaard voor de Stroom" in words(response), "what was typed is still there"
    assert nothing_kept()


def test_a_request_beyond_all_photos_is_refused_unread(client: Client) -> None:
    response = client.post(NEW, {"stap": 4}, CONTENT_LENGTH=str(200 * 1024 * 1024))
    assert response.status_code == 413


class TestSpam:
    def test_a_field_that_people_do_not_see_stays_empty(self, client: Client) -> None:
        response = walk(client, what=WHAT | {"website": "https://spam.example"})
        assert "Laat het veld" in words(response)
        assert nothing_kept()

    @pytest.mark.parametrize(("ago", "message"), [(0, "heel snel"), (8 * 24 * 3600, "lang open")])
    def test_nobody_fills_in_a_form_in_a_second_or_for_a_week(self, client: Client, ago: int, message: str) -> None:
        response = client.post(NEW, {"stap": 1, "draft": "", "sinds": opened(ago), **WHAT})
        assert message in words(response)
        again = client.post(NEW, {"stap": 1, "draft": "", "sinds": opened(), **WHAT})
        assert "Stap 2 van 4" in words(again)

    def test_a_made_up_moment_or_draft_is_refused(self, client: Client) -> None:
        assert client.post(NEW, {"stap": 1, "sinds": "open:1vDbNH:x", **WHAT}).status_code == 422
        assert "Begin opnieuw" in words(client.post(NEW, {"stap": 4, "draft": "eyJ4IjoxfQ:x:y", "sinds": opened()}))
        assert nothing_kept()

    def test_one_connection_sends_five_an_hour_and_is_kept_only_as_a_hash(
        self, client: Client, mailoutbox: list[Any]
    ) -> None:
        for turn in range(6):
            response = walk(client, who=WHO | {"email": f"noor{turn}@example.nl"}, REMOTE_ADDR="192.0.2.7")
        assert "te vaak" in words(response)
        assert Submission.objects.count() == 5
        assert "192.0.2" not in str(list(Attempt.objects.values()))
        assert walk(client, who=WHO | {"email": "x@example.nl"}, REMOTE_ADDR="192.0.2.8").status_code == 302

    def test_a_form_of_another_site_is_refused(self, client: Client) -> None:
        for headers in ({"HTTP_ORIGIN": "https://evil.example"}, {"HTTP_SEC_FETCH_SITE": "cross-site"}):
            assert client.post(NEW, {"stap": 1, **WHAT}, **headers).status_code == 403


def test_a_title_that_is_taken_gets_an_address_of_its_own(client: Client, mailoutbox: list[Any]) -> None:
    make_initiative(slug="boomgaard-voor-de-stroom")
    walk(client)
    client.post(f"/initiatieven/bevestig/{token_in(mailoutbox[0])}/")
    assert Initiative.objects.filter(slug__startswith="boomgaard-voor-de-stroom-").exists()
