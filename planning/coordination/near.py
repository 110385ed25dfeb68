"""What is near a point: initiatives, works that run or come, and neighbourhood centres, by distance."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final

from django.contrib.gis.db.models.functions import Distance
from django.contrib.gis.geos import Point
from django.contrib.gis.measure import D
from django.db.models import QuerySet

from geo.crs import WGS_84
from geo.functions import Nearness
from geo.periods import Period
from planning.coordination.rows import Row, centre_rows, initiative_rows, work_rows
from planning.coordination.selection import Selection
from planning.initiatives.models import InitiativeState, NeighbourhoodCentre

if TYPE_CHECKING:
    from planning.partners.viewers import Viewer

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
    here = Point(lon, lat, srid=WGS_84)
    selection = Selection(viewer, Period(start=today or dt.date.today()))
    initiatives = selection.initiatives().exclude(state__in=GONE)
    centres = _nearest_centres(selection, here)
    return {
        "lon": lon,
        "lat": lat,
        "radius": radius_m,
        "initiatives": initiative_rows(nearest(initiatives, here, radius_m)),
        "works": work_rows(nearest(selection.works(), here, radius_m), viewer),
        "centres": [centre for centre in centres if centre["distance"] <= radius_m],
        "nearest_centre": centres[0] if centres else None,
    }


def nearest(records: QuerySet[Any], here: Point, radius_m: float) -> QuerySet[Any]:
    """Return the ``MOST`` nearest of ``records`` within ``radius_m`` metres of ``here``, each with its ``distance``.

    Ordered by the index itself, so that a million records around cost no more than the few that are told.
    """
    return (
        records.filter(geometry__dwithin=(here, D(m=radius_m)))
        .annotate(distance=Distance("geometry", here))
        .order_by(Nearness("geometry", here))[:MOST]
    )


def _nearest_centres(selection: Selection, here: Point) -> list[Row]:
    """Return open centres and those being set up, nearest first, however far."""
    centres = selection.centres().exclude(state=NeighbourhoodCentre.State.CLOSED)
    return centre_rows(centres.annotate(distance=Distance("point", here)).order_by(Nearness("point", here))[:MOST])
