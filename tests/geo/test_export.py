"""A layer as a file comes back from other programs as it went in, with nothing of what the caller may not see."""

from __future__ import annotations

import datetime as dt
import io
import json
import sqlite3
import tempfile
import tracemalloc
import urllib.request
import zipfile
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import geopandas as gpd
import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio
import pytest
import shapely
from django.test import Client

from geo import layers
from geo.export import batches, gdal, parquet
from geo.export.base import Export, Format
from geo.export.formats import FORMATS, formats_of
from geo.ogc.systems import RD
from planning.partners.visibility import Visibility
from planning.works.exporting import ms_project
from planning.works.models import Work
from tests import factories as make
from tests.qgis import run

pytestmark = pytest.mark.django_db
D = dt.date
SHAPED = ("gpkg", "geojson", "fgb", "zip", "parquet")
"""The forms that hold a geometry as such."""


@pytest.fixture
def works() -> list[Work]:
    """Two plots and a line of one owner."""
    buurt = make.make_buurt(wijk=make.make_wijk())
    shapes = [make.box(0, 0, 40), make.box(100, 0, 40), make.line((200, 0), (260, 30))]
    return [
        make.make_work(
            kind, name=name, geometry=shape, buurt=buurt, dwellings=number, visibility=Visibility.PUBLIC,
            planned_start=D(2027, 1, 1), planned_finish=D(2027 + number, 7, 1),
        )
        for number, (kind, name, shape) in enumerate(
            zip(("demolition", "street", "sewer"), ("Sloop; “Eén”", "=1+1", "Riool"), shapes, strict=True)
        )
    ]  # fmt: skip


def fetch(extension: str, folder: Path, client: Client | None = None, **query: str) -> Path:
    """Download works in a form, and return the file."""
    response = (client or Client()).get(f"/export/works.{extension}", query)
    assert response.status_code == 200
    assert response["Content-Disposition"].startswith("attachment; filename=")
    path = folder / f"works.{extension}"
    path.write_bytes(b"".join(response.streaming_content))  # type: ignore[arg-type]
    return path


def frames(path: Path) -> gpd.GeoDataFrame:
    """Read every layer that has a geometry with GDAL (GeoParquet with GeoPandas: our GDAL has no driver for it)."""
    if path.suffix == ".parquet":
        return gpd.read_parquet(path).sort_values("id")
    name = f"/vsizip/{path}" if path.suffix == ".zip" else str(path)
    layers = [layer for layer, kind in pyogrio.list_layers(name) if kind is not None]
    return pd.concat([pyogrio.read_dataframe(name, layer=layer) for layer in layers]).sort_values("id")


@pytest.mark.parametrize("extension", SHAPED)
def test_gdal_reads_back_what_was_stored(works: list[Work], tmp_path: Path, extension: str) -> None:
    frame = frames(fetch(extension, tmp_path))
    assert frame["id"].tolist() == [work.pk for work in works]
    assert frame["name"].tolist() == [work.name for work in works]
    assert [pd.Timestamp(day).date() for day in frame["start"]] == [work.planned_start for work in works]
    frame = frame.to_crs(28992)
    for shape, work in zip(frame.geometry, works, strict=True):
        assert shape.hausdorff_distance(shapely.from_wkt(work.geometry.wkt)) < 0.02


def test_the_csv_has_a_place_and_no_formulas(works: list[Work], tmp_path: Path) -> None:
    text = fetch("csv", tmp_path).read_bytes()
    assert text.startswith(b"\xef\xbb\xbf")
    frame = pd.read_csv(io.BytesIO(text), sep=";", encoding="utf-8-sig")
    assert frame["name"].tolist() == ["Sloop; “Eén”", "'=1+1", "Riool"]
    assert shapely.from_wkt(frame["WKT"][0]).equals(shapely.from_wkt(works[0].geometry.wkt))


def test_the_workbook_has_dates_and_a_place_and_no_formulas(works: list[Work], tmp_path: Path) -> None:
    sheet = openpyxl.load_workbook(fetch("xlsx", tmp_path)).active
    assert sheet is not None
    rows = [dict(zip([c.value for c in sheet[1]], [c.value for c in row], strict=True)) for row in sheet.iter_rows(2)]
    assert [row["name"] for row in rows] == ["Sloop; “Eén”", "'=1+1", "Riool"]
    assert rows[0]["start"] == dt.datetime(2027, 1, 1)
    assert make.box(0, 0, 40).contains(make.Point(rows[0]["x"], rows[0]["y"], srid=28992))
    assert sheet.freeze_panes == "B2"


def test_the_geopackage_carries_its_looks_where_qgis_looks(works: list[Work], tmp_path: Path) -> None:
    with sqlite3.connect(fetch("gpkg", tmp_path)) as file:
        table, default, style = file.execute("SELECT f_table_name, useAsDefault, styleQML FROM layer_styles").fetchone()
    assert (table, default) == ("works", 1)
    rules = ET.fromstring(style).findall(".//rule")  # noqa: S314 -- our own
    assert [rule.get("label") for rule in rules] == ["sloop", "riool", "straat"], "what is not in it needs no legend"
    assert "118,12,12" in style  # demolition, #760C0C
    assert 'class="LinePatternFill"' in style


