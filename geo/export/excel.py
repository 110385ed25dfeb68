"""Records as an Excel workbook: real dates, a heading that stays, and the place as x and y in metres."""

from __future__ import annotations

import datetime as dt
import math
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import shapely
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from geo.export.base import Export
from geo.export.batches import GEOMETRY
from geo.text import printable

MOST_ROWS: Final = 1_048_575
"""Rows of a sheet below its heading; what is more goes on the next sheet."""

HERE: Final = ZoneInfo("Europe/Amsterdam")
WIDTH: Final = 18


def write_workbook(export: Export) -> Path:
    """Write records to a workbook, row by row."""
    schema, batches = export.stream()
    title = str(export.layer.title)
    names = [name for name in schema.names if name != GEOMETRY]
    book = Workbook(write_only=True)
    sheet, rows = _sheet(book, title, names), 0
    for batch in batches:
        columns = [batch.column(name).to_pylist() for name in names]
        points = shapely.point_on_surface(shapely.from_wkb(batch.column(GEOMETRY).to_pylist()))
        columns += [shapely.get_x(points).round(2).tolist(), shapely.get_y(points).round(2).tolist()]
        for row in zip(*columns, strict=True):
            if rows and rows % MOST_ROWS == 0:
                sheet = _sheet(book, f"{title} {rows // MOST_ROWS + 1}", names)
            sheet.append([_cell(value) for value in row])
            rows += 1
    book.save(export.path)
    return export.path


def _sheet(book: Workbook, title: str, names: list[str]) -> Any:
    sheet = book.create_sheet(title[:31])
    sheet.freeze_panes = "B2"
    heads = [*names, "x", "y"]
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(heads))}1"
    for number in range(1, len(heads) + 1):
        sheet.column_dimensions[get_column_letter(number)].width = WIDTH
    cells = []
    for head in heads:
        cell = WriteOnlyCell(sheet, value=head)
        cell.font = Font(bold=True)
        cells.append(cell)
    sheet.append(cells)
    return sheet


def _cell(value: Any) -> Any:
    if isinstance(value, dt.datetime):
        # A workbook knows no time zones.
        return value.astimezone(HERE).replace(tzinfo=None)
    if isinstance(value, float) and math.isnan(value):
        return None
    # A workbook is XML inside.
    return printable(value) if isinstance(value, str) else value
