"""What the tests of signing in share."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core import mail
from django.test import Client

PASSWORD = "drie blauwe fietsen"
SITE = "https://buurt.example"


@pytest.fixture(autouse=True)
def site(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The address of the service, and hashes that cost nothing."""
    settings.SITE_URL = SITE
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def mail_goes_out_at_once(mail_goes_out: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Send mail at once: what a test does is never committed."""
    monkeypatch.setattr("django.db.transaction.on_commit", lambda send, robust=False: send())


def sign_in(client: Client, name: str, password: str = PASSWORD, **more: str) -> Any:
    """Fill in the page to sign in; return the answer."""
    return client.post("/account/inloggen/", {"login": name, "password": password, **more})


def is_signed_in(client: Client) -> bool:
    """Whether pages of the own account open."""
    return client.get("/account/").status_code == 200


def link_in_mail(number: int = -1) -> str:
    """Return the path of the link in a mail that was sent."""
    found = re.search(rf"{re.escape(SITE)}(/\S+)", mail.outbox[number].body)
    assert found is not None, mail.outbox[number].body
    return found[1]
