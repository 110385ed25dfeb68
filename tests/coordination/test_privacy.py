"""The register knows every column for a person; one's own data can be seen, taken along and erased."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.apps import apps
from django.core import mail, signing
from django.db.models import EmailField
from django.test import Client
from django.utils import timezone

from planning.coordination import following, privacy
from planning.coordination.following import Subject
from planning.coordination.models import Follower
from planning.initiatives import meetings, signals
from planning.initiatives.models import Initiator, Signal, SignUp
from planning.initiatives.refusals import RefusedError
from tests import factories as make

pytestmark = pytest.mark.django_db
ANNA = "anna@example.nl"


@pytest.fixture
def anna() -> None:
    """Somebody who did everything that can be done here."""
    make.make_organisation("gemeente-assen", kind="municipality")
    following.ask(ANNA, Subject("Stroom 12", point=make.point()))
    signals.hand_in("street", "Losse tegel", make.point(), "", None, ANNA)
    meeting = make.make_meeting(starts_at=timezone.now() + dt.timedelta(days=5), sign_up=True)
    meetings.sign_up(meeting, "Anna", ANNA, 2)
    Initiator.objects.create(
        initiative=make.make_initiative("Boomgaard"), name="Anna", email=ANNA, confirmed_at=timezone.now()
    )


def test_every_table_with_an_e_mail_address_is_in_the_register() -> None:
    known = {name for kept in privacy.register() for name in kept.models} | {"Organisation"}
    ours = [apps.get_app_config(label) for label in ("geo", "partners", "works", "initiatives", "coordination")]
    found = {
        model.__name__
        for app in ours
        for model in app.get_models()
        if any(isinstance(field, EmailField) for field in model._meta.concrete_fields)
    }
    assert {name for name in found if not name.endswith("Event")} <= known


@pytest.mark.usefixtures("anna")
def test_what_is_kept_is_shown_taken_along_and_erased(client: Client, django_capture_on_commit_callbacks: Any) -> None:
    mail.outbox.clear()
    with django_capture_on_commit_callbacks(execute=True):
        privacy.ask("ANNA@example.nl")
    path = "/" + re.search(r"http\S+/privacy/\S+", mail.outbox[0].body)[0].split("/", 3)[3]  # type: ignore[index]
    page = client.get(path).content.decode()
    for text in ("Stroom 12", "Losse tegel", "Boomgaard", "Anna"):
        assert text in page
    taken = client.get(path, {"als": "json"}).json()
    assert (taken["email"], len(taken["signals"]), len(taken["follows"])) == (ANNA, 1, 1)
    client.post(path)
    assert not (Follower.objects.exists() or SignUp.objects.exists() or Initiator.objects.exists())
    assert Signal.objects.get().email == ""
    assert all(rows == [] for rows in privacy.data_of(ANNA).values())


def test_a_link_is_of_one_address_and_of_one_day(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    assert client.get("/privacy/gok/").status_code == 404
    with pytest.raises(RefusedError):
        privacy.ask("geen adres")
    monkeypatch.setattr(privacy, "LINK_S", -1)
    assert client.get(f"/privacy/{signing.dumps(ANNA, salt=privacy.SALT)}/").status_code == 404


def test_the_register_is_open_to_all_and_sets_no_cookie(client: Client) -> None:
    response = client.get("/privacy/")
    assert "Dit bewaren we nooit" in response.content.decode()
    assert not response.cookies
