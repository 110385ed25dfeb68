"""A file to rows: spreadsheets with titles above the header, csv of any separator, and vector formats."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import openpyxl
import pandas as pd

from geo.readers import VECTOR_SUFFIXES, check_file, layer_names, read_layer
from planning.works.importing.columns import match_columns
from planning.works.importing.problems import ImportRefusedError

HEADER_WITHIN = 15
"""A spreadsheet's header stands in one of its first rows, below titles."""


@dataclass(frozen=True)
class Table:
    """Rows of a file: the header, and per row its number as the sender sees it with its cells."""

    headers: list[str]
    rows: list[tuple[int, list[object]]]
    notices: list[str] = field(default_factory=list)


def read_table(path: Path) -> Table:
    """Return the rows of a partner's file.

    Raises
    ------
    UnreadableFileError
        Where the file is damaged, empty or too large.
    ImportRefusedError
        Where it is of a kind we do not read, or has no header or no rows.
    """
    check_file(path)
    suffix = path.suffix.lower()
    if suffix == ".xlsx":
        table = _read_xlsx(path)
    elif suffix in {".csv", ".txt"}:
        table = _read_csv(path)
    elif suffix in VECTOR_SUFFIXES:
        table = _read_vector(path)
    else:
        raise ImportRefusedError(
            f"{path.name} is van een soort die niet gelezen wordt; stuur xlsx, csv, GeoPackage, GeoJSON of een"
            " shapefile als zip."
        )
    if not table.rows:
        raise ImportRefusedError(f"{path.name} heeft wel een kop maar geen rijen; vul minstens één werk in.")
    return table


def _read_xlsx(path: Path) -> Table:
    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    except Exception as error:
        # openpyxl raises whatever its parsers raise; to the sender they are all one thing.
        raise ImportRefusedError(f"{path.name} is niet te lezen als Excel-bestand; sla het opnieuw op.") from error
    best: Table | None = None
    best_score = 0
    for sheet in book.worksheets:
        lines: list[tuple[int, list[object]]] = [
            (number, list(cells)) for number, cells in enumerate(sheet.iter_rows(values_only=True), start=1)
        ]
        found = _find_header(lines)
        if found is not None and found[0] > best_score:
            best_score, best = found
    book.close()
    if best is None:
        raise ImportRefusedError(
            f"{path.name} heeft geen rij met kolomnamen zoals Naam, Soort, Begin en Einde; voeg die toe."
        )
    return best


def _find_header(lines: list[tuple[int, list[object]]]) -> tuple[int, Table] | None:
    """Return the score and table under the row that looks most like a header."""
    best: tuple[int, int] | None = None
    for position, (_, cells) in enumerate(lines[:HEADER_WITHIN]):
        names = [str(cell) for cell in cells if isinstance(cell, str) and cell.strip()]
        try:
            score = len(match_columns(dict.fromkeys(names))[0])
        except ImportRefusedError:
            score = len(names)
        if score >= 2 and (best is None or score > best[0]):
            best = (score, position)
    if best is None:
        return None
    score, position = best
    header = lines[position][1]
    keep = [i for i, cell in enumerate(header) if cell is not None and str(cell).strip()]
    rows = [
        (number, [cells[i] if i < len(cells) else None for i in keep])
        for number, cells in lines[position + 1 :]
        if any(cell is not None and str(cell).strip() for cell in cells)
    ]
    return score, Table([str(header[i]).strip() for i in keep], rows)


def _read_csv(path: Path) -> Table:
    data = path.read_bytes()
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            text = data.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise ImportRefusedError(f"{path.name} heeft tekens die niet te lezen zijn; sla het op als csv UTF-8.")
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(";,\t|", key=first.count)
    csv.field_size_limit(10_000_000)
    try:
        lines: list[tuple[int, list[object]]] = []
        reader = csv.reader(io.StringIO(text), delimiter=delimiter)
        lines.extend((reader.line_num, list(cells)) for cells in reader)
    except csv.Error as error:
        raise ImportRefusedError(f"{path.name} is geen goed csv-bestand ({error}).") from error
    found = _find_header(lines)
    if found is None:
        raise ImportRefusedError(
            f"{path.name} heeft geen rij met kolomnamen zoals Naam, Soort, Begin en Einde; voeg die toe."
        )
    return found[1]


def _read_vector(path: Path) -> Table:
    names = layer_names(path)
    if not names:
        raise ImportRefusedError(f"{path.name} heeft geen lagen; stuur de laag met de werken.")
    layer = next((n for n in names if n.lower() in {"werken", "works"}), names[0])
    frame, notices = read_layer(path, layer)
    if len(names) > 1:
        notices.append(f"Het bestand heeft {len(names)} lagen; gelezen is “{layer}”.")
    attributes = [str(column) for column in frame.columns if column != "geometry"]
    columns: list[Iterable[object]] = [_plain_column(frame[column]) for column in attributes]
    shapes = frame.geometry if "geometry" in frame else [None] * len(frame)
    rows = [
        (number, [*cells, shape]) for number, (*cells, shape) in enumerate(zip(*columns, shapes, strict=True), start=1)
    ]
    return Table([*attributes, "geometry"], rows, notices)


def _plain_column(column: pd.Series) -> list[object]:
    """Return Python values, None for what is missing."""
    missing = column.isna()
    values = column.dt.to_pydatetime() if pd.api.types.is_datetime64_any_dtype(column) else column.tolist()
    return [None if gone else value for value, gone in zip(values, missing, strict=True)]
