"""Who hears of what happened: what is new for a person, mails at once, and digests."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.db.models import Max, Q, QuerySet
from django.utils import timezone

from planning.coordination.models import Happening, NoticeSettings
from planning.coordination.models.happenings import HappeningQuerySet
from planning.partners import mail
from planning.partners.models import User

if TYPE_CHECKING:
    from planning.partners.viewers import Viewer

Mail = NoticeSettings.Mail

OLDEST: Final = dt.timedelta(days=90)
"""What happened before is history and no news."""

MOST_IN_A_DIGEST: Final = 40


def news_for(viewer: Viewer) -> HappeningQuerySet:
    """Return what touches the viewer's organisations, newest first; what oneself did is no news."""
    if not isinstance(viewer, User):
        return Happening.objects.none()
    return (
        Happening.objects.visible_to(viewer).filter(at__gte=timezone.now() - OLDEST).exclude(by=viewer).order_by("-pk")
    )


def settings_of(user: User) -> NoticeSettings:
    """Return how ``user`` wants to hear; the default where nothing was chosen."""
    found, _made = NoticeSettings.objects.get_or_create(user=user)
    return found


@transaction.atomic
def choose(user: User, way: str, language: str) -> None:
    """Keep how ``user`` wants to hear by mail, and in which language all mails to this person are."""
    settings = settings_of(user)
    settings.mail, user.language = way, language
    settings.save(update_fields=["mail"])
    user.save(update_fields=["language"])


def unread(viewer: Viewer) -> int:
    """Return how much ``viewer`` has not read yet; at most two queries."""
    if not isinstance(viewer, User):
        return 0
    read = NoticeSettings.objects.filter(user=viewer).values_list("read_up_to", flat=True).first() or 0
    return news_for(viewer).filter(pk__gt=read).count()


def mark_read(user: User, up_to: int) -> None:
    """Note that ``user`` has read everything up to a happening; never back."""
    settings = settings_of(user)
    NoticeSettings.objects.filter(pk=settings.pk, read_up_to__lt=up_to).update(read_up_to=up_to)


def mail_at_once(happening_id: int) -> int:
    """Mail those who want to hear at once; return how many that were. A job that runs twice mails once."""
    happening = Happening.objects.filter(pk=happening_id).first()
    if happening is None:
        return 0
    sent = 0
    for user in _readers(happening).filter(notice_settings__mail=Mail.AT_ONCE):
        with transaction.atomic():
            settings = NoticeSettings.objects.select_for_update().get(user=user)
            if settings.mailed_up_to >= happening_id:
                continue
            settings.mailed_up_to = happening_id
            settings.save(update_fields=["mailed_up_to"])
            _send(user, [happening])
        sent += 1
    return sent


def _readers(happening: Happening) -> QuerySet[User]:
    touched = happening.touches.order_by().values("pk")
    members = User.objects.filter(is_active=True, memberships__organisation__in=touched).exclude(email="")
    return (members if happening.by_id is None else members.exclude(pk=happening.by_id)).distinct()


def send_digests() -> int:
    """Mail everybody who wants it what is new since the last time; return how many mails that were."""
    sent = 0
    wants = Q(notice_settings__isnull=True) | Q(notice_settings__mail=Mail.DIGEST)
    people = User.objects.filter(wants, is_active=True, memberships__isnull=False).exclude(email="").distinct()
    for user in people.order_by("pk"):
        with transaction.atomic():
            settings = NoticeSettings.objects.select_for_update().get(pk=settings_of(user).pk)
            new = news_for(user).filter(pk__gt=max(settings.mailed_up_to, settings.read_up_to))
            newest = new.aggregate(newest=Max("pk"))["newest"]
            if newest is None:
                continue
            settings.mailed_up_to = newest
            settings.save(update_fields=["mailed_up_to"])
            _send(user, list(new[:MOST_IN_A_DIGEST]), more=max(0, new.count() - MOST_IN_A_DIGEST))
        sent += 1
    return sent


def _send(user: User, happenings: list[Happening], more: int = 0) -> None:
    with mail.speaking(user.language):
        lines = [(happening.sentence, happening.path) for happening in happenings]
        context = {"person": user, "lines": lines, "more": more, "page": mail.page("notices")}
        mail.send(user.email, "notices", context)
