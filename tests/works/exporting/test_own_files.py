"""A file of ours, changed by hand in Excel or QGIS and brought in again, changes what was changed and nothing else."""

from __future__ import annotations

import datetime as dt
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pyogrio
import pytest
import shapely
from django.test import Client
from django.utils.timezone import localtime

from geo.intake.headers import Vocabulary
from planning.partners.models import Organisation
from planning.works.importing import import_works
from planning.works.models import Work
from tests import factories as make

pytestmark = pytest.mark.django_db
D = dt.date


@pytest.fixture
def actium() -> Organisation:
    """An organisation with a surface, a line and a point, one of them known to the month, one with a hostile name."""
    owner = make.make_organisation(slug="actium", name="Actium")
    buurt = make.make_buurt("De Lariks West")
    for number, (name, shape, precision) in enumerate([
        ("Sloop", make.box(0, 0, 40), "day"),
        ("-Riool “Eén”", make.line((200, 0), (260, 30)), "month"),
        ("@Boom", make.point(300, 0), "year"),
    ]):  # fmt: skip
        make.make_work(
            "demolition", "2027-01-01", "2028-01-01", shape, name=name, owner=owner, source="actium", buurt=buurt,
            external_id=f"A-{number}", date_precision=precision, description="+ eerst dit\n- dan dat",
        )  # fmt: skip
    return owner


def fetch(owner: Organisation, extension: str, folder: Path) -> Path:
    """Download the works of an organisation as its planner."""
    client = Client()
    client.force_login(make.make_user(owner))
    response = client.get(f"/export/works.{extension}", {"owner": owner.slug})
    path = folder / f"works.{extension}"
    path.write_bytes(b"".join(response.streaming_content))  # type: ignore[arg-type]
    return path


@pytest.mark.parametrize("extension", ["xlsx", "csv", "gpkg", "geojson", "fgb", "zip"])
def test_what_was_not_changed_stays_as_it_is(actium: Organisation, extension: str, tmp_path: Path) -> None:
    before = list(Work.objects.order_by("pk").values())
    report = import_works(fetch(actium, extension, tmp_path), actium)
    assert not report.problems
    # A shapefile holds a text on one line and 254 letters of it.
    assert report.updated == 0 or extension == "zip"
    assert (report.created, report.refused, report.vanished) == (0, 0, [])
    for old, new in zip(before, Work.objects.order_by("pk").values(), strict=True):
        assert shapely.from_wkt(old["geometry"].wkt).hausdorff_distance(shapely.from_wkt(new["geometry"].wkt)) < 0.02
        for name in (
            "name",
            "planned_start",
            "planned_finish",
            "date_precision",
            "kind",
            "status",
            "external_id",
            "description",
        ):
            assert old[name] == new[name], name


def test_a_day_that_was_changed_in_excel_is_the_last_day_of_work(actium: Organisation, tmp_path: Path) -> None:
    path = fetch(actium, "xlsx", tmp_path)
    book = openpyxl.load_workbook(path)
    sheet: Any = book.active
    heads = [cell.value for cell in sheet[1]]
    assert "finish" not in heads, "a reader would take the first day after for the last"
    cell = sheet.cell(2, heads.index("last_day") + 1)
    assert cell.value == dt.datetime(2027, 12, 31)
    cell.value = dt.datetime(2028, 3, 14)
    book.save(path)
    report = import_works(path, actium)
    assert (report.updated, report.unchanged) == (1, 2)
    assert Work.objects.get(external_id="A-0").planned_finish == D(2028, 3, 15)


def test_a_point_elsewhere_does_move_a_work(actium: Organisation, tmp_path: Path) -> None:
    path = fetch(actium, "xlsx", tmp_path)
    frame = pd.read_excel(path)
    frame.loc[0, "x"] += 100
    frame.to_excel(path, index=False)
    import_works(path, actium)
    assert Work.objects.get(external_id="A-0").geometry.geom_type == "Point"


def test_days_in_a_csv_are_written_as_dutch_excel_reads_them(actium: Organisation, tmp_path: Path) -> None:
    frame = pd.read_csv(fetch(actium, "csv", tmp_path), sep=";", encoding="utf-8-sig").set_index("external_id")
    assert frame.loc["A-0", ["start", "last_day"]].tolist() == ["2027-01-01", "2027-12-31"]
    changed = dt.datetime.fromisoformat(frame.loc["A-0", "updated_at"])
    assert abs((localtime().replace(tzinfo=None) - changed).total_seconds()) < 3600, "in our own time, not in Greenwich"


def test_a_shapefile_says_what_it_cuts_short(actium: Organisation, tmp_path: Path) -> None:
    path = fetch(actium, "zip", tmp_path)
    with zipfile.ZipFile(path) as archive:
        said = archive.read("kolommen.txt").decode("utf-8-sig").splitlines()
    short = dict(line.split(" = ") for line in said if " = " in line)
    assert short["hinders_tr"] == "hinders_traffic"
    fields = pyogrio.read_info(f"/vsizip/{path}/works-vlakken.shp")["fields"]
    assert set(short) <= set(fields)


def test_names_that_would_be_the_same_in_a_shapefile_are_told_apart(actium: Organisation, tmp_path: Path) -> None:
    client = Client()
    client.force_login(make.make_user(actium))
    path = tmp_path / "na-sloop.zip"
    path.write_bytes(b"".join(client.get("/export/na-sloop.zip").streaming_content))  # type: ignore[arg-type]
    fields = list(pyogrio.read_info(f"/vsizip/{path}/na-sloop-vlakken.shp")["fields"])
    assert {"fallow_wee", "fallow_w_1"} <= set(fields)
    with zipfile.ZipFile(path) as archive:
        assert "fallow_w_1 = fallow_weeks_to_come" in archive.read("kolommen.txt").decode("utf-8-sig")


def test_a_name_of_ten_letters_that_fits_two_fields_is_no_guess() -> None:
    words = Vocabulary(
        {"one": ("omschrijving a",), "two": ("omschrijving b",), "three": ("toelichting",)}, frozenset(), ""
    )
    assert words.meaning("omschrijvi") is None
    assert words.meaning("toelichtin") == "three"
    assert words.meaning("toelicht") is None
