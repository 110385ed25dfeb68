"""A partner's own file into the plan: every format, every sort of place, and nothing lost when rows are bad."""

from __future__ import annotations

import datetime as dt
import json
import zipfile
from pathlib import Path
from typing import Any

import geopandas as gpd
import openpyxl
import pytest
import shapely
from django.core.management import call_command
from pyproj import Transformer

from geo.intake.gate import UnreadableFileError
from geo.intake.problems import ImportRefusedError
from planning.partners.models import Organisation
from planning.works.importing import ImportReport, Vanished, import_works
from planning.works.models import Project, Work, WorkImport
from tests.factories import ORIGIN, make_buurt, make_organisation, make_road, make_work

pytestmark = pytest.mark.django_db

X, Y = ORIGIN
LON, LAT = (round(c, 6) for c in Transformer.from_crs(28992, 4326, always_xy=True).transform(X, Y))
HEADER = ["Kenmerk", "Naam", "Soort", "Begin", "Einde", "WKT"]


def square(east: float = 0.0, north: float = 0.0, size: float = 40.0) -> shapely.Polygon:
    return shapely.box(X + east, Y + north, X + east + size, Y + north + size)


def row(number: int, **values: Any) -> list[Any]:
    cells = {
        "Kenmerk": f"W-{number}", "Naam": f"Werk {number}", "Soort": "straat", "Begin": "3 mei 2027",
        "Einde": "01-10-2027", "WKT": square(number * 50).wkt,
    } | values  # fmt: skip
    return list(cells.values())


def csv_file(path: Path, rows: list[list[Any]], header: list[str] | None = None) -> Path:
    lines = [";".join(str(cell) for cell in line) for line in [header or HEADER, *rows]]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


@pytest.fixture
def actium() -> Organisation:
    return make_organisation(slug="actium", name="Actium")


@pytest.fixture(autouse=True)
def buurt() -> Any:
    return make_buurt("De Lariks West")


def test_a_finish_is_the_last_day_of_work(tmp_path: Path, actium: Organisation) -> None:
    import_works(csv_file(tmp_path / "w.csv", [row(1)]), actium)
    work = Work.objects.get()
    assert (work.planned_start, work.planned_finish) == (dt.date(2027, 5, 3), dt.date(2027, 10, 2))
    assert (work.owner, work.external_id, work.date_precision) == (actium, "W-1", "day")
    assert work.buurt is not None


def test_a_spreadsheet_with_titles_above_its_header(tmp_path: Path, actium: Organisation) -> None:
    book = openpyxl.Workbook()
    book.active.append(["Actium, planning"])
    book.active.append([])
    book.active.append([*HEADER, "Aantal woningen", "Budget (€)", "Complex"])
    book.active.append([*row(1, Begin=dt.datetime(2027, 5, 3), Einde="voorjaar 2028"), 20, "€ 1.250.000,00", "Aar"])
    book.active.append([None] * 9)
    book.active.append([*row(2, Soort="onbekend"), 1, 1, ""])
    book.save(tmp_path / "w.xlsx")
    report = import_works(tmp_path / "w.xlsx", actium, accept_valid=True)
    work = Work.objects.get()
    assert (work.dwellings, work.budget_eur, work.date_precision) == (20, 1_250_000, "season")
    assert work.planned_finish == dt.date(2028, 6, 1)
    assert work.project == Project.objects.get(name="Aar", owner=actium)
    assert [p.row for p in report.problems] == [6], "the row as Excel numbers it"


@pytest.mark.parametrize("name", ["w.gpkg", "w.geojson", "w.zip"])
def test_a_vector_file(name: str, tmp_path: Path, actium: Organisation) -> None:
    frame = gpd.GeoDataFrame(
        {"kenmerk": ["a", "b"], "naam": ["Werk a", "Werk b"], "soort": ["riool", "groen"],
         "begin": ["2027-01-04", "Q1 2028"], "einde": ["2027-03-01", "Q2 2028"]},
        geometry=[shapely.LineString([(X, Y), (X + 90, Y)]), square()], crs=28992,
    )  # fmt: skip
    if name == "w.zip":
        frame = frame.iloc[1:]
        frame.to_file(tmp_path / "werken.shp")
        with zipfile.ZipFile(tmp_path / name, "w") as archive:
            for part in tmp_path.glob("werken.*"):
                archive.write(part, part.name)
    elif name == "w.geojson":
        (tmp_path / name).write_text(frame.to_crs(4326).to_json(drop_id=True))
    else:
        frame.to_file(tmp_path / name, layer="werken")
    report = import_works(tmp_path / name, actium)
    assert report.problems == []
    assert Work.objects.get(external_id="b").geometry.distance(square_geos()) < 0.05
    assert import_works(tmp_path / name, actium).unchanged == len(frame)


