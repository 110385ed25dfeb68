"""The coordinate systems of the product: the only place where an SRID is written.

Geometry is stored in RD New (metres, so that distances and areas are what a planner means by them), drawn
in Web Mercator and exchanged in WGS 84 unless a client asks otherwise.
"""

from functools import cache
from typing import Final

from pyproj import Transformer

RD_NEW: Final = 28992
"""Amersfoort / RD New, metres; what is stored."""

WGS_84: Final = 4326
"""Longitude and latitude in degrees; what RFC 7946 exchanges."""

WEB_MERCATOR: Final = 3857
"""Pseudo-Mercator, metres at the equator; what vector tiles are cut from."""

WORLD_M: Final = 40_075_016.685578488
"""Side of the square world in Web Mercator, metres at the equator (2 pi times 6378137)."""

RD_BOUNDS: Final = (-7_000.0, 289_000.0, 300_000.0, 629_000.0)
"""Where RD New is valid: xmin, ymin, xmax, ymax in metres (source: EPSG:28992, area of use, rounded outward)."""

WGS_84_BOUNDS: Final = (3.2, 50.7, 7.3, 53.7)
"""The same area in degrees: west, south, east, north."""


def looks_like_rd(x: float, y: float) -> bool:
    """Whether a coordinate pair can be RD New metres in the Netherlands."""
    xmin, ymin, xmax, ymax = RD_BOUNDS
    return xmin <= x <= xmax and ymin <= y <= ymax


def looks_like_wgs84(lon: float, lat: float) -> bool:
    """Whether a coordinate pair can be longitude and latitude, in that order, in the Netherlands."""
    west, south, east, north = WGS_84_BOUNDS
    return west <= lon <= east and south <= lat <= north


def to_rd(lon: float, lat: float) -> tuple[float, float]:
    """Return a place in degrees as metres in RD New: by a transformation that is made once, not once a point."""
    x, y = _degrees_to_rd().transform(lon, lat)
    return float(x), float(y)


@cache
def _degrees_to_rd() -> Transformer:
    return Transformer.from_crs(WGS_84, RD_NEW, always_xy=True)
