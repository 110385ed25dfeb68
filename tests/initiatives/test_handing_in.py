"""From an idea to an initiative that the team reads."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import pytest
from django.utils import timezone

from planning.initiatives.handing_in import Idea, confirm_idea, first_sentence, free_slug, send_idea
from planning.initiatives.models import Initiative, Initiator, Photo, Step, Submission
from planning.initiatives.photos import develop
from planning.initiatives.refusals import RefusedError
from planning.initiatives.retention import forget
from tests.factories import make_buurt, make_initiative, point
from tests.initiatives.neighbours import secretary, token_in
from tests.initiatives.pictures import picture

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def mails_go_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """Send mail as it is asked for: the test's own transaction is never kept."""
    monkeypatch.setattr("django.db.transaction.on_commit", lambda function, **_: function())


def idea(**values: Any) -> Idea:
    """Return an idea."""
    defaults = {"title": "Boomgaard", "story": "Appels voor iedereen. En peren.", "theme": "play", "geometry": point()}
    return Idea(**{**defaults, "name": "Noor", "email": "noor@example.nl", **values})


def test_an_idea_is_kept_for_the_team_once_its_sender_has_confirmed(mailoutbox) -> None:
    buurt = make_buurt()
    secretary()
    send_idea(idea(), [develop(io.BytesIO(picture()))])
    assert not Initiative.objects.exists()
    (mail,) = mailoutbox
    assert mail.to == ["noor@example.nl"]
    initiative = confirm_idea(token_in(mail))
    assert (initiative.slug, initiative.state, initiative.buurt) == ("boomgaard", "submitted", buurt)
    assert (initiative.summary, initiative.support_radius_m) == ("Appels voor iedereen.", 200)
    assert Initiator.objects.get().email == "noor@example.nl"
    assert list(Photo.objects.values_list("initiative", "submission", "public")) == [(initiative.pk, None, False)]
    assert Step.objects.get().role == "initiator"
    assert not Submission.objects.exists()
    assert [mail.to[0] for mail in mailoutbox[1:]] == ["noor@example.nl", "team@example.nl"]
    assert "/initiatieven/mijn/" in mailoutbox[1].body


def test_the_link_works_once_and_a_guessed_one_never(mailoutbox) -> None:
    send_idea(idea(), [])
    token = token_in(mailoutbox[0])
    for wrong in ("", "x", token[:-1], token + "x", "' OR 1=1 --"):
        with pytest.raises(RefusedError, match="al gebruikt"):
            confirm_idea(wrong)
    confirm_idea(token)
    with pytest.raises(RefusedError, match="al gebruikt"):
        confirm_idea(token)
    assert Initiative.objects.count() == 1


def test_what_is_not_confirmed_in_two_weeks_is_forgotten_with_its_photos(mailoutbox) -> None:
    send_idea(idea(), [develop(io.BytesIO(picture()))])
    late = timezone.now() + dt.timedelta(days=14, minutes=1)
    with pytest.raises(RefusedError):
        confirm_idea(token_in(mailoutbox[0]), late)
    assert forget(late)["ideas"] == 2
    assert not Photo.objects.exists()


def test_nobody_is_mailed_full_and_a_spelling_is_no_other_person(mailoutbox) -> None:
    for tag in ("", "+2", "+drie"):
        send_idea(idea(email=f"noor{tag}@example.nl"), [])
    with pytest.raises(RefusedError, match="wachten al 3"):
        send_idea(idea(email="NOOR+4@example.nl"), [])
    assert len(mailoutbox) == 3


def test_five_photos_are_one_too_many() -> None:
    with pytest.raises(RefusedError, match="hoogstens 4"):
        send_idea(idea(), [develop(io.BytesIO(picture()))] * 5)
    assert not Submission.objects.exists()


@pytest.mark.parametrize("title", ["Nieuw", "geld", "Mijn!", "foto", "🌳🌳", "../../etc/passwd"])
def test_an_address_is_never_that_of_a_page_of_ours_nor_empty(title: str) -> None:
    slug = free_slug(title)
    assert slug
    assert slug not in {"nieuw", "geld", "mijn", "foto", "bevestig"}
    assert "/" not in slug


def test_two_of_one_name_have_two_addresses() -> None:
    make_initiative(slug="boomgaard")
    assert free_slug("Boomgaard").startswith("boomgaard-")


@pytest.mark.parametrize(
    ("story", "sentence"),
    [("Een. Twee.", "Een."), ("Kost 3.50 per stuk! Ja.", "Kost 3.50 per stuk!"), ("geen punt\nhier", "geen punt hier")],
)
def test_the_first_sentence_sums_it_up(story: str, sentence: str) -> None:
    assert first_sentence(story) == sentence
    assert len(first_sentence("woord " * 200)) <= 240
