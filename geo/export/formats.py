"""The forms in which layers can be had as files: those of every layer, and those that an app adds to its own."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from geo.export import gdal
from geo.export.base import Format
from geo.export.excel import write_workbook
from geo.export.parquet import write_parquet
from geo.ogc.systems import CRS84

EXCEL: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMATS: Final = {
    each.extension: each
    for each in (
        Format("gpkg", _("GeoPackage, met stijl voor QGIS"), "application/geopackage+sqlite3", gdal.write_geopackage),
        Format("geojson", "GeoJSON", "application/geo+json", gdal.write_geojson, CRS84),
        Format("fgb", "FlatGeobuf", "application/octet-stream", gdal.write_flatgeobuf),
        Format("parquet", "GeoParquet", "application/vnd.apache.parquet", write_parquet),
        Format("zip", _("Shapefile (zip)"), "application/zip", gdal.write_shapefiles),
        Format("xlsx", "Excel", EXCEL, write_workbook, table=True),
        Format("csv", "CSV", "text/csv; charset=utf-8", gdal.write_csv, table=True),
    )
}
"""What every layer can be had as."""

_own: dict[str, dict[str, Format]] = {}


def declare_format(layer_id: str, form: Format) -> None:
    """Add a form that only this layer can be had as, such as a calendar.

    Raises
    ------
    ValueError
        Where the layer has a form with that extension already.
    """
    if form.extension in formats_of(layer_id):
        raise ValueError(f"{layer_id} can be had as {form.extension} already")
    _own.setdefault(layer_id, {})[form.extension] = form


def formats_of(layer_id: str) -> dict[str, Format]:
    """Return all forms that a layer can be had as, by extension."""
    return FORMATS | _own.get(layer_id, {})
