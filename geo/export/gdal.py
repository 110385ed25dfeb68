"""Records as GeoPackage, GeoJSON, FlatGeobuf, csv or zipped shapefile, written by GDAL."""

from __future__ import annotations

import datetime as dt
import shutil
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyogrio
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from geo.export.base import Export
from geo.export.batches import GEOMETRY
from geo.export.qgis.renderer import qml, shapes_in
from geo.export.styles import style_of
from geo.intake.headers import SHAPEFILE_NAME
from geo.ogc.systems import System

EMPTY: Final[Mapping[str, str]] = {}

INDEXED_UP_TO: Final = 20_000
"""Records of a FlatGeobuf with an index: GDAL builds it in memory, of which each takes some 400 bytes."""

# GDAL would build the index of a GeoPackage in memory whole; from so many bytes on it goes on in the file.
pyogrio.set_gdal_config_options({"OGR_GPKG_MAX_RAM_USAGE_RTREE": str(1 << 20)})


def write_geopackage(export: Export) -> Path:
    """Write a GeoPackage, with the layer's colours where QGIS looks for its default style."""
    # A version that programs of some years ago read too; and a column by the name that the style refers to.
    _whole(export, "GPKG", {"GEOMETRY_NAME": GEOMETRY}, {"VERSION": "1.3"})
    _add_style(export)
    return export.path


def write_geojson(export: Export) -> Path:
    """Write GeoJSON as RFC 7946 has it where it is in WGS 84, and with the name of its system elsewhere."""
    return _whole(export, "GeoJSON", {"RFC7946": "YES"} if export.system == export.form.system else {})


def write_flatgeobuf(export: Export) -> Path:
    """Write a FlatGeobuf, with its spatial index where it is not too large to build."""
    indexed = not export.records.order_by()[INDEXED_UP_TO : INDEXED_UP_TO + 1].exists()
    return _whole(export, "FlatGeobuf", {"SPATIAL_INDEX": "YES" if indexed else "NO"})


def write_csv(export: Export) -> Path:
    """Write what a Dutch Excel opens: semicolons, a mark of UTF-8, days as 2027-05-03, and the place as WKT."""
    schema, batches = export.stream()
    # GDAL would write 2027/05/03, and moments in the time of Greenwich.
    written = pa.schema([pa.field(f.name, pa.string()) if pa.types.is_temporal(f.type) else f for f in schema])
    reader = pa.RecordBatchReader.from_batches(written, (_days_as_text(batch, written) for batch in batches))
    options = {"GEOMETRY": "AS_WKT", "SEPARATOR": "SEMICOLON", "WRITE_BOM": "YES"}
    _gdal(reader, export.path, export.layer.id, "CSV", options, export.system)
    return export.path


def _days_as_text(batch: pa.RecordBatch, schema: pa.Schema) -> pa.RecordBatch:
    columns = [
        pa.array([None if value is None else _as_text(value) for value in column.to_pylist()], pa.string())
        if pa.types.is_temporal(column.type) else column
        for column in batch.columns
    ]  # fmt: skip
    return pa.record_batch(columns, schema=schema)


def _as_text(value: dt.date) -> str:
    return f"{localtime(value):%Y-%m-%d %H:%M:%S}" if isinstance(value, dt.datetime) else value.isoformat()


def _whole(export: Export, driver: str, options: Mapping[str, str], whole: Mapping[str, str] = EMPTY) -> Path:
    reader = pa.RecordBatchReader.from_batches(*export.stream())
    _gdal(reader, export.path, export.layer.id, driver, options, export.system, whole=whole)
    return export.path


def _gdal(
    reader: pa.RecordBatchReader, path: Path, name: str, driver: str, options: Mapping[str, str], system: System,
    geometry_type: str = "Unknown", whole: Mapping[str, str] = EMPTY,
) -> None:  # fmt: skip
    pyogrio.write_arrow(
        reader, path, layer=name, driver=driver, geometry_name=GEOMETRY, geometry_type=geometry_type,
        crs=f"EPSG:{system.srid}", layer_options=dict(options), dataset_options=dict(whole),
    )  # fmt: skip


