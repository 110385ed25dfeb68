"""Vector files from outside to tables, through GDAL."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pyogrio
from pyogrio.errors import DataSourceError

from geo.crs import RD_NEW, WGS_84, looks_like_rd, looks_like_wgs84
from geo.intake.gate import UnreadableFileError, check_file, unreadable_map, vector_member


def layer_names(path: Path) -> list[str]:
    """Return the names of the layers in a vector file, in the file's order.

    Raises
    ------
    UnreadableFileError
        Where GDAL cannot read it.
    """
    check_file(path)
    try:
        return [str(name) for name, _ in pyogrio.list_layers(source(path))]
    except (DataSourceError, ValueError) as error:
        raise unreadable_map(path) from error


def read_layer(path: Path, layer: str | None = None, most: int | None = None) -> tuple[gpd.GeoDataFrame, list[str]]:
    """Return a layer as a table with its geometry in RD New, and notices in Dutch on what was assumed.

    A file that does not state its coordinate system is read by its coordinates: RD New or WGS 84.

    Raises
    ------
    UnreadableFileError
        Where GDAL cannot read it, it has over ``most`` features, or its coordinates are of no system used in the
        Netherlands.
    """
    check_file(path)
    try:
        if most is not None and (count := pyogrio.read_info(source(path), layer=layer)["features"]) > most:
            raise UnreadableFileError(f"{path.name} heeft {count} rijen; hooguit {most} kunnen in één keer.")
        frame = gpd.read_file(source(path), layer=layer, engine="pyogrio")
    except (DataSourceError, ValueError, UnicodeDecodeError) as error:
        raise unreadable_map(path) from error
    notices: list[str] = []
    if "geometry" not in frame or frame.geometry.isna().all():
        return frame, notices
    crs = frame.crs
    if crs is None or (crs.to_epsg() == WGS_84 and _is_rd(frame)):
        # GeoJSON without a declaration counts as WGS 84 (RFC 7946), but partners send RD in it all the same.
        guessed = RD_NEW if _is_rd(frame) else WGS_84 if _is_wgs84(frame) else None
        if guessed is None:
            raise UnreadableFileError(
                f"{path.name} zegt niet in welk coördinatenstelsel het is; sla het op in RD New (EPSG:28992)."
            )
        frame = frame.set_crs(guessed, allow_override=True)
        notices.append(f"Het coördinatenstelsel staat niet in het bestand; gelezen als EPSG:{guessed}.")
    return frame.to_crs(RD_NEW), notices


def source(path: Path) -> str:
    """Return a checked file as GDAL names it: a zip by the vector file inside it."""
    return str(path) if path.suffix.lower() != ".zip" else f"/vsizip/{path}/{vector_member(path)}"


def _is_rd(frame: gpd.GeoDataFrame) -> bool:
    west, south, east, north = frame.total_bounds
    return looks_like_rd(west, south) and looks_like_rd(east, north) and max(east, north) > 360


def _is_wgs84(frame: gpd.GeoDataFrame) -> bool:
    west, south, east, north = frame.total_bounds
    return looks_like_wgs84(west, south) and looks_like_wgs84(east, north)
