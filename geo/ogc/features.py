"""Features as GeoJSON, written by PostgreSQL itself: no Python object per record."""

from __future__ import annotations

from typing import Any

from django.db import connections
from django.db.models import QuerySet

from geo.layers import Layer
from geo.ogc.systems import System
from geo.records import PREFIX, selection


def features(records: QuerySet[Any], layer: Layer, viewer: Any, system: System) -> list[str]:
    """Return each record, in their order, as the text of a GeoJSON feature in ``system``; one statement."""
    selected = selection(records, layer, viewer)
    if selected is None:
        return []
    inner, values = selected
    shape = "ST_Transform(item_shape, %s)"
    if system.northing_first:
        shape = f"ST_FlipCoordinates({shape})"
    # Names come from declarations in code, never from a client; values go in as parameters.
    pairs = ", ".join(f"'{name}', {PREFIX}{name}" for name in layer.properties(viewer))
    statement = (
        "SELECT json_build_object('type', 'Feature', 'id', item_feature,"  # noqa: S608
        f" 'geometry', ST_AsGeoJSON({shape}, %s)::json, 'properties', json_build_object({pairs}))::text"
        f" FROM ({inner}) AS selected"
    )
    with connections[records.db].cursor() as cursor:
        cursor.execute(statement, [system.srid, system.decimals, *values])
        return [text for (text,) in cursor.fetchall()]