FAMILIES: Final[Mapping[str, tuple[str, frozenset[int]]]] = {
    "vlakken": ("MultiPolygon", frozenset({3, 6})),
    "lijnen": ("MultiLineString", frozenset({2, 5})),
    "punten": ("Point", frozenset({1, 4})),
}
"""Name, GDAL's type, and the types of WKB in it: a shapefile holds one kind of geometry only."""


def write_shapefiles(export: Export) -> Path:
    """Write a shapefile for each kind of geometry there is, zipped together, with what the format cuts short."""
    schema, batches = export.stream()
    short = _short_names(schema.names)
    inside = export.folder / "shapefile"
    inside.mkdir()
    (inside / "kolommen.txt").write_text(_cut_short(short), encoding="utf-8-sig")
    whole = export.folder / "whole.arrow"
    # A stream can be read only once; on disk it can be read for each kind.
    with pa.OSFile(str(whole), "wb") as sink, pa.ipc.new_stream(sink, schema) as writer:
        for batch in batches:
            writer.write_batch(batch)
    for family, (geometry_type, codes) in FAMILIES.items():
        with pa.OSFile(str(whole), "rb") as source, pa.ipc.open_stream(source) as reader:
            chosen = (some for batch in reader if (some := _of_family(batch, codes)).num_rows)
            first = next(chosen, None)
            if first is None:
                continue
            rest = pa.RecordBatchReader.from_batches(
                pa.schema([field.with_name(short[field.name]) for field in schema]),
                (batch.rename_columns([short[name] for name in schema.names]) for batch in _again(first, chosen)),
            )
            name = f"{export.layer.id}-{family}"
            _gdal(
                rest, inside / f"{name}.shp", name, "ESRI Shapefile", {"ENCODING": "UTF-8"}, export.system,
                geometry_type,
            )  # fmt: skip
    whole.unlink()
    return Path(shutil.make_archive(str(export.path.with_suffix("")), "zip", inside))


def _short_names(names: Iterable[str]) -> dict[str, str]:
    """Return what each column is called in a shapefile; names that would be the same are told apart by a number."""
    short: dict[str, str] = {}
    for name in names:
        cut, number = name if name == GEOMETRY else name[:SHAPEFILE_NAME], 1
        while cut in short.values():
            cut, number = f"{name[: SHAPEFILE_NAME - 2]}_{number}", number + 1
        short[name] = cut
    return short


def _cut_short(short: Mapping[str, str]) -> str:
    """Return what a reader of a shapefile should know of it."""
    said = _("Een shapefile kort in: namen van kolommen tot 10 tekens, teksten tot 254. Een GeoPackage doet dat niet.")
    return "\n".join([said, "", *(f"{cut} = {name}" for name, cut in short.items() if cut != name)]) + "\n"


def _again(first: pa.RecordBatch, rest: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    yield first
    yield from rest


def _of_family(batch: pa.RecordBatch, codes: frozenset[int]) -> pa.RecordBatch:
    # The type of a WKB geometry is its second to fifth byte, the lowest first.
    kinds = [shape is not None and shape[1] in codes for shape in batch.column(GEOMETRY).to_pylist()]
    return batch.filter(pa.array(kinds))


def _add_style(export: Export) -> None:
    style = style_of(export.layer.id)
    if style is None:
        return
    text = qml(style, shapes_in(export.records, export.layer, export.viewer, style))
    with sqlite3.connect(export.path) as file:
        file.execute(
            "CREATE TABLE layer_styles (id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, f_table_catalog TEXT,"
            " f_table_schema TEXT, f_table_name TEXT, f_geometry_column TEXT, styleName TEXT, styleQML TEXT,"
            " styleSLD TEXT, useAsDefault BOOLEAN, description TEXT, owner TEXT, ui TEXT, update_time DATETIME)"
        )
        file.execute(
            "INSERT INTO gpkg_contents (table_name, data_type, identifier, description, srs_id)"
            " VALUES ('layer_styles', 'attributes', 'layer_styles', '', 0)"
        )
        file.execute(
            "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, f_geometry_column, styleName,"
            " styleQML, styleSLD, useAsDefault, description, owner)"
            " VALUES ('', '', ?, ?, 'Mijn Buurt Assen', ?, '', 1, '', '')",
            [export.layer.id, GEOMETRY, text],
        )
