"""The weekly mail: only what is public, only what is new, and nothing where nothing is."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any, Final

from django.contrib.gis.measure import D
from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from planning.coordination.following.asking import link
from planning.coordination.models import Follow, Follower
from planning.coordination.steering import changes_since
from planning.initiatives.models import Initiative, Meeting, Step, Update
from planning.partners.mail import send, speaking
from planning.works.kinds import WorkStatus
from planning.works.models import Work
from planning.works.plain import in_plain_words

WEEK: Final = dt.timedelta(days=6, hours=12)
"""A little under a week, so that a job that runs some minutes earlier skips no week."""

SOON: Final = dt.timedelta(days=14)
"""A work that starts within so long is told once more."""


@dataclass
class News:
    """What is new for one follower, in sentences with the path of a page."""

    works: list[tuple[str, str]] = field(default_factory=list)
    ideas: list[tuple[str, str]] = field(default_factory=list)
    meetings: list[tuple[str, str]] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.works or self.ideas or self.meetings)


def news_of(follower: Follower, since: dt.datetime, now: dt.datetime) -> News:
    """Return what happened since ``since`` with all that somebody follows; each thing is told once."""
    works, ideas, meetings = Q(), Q(), Q()
    for follow in follower.follows.filter(confirmed=True):
        more = _conditions(follow)
        works |= more[0]
        ideas |= more[1]
        meetings |= more[2]
    news = News()
    if works:
        news.works = _works(Work.objects.visible_to(None).active().filter(works), since, now)
    if ideas:
        news.ideas = _ideas(Initiative.objects.visible_to(None).filter(ideas), since)
    if meetings:
        coming = Meeting.objects.filter(meetings, starts_at__gt=now, starts_at__lt=now + SOON).order_by("starts_at")
        news.meetings = [
            (
                f"{timezone.localtime(each.starts_at):%d-%m-%Y, %H:%M}: {each.title}, {each.location}",
                each.get_absolute_url(),
            )
            for each in coming.distinct()
        ]
    return news


def _conditions(follow: Follow) -> tuple[Q, Q, Q]:
    """Return which works, initiatives and meetings belong to what is followed."""
    if follow.point is not None:
        around = (follow.point, D(m=follow.radius_m))
        return Q(geometry__dwithin=around), Q(geometry__dwithin=around), Q(point__dwithin=around)
    if follow.wijk_id is not None:
        return Q(buurt__wijk=follow.wijk_id), Q(buurt__wijk=follow.wijk_id), Q(wijk=follow.wijk_id)
    if follow.project_id is not None:
        return Q(project=follow.project_id), Q(), Q(works__project=follow.project_id)
    return Q(), Q(pk=follow.initiative_id), Q()


def _works(works: QuerySet[Work], since: dt.datetime, now: dt.datetime) -> list[tuple[str, str]]:
    today = timezone.localdate(now)
    shown = list(
        works.filter(planned_finish__gt=today)
        .select_related("owner")
        .defer("geometry", "mercator", "ground")
        .distinct()
    )
    changed = {change.work.pk for change in changes_since(shown, since)}
    told = []
    for work in shown:
        starts = today <= work.planned_start <= today + SOON and work.status != WorkStatus.IDEA
        # What was kept from the public until now is new, however long ago it was written.
        surfaced = work.public_from is not None and timezone.localdate(since) < work.public_from <= today
        if work.pk in changed or starts or surfaced:
            plain = in_plain_words(work, today)
            told.append((f"{work.name}. {plain.what} {plain.when}", f"{reverse('kaart')}?plek=work:{work.pk}"))
    return told


def _ideas(ideas: QuerySet[Initiative], since: dt.datetime) -> list[tuple[str, str]]:
    ids = ideas.order_by().values("pk")
    told = {}
    steps = Step.objects.filter(initiative__in=ids, at__gt=since).select_related("initiative").order_by("at")
    for step in steps.defer("initiative__geometry", "initiative__mercator"):
        told[step.initiative_id, "state"] = (
            f"{step.initiative.title}: {step.get_state_display()}", step.initiative.get_absolute_url()
        )  # fmt: skip
    updates = Update.objects.filter(initiative__in=ids, published_at__gt=since).select_related("initiative")
    for update in updates.defer("initiative__geometry", "initiative__mercator").order_by("published_at"):
        text = update.text if len(update.text) <= 200 else update.text[:199] + "…"
        told[update.initiative_id, f"update {update.pk}"] = (
            f"{update.initiative.title}: {text}", update.initiative.get_absolute_url()
        )  # fmt: skip
    return list(told.values())


def send_digests(now: dt.datetime | None = None) -> int:
    """Mail every follower for whom there is news and who had no mail this week; return how many mails that were."""
    now = now or timezone.now()
    due: Any = Q(mailed_at__isnull=True) | Q(mailed_at__lte=now - WEEK)
    sent = 0
    for pk in list(Follower.objects.filter(due, confirmed_at__isnull=False).values_list("pk", flat=True)):
        with transaction.atomic():
            # Two workers at once: the second finds it mailed.
            follower = Follower.objects.select_for_update(skip_locked=True).filter(due, pk=pk).first()
            if follower is None:
                continue
            since = follower.mailed_at or follower.confirmed_at or now
            follower.mailed_at = now
            follower.save(update_fields=["mailed_at"])
            with speaking(follower.language):
                if news := news_of(follower, since, now):
                    _mail(follower, news)
                    sent += 1
    return sent


def _mail(follower: Follower, news: News) -> None:
    one_click = link(follower, "following-stop")
    headers = {"List-Unsubscribe": f"<{one_click}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    context = {"news": news, "manage": link(follower), "stop": one_click}
    send(follower.email, "follow_digest", context, headers=headers)
