"""The public calendar of centres and meetings: ``/agenda.ics``, also of one wijk or one centre."""

from __future__ import annotations

import datetime as dt
from typing import Final

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from geo.export.calendar import MEDIA
from geo.models import Wijk
from planning.initiatives.feed import agenda_calendar
from planning.initiatives.models import Meeting, NeighbourhoodCentre

PAST: Final = dt.timedelta(days=90)
"""How long a meeting that is over stays in the calendar."""


@require_safe
def agenda_feed(request: HttpRequest) -> HttpResponse:
    """Answer with the calendar of all centres and meetings, or of the ``wijk`` or ``centrum`` that is asked for."""
    now = timezone.now()
    centres = NeighbourhoodCentre.objects.exclude(state=NeighbourhoodCentre.State.CLOSED).defer("mercator")
    meetings = Meeting.objects.filter(starts_at__gte=now - PAST).select_related("organiser").defer("mercator")
    title = _("Buurtcentra en bewonersavonden")
    if slug := request.GET.get("centrum"):
        centres, meetings = centres.filter(slug=_clean(slug)), meetings.none()
        title = _named(centres.values_list("name", flat=True).first())
    elif slug := request.GET.get("wijk"):
        centres, meetings = centres.filter(wijk__slug=_clean(slug)), meetings.filter(wijk__slug=_clean(slug))
        title = _named(Wijk.objects.filter(slug=_clean(slug)).values_list("name", flat=True).first())
    found = centres.prefetch_related("activities", "hours", "exceptions").order_by("pk")
    body = agenda_calendar(title, found, meetings.order_by("pk"), request.build_absolute_uri("/"), now)
    response = HttpResponse(body, content_type=MEDIA)
    response["Cache-Control"] = "public, max-age=900"
    return response


def _named(name: str | None) -> str:
    if name is None:
        raise Http404
    return name


def _clean(slug: str) -> str:
    return slug.replace("\x00", "")
