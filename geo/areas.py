"""Which buurt and wijk a place lies in."""

from __future__ import annotations

from django.contrib.gis.db.models.functions import Area, Distance, Intersection, Length
from django.contrib.gis.geos import GEOSGeometry

from geo.models import Buurt


def buurt_holding(geometry: GEOSGeometry) -> Buurt | None:
    """Return the buurt that holds most of ``geometry`` (RD New): by area, else by length, else the nearest.

    None where the geometry touches no buurt at all.
    """
    shared = Intersection("geometry", geometry)
    return (
        Buurt.objects.filter(geometry__intersects=geometry)
        .annotate(area=Area(shared), length=Length(shared), away=Distance("geometry", geometry))
        .order_by("-area", "-length", "away", "code")
        .defer("geometry", "mercator")
        .first()
    )
