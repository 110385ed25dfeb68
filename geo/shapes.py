"""A geometry from outside, as GeoJSON or WKT: read into RD New, or refused with what is wrong with it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from django.contrib.gis.gdal import GDALException
from django.contrib.gis.geos import GEOSException, GEOSGeometry, Polygon, WKBWriter
from django.utils.translation import gettext as _

from geo.crs import RD_BOUNDS, RD_NEW, WGS_84, WGS_84_BOUNDS

KINDS: Final = frozenset({"Point", "LineString", "Polygon", "MultiPoint", "MultiLineString", "MultiPolygon"})

MOST_POINTS: Final = 100_000
"""Corners of one geometry; a municipality's own boundary has some thousands."""


class ShapeError(ValueError):
    """A geometry that cannot be used; the message says why, and how to mend it."""


def read_shape(given: Any, kinds: frozenset[str] = KINDS, *, part: bool = False) -> GEOSGeometry:
    """Return a geometry in RD New.

    Parameters
    ----------
    given
        GeoJSON (a mapping, or text) in degrees, or WKT in degrees; ``SRID=28992;`` before it says RD New.
    kinds
        Which kinds of geometry will do.
    part
        Whether of a shape that reaches outside the Netherlands the part inside will do.

    Raises
    ------
    ShapeError
        Where it is no geometry, of another kind, empty, crosses itself, or lies outside the Netherlands.
    """
    shape = _flat(_parsed(given))
    if shape.geom_type not in kinds:
        raise ShapeError(_("Dit is een %(kind)s. Wel: %(kinds)s.") % {
            "kind": shape.geom_type, "kinds": ", ".join(sorted(kinds)),
        })  # fmt: skip
    if shape.empty:
        raise ShapeError(_("Deze vorm is leeg."))
    if shape.num_coords > MOST_POINTS:
        raise ShapeError(_("Deze vorm heeft meer dan %(most)s hoekpunten.") % {"most": MOST_POINTS})
    bounds = _bounds(shape.srid)
    inside = bounds.covers(shape.envelope)
    if not inside and not (part and bounds.intersects(shape)):
        raise ShapeError(_("Deze plek ligt niet in Nederland. Geef eerst de lengte (6,5), dan de breedte (53)."))
    if not shape.valid:
        raise ShapeError(_("Deze vorm klopt niet: %(why)s. Teken hem zonder lussen.") % {"why": shape.valid_reason})
    if not inside:
        shape = bounds.intersection(shape)
    return shape if shape.srid == RD_NEW else shape.transform(RD_NEW, clone=True)


def _parsed(given: Any) -> GEOSGeometry:
    wrong = ShapeError(_("Dit is geen geometrie als GeoJSON (of WKT)."))
    if isinstance(given, Mapping):
        given = json.dumps(given)
    if not isinstance(given, str) or "\x00" in given:
        raise wrong
    try:
        shape = GEOSGeometry(given.strip())
    except (GDALException, GEOSException, ValueError, TypeError, KeyError, AttributeError):
        raise wrong from None
    if shape.srid not in (None, WGS_84, RD_NEW):
        raise ShapeError(_("Geef de vorm in graden (WGS 84), of als WKT met SRID=28992 in RD."))
    if shape.srid is None:
        shape.srid = WGS_84
    return shape


def _flat(shape: GEOSGeometry) -> GEOSGeometry:
    """Leave heights out."""
    return GEOSGeometry(memoryview(WKBWriter(dim=2).write(shape)), srid=shape.srid) if shape.hasz else shape


def _bounds(srid: int | None) -> Polygon:
    bounds = Polygon.from_bbox(RD_BOUNDS if srid == RD_NEW else WGS_84_BOUNDS)
    bounds.srid = srid
    return bounds
