"""Who hears of what happened: once, in the way they want, and never of what they did themselves."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core import mail
from django.utils import translation

from planning.coordination import events, notices
from planning.coordination.models import Happening, NoticeSettings
from planning.partners.models import User
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> dict[str, User]:
    """A planner of Actium and two of the municipality."""
    actium, city = make.make_organisation("actium"), make.make_organisation("gemeente-assen")
    return {
        "anna": make.make_user(actium, email="anna@actium.example", first_name="Anna"),
        "bram": make.make_user(city, email="bram@assen.example", first_name="Bram"),
        "cas": make.make_user(city, email="cas@assen.example"),
    }


def happens(by: User | None = None, **more: object) -> Happening:
    actium, city = make.make_organisation("actium"), make.make_organisation("gemeente-assen")
    return events.record(
        Happening.Kind.RESCHEDULED, ("De sloop schuift op.", "The demolition moves."), by=by,
        organisation=actium.pk, touches=[actium.pk, city.pk], **more,
    )  # fmt: skip


def wants(user: User, way: str) -> None:
    settings = notices.settings_of(user)
    settings.mail = way
    settings.save()


def test_what_others_did_is_news_until_it_was_read(people: dict[str, User]) -> None:
    happening = happens(people["anna"])
    assert [notices.unread(people[name]) for name in ("anna", "bram", "cas")] == [0, 1, 1]
    notices.mark_read(people["bram"], happening.pk)
    notices.mark_read(people["bram"], 1)  # never back
    assert notices.unread(people["bram"]) == 0
    assert notices.unread(make.make_user(make.make_organisation("stila"))) == 0


def test_at_once_goes_to_who_asked_for_it_and_a_job_that_runs_twice_mails_once(
    people: dict[str, User], run_jobs: Callable[[], list[str]], django_capture_on_commit_callbacks: object
) -> None:
    wants(people["bram"], "at_once")
    happening = happens(people["anna"])
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        assert "coordination.spread_happening" in run_jobs()
        notices.mail_at_once(happening.pk)
    assert [message.to for message in mail.outbox] == [["bram@assen.example"]]
    assert "De sloop schuift op." in mail.outbox[0].body
    assert "/planning/" in mail.outbox[0].body


def test_a_digest_holds_all_that_is_new_and_comes_once(
    people: dict[str, User], django_capture_on_commit_callbacks: object
) -> None:
    wants(people["cas"], "none")
    happens(people["anna"])
    happens(people["anna"])
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        assert notices.send_digests() == 1
        assert notices.send_digests() == 0
    assert [message.to for message in mail.outbox] == [["bram@assen.example"]]
    assert mail.outbox[0].body.count("De sloop schuift op.") == 2


def test_each_reads_mail_in_the_language_of_choice(
    people: dict[str, User], django_capture_on_commit_callbacks: object
) -> None:
    notices.choose(people["bram"], "digest", "en")
    happens(people["anna"])
    with translation.override("en"), django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        assert notices.send_digests() == 2
    heard = {message.to[0]: message for message in mail.outbox}
    english, dutch = heard["bram@assen.example"], heard["cas@assen.example"]
    assert (english.subject, dutch.subject) == ("News about your plans", "Nieuws over uw plannen")
    assert "The demolition moves." in english.body
    assert "/en/planning/" in english.body
    assert "De sloop schuift op." in dutch.body
    assert "/en/" not in dutch.body


def test_who_left_or_gave_no_address_gets_no_mail(people: dict[str, User]) -> None:
    User.objects.filter(pk=people["bram"].pk).update(is_active=False)
    User.objects.filter(pk=people["cas"].pk).update(email="")
    happens(people["anna"])
    assert notices.send_digests() == 0


def test_a_mail_never_makes_a_link_of_what_others_wrote(
    people: dict[str, User], django_capture_on_commit_callbacks: object
) -> None:
    wants(people["bram"], "at_once")
    happening = happens(people["anna"])
    Happening.objects.filter(pk=happening.pk).update(sentence_nl="Klik <a href='https://evil.example'>hier</a>")
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        notices.mail_at_once(happening.pk)
    page = mail.outbox[0].alternatives[0].content  # type: ignore[attr-defined]
    assert "<a href='https://evil.example'" not in page
    assert NoticeSettings.objects.get(user=people["bram"]).mailed_up_to == happening.pk
