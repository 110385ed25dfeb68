"""QGIS itself lists, reads, filters and pages every collection, and draws the tiles."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import psycopg
import pytest

from geo import layers
from tests.geo.ogc.test_clients import PUBLIC, counted

SCRIPT = Path(__file__).with_name("qgis_reads.py")
BOX = "6.50,52.98,6.56,53.00"
SYSTEM_PYTHON = "/usr/bin/python3"
"""Debian's, for which python3-qgis brings the bindings."""


@pytest.fixture(scope="module")
def qgis(demo_site: str, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """What QGIS says of the service; its absence skips the test, and fails it under CI."""
    found = subprocess.run([SYSTEM_PYTHON, "-c", "import qgis.core"], capture_output=True, check=False)
    if found.returncode != 0:
        reason = "QGIS is not installed; run: apt-get install --no-install-recommends python3-qgis"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    home = tmp_path_factory.mktemp("qgis")
    names = ",".join(layer.id for layer in layers.all_layers())
    done = subprocess.run(
        [SYSTEM_PYTHON, SCRIPT, demo_site, names, BOX],
        env={"PATH": os.environ["PATH"], "HOME": str(home), "XDG_RUNTIME_DIR": str(home)},
        capture_output=True, text=True, timeout=240, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.strip().splitlines()[-1])


@pytest.mark.parametrize("name", PUBLIC)
def test_qgis_reads_every_page_of_every_collection(qgis: Any, demo_url: str, name: str) -> None:
    seen = qgis[name]
    assert seen["valid"]
    assert seen["count"] == len(seen["features"]) == counted(demo_url, PUBLIC[name]) > 0


def test_coordinates_in_qgis_are_those_of_the_database(qgis: Any, demo_url: str) -> None:
    with psycopg.connect(demo_url.replace("postgis:", "postgresql:")) as connection:
        rows = connection.execute(
            "SELECT postcode, number, ST_X(g), ST_Y(g), ST_X(point), ST_Y(point)"
            " FROM geo_address, ST_Transform(point, 4326) g ORDER BY id"
        ).fetchall()
    # In RD it is QGIS that reckons back from degrees, which it was given to a centimetre.
    for features, at, close in ((qgis["addresses"]["features"], 2, 1e-6), (qgis["in_rd"], 4, 0.3)):
        assert [(each["postcode"], int(each["number"])) for each in features] == [row[:2] for row in rows]
        for each, row in zip(features, rows, strict=True):
            assert (each["x"], each["y"]) == pytest.approx(row[at : at + 2], abs=close)


def test_qgis_filters(qgis: Any, demo_url: str) -> None:
    shown = PUBLIC["works"]
    inside = f"ST_Intersects(ST_Transform(geometry, 4326), ST_MakeEnvelope({BOX}, 4326))"
    assert len(qgis["in_box"]) == counted(demo_url, f"{shown} AND {inside}")
    assert {each["kind"] for each in qgis["sewers"]} == {"sewer"}
    assert len(qgis["sewers"]) == counted(demo_url, f"{shown} AND kind = 'sewer'")


def test_qgis_draws_the_tiles(qgis: Any) -> None:
    assert qgis["tiles"]["valid"]
    assert qgis["tiles"]["drawn"] > 500
