"""The Python client against the real server: it reads what the service has, and writes what was meant."""

from __future__ import annotations

import datetime as dt
import http.server
import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
import requests
import shapely

from planning.client import (
    WGS_84,
    ChangedMeanwhileError,
    Client,
    NotAllowedError,
    NotFoundError,
    ProblemError,
    UnreachableError,
)
from planning.client.frames import plain, spatial_table, table
from planning.partners.viewers import Scope
from planning.works.models import Work
from tests import factories as make

BASE = Path(__file__).resolve().parents[2]


@pytest.fixture
def demo(demo_site: str) -> Client:
    """A client of the demonstration, as the public."""
    return Client(demo_site)


def test_it_needs_nothing_of_the_service() -> None:
    code = "import planning.client, sys; print([m for m in sys.modules if m.split('.')[0] in ('django', 'geo')])"
    done = subprocess.run([sys.executable, "-c", code], cwd=BASE, capture_output=True, text=True, check=True, env={})
    assert done.stdout.strip() == "[]"


def test_works_come_whole_in_metres_with_days_as_days(demo: Client, demo_site: str, tmp_path: Path) -> None:
    works = demo.works()
    (tmp_path / "w.gpkg").write_bytes(requests.get(f"{demo_site}/export/works.gpkg", timeout=60).content)
    stored = pyogrio.read_dataframe(tmp_path / "w.gpkg", layer="works").set_index("id")
    assert set(works.index) == set(stored.index)
    assert works.crs.to_epsg() == 28992
    beside = works.geometry.hausdorff_distance(stored.geometry.reindex(works.index))
    assert beside.max() < 0.03, "within a few centimetres of what is stored"
    assert pd.api.types.is_datetime64_any_dtype(works["planned_start"])
    assert (works["planned_start"] < works["planned_finish"]).all()
    assert str(works["updated_at"].dt.tz) == "Europe/Amsterdam"
    assert works["latest_finish"].isna().any()


def test_filters_are_those_of_the_service(demo: Client) -> None:
    works = demo.works(wijk="de-lariks", kind=["demolition", "new_build"], period=(dt.date(2027, 1, 1), "2028-01-01"))
    assert 0 < len(works) < len(demo.works())
    assert set(works["wijk"]) == {"de-lariks"}
    assert set(works["kind"]) <= {"demolition", "new_build"}
    assert (works["planned_start"] < "2028-01-01").all()
    assert (works["planned_finish"] > "2027-01-01").all()
    assert set(demo.works(fields=["name", "geometry"]).columns) == {"name", "geometry"}


def test_every_list_is_read_to_its_end(demo: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = demo.works()
    monkeypatch.setattr("planning.client.client.PAGE", 7)
    assert demo.works().index.tolist() == whole.index.tolist()


def test_the_other_resources_are_tables_too(demo: Client) -> None:
    assert len(demo.wijken()) == 5 and demo.wijken().area.min() > 100_000
    assert len(demo.buurten(wijk="de-lariks")) > 3
    findings = demo.findings(kind="conflict", wijk="de-lariks")
    assert {"sentence", "works", "severity_label"} <= set(findings.columns)
    initiatives = demo.initiatives(looks_for_place=True, crs=WGS_84)
    assert initiatives.crs.to_epsg() == 4326 and initiatives.geometry.x.between(6, 7).all()
    assert pd.api.types.is_datetime64_any_dtype(initiatives["submitted_on"])
    assert set(demo.organisations()["slug"]) >= {"actium", "gemeente-assen"}
    assert {"predecessor", "successor", "minimum_lag_days"} <= set(demo.dependencies().columns)
    assert len(demo.centres()) == 3 and len(demo.meetings()) == 10 and len(demo.projects()) > 5


def test_nothing_found_is_an_empty_table(demo: Client) -> None:
    works = demo.works(search="bestaat niet")
    assert works.empty and works.crs.to_epsg() == 28992


def test_near_an_address_and_near_a_place(demo: Client) -> None:
    here = demo.near(postcode="9403KL", number=12)
    assert here.label == "Stroom 12, 9403 KL Assen"
    assert here.initiatives["distance"].is_monotonic_increasing
    there = demo.near(lat=here.lat, lon=here.lon, radius=300, crs=WGS_84)
    assert 0 < len(there.initiatives) <= len(here.initiatives)
    assert (there.initiatives["distance"] <= 300).all()


def test_what_is_refused_says_why(demo: Client) -> None:
    said = r"De vraag klopt niet \(400\).*kleur: Deze parameter is er niet"
    with pytest.raises(ProblemError, match=said) as refused:
        demo.works(kleur="rood")
    assert refused.value.errors[0]["parameter"] == "kleur"
    with pytest.raises(NotFoundError):
        demo.work(999_999)
    with pytest.raises(NotAllowedError):
        demo.create_works(gpd.GeoDataFrame({"name": ["x"]}, geometry=[shapely.Point(232000, 557000)], crs=28992))
    with pytest.raises(NotAllowedError, match="401"):
        Client(demo._root.removesuffix("/api/"), token="verzonnen").works()


def test_no_service_or_another_one_is_said(demo_site: str) -> None:
    with pytest.raises(UnreachableError, match="antwoordt niet"):
        Client("http://127.0.0.1:9", timeout=2).wijken()
    with pytest.raises(UnreachableError, match="niet als Mijn Buurt Assen"):
        Client(f"{demo_site}/kaart").wijken()


@pytest.fixture
def elsewhere() -> Iterator[tuple[str, list[str]]]:
    """A service that says that its second page is at another host; and whom it was asked by."""
    seen: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            seen.append(f"{self.path} {self.headers.get('Authorization')}")
            last = "cursor=2" in self.path
            following = None if last else "https://kwaad.example/api/organisations/?cursor=2&page_size=1000"
            body = json.dumps({"next": following, "results": [{"id": len(seen), "slug": "x"}]}).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: Any) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", seen
    server.shutdown()


