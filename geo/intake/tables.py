"""A file to rows: spreadsheets with titles above the header, csv of any separator, and vector formats."""

from __future__ import annotations

import csv
import datetime as dt
import io
import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import openpyxl
import pandas as pd
from shapely.geometry.base import BaseGeometry

from geo.intake.gate import VECTOR_SUFFIXES, check_file
from geo.intake.headers import Vocabulary
from geo.intake.problems import ImportRefusedError
from geo.readers import layer_names, read_layer

HEADER_WITHIN: Final = 15
"""A spreadsheet's header stands in one of its first rows, below titles."""

MOST_ROWS: Final = 200_000
MOST_COLUMNS: Final = 300
LONGEST_CELL: Final = 1_000_000
"""Letters; the outline of a province fits. A longer cell is cut, so that its row is refused by what is left."""

LARGEST_NUMBER: Final = 2**63

Cell = str | int | float | bool | BaseGeometry | None


@dataclass(frozen=True)
class Table:
    """Rows of a file: the header, and per row its number as the sender sees it with its cells."""

    headers: list[str]
    rows: list[tuple[int, list[Cell]]]
    notices: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Wanted:
    """What is looked for in a file.

    Parameters
    ----------
    vocabulary
        The headers by which the header row is known.
    stated
        Headers that somebody said are there.
    any_header
        Take the fullest of the first rows for the header where no word of it is known.
    layers
        Which layer of several to read, in lower case; else the first.
    most
        How many rows are read at all.
    """

    vocabulary: Vocabulary
    stated: frozenset[str] = frozenset()
    any_header: bool = False
    layers: tuple[str, ...] = ()
    most: int = MOST_ROWS


def read_table(path: Path, wanted: Wanted) -> Table:
    """Return the rows of a file.

    Parameters
    ----------
    path
        xlsx, csv, GeoPackage, GeoJSON, FlatGeobuf or zipped shapefile.
    wanted
        What is looked for in it.

    Raises
    ------
    UnreadableFileError
        Where the file is damaged, empty, too large, or not what its name says.
    ImportRefusedError
        Where it is of a kind we do not read, or has no header or no rows.
    """
    check_file(path)
    suffix = path.suffix.lower()
    if suffix == ".xlsx":
        table = _read_xlsx(path, wanted)
    elif suffix in {".csv", ".txt"}:
        table = _read_csv(path, wanted)
    elif suffix in VECTOR_SUFFIXES:
        table = _read_vector(path, wanted)
    else:
        raise ImportRefusedError(
            f"{path.name} is van een soort die niet gelezen wordt; stuur xlsx, csv, GeoPackage, GeoJSON of een"
            " shapefile als zip."
        )
    if not table.rows:
        raise ImportRefusedError(f"{path.name} heeft wel een kop maar geen rijen; vul minstens één rij in.")
    if len(table.headers) > MOST_COLUMNS:
        raise ImportRefusedError(f"{path.name} heeft {len(table.headers)} kolommen; laat weg wat niet nodig is.")
    return table


def plain(cell: object) -> Cell:
    """Return a cell as a text, a number, yes or no, a geometry or nothing; a day as 2027-05-03.

    What the database cannot keep (NUL, half a character) goes out here.
    """
    if cell is None or isinstance(cell, bool | BaseGeometry) or (isinstance(cell, int) and abs(cell) < LARGEST_NUMBER):
        return cell
    if isinstance(cell, float):
        return None if math.isnan(cell) else cell if math.isfinite(cell) else str(cell)
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat() if cell.time() == dt.time() else cell.isoformat(" ", "seconds")
    if isinstance(cell, dt.date):
        return cell.isoformat()
    if isinstance(cell, bytes | memoryview):
        return None
    return str(cell)[:LONGEST_CELL].replace("\x00", " ").encode("utf-8", "replace").decode("utf-8")


def _table(header: Sequence[object], lines: Iterable[tuple[int, Sequence[object]]], notices: list[str]) -> Table:
    """Return the table under a header, without its unnamed columns and empty rows; names that recur get a number."""
    keep = [i for i, name in enumerate(header) if name is not None and str(name).strip()]
    seen: Counter[str] = Counter()
    names: list[str] = []
    for i in keep:
        name = " ".join(str(plain(header[i])).split())[:200]
        seen[name] += 1
        names.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    rows = [
        (number, [plain(cells[i]) if i < len(cells) else None for i in keep])
        for number, cells in lines
        if any(cell is not None and str(cell).strip() for cell in cells)
    ]
    return Table(names, rows, notices)


