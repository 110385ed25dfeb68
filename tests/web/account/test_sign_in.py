"""Signing in: by password, with a second factor, locked after failures; sessions, lost passwords, other addresses."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.core import mail
from django.core.cache import cache
from django.db import connection
from django.test import Client

from planning.partners.mail_server import FOLDER
from planning.partners.models import Membership, User
from tests import factories as make
from tests.web.account import totp
from tests.web.account.conftest import PASSWORD, is_signed_in, link_in_mail, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna() -> User:
    """A planner with a password and an address."""
    return make.make_user(
        make.make_organisation(), username="anna", password=PASSWORD, email="anna@example.nl", first_name="Anna"
    )


class TestPassword:
    @pytest.mark.parametrize("name", ["anna", "anna@example.nl", "ANNA@example.nl"])
    def test_one_signs_in_by_name_or_address(self, client: Client, anna: User, name: str) -> None:
        answer = sign_in(client, name)
        assert (answer.status_code, answer["Location"]) == (302, "/planning/")
        assert is_signed_in(client)

    def test_one_goes_on_to_where_one_was_and_never_to_another_site(self, client: Client, anna: User) -> None:
        assert sign_in(client, "anna", next="/kaart/?m=2027-01")["Location"] == "/kaart/?m=2027-01"
        client.logout()
        for evil in ("https://evil.example/", "//evil.example/", "javascript:alert(1)"):
            assert sign_in(client, "anna", next=evil)["Location"] == "/planning/"
            client.logout()

    @pytest.mark.parametrize("name", ["anna", "anna@example.nl", "nobody", "nobody@example.nl"])
    def test_a_refusal_does_not_tell_who_has_an_account(self, client: Client, anna: User, name: str) -> None:
        answer = sign_in(client, name, "fout")
        assert "Deze naam en dit wachtwoord horen niet bij elkaar" in answer.content.decode()
        assert not is_signed_in(client)

    def test_an_account_that_is_off_does_not_open(self, client: Client, anna: User) -> None:
        User.objects.update(is_active=False)
        assert sign_in(client, "anna")["Location"] == "/account/uitgezet/"
        assert not is_signed_in(client)

    def test_the_admin_uses_the_same_page(self, client: Client, anna: User) -> None:
        assert (
            client.get("/admin/works/work/", follow=True).redirect_chain[-1][0].startswith("/account/inloggen/?next=")
        )
        sign_in(client, "anna")
        assert client.get("/admin/works/work/").status_code == 200
        assert client.post("/admin/logout/")["Location"] == "/"
        assert not is_signed_in(client)

    def test_who_belongs_to_no_partner_is_told_so_in_the_admin(self, client: Client) -> None:
        client.force_login(make.make_user())
        answer = client.get("/admin/", follow=True)
        assert answer.status_code == 403
        assert "Het beheer is voor de partners" in answer.content.decode()

    def test_nobody_signs_up(self, client: Client) -> None:
        assert "op uitnodiging" in client.get("/account/aanmelden/").content.decode()
        assert client.post("/account/aanmelden/", {"email": "x@example.nl", "password1": PASSWORD}).status_code == 405
        assert not User.objects.exists()


class TestLockOut:
    def test_after_five_failures_the_right_password_waits_too(self, client: Client, anna: User) -> None:
        for _ in range(5):
            sign_in(client, "anna", "fout")
        answer = sign_in(Client(REMOTE_ADDR="10.0.0.9"), "anna")
        assert "Het is te vaak niet gelukt. Inloggen kan weer over vijf minuten." in answer.content.decode()
        make.make_user(username="piet", password=PASSWORD)
        other = Client(REMOTE_ADDR="10.0.0.9")
        assert sign_in(other, "piet").status_code == 302

    def test_it_is_counted_where_all_processes_look(self, client: Client, anna: User) -> None:
        sign_in(client, "anna", "fout")
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM django_cache")
            assert cursor.fetchone()[0] > 0

    def test_it_opens_again(self, client: Client, anna: User, monkeypatch: pytest.MonkeyPatch) -> None:
        for _ in range(5):
            sign_in(client, "anna", "fout")
        assert not is_signed_in(client)
        late = time.time() + 301
        monkeypatch.setattr("allauth.core.internal.ratelimit.time.time", lambda: late)
        assert sign_in(client, "anna").status_code == 302

    def test_one_address_cannot_try_many_names(self, client: Client, anna: User) -> None:
        for number in range(10):
            sign_in(client, f"naam{number}", "fout")
        assert "te vaak" in sign_in(client, "anna").content.decode()
        assert sign_in(Client(REMOTE_ADDR="10.0.0.9"), "anna").status_code == 302

    def test_codes_cannot_be_guessed_either(self, client: Client, anna: User) -> None:
        secret = with_app(anna)
        sign_in(client, "anna")
        for _ in range(6):
            answer = client.post("/account/tweede-stap/code/", {"code": "000000"})
        assert "te vaak" in answer.content.decode()
        client.post("/account/tweede-stap/code/", {"code": totp.code(secret)})
        assert not is_signed_in(client)


def prove(client: Client) -> None:
    """Fill in the password once more, as is asked before the account changes."""
    assert client.post("/account/nogmaals/", {"password": PASSWORD}).status_code == 302


def with_app(user: User) -> str:
    """Give somebody an app with codes, by the pages; return its secret."""
    client = Client(REMOTE_ADDR="10.1.1.1")
    sign_in(client, user.username)
    prove(client)
    page = client.get("/account/tweede-stap/app/").content.decode()
    secret = re.search(r'class="secret">(\w+)<', page)[1]  # type: ignore[index]
    answer = client.post("/account/tweede-stap/app/", {"code": totp.code(secret)})
    assert answer.status_code == 302, answer.content
    return secret


class TestSecondFactor:
    def test_without_the_code_the_password_is_not_enough(self, client: Client, anna: User) -> None:
        secret = with_app(anna)
        assert sign_in(client, "anna", next="/kaart/")["Location"].startswith("/account/tweede-stap/code/")
        assert not is_signed_in(client)
        assert "Deze code klopt niet" in client.post("/account/tweede-stap/code/", {"code": "000000"}).content.decode()
        answer = client.post("/account/tweede-stap/code/", {"code": totp.code(secret, ahead=1)})
        assert answer["Location"] == "/kaart/"
        assert is_signed_in(client)

    def test_a_code_works_once(self, client: Client, anna: User) -> None:
        secret = with_app(anna)
        code = totp.code(secret, ahead=1)
        for browser, opens in ((client, True), (Client(), False)):
            sign_in(browser, "anna")
            browser.post("/account/tweede-stap/code/", {"code": code})
            assert is_signed_in(browser) is opens

    def test_a_recovery_code_works_once_and_can_be_kept_as_a_file(self, client: Client, anna: User) -> None:
        secret = with_app(anna)
        sign_in(client, "anna")
        client.post("/account/tweede-stap/code/", {"code": totp.code(secret, ahead=1)})
        prove(client)
        codes = client.get("/account/tweede-stap/herstelcodes/bestand/").content.decode().split()
        codes = [code for code in codes if code.isdecimal()]
        assert len(codes) == 10
        for opens in (True, False):
            browser = Client()
            sign_in(browser, "anna")
            browser.post("/account/tweede-stap/code/", {"code": codes[0]})
            assert is_signed_in(browser) is opens

    def test_secrets_are_not_kept_in_clear(self, anna: User) -> None:
        secret = with_app(anna)
        kept = " ".join(str(factor.data) for factor in Authenticator.objects.all())
        assert secret not in kept
        assert Authenticator.objects.get(type="totp").wrap().validate_code(totp.code(secret, ahead=1))

    def test_another_page_can_only_be_reached_by_somebody_who_just_proved_who_it_is(
        self, client: Client, anna: User, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with_app(anna)
        client.force_login(anna)
        answer = client.get("/account/tweede-stap/app/uit/")
        assert answer["Location"].startswith("/account/nogmaals/")

    @pytest.mark.parametrize(("role", "needed"), [("manager", True), ("secretary", True), ("planner", False)])
    def test_where_the_site_asks_it_who_can_do_much_must_have_one(
        self, client: Client, settings: Any, role: str, needed: bool
    ) -> None:
        settings.SECOND_FACTOR_REQUIRED = True
        user = make.make_user(make.make_organisation(), role, username="bea", password=PASSWORD)
        sign_in(client, "bea")
        assert client.get("/kaart/").status_code == (302 if needed else 200)
        assert client.get("/api/works/").status_code == (403 if needed else 200)
        if needed:
            page = client.get("/kaart/", follow=True)
            assert page.redirect_chain[-1][0] == "/account/tweede-stap/"
            assert "Voor uw rol is een tweede stap" in page.content.decode()
            secret = with_app(user)
            prove(client)
            assert client.get("/kaart/").status_code == 200
            assert client.get("/api/works/").status_code == 200
            answer = client.post("/account/tweede-stap/app/uit/", {})
            assert Authenticator.objects.filter(user=user, type="totp").exists(), answer.content
            assert secret

    def test_a_superuser_must_have_one_too_and_tokens_need_none(self, client: Client, settings: Any) -> None:
        settings.SECOND_FACTOR_REQUIRED = True
        client.force_login(make.make_user(is_superuser=True))
        assert client.get("/admin/").status_code == 302
        assert Client().get("/api/works/").status_code == 200


class TestSessions:
    def test_one_sees_where_one_is_signed_in_and_ends_it_there(self, anna: User) -> None:
        here = Client(HTTP_USER_AGENT="Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0")
        phone = Client(
            HTTP_USER_AGENT="Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Version/17.0 Safari/604.1"
        )
        for browser in (here, phone):
            sign_in(browser, "anna")
        page = here.get("/account/sessies/").content.decode()
        assert "Firefox op Linux" in page
        assert "Safari op iPhone" in page
        rows = here.get("/account/sessies/").context["rows"]
        other = next(row["session"] for row in rows if not row["current"])
        here.post("/account/sessies/", {"session": other.pk})
        assert is_signed_in(here)
        assert not is_signed_in(phone)

    def test_all_others_at_once(self, anna: User) -> None:
        browsers = [Client() for _ in range(3)]
        for browser in browsers:
            sign_in(browser, "anna")
        browsers[0].post("/account/sessies/", {"all": "1"})
        assert [is_signed_in(browser) for browser in browsers] == [True, False, False]

    @pytest.mark.parametrize("session", ["", "x", "999", "9" * 30])
    def test_no_session_of_another(self, client: Client, anna: User, session: str) -> None:
        make.make_user(username="piet", password=PASSWORD)
        piet = Client()
        sign_in(piet, "piet")
        sign_in(client, "anna")
        theirs = piet.get("/account/sessies/").context["rows"][0]["session"].pk
        assert client.post("/account/sessies/", {"session": session or str(theirs)}).status_code == 404
        assert is_signed_in(piet)

    def test_another_password_ends_the_sessions_elsewhere(self, client: Client, anna: User) -> None:
        elsewhere = Client()
        for browser in (client, elsewhere):
            sign_in(browser, "anna")
        new = "vier groene fietsen"
        client.post("/account/wachtwoord/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
        assert is_signed_in(client)
        assert not is_signed_in(elsewhere)
        assert "Het wachtwoord van uw account is gewijzigd." in mail.outbox[-1].body


class TestForgottenPassword:
    def test_a_link_by_mail_opens_once(self, client: Client, anna: User) -> None:
        client.post("/account/wachtwoord/vergeten/", {"email": "anna@example.nl"}, headers={"Host": "localhost"})
        assert mail.outbox[-1].to == ["anna@example.nl"]
        link = link_in_mail()
        form = client.get(link, follow=True)
        assert "Nieuw wachtwoord" in form.content.decode()
        new = "vier groene fietsen"
        action = form.redirect_chain[-1][0]
        assert client.post(action, {"password1": new, "password2": new})["Location"] == "/account/wachtwoord/klaar/"
        assert sign_in(Client(), "anna", new).status_code == 302
        assert "Deze link werkt niet meer" in Client().get(link, follow=True).content.decode()

    def test_a_guessed_or_others_link_opens_nothing(self, client: Client, anna: User) -> None:
        client.post("/account/wachtwoord/vergeten/", {"email": "anna@example.nl"})
        link = link_in_mail()
        for wrong in (link[:-3] + "xyz/", link.replace("-", "-a", 1), "/account/wachtwoord/nieuw/zzzz-set-password/"):
            assert "Deze link werkt niet meer" in client.get(wrong, follow=True).content.decode()

    def test_an_unknown_address_is_answered_alike(self, client: Client, anna: User) -> None:
        answer = client.post("/account/wachtwoord/vergeten/", {"email": "nobody@example.nl"}, follow=True)
        known = client.post("/account/wachtwoord/vergeten/", {"email": "anna@example.nl"}, follow=True)
        assert answer.content == known.content
        assert [message.to for message in mail.outbox] == [["anna@example.nl"]]

    def test_an_easy_password_is_refused(self, client: Client, anna: User) -> None:
        client.force_login(anna)
        for easy in ("kort", "123456789012", "anna@example.nl"):
            data = {"oldpassword": PASSWORD, "password1": easy, "password2": easy}
            assert client.post("/account/wachtwoord/", data).status_code == 200
        anna.refresh_from_db()
        assert anna.check_password(PASSWORD)


class TestAddress:
    def test_another_address_counts_once_confirmed(self, client: Client, anna: User) -> None:
        EmailAddress.objects.create(user=anna, email="anna@example.nl", verified=True, primary=True)
        sign_in(client, "anna")
        client.post("/account/e-mail/", {"email": "anna@work.example", "action_add": ""})
        anna.refresh_from_db()
        assert anna.email == "anna@example.nl"
        assert mail.outbox[-1].to == ["anna@work.example"]
        client.post(link_in_mail())
        anna.refresh_from_db()
        assert anna.email == "anna@work.example"
        told = [message for message in mail.outbox if message.to == ["anna@example.nl"]]
        assert "Het e-mailadres van uw account is gewijzigd." in told[-1].body

    def test_an_address_of_another_is_refused(self, client: Client, anna: User) -> None:
        make.make_user(email="piet@example.nl", username="piet")
        sign_in(client, "anna")
        client.post("/account/e-mail/", {"email": "Piet@example.nl", "action_add": ""})
        assert not EmailAddress.objects.filter(email__iexact="piet@example.nl", verified=True).exists()
        anna.refresh_from_db()
        assert anna.email == "anna@example.nl"


def test_the_mails_of_the_demonstration_are_for_a_superuser(client: Client, settings: Any, tmp_path: Any) -> None:
    settings.MAIL_FOLDER = tmp_path
    settings.EMAIL_BACKEND = FOLDER
    make.make_user(username="anna", email="anna@example.nl", password=PASSWORD)
    client.post("/account/wachtwoord/vergeten/", {"email": "anna@example.nl"})
    client.force_login(make.make_user(make.make_organisation(), Membership.Role.MANAGER))
    assert client.get("/account/verstuurde-mails/").status_code == 404
    client.force_login(make.make_user(is_superuser=True))
    page = client.get("/account/verstuurde-mails/").content.decode()
    assert "Nieuw wachtwoord voor Mijn Buurt Assen" in page
    assert "anna@example.nl" in page
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    page = client.get("/account/verstuurde-mails/").content.decode()
    assert "Alle mails zijn verstuurd." in page
    assert "anna@example.nl" not in page
    cache.clear()
