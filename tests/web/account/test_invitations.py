"""Invitations by e-mail: accepted once, in time, by whom they are for; no organisation is left without a manager."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connections
from django.test import Client
from django.utils import timezone

from planning.partners import joining
from planning.partners.models import Invitation, Membership, Organisation, User
from tests import factories as make
from tests.web.account.conftest import PASSWORD, is_signed_in, link_in_mail, sign_in

Role = Membership.Role
NEW = {"first_name": "Bea", "last_name": "Bos", "password": "vier groene fietsen"}


def colleague(role: str = Role.MANAGER, organisation: str = "gemeente-assen", **values: Any) -> User:
    return make.make_user(make.make_organisation(organisation), role, **values)


@pytest.fixture
def manager(client: Client) -> User:
    """A manager of the municipality, signed in in ``client``."""
    user = colleague()
    client.force_login(user)
    return user


def invite(client: Client, email: str = "bea@assen.nl", role: str = Role.PLANNER) -> Any:
    return client.post("/organisatie/gemeente-assen/uitnodigen/", {"email": email, "role": role})


@pytest.mark.django_db
class TestInvitation:
    def test_somebody_new_makes_an_account_and_belongs(self, client: Client, manager: User) -> None:
        assert invite(client).status_code == 302
        assert mail.outbox[-1].to == ["bea@assen.nl"]
        guest = Client()
        link = link_in_mail()
        page = guest.get(link)
        assert "bea@assen.nl" in page.content.decode()
        assert "no-store" in page["Cache-Control"]
        assert guest.post(link, NEW)["Location"] == "/planning/"
        assert is_signed_in(guest)
        membership = Membership.objects.get(user__email="bea@assen.nl")
        assert (membership.organisation.slug, membership.role) == ("gemeente-assen", Role.PLANNER)
        assert EmailAddress.objects.get(user=membership.user).verified
        assert sign_in(Client(), "bea@assen.nl", NEW["password"]).status_code == 302

    def test_who_accepts_in_english_is_mailed_in_english(self, client: Client, manager: User) -> None:
        invite(client)
        Client().post(f"/en{link_in_mail()}", NEW)
        assert User.objects.get(email="bea@assen.nl").language == "en"

    def test_a_link_works_once(self, client: Client, manager: User) -> None:
        invite(client)
        link = link_in_mail()
        Client().post(link, NEW)
        thief = Client()
        for ask in (thief.get, lambda path: thief.post(path, {**NEW, "first_name": "Dief"})):
            assert ask(link).status_code == 410
        assert not is_signed_in(thief)
        assert User.objects.filter(email="bea@assen.nl").count() == 1

    @pytest.mark.parametrize("how", ["expired", "withdrawn", "sent anew"])
    def test_an_old_link_lets_nobody_in(self, client: Client, manager: User, how: str) -> None:
        invite(client)
        link, invitation = link_in_mail(), Invitation.objects.get()
        if how == "expired":
            Invitation.objects.update(expires_at=timezone.now() - dt.timedelta(seconds=1))
        else:
            act = "intrekken" if how == "withdrawn" else "opnieuw"
            client.post(f"/organisatie/gemeente-assen/uitnodigingen/{invitation.pk}/{act}/")
        assert Client().get(link).status_code == 410
        assert Client().post(link, NEW).status_code == 410
        assert not User.objects.filter(email="bea@assen.nl").exists()
        if how == "sent anew":
            assert Client().get(link_in_mail()).status_code == 200

    @pytest.mark.parametrize("guess", ["", "a", "x" * 43, "%00", "..%2f..", "é"])
    def test_a_guessed_link(self, client: Client, manager: User, guess: str) -> None:
        invite(client)
        link = link_in_mail()
        path = link.replace(link.strip("/").rpartition("/")[2], guess)
        assert Client().post(path, NEW).status_code in {404, 410}
        assert not User.objects.filter(email="bea@assen.nl").exists()

    def test_only_a_hash_of_the_link_is_kept(self, client: Client, manager: User) -> None:
        invite(client)
        token = link_in_mail().strip("/").rpartition("/")[2]
        with connections["default"].cursor() as cursor:
            for table in ("partners_invitation", "partners_invitationevent"):
                cursor.execute(f"SELECT count(*) FROM {table} t WHERE strpos(t::text, %s) > 0", [token])
                assert cursor.fetchone()[0] == 0

    def test_somebody_else_who_is_signed_in_cannot_take_it(self, client: Client, manager: User) -> None:
        invite(client, role=Role.MANAGER)
        link = link_in_mail()
        other = Client()
        piet = make.make_user(make.make_organisation(), email="piet@example.nl")
        other.force_login(piet)
        assert "bea@assen.nl" in other.get(link).content.decode()
        assert other.post(link).status_code == 403
        assert set(piet.memberships.values_list("organisation__slug", flat=True)) == {"actium"}
        assert Invitation.objects.pending().count() == 1

    def test_who_has_an_account_signs_in_first(self, client: Client, manager: User) -> None:
        bea = make.make_user(make.make_organisation(), email="BEA@assen.nl", username="bea", password=PASSWORD)
        invite(client)
        link, guest = link_in_mail(), Client()
        guest.post(link, NEW)
        assert not is_signed_in(guest)
        sign_in(guest, "bea", next=link)
        assert guest.post(link).status_code == 302
        assert set(bea.memberships.values_list("organisation__slug", "role")) == {
            ("actium", Role.PLANNER), ("gemeente-assen", Role.PLANNER),
        }  # fmt: skip
        assert User.objects.filter(email__iexact="bea@assen.nl").count() == 1

    def test_an_unproved_address_is_none(self, client: Client, manager: User) -> None:
        invite(client)
        thief = make.make_user(email="thief@example.nl")
        EmailAddress.objects.create(user=thief, email="bea@assen.nl", verified=False)
        other = Client()
        other.force_login(thief)
        assert other.post(link_in_mail()).status_code == 403

    def test_an_invitation_takes_no_role_away_and_gives_no_more_to_who_belongs_already(
        self, client: Client, manager: User
    ) -> None:
        invite(client, role=Role.MANAGER)
        link = link_in_mail()
        bea = colleague(Role.VIEWER, email="bea@assen.nl")
        guest = Client()
        guest.force_login(bea)
        guest.post(link)
        assert list(bea.memberships.values_list("role", flat=True)) == [Role.VIEWER]

    @pytest.mark.parametrize("email", ["", "bea", "bea@", "bea@assen.nl\nBcc: all@example.nl", "a" * 250 + "@assen.nl"])
    def test_no_address(self, client: Client, manager: User, email: str) -> None:
        assert invite(client, email).status_code == 400
        assert mail.outbox == []
        assert not Invitation.objects.exists()

    def test_twice_or_somebody_who_belongs_is_told_so(self, client: Client, manager: User) -> None:
        invite(client)
        assert "al uitgenodigd" in invite(client, "BEA@assen.nl").content.decode()
        colleague(Role.VIEWER, email="cor@assen.nl")
        assert "hoort al bij uw organisatie" in invite(client, "cor@assen.nl").content.decode()
        assert len(mail.outbox) == 1

    @pytest.mark.parametrize("role", [Role.VIEWER, Role.PLANNER])
    def test_only_managers_invite_and_only_to_what_they_may_give(self, client: Client, role: str) -> None:
        client.force_login(colleague(role))
        assert invite(client).status_code == 403
        client.force_login(colleague(Role.MANAGER))
        assert invite(client, role=Role.SECRETARY).status_code == 400
        client.force_login(colleague(Role.MANAGER, "actium"))
        assert invite(client).status_code == 404
        assert not Invitation.objects.exists()


@pytest.mark.django_db
class TestLastManager:
    def test_the_last_manager_cannot_leave_nor_be_demoted(self, client: Client, manager: User) -> None:
        mine = manager.memberships.get()
        for act, form in (("weg", {}), ("rol", {"role": Role.PLANNER})):
            answer = client.post(f"/organisatie/gemeente-assen/mensen/{mine.pk}/{act}/", form)
            assert answer.status_code == 400
            assert "Dit is de laatste beheerder" in answer.content.decode()
        mine.refresh_from_db()
        assert mine.role == Role.MANAGER
        colleague(Role.MANAGER)
        assert client.post(f"/organisatie/gemeente-assen/mensen/{mine.pk}/weg/")["Location"] == "/account/"
        assert not manager.memberships.exists()
        assert client.get("/organisatie/gemeente-assen/").status_code in {403, 404}

    def test_a_manager_of_another_organisation_decides_nothing_here(self, manager: User) -> None:
        stranger = colleague(Role.MANAGER, "actium")
        mine = manager.memberships.get()
        with pytest.raises(PermissionDenied):
            joining.change_role(stranger, mine, Role.VIEWER)
        with pytest.raises(PermissionDenied):
            joining.remove(stranger, mine)

    def test_what_was_shared_goes_with_who_is_let_go(self, client: Client, manager: User) -> None:
        """A session stays, the rights do not: they are asked with every request."""
        planner, browser = colleague(Role.PLANNER), Client()
        browser.force_login(planner)
        work = make.make_work(owner=make.make_organisation("gemeente-assen"), visibility="internal")
        assert browser.get(f"/planning/werken/{work.pk}/").status_code == 200
        client.post(f"/organisatie/gemeente-assen/mensen/{planner.memberships.get().pk}/weg/")
        assert browser.get(f"/planning/werken/{work.pk}/").status_code == 404


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("acts", [("remove", "remove"), ("remove", "demote"), ("demote", "demote")])
def test_two_managers_who_send_each_other_away_at_once_leave_one(acts: tuple[str, str]) -> None:
    first, second = colleague(), colleague()
    outcomes = at_once(
        lambda: _send_away(first, second.memberships.get(), acts[0]),
        lambda: _send_away(second, first.memberships.get(), acts[1]),
    )
    organisation = Organisation.objects.get(slug="gemeente-assen")
    assert organisation.memberships.filter(role=Role.MANAGER).count() == 1
    assert sorted(outcomes) == ["done", "refused"]


@pytest.mark.django_db(transaction=True)
def test_a_link_that_is_opened_twice_at_once_is_accepted_once() -> None:
    bea = make.make_user(email="bea@assen.nl")
    joining.invite(colleague(), make.make_organisation("gemeente-assen"), "bea@assen.nl", Role.PLANNER)
    token = link_in_mail().strip("/").rpartition("/")[2]

    def accept() -> str:
        try:
            joining.accept(token, bea)
        except joining.InvitationRefused:
            return "refused"
        return "done"

    assert sorted(at_once(accept, accept)) == ["done", "refused"]
    assert bea.memberships.count() == 1


def _send_away(by: User, membership: Membership, act: str) -> str:
    try:
        if act == "remove":
            joining.remove(by, membership)
        else:
            joining.change_role(by, membership, Role.VIEWER)
    except (ValidationError, PermissionDenied, Membership.DoesNotExist):
        return "refused"
    return "done"


def at_once(*acts: Callable[[], str]) -> list[str]:
    """Do each in a thread with a connection of its own, all from one moment on."""
    start, outcomes = threading.Barrier(len(acts)), []

    def run(act: Callable[[], str]) -> None:
        try:
            start.wait(10)
            outcomes.append(act())
        except Exception as error:
            outcomes.append(repr(error))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return outcomes