def _read_xlsx(path: Path, wanted: Wanted) -> Table:
    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
        sheets = [_filled(sheet.iter_rows(values_only=True), path, wanted.most) for sheet in book.worksheets]
        book.close()
    except ImportRefusedError:
        raise
    except Exception as error:
        # openpyxl raises whatever its parsers raise; to the sender they are all one thing.
        raise ImportRefusedError(f"{path.name} is niet te lezen als Excel-bestand; sla het opnieuw op.") from error
    return _under_best_header(sheets, path, wanted)


def _filled(rows: Iterable[Sequence[object]], path: Path, most: int) -> list[tuple[int, Sequence[object]]]:
    """Return the rows that hold something, numbered from 1; a sheet may go on for a million empty ones."""
    found: list[tuple[int, Sequence[object]]] = []
    for number, cells in enumerate(rows, start=1):
        if any(cell is not None for cell in cells):
            found.append((number, cells))
            if len(found) > most + HEADER_WITHIN:
                raise ImportRefusedError(f"{path.name} heeft meer dan {most} rijen; splits het op.")
    return found


def _under_best_header(sheets: Iterable[list[tuple[int, Sequence[object]]]], path: Path, wanted: Wanted) -> Table:
    """Return the table under the row, among the first of each sheet, that looks most like a header."""
    best: tuple[tuple[int, int], Sequence[object], list[tuple[int, Sequence[object]]]] | None = None
    for lines in sheets:
        for position, (_, cells) in enumerate(lines[:HEADER_WITHIN]):
            names = {" ".join(cell.split()) for cell in cells if isinstance(cell, str) and cell.strip()}
            known = {wanted.vocabulary.meaning(name) or (name if name in wanted.stated else None) for name in names}
            score = (len(known - {None}), len(names) if wanted.any_header else 0)
            if max(score) >= 2 and (best is None or score > best[0]):
                best = (score, cells, lines[position + 1 :])
    if best is None:
        raise ImportRefusedError(
            f"{path.name} heeft geen rij met kolomnamen zoals {wanted.vocabulary.example}; voeg die toe."
        )
    return _table(best[1], best[2], [])


def _read_csv(path: Path, wanted: Wanted) -> Table:
    text = decoded(path)
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(";,\t|", key=first.count)
    csv.field_size_limit(10 * LONGEST_CELL)
    try:
        lines: list[tuple[int, Sequence[object]]] = []
        reader = csv.reader(io.StringIO(text), delimiter=delimiter)
        for cells in reader:
            lines.append((reader.line_num, cells))
            if len(lines) > wanted.most + HEADER_WITHIN:
                raise ImportRefusedError(f"{path.name} heeft meer dan {wanted.most} rijen; splits het op.")
    except csv.Error as error:
        raise ImportRefusedError(f"{path.name} is geen goed csv-bestand ({error}).") from error
    return _under_best_header([lines], path, wanted)


def decoded(path: Path) -> str:
    """Return the text of a file in UTF-8, UTF-16 with its mark, or the letters of Windows.

    Raises
    ------
    ImportRefusedError
        Where it is no text.
    """
    data = path.read_bytes()
    encodings = ("utf-16",) if data.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-8-sig", "cp1252")
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        # Windows' letters fit nearly any bytes; a NUL tells that it is no text, or UTF-16 without its mark.
        if "\x00" not in text:
            return text
    raise ImportRefusedError(f"{path.name} heeft tekens die niet te lezen zijn; sla het op als csv UTF-8.")


def _read_vector(path: Path, wanted: Wanted) -> Table:
    names = layer_names(path)
    if not names:
        raise ImportRefusedError(f"{path.name} heeft geen lagen; stuur de laag met de gegevens.")
    layer = next((n for n in names if n.lower() in wanted.layers), names[0])
    frame, notices = read_layer(path, layer, wanted.most)
    if len(names) > 1:
        notices.append(f"Het bestand heeft {len(names)} lagen; gelezen is “{layer}”.")
    attributes = [str(column) for column in frame.columns if column != "geometry"]
    columns: list[Iterable[object]] = [_plain_column(frame[column]) for column in attributes]
    shapes = frame.geometry if "geometry" in frame else [None] * len(frame)
    lines = enumerate(zip(*columns, shapes, strict=True), start=1)
    return _table([*attributes, "geometry"], lines, notices)


def _plain_column(column: pd.Series) -> list[object]:
    """Return Python values, None for what is missing."""
    missing = column.isna()
    values = column.dt.to_pydatetime() if pd.api.types.is_datetime64_any_dtype(column) else column.tolist()
    return [None if gone else value for value, gone in zip(values, missing, strict=True)]
