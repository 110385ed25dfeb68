"""Read vector tiles with GDAL, a client that we did not write."""

from __future__ import annotations

from pathlib import Path

import geopandas
import pyogrio
from django.contrib.gis.geos import GEOSGeometry, Point
from django.db import connection

from geo.crs import WEB_MERCATOR
from geo.tiles import Tile

WORLD_M = 40_075_016.685578488


def mercator(geometry: GEOSGeometry) -> GEOSGeometry:
    """Return ``geometry`` in Web Mercator, as PostGIS has it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT ST_AsEWKT(ST_Transform(ST_GeomFromEWKT(%s), %s))", [geometry.ewkt, WEB_MERCATOR])
        return GEOSGeometry(cursor.fetchone()[0])


def tile_at(point: Point, zoom: int) -> Tile:
    """Return the tile that holds ``point`` (RD New)."""
    x, y = mercator(point).coords
    side = WORLD_M / 2**zoom
    return Tile(zoom, int((x + WORLD_M / 2) / side), int((WORLD_M / 2 - y) / side))


def read(content: bytes, tile: Tile, folder: Path) -> dict[str, geopandas.GeoDataFrame]:
    """Return the layers of a tile, in Web Mercator."""
    path = folder / f"{tile.zoom}-{tile.x}-{tile.y}.pbf"
    path.write_bytes(content)
    return {
        name: pyogrio.read_dataframe(path, layer=name, X=tile.x, Y=tile.y, Z=tile.zoom)
        for name, _type in pyogrio.list_layers(path)
    }
