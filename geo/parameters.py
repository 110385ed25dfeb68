"""What clients write: whole numbers, numbers, boxes and packings, read in one place, or refused in plain words."""

from __future__ import annotations

import math
import re
from itertools import pairwise
from typing import Final, cast

from django.contrib.gis.geos import MultiPolygon, Polygon
from django.utils.translation import gettext as _

from geo.crs import RD_NEW, WGS_84, WGS_84_BOUNDS
from geo.problems import BadRequestError

LARGEST: Final = 2**63 - 1
"""What the database's whole numbers hold."""

_WEIGHT_0: Final = re.compile(r";\s*q=0(\.0*)?\s*$")


def read_encodings(header: str) -> list[tuple[str, bool]]:
    """Return the packings that an Accept-Encoding names, each with whether the client takes it.

    A weight of 0 means anything but that (RFC 9110, section 12.5.3).
    """
    named = header.lower().split(",")
    return [(each.partition(";")[0].strip(), not _WEIGHT_0.search(each)) for each in named]


def whole_number(text: str, most: int = LARGEST) -> int | None:
    """Return the whole number that ``text`` writes in plain digits, or None where that is none up to ``most``."""
    # Longer than any bound: not even made a number of.
    if text.isascii() and text.isdigit() and len(text) <= 19 and int(text) <= most:
        return int(text)
    return None


def read_whole(text: str, name: str, least: int = 0, most: int = LARGEST) -> int:
    """Return the whole number from ``least`` to ``most`` that ``text``, the value of ``name``, writes.

    Raises
    ------
    BadRequestError
        Where it writes none, or one outside these bounds.
    """
    number = whole_number(text, most)
    if number is not None and number >= least:
        return number
    values = {"text": text[:40], "least": least, "most": most}
    if most == LARGEST:
        raise BadRequestError(name, _("“%(text)s” is geen geheel getal vanaf %(least)s.") % values)
    raise BadRequestError(name, _("“%(text)s” is geen geheel getal van %(least)s tot en met %(most)s.") % values)


def read_number(text: str, name: str) -> float:
    """Return the number that ``text`` writes; raises BadRequestError where it is none, or infinite."""
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise BadRequestError(name, _("“%(text)s” is geen getal.") % {"text": text[:40]})
    return number


def read_box(
    text: str, srid: int = WGS_84, *, northing_first: bool = False, across: bool = False, name: str = "bbox"
) -> Polygon | MultiPolygon:
    """Return the box that ``text`` writes ("west,south,east,north", or six numbers with heights), in RD New.

    Of a box that reaches outside the Netherlands only the part inside is left, which may be nothing: an empty polygon.

    Parameters
    ----------
    srid, northing_first
        The coordinate system of the numbers, and whether it writes north before east.
    across
        Whether a box in degrees may run over the date line, with its west in the east.

    Raises
    ------
    BadRequestError
        Where it is no box.
    """
    numbers = [read_number(part, name) for part in text.split(",")]
    if len(numbers) not in (4, 6):
        raise BadRequestError(name, _("Een vak heeft vier getallen: west,zuid,oost,noord (of zes, met hoogte)."))
    if len(numbers) == 6:
        numbers = [*numbers[:2], *numbers[3:5]]
    if northing_first:
        numbers = [numbers[1], numbers[0], numbers[3], numbers[2]]
    west, south, east, north = numbers
    degrees = srid == WGS_84
    if south > north or (west > east and not (degrees and across)):
        raise BadRequestError(name, _("Een vak loopt van west naar oost en van zuid naar noord."))
    if degrees and not (min(west, east) >= -180 and max(west, east) <= 180 and south >= -90 and north <= 90):
        raise BadRequestError(
            name, _("Dit vak ligt buiten de wereld; geef de lengte (6,5) en de breedte (53) in graden.")
        )
    # A box over the date line is two.
    spans = [(west, east)] if west <= east else [(west, 180.0), (-180.0, east)]
    boxes = [box for first, last in spans if (box := _in_rd(first, south, last, north, srid)) is not None]
    if not boxes:
        return Polygon(srid=RD_NEW)
    return boxes[0] if len(boxes) == 1 else MultiPolygon(boxes, srid=RD_NEW)


def _in_rd(west: float, south: float, east: float, north: float, srid: int) -> Polygon | None:
    """Return the part of a box where RD New holds, None where there is none."""
    bounds = Polygon.from_bbox(WGS_84_BOUNDS)
    bounds.srid = WGS_84
    limits = bounds.transform(srid, clone=True).extent
    west, south = max(west, limits[0]), max(south, limits[1])
    east, north = min(east, limits[2]), min(north, limits[3])
    if west > east or south > north:
        return None
    box = Polygon.from_bbox((west, south, east, north))
    box.srid = srid
    # The sides of a box in degrees are no straight lines in RD New; a few points more keep them close.
    return cast(Polygon, _densified(box).transform(RD_NEW, clone=True)) if srid != RD_NEW else box


def _densified(box: Polygon, parts: int = 8) -> Polygon:
    xmin, ymin, xmax, ymax = box.extent
    corners = [(xmin, ymin), (xmax, ymin), (xmax, ymax), (xmin, ymax), (xmin, ymin)]
    ring = [
        (a[0] + (b[0] - a[0]) * k / parts, a[1] + (b[1] - a[1]) * k / parts)
        for a, b in pairwise(corners)
        for k in range(parts)
    ]
    return Polygon([*ring, ring[0]], srid=box.srid)
