"""Tiles hold what the database holds, for those who may see it, and nothing that a client wrote."""

from __future__ import annotations

import datetime as dt
import gzip
from pathlib import Path
from typing import Any

import brotli
import pytest
import zstandard
from django.db import connection
from django.test import Client
from shapely import from_wkt

from geo import layers, tiles
from geo.periods import ALWAYS, Period
from planning.partners.visibility import Visibility
from planning.works.kinds import WorkStatus
from planning.works.models import Work
from tests import factories as make
from tests.geo import mvt

pytestmark = pytest.mark.django_db
EPOCH = dt.date(1970, 1, 1)


def cut(layer_id: str, folder: Path, zoom: int = 16, viewer: Any = None, period: Period = ALWAYS) -> Any:
    layer = layers.get(layer_id)
    assert layer is not None
    tile = mvt.tile_at(make.point(20, 20), zoom)
    content = tiles.cut(layer, tile, viewer, period)
    return mvt.read(content, tile, folder) if content else {}


def address(layer_id: str = "works", zoom: int = 16) -> str:
    tile = mvt.tile_at(make.point(20, 20), zoom)
    return f"/tiles/{layer_id}/{tile.zoom}/{tile.x}/{tile.y}.mvt"


def test_a_work_comes_back_from_its_tile_as_it_was_stored(tmp_path: Path) -> None:
    wijk = make.make_wijk()
    work = make.make_work(buurt=make.make_buurt(wijk=wijk), dwellings=12, geometry=make.box(3, 4, 30))
    frame = cut("works", tmp_path)["works"]
    row = frame.iloc[0]
    assert len(frame) == 1
    assert (row["mvt_id"], row["id"], row["kind"], row["status"]) == (work.pk, work.pk, "demolition", "planned")
    assert (row["owner"], row["owner_name"], row["wijk"]) == ("actium", "Actium", "de-lariks")
    assert (row["name"], row["dwellings"], bool(row["conflict"])) == (work.name, 12, False)
    assert EPOCH + dt.timedelta(days=int(row["start"])) == work.planned_start
    assert EPOCH + dt.timedelta(days=int(row["finish"])) == work.planned_finish
    stored = from_wkt(mvt.mercator(work.geometry).wkt)
    grid = 40_075_016.7 / 2**16 / tiles.EXTENT
    assert row.geometry.hausdorff_distance(stored) < 4 * grid


def test_every_layer_makes_tiles_with_the_attributes_it_declares(tmp_path: Path) -> None:
    wijk = make.make_wijk()
    buurt = make.make_buurt(wijk=wijk)
    works = [make.make_work(buurt=buurt), make.make_work("street", geometry=make.line((0, 0), (90, 0)), buurt=buurt)]
    make.make_finding(*works)
    make.make_initiative(buurt=buurt)
    make.make_centre(wijk=wijk)
    make.make_meeting(wijk=wijk)
    make.make_address(addition="a")
    make.make_road()
    for layer in layers.all_layers():
        found = cut(layer.id, tmp_path)
        expected = {layer.id}
        if layer.drawn_as is layers.DrawnAs.SHAPE_AND_POINTS:
            expected.add(f"{layer.id}-points")
        assert set(found) == expected
        for frame in found.values():
            assert {*layer.fields, *layer.detail_fields, "mvt_id", "geometry"} == set(frame.columns)


def test_far_away_only_what_filters_need_goes_along(tmp_path: Path) -> None:
    make.make_work()
    near, far = cut("works", tmp_path, 12)["works"], cut("works", tmp_path, 11)["works"]
    assert {"name", "owner_name", "dwellings"} == set(near.columns) - set(far.columns)


def test_a_wijk_in_two_parts_has_a_name_in_each(tmp_path: Path) -> None:
    parts = make.box(0, 0, 30) | make.box(100, 0, 30) | make.box(200, 0, 5)
    make.make_wijk(geometry=parts)
    frame = cut("wijken", tmp_path)
    assert len(frame["wijken"]) == 1
    spots = frame["wijken-points"]
    assert list(spots["name"]) == ["De Lariks", "De Lariks"], "the crumb of 5 by 5 m needs no name"
    assert all(frame["wijken"].geometry.iloc[0].contains(spot) for spot in spots.geometry)


