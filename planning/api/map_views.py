"""What the map page asks: overview, histogram, place, search, and what is near."""

from __future__ import annotations

from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from geo.geocoding import Asked, locate, normal_postcode
from geo.parameters import read_whole
from geo.periods import Period, parse_period
from geo.problems import BadRequestError
from planning.api import answers
from planning.api.parameters import (
    BBOX,
    FROM,
    TO,
    WIJK,
    read_bbox,
    read_choices,
    read_float,
    read_lonlat,
    read_month,
    read_wijk,
)
from planning.api.problems import NotFoundProblem, Problems
from planning.coordination import near as nearness
from planning.coordination import place
from planning.coordination.overview import overview
from planning.coordination.search import search
from planning.coordination.selection import Selection
from planning.works.histogram import works_per_month
from planning.works.kinds import WorkKind

LONGEST_HISTOGRAM_YEARS: Final = 100
DEEPEST_ZOOM: Final = 24


class MapView(Problems):
    """A question of the map; answers depend on who asks, so a shared cache may not keep them."""

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Add the cache headers."""
        response = super().finalize_response(request, response, *args, **kwargs)
        response["Cache-Control"] = "private, no-cache"
        return response


class OverviewView(MapView):
    """Counts, figures and lists of a period and an area."""

    @extend_schema(operation_id="overview", parameters=[FROM, TO, WIJK, BBOX], responses=answers.Overview)
    def get(self, request: Request) -> Response:
        """Tell what is going on in a period: counts for the legend, figures, and lists beside the map."""
        query = request.query_params
        selection = Selection(request.user, parse_period(query), read_wijk(query), read_bbox(query))
        return Response(overview(selection))


class HistogramView(MapView):
    """Works per month."""

    @extend_schema(
        operation_id="histogram",
        parameters=[
            OpenApiParameter(
                "from", OpenApiTypes.STR, required=True, description=gettext_lazy("Eerste maand: 2017-01.")
            ),
            OpenApiParameter("to", OpenApiTypes.STR, required=True, description=gettext_lazy("Maand na de laatste.")),
            WIJK,
            OpenApiParameter(
                "kinds", OpenApiTypes.STR, description=gettext_lazy("Soorten werk, met komma's ertussen.")
            ),
        ],
        responses=answers.Histogram,
    )
    def get(self, request: Request) -> Response:
        """Count the works under way in each month."""
        query = request.query_params
        first, end = read_month(query, "from"), read_month(query, "to")
        if not first < end or end.year - first.year > LONGEST_HISTOGRAM_YEARS:
            raise BadRequestError("to", _("“to” moet na “from” liggen, en niet meer dan honderd jaar later."))
        works = Selection(request.user, Period(first, end), read_wijk(query)).works()
        if kinds := read_choices(query, "kinds", WorkKind.values):
            works = works.filter(kind__in=kinds)
        return Response({"months": works_per_month(works, first, end)})


class PlaceView(MapView):
    """One place."""

    _of: Final = {
        "work": place.place_of_work,
        "finding": place.place_of_finding,
        "initiative": place.place_of_initiative,
    }

    @extend_schema(
        operation_id="place",
        parameters=[
            OpenApiParameter("lon", OpenApiTypes.DOUBLE, description=gettext_lazy("Lengte, in graden.")),
            OpenApiParameter("lat", OpenApiTypes.DOUBLE, description=gettext_lazy("Breedte, in graden.")),
            OpenApiParameter(
                "zoom", OpenApiTypes.DOUBLE, description=gettext_lazy("Zoom van de kaart; bepaalt hoe ruim.")
            ),
            FROM,
            TO,
            *(
                OpenApiParameter(name, OpenApiTypes.INT, description=gettext_lazy("In plaats van een punt."))
                for name in _of
            ),
        ],
        responses=answers.Place,
    )
    def get(self, request: Request) -> Response:
        """Tell all that is at a clicked place, or at the place of a work, finding or initiative."""
        query = request.query_params
        for name, place_of in self._of.items():
            if query.get(name):
                try:
                    return Response(place_of(request.user, read_whole(query[name], name)))
                except place.NotThereError as error:
                    raise NotFoundProblem(_("Dit is er niet, of u mag het niet zien.")) from error
        lon, lat = read_lonlat(query)
        zoom = read_float(query, "zoom") if query.get("zoom") else 17.0
        if not 0 <= zoom <= DEEPEST_ZOOM:
            raise BadRequestError("zoom", _("Zoom loopt van 0 tot en met %(most)s.") % {"most": DEEPEST_ZOOM})
        spot = place.clicked(lon, lat, zoom)
        return Response(place.place_at(request.user, spot, parse_period(query)))


class SearchView(MapView):
    """Search."""

    @extend_schema(
        operation_id="search",
        parameters=[
            OpenApiParameter("q", OpenApiTypes.STR, description=gettext_lazy("Wijk, straat, postcode, project."))
        ],
        responses=answers.SearchAnswer,
    )
    def get(self, request: Request) -> Response:
        """Find wijken, buurten, streets, addresses, projects, works, initiatives and centres."""
        return Response({"results": search(request.user, request.query_params.get("q", ""))})


class NearView(MapView):
    """What is near."""

    @extend_schema(
        operation_id="near",
        parameters=[
            OpenApiParameter("lat", OpenApiTypes.DOUBLE, description=gettext_lazy("Breedte, in graden.")),
            OpenApiParameter("lon", OpenApiTypes.DOUBLE, description=gettext_lazy("Lengte, in graden.")),
            OpenApiParameter("postcode", OpenApiTypes.STR, description=gettext_lazy("In plaats van lat en lon.")),
            OpenApiParameter("number", OpenApiTypes.STR, description=gettext_lazy("Huisnummer, ook met toevoeging.")),
            OpenApiParameter("radius", OpenApiTypes.INT, description=gettext_lazy("In meter: 1 tot 5000, anders 500.")),
        ],
        responses=answers.Near,
    )
    def get(self, request: Request) -> Response:
        """Tell what is near a point or an address: initiatives, works and centres, by distance in metres."""
        query = request.query_params
        radius = read_whole(query["radius"], "radius", 1, nearness.LARGEST_RADIUS_M) if query.get("radius") else None
        if query.get("postcode"):
            found = _located(query)
            lon, lat, label, exactness = found.lon, found.lat, found.label, found.exactness.value
        elif not (query.get("lat") or query.get("lon")):
            raise BadRequestError("postcode", _("Geef een postcode met huisnummer, of lat en lon."))
        else:
            lon, lat = read_lonlat(query)
            label, exactness = None, "point"
        answer = nearness.near(request.user, lon, lat, radius or nearness.DEFAULT_RADIUS_M)
        return Response({"label": label, "exactness": exactness, **answer})


def _located(query: Any) -> Any:
    """Return the place of ``postcode`` and ``number``; raises BadRequestError or NotFoundProblem."""
    postcode = normal_postcode(query["postcode"])
    if postcode is None:
        raise BadRequestError("postcode", _("Een postcode heeft vier cijfers en twee letters, zoals 9403 KL."))
    asked = Asked.parse(f"{postcode} {query.get('number', '')}")
    if asked.postcode != postcode:
        raise BadRequestError("number", _("Een huisnummer is een getal, met of zonder toevoeging, zoals 12 of 12a."))
    found = locate(asked)
    if found is None:
        raise NotFoundProblem(
            _("De postcode %(postcode)s kennen we niet. Zoek op straat, of tik op de kaart.")
            % {"postcode": f"{postcode[:4]} {postcode[4:]}"}
        )
    return found
