"""Signing in in a real browser: by a passkey that is made here, and by the service of an organisation."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialApp
from axe_playwright_python.sync_playwright import Axe

from planning.partners.models import Membership, SignInRule, User
from tests import factories as make
from tests.web.account.conftest import PASSWORD
from tests.web.account.service import CLIENT, SECRET, Service, serving

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def site(live_server: Any, settings: Any) -> str:
    """The address of the service, by a name: a passkey belongs to one."""
    settings.MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True
    return str(live_server.url)


@pytest.fixture
def service() -> Iterator[Service]:
    with serving() as running:
        running.person = {"sub": "1", "email": "bea@assen.nl", "email_verified": True, "given_name": "Bea"}
        yield running


def with_passkeys(page: Any) -> tuple[Any, str]:
    """Give the browser a device that keeps passkeys and takes its person's finger for granted."""
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    return device, device.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]


def sign_in(page: Any, site: str, name: str) -> None:
    page.goto(f"{site}/account/inloggen/")
    page.locator("#id_login").fill(name)
    page.locator("#id_password").fill(PASSWORD)
    page.get_by_role("button", name="Inloggen", exact=True).click()
    page.wait_for_url("**/planning/**")


def test_a_passkey_is_made_lets_its_owner_in_and_nobody_once_it_is_removed(page: Any, site: str) -> None:
    anna = make.make_user(make.make_organisation(), username="anna", password=PASSWORD, email="anna@example.nl")
    device, authenticator = with_passkeys(page)
    sign_in(page, site, "anna")
    page.goto(f"{site}/account/tweede-stap/sleutels/nieuw/")
    page.locator("#id_password").fill(PASSWORD)
    page.get_by_role("button", name="Verder").click()
    page.get_by_label("Hoe noemt u deze sleutel?").fill("Laptop")
    page.get_by_label("Met deze sleutel ook zonder wachtwoord inloggen").check()
    page.get_by_role("button", name="Toevoegen").click()
    page.wait_for_url(lambda url: "nieuw" not in url)
    assert Authenticator.objects.filter(user=anna, type=Authenticator.Type.WEBAUTHN).count() == 1
    assert len(device.send("WebAuthn.getCredentials", {"authenticatorId": authenticator})["credentials"]) == 1

    page.context.clear_cookies()
    page.goto(f"{site}/account/inloggen/")
    page.get_by_role("button", name="Inloggen met een sleutel of vingerafdruk").click()
    page.wait_for_url("**/planning/**")
    page.goto(f"{site}/account/")
    assert "anna" in page.content()

    Authenticator.objects.filter(user=anna).delete()
    page.context.clear_cookies()
    page.goto(f"{site}/account/inloggen/")
    with page.expect_navigation():
        page.get_by_role("button", name="Inloggen met een sleutel of vingerafdruk").click()
    page.goto(f"{site}/account/")
    assert "/account/inloggen/" in page.url


def test_a_colleague_comes_by_the_service_of_the_organisation(
    page: Any, site: str, service: Service, watch: Any
) -> None:
    city = make.make_organisation("gemeente-assen")
    SocialApp.objects.create(
        provider="openid_connect", provider_id="assen", name="Gemeente Assen", client_id=CLIENT, secret=SECRET,
        settings={"server_url": service.url},
    )  # fmt: skip
    rule = SignInRule.objects.create(organisation=city, provider_id="assen", value="assen.nl", role="planner")
    page.goto(f"{site}/account/inloggen/")
    page.get_by_role("button", name="Inloggen met Gemeente Assen").click()
    page.get_by_text("hoort nog niet bij Mijn Buurt Assen").wait_for()
    assert Axe().run(page).response["violations"] == []
    # The browser notes that the page said no.
    assert [error for error in watch.console_errors if "403" not in error] == []
    watch.console_errors.clear()
    assert not User.objects.exists()

    SignInRule.objects.filter(pk=rule.pk).update(approved_at="2026-01-01T00:00Z")
    page.goto(f"{site}/account/inloggen/")
    page.get_by_role("button", name="Inloggen met Gemeente Assen").click()
    page.wait_for_url("**/planning/**")
    assert Membership.objects.get().user.email == "bea@assen.nl"