def test_a_token_goes_to_no_other_host(elsewhere: tuple[str, list[str]]) -> None:
    address, seen = elsewhere
    assert Client(address, token="geheim").organisations().index.tolist() == [1, 2]
    assert [line.split()[1:] for line in seen] == [["Bearer", "geheim"]] * 2
    assert "cursor=2" in seen[1]


@pytest.fixture
def planner(live_server: Any) -> Client:
    """A client with a token that may write works of Actium."""
    make.make_wijk()
    owner = make.make_organisation("actium")
    return Client(live_server.url, token=make.make_token(Scope.WORKS_WRITE, organisation=owner))


@pytest.mark.django_db(transaction=True)
def test_a_change_names_what_was_read_and_overwrites_nobody(planner: Client) -> None:
    stored = make.make_work(owner=make.make_organisation("actium"), name="Sloop", status="planned")
    work = planner.work(stored.pk)
    assert work["planned_start"] == dt.date(2027, 5, 1)
    assert work.geometry.hausdorff_distance(shapely.from_wkt(stored.geometry.wkt)) < 0.03
    changed = planner.change_work(work, planned_start=dt.date(2027, 6, 1), reason="de kraan komt later")
    assert changed["planned_start"] == dt.date(2027, 6, 1)
    assert Work.objects.get(pk=stored.pk).planned_start == dt.date(2027, 6, 1)
    with pytest.raises(ChangedMeanwhileError, match="intussen gewijzigd"):
        planner.change_work(work, planned_start="2027-07-01")
    assert Work.objects.get(pk=stored.pk).planned_start == dt.date(2027, 6, 1)
    assert planner.change_work(changed, name="Sloop Stroom")["name"] == "Sloop Stroom"


@pytest.mark.django_db(transaction=True)
def test_tables_are_written_whole_or_not_at_all(planner: Client) -> None:
    line, plot = shapely.LineString([(232000, 557000), (232050, 557000)]), shapely.box(232000, 557010, 232050, 557030)
    rows = gpd.GeoDataFrame(
        {
            "name": ["Riool", "Straat"], "kind": ["sewer", "street"], "owner": "actium", "status": "planned",
            "planned_start": pd.to_datetime(["2027-01-01", "2027-03-01"]),
            "planned_finish": pd.to_datetime(["2027-02-01", "2027-06-01"]), "dwellings": [0, 0],
        },
        geometry=[line, plot],
        crs=28992,
    )  # fmt: skip
    made = planner.create_works(rows, reason="uit een notitieboek")
    assert made["name"].tolist() == ["Riool", "Straat"]
    assert Work.objects.count() == 2
    made["planned_start"] += pd.Timedelta(weeks=2)
    moved = planner.change_works(made, ["planned_start"], reason="later")
    assert moved["planned_start"].tolist() == made["planned_start"].tolist()
    # One of them was changed meanwhile: then none is.
    moved.loc[moved.index[0], "version"] = 1
    moved["dwellings"] = 12
    with pytest.raises(ChangedMeanwhileError):
        planner.change_works(moved, ["dwellings"])
    assert set(Work.objects.values_list("dwellings", flat=True)) == {0}
    rows.loc[1, "planned_finish"] = pd.Timestamp("2026-01-01")
    with pytest.raises(ProblemError, match="Het einde moet na het begin liggen"):
        planner.create_works(rows)
    assert Work.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_another_owners_work_is_not_mine_to_change(planner: Client) -> None:
    other = make.make_work(owner=make.make_organisation("gemeente-assen"))
    with pytest.raises(NotAllowedError):
        planner.change_work(planner.work(other.pk), name="Van mij")


def test_days_beyond_what_pandas_counts_in_nanoseconds() -> None:
    days = table([{"id": 1, "start": "0001-01-01"}, {"id": 2, "start": "9999-12-31"}, {"id": 3, "start": None}])[
        "start"
    ]
    assert [plain(day) for day in days] == ["0001-01-01", "9999-12-31", None]


def test_a_record_without_a_place_has_none() -> None:
    frame = spatial_table([{"id": 1, "geometry": None, "properties": {"name": "x"}}], WGS_84)
    assert frame.geometry.tolist() == [None]