OPENED = """
said = {}
for form in ("Polygon", "LineString"):
    layer = QgsVectorLayer(f"{sys.argv[1]}|layername=works|geometrytype={form}", form, "ogr")
    root = layer.renderer().rootRule()
    drawn = {}
    for feature in layer.getFeatures():
        context = QgsExpressionContext()
        context.setFeature(feature)
        for rule in root.children():
            if QgsExpression(rule.filterExpression()).evaluate(context):
                drawn[feature["name"]] = [rule.label(), rule.symbol().type()]
    said[form] = drawn
print(json.dumps(said))
"""


def test_qgis_takes_over_the_looks_of_a_geopackage(works: list[Work], tmp_path: Path) -> None:
    fill, line = 2, 1
    assert run(OPENED, str(fetch("gpkg", tmp_path))) == {
        "Polygon": {"Sloop; “Eén”": ["sloop", fill], "=1+1": ["straat", fill]},
        "LineString": {"Riool": ["riool", line]},
    }


def test_a_shapefile_comes_with_all_its_parts_per_kind_of_geometry(works: list[Work], tmp_path: Path) -> None:
    names = set(zipfile.ZipFile(fetch("zip", tmp_path)).namelist())
    for family in ("vlakken", "lijnen"):
        assert {f"works-{family}.{part}" for part in ("shp", "dbf", "shx", "prj", "cpg")} <= names


@pytest.mark.parametrize("extension", FORMATS)
def test_the_same_filters_as_on_screen(works: list[Work], tmp_path: Path, extension: str) -> None:
    path = fetch(extension, tmp_path, kind="sewer", datetime="2027-03-01", filter="dwellings > 1")
    if extension in SHAPED:
        assert frames(path)["name"].tolist() == ["Riool"]
    elif extension == "csv":
        assert len(pd.read_csv(path, sep=";")) == 1
    else:
        assert len(pd.read_excel(path)) == 1


HOSTILE = '=HYPERLINK("x")\x07\x1b<b>\'; DROP TABLE\u2028\u202e,"\n;\t' + "ë" * 150
TIDY = HOSTILE.replace("\x07", "").replace("\x1b", "")


@pytest.mark.parametrize("extension", FORMATS)
def test_hostile_names_are_only_text(works: list[Work], tmp_path: Path, extension: str) -> None:
    Work.objects.update(name=HOSTILE, description=HOSTILE)
    path = fetch(extension, tmp_path)
    if extension == "csv":
        found = pd.read_csv(path, sep=";", encoding="utf-8-sig")["name"].tolist()
        assert found == ["'" + HOSTILE] * 3
    elif extension == "xlsx":
        assert pd.read_excel(path)["name"].tolist() == ["'" + TIDY] * 3
        sheet = openpyxl.load_workbook(path).active
        assert sheet is not None
        assert "f" not in {cell.data_type for row in sheet for cell in row}, "no formulas"
    elif extension == "zip":
        # A shapefile has room for 254 bytes.
        assert all(HOSTILE.startswith(name) for name in frames(path)["name"])
    else:
        assert frames(path)["name"].tolist() == [HOSTILE] * 3


def test_geoparquet_says_what_is_in_it(works: list[Work], tmp_path: Path) -> None:
    said = json.loads(pq.read_metadata(fetch("parquet", tmp_path)).metadata[b"geo"])
    column = said["columns"][said["primary_column"]]
    assert (said["version"], column["encoding"]) == ("1.1.0", "WKB")
    assert column["geometry_types"] == ["LineString", "Polygon"]
    assert column["crs"]["id"] == {"authority": "EPSG", "code": 28992}
    west, south, east, north = column["bbox"]
    assert (west, south) == make.ORIGIN
    assert (round(east - west), round(north - south)) == (260, 40)
    wgs = fetch("parquet", tmp_path, crs="http://www.opengis.net/def/crs/OGC/1.3/CRS84")
    assert gpd.read_parquet(wgs).crs == "OGC:CRS84"


def test_geojson_in_metres_names_its_system(works: list[Work], tmp_path: Path) -> None:
    path = fetch("geojson", tmp_path, crs=RD.uri)
    frame = pyogrio.read_dataframe(path)
    assert frame.crs.to_epsg() == 28992
    assert frame.geometry.iloc[0].bounds[0] == pytest.approx(make.ORIGIN[0])


@pytest.mark.parametrize("extension", FORMATS)
def test_nothing_found_is_still_a_file(tmp_path: Path, extension: str) -> None:
    assert fetch(extension, tmp_path).stat().st_size > 0


