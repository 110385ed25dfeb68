"""Small maps drawn by the server: the wijk, its buurten and its works as SVG in RD New, the y axis downward."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from django.contrib.gis.db.models.functions import AsSVG
from django.contrib.gis.geos import GEOSGeometry, MultiPoint, MultiPolygon, Point, Polygon

from geo.crs import RD_NEW
from geo.models import Buurt, Wijk
from planning.coordination.dossier import Dossier, PlannedWork
from planning.coordination.nearby import Nearby
from planning.initiatives.models import Initiative, NeighbourhoodCentre
from planning.web.timeline import number

MARGIN: Final = 0.04
"""Room around the wijk, as a share of its longest side."""


CENTRE_VIEW_M: Final = 500.0
"""How far around a single centre its map shows, in metres."""


@dataclass(frozen=True)
class Shape:
    """An area or a work: its name and its SVG path."""

    name: str
    path: str


@dataclass(frozen=True)
class WorkShape(Shape):
    """A work, with what decides its colour and pattern."""

    kind: str = ""
    firm: bool = True


@dataclass(frozen=True)
class Spot:
    """A point with a name."""

    name: str
    x: str
    y: str


@dataclass(frozen=True)
class SmallMap:
    """What a small map shows; ``unit`` is the size in metres of a sign on it."""

    view_box: str
    unit: str
    wijk: Shape
    buurten: list[Shape] = field(default_factory=list)
    works: list[WorkShape] = field(default_factory=list)
    initiatives: list[Spot] = field(default_factory=list)
    centres: list[Spot] = field(default_factory=list)


def small_map(dossier: Dossier) -> SmallMap:
    """Return the small map of a dossier; ``dossier.wijk`` must carry ``path``, as ``outlined`` gives it."""
    wijk = dossier.wijk
    buurten = Buurt.objects.filter(wijk=wijk).annotate(path=AsSVG("geometry", relative=True, precision=0))
    initiatives = [initiative for _, group in dossier.initiatives for initiative in group]
    box, unit = _view(wijk.geometry)
    return SmallMap(
        box,
        unit,
        _outline(wijk),
        [Shape(name, path) for name, path in buurten.values_list("name", "path")],
        _work_shapes(dossier.works),
        _spots(initiatives),
        [_spot(open_.centre.name, open_.centre.point) for open_ in dossier.centres],
    )


def outline_maps(wijken: Sequence[Wijk]) -> dict[int, SmallMap]:
    """Return per wijk a map of its outline and buurten alone; one query."""
    buurten: dict[int, list[Shape]] = {}
    rows = Buurt.objects.filter(wijk__in=[wijk.pk for wijk in wijken]).order_by("code")
    for pk, name, path in rows.annotate(path=AsSVG("geometry", relative=True, precision=0)).values_list(
        "wijk", "name", "path"
    ):
        buurten.setdefault(pk, []).append(Shape(name, path))
    maps = {}
    for wijk in wijken:
        box, unit = _view(wijk.geometry)
        maps[wijk.pk] = SmallMap(box, unit, _outline(wijk), buurten.get(wijk.pk, []))
    return maps


def _outline(wijk: Wijk) -> Shape:
    return Shape(wijk.name, getattr(wijk, "path", ""))


def _view(geometry: GEOSGeometry) -> tuple[str, str]:
    """Return the view box around ``geometry`` and the size of a sign in it, in metres."""
    west, south, east, north = geometry.extent
    longest = max(east - west, north - south)
    margin = MARGIN * longest
    box = (west - margin, -north - margin, east - west + 2 * margin, north - south + 2 * margin)
    return " ".join(number(value) for value in box), number(longest / 55)


def _work_shapes(works: Iterable[PlannedWork]) -> list[WorkShape]:
    """Return the works that a path can show, the later on top."""
    return [
        WorkShape(planned.work.name, path, planned.work.kind, planned.work.is_frozen)
        for planned in works
        # A collection of sorts comes as several paths with marks between them, which is no path.
        if (path := getattr(planned.work, "path", "")) and ";" not in path
    ]


def _spots(initiatives: Iterable[Initiative]) -> list[Spot]:
    return [_spot(initiative.title, initiative.geometry.centroid) for initiative in initiatives]


def _spot(name: str, point: Point) -> Spot:
    return Spot(name, number(point.x), number(-point.y))


NEAR_HALF_WIDTH_M: Final = 340.0
NEAR_HALF_HEIGHT_M: Final = 180.0
"""Half the sides of the map around an address, in metres: what lies within a few minutes' walk."""


@dataclass(frozen=True)
class NearMap:
    """The map around a point; ``here`` is that point."""

    view_box: str
    here: Spot
    buurten: list[Shape]
    works: list[WorkShape]
    initiatives: list[Spot]
    centres: list[Spot]


def near_map(nearby: Nearby) -> NearMap:
    """Return the map around what is near; one query, for the buurten."""
    here = nearby.here
    west, north = here.x - NEAR_HALF_WIDTH_M, here.y + NEAR_HALF_HEIGHT_M
    box = Polygon.from_bbox((west, north - 2 * NEAR_HALF_HEIGHT_M, west + 2 * NEAR_HALF_WIDTH_M, north))
    box.srid = here.srid
    buurten = Buurt.objects.filter(geometry__bboverlaps=box).order_by("code")
    centre = [] if nearby.centre is None else [nearby.centre.centre]
    return NearMap(
        " ".join(number(value) for value in (west, -north, 2 * NEAR_HALF_WIDTH_M, 2 * NEAR_HALF_HEIGHT_M)),
        _spot("", here),
        [
            Shape(name, path)
            for name, path in buurten.annotate(path=AsSVG("geometry", relative=True, precision=0)).values_list(
                "name", "path"
            )
        ],
        _work_shapes(PlannedWork(work) for work in nearby.works),
        _spots(nearby.initiatives),
        [_spot(each.name, each.point) for each in centre],
    )


@dataclass(frozen=True)
class CentresMap:
    """The wijken with the centres in them; around one centre the buurten too, with their names."""

    view_box: str
    unit: str
    wijken: list[Shape]
    buurten: list[Shape]
    names: list[Spot]
    centres: list[Spot]


def centres_map(wijken: Sequence[Wijk], centres: Sequence[NeighbourhoodCentre]) -> CentresMap:
    """Return the map of centres; every wijk must carry ``path``, as ``AsSVG`` gives it."""
    places = MultiPoint([centre.point for centre in centres], srid=RD_NEW).buffer(CENTRE_VIEW_M)
    whole = MultiPolygon([polygon for wijk in wijken for polygon in wijk.geometry], srid=RD_NEW)
    alone = len(centres) == 1
    box, unit = _view(places if alone or whole.empty else whole)
    around = Buurt.objects.filter(geometry__intersects=places).defer("mercator") if alone else Buurt.objects.none()
    buurten = list(around.annotate(path=AsSVG("geometry", relative=True, precision=0)).order_by("code"))
    return CentresMap(
        box,
        unit,
        [_outline(wijk) for wijk in wijken],
        [Shape(buurt.name, buurt.path) for buurt in buurten],
        _names(buurten, places.buffer(-CENTRE_VIEW_M / 5)),
        [_spot(centre.name, centre.point) for centre in centres],
    )


def _names(buurten: Iterable[Buurt], seen: GEOSGeometry) -> list[Spot]:
    """Return the names of what fills more than a corner of ``seen``, where they can be written."""
    parts = [(buurt.name, buurt.geometry & seen) for buurt in buurten]
    return [_spot(name, part.point_on_surface) for name, part in parts if part.area > seen.area / 25]
