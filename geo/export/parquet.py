"""Records as GeoParquet (version 1.1), which GeoPandas, DuckDB, QGIS and the like read column by column."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pyproj
import shapely

from geo.crs import WGS_84
from geo.export.base import Export
from geo.export.batches import GEOMETRY

VERSION: Final = "1.1.0"
ROWS_PER_GROUP: Final = 20_000
"""Rows that a reader takes in at a time: large enough to pack well, small enough to hold in memory."""


def write_parquet(export: Export) -> Path:
    """Write GeoParquet; what it says of its geometry is noted on the way, and stands at the end of the file."""
    schema, batches = export.stream()
    types: set[str] = set()
    west = south = np.inf
    east = north = -np.inf
    waiting: list[pa.RecordBatch] = []

    with pq.ParquetWriter(export.path, schema, compression="zstd") as writer:

        def empty() -> None:
            writer.write_table(pa.Table.from_batches(waiting, schema), ROWS_PER_GROUP)
            waiting.clear()

        for batch in batches:
            shapes = shapely.from_wkb(batch.column(GEOMETRY).to_pylist())
            types |= {shapely.GeometryType(code).name.title() for code in np.unique(shapely.get_type_id(shapes))}
            bounds = shapely.bounds(shapes)
            west, south = min(west, bounds[:, 0].min()), min(south, bounds[:, 1].min())
            east, north = max(east, bounds[:, 2].max()), max(north, bounds[:, 3].max())
            waiting.append(batch)
            if sum(each.num_rows for each in waiting) >= ROWS_PER_GROUP:
                empty()
        if waiting:
            empty()
        box = [float(side) for side in (west, south, east, north)] if types else None
        writer.add_key_value_metadata({"geo": json.dumps(_described(sorted(types), box, export.system.srid))})
    return export.path


def _described(types: list[str], box: list[float] | None, srid: int) -> dict[str, Any]:
    """Return the file's own words on its geometry, as GeoParquet wants them."""
    names = {"Linestring": "LineString", "Multipoint": "MultiPoint", "Multilinestring": "MultiLineString",
             "Multipolygon": "MultiPolygon", "Geometrycollection": "GeometryCollection"}  # fmt: skip
    column: dict[str, Any] = {"encoding": "WKB", "geometry_types": sorted(names.get(kind, kind) for kind in types)}
    if box is not None:
        column["bbox"] = box
    # Left out it is WGS 84 with the longitude first, as it is here too, and not EPSG:4326.
    if srid != WGS_84:
        column["crs"] = pyproj.CRS.from_epsg(srid).to_json_dict()
    return {"version": VERSION, "primary_column": GEOMETRY, "columns": {GEOMETRY: column}}
