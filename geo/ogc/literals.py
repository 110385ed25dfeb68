"""Shapes and moments that stand in a filter themselves, and what two of them are to each other."""

from __future__ import annotations

import datetime as dt
import json
import operator
from collections.abc import Callable, Mapping
from typing import Any, Final

import shapely
from django.contrib.gis.geos import GEOSGeometry, MultiPolygon, Polygon

from geo.crs import RD_NEW, WGS_84, WGS_84_BOUNDS
from geo.ogc.systems import System
from geo.parameters import read_box

LONGEST_SIDE_DEG: Final = 0.05
"""A straight line in degrees is none in RD New; sides up to this length stay within half a metre of it."""

_ORDERS: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "=": operator.eq, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip


def is_shape(node: Any) -> bool:
    """Return whether a node of a filter is a shape that is written out."""
    return isinstance(node, dict) and ("bbox" in node or "coordinates" in node or "geometries" in node)


def read_shape(node: Any, system: System) -> GEOSGeometry:
    """Return a shape of a filter in RD New: of what reaches outside the Netherlands the part inside, maybe nothing.

    All that is stored lies inside, so that to be in, beside or across the part is to be so to the whole.

    Raises
    ------
    ValueError, KeyError, TypeError
        Or what GEOS, GDAL and shapely have for what is no geometry, or lies outside the world.
    """
    if "bbox" in node:
        box = ",".join(str(float(side)) for side in node["bbox"])
        return read_box(box, system.srid, northing_first=system.northing_first, across=True, name="filter")
    shape = shapely.from_wkb(bytes(GEOSGeometry(json.dumps(node)).wkb))
    if system.northing_first:
        shape = shapely.transform(shape, lambda places: places[:, ::-1])
    if system.srid == RD_NEW:
        return GEOSGeometry(memoryview(shapely.to_wkb(shape)), srid=RD_NEW)
    west, south, east, north = shape.bounds
    if system.srid == WGS_84 and not (west >= -180 and east <= 180 and south >= -90 and north <= 90):
        raise ValueError("outside the world")
    inside = Polygon.from_bbox(WGS_84_BOUNDS)
    inside.srid = WGS_84
    limits = shapely.box(*inside.transform(system.srid, clone=True).extent)
    if not limits.covers(shapely.box(west, south, east, north)):
        shape = shape.intersection(limits)
    if shape.is_empty:
        return MultiPolygon(srid=RD_NEW)
    if system.srid == WGS_84:
        shape = shapely.segmentize(shape, LONGEST_SIDE_DEG)
    return GEOSGeometry(memoryview(shapely.to_wkb(shape)), srid=system.srid).transform(RD_NEW, clone=True)


def in_order(op: str, first: str, second: str) -> bool:
    """Return whether two days or moments are so to each other; raises ValueError where one is neither."""
    return _ORDERS[op](_moment(first), _moment(second))


def _moment(text: str) -> dt.datetime:
    moment = dt.datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
