"""The register knows every column for a person; one's own data can be seen, taken along and erased."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.apps import apps
from django.contrib.sessions.models import Session
from django.core import mail, signing
from django.db.models import EmailField, GenericIPAddressField
from django.test import Client
from django.utils import timezone
from procrastinate.contrib.django import app

from planning.coordination import feeds, following, privacy
from planning.coordination.following import Subject
from planning.coordination.models import Feed, Follower
from planning.initiatives import meetings, signals
from planning.initiatives.identities import address_key, email_key, keyed
from planning.initiatives.models import Initiator, PendingSupport, Signal, SignUp, Support
from planning.initiatives.refusals import RefusedError
from planning.initiatives.support import voices
from planning.initiatives.support.areas import addresses_in
from planning.partners.models import OutgoingMail, User
from planning.tasks import forget_sessions
from tests import factories as make
from tests.initiatives.neighbours import gathering

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


OF_ORGANISATIONS = {"Organisation", "NeighbourhoodCentre"}
"""Their addresses and telephone numbers are those of an office."""

OF_A_PERSON = re.compile(
    r"(.*_)?(e?mail|email_key|email_address|phone|ip|ip_address|user_agent|last_name|to)|session_data"
)


def _of_people() -> set[str]:
    """Return the tables, of ourselves and of the packages we use, with a column that tells who somebody is."""
    found = set()
    for model in apps.get_models():
        if model._meta.proxy or model.__name__.endswith("Event"):
            continue  # The history keeps what its table keeps.
        for field in model._meta.concrete_fields:
            own = field.name == "user" and field.related_model is User
            if own or isinstance(field, EmailField | GenericIPAddressField) or OF_A_PERSON.fullmatch(field.name):
                found.add(model.__name__)
    return found


def test_every_table_that_tells_who_somebody_is_stands_in_the_register() -> None:
    known = {name for kept in privacy.register() for name in kept.models}
    found = _of_people()
    assert {"Initiator", "OutgoingMail", "UserSession", "PendingSupport", "Follower"} <= found
    assert found - OF_ORGANISATIONS <= known
    assert known <= {model.__name__ for model in apps.get_models()}, "the register names a table that is not there"


def test_every_line_of_the_register_says_what_why_and_how_long() -> None:
    for kept in privacy.register():
        assert str(kept.what)
        assert str(kept.why)
        assert str(kept.how_long)
        assert kept.models


def test_what_must_be_forgotten_is_forgotten_by_jobs_that_run_every_night() -> None:
    periodic = {task.task.name: task.cron for task in app.periodic_registry.periodic_tasks.values()}
    for name in ("planning.initiatives.tasks.forget_residents", "planning.tasks.forget_sessions",
                 "planning.tasks.forget_old_jobs", "partners.tidy_mail", "coordination.mail_followers"):  # fmt: skip
        minute, hour, *days = periodic[name].split()
        assert minute.isdigit()
        assert hour.isdigit()
        assert days == ["*", "*", "*"]


def test_sessions_that_are_over_are_forgotten_with_their_device(client: Client) -> None:
    user = make.make_user()
    client.force_login(user)
    kept = Session.objects.get().session_key
    Session.objects.create(session_key="over", session_data="x", expire_date=timezone.now() - dt.timedelta(days=1))
    for key in (kept, "over"):
        UserSession.objects.create(user=user, ip="192.0.2.1", session_key=key, user_agent="Telefoon")
    forget_sessions.func(0)
    assert list(Session.objects.values_list("session_key", flat=True)) == [kept]
    assert list(UserSession.objects.values_list("session_key", flat=True)) == [kept]


def test_a_calendar_that_nobody_reads_is_forgotten_after_a_year() -> None:
    feed, _secret = feeds.make_feed(None, Feed.Kind.PLACE, point=make.point())
    theirs, _secret = feeds.make_feed(make.make_user(), Feed.Kind.PLACE, point=make.point())
    later = timezone.now() + dt.timedelta(days=366)
    Feed.objects.filter(pk=feed.pk).update(last_used_on=later.date() - dt.timedelta(days=3))
    assert following.forget_unused_calendars(later) == 0
    Feed.objects.filter(pk=feed.pk).update(last_used_on=None)
    assert following.forget_unused_calendars(later) == 1
    assert list(Feed.objects.all()) == [theirs]


def test_voices_and_other_spellings_of_an_address_are_found_and_erased() -> None:
    area = gathering(10)
    first, second = list(addresses_in(area.geometry))[:2]
    keep = Initiator.objects.create(
        initiative=area.initiative, name="Ann", email="ann@example.nl", confirmed_at=timezone.now()
    )
    mine = Initiator.objects.create(
        initiative=make.make_initiative("Ander"), name="Anna", email="Anna+idee@example.nl", confirmed_at=timezone.now()
    )
    OutgoingMail.objects.create(to="anna+x@example.nl", subject="x", sealed="x")
    token = "token"
    PendingSupport.objects.create(
        address=area.households.get(key=address_key(area.initiative_id, first)), in_favour=True,
        email_key=email_key(area.pk, ANNA), token_key=keyed("voice", token), asked_at=timezone.now(),
    )  # fmt: skip
    voices.confirm(area.initiative, token)
    voices.ask(area.initiative, second, False, ANNA)
    assert [row["area__initiative__title"] for row in privacy.data_of(ANNA)["voices"]] == [area.initiative.title]
    assert [row["name"] for row in privacy.data_of(ANNA)["ideas"]] == ["Anna"]
    assert privacy.erase(ANNA) >= 4
    area.refresh_from_db()
    assert (area.in_favour, Support.objects.count(), PendingSupport.objects.count()) == (0, 0, 0)
    assert list(Initiator.objects.all()) == [keep]
    assert not OutgoingMail.objects.exists()
    assert not Initiator.objects.filter(pk=mine.pk).exists()


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
