"""Residents' meetings: who is invited, who comes."""

from __future__ import annotations

import datetime as dt
from typing import Final

from django.contrib.gis.measure import D
from django.core import signing
from django.db import transaction
from django.db.models import QuerySet, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from geo.models import Address
from geo.text import as_typed
from planning.initiatives.identities import normal_email
from planning.initiatives.models import Meeting, SignUp
from planning.initiatives.refusals import RefusedError
from planning.partners.mail import page, send

SALT: Final = "initiatives.sign_up"
MOST_PEOPLE: Final = 10


def invited(meeting: Meeting) -> QuerySet[Address]:
    """Return the addresses that are invited: inside the drawn area, else within the radius of its works."""
    if meeting.invitation_area is not None:
        return Address.objects.filter(point__within=meeting.invitation_area)
    near = Address.objects.none()
    for ground in meeting.works.order_by("pk").values_list("ground", flat=True):
        near = near | Address.objects.filter(point__dwithin=(ground, D(m=meeting.invitation_radius_m)))
    return near.distinct()


def expected(meeting: Meeting) -> int:
    """Return how many people said that they come."""
    total = meeting.sign_ups.filter(confirmed=True).aggregate(total=Sum("people"))["total"]
    return int(total or 0)


@transaction.atomic
def sign_up(meeting: Meeting, name: str, email: str, people: int, now: dt.datetime | None = None) -> SignUp:
    """Note who wants to come, and mail the link that confirms it; a second time changes the first.

    Raises
    ------
    RefusedError
        Where it is full, over, needs no sign-up, or something is missing.
    """
    now = now or timezone.now()
    meeting = Meeting.objects.select_for_update(of=("self",)).defer("mercator").get(pk=meeting.pk)
    if not meeting.sign_up or meeting.starts_at <= now:
        raise RefusedError(_("Aanmelden kan niet (meer). U bent wel welkom om te bellen."))
    name = " ".join(as_typed(name).split())
    if not 2 <= len(name) <= 80:
        raise RefusedError(_("Vul uw naam in."), "name")
    if not 1 <= people <= MOST_PEOPLE:
        raise RefusedError(_("Kom met 1 tot en met %(most)s mensen.") % {"most": MOST_PEOPLE}, "people")
    address = normal_email(email)
    others = meeting.sign_ups.exclude(email=address).filter(confirmed=True).aggregate(n=Sum("people"))["n"] or 0
    if meeting.capacity is not None and others + people > meeting.capacity:
        raise RefusedError(_("De avond zit vol. Bel ons; misschien komt er nog een plek vrij."), "people")
    kept, made = SignUp.objects.get_or_create(
        meeting=meeting, email=address, defaults={"name": name, "people": people, "asked_at": now}
    )
    if not made and not kept.confirmed:
        # Nobody changes by somebody else's address what was confirmed from its own mail.
        kept.name, kept.people, kept.asked_at = name, people, now
        kept.save(update_fields=["name", "people", "asked_at"])
    send(address, "meeting_confirm", {"meeting": meeting, "people": kept.people, "link": link(kept)})
    return kept


def link(sign: SignUp) -> str:
    """Return the whole address at which a sign-up is confirmed or taken back."""
    return page("sign-up", signing.dumps(sign.pk, salt=SALT))


def sign_up_of(token: str) -> SignUp:
    """Return the sign-up behind a link; raises RefusedError where there is none."""
    try:
        return SignUp.objects.select_related("meeting__organiser").get(pk=signing.loads(token, salt=SALT))
    except (signing.BadSignature, ValueError, TypeError, SignUp.DoesNotExist) as error:
        raise RefusedError(_("Deze aanmelding is er niet meer.")) from error
