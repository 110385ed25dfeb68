"""Which files are opened at all: hostile ones end in one clear sentence, and nothing is read from them."""

from __future__ import annotations

import zipfile
from pathlib import Path

import openpyxl
import pytest

from geo.intake import gate
from geo.intake.gate import UnreadableFileError, check_file
from geo.readers import layer_names

SECRET = "geheim"
VRT = f"""<OGRVRTDataSource><OGRVRTLayer name="a"><SrcDataSource>{SECRET}.csv</SrcDataSource></OGRVRTLayer>
</OGRVRTDataSource>"""
BOMB = """<?xml version="1.0"?><!DOCTYPE sheet [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>
<worksheet>&b;</worksheet>"""


def workbook(path: Path, **members: str) -> Path:
    """A good spreadsheet with some of its members replaced."""
    book = openpyxl.Workbook()
    book.active.append(["Naam", "Soort"])
    book.save(path.with_suffix(".good"))
    with zipfile.ZipFile(path.with_suffix(".good")) as good, zipfile.ZipFile(path, "w") as target:
        for name in good.namelist():
            target.writestr(name, members.get(name.rsplit("/", 1)[-1].removesuffix(".xml")) or good.read(name))
    return path


def test_a_spreadsheet_passes_and_one_with_entities_does_not(tmp_path: Path) -> None:
    check_file(workbook(tmp_path / "goed.xlsx"))
    with pytest.raises(UnreadableFileError, match="geen goed Excel-bestand"):
        check_file(workbook(tmp_path / "kwaad.xlsx", sheet1=BOMB))
    hidden = "<!--" + "x" * 70_000 + "-->" + BOMB.replace('<?xml version="1.0"?>', "")
    with pytest.raises(UnreadableFileError, match="geen goed Excel-bestand"):
        check_file(workbook(tmp_path / "verstopt.xlsx", sheet1=hidden))


def test_an_old_or_locked_spreadsheet_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "oud.xlsx").write_bytes(gate.OLD_OFFICE + b"x" * 600)
    with pytest.raises(UnreadableFileError, match="zonder wachtwoord"):
        check_file(tmp_path / "oud.xlsx")


def test_a_zip_that_unpacks_to_too_much_is_refused_unread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "LARGEST_UNPACKED", 10_000_000)
    with zipfile.ZipFile(tmp_path / "bom.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("werken.shp", b"\0" * 11_000_000)
    with pytest.raises(UnreadableFileError, match="uitgepakt te groot"):
        check_file(tmp_path / "bom.zip")
    monkeypatch.undo()
    with zipfile.ZipFile(tmp_path / "bom.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("werken.shp", b"\0" * 60_000_000)
    with pytest.raises(UnreadableFileError, match="onwaarschijnlijk groot"):
        check_file(tmp_path / "bom.zip")


@pytest.mark.parametrize("name", ["a.json", "a.geojson", "a.gpkg", "a.fgb", "a.shp"])
def test_a_file_that_points_at_another_file_is_not_followed(name: str, tmp_path: Path) -> None:
    (tmp_path / f"{SECRET}.csv").write_text("Naam\nniet voor u\n")
    (tmp_path / name).write_text(VRT)
    with pytest.raises(UnreadableFileError, match="niet te lezen als kaartbestand"):
        layer_names(tmp_path / name)
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr(f"map/{name}", VRT)
    with pytest.raises(UnreadableFileError, match="niet te lezen als kaartbestand"):
        layer_names(tmp_path / "a.zip")


def test_a_zip_in_a_zip_is_not_opened(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "binnen.zip", "w") as archive:
        archive.writestr("a.geojson", '{"type": "FeatureCollection", "features": []}')
    with zipfile.ZipFile(tmp_path / "buiten.zip", "w") as archive:
        archive.write(tmp_path / "binnen.zip", "binnen.zip")
    with pytest.raises(UnreadableFileError, match="zit geen shapefile"):
        layer_names(tmp_path / "buiten.zip")
