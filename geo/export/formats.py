"""The forms in which a layer can be had as a file, and how GDAL writes each."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyogrio
from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from geo.export.batches import GEOMETRY, stream
from geo.export.excel import write_workbook
from geo.export.styles import style_of
from geo.layers import Layer
from geo.ogc.systems import CRS84, RD, System


@dataclass(frozen=True)
class Format:
    """One form of file.

    Parameters
    ----------
    extension, title, media
        Of its name, for people, and for browsers.
    driver, options
        Of GDAL.
    system
        In which coordinates it comes where nothing else is asked.
    table
        Whether it opens in a spreadsheet, which has no geometry of its own.
    """

    extension: str
    title: str | Promise
    media: str
    driver: str
    options: Mapping[str, str] = field(default_factory=dict)
    system: System = RD
    table: bool = False


EXCEL: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMATS: Final = {
    each.extension: each
    for each in (
        Format("gpkg", _("GeoPackage, met stijl voor QGIS"), "application/geopackage+sqlite3", "GPKG"),
        Format("geojson", "GeoJSON", "application/geo+json", "GeoJSON", {"RFC7946": "YES"}, CRS84),
        Format("fgb", "FlatGeobuf", "application/octet-stream", "FlatGeobuf"),
        Format("zip", _("Shapefile (zip)"), "application/zip", "ESRI Shapefile", {"ENCODING": "UTF-8"}),
        Format("xlsx", "Excel", EXCEL, "XLSX", table=True),
        Format("csv", "CSV", "text/csv; charset=utf-8", "CSV", {"GEOMETRY": "AS_WKT", "SEPARATOR": "SEMICOLON",
                                                             "WRITE_BOM": "YES"}, table=True),
    )
}  # fmt: skip


def write(
    records: QuerySet[Any], layer: Layer, viewer: Any, form: Format, folder: Path, system: System | None = None
) -> Path:
    """Write records of a layer to a file in ``folder`` and return its path; one batch at a time is in memory."""
    system = system or form.system
    schema, batches = stream(records, layer, viewer, system, for_spreadsheet=form.table)
    if form.driver == "ESRI Shapefile":
        return _shapefiles(schema, batches, layer, folder, system)
    path = folder / f"{layer.id}.{form.extension}"
    if form.driver == "XLSX":
        write_workbook(path, str(layer.title), schema, batches)
        return path
    _gdal(pa.RecordBatchReader.from_batches(schema, batches), path, layer.id, form.driver, form.options, system)
    if form.driver == "GPKG":
        _add_style(path, layer)
    return path


def _gdal(
    reader: pa.RecordBatchReader, path: Path, name: str, driver: str, options: Mapping[str, str], system: System,
    geometry_type: str = "Unknown",
) -> None:  # fmt: skip
    pyogrio.write_arrow(
        reader, path, layer=name, driver=driver, geometry_name=GEOMETRY, geometry_type=geometry_type,
        crs=f"EPSG:{system.srid}", layer_options=dict(options),
    )  # fmt: skip


FAMILIES: Final[Mapping[str, tuple[str, frozenset[int]]]] = {
    "vlakken": ("MultiPolygon", frozenset({3, 6})),
    "lijnen": ("MultiLineString", frozenset({2, 5})),
    "punten": ("Point", frozenset({1, 4})),
}
"""Name, GDAL's type, and the types of WKB in it: a shapefile holds one kind of geometry only."""


def _shapefiles(schema: pa.Schema, batches: Any, layer: Layer, folder: Path, system: System) -> Path:
    """Write a shapefile for each kind of geometry there is, zipped together."""
    inside = folder / "shapefile"
    inside.mkdir()
    whole = folder / "whole.arrow"
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
            rest = pa.RecordBatchReader.from_batches(schema, _again(first, chosen))
            _gdal(
                rest, inside / f"{layer.id}-{family}.shp", f"{layer.id}-{family}", "ESRI Shapefile",
                {"ENCODING": "UTF-8"}, system, geometry_type,
            )  # fmt: skip
    whole.unlink()
    return Path(shutil.make_archive(str(folder / layer.id), "zip", inside))


def _again(first: pa.RecordBatch, rest: Any) -> Any:
    yield first
    yield from rest


def _of_family(batch: pa.RecordBatch, codes: frozenset[int]) -> pa.RecordBatch:
    # The type of a WKB geometry is its second to fifth byte, the lowest first.
    kinds = [shape is not None and shape[1] in codes for shape in batch.column(GEOMETRY).to_pylist()]
    return batch.filter(pa.array(kinds))


def _add_style(path: Path, layer: Layer) -> None:
    """Put the layer's colours into a GeoPackage where QGIS looks for its default style."""
    style = style_of(layer.id)
    if style is None:
        return
    with sqlite3.connect(path) as file:
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
            [layer.id, GEOMETRY, style],
        )
