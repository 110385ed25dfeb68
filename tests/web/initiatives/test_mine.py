"""The link by which somebody keeps an own idea up to date."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from planning.initiatives.mailing import initiator_link
from planning.initiatives.models import Initiator, Update
from tests.factories import make_initiative
from tests.initiatives.neighbours import make_initiator, secretary, token_in
from tests.web.initiatives.forms import opened, words

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def mails_go_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.db.transaction.on_commit", lambda function, **_: function())


@pytest.fixture
def initiator() -> Initiator:
    return make_initiator(make_initiative(state="resourced"))


@pytest.fixture
def page(initiator: Initiator, settings: Any) -> str:
    return initiator_link(initiator).removeprefix(settings.SITE_URL)


def test_the_steps_of_an_initiator_are_taken_with_the_link(client: Client, initiator, page: str) -> None:
    assert "We zijn begonnen" in words(client.get(page))
    client.post(page, {"actie": "stap", "stand": "under_way"})
    client.post(page, {"actie": "stap", "stand": "done"})
    initiator.initiative.refresh_from_db()
    assert initiator.initiative.state == "done"
    assert list(initiator.initiative.steps.values_list("role", flat=True)) == ["initiator", "initiator"]


@pytest.mark.parametrize("state", ["supported", "declined", "gathering_support", "x", ""])
def test_other_steps_are_refused(client: Client, initiator, page: str, state: str) -> None:
    assert client.post(page, {"actie": "stap", "stand": state}).status_code == 422
    initiator.initiative.refresh_from_db()
    assert initiator.initiative.state == "resourced"


def test_news_waits_for_the_team(client: Client, initiator, page: str, mailoutbox) -> None:
    secretary()
    client.post(page, {"actie": "bericht", "text": "Vandaag geplant!", "sinds": opened()})
    assert Update.objects.get().published_at is None
    assert mailoutbox[0].to == ["team@example.nl"]
    assert "Vandaag geplant!" not in words(client.get(initiator.initiative.get_absolute_url()))
    for turn in range(6):
        response = client.post(page, {"actie": "bericht", "text": f"{turn}", "sinds": opened()})
    assert response.status_code == 422
    assert Update.objects.count() == 5


def test_who_goes_is_forgotten_and_the_idea_stays(client: Client, initiator, page: str) -> None:
    client.post(page, {"actie": "wis"})
    assert not Initiator.objects.exists()
    assert client.get(page).status_code == 403
    assert client.get(initiator.initiative.get_absolute_url()).status_code == 200


@pytest.mark.parametrize("change", ["x", "eyJ", "../../"])
def test_another_link_opens_nothing(client: Client, page: str, change: str) -> None:
    token = page.split("/")[-2]
    for wrong in (token[:-3] + change, change + token, token.swapcase()):
        assert client.get(f"/initiatieven/mijn/{wrong}/").status_code in (403, 404)


def test_an_old_link_can_be_ended(client: Client, initiator, page: str) -> None:
    Initiator.objects.update(link_turn=2)
    assert client.get(page).status_code == 403


def test_the_link_is_mailed_again_only_to_who_is_known_and_the_answer_does_not_tell(
    client: Client, initiator, mailoutbox
) -> None:
    address = f"{initiator.initiative.get_absolute_url()}link/"
    stranger = client.post(address, {"email": "ander@example.nl", "sinds": opened()})
    assert not mailoutbox
    known = client.post(address, {"email": "NOOR+x@example.nl", "sinds": opened()})
    assert words(stranger) == words(known)
    assert mailoutbox[0].to == ["noor@example.nl"]
    assert client.get(f"/initiatieven/mijn/{token_in(mailoutbox[0])}/").status_code == 200
