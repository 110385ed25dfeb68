"""The list of initiatives beside their map."""

from __future__ import annotations

from typing import Any

from django.contrib.gis.db.models.functions import Transform
from django.contrib.gis.geos import Point
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from geo.crs import RD_NEW, WGS_84
from geo.geocoding import Asked, Located, locate
from geo.models import Wijk
from geo.parameters import whole_number
from planning.coordination.initiatives import ALL, BY_DATE, BY_DISTANCE, BY_SUPPORT, OPEN, Choice, browse
from planning.initiatives.models import OPEN_STATES, Initiative, InitiativeState, Theme
from planning.web.files import layer_files
from planning.web.nabij import LONGEST_ADDRESS, distance_text

PUBLIC_STATES = [state for state in InitiativeState if state != InitiativeState.SUBMITTED]


def initiatives(request: HttpRequest) -> HttpResponse:
    """Show initiatives by wijk, theme and state, in the order that the reader chose."""
    wijken = list(Wijk.objects.annotate(outline=Transform("geometry", WGS_84)).only("name", "slug").order_by("name"))
    typed = " ".join(request.GET.get("adres", "").replace("\x00", " ").split())[:LONGEST_ADDRESS]
    located = locate(Asked.parse(typed)) if typed else None
    choice = _choice(request, {wijk.slug for wijk in wijken}, located)
    page = browse(request.user, choice)
    context = {
        "section": "initiatieven",
        "choice": choice,
        "wijken": wijken,
        "themes": Theme.choices,
        "states": [(OPEN, _("die nu lopen")), (ALL, _("allemaal")), *((s.value, s.label) for s in PUBLIC_STATES)],
        "orders": [
            (BY_DATE, _("nieuwste eerst")),
            (BY_SUPPORT, _("meeste steun eerst")),
            (BY_DISTANCE, _("dichtbij eerst")),
        ],
        "typed": typed,
        "located": located,
        "page": page,
        "cards": [(initiative, _distance(initiative)) for initiative in page],
        "query": _query(choice, typed),
        "files": layer_files(("initiatives",)),
        "files_query": _files_query(choice),
        "map": _map(choice, wijken, located),
    }
    return render(request, "web/initiatives/index.html", context)


def _choice(request: HttpRequest, wijken: set[str], located: Located | None) -> Choice:
    """Return what the address of the page asks for; what it may not say is left out."""
    asked = request.GET
    here = None
    if located is not None:
        here = Point(located.lon, located.lat, srid=WGS_84)
        here.transform(RD_NEW)
    order = asked.get("volgorde", "")
    if order not in (BY_DATE, BY_SUPPORT, BY_DISTANCE):
        # Who types an address wants to see what is near it.
        order = BY_DISTANCE if here else BY_DATE
    state = asked.get("stand", OPEN)
    return Choice(
        wijk=wijk if (wijk := asked.get("wijk", "")) in wijken else "",
        theme=theme if (theme := asked.get("thema", "")) in Theme.values else "",
        state=state if state in (ALL, *PUBLIC_STATES) else OPEN,
        order=order,
        here=here,
        page=whole_number(asked.get("pagina", "")) or 1,
    )


def _distance(initiative: Initiative) -> str:
    distance = getattr(initiative, "distance", None)
    return distance_text(distance.m) if distance is not None else ""


def _query(choice: Choice, typed: str) -> str:
    """Return the choice as it stands in an address, without the page."""
    chosen = {
        "wijk": choice.wijk,
        "thema": choice.theme,
        "stand": choice.state,
        "volgorde": choice.order,
        "adres": typed,
    }
    return urlencode({name: value for name, value in chosen.items() if value})


def _files_query(choice: Choice) -> str:
    """Return the choice as files of the layer are asked for: those of all pages of the list."""
    asked = {"wijk": choice.wijk, "theme": choice.theme}
    if choice.state == OPEN:
        asked["filter"] = "state IN ({})".format(", ".join(f"'{state}'" for state in OPEN_STATES))
    elif choice.state != ALL:
        asked["state"] = choice.state
    return urlencode({name: value for name, value in asked.items() if value})


def _map(choice: Choice, wijken: list[Any], located: Located | None) -> dict[str, Any]:
    """Return what the map needs to show the same as the list."""
    several: dict[str, list[str]] = {OPEN: list(OPEN_STATES), ALL: list(PUBLIC_STATES)}
    shown = [wijk for wijk in wijken if not choice.wijk or wijk.slug == choice.wijk]
    boxes = [wijk.outline.extent for wijk in shown]
    west_south = [min(box[side] for box in boxes) for side in (0, 1)] if boxes else []
    east_north = [max(box[side] for box in boxes) for side in (2, 3)] if boxes else []
    return {
        "states": [str(state) for state in several.get(choice.state, [choice.state])],
        "theme": choice.theme,
        "wijk": choice.wijk,
        "bounds": [*west_south, *east_north],
        "here": [located.lon, located.lat] if located else None,
    }
