"""Records as the text of GeoJSON features, written by PostgreSQL itself: no Python object per value."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import models
from django.db.models.expressions import Combinable, Value
from django.db.models.functions import Coalesce


class RowText(models.Func):
    """A JSON object of some columns, as text; their names come from declarations in code, never from a client."""

    output_field = models.TextField()

    def __init__(self, *columns: Combinable, names: tuple[str, ...], **extra: Any) -> None:
        super().__init__(*columns, **extra)
        self.names = names

    def as_sql(self, compiler: Any, connection: Any, **extra: Any) -> tuple[str, list[Any]]:  # type: ignore[override]
        """Return the expression: a row of its own, since that is what PostgreSQL writes quickest."""
        columns, values = [], []
        for name, column in zip(self.names, self.get_source_expressions(), strict=True):
            sql, given = compiler.compile(column)
            columns.append(f'{sql} AS "{name}"')
            values += given
        if not columns:
            return "'{}'", []
        row = ", ".join(columns)
        return f"(SELECT row_to_json(of_row)::text FROM (SELECT {row}) AS of_row)", values  # noqa: S608 -- as above


class FeatureText(models.Func):
    """A GeoJSON feature as text.

    Geometry and properties are joined as the texts that they are: as values of json they would be read and written
    once more.
    """

    output_field = models.TextField()
    arg_joiner = " || "
    template = "(%(expressions)s)"

    def __init__(
        self, identity: str | Combinable, geojson: Combinable, properties: Mapping[str, Combinable], **extra: Any
    ) -> None:
        super().__init__(
            Value('{"type":"Feature","id":'),
            identity,
            Value(',"geometry":'),
            Coalesce(geojson, Value("null"), output_field=models.TextField()),
            Value(',"properties":'),
            RowText(*properties.values(), names=tuple(properties)),
            Value("}"),
            **extra,
        )
