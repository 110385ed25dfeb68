"""A small map of one initiative, drawn by the server: where it is, who has a say, works that could take it along."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from django.contrib.gis.db.models.functions import AsSVG
from django.contrib.gis.geos import GEOSGeometry, MultiPolygon, Polygon

from geo.models import Address, Buurt
from planning.initiatives.models import Initiative
from planning.web.small_map import Shape, Spot, WorkShape
from planning.web.timeline import number
from planning.works.models import Work

LEAST_M: Final = 120.0
"""The map shows at least so far around an initiative, in metres."""

MARGIN: Final = 1.15
MOST_ADDRESSES: Final = 2000
RATIO: Final = 0.62
"""Height of the map as a share of its width."""


@dataclass(frozen=True)
class PlaceMap:
    """What the map shows; ``unit`` is the size in metres of a sign on it, ``shape`` is empty for a point."""

    view_box: str
    unit: str
    scale: str
    spot: Spot
    shape: str
    area: str
    buurten: list[Shape]
    works: list[WorkShape]
    addresses: list[tuple[str, str]]


def place_map(
    title: str, geometry: GEOSGeometry, area: MultiPolygon | None = None, works: Iterable[Work] = ()
) -> PlaceMap:
    """Return the map of a place in RD New; two queries, for the buurten and for the addresses.

    The addresses are those that have a say, or all on the map where nobody has yet.
    """
    west, south, east, north = (area or geometry).extent
    middle = ((west + east) / 2, (south + north) / 2)
    half = max(LEAST_M, (east - west) / 2 * MARGIN, (north - south) / 2 * MARGIN / RATIO)
    box = Polygon.from_bbox((middle[0] - half, middle[1] - half * RATIO, middle[0] + half, middle[1] + half * RATIO))
    box.srid = geometry.srid
    buurten = Buurt.objects.filter(geometry__bboverlaps=box).order_by("code")
    spot: Any = geometry if geometry.geom_type == "Point" else geometry.point_on_surface
    return PlaceMap(
        view_box=" ".join(number(v) for v in (box.extent[0], -box.extent[3], 2 * half, 2 * half * RATIO)),
        unit=number(half / 60),
        scale=number(half / 300),
        spot=Spot(title, number(spot.x), number(-spot.y)),
        shape="" if geometry.geom_type == "Point" else svg_path(geometry),
        area=svg_path(area) if area is not None else "",
        buurten=[
            Shape(name, path)
            for name, path in buurten.annotate(path=AsSVG("geometry", relative=True, precision=0)).values_list(
                "name", "path"
            )
        ],
        works=[
            WorkShape(work.name, path, work.kind, work.is_frozen)
            for work in works
            if (path := getattr(work, "path", "")) and ";" not in path
        ],
        addresses=[(number(point.x), number(-point.y)) for point in _points(area or box)],
    )


def initiative_map(initiative: Initiative, works: Iterable[Work] = ()) -> PlaceMap:
    """Return the map of an initiative with its area, where it has one."""
    area = getattr(initiative, "support_area", None)
    return place_map(initiative.title, initiative.geometry, area.geometry if area else None, works)


def _points(area: GEOSGeometry) -> Iterable[Any]:
    return Address.objects.filter(point__intersects=area).values_list("point", flat=True)[:MOST_ADDRESSES]


def svg_path(geometry: Any) -> str:
    """Return lines and areas in RD New as an SVG path, the y axis downward."""
    if geometry.geom_type in ("MultiPolygon", "MultiLineString", "GeometryCollection"):
        return " ".join(svg_path(part) for part in geometry)
    if geometry.geom_type == "Polygon":
        return " ".join(f"{_line(ring)}Z" for ring in geometry.coords)
    if geometry.geom_type == "LineString":
        return _line(geometry.coords)
    return ""


def _line(coords: Iterable[tuple[float, ...]]) -> str:
    return "M" + "L".join(f"{number(x)} {number(-y)}" for x, y, *_ in coords)
