"""Mapbox vector tiles, cut by PostGIS: one statement per tile, built from the layer's declaration.

The statement is the layer's own QuerySet, compiled by Django with its parameters kept apart, inside
``ST_AsMVT``. Nothing that a client sends is ever written into SQL.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from operator import attrgetter
from typing import Any, Final, Self

from django.core.exceptions import EmptyResultSet
from django.db.models import F
from django.utils.translation import gettext as _

from geo import layers
from geo.crs import WEB_MERCATOR, WORLD_M
from geo.functions import POINT_ON, GivenGeometry
from geo.layers import DrawnAs, Layer
from geo.parameters import whole_number
from geo.periods import ALWAYS, Period
from geo.prepared import numbered, prepared
from geo.problems import BadRequestError
from geo.versions import tables_read

EXTENT: Final = 4096
"""Units along the side of a tile (Mapbox Vector Tile Specification 2.1, section 4.1)."""

BUFFER: Final = 128
"""Units around a tile that are drawn too, so that outlines and icons run on over its edge."""

DEEPEST_ZOOM: Final = 22
"""Where clients stop asking (MapLibre's highest tile zoom)."""

SIMPLIFY_UNITS: Final = 2
"""Detail below this many units is left out: a quarter of a pixel on a tile drawn 512 pixels wide."""

LABEL_SHARE: Final = 0.2
"""A part of an area gets a point of its own from this share of the area's largest part (our own choice)."""

PLAN_HOLDS_S: Final = 10
"""What anyone may see can depend on the clock; so long at most a plan for them is used again."""

Moment = tuple[dt.date, int]

_PREFIX: Final = "tile_"


@dataclass(frozen=True)
class Tile:
    """A place in the tile grid (Web Mercator quad, y from the north)."""

    zoom: int
    x: int
    y: int

    @classmethod
    def parse(cls, zoom: str, x: str, y: str) -> Self:
        """Return the tile that these parts of an address name.

        Raises
        ------
        BadRequestError
            Where one is no whole number or lies outside the grid.
        """
        numbers = []
        for name, text in (("z", zoom), ("x", x), ("y", y)):
            number = whole_number(text)
            if number is None:
                raise BadRequestError(name, _("“%(text)s” is geen geheel getal.") % {"text": text[:40]})
            numbers.append(number)
        tile = cls(*numbers)
        if tile.zoom > DEEPEST_ZOOM:
            raise BadRequestError("z", _("Zoom loopt van 0 tot en met %(deepest)s.") % {"deepest": DEEPEST_ZOOM})
        for name, number in (("x", tile.x), ("y", tile.y)):
            if number >= 2**tile.zoom:
                raise BadRequestError(
                    name,
                    _("Op zoom %(zoom)s loopt %(name)s van 0 tot en met %(most)s.")
                    % {"zoom": tile.zoom, "name": name, "most": 2**tile.zoom - 1},
                )
        return tile

    @property
    def side_m(self) -> float:
        """Length of its side in metres of Web Mercator."""
        return WORLD_M / 2**self.zoom

    def bounds(self, margin: float = 0.0) -> tuple[float, float, float, float]:
        """Return west, south, east and north in Web Mercator, with a margin (a fraction of its side) around it."""
        side, more = self.side_m, self.side_m * margin
        west, north = self.x * side - WORLD_M / 2, WORLD_M / 2 - self.y * side
        return west - more, north - side - more, west + side + more, north + more

    @property
    def box(self) -> str:
        """Its bounds as PostGIS reads a ``box2d``."""
        west, south, east, north = self.bounds()
        return f"BOX({west} {south},{east} {north})"

    @property
    def surroundings(self) -> str:
        """Its bounds and what is drawn around them, as PostGIS reads a geometry."""
        west, south, east, north = self.bounds(BUFFER / EXTENT)
        corners = ((west, south), (east, south), (east, north), (west, north), (west, south))
        return f"SRID={WEB_MERCATOR};POLYGON(({','.join(f'{x} {y}' for x, y in corners)}))"

    @property
    def tolerance_m(self) -> float:
        """Detail that is left out, in metres of Web Mercator."""
        return SIMPLIFY_UNITS * self.side_m / EXTENT


# Where a plan has one of these, each tile puts in its own value. They are values and no calls, so that the database
# works them out once and not for every record, also where it plans a statement before it knows them.
_BOX, _SURROUNDINGS, _TOLERANCE = (attrgetter(name) for name in ("box", "surroundings", "tolerance_m"))


@dataclass(frozen=True)
class Plan:
    """The one statement that makes tiles of a layer for who is looking; only the place is still open.

    Parameters
    ----------
    statement, values
        Numbered; a value that is a function is given the tile.
    tables
        Those whose changes change the tiles.
    using
        The database.
    """

    statement: str
    values: tuple[Any, ...]
    tables: tuple[str, ...]
    using: str

    @cached_property
    def fingerprint(self) -> str:
        """Return what tells the statement from others, shorter than itself."""
        return hashlib.blake2b(self.statement.encode(), digest_size=16).hexdigest()

    def values_at(self, tile: Tile) -> list[Any]:
        """Return the values of the statement for one tile."""
        return [value(tile) if callable(value) else value for value in self.values]

    def cut(self, tile: Tile) -> bytes:
        """Return the tile, uncompressed; empty where nothing is there."""
        with prepared(self.using) as cursor:
            cursor.execute(self.statement, self.values_at(tile))
            return bytes(cursor.fetchone()[0])


def cut(layer: Layer, tile: Tile, viewer: Any, period: Period = ALWAYS) -> bytes:
    """Return the tile of ``layer`` as ``viewer`` may see it, uncompressed; empty where nothing is there."""
    planned = plan(layer, tile.zoom, viewer, period)
    return b"" if planned is None else planned.cut(tile)


def plan(layer: Layer, zoom: int, viewer: Any, period: Period = ALWAYS) -> Plan | None:
    """Return how tiles at ``zoom`` are made, or None where nothing can be there.

    What anyone may see is planned once for all of them. Who signed in has rights of their own, that can be taken away
    at any moment: for them it is planned each time.
    """
    if zoom < layer.min_zoom:
        return None
    detailed = zoom >= layer.detail_zoom
    if viewer is None or not viewer.is_authenticated:
        return _public_plan(layer.id, detailed, period, *moment())
    return _plan(layer, detailed, viewer, period)


def moment() -> Moment:
    """Return what tells one moment for which what anyone may see is taken to be the same from the next."""
    return dt.date.today(), int(time.monotonic() / PLAN_HOLDS_S)


@lru_cache(maxsize=512)
def _public_plan(layer_id: str, detailed: bool, period: Period, today: dt.date, stretch: int) -> Plan | None:
    layer = layers.get(layer_id)
    return None if layer is None else _plan(layer, detailed, None, period)


def _plan(layer: Layer, detailed: bool, viewer: Any, period: Period) -> Plan | None:
    columns = layer.columns(viewer, detailed=detailed)
    records = (
        layer.records(viewer, period)
        .filter(**{f"{layer.mercator}__bboverlaps": GivenGeometry(_SURROUNDINGS, WEB_MERCATOR)})
        .order_by("pk")
        .annotate(
            **{_PREFIX + "feature": F("pk"), _PREFIX + "shape": F(layer.mercator)},
            **{_PREFIX + name: column for name, column in columns.items()},
        )
        .values(*(_PREFIX + name for name in ("feature", "shape", *columns)))
    )
    try:
        selection, parameters = records.query.sql_with_params()
    except EmptyResultSet:
        return None
    made, more = _statement(layer, list(columns))
    values = (*parameters, *more)
    statement = numbered(f"WITH selected AS MATERIALIZED ({selection}) {made}", values)
    return Plan(statement, values, tables_read(statement, records.db), records.db)


def _statement(layer: Layer, names: list[str]) -> tuple[str, list[Any | Callable[[Tile], Any]]]:
    """Return what makes one tile of ``selected``, with its values.

    Layer and attribute names come from declarations in code, never from a client.
    """
    attributes = "".join(f', {_PREFIX}{name} AS "{name}"' for name in names)
    # ST_AsMVT leaves out what has no geometry; a condition that says so would make PostGIS cut each one twice.
    encode = "coalesce((SELECT ST_AsMVT(tile, %s, %s, 'geom', 'feature') FROM ({}) AS tile), '')"
    shapes = (
        f"SELECT {_PREFIX}feature AS feature{attributes}, "  # noqa: S608 -- declared names, no client's
        "ST_AsMVTGeom({shape}, %s::box2d, %s, %s) AS geom FROM selected"
    )
    if layer.drawn_as is DrawnAs.POINT:
        made = encode.format(shapes.format(shape=POINT_ON.format(_PREFIX + "shape")))
        return f"SELECT {made}", [layer.id, EXTENT, _BOX, EXTENT, BUFFER]
    # Collapsed shapes are kept, so that a small work stays on the map as long as the grid can show it.
    made = encode.format(shapes.format(shape=f"ST_Simplify({_PREFIX}shape, %s, true)"))
    values = [layer.id, EXTENT, _TOLERANCE, _BOX, EXTENT, BUFFER]
    if layer.drawn_as is DrawnAs.SHAPE_AND_POINTS:
        points = _POINTS.format(prefix=_PREFIX, attributes=attributes, point_on=POINT_ON.format("part"))
        made += f" || {encode.format(points)}"
        values += [f"{layer.id}-points", EXTENT, _BOX, EXTENT, LABEL_SHARE]
    return f"SELECT {made}", values


# The largest inscribed circle would give a finer middle, at 5 ms per area against 0.02 (PostGIS 3.3).
_POINTS: Final = """
SELECT {prefix}feature AS feature{attributes}, ST_AsMVTGeom(spot, %s::box2d, %s, 0) AS geom
FROM selected CROSS JOIN LATERAL (
    SELECT geom AS part, ST_Area(geom) AS area, max(ST_Area(geom)) OVER () AS largest
    FROM ST_Dump({prefix}shape)
) AS dumped CROSS JOIN LATERAL (
    SELECT {point_on} AS spot
) AS placed
WHERE area >= %s * largest
"""