def square_geos() -> Any:
    from django.contrib.gis.geos import GEOSGeometry

    return GEOSGeometry(square().wkt, srid=28992)


@pytest.mark.parametrize(
    ("header", "cells", "kind"),
    [
        (["x", "y"], [X + 5, Y + 5], "Point"),
        (["RD X", "RD Y"], [f"{X:.1f}".replace(".", ","), f"{Y:.1f}".replace(".", ",")], "Point"),
        (["lat", "lon"], [LAT, LON], "Point"),
        (["lat", "lon"], [LON, LAT], "Point"),
        (["buurt"], ["De Lariks West"], "MultiPolygon"),
        (["wkt"], [square().wkt], "Polygon"),
        (["geometrie"], [f'"SRID=28992;{square().wkt}"'], "Polygon"),
        (["wkt"], [f"POINT ({LON} {LAT})"], "Point"),
    ],
)  # fmt: skip
def test_a_place_in_every_way(
    header: list[str], cells: list[Any], kind: str, tmp_path: Path, actium: Organisation
) -> None:
    rows = [[*row(1)[:5], *cells]]
    report = import_works(csv_file(tmp_path / "w.csv", rows, [*HEADER[:5], *header]), actium)
    assert [p.text() for p in report.problems] == []
    work = Work.objects.get()
    assert work.geometry.geom_type == kind
    assert work.geometry.valid
    assert abs(work.geometry.centroid.x - X) < 2000


@pytest.mark.parametrize("suffix", ["geojson", "gpkg", "zip"])
def test_a_vector_file_with_the_latitude_first(suffix: str, tmp_path: Path, actium: Organisation) -> None:
    frame = gpd.GeoDataFrame(
        [{"naam": "Straat", "soort": "straat", "begin": "2027", "einde": "2028"}], geometry=[square()], crs=28992
    ).to_crs(4326)
    frame.geometry = shapely.transform(frame.geometry.to_numpy(), lambda c: c[:, ::-1])
    path = tmp_path / f"werken.{suffix}"
    if suffix == "zip":
        # A shapefile that does not say in what system it is.
        frame.set_crs(None, allow_override=True).to_file(tmp_path / "werken.shp")
        with zipfile.ZipFile(path, "w") as archive:
            for part in ("shp", "shx", "dbf"):
                archive.write(tmp_path / f"werken.{part}", f"werken.{part}")
    else:
        frame.to_file(path)
    report = import_works(path, actium)
    assert not report.problems
    assert any("omgekeerd" in notice for notice in report.notices)
    assert shapely.from_wkt(Work.objects.get().geometry.wkt).hausdorff_distance(square()) < 0.05


def test_all_shapefiles_of_a_zip_are_read(tmp_path: Path, actium: Organisation) -> None:
    path = tmp_path / "werken.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, shape in (("vlak", square()), ("lijn", shapely.LineString([(X, Y), (X + 9, Y)]))):
            frame = gpd.GeoDataFrame(
                [{"naam": name, "soort": "straat", "begin": "2027", "einde": "2028"}], geometry=[shape], crs=28992
            )
            frame.to_file(tmp_path / f"{name}.shp")
            for part in ("shp", "shx", "dbf", "prj"):
                archive.write(tmp_path / f"{name}.{part}", f"{name}.{part}")
    report = import_works(path, actium)
    assert report.created == 2
    assert "Het zip-bestand heeft 2 shapefiles; ze zijn alle gelezen." in report.notices


def test_a_work_takes_the_place_of_its_street(tmp_path: Path, actium: Organisation) -> None:
    make_road("Stroom")
    header = [*HEADER[:5], "Straat", "Huisnummers", "Buurt"]
    rows = [[*row(1)[:5], "Stroom", "", "De Lariks West"], [*row(2)[:5], "Strom", "", ""]]
    report = import_works(csv_file(tmp_path / "w.csv", rows, header), actium, accept_valid=True)
    assert Work.objects.get().geometry.length == pytest.approx(90)
    (problem,) = report.problems
    assert (problem.column, problem.mend_nl) == ("Straat", "Bedoelt u: stroom?")


