"""What clients ask in the query of an address: read it, or say in plain words what is wrong with it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any, Final

from django.contrib.gis.geos import MultiPolygon, Polygon
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter

from geo.crs import looks_like_wgs84
from geo.models import Wijk
from geo.parameters import read_box, read_number
from geo.problems import BadRequestError

Query = Mapping[str, str]

FOUR_NUMBERS: Final = r"^-?[0-9.]+(,-?[0-9.]+){3}$"
"""What a box looks like, for the OpenAPI document; ``read_bbox`` judges."""

NOT_HERE: Final = gettext_lazy("Deze plek ligt niet in Nederland. Geef lat (rond 53) en lon (rond 6,5) in graden.")

FROM = OpenApiParameter("from", OpenApiTypes.DATE, description=gettext_lazy("Eerste dag van de periode."))
TO = OpenApiParameter("to", OpenApiTypes.DATE, description=gettext_lazy("De dag na de laatste van de periode."))
WIJK = OpenApiParameter("wijk", OpenApiTypes.STR, description=gettext_lazy("Wijk, zoals in het adres van haar pagina."))
BBOX = OpenApiParameter(
    "bbox",
    OpenApiTypes.STR,
    pattern=FOUR_NUMBERS,
    description=gettext_lazy("Vak in graden: west,zuid,oost,noord."),
    examples=[],
)

IF_MATCH = OpenApiParameter(
    "If-Match",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    required=True,
    description=gettext_lazy("De ETag van wat gelezen is, zodat niemand iets kwijtraakt; “*” wijzigt wat er ook is."),
)


def read_float(query: Query, name: str) -> float:
    """Return the number that ``name`` holds; raises BadRequestError where it is missing, no number or infinite."""
    text = query.get(name, "")
    if not text:
        raise BadRequestError(name, _("“%(name)s” ontbreekt.") % {"name": name})
    return read_number(text, name)


def read_lonlat(query: Query) -> tuple[float, float]:
    """Return longitude and latitude from ``lon`` and ``lat``; raises BadRequestError outside the Netherlands."""
    lon, lat = read_float(query, "lon"), read_float(query, "lat")
    if not looks_like_wgs84(lon, lat):
        raise BadRequestError("lat", str(NOT_HERE))
    return lon, lat


def read_bbox(query: Query) -> Polygon | MultiPolygon | None:
    """Return the box of ``bbox`` ("west,south,east,north" in degrees) in RD New, or None where it is left out."""
    text = query.get("bbox", "")
    return read_box(text) if text else None


def read_wijk(query: Query) -> str | None:
    """Return the slug of ``wijk``, or None where it is left out; raises BadRequestError for an unknown one."""
    slug = query.get("wijk", "")
    if not slug:
        return None
    if "\x00" in slug or not Wijk.objects.filter(slug=slug).exists():
        raise BadRequestError("wijk", _("De wijk “%(slug)s” kennen we niet.") % {"slug": slug[:40]})
    return slug


def read_choices(query: Query, name: str, allowed: Any) -> list[str]:
    """Return the values of a comma-separated list; raises BadRequestError for one that is not in ``allowed``."""
    values = [value for value in query.get(name, "").split(",") if value]
    for value in values:
        if value not in allowed:
            raise BadRequestError(
                name,
                _("“%(value)s” kennen we niet. Wel: %(allowed)s.")
                % {"value": value[:40], "allowed": ", ".join(allowed)},
            )
    return values


_MONTH: Final = re.compile(r"(?P<year>[0-9]{4})-(?P<month>0[1-9]|1[0-2])(-01)?")


def read_month(query: Query, name: str) -> dt.date:
    """Return the first day of the month that ``name`` writes as "2027-05"; raises BadRequestError."""
    text = query.get(name, "")
    match = _MONTH.fullmatch(text)
    if match is None or match["year"] == "0000":
        raise BadRequestError(name, _("“%(text)s” is geen maand. Schrijf 2027-05.") % {"text": text[:40]})
    return dt.date(int(match["year"]), int(match["month"]), 1)
