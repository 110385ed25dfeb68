"""Signing in by an organisation's own service: a real one over HTTP, honest and not; who joins by it, and as what."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount, SocialApp
from django.test import Client
from django.utils.html import escape

from planning.partners import joining, own_accounts
from planning.partners.models import Invitation, Membership, SignInRule, User
from tests import factories as make
from tests.web.account.conftest import PASSWORD, is_signed_in, link_in_mail, sign_in
from tests.web.account.service import CLIENT, OTHER_KEY, SECRET, Service, serving

pytestmark = pytest.mark.django_db
LOGIN = "/account/eigen-account/assen/"
BEA = {
    "sub": "bea-1", "email": "bea@assen.nl", "email_verified": True, "given_name": "Bea", "family_name": "Bos",
    "tid": "gemeente-1",
}  # fmt: skip


@pytest.fixture(scope="module")
def running() -> Iterator[Service]:
    with serving() as service:
        yield service


@pytest.fixture
def service(running: Service) -> Service:
    """The service of the municipality, honest, with Bea at its door."""
    running.person, running.lies, running.asked = dict(BEA), {}, {}
    running.key, running.algorithm = Service().key, "RS256"
    SocialApp.objects.create(
        provider="openid_connect", provider_id="assen", name="Gemeente Assen", client_id=CLIENT, secret=SECRET,
        settings={"server_url": running.url},
    )  # fmt: skip
    return running


@pytest.fixture
def manager() -> User:
    return make.make_user(make.make_organisation("gemeente-assen"), Membership.Role.MANAGER)


@pytest.fixture
def rule(manager: User) -> SignInRule:
    """Everybody with an address at assen.nl is a planner; approved."""
    made = SignInRule.objects.create(
        organisation=make.make_organisation("gemeente-assen"), provider_id="assen", value="assen.nl", role="planner"
    )
    own_accounts.approve(manager, made)
    return made


def comes_back(client: Client, service: Service, **asked: str) -> str:
    """Go to the service and sign in there; return the address to which it sends the browser back."""
    answer = client.post(LOGIN + ("?" + "&".join(f"{k}={v}" for k, v in asked.items()) if asked else ""))
    assert answer.status_code == 200, answer.content
    address = answer["Refresh"].removeprefix("0; url=")
    assert address.startswith(f"{service.url}/authorize?")
    assert f'href="{escape(address)}"' in answer.content.decode()
    return service.authorize(address).removeprefix("http://testserver")


def arrives(client: Client, service: Service, **asked: str) -> Any:
    return client.get(comes_back(client, service, **asked))


class TestWhoJoins:
    def test_a_colleague_under_an_approved_rule_with_the_role_that_it_says(
        self, client: Client, service: Service, rule: SignInRule
    ) -> None:
        answer = arrives(client, service)
        assert (answer.status_code, answer["Location"]) == (302, "/planning/")
        assert is_signed_in(client)
        membership = Membership.objects.get(user__email="bea@assen.nl")
        assert (membership.organisation, membership.role) == (rule.organisation, "planner")
        assert membership.user.get_full_name() == "Bea Bos"
        assert not (membership.user.is_staff or membership.user.is_superuser or membership.user.has_usable_password())
        again = Client()
        arrives(again, service)
        assert is_signed_in(again)
        assert User.objects.filter(email="bea@assen.nl").count() == 1

    @pytest.mark.parametrize("approved", [True, False])
    def test_nobody_by_an_account_alone_nor_by_a_rule_that_no_manager_approved(
        self, client: Client, service: Service, rule: SignInRule, approved: bool
    ) -> None:
        if approved:
            service.person["email"] = "bea@assen.nl.evil.example"
        else:
            own_accounts.withdraw(User.objects.get(memberships__role="manager"), rule)
        answer = arrives(client, service)
        assert answer.status_code == 403
        assert "Vraag de beheerder van uw organisatie om een uitnodiging" in answer.content.decode()
        assert_nobody_came(client)

    @pytest.mark.parametrize("verified", [False, "false", None, 0, "nee"])
    def test_not_with_an_address_that_the_service_did_not_verify(
        self, client: Client, service: Service, rule: SignInRule, verified: object
    ) -> None:
        service.person["email_verified"] = verified
        assert arrives(client, service).status_code == 403
        assert_nobody_came(client)

    def test_who_was_invited_joins_with_the_role_of_the_invitation(
        self, client: Client, service: Service, manager: User
    ) -> None:
        joining.invite(manager, make.make_organisation("gemeente-assen"), "Bea@assen.nl", "viewer")
        link = link_in_mail()
        assert arrives(client, service, next=link).status_code == 302
        assert is_signed_in(client)
        assert Membership.objects.get(user__email="bea@assen.nl").role == "viewer"
        assert Invitation.objects.get().accepted_by == User.objects.get(email="bea@assen.nl")

    def test_an_invitation_for_another_address_lets_nobody_in(
        self, client: Client, service: Service, manager: User
    ) -> None:
        joining.invite(manager, make.make_organisation("gemeente-assen"), "cor@assen.nl", "manager")
        assert arrives(client, service, next=link_in_mail()).status_code == 403
        assert_nobody_came(client)
        assert Invitation.objects.pending().exists()

    def test_a_rule_on_another_claim_knows_people_by_it(
        self, client: Client, service: Service, rule: SignInRule
    ) -> None:
        SignInRule.objects.filter(pk=rule.pk).update(claim="tid", value="gemeente-1")
        assert arrives(client, service).status_code == 302
        service.person = {**BEA, "sub": "evil", "email": "evil@example.nl", "tid": "gemeente-10"}
        assert arrives(Client(), service).status_code == 403


class TestAddressesOfOthers:
    def test_the_service_speaks_for_accounts_at_its_own_domain(
        self, client: Client, service: Service, rule: SignInRule
    ) -> None:
        bea = make.make_user(email="bea@assen.nl", username="bea")
        arrives(client, service)
        assert is_signed_in(client)
        assert SocialAccount.objects.get().user == bea

    def test_and_for_no_superuser(self, client: Client, service: Service, rule: SignInRule) -> None:
        make.make_user(email="bea@assen.nl", username="bea", is_superuser=True)
        assert arrives(client, service).status_code == 403
        assert not is_signed_in(client)
        assert not SocialAccount.objects.exists()

    def test_nor_where_the_rule_says_nothing_of_addresses(
        self, client: Client, service: Service, rule: SignInRule
    ) -> None:
        SignInRule.objects.filter(pk=rule.pk).update(claim="tid", value="gemeente-1")
        make.make_user(make.make_organisation(), email="bea@assen.nl", username="bea")
        answer = arrives(client, service)
        assert answer.status_code == 403
        assert "Er is al een account met bea@assen.nl" in answer.content.decode()
        assert not is_signed_in(client)
        assert not SocialAccount.objects.exists()

    def test_its_owner_ties_it_to_the_own_account_when_signed_in(
        self, client: Client, service: Service, rule: SignInRule
    ) -> None:
        piet = make.make_user(email="piet@example.nl", username="piet", password=PASSWORD)
        sign_in(client, "piet")
        client.post("/account/nogmaals/", {"password": PASSWORD})
        arrives(client, service, process="connect")
        assert SocialAccount.objects.get().user == piet
        assert not Membership.objects.filter(user=piet).exists(), "an account gives no rights"


class TestDistrust:
    def test_an_answer_works_once_and_in_the_browser_that_asked(
        self, client: Client, service: Service, rule: SignInRule
    ) -> None:
        back = comes_back(client, service)
        thief = Client()
        assert "Inloggen lukte niet" in said(thief.get(back))
        assert not is_signed_in(thief)
        client.get(back)
        assert is_signed_in(client)
        client.logout()
        assert "Inloggen lukte niet" in said(client.get(back))
        assert not is_signed_in(client)

    def test_a_code_cannot_be_used_again_in_another_sign_in(
        self, client: Client, service: Service, rule: SignInRule
    ) -> None:
        used = comes_back(client, service)
        client.get(used)
        client.logout()
        code = used.partition("code=")[2].partition("&")[0]
        fresh = comes_back(client, service)
        mixed = fresh.replace(fresh.partition("code=")[2].partition("&")[0], code)
        assert "Inloggen lukte niet" in said(client.get(mixed))
        assert service.said == {"error": "invalid_grant"}
        assert not is_signed_in(client)

    def test_a_code_of_another_person_does_not_fit_this_sign_in(
        self, client: Client, service: Service, rule: SignInRule
    ) -> None:
        """PKCE: who slips somebody a code of their own is found out by the service."""
        theirs = comes_back(Client(), service).partition("code=")[2].partition("&")[0]
        mine = comes_back(client, service)
        mixed = mine.replace(mine.partition("code=")[2].partition("&")[0], theirs)
        assert "Inloggen lukte niet" in said(client.get(mixed))
        assert service.said == {"error": "invalid_grant"}
        assert not is_signed_in(client)

    @pytest.mark.parametrize("state", ["", "gokje", "../../"])
    def test_a_guessed_state(self, client: Client, service: Service, rule: SignInRule, state: str) -> None:
        back = comes_back(client, service)
        guessed = f"{back.partition('state=')[0]}state={state}"
        assert "Inloggen lukte niet" in said(client.get(guessed))
        assert_nobody_came(client)

    @pytest.mark.parametrize(
        "lies",
        [
            {"iss": "https://evil.example"}, {"aud": "een ander programma"}, {"exp": 1_600_000_000},
            {"nonce": "van een andere keer"}, {"nonce": None}, {"sub": "iemand anders"},
        ],
        ids=lambda lies: next(iter(lies)),
    )  # fmt: skip
    def test_a_token_of_another_for_another_or_of_another_time(
        self, client: Client, service: Service, rule: SignInRule, lies: dict[str, Any]
    ) -> None:
        service.lies = lies
        answer = arrives(client, service)
        assert answer.status_code in {401, 403}
        assert "Inloggen lukte niet" in said(answer) or "sprak zichzelf tegen" in said(answer)
        assert_nobody_came(client)

    @pytest.mark.parametrize(
        ("key", "algorithm"), [(OTHER_KEY, "RS256"), (None, "HS256"), (None, "none")], ids=["key", "HS256", "none"]
    )
    def test_a_token_that_the_service_did_not_sign(
        self, client: Client, service: Service, rule: SignInRule, key: Any, algorithm: str
    ) -> None:
        service.key, service.algorithm = key, algorithm
        assert "Inloggen lukte niet" in said(arrives(client, service))
        assert_nobody_came(client)

    def test_a_service_that_is_down_breaks_no_page(self, client: Client, service: Service, rule: SignInRule) -> None:
        back = comes_back(client, service)
        SocialApp.objects.update(settings={"server_url": "http://127.0.0.1:9"})
        assert "Inloggen lukte niet" in said(client.post(LOGIN))
        assert "Inloggen lukte niet" in said(client.get(back))
        assert_nobody_came(client)

    def test_an_unknown_service_is_not_there(self, client: Client) -> None:
        assert client.post("/account/eigen-account/onbekend/").status_code == 404
        assert client.get("/account/eigen-account/onbekend/terug/?code=1&state=2").status_code == 404

    def test_who_changes_their_mind_is_sent_back(self, client: Client, service: Service) -> None:
        state = comes_back(client, service).partition("state=")[2]
        answer = client.get(f"{LOGIN}terug/?error=access_denied&state={state}")
        assert answer["Location"] == "/account/eigen-account/geannuleerd/"


def said(answer: Any) -> str:
    assert answer.status_code < 500
    return str(answer.content.decode())


def assert_nobody_came(client: Client) -> None:
    assert not is_signed_in(client)
    assert not SocialAccount.objects.exists()
    assert not User.objects.filter(memberships__role="planner").exists()
    assert not EmailAddress.objects.filter(email__iexact="bea@assen.nl").exists()