@pytest.mark.parametrize(
    ("wkt", "why"),
    [
        (f"POLYGON (({X} {Y}, {X + 40} {Y + 40}, {X + 40} {Y}, {X} {Y + 40}, {X} {Y}))", "kruist"),
        (f"POLYGON (({X} {Y}, {X} {Y + 40}, {X + 40} {Y + 40}, {X + 40} {Y}, {X} {Y}))", "richting"),
    ],
)
def test_what_is_safe_to_mend_is_mended_and_said(wkt: str, why: str, tmp_path: Path, actium: Organisation) -> None:
    report = import_works(csv_file(tmp_path / "w.csv", [row(1, WKT=wkt)]), actium)
    said = " ".join(r.text() for r in report.repairs)
    # One of both directions is the right one; the other must be mended.
    if why == "kruist" or "richting" in said:
        assert why in said
    assert Work.objects.get().geometry.valid


@pytest.mark.parametrize(
    ("values", "column", "words"),
    [
        ({"Einde": "31-02-2028"}, "Einde", "geen bestaande datum"),
        ({"Einde": "1 mei 2027"}, "Einde", "voor het begin"),
        ({"Begin": "spoedig"}, "Begin", "geen datum"),
        ({"Begin": ""}, "Begin", "ontbreekt"),
        ({"Soort": "slop"}, "Soort", "sloop"),
        ({"Naam": ""}, "Naam", "ontbreekt"),
        ({"WKT": ""}, "WKT", "geen plek"),
        ({"WKT": "POLYGON ((1 2"}, "WKT", "geen geometrie"),
        ({"WKT": "POINT (2.35 48.85)"}, "WKT", "niet in Nederland"),
        ({"WKT": "POINT (120000 480000)"}, "WKT", "buiten alle buurten"),
        ({"WKT": f"POLYGON (({X} {Y}, {X + 0.1} {Y}, {X} {Y + 0.1}, {X} {Y}))"}, "WKT", "m² groot"),
        ({"Naam": "n" * 201}, "Naam", "201 tekens"),
    ],
)
def test_a_bad_row_says_where_what_and_how_to_mend(
    values: dict[str, str], column: str, words: str, tmp_path: Path, actium: Organisation
) -> None:
    report = import_works(csv_file(tmp_path / "w.csv", [row(1), row(2, **values)]), actium)
    assert not report.kept
    assert Work.objects.count() == 0
    (problem,) = report.problems
    assert (problem.row, problem.column) == (3, column)
    assert words in problem.text("nl")
    assert problem.text("en").startswith(f"row 3, column {column}: ")
    assert problem.mend_nl
    assert problem.mend_en


def test_three_bad_rows_of_500_keep_all_out_or_let_the_others_in(tmp_path: Path, actium: Organisation) -> None:
    rows = [row(n % 15, Kenmerk=f"W-{n}") for n in range(500)]
    for bad in (7, 250, 499):
        rows[bad][3] = "ooit"
    file = csv_file(tmp_path / "w.csv", rows)
    report = import_works(file, actium)
    assert (report.refused, report.created, report.kept, Work.objects.count()) == (3, 497, False, 0)
    assert [p.row for p in report.problems] == [9, 252, 501]
    report = import_works(file, actium, accept_valid=True)
    assert (report.refused, report.created, Work.objects.count()) == (3, 497, 497)
    assert len(WorkImport.objects.get().problems) == 3


def test_the_same_file_again_changes_nothing(tmp_path: Path, actium: Organisation) -> None:
    file = csv_file(tmp_path / "w.csv", [row(1), row(2)])
    import_works(file, actium)
    before = list(Work.objects.order_by("pk").values_list("version", "updated_at"))
    events = Work.pgh_event_models["update"].objects.count()
    report = import_works(file, actium)
    assert (report.created, report.updated, report.unchanged) == (0, 0, 2)
    assert list(Work.objects.order_by("pk").values_list("version", "updated_at")) == before
    assert Work.pgh_event_models["update"].objects.count() == events


def test_a_changed_row_updates_and_leaves_alone_what_has_no_column(tmp_path: Path, actium: Organisation) -> None:
    import_works(csv_file(tmp_path / "w.csv", [row(1)]), actium)
    Work.objects.update(dwellings=12)
    report = import_works(csv_file(tmp_path / "w.csv", [row(1, Einde="1 november 2027")]), actium)
    work = Work.objects.get()
    assert report.updated == 1
    assert (work.planned_finish, work.dwellings) == (dt.date(2027, 11, 2), 12)


