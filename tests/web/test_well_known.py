"""What browsers, search machines and finders of leaks ask every site for."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from django.utils import timezone

pytestmark = pytest.mark.django_db


def test_the_icon_is_there_where_browsers_guess_it(client: Client) -> None:
    answer = client.get("/favicon.ico")
    assert answer.status_code == 302
    assert finders.find(answer["Location"].removeprefix("/static/"))


def test_search_machines_leave_alone_what_is_for_partners_and_programs(client: Client) -> None:
    told = client.get("/robots.txt").content.decode().splitlines()
    assert told[0] == "User-agent: *"
    assert {"Disallow: /organisatie/", "Disallow: /api/", "Disallow: /team/"} <= set(told)
    assert not any(line.startswith(("Disallow: /kaart", "Disallow: /wijken")) for line in told)


def test_finders_of_leaks_are_told_whom_to_tell(client: Client, settings: Any) -> None:
    settings.SECURITY_CONTACT = "mailto:veilig@assen.example"
    settings.SITE_URL = "https://mijnbuurt.example"
    answer = client.get("/.well-known/security.txt")
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    told = dict(line.split(": ", 1) for line in answer.content.decode().splitlines())
    assert told["Contact"] == "mailto:veilig@assen.example"
    assert told["Canonical"] == "https://mijnbuurt.example/.well-known/security.txt"
    holds = dt.datetime.fromisoformat(told["Expires"].replace("Z", "+00:00")) - timezone.now()
    assert dt.timedelta(days=150) < holds < dt.timedelta(days=365)


def test_nobody_is_named_where_nobody_was_chosen(client: Client) -> None:
    assert client.get("/.well-known/security.txt").status_code == 404
