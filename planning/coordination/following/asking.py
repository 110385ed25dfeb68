"""To ask, to confirm, to stop."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

from django.contrib.gis.geos import Point
from django.contrib.gis.measure import D
from django.core import signing
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from geo.models import Wijk
from planning.coordination.models import Feed, Follow, Follower
from planning.initiatives.identities import normal_email
from planning.initiatives.models import Initiative
from planning.initiatives.refusals import RefusedError
from planning.partners.mail import page, send, spoken
from planning.works.models import Project

SALT: Final = "coordination.follower"
MOST_FOLLOWS: Final = 20
UNCONFIRMED: Final = dt.timedelta(days=7)
UNUSED_CALENDAR: Final = dt.timedelta(days=365)
"""A resident's calendar that no program asked for in so long is nobody's any more."""

SAME_PLACE_M: Final = 5.0


@dataclass(frozen=True)
class Subject:
    """What is to be followed: one of the four; ``label`` is what the mail calls it."""

    label: str
    point: Point | None = None
    initiative: Initiative | None = None
    project: Project | None = None
    wijk: Wijk | None = None


@transaction.atomic
def ask(email: str, subject: Subject, now: dt.datetime | None = None) -> None:
    """Note that somebody may want to follow something, and mail the link with which the owner of the address says so.

    What comes back is the same whether the address was known or not, so that nobody finds out who follows.

    Raises
    ------
    RefusedError
        Where it is no e-mail address, or follows very much already.
    """
    now = now or timezone.now()
    address = normal_email(email)
    follower, _made = Follower.objects.get_or_create(email=address, defaults={"asked_at": now})
    follower = Follower.objects.select_for_update().get(pk=follower.pk)
    same = follower.follows.filter(initiative=subject.initiative, project=subject.project, wijk=subject.wijk)
    if subject.point is not None:
        same = same.filter(point__dwithin=(subject.point, D(m=SAME_PLACE_M)))
    follow = same.first()
    if follow is None:
        if follower.follows.count() >= MOST_FOLLOWS:
            raise RefusedError(
                _("U volgt al %(most)s dingen. Stop eerst met iets, via de link onderaan een mail.")
                % {"most": MOST_FOLLOWS}
            )
        follow = Follow.objects.create(
            follower=follower, label=subject.label[:160], point=subject.point, initiative=subject.initiative,
            project=subject.project, wijk=subject.wijk,
        )  # fmt: skip
    follower.asked_at, follower.language = now, spoken()
    follower.save(update_fields=["asked_at", "language"])
    send(follower.email, "follow_confirm", {"label": follow.label, "link": link(follower)})


def link(follower: Follower, name: str = "following") -> str:
    """Return the whole address of a follower's own page, or of the page of this ``name`` below it."""
    return page(name, signing.dumps([follower.pk, follower.turn], salt=SALT))


def follower_of(token: str) -> Follower:
    """Return whose link this is; raises RefusedError where it is not one that we made, or an old one."""
    try:
        pk, turn = signing.loads(token, salt=SALT)
        return Follower.objects.get(pk=pk, turn=turn)
    except (signing.BadSignature, ValueError, TypeError, Follower.DoesNotExist) as error:
        raise RefusedError(_("Deze link werkt niet (meer). U krijgt van ons geen mail meer via deze link.")) from error


@transaction.atomic
def confirm(follower: Follower, now: dt.datetime | None = None) -> int:
    """Start what was asked for; return how much is followed now."""
    now = now or timezone.now()
    follower.confirmed_at = follower.confirmed_at or now
    follower.mailed_at = follower.mailed_at or now
    follower.save(update_fields=["confirmed_at", "mailed_at"])
    follower.follows.update(confirmed=True)
    return follower.follows.count()


def stop(follower: Follower, follow_id: int) -> None:
    """Stop following one thing; with the last one everything of the follower goes."""
    follower.follows.filter(pk=follow_id).delete()
    if not follower.follows.exists():
        follower.delete()


def stop_all(follower: Follower) -> None:
    """Stop following, and forget the address."""
    follower.delete()


def forget_unconfirmed(now: dt.datetime | None = None) -> int:
    """Forget who never confirmed; return how many addresses and asked things went."""
    before = (now or timezone.now()) - UNCONFIRMED
    things, _each = Follow.objects.filter(confirmed=False, made_at__lt=before).delete()
    people, _each = Follower.objects.filter(follows__isnull=True, asked_at__lt=before).delete()
    return things + people


def forget_unused_calendars(now: dt.datetime | None = None) -> int:
    """Forget the places of residents' calendars that are not read any more; return how many."""
    before = (now or timezone.now()) - UNUSED_CALENDAR
    residents = Feed.objects.filter(organisation=None, made_by=None, made_at__lt=before)
    return residents.filter(Q(last_used_on=None) | Q(last_used_on__lt=before.date())).delete()[0]
