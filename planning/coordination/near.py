"""What is near a point: initiatives, works that run or come, and neighbourhood centres, by distance."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final, TypeVar

from django.contrib.gis.db.models.functions import Distance
from django.contrib.gis.geos import Point, Polygon
from django.db.models import QuerySet

from geo.crs import RD_NEW, to_rd
from geo.functions import Nearness
from geo.periods import Period
from planning.coordination.rows import Row, centre_rows, initiative_rows, work_rows
from planning.coordination.selection import Selection
from planning.initiatives.models import InitiativeState, NeighbourhoodCentre

if TYPE_CHECKING:
    from planning.partners.viewers import Viewer

T = TypeVar("T")

DEFAULT_RADIUS_M: Final = 500
LARGEST_RADIUS_M: Final = 5000
MOST: Final = 50

GONE: Final = (InitiativeState.DECLINED, InitiativeState.WITHDRAWN)
"""States of initiatives that a resident need not be told of."""


def near(
    viewer: Viewer, lon: float, lat: float, radius_m: float = DEFAULT_RADIUS_M, today: dt.date | None = None
) -> dict[str, Any]:
    """Return what lies within ``radius_m`` of a point in WGS 84, nearest first, each with its ``distance``.

    Works are those under way on ``today`` or still to come. ``nearest_centre`` is the nearest neighbourhood
    centre at whatever distance, or None where there is none.
    """
    here = Point(to_rd(lon, lat), srid=RD_NEW)
    selection = Selection(viewer, Period(start=today or dt.date.today()))
    initiatives = selection.initiatives().exclude(state__in=GONE)
    centres = _nearest_centres(selection, here)
    return {
        "lon": lon,
        "lat": lat,
        "radius": radius_m,
        "initiatives": within(radius_m, initiative_rows(nearest(initiatives, here, radius_m))),
        "works": within(radius_m, work_rows(nearest(selection.works(), here, radius_m), viewer)),
        "centres": [centre for centre in centres if centre["distance"] <= radius_m],
        "nearest_centre": centres[0] if centres else None,
    }


def nearest(records: QuerySet[Any], here: Point, radius_m: float) -> QuerySet[Any]:
    """Return the ``MOST`` nearest of ``records`` to ``here`` (RD New), each with its ``distance``.

    They lie in the square around the circle of ``radius_m`` metres; ``within`` leaves its corners out. A square,
    because the database knows how much lies in one and then walks the index from ``here`` outward; asked for the
    circle it expects next to nothing, and sorts all there is.
    """
    west, south, east, north = here.x - radius_m, here.y - radius_m, here.x + radius_m, here.y + radius_m
    square = Polygon.from_bbox((west, south, east, north))
    square.srid = here.srid
    return (
        records.filter(geometry__bboverlaps=square)
        .annotate(distance=Distance("geometry", here))
        .order_by(Nearness("geometry", here))[:MOST]
    )


def within(radius_m: float, rows: Iterable[T]) -> list[T]:
    """Keep the records or rows that lie within ``radius_m`` metres."""
    return [row for row in rows if _metres(row) <= radius_m]


def _metres(row: Any) -> float:
    return row["distance"] if isinstance(row, dict) else row.distance.m


def _nearest_centres(selection: Selection, here: Point) -> list[Row]:
    """Return open centres and those being set up, nearest first, however far."""
    centres = selection.centres().exclude(state=NeighbourhoodCentre.State.CLOSED)
    return centre_rows(centres.annotate(distance=Distance("point", here)).order_by(Nearness("point", here))[:MOST])
