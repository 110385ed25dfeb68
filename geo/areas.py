"""Which buurt and wijk a place lies in."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib.gis.db.models.functions import Area, Distance, Intersection, Length
from django.contrib.gis.geos import GEOSGeometry
from django.db import connection
from django.db.models import Model

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


def locate_all(model: type[Model], ids: Sequence[int], column: str) -> None:
    """Note for many records, in one statement, the buurt that holds most of each; ``column`` is their geometry."""
    if not ids:
        return
    table = connection.ops.quote_name(model._meta.db_table)
    shape = f"r.{connection.ops.quote_name(column)}"
    # Names of ours, never a client's.
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} r SET buurt_id = held.buurt FROM ("  # noqa: S608
            f" SELECT DISTINCT ON (r.id) r.id, b.id AS buurt"
            f" FROM {table} r JOIN geo_buurt b ON ST_Intersects(b.geometry, {shape}) WHERE r.id = ANY(%s)"
            f" ORDER BY r.id, ST_Area(ST_Intersection(b.geometry, {shape})) DESC,"
            f" ST_Length(ST_Intersection(b.geometry, {shape})) DESC, b.code"
            ") held WHERE r.id = held.id AND r.buurt_id IS DISTINCT FROM held.buurt",
            [list(ids)],
        )
