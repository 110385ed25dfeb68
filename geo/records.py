"""Records of a layer with their attributes, as the exchange forms read them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.core.exceptions import EmptyResultSet
from django.db import models
from django.db.models import F, QuerySet
from django.db.models.expressions import Combinable

from geo.layers import Layer

PREFIX: Final = "item_"
"""Before each name in a statement, so that no attribute hides a column of the table."""


def field_types(records: QuerySet[Any], columns: Mapping[str, Combinable]) -> dict[str, models.Field[Any, Any]]:
    """Return of what type each attribute comes from the database."""
    annotations = records.annotate(**{PREFIX + name: column for name, column in columns.items()}).query.annotations
    return {name: annotations[PREFIX + name].output_field for name in columns}


def selection(records: QuerySet[Any], layer: Layer, viewer: Any) -> tuple[str, list[Any]] | None:
    """Return the statement for whole records, with its values; None where nothing can be there.

    Its columns are ``item_feature`` (the identity), ``item_shape`` (the geometry in RD New) and, with the same prefix,
    the properties of the layer. Names come from declarations in code, never from a client.
    """
    properties = layer.properties(viewer)
    columns = {"feature": F("pk"), "shape": F(layer.geometry), **properties}
    chosen = records.annotate(**{PREFIX + name: column for name, column in columns.items()})
    try:
        statement, values = chosen.values(*(PREFIX + name for name in columns)).query.sql_with_params()
    except EmptyResultSet:
        return None
    return statement, list(values)
