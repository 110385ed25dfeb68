"""From an idea on somebody's phone to an initiative that the team reads: sent, and confirmed by e-mail."""

from __future__ import annotations

import datetime as dt
import re
import secrets
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from django.contrib.gis.geos import GEOSGeometry
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.text import Truncator, slugify
from django.utils.translation import gettext as _

from geo.areas import buurt_holding
from planning.initiatives import mailing, photos
from planning.initiatives.identities import keyed, new_token, normal_email
from planning.initiatives.models import (
    SUPPORT_RADIUS_M,
    Initiative,
    InitiativeState,
    Initiator,
    Photo,
    Role,
    Step,
    Submission,
    Theme,
)
from planning.initiatives.refusals import RefusedError
from planning.initiatives.retention import UNCONFIRMED_IDEA
from planning.partners.mail import page, send, spoken

SOURCE: Final = "bewoner"
MOST_UNCONFIRMED: Final = 3
"""So many ideas wait at most for one e-mail address, so that nobody is mailed full."""

LONGEST_SLUG: Final = 110
RESERVED: Final = frozenset({"nieuw", "geld", "mijn", "bevestig", "foto"})
"""Addresses under /initiatieven/ that are pages of ours."""


@dataclass(frozen=True)
class Idea:
    """What somebody hands in; ``geometry`` in RD New."""

    title: str
    story: str
    theme: str
    geometry: GEOSGeometry
    name: str
    email: str
    phone: str = ""
    looks_for_place: bool = False
    asked_eur: Decimal | None = None


def send_idea(idea: Idea, pictures: list[photos.Developed], now: dt.datetime | None = None) -> Submission:
    """Keep an idea until its sender has confirmed the e-mail address, and mail the link for that.

    Raises
    ------
    RefusedError
        Where too many ideas of this e-mail address wait already, or there are too many photos.
    """
    if len(pictures) > photos.MOST_PHOTOS:
        raise RefusedError(_("Kies hoogstens %(most)s foto's.") % {"most": photos.MOST_PHOTOS}, "photos")
    now, token = now or timezone.now(), new_token()
    sender = normal_email(idea.email)
    waiting = Submission.objects.filter(sent_at__gt=now - UNCONFIRMED_IDEA).values_list("email", flat=True)
    if sum(normal_email(email) == sender for email in waiting) >= MOST_UNCONFIRMED:
        raise RefusedError(
            _("Er wachten al %(n)s ideeën op een bevestiging van dit e-mailadres. Kijk ook bij de ongewenste e-mail.")
            % {"n": MOST_UNCONFIRMED},
            "email",
        )
    with transaction.atomic():
        submission = Submission.objects.create(
            title=idea.title,
            story=idea.story,
            theme=idea.theme,
            asked_eur=idea.asked_eur,
            geometry=idea.geometry,
            looks_for_place=idea.looks_for_place,
            name=idea.name,
            email=idea.email,
            phone=idea.phone,
            token_key=keyed("idea", token),
            sent_at=now,
        )
        photos.keep(pictures, submission=submission)
        send(idea.email, "idea_confirm", {"idea": submission, "link": page("initiatief-bevestig", token)})
    return submission


def waiting_idea(token: str, now: dt.datetime | None = None) -> Submission:
    """Return the idea that a mailed link is for.

    Raises
    ------
    RefusedError
        Where there is none: the link is not ours, used, or too old.
    """
    since = (now or timezone.now()) - UNCONFIRMED_IDEA
    found = Submission.objects.filter(token_key=keyed("idea", token), sent_at__gt=since).first()
    if found is None:
        raise RefusedError(
            _("Deze link is al gebruikt, of ouder dan twee weken. Hebt u al bevestigd? Dan is het goed.")
        )
    return found


def confirm_idea(token: str, now: dt.datetime | None = None) -> Initiative:
    """Hand the idea of a mailed link to the team; the link works once.

    Raises
    ------
    RefusedError
        As ``waiting_idea`` does.
    """
    try:
        return _confirm(token, now or timezone.now())
    except IntegrityError:
        # Another idea took the same address on the site at the same moment.
        return _confirm(token, now or timezone.now())


def _confirm(token: str, now: dt.datetime) -> Initiative:
    with transaction.atomic():
        pk = waiting_idea(token, now).pk
        submission = Submission.objects.select_for_update().filter(pk=pk).first()
        if submission is None:
            # Used twice at once: the other was first.
            submission = waiting_idea(token, now)
        initiative = Initiative.objects.create(
            title=submission.title,
            slug=free_slug(submission.title),
            summary=first_sentence(submission.story),
            story=submission.story,
            theme=submission.theme,
            submitted_on=timezone.localdate(now),
            geometry=submission.geometry,
            buurt=buurt_holding(submission.geometry),
            looks_for_place=submission.looks_for_place,
            support_radius_m=SUPPORT_RADIUS_M[Theme(submission.theme)],
            asked_eur=submission.asked_eur,
            source=SOURCE,
        )
        Initiator.objects.create(
            initiative=initiative,
            name=submission.name,
            email=submission.email,
            phone=submission.phone,
            confirmed_at=now,
            language=spoken(),
        )
        Photo.objects.filter(submission=submission).update(submission=None, initiative=initiative)
        Step.objects.create(initiative=initiative, state=InitiativeState.SUBMITTED, at=now, role=Role.INITIATOR)
        submission.delete()
        mailing.tell_initiator(initiative, "idea_received")
        mailing.tell_team(initiative, "idea_to_read")
    return initiative


def first_sentence(story: str) -> str:
    """Return the first sentence of a story, cut at a word where it is long; the team can better it."""
    plain = " ".join(story.split())
    sentence = re.match(r".+?[.!?](?=\s|$)", plain)
    return Truncator(sentence[0] if sentence else plain).chars(240)


def free_slug(title: str) -> str:
    """Return an address for a title that no other initiative has."""
    base = slugify(title)[:LONGEST_SLUG].strip("-") or "idee"
    slug = base
    while slug in RESERVED or Initiative.objects.filter(slug=slug).exists():
        slug = f"{base}-{secrets.token_hex(3)}"
    return slug
