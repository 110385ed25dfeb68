"""Files to rows: encodings, separators, odd headers, and cells that the database could not keep."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.intake.areas import Areas
from geo.intake.headers import Vocabulary
from geo.intake.places import PlaceError, read_place
from geo.intake.problems import ImportRefusedError
from geo.intake.tables import LONGEST_CELL, Wanted, plain, read_table

WORDS = Vocabulary({"name": ("naam",), "kind": ("soort",)}, frozenset(), "Naam en Soort")
WANTED = Wanted(WORDS)


def written(path: Path, content: str | bytes, encoding: str = "utf-8") -> Path:
    path.write_bytes(content.encode(encoding) if isinstance(content, str) else content)
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
def test_a_csv_in_every_encoding_and_with_every_separator(encoding: str, separator: str, tmp_path: Path) -> None:
    text = f"Naam{separator}Soort\nCaféplein{separator}plein\n"
    table = read_table(written(tmp_path / "w.csv", text, encoding), WANTED)
    assert table.headers == ["Naam", "Soort"]
    assert table.rows == [(2, ["Caféplein", "plein"])]


@pytest.mark.parametrize(
    "content", ["Naam;Soort\na;b\n".encode("utf-16-le"), b"Naam;Soort\nslo\x00op;x\n", b"\xff\xfeN"]
)
def test_what_is_no_text_is_refused(content: bytes, tmp_path: Path) -> None:
    with pytest.raises(ImportRefusedError, match="csv UTF-8"):
        read_table(written(tmp_path / "w.csv", content), WANTED)


def test_a_header_in_other_words_is_found_when_asked_or_told(tmp_path: Path) -> None:
    file = written(tmp_path / "w.csv", "Projekt;Massnahme;Wo\na;b;c\n")
    with pytest.raises(ImportRefusedError, match="zoals Naam en Soort"):
        read_table(file, WANTED)
    assert read_table(file, Wanted(WORDS, any_header=True)).headers == ["Projekt", "Massnahme", "Wo"]
    assert read_table(file, Wanted(WORDS, frozenset({"Projekt", "Wo"}))).headers == ["Projekt", "Massnahme", "Wo"]
    with pytest.raises(ImportRefusedError, match="zoals Naam en Soort"):
        read_table(written(tmp_path / "v.csv", "een verhaal\nzonder kop\n"), Wanted(WORDS, any_header=True))


def test_headers_that_recur_are_told_apart_and_columns_without_one_left_out(tmp_path: Path) -> None:
    table = read_table(written(tmp_path / "w.csv", "Naam;;Soort;Naam\na;b;c;d\n"), WANTED)
    assert table.headers == ["Naam", "Soort", "Naam (2)"]
    assert table.rows == [(2, ["a", "c", "d"])]


def test_a_spreadsheet_with_a_million_empty_rows_is_read_at_once_and_its_days_are_days(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["Naam", "Soort", "Dag"])
    book.active.append(["a", 12, dt.datetime(2027, 5, 3)])
    book.active.cell(1_000_000, 1).number_format = "0"
    book.save(tmp_path / "w.xlsx")
    assert read_table(tmp_path / "w.xlsx", WANTED).rows == [(2, ["a", 12, "2027-05-03"])]


def test_more_rows_than_asked_for_are_refused(tmp_path: Path) -> None:
    file = written(tmp_path / "w.csv", "Naam;Soort\n" + "a;b\n" * 50)
    with pytest.raises(ImportRefusedError, match="meer dan 20 rijen"):
        read_table(file, Wanted(WORDS, most=20))


CELLS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.binary(), st.dates(), st.datetimes(),
    st.decimals(), st.times(), st.lists(st.text()),
)  # fmt: skip


@given(CELLS)
def test_every_cell_can_be_kept_and_comes_back_the_same(cell: Any) -> None:
    kept = plain(cell)
    assert json.loads(json.dumps(kept, allow_nan=False)) == kept
    assert "\x00" not in str(kept)
    assert str(kept).encode().decode() == str(kept)
    assert plain(kept) == kept


def test_a_giant_cell_is_cut() -> None:
    assert len(str(plain("x" * (LONGEST_CELL + 1)))) == LONGEST_CELL


@pytest.mark.django_db
@pytest.mark.parametrize(
    "wkt",
    [
        "GEOMETRYCOLLECTION (" * 40_000 + "POINT (232000 557000)" + ")" * 40_000,
        "SRID=" + "9" * 5_000 + ";POINT (1 1)",
        "SRID=²;POINT (1 1)",
        "POINT (nan nan)",
        pytest.param("POINT (1e400 1)", marks=pytest.mark.filterwarnings("ignore:overflow")),
        "POLYGON ((" + "232000 557000, " * 60_000,
    ],
)
def test_a_hostile_geometry_is_refused_and_nothing_breaks(wkt: str) -> None:
    with pytest.raises(PlaceError):
        read_place({"geometry": wkt}, Areas())
