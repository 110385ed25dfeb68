"""Records of a layer as a stream of Arrow batches, read through a cursor on the server."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from typing import Any, Final

import pyarrow as pa
from django.db import connections, models, transaction
from django.db.models import QuerySet

from geo.layers import Layer
from geo.ogc.systems import System
from geo.records import PREFIX, field_types, selection
from geo.text import formula_safe

BATCH: Final = 2_000
GEOMETRY: Final = "geometry"


def stream(
    records: QuerySet[Any], layer: Layer, viewer: Any, system: System, *, for_spreadsheet: bool = False
) -> tuple[pa.Schema, Iterator[pa.RecordBatch]]:
    """Return the columns of a layer, and its records in batches; a transaction stays open while they are read.

    Parameters
    ----------
    records, layer, viewer
        What to read, already filtered to what ``viewer`` may see.
    system
        Coordinates of the geometry, which stands in ``GEOMETRY`` as WKB with x before y.
    for_spreadsheet
        Keeps text from being taken for a formula, and a first day after from being taken for a last day.
    """
    fields = [pa.field("id", pa.int64())]
    types = field_types(records, layer.properties(viewer))
    columns: dict[str, str] = {}
    for name, output in types.items():
        wanted = {name: f"{PREFIX}{name}"} if name not in layer.ends or not for_spreadsheet else {}
        if name in layer.ends:
            wanted[last_day_name(name)] = f"{PREFIX}{name} - 1"
        fields += [pa.field(each, _arrow(output)) for each in wanted]
        columns |= wanted
    fields.append(pa.field(GEOMETRY, pa.binary(), metadata={"ARROW:extension:name": "geoarrow.wkb"}))
    schema = pa.schema(fields)
    return schema, _batches(records, layer, viewer, schema, columns, system, for_spreadsheet)


def last_day_name(end: str) -> str:
    """Return what the last day is called of an attribute that holds the first day after."""
    return end.replace("finish", "last_day")


def _batches(
    records: QuerySet[Any], layer: Layer, viewer: Any, schema: pa.Schema, wanted: Mapping[str, str], system: System,
    for_spreadsheet: bool,
) -> Iterator[pa.RecordBatch]:  # fmt: skip
    selected = selection(records, layer, viewer)
    if selected is None:
        return
    inner, parameters = selected
    columns = "".join(f", {expression}" for expression in wanted.values())
    statement = (
        # Names come from declarations in code, never from a client.
        f"SELECT item_feature{columns}, ST_AsBinary(ST_Transform(item_shape, %s)) FROM ({inner}) AS selected"  # noqa: S608
    )
    connection = connections[records.db]
    connection.ensure_connection()
    # Django's own cursor fetches all rows at once; a named one leaves them on the server.
    with (
        transaction.atomic(using=records.db),
        connection.connection.cursor(name=f"export_{uuid.uuid4().hex}") as cursor,
    ):
        cursor.itersize = BATCH
        cursor.execute(statement, [system.srid, *parameters])
        while rows := cursor.fetchmany(BATCH):
            values = zip(*rows, strict=True)
            arrays = [
                pa.array([_value(v, field.type, for_spreadsheet) for v in column], field.type)
                for field, column in zip(schema, values, strict=True)
            ]
            yield pa.record_batch(arrays, schema=schema)


def _arrow(output: models.Field[Any, Any]) -> pa.DataType:
    if isinstance(output, models.BooleanField):
        return pa.bool_()
    if isinstance(output, models.IntegerField):
        return pa.int64()
    if isinstance(output, models.FloatField | models.DecimalField):
        return pa.float64()
    if isinstance(output, models.DateTimeField):
        return pa.timestamp("ms", "UTC")
    if isinstance(output, models.DateField):
        return pa.date32()
    return pa.string()


def _value(value: Any, kind: pa.DataType, for_spreadsheet: bool) -> Any:
    if value is None:
        return None
    if pa.types.is_string(kind):
        return formula_safe(str(value)) if for_spreadsheet else str(value)
    if pa.types.is_floating(kind):
        return float(value)
    return bytes(value) if pa.types.is_binary(kind) else value
