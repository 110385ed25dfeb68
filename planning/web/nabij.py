"""The resident's page: what happens near me."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, Final

from django.contrib.gis.geos import Point
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from geo import pdok
from geo.crs import RD_NEW, looks_like_wgs84, to_rd
from geo.geocoding import Asked, Exactness, Located, locate, spaced, streets
from planning.coordination.nearby import Nearby, nearby
from planning.initiatives.agenda import Occurrence
from planning.initiatives.opening import now_at
from planning.web.bic import state_text
from planning.web.small_map import near_map
from planning.works.models import Work
from planning.works.plain import PlainWork, in_plain_words

RADII_M: Final = (300, 500, 1000, 2000)
DEFAULT_RADIUS_M: Final = 500
AT_ONCE: Final = 4
"""Cards of a sort that show at once; the rest opens with one tap."""

LONGEST_ADDRESS: Final = 100
"""Letters of an address; what is longer is no address."""


@dataclass(frozen=True)
class Place:
    """Where the reader is, or what helps to find it: ``help`` and ``streets`` where nothing was found."""

    typed: str = ""
    located: Located | None = None
    help: str = ""
    streets: tuple[str, ...] = ()


@dataclass(frozen=True)
class WorkCard:
    """A work as a card."""

    work: Work
    plain: PlainWork
    distance: str
    month: str


# It changes nothing and sets no cookie, so there is nothing to forge; a location sent as a form stays out of addresses.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def nabij(request: HttpRequest) -> HttpResponse:
    """Show what is near the address that was typed, or near the location that the browser sent once."""
    place = _sent_location(request) if request.method == "POST" else typed_address(request.GET.get("adres", ""))
    radius = _radius(request.GET.get("straal", "") or request.POST.get("straal", ""))
    context: dict[str, Any] = {"section": "nabij", "place": place, "radius": radius}
    if place.located is not None:
        here = Point(to_rd(place.located.lon, place.located.lat), srid=RD_NEW)
        context |= _found(nearby(request.user, here, radius), radius)
    response = render(request, "web/nabij/page.html", context)
    # An address of somebody is in it.
    response["Cache-Control"] = "private, no-store" if request.method == "POST" else "private, no-cache"
    return response


def _found(found: Nearby, radius: int) -> dict[str, Any]:
    today = timezone.localdate()
    wider = next((metres for metres in RADII_M if metres > radius), None)
    return {
        "nearby": found,
        "street": [_card(work, today) for work in found.in_the_street],
        "around": [_card(work, today) for work in found.around],
        "initiatives": [(initiative, distance_text(initiative.distance.m)) for initiative in found.initiatives],  # type: ignore[attr-defined]
        "meetings": [(meeting, distance_text(meeting.distance.m)) for meeting in found.meetings],  # type: ignore[attr-defined]
        "centre_distance": distance_text(found.centre.centre.distance.m) if found.centre else "",  # type: ignore[attr-defined]
        "centre_state": _centre_state(found),
        "agenda": _agenda(found.centre.agenda if found.centre else [], today),
        "at_once": f":{AT_ONCE}",
        "later": f"{AT_ONCE}:",
        "map": near_map(found),
        "wider": wider,
    }


def _centre_state(found: Nearby) -> str:
    if found.centre is None:
        return ""
    centre, now = found.centre.centre, timezone.now()
    return state_text(centre, now_at(centre, now), now)


def _card(work: Work, today: dt.date) -> WorkCard:
    month = max(work.planned_start, today)
    return WorkCard(work, in_plain_words(work, today), distance_text(work.distance.m), f"{month:%Y-%m}")  # type: ignore[attr-defined]


def _agenda(occurrences: list[Occurrence], today: dt.date) -> dict[str, list[Occurrence]]:
    """Return what is on today, and what in the week after."""
    days: dict[str, list[Occurrence]] = {"today": [], "later": []}
    for occurrence in occurrences:
        days["today" if timezone.localdate(occurrence.starts_at) == today else "later"].append(occurrence)
    return days


def distance_text(metres: float) -> str:
    """Return a distance as people say it: by ten metres, from a kilometre on by a tenth of one."""
    if metres >= 1000:
        return _("%(km)s km") % {"km": f"{metres / 1000:.1f}".replace(".", ",")}
    return _("%(metres)s m") % {"metres": max(10, round(metres / 10) * 10)}


def _radius(text: str) -> int:
    """Return the radius asked for; the default where it is none of ours."""
    return int(text) if text in {str(metres) for metres in RADII_M} else DEFAULT_RADIUS_M


def _sent_location(request: HttpRequest) -> Place:
    try:
        lon, lat = float(request.POST.get("lon", "")), float(request.POST.get("lat", ""))
    except ValueError:
        return Place(help=_("Uw telefoon gaf geen plek door. Typ uw postcode en huisnummer."))
    if not looks_like_wgs84(lon, lat):
        return Place(help=_("U bent niet in de buurt van Assen. Typ een postcode en huisnummer."))
    return Place(located=Located(_("de plek waar u nu bent"), lon, lat, Exactness.ADDRESS))


def typed_address(text: str) -> Place:
    """Return the place of an address as somebody typed it, or what helps to find it."""
    typed = " ".join(text.replace("\x00", " ").split())
    if not typed:
        return Place()
    if len(typed) > LONGEST_ADDRESS:
        return Place(
            typed[:LONGEST_ADDRESS], help=_("Dit is te lang. Typ een postcode en huisnummer, zoals 9403 KL 12.")
        )
    asked = Asked.parse(typed)
    located = locate(asked) or pdok.locate(typed)
    if located is not None:
        return Place(typed, located)
    if asked.postcode:
        return Place(
            typed,
            help=_("De postcode %(postcode)s kennen we niet. Klopt hij? U kunt ook de naam van uw straat typen.")
            % {"postcode": spaced(asked.postcode)},
        )
    if not any(letter.isalpha() for letter in typed):
        return Place(typed, help=_("Een postcode heeft vier cijfers en twee letters, zoals 9403 KL."))
    near = tuple(street["street"] for street in streets(asked.street)[:4])
    return Place(
        typed,
        help=_("We kennen dit adres niet. Typ uw postcode en huisnummer, zoals 9403 KL 12, of de naam van uw straat."),
        streets=near,
    )
