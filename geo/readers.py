"""Vector files from outside to tables, through GDAL."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio
import shapely
from pyogrio.errors import DataSourceError

from geo.crs import RD_NEW, WGS_84, looks_like_rd, looks_like_wgs84
from geo.intake.gate import UnreadableFileError, check_file, unreadable_map, vector_members


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

    A file that does not state its coordinate system is read by its coordinates: RD New or WGS 84. Of a zip all
    shapefiles are read, one after another.

    Raises
    ------
    UnreadableFileError
        Where GDAL cannot read it, it has over ``most`` features, or its coordinates are of no system used in the
        Netherlands.
    """
    check_file(path)
    parts = sources(path)
    chosen = layer if len(parts) == 1 else None
    try:
        count = sum(pyogrio.read_info(part, layer=chosen)["features"] for part in parts) if most is not None else 0
        if most is not None and count > most:
            raise UnreadableFileError(f"{path.name} heeft {count} rijen; hooguit {most} kunnen in één keer.")
        frames = [gpd.read_file(part, layer=chosen, engine="pyogrio") for part in parts]
    except (DataSourceError, ValueError, UnicodeDecodeError) as error:
        raise unreadable_map(path) from error
    notices: list[str] = []
    frames = [_in_metres(frame, path, notices) for frame in frames]
    if len(frames) == 1:
        return frames[0], notices
    notices.append(f"Het zip-bestand heeft {len(frames)} shapefiles; ze zijn alle gelezen.")
    return pd.concat(frames, ignore_index=True), list(dict.fromkeys(notices))


def _in_metres(frame: gpd.GeoDataFrame, path: Path, notices: list[str]) -> gpd.GeoDataFrame:
    """Return a table with its geometry in RD New; what was assumed is added to ``notices``."""
    if "geometry" not in frame or frame.geometry.isna().all():
        return frame
    crs = frame.crs
    if (crs is None or crs.to_epsg() == WGS_84) and _is_swapped(frame):
        # RFC 7946 has the longitude first, EPSG and many a program the latitude.
        frame = frame.set_geometry(shapely.transform(frame.geometry.to_numpy(), lambda c: c[:, ::-1]), crs=WGS_84)
        notices.append("De lengte- en breedtegraad stonden omgekeerd; dat is hersteld.")
        return frame.to_crs(RD_NEW)
    if crs is None or (crs.to_epsg() == WGS_84 and _is_rd(frame)):
        # GeoJSON without a declaration counts as WGS 84 (RFC 7946), but partners send RD in it all the same.
        guessed = RD_NEW if _is_rd(frame) else WGS_84 if _is_wgs84(frame) else None
        if guessed is None:
            raise UnreadableFileError(
                f"{path.name} zegt niet in welk coördinatenstelsel het is; sla het op in RD New (EPSG:28992)."
            )
        frame = frame.set_crs(guessed, allow_override=True)
        notices.append(f"Het coördinatenstelsel staat niet in het bestand; gelezen als EPSG:{guessed}.")
    return frame.to_crs(RD_NEW)


def source(path: Path) -> str:
    """Return a checked file as GDAL names it: a zip by the first vector file inside it."""
    return sources(path)[0]


def sources(path: Path) -> list[str]:
    """Return a checked file as GDAL names it: a zip by the vector files inside it."""
    if path.suffix.lower() != ".zip":
        return [str(path)]
    return [f"/vsizip/{path}/{member}" for member in vector_members(path)]


def _is_rd(frame: gpd.GeoDataFrame) -> bool:
    west, south, east, north = frame.total_bounds
    return looks_like_rd(west, south) and looks_like_rd(east, north) and max(east, north) > 360


def _is_swapped(frame: gpd.GeoDataFrame) -> bool:
    west, south, east, north = frame.total_bounds
    return looks_like_wgs84(south, west) and looks_like_wgs84(north, east)


def _is_wgs84(frame: gpd.GeoDataFrame) -> bool:
    west, south, east, north = frame.total_bounds
    return looks_like_wgs84(west, south) and looks_like_wgs84(east, north)
