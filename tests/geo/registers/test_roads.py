"""Road parts of NWB and BGT; the same file twice changes nothing, and surfaces are called after their street."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
import shapely
from django.core.management import CommandError, call_command
from django.test import Client

from geo.geocoding import Asked, Exactness, locate
from geo.intake.gate import UnreadableFileError
from geo.intake.problems import ImportRefusedError
from geo.models import Buurt, RoadPart
from geo.registers.roads import RoadReport, import_streets, kind_of
from planning.coordination.search import search
from tests.conftest import BASE
from tests.factories import ORIGIN, box, make_buurt, point
from tests.geo import mvt

pytestmark = pytest.mark.django_db
X, Y = ORIGIN


@pytest.fixture(autouse=True)
def buurt() -> Buurt:
    return make_buurt("De Lariks West", municipality_code="GM0106")


def nwb(path: Path, names: list[str], shapes: list[Any] | None = None, crs: int = 28992, **more: list[Any]) -> Path:
    """A file with the columns of the NWB; parts lie 100 m long beside each other."""
    shapes = shapes or [shapely.LineString([(X, Y + 50 * n), (X + 100, Y + 50 * n)]) for n in range(len(names))]
    frame = gpd.GeoDataFrame(
        {
            "wvk_id": [str(600_000_000 + n) for n in range(len(names))], "stt_naam": names,
            "wpsnaam": ["Assen"] * len(names), "bst_code": ["RB"] * len(names), "wegbehsrt": ["G"] * len(names),
            "wegbehnaam": ["Assen"] * len(names), "gme_id": [106] * len(names),
        } | more,
        geometry=shapes, crs=28992,
    ).to_crs(crs)  # fmt: skip
    if path.suffix == ".zip":
        frame.to_file(path.with_suffix(".shp"))
        with zipfile.ZipFile(path, "w") as archive:
            for part in path.parent.glob(f"{path.stem}.*"):
                if part.suffix != ".zip":
                    archive.write(part, part.name)
    else:
        frame.to_file(path, layer="wegvakken") if path.suffix == ".gpkg" else frame.to_file(path)
    return path


def bgt(path: Path, shapes: list[Any], uses: list[str], **more: list[Any]) -> Path:
    """A file with the columns of the BGT, which knows no street names."""
    frame = gpd.GeoDataFrame(
        {
            "lokaalID": [f"G0106.{n:032d}" for n in range(len(shapes))], "bgt_functie": uses,
            "bronhouder": ["G0106"] * len(shapes), "eindRegistratie": [None] * len(shapes),
        } | more,
        geometry=shapes, crs=28992,
    )  # fmt: skip
    frame.to_file(path, layer="wegdeel")
    return path


def counts(report: RoadReport) -> tuple[int, int, int, int]:
    return report.created, report.updated, report.unchanged, report.refused


@pytest.mark.parametrize(("name", "crs"), [("nwb.gpkg", 28992), ("nwb.zip", 28992), ("nwb.geojson", 4326)])
def test_lines_of_the_nwb(tmp_path: Path, buurt: Buurt, name: str, crs: int) -> None:
    file = nwb(tmp_path / name, ["Stroom", "Aar"], crs=crs)
    report = import_streets(file)
    assert (report.source, counts(report)) == ("NWB", (2, 0, 0, 0))
    part = RoadPart.objects.get(name="Stroom")
    assert (part.city, part.kind, part.manager, part.buurt) == ("Assen", "carriageway", "Assen", buurt)
    assert part.geometry.length == pytest.approx(100, abs=0.1)
    before = list(RoadPart.objects.order_by("pk").values())
    assert counts(import_streets(file)) == (0, 0, 2, 0)
    assert list(RoadPart.objects.order_by("pk").values()) == before


def test_surfaces_of_the_bgt_are_called_after_the_street_that_runs_over_them(tmp_path: Path) -> None:
    surfaces = [
        shapely.box(X, Y - 3, X + 100, Y + 3),
        shapely.box(X, Y + 4, X + 100, Y + 6),
        shapely.box(X + 500, Y, X + 520, Y + 9),
    ]
    uses = ["rijbaan lokale weg", "voetpad", "fietspad"]
    file = bgt(tmp_path / "bgt.gpkg", surfaces, uses)
    assert import_streets(file).named == 0
    assert import_streets(nwb(tmp_path / "nwb.gpkg", ["Stroom"])).named == 2, "a line that comes later names them too"
    assert list(RoadPart.objects.filter(source="BGT").order_by("pk").values_list("name", "kind", "city")) == [
        ("Stroom", "carriageway", "Assen"), ("Stroom", "footpath", "Assen"), ("", "cycle_path", ""),
    ]  # fmt: skip
    assert counts(import_streets(file)) == (0, 0, 3, 0)


def test_what_ended_and_what_is_bad_stays_out_and_is_told(tmp_path: Path) -> None:
    surfaces = [shapely.box(X, Y, X + 9, Y + 9)] * 3 + [None, shapely.Point(X, Y), shapely.box(1, 1, 2, 2)]
    file = bgt(
        tmp_path / "bgt.gpkg", surfaces, ["voetpad"] * 6, lokaalID=["a", "a", "b", "c", "d", "e"],
        eindRegistratie=[None, None, "2024-01-01", None, None, None],
    )  # fmt: skip
    report = import_streets(file)
    assert (report.created, report.ended, report.refused) == (1, 1, 4)
    said = " ".join(problem.text() for problem in report.problems)
    assert "“a” staat ook in rij 1" in said
    assert "“c” heeft geen lijn of vlak" in said
    assert "“d” ligt niet in Nederland of is een punt" in said
    assert "“e” ligt niet in Nederland" in said


@pytest.mark.parametrize(
    ("use", "kind"),
    [("RB", "carriageway"), ("", "carriageway"), ("rijbaan lokale weg", "carriageway"), ("woonerf", "carriageway"),
     ("FP", "cycle_path"), ("fietspad", "cycle_path"), ("voetpad op trap", "footpath"), ("VP", "footpath"),
     ("parkeervlak", "parking"), ("spoorbaan", "rail"), ("verkeerseiland", "other")],
)  # fmt: skip
def test_a_use_in_the_words_of_the_source(use: str, kind: str) -> None:
    assert kind_of(use) == kind


def test_what_vanished_is_said_and_removed_only_when_asked(tmp_path: Path) -> None:
    import_streets(nwb(tmp_path / "a.gpkg", ["Stroom", "Aar"]))
    elsewhere = make_buurt("Elders", geometry=box(5000, 5000, 100), municipality_code="GM0114")
    RoadPart.objects.create(
        name="Ver", source="NWB", external_id="1", geometry=box(5000, 5000, 9), buurt=elsewhere
    )  # fmt: skip
    file = nwb(tmp_path / "b.gpkg", ["Stroom"])
    report = import_streets(file)
    assert (report.vanished, report.removed, RoadPart.objects.count()) == (1, 0, 3)
    report = import_streets(file, remove_vanished=True)
    assert (report.vanished, report.removed) == (1, 1)
    assert set(RoadPart.objects.values_list("name", flat=True)) == {"Stroom", "Ver"}


def test_only_one_municipality(tmp_path: Path) -> None:
    far = [shapely.LineString([(X, Y), (X + 9, Y)]), shapely.LineString([(X + 9000, Y), (X + 9009, Y)])]
    report = import_streets(nwb(tmp_path / "a.gpkg", ["Stroom", "Ver"], far), municipality="GM0106")
    assert (report.created, RoadPart.objects.get().name) == (1, "Stroom")
    with pytest.raises(ImportRefusedError, match="import_areas"):
        import_streets(tmp_path / "a.gpkg", municipality="GM9999")


def test_the_command_reports_and_a_trial_keeps_nothing(tmp_path: Path, capsys: Any) -> None:
    call_command("import_streets", nwb(tmp_path / "a.gpkg", ["Stroom"]), dry_run=True)
    assert "Wegdelen (NWB): 1 nieuw, 0 gewijzigd, 0 gelijk, 0 geweigerd." in capsys.readouterr().out
    assert not RoadPart.objects.exists()
    with pytest.raises(CommandError, match="is er niet"):
        call_command("import_streets", tmp_path / "nergens.gpkg")


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.csv", "id;naam\n1;Stroom\n", "geen lijnen of vlakken"),
        ("a.gpkg", "niet echt", "niet te lezen als kaartbestand"),
        ("a.geojson", '{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"naam": "a"},'
         ' "geometry": {"type": "LineString", "coordinates": [[6.5, 53], [6.6, 53]]}}]}', "geen kolom Wvk id"),
        ("b.geojson", '{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"kenmerk": "a"},'
         ' "geometry": {"type": "LineString", "coordinates": [[6.5, 53], [6.6, 53]]}}]}', "zeg met --source"),
        ("c.geojson", '{"type": "FeatureCollection", "features": []}', "er staat niets in"),
    ],
)  # fmt: skip
def test_a_hopeless_file_ends_in_one_sentence(name: str, content: str, words: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(content)
    with pytest.raises((ImportRefusedError, UnreadableFileError), match=words):
        import_streets(tmp_path / name)


def test_search_and_geocoding_find_a_street_without_addresses(tmp_path: Path) -> None:
    import_streets(nwb(tmp_path / "a.gpkg", ["Höftlaan", "Aar"]))
    hit = search(None, "hoftlaan")[0]
    assert (hit["type"], hit["label"], hit["detail"]) == ("street", "Höftlaan", "straat in Assen")
    found = locate(Asked.parse("Höftlaan"))
    assert found is not None
    assert (found.label, found.exactness) == ("Höftlaan, Assen", Exactness.STREET)


def test_streets_are_a_layer_like_all_others(tmp_path: Path, client: Client) -> None:
    import_streets(nwb(tmp_path / "a.gpkg", ["Stroom"]))
    tile = mvt.tile_at(point(50, 0), 15)
    assert client.get(f"/tiles/streets/{tile.zoom}/{tile.x}/{tile.y}.mvt").status_code == 200
    items = client.get("/ogc/collections/streets/items?f=json").json()
    assert [item["properties"]["name"] for item in items["features"]] == ["Stroom"]


def test_the_streets_of_the_demonstration(buurt: Buurt) -> None:
    report = import_streets(BASE / "fixtures/straten_illustratief.geojson", source="illustratief")
    assert report.refused == 0
    assert report.created > 40
    assert "Stroom" in set(RoadPart.objects.values_list("name", flat=True))
