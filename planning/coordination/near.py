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
from planning.coordination.rows import Row, centre_rows, initiative_rows, with_distance, work_rows
from planning.coordination.selection import Selection
from planning.initiatives.models import InitiativeState

if TYPE_CHECKING:
    from planning.partners.visibility import Viewer

DEFAULT_RADIUS_M: Final = 500
LARGEST_RADIUS_M: Final = 5000
MOST: Final = 50

GONE: Final = (InitiativeState.DECLINED, InitiativeState.WITHDRAWN)
"""States of initiatives that a resident need not be told of."""


def near(
    viewer: Viewer, lon: float, lat: float, radius_m: float = DEFAULT_RADIUS_M, today: dt.date | None = None
) -> dict[str, Any]:
    """Return what lies within ``radius_m`` of a point in WGS 84, nearest first, each with its ``distance``.

    ``nearest_centre`` is the nearest neighbourhood centre at whatever distance, or None where there is none.
    """
    here = Point(lon, lat, srid=WGS_84)
    selection = Selection(viewer, Period(start=today or dt.date.today()))
    works, work_distances = _nearest(selection.works(), "geometry", here, radius_m)
    initiatives, initiative_distances = _nearest(
        selection.initiatives().exclude(state__in=GONE), "geometry", here, radius_m
    )
    centres, nearest_centre = _centres(selection, here, radius_m)
    return {
        "lon": lon,
        "lat": lat,
        "radius": radius_m,
        "initiatives": with_distance(initiative_rows(initiatives), initiative_distances),
        "works": with_distance(work_rows(works, viewer), work_distances),
        "centres": centres,
        "nearest_centre": nearest_centre,
    }