def test_other_coordinates_where_asked(works: list[Work], tmp_path: Path) -> None:
    frame = pyogrio.read_dataframe(
        fetch("gpkg", tmp_path, crs="http://www.opengis.net/def/crs/EPSG/0/4326"), layer="works"
    )
    assert frame.crs.to_epsg() == 4326
    assert 6 < frame.geometry.iloc[0].centroid.x < 7
    assert pyogrio.read_dataframe(fetch("fgb", tmp_path)).crs.to_epsg() == RD.srid


def test_a_hidden_work_is_in_no_file_but_its_owners(works: list[Work], tmp_path: Path) -> None:
    Work.objects.filter(pk=works[0].pk).update(visibility=Visibility.INTERNAL)
    assert len(frames(fetch("gpkg", tmp_path))) == 2
    member = Client()
    member.force_login(make.make_user(works[0].owner))
    assert len(frames(fetch("fgb", tmp_path, member))) == 3


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("works.exe", 404), ("nergens.gpkg", 404), ("works.gpkg?kleur=rood", 400), ("works.gpkg?limit=5", 400),
        ("works.gpkg?filter=kind%20%3D", 400), ("works.csv?bbox=1,2", 400), ("wijken.xml", 404),
    ],
)  # fmt: skip
def test_what_cannot_be_is_said(path: str, status: int) -> None:
    response = Client().get(f"/export/{path}")
    assert response.status_code == status
    assert response["Content-Type"] == "application/problem+json"


def test_what_only_the_database_can_tell_is_no_fault_of_ours(works: list[Work]) -> None:
    assert Client().get("/export/works.csv", {"filter": "dwellings ^ 100000000 > 1"}).status_code == 400
    assert Work.objects.count() == 3, "the transaction around it goes on"


def test_nothing_is_left_on_disk(works: list[Work], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    response = Client().get("/export/works.gpkg")
    assert list(tmp_path.iterdir())
    b"".join(response.streaming_content)  # type: ignore[arg-type]
    response.close()
    assert list(tmp_path.iterdir()) == []


def test_no_form_holds_more_of_many_records_than_of_few(
    works: list[Work], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Python's memory and Arrow's, at their most; tests/benchmarks/exports.py measures the whole process."""
    few, many = 400, 3_000
    monkeypatch.setattr(batches, "BATCH", 100)
    monkeypatch.setattr(ms_project, "BATCH", 100)
    monkeypatch.setattr(parquet, "ROWS_PER_GROUP", 200)
    owner, buurt, shape = works[0].owner, works[0].buurt, make.box(0, 0, 40)
    Work.objects.bulk_create(
        Work(
            name=f"Werk {number}", description="omschrijving " * 40, owner=owner, kind="street", status="planned",
            buurt=buurt, project=make.make_project(f"Project {number}", owner) if number % 10 == 0 else None,
            geometry=shape, planned_start=D(2027, 1, 1), planned_finish=D(2028, 1, 1), visibility=Visibility.PUBLIC,
            external_id=str(number),
        )
        for number in range(many)
    )  # fmt: skip
    layer = layers.get("works")
    assert layer is not None
    records = layer.records(None).order_by("pk")
    until = records.values_list("pk", flat=True)[few]

    def most(form: Format, chosen: Any) -> int:
        pool = pa.proxy_memory_pool(pa.default_memory_pool())
        default = pa.default_memory_pool()
        pa.set_memory_pool(pool)
        tracemalloc.start()
        try:
            with tempfile.TemporaryDirectory(dir=tmp_path) as folder:
                form.write(Export(chosen, layer, None, form, Path(folder)))
            return tracemalloc.get_traced_memory()[1] + (pool.max_memory() or 0)
        finally:
            tracemalloc.stop()
            pa.set_memory_pool(default)

    grown = {}
    for form in formats_of("works").values():
        most(form, records.filter(pk__lt=until))  # what is loaded and kept the first time is no part of it
        small, large = most(form, records.filter(pk__lt=until)), most(form, records)
        if large > 1.3 * small:
            grown[form.extension] = (small, large)
    assert grown == {}


@pytest.mark.parametrize(("most", "indexed"), [(3, True), (2, False)])
def test_a_flatgeobuf_has_an_index_as_far_as_it_fits_in_memory(
    works: list[Work], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, most: int, indexed: bool
) -> None:
    monkeypatch.setattr(gdal, "INDEXED_UP_TO", most)
    assert pyogrio.read_info(fetch("fgb", tmp_path))["capabilities"]["fast_spatial_filter"] is indexed


def test_the_real_server_sends_whole_files_and_cleans_up(demo_site: str, tmp_path: Path) -> None:
    for extension in FORMATS:
        with urllib.request.urlopen(f"{demo_site}/export/works.{extension}") as response:
            content = response.read()
            assert len(content) == int(response.headers["Content-Length"])
        (tmp_path / f"works.{extension}").write_bytes(content)
    assert len(pyogrio.read_dataframe(tmp_path / "works.gpkg", layer="works")) > 100
