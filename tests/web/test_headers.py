"""What every answer tells the browser to keep to."""

from __future__ import annotations

from typing import Any

import pytest
from allauth.socialaccount.models import SocialApp
from django.test import Client

from tests.factories import make_buurt, make_organisation, make_user, make_wijk, make_work

pytestmark = pytest.mark.django_db
PDOK = "https://service.pdok.nl"
EVERYWHERE = ["/", "/wijken/", "/api/works/", "/ogc/", "/tiles/works.json", "/static/web/css/site.css", "/er-is-niets/"]


def policy(client: Client, path: str) -> dict[str, list[str]]:
    """The Content-Security-Policy of a page, its directives by name."""
    header = client.get(path)["Content-Security-Policy"]
    return {name: values for name, *values in (part.split() for part in header.split(";"))}


@pytest.mark.parametrize("path", EVERYWHERE)
def test_nothing_comes_from_elsewhere_and_nothing_in_a_page_is_run(client: Client, path: str) -> None:
    response = client.get(path)
    told = policy(client, path)
    assert told["default-src"] == told["frame-ancestors"] == told["base-uri"] == ["'none'"]
    assert told["script-src"] == told["style-src"] == told["connect-src"] == told["form-action"] == ["'self'"]
    assert "unsafe" not in str(told)
    assert "//" not in str(told), "no host is named"
    assert response["Permissions-Policy"].startswith("geolocation=(self), ")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == response["Cross-Origin-Opener-Policy"] == "same-origin"
    assert not response.cookies


def test_a_style_in_a_page_holds_by_a_word_that_is_new_every_time(client: Client) -> None:
    wijk = make_wijk()
    make_buurt(wijk=wijk)
    make_work("street")
    pages = [client.get(f"/wijken/{wijk.slug}/") for _ in range(2)]
    nonces = [page["Content-Security-Policy"].partition("'nonce-")[2].partition("'")[0] for page in pages]
    assert len(set(nonces)) == 2
    for page, nonce in zip(pages, nonces, strict=True):
        assert f'<style nonce="{nonce}">' in page.content.decode()


def test_only_pages_with_the_large_map_may_ask_pdok(client: Client) -> None:
    client.force_login(make_user(make_organisation("actium")))
    for path in ("/kaart/", "/planning/"):
        told = policy(client, path)
        assert told["connect-src"] == ["'self'", PDOK], path
        assert told["img-src"] == ["'self'", "data:", "blob:", PDOK], path
        assert PDOK not in str(told["script-src"]), path
    for path in ("/", "/initiatieven/", "/initiatieven/nieuw/", "/signaal/"):
        assert PDOK not in str(policy(client, path)), path


def test_forms_lead_to_own_accounts_only_where_there_are_any(client: Client) -> None:
    assert policy(client, "/account/inloggen/")["form-action"] == ["'self'"]
    SocialApp.objects.create(
        provider="openid_connect", provider_id="actium", name="Actium", client_id="x",
        settings={"server_url": "https://login.actium.example"},
    )  # fmt: skip
    assert policy(client, "/account/inloggen/")["form-action"] == ["'self'", "https:"]
    assert policy(client, "/account/wachtwoord/vergeten/")["form-action"] == ["'self'"]


@pytest.mark.parametrize("https", [True, False])
def test_browsers_stay_with_https_where_the_service_has_it(client: Client, settings: Any, https: bool) -> None:
    assert settings.SECURE_HSTS_SECONDS == 0, "the tests run without"
    settings.SECURE_HSTS_SECONDS = 31_536_000 if https else 0
    assert ("Strict-Transport-Security" in Client().get("/healthz", secure=True)) is https


def test_an_answer_that_asks_for_something_special_changes_no_other(client: Client) -> None:
    client.force_login(make_user(make_organisation("actium")))
    before = client.get("/wijken/")["Content-Security-Policy"]
    assert client.get("/kaart/")["Content-Security-Policy"] != before
    assert client.get("/wijken/")["Content-Security-Policy"] == before


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [("gzip", "gzip"), ("gzip;q=0.5, br", "gzip"), ("gzip;q=0", None), ("gzip; q=0.000, *", None), ("br", None)],
)
def test_who_takes_no_gzip_gets_none(client: Client, accepted: str, encoding: str | None) -> None:
    answer = client.get("/api/openapi.json", headers={"Accept-Encoding": accepted})
    assert answer.get("Content-Encoding") == encoding
    assert "Accept-Encoding" in answer["Vary"]
