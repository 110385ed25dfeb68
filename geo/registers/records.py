"""Records of a register's file in batches, so that a country fits in memory: csv and vector formats."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyogrio
import shapely
from django.contrib.gis.db.models import Extent
from numpy.typing import NDArray
from pyogrio.errors import DataSourceError
from pyogrio.raw import open_arrow
from pyproj import CRS, Transformer

from geo.crs import RD_NEW
from geo.intake.gate import VECTOR_SUFFIXES, UnreadableFileError, check_file, unreadable_map
from geo.intake.headers import Vocabulary
from geo.intake.problems import ImportRefusedError
from geo.models import Buurt
from geo.readers import source

BATCH: Final = 20_000
LARGEST_REGISTER: Final = 64 * 1024**3
"""Bytes; the BAG of the whole country as GeoPackage is some 8 GB."""

Box = tuple[float, float, float, float]


def box_of(municipality: str | None) -> Box | None:
    """Return the box around the buurten of a municipality (CBS code), in RD New; None where none is asked for.

    Raises
    ------
    ImportRefusedError
        Where it has no buurten here.
    """
    if municipality is None:
        return None
    extent = Buurt.objects.filter(municipality_code=municipality.upper()).aggregate(box=Extent("geometry"))["box"]
    if extent is None:
        known = sorted(set(Buurt.objects.values_list("municipality_code", flat=True)))
        raise ImportRefusedError(
            f"Van gemeente {municipality} zijn hier geen buurten; lees ze eerst in met import_areas."
            f" Wel: {', '.join(known[:20]) or 'nog geen'}."
        )
    west, south, east, north = extent
    return west, south, east, north


@dataclass(frozen=True)
class Batch:
    """Records that follow each other.

    Parameters
    ----------
    first
        Number of the first, from 1; in a csv the header counts too.
    columns
        Field to values; only fields that the file has.
    shapes
        Their geometry in RD New, where the file has one.
    """

    first: int
    columns: dict[str, list[Any]]
    shapes: NDArray[Any] | None

    def rows(self) -> Iterator[tuple[int, dict[str, Any], Any]]:
        """Yield number, field to value, and geometry of each."""
        names = list(self.columns)
        size = len(self.shapes) if self.shapes is not None else len(next(iter(self.columns.values()), []))
        shapes = self.shapes if self.shapes is not None else [None] * size
        values = zip(*self.columns.values(), strict=True) if names else iter([()] * size)
        for number, (cells, shape) in enumerate(zip(values, shapes, strict=True), start=self.first):
            yield number, dict(zip(names, cells, strict=True)), shape


@dataclass(frozen=True)
class Opened:
    """A register's file that was looked into.

    Parameters
    ----------
    path, layer
        The file, and its layer where it has any.
    headers
        Field to the name of its column.
    vector
        Whether GDAL reads it.
    """

    path: Path
    layer: str | None
    headers: Mapping[str, str]
    vector: bool

    def batches(self, box: Box | None = None) -> Iterator[Batch]:
        """Yield the records; of a vector file only those that touch ``box`` (RD New), where one is given."""
        return _vector_batches(self, box) if self.vector else _csv_batches(self)


def open_register(
    path: Path, vocabulary: Vocabulary, layers: Sequence[str] = (), needed: Sequence[Sequence[str]] = ()
) -> Opened:
    """Look into a register's file.

    Parameters
    ----------
    path
        csv, GeoPackage, GeoJSON, FlatGeobuf, or a zipped shapefile.
    vocabulary
        Which header means which field.
    layers
        Layers to read, in order of preference; else the only one.
    needed
        Of each of these groups at least one field must be there.

    Raises
    ------
    UnreadableFileError, ImportRefusedError
        Where it cannot be read, or lacks what is needed.
    """
    check_file(path, LARGEST_REGISTER)
    vector = path.suffix.lower() in VECTOR_SUFFIXES
    layer, names = _look_into(path, layers) if vector else (None, _csv_header(path, vocabulary))
    if not names:
        raise ImportRefusedError(f"{path.name} heeft geen kolommen; er staat niets in.")
    headers, _unknown = vocabulary.match(names)
    for group in needed:
        if not set(group) & {*headers, *(["geometry"] if vector else [])}:
            wanted = " of ".join(vocabulary.label(name) for name in group)
            raise ImportRefusedError(f"{path.name} heeft geen kolom {wanted}; wel: {', '.join(names)[:300]}.")
    return Opened(path, layer, headers, vector)


def _look_into(path: Path, layers: Sequence[str]) -> tuple[str, list[str]]:
    try:
        there = [str(name) for name, _kind in pyogrio.list_layers(source(path))]
        if not there:
            raise ImportRefusedError(f"{path.name} heeft geen lagen.")
        by_lower = {name.lower(): name for name in there}
        layer = next((by_lower[name] for name in layers if name in by_lower), there[0])
        if len(there) > 1 and layer.lower() not in layers:
            raise ImportRefusedError(f"{path.name} heeft geen laag {' of '.join(layers)}; wel: {', '.join(there)}.")
        return layer, [str(name) for name in pyogrio.read_info(source(path), layer=layer)["fields"]]
    except (DataSourceError, ValueError) as error:
        raise unreadable_map(path) from error


def _vector_batches(opened: Opened, box: Box | None) -> Iterator[Batch]:
    info = pyogrio.read_info(source(opened.path), layer=opened.layer)
    crs = CRS.from_user_input(info["crs"]) if info["crs"] else CRS.from_epsg(RD_NEW)
    in_rd = crs.to_epsg() == RD_NEW or "Amersfoort" in crs.name
    to_rd = None if in_rd else Transformer.from_crs(crs, RD_NEW, always_xy=True)
    bounds = box
    if box is not None and to_rd is not None:
        bounds = Transformer.from_crs(RD_NEW, crs, always_xy=True).transform_bounds(*box)
    first = 1
    try:
        with open_arrow(
            source(opened.path), layer=opened.layer, columns=list(opened.headers.values()), bbox=bounds,
            batch_size=BATCH, use_pyarrow=True,
        ) as (meta, reader):  # fmt: skip
            name = meta["geometry_name"] or "wkb_geometry"
            for batch in reader:
                columns = {field: batch.column(header).to_pylist() for field, header in opened.headers.items()}
                shapes = None
                if name in batch.schema.names:
                    shapes = shapely.from_wkb(batch.column(name).to_numpy(zero_copy_only=False), on_invalid="ignore")
                    shapes = _flat(shapes, to_rd)
                yield Batch(first, columns, shapes)
                first += batch.num_rows
    except (DataSourceError, ValueError, UnicodeDecodeError) as error:
        raise unreadable_map(opened.path) from error


def _flat(shapes: NDArray[Any], to_rd: Transformer | None) -> NDArray[Any]:
    flat = shapely.force_2d(shapes)
    if to_rd is None:
        return np.asarray(flat)
    return np.asarray(
        shapely.transform(flat, lambda c: np.column_stack(to_rd.transform(c[:, 0], c[:, 1])) if len(c) else c)
    )


def _csv_header(path: Path, vocabulary: Vocabulary) -> list[str]:
    if path.suffix.lower() not in {".csv", ".txt"}:
        raise UnreadableFileError(
            f"{path.name} is van een soort die hier niet gelezen wordt; lever csv, GeoPackage, GeoJSON of shapefile."
        )
    header = next(_csv_lines(path), None)
    names = [cell.strip() for cell in header or []]
    if len([name for name in names if vocabulary.meaning(name)]) < 2:
        raise ImportRefusedError(
            f"{path.name} begint niet met kolomnamen zoals {vocabulary.example}; voeg die toe als eerste regel."
        )
    return names


def _csv_lines(path: Path) -> Iterator[list[str]]:
    with path.open("rb") as file:
        start = file.read(65_536)
    try:
        start[: start.rfind(b"\n") + 1 or None].decode("utf-8")
        encoding = "utf-8-sig"
    except UnicodeDecodeError:
        encoding = "cp1252"
    if b"\x00" in start:
        raise ImportRefusedError(f"{path.name} heeft tekens die niet te lezen zijn; sla het op als csv UTF-8.")
    delimiter = max(b";,\t|", key=start.split(b"\n", 1)[0].count)
    with path.open(encoding=encoding, errors="replace", newline="") as text:
        try:
            yield from csv.reader(text, delimiter=chr(delimiter))
        except csv.Error as error:
            raise ImportRefusedError(f"{path.name} is geen goed csv-bestand ({error}).") from error


def _csv_batches(opened: Opened) -> Iterator[Batch]:
    lines = _csv_lines(opened.path)
    names = [cell.strip() for cell in next(lines)]
    places = {field: names.index(header) for field, header in opened.headers.items()}
    columns: dict[str, list[Any]] = {field: [] for field in places}
    first, count = 2, 0
    for cells in lines:
        for field, place in places.items():
            columns[field].append(cells[place] if place < len(cells) else "")
        count += 1
        if count == BATCH:
            yield Batch(first, columns, None)
            first, count = first + count, 0
            columns = {field: [] for field in places}
    if count:
        yield Batch(first, columns, None)
