"""Features as GeoJSON, written by PostgreSQL itself: no Python object per record."""

from __future__ import annotations

from typing import Any, Final

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import F, QuerySet

from geo.layers import Layer
from geo.ogc.systems import System

_PREFIX: Final = "item_"


def features(records: QuerySet[Any], layer: Layer, viewer: Any, system: System) -> list[str]:
    """Return each record, in their order, as the text of a GeoJSON feature in ``system``; one statement."""
    properties = layer.properties(viewer)
    selected = records.annotate(
        **{_PREFIX + "feature": F("pk"), _PREFIX + "shape": F(layer.geometry)},
        **{_PREFIX + name: column for name, column in properties.items()},
    ).values(*(_PREFIX + name for name in ("feature", "shape", *properties)))
    try:
        selection, parameters = selected.query.sql_with_params()
    except EmptyResultSet:
        return []
    shape = "ST_Transform(item_shape, %s)"
    if system.northing_first:
        shape = f"ST_FlipCoordinates({shape})"
    # Names come from declarations in code, never from a client; values go in as parameters.
    pairs = ", ".join(f"'{name}', {_PREFIX}{name}" for name in properties)
    statement = (
        "SELECT json_build_object('type', 'Feature', 'id', item_feature,"  # noqa: S608
        f" 'geometry', ST_AsGeoJSON({shape}, %s)::json, 'properties', json_build_object({pairs}))::text"
        f" FROM ({selection}) AS selected"
    )
    with connections[records.db].cursor() as cursor:
        cursor.execute(statement, [system.srid, system.decimals, *parameters])
        return [text for (text,) in cursor.fetchall()]
