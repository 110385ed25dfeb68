"""Where a row lies: a geometry, WKT, RD x and y, latitude and longitude, a street, a buurt or a wijk, in that order."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely
from pyproj import Transformer
from shapely.geometry.base import BaseGeometry

from geo.crs import RD_NEW, WGS_84, looks_like_rd, looks_like_wgs84
from geo.intake.areas import Areas
from geo.intake.problems import BadValueError, said
from geo.intake.values import is_empty, read_decimal

SMALLEST_AREA_M2 = 1.0
LARGEST_AREA_M2 = 50_000_000.0
"""A polygon over 5,000 hectares is no work in a neighbourhood but a mistake in the units."""

MOST_POINTS: Final = 100_000
MOST_COLLECTIONS: Final = 20

PLACE_HEADERS: Final[Mapping[str, tuple[str, ...]]] = {
    "geometry": ("geometrie", "geometry", "wkt", "geom", "the geom", "shape", "vlak", "contour", "omtrek"),
    "x": ("x", "x rd", "rd x", "xcoord", "x coordinaat", "rd x coordinaat"),
    "y": ("y", "y rd", "rd y", "ycoord", "y coordinaat", "rd y coordinaat"),
    "lat": ("lat", "latitude", "breedtegraad"),
    "lon": ("lon", "lng", "long", "longitude", "lengtegraad"),
    "street": ("straat", "straatnaam", "weg", "wegnaam", "street", "street name", "road"),
    "house_numbers": (
        "huisnummers", "huisnummer", "nummers", "huisnummers van tot", "van tot huisnummer", "house numbers",
    ),
    "buurt": ("buurt", "buurtnaam", "buurtcode", "wijk of buurt", "locatie buurt", "neighbourhood"),
    "wijk": ("wijk", "wijknaam", "district"),
}  # fmt: skip
"""The ways to say where, with the headers that mean them."""

TO_RD = Transformer.from_crs(WGS_84, RD_NEW, always_xy=True)


@dataclass(frozen=True)
class Place:
    """Where a row lies, in RD New, with what was mended on the way (Dutch and English)."""

    geometry: BaseGeometry
    repairs: tuple[tuple[str, str], ...] = ()


def read_place(cells: Mapping[str, object], areas: Areas) -> tuple[str, Place]:
    """Return the field the place was read from, and the place.

    Parameters
    ----------
    cells
        Field to value; only those of ``PLACE_HEADERS`` are looked at. A geometry that is not text is in RD New already.
    areas
        The names that a place can have here.

    Raises
    ------
    PlaceError
        With the field and what is wrong.
    """
    readers: tuple[tuple[str, Callable[[], Place]], ...] = (
        ("geometry", lambda: _read_geometry(cells["geometry"])),
        ("x", lambda: _read_xy(cells.get("x"), cells.get("y"))),
        ("lat", lambda: _read_lat_lon(cells.get("lat"), cells.get("lon"))),
        ("street", lambda: _read_street(cells, areas)),
        ("buurt", lambda: _read_area("buurt", cells["buurt"], areas)),
        ("wijk", lambda: _read_area("wijk", cells["wijk"], areas)),
    )
    for name, reader in readers:
        if not _lacks(cells.get(name)):
            try:
                place = reader()
                _check(place.geometry, areas)
            except BadValueError as error:
                raise PlaceError(name, error) from error
            return name, place
    raise PlaceError("geometry", _nowhere())


class PlaceError(Exception):
    """A place that cannot be read: the field, and the bad value."""

    def __init__(self, name: str, cause: BadValueError) -> None:
        super().__init__(str(cause))
        self.name, self.cause = name, cause


def _lacks(value: object) -> bool:
    return not isinstance(value, BaseGeometry) and is_empty(value)


def _read_geometry(value: object) -> Place:
    if isinstance(value, BaseGeometry):
        return _mended(value, ())
    text = str(value).strip()
    repairs: list[tuple[str, str]] = []
    srid = None
    if text.upper().startswith("SRID="):
        head, _, text = text.partition(";")
        srid = {f"SRID={code}": code for code in (RD_NEW, WGS_84)}.get(head.strip().upper(), -1)
        if srid not in {RD_NEW, WGS_84}:
            raise _unknown_coordinates(head)
    try:
        # GEOS reads a collection in a collection by calling itself, until the process breaks.
        shape = shapely.from_wkt(text) if text.upper().count("COLLECTION") <= MOST_COLLECTIONS else None
    except shapely.errors.ShapelyError:
        shape = None
    if shape is None:
        raise BadValueError(
            f"{said(text)} is geen geometrie.", "Schrijf WKT, zoals POLYGON ((232000 557000, …)).",
            f"{said(text)} is no geometry.", "Write WKT, such as POLYGON ((232000 557000, …)).",
        )  # fmt: skip
    if shape.is_empty:
        raise _nowhere()
    x, y = shapely.get_coordinates(shape)[0]
    if srid is None:
        srid = RD_NEW if looks_like_rd(x, y) and max(x, y) > 360 else WGS_84
    if srid == WGS_84:
        if looks_like_wgs84(y, x):
            shape = shapely.transform(shape, lambda c: c[:, ::-1])
            repairs.append(("lengte- en breedtegraad stonden omgekeerd", "longitude and latitude were swapped"))
        elif not looks_like_wgs84(x, y):
            raise _unknown_coordinates(f"{x:g} {y:g}")
        shape = _to_rd(shape)
    return _mended(shape, tuple(repairs))


def _read_xy(x: object, y: object) -> Place:
    if _lacks(y):
        raise _half("x", "y")
    east, north = float(read_decimal(x)), float(read_decimal(y))
    if looks_like_rd(east, north):
        return Place(shapely.Point(east, north))
    if looks_like_rd(north, east):
        return Place(shapely.Point(north, east), (("x en y stonden omgekeerd", "x and y were swapped"),))
    raise _unknown_coordinates(f"{x} {y}")


def _read_lat_lon(lat: object, lon: object) -> Place:
    if _lacks(lon):
        raise _half("lat", "lon")
    north, east = float(read_decimal(lat)), float(read_decimal(lon))
    if looks_like_wgs84(east, north):
        return Place(_to_rd(shapely.Point(east, north)))
    if looks_like_wgs84(north, east):
        words = ("lengte- en breedtegraad stonden omgekeerd", "longitude and latitude were swapped")
        return Place(_to_rd(shapely.Point(north, east)), (words,))
    raise _unknown_coordinates(f"{lat} {lon}")


def _read_street(cells: Mapping[str, object], areas: Areas) -> Place:
    """Return the geometry of a street, or of the part of it in an area or between two house numbers."""
    named = next((kind for kind in ("buurt", "wijk") if not _lacks(cells.get(kind))), None)
    within = areas.find(named, cells[named]) if named else None
    if areas.streets.empty and within is not None and named is not None:
        # Without road parts a street says no more than its buurt, as long as nobody loads them.
        return _read_area(named, cells[named], areas)
    numbers = cells.get("house_numbers")
    shape = areas.streets.find(cells["street"], within, None if _lacks(numbers) else numbers)
    nl, en = f"de plek is de straat {said(cells['street'])}", f"the place is the street {said(cells['street'])}"
    if not _lacks(numbers):
        nl, en = f"{nl}, huisnummers {said(numbers)}", f"{en}, house numbers {said(numbers)}"
    return _mended(shape, ((nl, en),))


def _read_area(kind: str, word: object, areas: Areas) -> Place:
    shape = areas.find(kind, word)
    return Place(shape, ((f"de plek is de hele {kind} {said(word)}", f"the place is the whole {kind} {said(word)}"),))


def _mended(shape: BaseGeometry, repairs: tuple[tuple[str, str], ...]) -> Place:
    """Return a shape that is flat, valid and of one dimension, with what that took."""
    done = list(repairs)
    if shapely.get_num_coordinates(shape) > MOST_POINTS:
        raise BadValueError(
            f"De geometrie heeft meer dan {MOST_POINTS} punten.", "Vereenvoudig de omtrek.",
            f"The geometry has over {MOST_POINTS} points.", "Simplify the outline.",
        )  # fmt: skip
    shape = shapely.force_2d(shape)
    if shape.geom_type in {"CurvePolygon", "CompoundCurve", "MultiSurface", "MultiCurve", "CircularString"}:
        raise BadValueError(
            "De geometrie heeft bogen.", "Zet de bogen om in rechte stukken en stuur het bestand opnieuw.",
            "The geometry has curves.", "Turn the curves into straight lines and send the file again.",
        )  # fmt: skip
    if not shape.is_valid:
        kept = _of_highest_dimension(shapely.make_valid(shape))
        done.append(("een lijn die zichzelf kruist of raakt is hersteld", "a ring that crosses itself was mended"))
        shape = kept
    elif shape.geom_type == "GeometryCollection":
        shape = _of_highest_dimension(shape)
        done.append(("losse onderdelen zijn weggelaten", "loose parts were left out"))
    oriented = shapely.orient_polygons(shape)
    if not shapely.equals_exact(oriented, shape, 0.0) and shape.geom_type in {"Polygon", "MultiPolygon"}:
        done.append(("de richting van de ring is omgedraaid", "the order of the ring was turned"))
    return Place(oriented, tuple(done))


def _of_highest_dimension(shape: BaseGeometry) -> BaseGeometry:
    parts = list(shapely.get_parts(shape))
    flat = [p for part in parts for p in (shapely.get_parts(part) if part.geom_type.startswith("Multi") else [part])]
    top = max((shapely.get_dimensions(p) for p in flat), default=-1)
    kept = [p for p in flat if shapely.get_dimensions(p) == top and not p.is_empty]
    return shapely.union_all(kept) if kept else shape


def _check(shape: BaseGeometry, areas: Areas) -> None:
    if shape.is_empty:
        raise _nowhere()
    west, south, east, north = shape.bounds
    if not (looks_like_rd(west, south) and looks_like_rd(east, north)):
        raise _unknown_coordinates(f"{west:g} {south:g}")
    area = shape.area
    if shapely.get_dimensions(shape) == 2 and not SMALLEST_AREA_M2 <= area <= LARGEST_AREA_M2:
        raise BadValueError(
            f"Het vlak is {area:.1f} m² groot.", "Controleer of de coördinaten in meters zijn (RD New).",
            f"The polygon measures {area:.1f} m².", "Check that coordinates are in metres (RD New).",
        )  # fmt: skip
    if not areas.touches(shape):
        raise BadValueError(
            "De plek ligt buiten alle buurten van de gemeente.", "Controleer de coördinaten, of laad de buurt eerst.",
            "The place lies outside all buurten.", "Check the coordinates, or load the buurt first.",
        )  # fmt: skip


def _to_rd(shape: BaseGeometry) -> BaseGeometry:
    return shapely.transform(shape, lambda c: np.column_stack(TO_RD.transform(c[:, 0], c[:, 1])))


def _nowhere() -> BadValueError:
    return BadValueError(
        "Er staat geen plek in de rij.", "Vul een geometrie, x en y, lat en lon, een straat of een buurt in.",
        "The row has no place.", "Fill in a geometry, x and y, lat and lon, a street or a buurt.",
    )  # fmt: skip


def _half(one: str, other: str) -> BadValueError:
    return BadValueError(
        f"Er staat wel een {one} maar geen {other}.", f"Vul {other} ook in.",
        f"There is a {one} but no {other}.", f"Fill in {other} too.",
    )  # fmt: skip


def _unknown_coordinates(coordinates: str) -> BadValueError:
    return BadValueError(
        f"{said(coordinates)} ligt niet in Nederland.",
        "Gebruik RD New (x 0–300000, y 300000–625000) of lengte/breedte.",
        f"{said(coordinates)} does not lie in the Netherlands.",
        "Use RD New (x 0–300000, y 300000–625000) or lon/lat.",
    )  # fmt: skip
