"""Rows of a draft in the database: their cells as JSON, and what a check made of them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any

import shapely
from django.contrib.gis.geos import GEOSGeometry
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection
from shapely.geometry.base import BaseGeometry

from geo.crs import RD_NEW
from geo.intake.tables import Cell
from planning.works.importing.rows import Difference, RowResult
from planning.works.models import WorkImportDraft


def as_json(cell: Cell) -> str | int | float | bool | None:
    """Return a cell as it can be kept: a geometry as WKT with its system, which reads back as the same."""
    if isinstance(cell, BaseGeometry):
        return f"SRID={RD_NEW};{shapely.to_wkt(cell, rounding_precision=-1)}"
    return cell


def store(draft: WorkImportDraft, results: Sequence[RowResult]) -> None:
    """Keep what a check made of rows, in one statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE works_workimportrow r SET outcome = v.outcome, key = v.key, name = v.name, kind = v.kind,
                planned_start = v.planned_start, planned_finish = v.planned_finish, date_precision = v.date_precision,
                work_id = v.work_id, changes = v.changes, problems = v.problems, repairs = v.repairs,
                geometry = ST_GeomFromWKB(decode(v.geometry, 'hex'), %s)
            FROM jsonb_to_recordset(%s::jsonb) AS v(number int, outcome text, key text, name text, kind text,
                planned_start date, planned_finish date, date_precision text, work_id bigint, changes jsonb,
                problems jsonb, repairs jsonb, geometry text)
            WHERE r.draft_id = %s AND r.number = v.number
            """,
            [RD_NEW, json.dumps([_stored(row) for row in results], cls=DjangoJSONEncoder), draft.pk],
        )


def _stored(row: RowResult) -> dict[str, Any]:
    values = row.values
    shape = values.get("geometry")
    return {
        "number": row.number,
        "outcome": row.outcome.value,
        "key": values.get("external_id", ""),
        "name": values.get("name", ""),
        "kind": values.get("kind", ""),
        "planned_start": values.get("planned_start"),
        "planned_finish": values.get("planned_finish"),
        "date_precision": values.get("date_precision", ""),
        "work_id": row.work.pk if row.work else None,
        "changes": changes_of(row.differences),
        "problems": [asdict(problem) for problem in row.problems],
        "repairs": [asdict(repair) for repair in row.repairs],
        "geometry": shapely.to_wkb(shape, hex=True) if shape is not None else None,
    }


def changes_of(differences: Iterable[Difference]) -> list[dict[str, Any]]:
    """Return differences as JSON; a geometry by its kind and size, for the map shows the rest."""
    listed = [{"field": d.field, "before": _said(d.before), "after": _said(d.after)} for d in differences]
    return list(json.loads(json.dumps(listed, cls=DjangoJSONEncoder)))


def _said(value: Any) -> Any:
    if isinstance(value, GEOSGeometry):
        value = shapely.from_wkb(bytes(value.wkb))
    if isinstance(value, BaseGeometry):
        return {"type": value.geom_type, "m2": round(value.area, 1), "m": round(value.length, 1)}
    return value