def test_a_name_stands_in_one_tile_only() -> None:
    make.make_wijk()
    middle = mvt.tile_at(make.point(0, 0), 14)
    tile_names = [
        tiles.cut(layers.get("wijken"), tiles.Tile(14, middle.x + east, middle.y + south), None).count(b"wijken-points")  # type: ignore[arg-type]
        for east in (-1, 0, 1)
        for south in (-1, 0, 1)
    ]
    assert sum(tile_names) == 1


def test_initiatives_are_points_whatever_was_drawn(tmp_path: Path) -> None:
    make.make_initiative(geometry=make.box(0, 0, 30))
    assert set(cut("initiatives", tmp_path)["initiatives"].geom_type) == {"Point"}


def test_a_work_in_a_current_conflict_is_marked(tmp_path: Path) -> None:
    clash, chance, solved = (make.make_work(name=name) for name in ("clash", "chance", "solved"))
    make.make_finding(clash)
    make.make_finding(chance, kind="opportunity")
    make.make_finding(solved, resolved_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
    frame = cut("works", tmp_path)["works"].set_index("name")
    assert {name for name, row in frame.iterrows() if row["conflict"]} == {"clash"}


def test_everyone_sees_public_works_and_partners_what_is_theirs(tmp_path: Path) -> None:
    actium, gemeente = make.make_organisation("actium"), make.make_organisation("gemeente")
    tomorrow = dt.date.today() + dt.timedelta(days=1)
    make.make_work(name="public", owner=actium)
    make.make_work(name="partners", owner=actium, visibility=Visibility.PARTNERS)
    make.make_work(name="internal", owner=actium, visibility=Visibility.INTERNAL)
    make.make_work(name="embargo", owner=actium, embargo_until=tomorrow)
    make.make_work(name="cancelled", owner=actium, status=WorkStatus.CANCELLED)

    def names(viewer: Any) -> set[str]:
        return set(cut("works", tmp_path, viewer=viewer)["works"]["name"])

    assert names(None) == names(make.make_user()) == {"public"}
    assert names(make.make_user(gemeente)) == {"public", "partners", "embargo"}
    assert names(make.make_user(actium)) == {"public", "partners", "internal", "embargo"}


def test_a_finding_about_a_hidden_work_is_hidden_and_marks_nothing(tmp_path: Path) -> None:
    shown, hidden = make.make_work(), make.make_work(visibility=Visibility.PARTNERS)
    make.make_finding(shown, hidden)
    assert cut("findings", tmp_path) == {}
    assert not cut("works", tmp_path)["works"]["conflict"].any()
    partner = make.make_user(make.make_organisation("gemeente"))
    assert len(cut("findings", tmp_path, viewer=partner)["findings"]) == 1
    assert cut("works", tmp_path, viewer=partner)["works"]["conflict"].all()


@pytest.mark.parametrize(
    ("start", "finish", "seen"),
    [
        ("2027-04-01", "2027-05-01", False),
        ("2027-04-01", "2027-05-02", True),
        ("2027-10-31", "2027-11-01", True),
        ("2027-11-01", "2027-12-01", False),
        (None, "2027-05-01", False),
        ("2027-10-31", None, True),
    ],
)
def test_a_period_keeps_works_that_share_a_day_with_it(
    client: Client, start: str | None, finish: str | None, seen: bool
) -> None:
    make.make_work(start="2027-05-01", finish="2027-11-01")
    asked = {name: day for name, day in (("from", start), ("to", finish)) if day}
    assert client.get(address(), asked).status_code == (200 if seen else 204)


def test_a_meeting_is_there_on_its_own_day_in_dutch_time(tmp_path: Path) -> None:
    make.make_meeting(starts_at=dt.datetime(2026, 12, 3, 23, 30, tzinfo=dt.UTC))  # 4 December, 00:30 in Assen
    day = dt.date(2026, 12, 4)
    row = cut("meetings", tmp_path, period=Period(day, day + dt.timedelta(days=1)))["meetings"].iloc[0]
    assert (row["start"], row["finish"]) == ((day - EPOCH).days, (day - EPOCH).days + 1)
    assert cut("meetings", tmp_path, period=Period(finish=day)) == {}


def test_a_tile_without_anything_in_it_is_204(client: Client) -> None:
    response = client.get(address())
    assert (response.status_code, response.content) == (204, b"")
    make.make_address()
    assert client.get(address("addresses", 15)).status_code == 204, "below the layer's smallest zoom"


@pytest.mark.parametrize(
    "rest",
    [
        "x/0/0",
        "1/2/0",
        "1/0/2",
        "23/0/0",
        "-1/0/0",
        "1.5/0/0",
        "99999999999999999999/0/0",
        "٣/0/0",
        "0/0/'; DROP TABLE",
    ],
)
def test_a_tile_outside_the_grid_is_a_clean_400(client: Client, rest: str) -> None:
    response = client.get(f"/tiles/works/{rest}.mvt")
    assert response.status_code == 400
    assert response["Content-Type"] == "application/problem+json"
    problem = response.json()
    assert problem["title"] == "De vraag klopt niet"
    assert problem["errors"][0]["parameter"] in {"z", "x", "y"}


@pytest.mark.parametrize(
    "asked",
    [
        {"from": "gisteren"},
        {"from": "2027-02-30"},
        {"to": "20270501"},
        {"from": "2027-05-01", "to": "2027-05-01"},
        {"from": "2027-05-01'; DROP TABLE works_work; --"},
    ],
)
def test_a_period_that_is_none_is_a_400(client: Client, asked: dict[str, str]) -> None:
    work = make.make_work()
    response = client.get(address(), asked)
    assert response.status_code == 400
    assert "Schrijf 2027-05-31" in response.json()["detail"] or "na die bij" in response.json()["detail"]
    assert Work.objects.filter(pk=work.pk).exists()


def test_an_unknown_layer_is_a_404_that_names_those_there_are(client: Client) -> None:
    for path in ("/tiles/auth_user.json", "/tiles/works_work/0/0/0.mvt"):
        response = client.get(path)
        assert response.status_code == 404
        assert "works" in response.json()["detail"]


def test_an_unchanged_tile_is_304_and_a_changed_one_is_not(client: Client) -> None:
    work = make.make_work()
    first = client.get(address())
    assert first["Content-Type"] == "application/vnd.mapbox-vector-tile"
    assert not first["ETag"].startswith("W/")
    again = client.get(address(), headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    work.name = "anders"
    work.save()
    changed = client.get(address(), headers={"If-None-Match": first["ETag"]})
    assert changed.status_code == 200
    assert b"anders" in changed.content


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("gzip, deflate, br, zstd", "zstd"),
        ("gzip, deflate, br, zstd;q=0", "br"),
        ("gzip, deflate, br", "br"),
        ("br;q=1.0, gzip;q=0.8, *;q=0.1", "br"),
        ("gzip, deflate", "gzip"),
        ("GZIP, br;q=0", "gzip"),
        ("deflate, br; q=0.00", None),
        ("identity", None),
        ("", None),
    ],
)
def test_a_tile_travels_as_small_as_its_client_can_take_it(client: Client, accepted: str, encoding: str | None) -> None:
    for number in range(20):
        make.make_work(name=f"werk {number}")
    plain = client.get(address())
    packed = client.get(address(), headers={"Accept-Encoding": accepted})
    again = client.get(address(), headers={"Accept-Encoding": accepted})
    assert packed.get("Content-Encoding") == encoding
    unpack = {"gzip": gzip.decompress, "br": brotli.decompress, "zstd": zstandard.decompress, None: bytes}[encoding]
    assert unpack(packed.content) == unpack(again.content) == plain.content
    assert (packed["ETag"] != plain["ETag"], len(packed.content) < len(plain.content)) == (bool(encoding),) * 2
    assert packed["ETag"] == again["ETag"]
    assert not packed["ETag"].startswith("W/")
    assert "Accept-Encoding" in packed["Vary"]