def test_a_vanished_row_is_said_and_deleted_only_when_asked(tmp_path: Path, actium: Organisation) -> None:
    import_works(csv_file(tmp_path / "w.csv", [row(1), row(2)]), actium)
    file = csv_file(tmp_path / "w.csv", [row(1)])
    report = import_works(file, actium)
    assert (report.vanished, Work.objects.count()) == (["Werk 2"], 2)
    report = import_works(file, actium, gone=Vanished.DELETE)
    assert (report.deleted, Work.objects.count()) == (1, 1)


def test_nobody_moves_anothers_work(tmp_path: Path, actium: Organisation) -> None:
    other = make_work(owner=make_organisation(slug="stila", name="STILA"), source="actium", external_id="W-1")
    start = other.planned_start
    report = import_works(csv_file(tmp_path / "w.csv", [row(1)]), actium, gone=Vanished.DELETE)
    assert report.created == 1
    other.refresh_from_db()
    assert other.planned_start == start


def test_a_dry_run_keeps_nothing(tmp_path: Path, actium: Organisation) -> None:
    report = import_works(csv_file(tmp_path / "w.csv", [row(1)]), actium, dry_run=True)
    assert (report.created, report.kept, Work.objects.count(), WorkImport.objects.count()) == (1, False, 0, 0)


def test_rows_without_an_identity_are_known_by_name_and_doubles_refused(tmp_path: Path, actium: Organisation) -> None:
    rows = [row(1)[1:], row(2)[1:]]
    file = csv_file(tmp_path / "w.csv", rows, HEADER[1:])
    assert import_works(file, actium).created == 2
    assert import_works(file, actium).unchanged == 2
    report: ImportReport = import_works(csv_file(tmp_path / "w.csv", [row(1), row(1)]), actium)
    assert "staat ook in rij 2" in report.problems[0].text()


def test_the_works_of_an_import_cost_a_fixed_number_of_queries(
    tmp_path: Path, actium: Organisation, django_assert_max_num_queries: Any
) -> None:
    file = csv_file(tmp_path / "w.csv", [row(n % 15, Kenmerk=f"W-{n}") for n in range(300)])
    with django_assert_max_num_queries(16):
        import_works(file, actium)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("w.csv", b"", "leeg"),
        ("w.csv", b"Naam;Soort;Begin;Einde\n", "geen rijen"),
        ("w.csv", b"een verhaal\nzonder kop\n", "geen rij met kolomnamen"),
        ("w.xlsx", b"niet echt excel", "geen goed Excel-bestand"),
        ("w.gpkg", b"niet echt een kaart", "niet te lezen als kaartbestand"),
        ("w.docx", b"tekst", "van een soort die niet gelezen wordt"),
    ],
)
def test_a_hopeless_file_ends_in_one_sentence(
    name: str, content: bytes, words: str, tmp_path: Path, actium: Organisation
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises((ImportRefusedError, UnreadableFileError), match=words):
        import_works(tmp_path / name, actium)


def test_a_zip_that_climbs_out_of_its_folder_is_refused(tmp_path: Path, actium: Organisation) -> None:
    with zipfile.ZipFile(tmp_path / "w.zip", "w") as archive:
        archive.writestr("../../buiten.shp", b"x")
    with pytest.raises(UnreadableFileError, match="buiten zijn eigen map"):
        import_works(tmp_path / "w.zip", actium)


def test_the_command_prints_problems_and_fails(tmp_path: Path, actium: Organisation, capsys: Any) -> None:
    file = csv_file(tmp_path / "w.csv", [row(1), row(2, Einde="31-02-2028")])
    with pytest.raises(SystemExit):
        call_command("import_works", file, organisation="actium")
    said = capsys.readouterr().out
    assert "rij 3, kolom Einde: “31-02-2028” is geen bestaande datum. Schrijf een bestaande dag" in said
    assert "1 geweigerd" in said
    mapping = tmp_path / "m.json"
    mapping.write_text(json.dumps({"Einde": "finish"}))
    with pytest.raises(SystemExit):
        call_command("import_works", file, organisation="actium", accept_valid=True, mapping=mapping)
    assert Work.objects.count() == 1
