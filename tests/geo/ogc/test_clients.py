"""Clients that we did not write read the collections: GDAL's own driver, and judges of the OpenAPI document."""

from __future__ import annotations

import json
import urllib.request
from typing import Any

import geopandas as gpd
import psycopg
import pyogrio
import pytest
from openapi_spec_validator import validate

from geo import layers


@pytest.fixture(scope="module")
def gdal(demo_site: str) -> str:
    """The name by which GDAL opens the service."""
    return f"OAPIF:{demo_site}/ogc/"


SEEN = (
    "visibility = 'public' AND coalesce(embargo_until <= current_date, kind NOT IN ('relocation', 'demolition',"
    " 'renovation') OR dwellings = 0 OR status IN ('under_way', 'done') OR"
    " least(tenants_informed_on, actual_start, 'infinity') <= current_date)"
)
PUBLIC = {
    "works": f"SELECT count(*) FROM works_work WHERE status <> 'cancelled' AND {SEEN}",
    "findings": "SELECT count(*) FROM coordination_finding f WHERE resolved_at IS NULL AND NOT EXISTS (SELECT 1 FROM"
                " coordination_finding_works JOIN works_work w ON w.id = work_id WHERE finding_id = f.id AND"
                f" NOT ({SEEN}))",
    "initiatives": "SELECT count(*) FROM initiatives_initiative WHERE state <> 'submitted'",
    "centres": "SELECT count(*) FROM initiatives_neighbourhoodcentre",
    "meetings": "SELECT count(*) FROM initiatives_meeting",
    "addresses": "SELECT count(*) FROM geo_address",
    "buurten": "SELECT count(*) FROM geo_buurt",
    "wijken": "SELECT count(*) FROM geo_wijk",
}  # fmt: skip
"""How many records of each layer anyone may see, asked of the database itself."""


def counted(url: str, statement: str) -> int:
    """Return what a bare statement counts in the demonstration."""
    with psycopg.connect(url.replace("postgis:", "postgresql:")) as connection:
        return int(connection.execute(statement).fetchone()[0])  # type: ignore[index]


def test_gdal_lists_every_layer(gdal: str) -> None:
    assert set(pyogrio.list_layers(gdal)[:, 0]) == {layer.id for layer in layers.all_layers()}


@pytest.mark.parametrize("layer", PUBLIC)
def test_gdal_reads_all_pages(gdal: str, demo_url: str, layer: str) -> None:
    frame = pyogrio.read_dataframe(gdal, layer=layer, PAGE_SIZE="25")
    assert len(frame) == counted(demo_url, PUBLIC[layer]) > 0
    assert frame.crs.to_epsg() == 28992
    assert frame.geometry.notna().all()


def test_coordinates_are_those_of_the_database_in_rd_and_in_degrees(gdal: str, demo_url: str) -> None:
    rd = pyogrio.read_dataframe(gdal, layer="addresses")
    degrees = pyogrio.read_dataframe(gdal, layer="addresses", CRS="OGC:CRS84")
    with psycopg.connect(demo_url.replace("postgis:", "postgresql:")) as connection:
        rows = connection.execute(
            "SELECT postcode, number, ST_X(point), ST_Y(point), ST_X(g), ST_Y(g)"
            " FROM geo_address, ST_Transform(point, 4326) g ORDER BY id"
        ).fetchall()
    for frame, at, close in ((rd, 2, 1e-2), (degrees, 4, 1e-6)):
        assert [(row.postcode, row.number) for row in frame.itertuples()] == [row[:2] for row in rows]
        for point, row in zip(frame.geometry, rows, strict=True):
            assert (point.x, point.y) == pytest.approx(row[at : at + 2], abs=close)


def test_gdal_filters_on_the_server(gdal: str) -> None:
    whole = pyogrio.read_dataframe(gdal, layer="works")
    sewers = pyogrio.read_dataframe(gdal, layer="works", where="kind = 'sewer' AND start >= '2027/01/01'")
    later = whole[(whole["kind"] == "sewer") & (gpd.pd.to_datetime(whole["start"]) >= "2027-01-01")]
    assert sorted(sewers["name"]) == sorted(later["name"])
    assert len(sewers)
    west, south, east, north = whole.total_bounds
    half = (west, south, (west + east) / 2, north)
    inside = pyogrio.read_dataframe(gdal, layer="works", bbox=half)
    assert sorted(inside["name"]) == sorted(whole[whole.intersects(_box(*half))]["name"])


def _box(*bounds: float) -> Any:
    from shapely import box

    return box(*bounds)


def test_the_openapi_document_is_valid(demo_site: str) -> None:
    request = urllib.request.Request(f"{demo_site}/ogc/api", headers={"Accept": "application/json"})
    with urllib.request.urlopen(request) as response:
        assert response.headers["Content-Type"] == "application/vnd.oai.openapi+json;version=3.0"
        validate(json.loads(response.read()))


@pytest.mark.browser
def test_a_map_of_another_origin_may_read_tiles_and_features(demo_site: str) -> None:
    for path in ("/tiles/works.json", "/ogc/collections/works/items?limit=1", "/api/wijken/"):
        request = urllib.request.Request(demo_site + path, headers={"Origin": "https://ergens.example"})
        with urllib.request.urlopen(request) as response:
            assert response.headers["Access-Control-Allow-Origin"] == "*"
            assert "Access-Control-Allow-Credentials" not in response.headers
    request = urllib.request.Request(f"{demo_site}/kaart/", headers={"Origin": "https://ergens.example"})
    with urllib.request.urlopen(request) as response:
        assert "Access-Control-Allow-Origin" not in response.headers
