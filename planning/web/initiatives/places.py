"""The place of an idea: from an address that was typed, or from what was drawn on a map in a browser."""

from __future__ import annotations

import json
import math
from typing import Any, Final

from django.contrib.gis.gdal import GDALException
from django.contrib.gis.geos import GEOSException, GEOSGeometry, LineString, Point, Polygon
from django.utils.translation import gettext as _

from geo import pdok
from geo.crs import RD_NEW, WGS_84, looks_like_wgs84
from geo.geocoding import Asked, Exactness, locate, streets
from geo.models import Buurt
from geo.text import as_typed
from planning.initiatives.refusals import RefusedError

MOST_CORNERS: Final = 200
LARGEST_M2: Final = 500_000.0
LONGEST_M: Final = 5_000.0
"""What is larger is no place in a neighbourhood (our own choice)."""


def find_place(address: str, drawing: str) -> tuple[GEOSGeometry, str]:
    """Return a place in RD New, and what to call it.

    Parameters
    ----------
    address
        As somebody typed it.
    drawing
        A GeoJSON geometry in WGS 84 as the map on the page made it; it goes before the address.

    Raises
    ------
    RefusedError
        Where neither is given, or it is nothing that we can keep.
    """
    if drawing.strip():
        geometry, label = read_drawing(drawing), _("zoals op de kaart getekend")
    elif typed := " ".join(as_typed(address).split()):
        geometry, label = _found(typed)
    else:
        raise RefusedError(_("Zeg waar het is: typ een adres, of zet een punt op de kaart."), "address")
    if not Buurt.objects.filter(geometry__intersects=geometry).exists():
        raise RefusedError(_("Deze plek ligt buiten de gemeente. Kies een plek in een van onze buurten."), "address")
    return geometry, label


def _found(address: str) -> tuple[GEOSGeometry, str]:
    asked = Asked.parse(address)
    located = locate(asked) or pdok.locate(address)
    if located is None:
        near = [street["street"] for street in streets(asked.street)[:3]] if asked.street else []
        message = _("Dit adres kennen we niet. Kijk of het klopt, of typ de naam van de straat.")
        if near:
            message += " " + _("Bedoelt u %(streets)s?") % {"streets": _(" of ").join(near)}
        raise RefusedError(message, "address")
    point = Point(located.lon, located.lat, srid=WGS_84)
    point.transform(RD_NEW)
    if located.exactness is Exactness.ADDRESS:
        return point, located.label
    return point, _("%(street)s (het midden ervan)") % {"street": located.label}


def read_drawing(text: str) -> GEOSGeometry:
    """Return what was drawn, in RD New, from a GeoJSON geometry in WGS 84.

    Raises
    ------
    RefusedError
        Where it is none, crosses itself, or is too large.
    """
    unreadable = RefusedError(
        _("We konden de plek op de kaart niet lezen. Zet hem opnieuw, of typ een adres."), "address"
    )
    try:
        drawn = json.loads(text)
        geometry = _geometry(drawn["type"], drawn["coordinates"])
        geometry.transform(RD_NEW)
    except (ValueError, TypeError, KeyError, IndexError, RecursionError, GEOSException, GDALException) as error:
        raise unreadable from error
    if geometry.empty or not all(math.isfinite(value) for value in geometry.extent):
        raise unreadable
    if not geometry.valid:
        raise RefusedError(_("De rand van het vlak kruist zichzelf. Teken het vlak opnieuw."), "address")
    if geometry.area > LARGEST_M2 or geometry.length > LONGEST_M:
        raise RefusedError(_("Deze plek is te groot. Teken een kleiner stuk."), "address")
    return geometry


def _geometry(kind: str, coordinates: Any) -> GEOSGeometry:
    if kind == "Point":
        return Point(*_corner(coordinates), srid=WGS_84)
    if kind == "LineString":
        return LineString(_corners(coordinates), srid=WGS_84)
    if kind == "Polygon":
        (ring,) = coordinates
        return Polygon(_corners(ring), srid=WGS_84)
    raise ValueError(kind)


def _corners(coordinates: Any) -> list[tuple[float, float]]:
    if len(coordinates) > MOST_CORNERS:
        raise ValueError(len(coordinates))
    return [_corner(corner) for corner in coordinates]


def _corner(pair: Any) -> tuple[float, float]:
    lon, lat = (float(value) for value in pair)
    if not looks_like_wgs84(lon, lat):
        raise ValueError(pair)
    return lon, lat
