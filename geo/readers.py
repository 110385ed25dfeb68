"""Files from outside to tables: vector formats through GDAL, with the limits that a stranger's file needs."""

from __future__ import annotations

import zipfile
from pathlib import Path

import geopandas as gpd
import pyogrio
from pyogrio.errors import DataSourceError

from geo.crs import RD_NEW, WGS_84, looks_like_rd, looks_like_wgs84

LARGEST_FILE = 512 * 1024 * 1024
LARGEST_UNPACKED = 1024 * 1024 * 1024
MOST_MEMBERS = 200
VECTOR_SUFFIXES = {".gpkg", ".geojson", ".json", ".shp", ".zip", ".fgb"}


class UnreadableFileError(Exception):
    """The file cannot be read; the message says in one Dutch sentence why, and what to do."""


def check_file(path: Path) -> None:
    """Refuse what is not there, is empty, is too large, or is a zip that unpacks to too much or elsewhere.

    Raises
    ------
    UnreadableFileError
        With what is wrong.
    """
    if not path.exists():
        raise UnreadableFileError(f"Het bestand {path} is er niet; controleer de naam.")
    if path.is_dir():
        return
    size = path.stat().st_size
    if size == 0:
        raise UnreadableFileError(f"Het bestand {path.name} is leeg; vraag de afzender om het opnieuw te sturen.")
    if size > LARGEST_FILE:
        raise UnreadableFileError(f"Het bestand {path.name} is groter dan 512 MB; splits het op.")
    if path.suffix.lower() in {".zip", ".xlsx"}:
        _check_archive(path)


def _check_archive(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except zipfile.BadZipFile as error:
        kind = "Excel-bestand" if path.suffix.lower() == ".xlsx" else "zip-bestand"
        raise UnreadableFileError(f"{path.name} is geen goed {kind}; sla het opnieuw op.") from error
    if any(Path(m.filename).is_absolute() or ".." in Path(m.filename).parts for m in members):
        raise UnreadableFileError(f"{path.name} bevat bestanden buiten zijn eigen map; maak het zip-bestand opnieuw.")
    if len(members) > MOST_MEMBERS or sum(m.file_size for m in members) > LARGEST_UNPACKED:
        raise UnreadableFileError(f"{path.name} is uitgepakt te groot; stuur alleen de laag die nodig is.")


def layer_names(path: Path) -> list[str]:
    """Return the names of the layers in a vector file, in the file's order.

    Raises
    ------
    UnreadableFileError
        Where GDAL cannot read it.
    """
    check_file(path)
    try:
        return [str(name) for name, _ in pyogrio.list_layers(_source(path))]
    except (DataSourceError, ValueError) as error:
        raise _unreadable(path) from error


def read_layer(path: Path, layer: str | None = None) -> tuple[gpd.GeoDataFrame, list[str]]:
    """Return a layer as a table with its geometry in RD New, and notices in Dutch on what was assumed.

    A file that does not state its coordinate system is read by its coordinates: RD New or WGS 84.

    Raises
    ------
    UnreadableFileError
        Where GDAL cannot read it, or its coordinates are of no system used in the Netherlands.
    """
    check_file(path)
    try:
        frame = gpd.read_file(_source(path), layer=layer, engine="pyogrio")
    except (DataSourceError, ValueError, UnicodeDecodeError) as error:
        raise _unreadable(path) from error
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


def _source(path: Path) -> str:
    if path.suffix.lower() != ".zip":
        return str(path)
    with zipfile.ZipFile(path) as archive:
        inside = [m.filename for m in archive.infolist() if Path(m.filename).suffix.lower() in VECTOR_SUFFIXES]
    if not inside:
        raise UnreadableFileError(f"In {path.name} zit geen shapefile, GeoPackage of GeoJSON; voeg die toe.")
    return f"/vsizip/{path}/{inside[0]}"


def _unreadable(path: Path) -> UnreadableFileError:
    return UnreadableFileError(
        f"{path.name} is niet te lezen als kaartbestand; stuur een GeoPackage, GeoJSON of shapefile (zip)."
    )


def _is_rd(frame: gpd.GeoDataFrame) -> bool:
    west, south, east, north = frame.total_bounds
    return looks_like_rd(west, south) and looks_like_rd(east, north) and max(east, north) > 360


def _is_wgs84(frame: gpd.GeoDataFrame) -> bool:
    west, south, east, north = frame.total_bounds
    return looks_like_wgs84(west, south) and looks_like_wgs84(east, north)
