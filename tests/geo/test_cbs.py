"""Areas from the CBS wijk- en buurtkaart, in the layouts that people have."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas as gpd
import pytest
from django.core.management import CommandError, call_command

from geo.cbs import import_areas, read_composition
from geo.intake.gate import UnreadableFileError
from geo.models import Buurt, Wijk

pytestmark = pytest.mark.django_db

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"
REAL = FIXTURES / "cbs_buurten_assen_2019.geojson"
SHARED = FIXTURES.parents[1] / "shared" / "reference" / "cbs_buurten_assen_2019.geojson"
WIJKEN = FIXTURES / "wijken_assen.json"


def test_the_five_wijken_of_the_partners_are_made_of_buurten() -> None:
    report = import_areas(REAL, municipality="GM0106", composition=read_composition(WIJKEN))
    assert (report.buurten_created, report.wijken_created) == (91, 5)
    hectares = {wijk.slug: round(wijk.geometry.area / 10_000) for wijk in Wijk.objects.all()}
    assert hectares == {
        "assen-oost": 375, "de-lariks": 134, "oude-molenbuurt": 34, "kloosterveen": 588, "pittelo-marsdijk": 723,
    }  # fmt: skip
    assert len(Wijk.objects.get(slug="pittelo-marsdijk").geometry) == 2
    assert Wijk.objects.get(slug="oude-molenbuurt").buurten.get().code == "BU01060200"
    assert Buurt.objects.filter(wijk__isnull=True).exists()


def test_the_same_file_again_changes_nothing() -> None:
    import_areas(REAL, composition=read_composition(WIJKEN))
    report = import_areas(REAL, composition=read_composition(WIJKEN))
    assert (report.buurten_unchanged, report.wijken_unchanged) == (91, 5)
    assert report.buurten_created == report.buurten_updated == report.wijken_updated == 0


@pytest.mark.skipif(not SHARED.exists(), reason="the reference file stands beside the project only at the developers'")
def test_the_reference_file_itself_goes_through_the_importer() -> None:
    assert import_areas(SHARED, municipality="gm0106").buurten_created == 91
    assert Wijk.objects.filter(code="WK010601").exists(), "without a composition the wijken are those of CBS"


@pytest.mark.parametrize("name", ["buurten_2023.gpkg", "buurt_2019_v3.shp", "buurten.geojson"])
@pytest.mark.parametrize("crs", [28992, 4326])
def test_other_layouts(name: str, crs: int, tmp_path: Path) -> None:
    frame = gpd.read_file(REAL).rename(
        columns={"buurtcode": "BU_CODE", "buurtnaam": "BU_NAAM", "wijkcode": "WK_CODE", "gemeentecode": "GM_CODE",
                 "gemeentenaam": "GM_NAAM", "water": "H2O"}
    )  # fmt: skip
    frame = frame.drop(columns=["wijknaam", "jaar"])
    frame.loc[0, "H2O"] = "JA"
    frame = frame.to_crs(crs)
    path = tmp_path / name
    if name.endswith(".gpkg"):
        frame.to_file(path, layer="gemeenten")
        frame.to_file(path, layer="buurten")
    elif name.endswith(".shp"):
        frame.to_file(path)
    else:
        path.write_text(frame.to_json(drop_id=True))
    report = import_areas(path, municipality="GM0106")
    assert (report.buurten_created, report.water_left_out) == (90, 1)
    area = Buurt.objects.get(code="BU01060200").geometry.area
    assert area == pytest.approx(34e4, rel=0.05)


def test_rd_coordinates_that_nobody_declared_are_recognised(tmp_path: Path) -> None:
    collection = json.loads(REAL.read_text())
    del collection["crs"]
    (tmp_path / "b.geojson").write_text(json.dumps(collection))
    report = import_areas(tmp_path / "b.geojson")
    assert report.buurten_created == 91
    assert any("EPSG:28992" in notice for notice in report.notices)


def test_another_municipality_is_refused_with_what_there_is() -> None:
    with pytest.raises(UnreadableFileError, match="geen buurten van GM0014; wel van: GM0106 Assen"):
        import_areas(REAL, municipality="GM0014")


def test_a_buurt_that_vanished_is_reported_and_stays(tmp_path: Path) -> None:
    import_areas(REAL)
    collection = json.loads(REAL.read_text())
    gone = collection["features"].pop()["properties"]["buurtnaam"]
    (tmp_path / "b.geojson").write_text(json.dumps(collection))
    report = import_areas(tmp_path / "b.geojson")
    assert any(gone in notice and "blijft staan" in notice for notice in report.notices)
    assert Buurt.objects.count() == 91


def test_a_buurt_in_two_wijken_is_refused_and_nothing_kept(tmp_path: Path) -> None:
    wijken = [{"slug": s, "name": s, "buurten": ["BU01060200"]} for s in ("een", "twee")]
    (tmp_path / "w.json").write_text(json.dumps(wijken))
    with pytest.raises(UnreadableFileError, match="hoort bij twee wijken"):
        import_areas(REAL, composition=read_composition(tmp_path / "w.json"))
    assert Wijk.objects.count() == 0


def test_the_command_reports_and_a_proof_keeps_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("import_areas", str(REAL), "--wijken", str(WIJKEN), "--dry-run")
    said = capsys.readouterr().out
    assert "Buurten: 91 nieuw" in said
    assert "Proef: er is niets bewaard." in said
    assert Buurt.objects.count() == 0
    with pytest.raises(CommandError, match="is er niet"):
        call_command("import_areas", "/nergens/b.gpkg")
