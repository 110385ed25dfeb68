"""Features as GeoJSON, written by PostgreSQL itself: no Python object per record."""

from __future__ import annotations

from typing import Any

from django.db import connections
from django.db.models import QuerySet

from geo.layers import Layer
from geo.ogc.systems import System
from geo.records import PREFIX, selection


def features(records: QuerySet[Any], layer: Layer, viewer: Any, system: System) -> list[tuple[int, str]]:
    """Return each record, in their order, as its identity and the text of a GeoJSON feature; one statement."""
    selected = selection(records, layer, viewer)
    if selected is None:
        return []
    inner, values = selected
    shape = "ST_Transform(item_shape, %s)"
    if system.northing_first:
        shape = f"ST_FlipCoordinates({shape})"
    # Names come from declarations in code, never from a client; values go in as parameters. The texts of geometry and
    # properties are joined as they are: as a value of json they would be read and written once more.
    properties = ", ".join(f'{PREFIX}{name} AS "{name}"' for name in layer.property_names)
    statement = (
        """SELECT item_feature, '{"type":"Feature","id":' || item_feature || ',"geometry":' ||"""  # noqa: S608
        f" coalesce(ST_AsGeoJSON({shape}, %s), 'null') || ',\"properties\":' ||"
        f" (SELECT row_to_json(properties)::text FROM (SELECT {properties}) AS properties) || '}}'"
        f" FROM ({inner}) AS selected"
    )
    with connections[records.db].cursor() as cursor:
        cursor.execute(statement, [system.srid, system.decimals, *values])
        return list(cursor.fetchall())
