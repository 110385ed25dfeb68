"""What waits for the team: ideas to read, messages to read, counts that run, and what can be given to."""

from __future__ import annotations

from typing import Final

from django.db.models import Count, F, IntegerField, Q
from django.db.models.functions import Cast
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from planning.initiatives.models import Initiative, InitiativeState, SupportArea, Update
from planning.web.team.access import TeamAccess, team_page

MOST: Final = 100


@team_page
def queue(request: HttpRequest, access: TeamAccess) -> HttpResponse:
    """Show the work of the team, oldest first."""
    light = Initiative.objects.select_related("buurt__wijk").defer(
        "geometry", "mercator", "buurt__geometry", "buurt__mercator", "buurt__wijk__geometry", "buurt__wijk__mercator"
    )
    context = {
        "section": "team",
        "access": access,
        "to_read": light.filter(state=InitiativeState.SUBMITTED)
        .annotate(pictures=Count("photos"))
        .order_by("submitted_on", "pk")[:MOST],
        "updates": Update.objects.filter(published_at=None).select_related("initiative").order_by("written_at")[:MOST],
        "counts": SupportArea.objects.filter(decided_at=None, initiative__state=InitiativeState.GATHERING_SUPPORT)
        .select_related("initiative")
        .defer("geometry", "initiative__geometry", "initiative__mercator")
        .annotate(missing=Cast(F("addresses") / 2 + 1 - F("in_favour"), IntegerField()))
        .order_by("missing", "pk")[:MOST],
        "to_give": light.filter(Q(state=InitiativeState.SUPPORTED))
        .select_related("support_area")
        .defer("support_area__geometry")
        .order_by("submitted_on", "pk")[:MOST],
        "running": light.filter(state__in=[InitiativeState.RESOURCED, InitiativeState.UNDER_WAY])
        .with_granted()
        .order_by("submitted_on", "pk")[:MOST],
    }
    return render(request, "web/team/queue.html", context)
