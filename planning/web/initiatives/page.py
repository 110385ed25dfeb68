"""One initiative: its story for on a screen, and a poster with a square code for a window or a letter box."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from planning.coordination.initiatives import story_of, with_place
from planning.initiatives.models import Initiative, InitiativeState, Step
from planning.partners.mail import absolute
from planning.partners.permissions import is_partner
from planning.web.initiatives.place_map import initiative_map
from planning.web.qr import qr_path
from planning.works.periods import period_text

ROAD = (
    InitiativeState.SUBMITTED,
    InitiativeState.GATHERING_SUPPORT,
    InitiativeState.SUPPORTED,
    InitiativeState.RESOURCED,
    InitiativeState.UNDER_WAY,
    InitiativeState.DONE,
)


@dataclass(frozen=True)
class RoadStep:
    """A step on the way: what it is called, when it was taken and why, and whether it is the present one."""

    label: str
    at: Any
    reason: str
    current: bool
    ahead: bool


def initiative(request: HttpRequest, slug: str) -> HttpResponse:
    """Show all there is to tell of an initiative."""
    found = get_object_or_404(with_place(request.user), slug=slug)
    story = story_of(found, request.user)
    works = list({work.pk: work for work in story.joinable}.values())
    context = {
        "section": "initiatieven",
        "initiative": found,
        "story": story,
        "area": story.area,
        "road": list(road(found, story.steps)),
        "joinable": [
            (work, period_text(work.planned_start, work.planned_finish, work.date_precision)) for work in works
        ],
        "map": initiative_map(found, works),
        "money_percent": _percent(story.granted_eur, found.asked_eur),
        "crowd_percent": _percent(found.crowdfunding_raised_eur, found.crowdfunding_goal_eur),
        "is_partner": is_partner(request.user),
    }
    return render(request, "web/initiatives/page.html", context)


def poster(request: HttpRequest, slug: str) -> HttpResponse:
    """Show an initiative on one sheet of paper, with a code that leads to its page."""
    found = get_object_or_404(with_place(request.user), slug=slug)
    address = absolute(found.get_absolute_url())
    context = {
        "initiative": found,
        "area": getattr(found, "support_area", None),
        "address": address,
        "qr": qr_path(address),
    }
    return render(request, "web/initiatives/poster.html", context)


def road(initiative: Initiative, steps: list[Step]) -> Iterator[RoadStep]:
    """Yield the steps that were taken, in order, and those that are still ahead on the usual way."""
    taken = steps or [Step(state=initiative.state, reason=initiative.state_reason)]
    if taken[0].state != InitiativeState.SUBMITTED:
        yield RoadStep(str(InitiativeState.SUBMITTED.label), initiative.submitted_on, "", current=False, ahead=False)
    for place, step in enumerate(taken, 1):
        moment = timezone.localdate(step.at) if step.at else None
        if step.state == InitiativeState.SUBMITTED and moment is None:
            moment = initiative.submitted_on
        yield RoadStep(step.get_state_display(), moment, step.reason, current=place == len(taken), ahead=False)
    if initiative.state in ROAD:
        for state in ROAD[ROAD.index(InitiativeState(initiative.state)) + 1 :]:
            yield RoadStep(str(state.label), None, "", current=False, ahead=True)


def _percent(part: Any, whole: Any) -> int | None:
    """Return which share of ``whole`` is there, at most 100; None where there is nothing to compare."""
    return min(100, int(100 * (part or 0) / whole)) if whole else None
