"""The neighbourhood centres: where, open when, who is in and what is on."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from itertools import groupby
from typing import Final
from urllib.parse import urlencode

from django.contrib.gis.db.models.functions import AsSVG
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from geo.models import Wijk
from planning.initiatives.agenda import Occurrence
from planning.initiatives.models import NeighbourhoodCentre
from planning.initiatives.opening import Day, Now, hours_on, now_at, whats_on, who_is_in
from planning.web.files import list_files
from planning.web.small_map import CentresMap, centres_map

AHEAD: Final = dt.timedelta(weeks=2)
WEEK: Final = 7


@dataclass(frozen=True)
class OnDay:
    """What happens on one day: when the centre is open, who is in, and what is on."""

    day: Day
    activities: list[Occurrence]
    presences: list[Occurrence]


@dataclass(frozen=True)
class CentreCard:
    """A centre with its state now, in words, and what is on today."""

    centre: NeighbourhoodCentre
    now: Now
    state: str
    today: OnDay


def bic(request: HttpRequest) -> HttpResponse:
    """Show all centres with today's state at the top."""
    now = timezone.now()
    cards = [_card(centre, now) for centre in _centres()]
    shown = _map([card.centre for card in cards]) if cards else None
    files = list_files("centres", urlencode({"filter": f"state <> '{NeighbourhoodCentre.State.CLOSED}'"}))
    context = {"section": "bic", "cards": cards, "map": shown, "files": files}
    return render(request, "web/bic/index.html", context)


def bic_page(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one centre: its hours, the coming two weeks, and who is in."""
    centre = get_object_or_404(_centres(), slug=slug)
    now = timezone.now()
    midnight = _midnight(now)
    days = _days(centre, midnight, midnight + AHEAD)
    context = {
        "section": "bic",
        "card": _card(centre, now),
        "centre": centre,
        "days": days,
        "differs": [each.day for each in days if each.day.reason],
        "map": _map([centre]),
    }
    return render(request, "web/bic/page.html", context)


def _centres() -> QuerySet[NeighbourhoodCentre]:
    return (
        NeighbourhoodCentre.objects.exclude(state=NeighbourhoodCentre.State.CLOSED)
        .select_related("wijk")
        .defer("mercator", "wijk__geometry", "wijk__mercator")
        .prefetch_related("hours", "exceptions", "presences", "activities")
        .order_by("-state", "name")
    )


def _card(centre: NeighbourhoodCentre, now: dt.datetime) -> CentreCard:
    midnight = _midnight(now)
    state = now_at(centre, now)
    [today] = _days(centre, midnight, midnight + dt.timedelta(days=1))
    return CentreCard(centre, state, state_text(centre, state, now), today)


def _days(centre: NeighbourhoodCentre, start: dt.datetime, finish: dt.datetime) -> list[OnDay]:
    """Return every day from ``start`` to ``finish``, both at midnight."""

    def by_day(times: list[Occurrence]) -> dict[dt.date, list[Occurrence]]:
        return {day: list(group) for day, group in groupby(times, lambda time: timezone.localdate(time.starts_at))}

    activities, presences = by_day(whats_on(centre, start, finish)), by_day(who_is_in(centre, start, finish))
    first = timezone.localdate(start)
    return [
        OnDay(hours_on(centre, day), activities.get(day, []), presences.get(day, []))
        for day in (first + dt.timedelta(days=ahead) for ahead in range((finish - start).days))
    ]


def state_text(centre: NeighbourhoodCentre, state: Now, now: dt.datetime) -> str:
    """Return whether a centre is open, as a neighbour would say it."""
    if centre.state == NeighbourhoodCentre.State.BEING_SET_UP:
        return _("In oprichting")
    if state.is_open and state.until is not None:
        return _("Nu open, tot %(time)s uur") % {"time": _clock(state.until)}
    if state.opens_at is None:
        return _("Nu dicht")
    days = (timezone.localdate(state.opens_at) - timezone.localdate(now)).days
    when = _clock(state.opens_at)
    if days == 0:
        return _("Nu dicht. Vandaag open om %(time)s uur") % {"time": when}
    if days == 1:
        return _("Nu dicht. Morgen open om %(time)s uur") % {"time": when}
    form = "l" if days < WEEK else "l j F"
    return _("Nu dicht. Open op %(day)s om %(time)s uur") % {
        "day": date_format(timezone.localtime(state.opens_at), form),
        "time": when,
    }


def _clock(moment: dt.datetime) -> str:
    """Return a time as it is said: 9, or 9.30."""
    here = timezone.localtime(moment)
    return f"{here.hour}" if here.minute == 0 else f"{here.hour}.{here.minute:02d}"


def _midnight(now: dt.datetime) -> dt.datetime:
    return timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)


def _map(centres: list[NeighbourhoodCentre]) -> CentresMap:
    wijken = Wijk.objects.annotate(path=AsSVG("geometry", relative=True, precision=0)).defer("mercator")
    return centres_map(list(wijken), centres)