def test_a_tile_of_somebody_signed_in_is_kept_by_their_own_browser_only(client: Client) -> None:
    make.make_work()
    assert client.get(address())["Cache-Control"] == "public, no-cache"
    client.force_login(make.make_user(make.make_organisation()))
    response = client.get(address())
    assert response["Cache-Control"] == "private, no-cache"
    assert "Cookie" in response["Vary"]


def test_one_statement_cuts_a_tile_however_much_is_in_it(django_assert_num_queries: Any, tmp_path: Path) -> None:
    for number in range(12):
        make.make_finding(make.make_work(geometry=make.box(number, 0, 20)))
    tile = mvt.tile_at(make.point(20, 20), 16)
    for layer in layers.all_layers():
        with django_assert_num_queries(1):
            tiles.cut(layer, tile, None)


def test_a_tile_is_found_by_the_index_also_where_the_plan_knows_no_place_yet() -> None:
    with connection.cursor() as cursor:
        # So many works far away that reading them all would cost more than the index does.
        cursor.execute("SET LOCAL session_replication_role = replica")
        work = make.make_work()
        columns = ", ".join(
            f'"{field.column}"' for field in Work._meta.concrete_fields
            if not field.primary_key and not field.generated and field.column not in ("geometry", "external_id")
        )  # fmt: skip
        cursor.execute(
            f"INSERT INTO works_work (geometry, external_id, {columns})"
            f" SELECT ST_Translate(geometry, 100 * (n %% 90), 100 * (n / 90)), n::text, {columns}"
            " FROM works_work, generate_series(1, 4000) n WHERE id = %s",
            [work.pk],
        )
        cursor.execute("ANALYZE works_work")
        planned = tiles.plan(layers.get("works"), 16, None)  # type: ignore[arg-type]
        assert planned is not None
        cursor.execute("SET LOCAL plan_cache_mode = force_generic_plan")
        cursor.execute(f"PREPARE of_a_tile AS {planned.statement}")
        values = planned.values_at(mvt.tile_at(make.point(20, 20), 16))
        cursor.execute(f"EXPLAIN EXECUTE of_a_tile ({', '.join(['%s'] * len(values))})", values)
        plan = "\n".join(line for (line,) in cursor.fetchall())
        cursor.execute("DEALLOCATE of_a_tile")
    assert "work_mercator" in plan
    assert "Seq Scan on works_work " not in plan
    assert "$" in plan, "a plan for any place"


def test_the_tilejson_tells_a_client_all_it_needs(client: Client) -> None:
    response = client.get("/tiles/works.json", {"from": "2027-01-01"})
    document = response.json()
    assert document["tilejson"] == "3.0.0"
    assert document["tiles"] == ["http://testserver/tiles/works/{z}/{x}/{y}.mvt?from=2027-01-01"]
    assert {layer["id"] for layer in document["vector_layers"]} == {"works", "works-points"}
    fields = document["vector_layers"][0]["fields"]
    assert (fields["start"], fields["kind"], fields["conflict"]) == ("Number", "String", "Boolean")
    assert client.get("/tiles/works.json", {"to": "x"}).status_code == 400


@pytest.mark.parametrize("address", ["/tiles/works.json", "/tiles/works/14/8490/5337.mvt"])
def test_tiles_are_only_read(address: str) -> None:
    answer = Client(enforce_csrf_checks=True).post(address, {})
    assert (answer.status_code, answer["Allow"]) == (405, "GET, HEAD")


def test_two_layers_cannot_share_a_name() -> None:
    works = layers.get("works")
    assert works is not None
    layers.register(works)
    with pytest.raises(ValueError, match="works"):
        layers.register(layers.Layer(id="works", title="Anders", source=works.source))
