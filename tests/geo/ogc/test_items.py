"""Items of OGC API - Features: what is asked comes, as the caller may see it, and nonsense gets a clear answer."""

from __future__ import annotations

import datetime as dt
import html
import json
import re
from typing import Any

import pytest
from django.contrib.gis.geos import LinearRing, MultiPolygon, Polygon
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geo.crs import RD_NEW, WGS_84
from planning.partners.visibility import Visibility
from planning.works.models import Work
from tests import factories as make

pytestmark = pytest.mark.django_db
RD = "http://www.opengis.net/def/crs/EPSG/0/28992"
LAT_LON = "http://www.opengis.net/def/crs/EPSG/0/4326"
D = dt.date


def get(path: str, client: Client | None = None, **query: Any) -> Any:
    """Ask as a program does, and return the body; a problem fails the test."""
    response = (client or Client()).get(f"/ogc/{path}", query, headers={"accept": "application/json"})
    assert response.status_code == 200, response.content
    return json.loads(response.content)


def refused(path: str, **query: Any) -> Any:
    """Ask what cannot be answered, and return the problem."""
    response = Client().get(f"/ogc/{path}", query, headers={"accept": "application/json"})
    assert response.status_code == 400, response.content
    assert response["Content-Type"] == "application/problem+json"
    return json.loads(response.content)


def names(**query: Any) -> list[str]:
    """Return the names of the works that are asked for."""
    return [feature["properties"]["name"] for feature in get("collections/works/items", **query)["features"]]


@pytest.fixture
def works() -> list[Work]:
    """Three works side by side, one after the other in time."""
    buurt = make.make_buurt(wijk=make.make_wijk())
    return [
        make.make_work(
            kind, name=name, geometry=make.box(100 * i, 0, 40), buurt=buurt, dwellings=10 * i, noise=0,
            planned_start=D(2027 + i, 1, 1), planned_finish=D(2027 + i, 7, 1), visibility=Visibility.PUBLIC,
        )
        for i, (kind, name) in enumerate([("sewer", "Riool Één"), ("street", "Straat twee"), ("green", "Groen 100%")])
    ]  # fmt: skip


def test_a_feature_holds_what_was_stored(works: list[Work]) -> None:
    body = get("collections/works/items")
    assert (body["numberMatched"], body["numberReturned"]) == (3, 3)
    feature = body["features"][0]
    assert (feature["type"], feature["id"]) == ("Feature", works[0].pk)
    assert feature["properties"]["start"] == "2027-01-01"
    assert feature["properties"]["kind"] == "sewer"
    stored = works[0].geometry.transform(WGS_84, clone=True)
    # Drawn clockwise, written the other way round.
    for got, want in zip(feature["geometry"]["coordinates"][0], stored.coords[0][::-1], strict=True):
        assert got == pytest.approx(want, abs=1e-6)


def test_ground_lies_to_the_left_of_its_outline_however_it_was_drawn(works: list[Work]) -> None:
    ring = works[0].geometry.coords[0]
    with_hole = MultiPolygon(Polygon(ring, make.box(10, 10, 5).coords[0][::-1]), srid=RD_NEW)
    Work.objects.filter(pk=works[0].pk).update(geometry=with_hole)
    for system in (None, RD):
        feature = get(f"collections/works/items/{works[0].pk}", **({"crs": system} if system else {}))
        outer, hole = feature["geometry"]["coordinates"][0]
        assert (LinearRing(outer).is_counterclockwise, LinearRing(hole).is_counterclockwise) == (True, False), system


def test_the_same_in_rd_and_with_latitude_first(works: list[Work]) -> None:
    there = f"collections/works/items/{works[0].pk}"
    plain, rd, turned = get(there), get(there, crs=RD), get(there, crs=LAT_LON)
    assert rd["geometry"]["coordinates"][0][0] == pytest.approx(list(works[0].geometry.coords[0][0]), abs=1e-3)
    first = plain["geometry"]["coordinates"][0][0]
    assert turned["geometry"]["coordinates"][0][0] == first[::-1]
    response = Client().get(f"/ogc/{there}", {"crs": RD})
    assert response["Content-Crs"] == f"<{RD}>"


@pytest.mark.parametrize("form", ["json", "html"])
def test_pages_follow_their_links_and_lose_nothing(works: list[Work], form: str) -> None:
    seen: list[str] = []
    address = f"/ogc/collections/works/items?limit=1&f={form}"
    while address:
        page = Client().get(address).content.decode()
        seen += re.findall(r'"Feature","id":(\d+)|/items/(\d+)', page)
        found = re.search(r'href": "([^"]+)", "rel": "next"|<a[^>]*href="([^"]+)"[^>]*rel="next"', page)
        address = html.unescape("".join(filter(None, found.groups()))).replace("http://testserver", "") if found else ""
    assert list(dict.fromkeys("".join(each) for each in seen)) == [str(work.pk) for work in works]


def test_what_comes_in_between_two_pages_makes_nobody_miss_or_repeat_a_feature(works: list[Work]) -> None:
    first = get("collections/works/items", limit=2)
    works[0].delete()
    address = next(link["href"] for link in first["links"] if link["rel"] == "next")
    rest = json.loads(Client().get(address).content)
    assert [feature["id"] for feature in rest["features"]] == [works[2].pk]
    assert [link["rel"] for link in rest["links"]].count("next") == 0


def test_how_many_there_are_is_counted_anew_when_the_data_changed(
    works: list[Work], django_assert_num_queries: Any
) -> None:
    assert get("collections/works/items", limit=1)["numberMatched"] == 3
    # The version, the page, and the savepoint around them.
    with django_assert_num_queries(4):
        assert get("collections/works/items", limit=1)["numberMatched"] == 3
    works[0].delete()
    assert get("collections/works/items", limit=1)["numberMatched"] == 2
    member = Client()
    Work.objects.filter(pk=works[1].pk).update(visibility=Visibility.PARTNERS)
    member.force_login(make.make_user(works[1].owner))
    assert get("collections/works/items", member, limit=1)["numberMatched"] == 2
    assert get("collections/works/items", limit=1)["numberMatched"] == 1


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"bbox": "6.4,52.9,6.7,53.1"}, 3),
        ({"bbox": "-180,-90,180,90"}, 3),
        ({"bbox": "170,-90,-170,90"}, 0),
        ({"bbox": "4.0,51.0,4.1,51.1"}, 0),
        ({"bbox": "231990,556990,232050,557050", "bbox-crs": RD}, 1),
        ({"bbox": "52.9,6.4,53.1,6.7", "bbox-crs": LAT_LON}, 3),
        ({"bbox": "6.4,52.9,0,6.7,53.1,100"}, 3),
        ({"datetime": "2027-03-01"}, 1),
        ({"datetime": "2027-06-30T23:00:00Z/2028-01-01"}, 2),
        ({"datetime": "2028-07-01/.."}, 1),
        ({"datetime": "../2027-12-31"}, 1),
        ({"datetime": "/2028-01-01"}, 2),
        ({"kind": "sewer"}, 1),
        ({"kind": "sewer", "dwellings": "10"}, 0),
        ({"limit": "2"}, 2),
        ({"offset": "2"}, 1),
        ({"limit": "999999999", "offset": "99999"}, 0),
        ({"limit": str(2**63 - 1)}, 3),
    ],
)
def test_what_is_asked_comes(works: list[Work], query: dict[str, str], found: int) -> None:
    assert len(names(**query)) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("kind = 'sewer'", ["Riool Één"]),
        ("kind <> 'sewer'", ["Straat twee", "Groen 100%"]),
        ("kind IN ('sewer', 'green')", ["Riool Één", "Groen 100%"]),
        ("NOT kind IN ('sewer', 'green')", ["Straat twee"]),
        ("name LIKE 'Straat%'", ["Straat twee"]),
        ("casei(name) LIKE '%één'", ["Riool Één"]),
        ("accenti(name) = 'Riool Een'", ["Riool Één"]),
        ("casei(accenti(name)) = 'riool een'", ["Riool Één"]),
        ("dwellings BETWEEN 10 AND 20", ["Straat twee", "Groen 100%"]),
        ("dwellings + 10 = 20", ["Straat twee"]),
        ("dwellings * 2 >= 40", ["Groen 100%"]),
        ("dwellings / 4 = 2.5", ["Straat twee"]),
        ("dwellings div 4 = 2", ["Straat twee"]),
        ("dwellings ^ 2 = 400", ["Groen 100%"]),
        ("dwellings % 20 = 10", ["Straat twee"]),
        ("200 / dwellings > 15", ["Straat twee"]),
        ("dwellings / 0 = 1 OR mod(dwellings, 0) = 1 OR dwellings div 0 = 1", []),
        ("dwellings = 10.5", []),
        ("10 < dwellings", ["Groen 100%"]),
        ("start >= DATE('2028-01-01')", ["Straat twee", "Groen 100%"]),
        ("start < finish AND dwellings > 15", ["Groen 100%"]),
        ("conflict", []),
        ("NOT conflict AND kind = 'street'", ["Straat twee"]),
        ("hinders_traffic = FALSE AND kind = 'street'", ["Straat twee"]),
        ("kind = 'sewer' OR kind = 'green' AND dwellings > 100", ["Riool Één"]),
        ("project IS NULL AND kind = 'green'", ["Groen 100%"]),
        ("project IS NOT NULL", []),
        ("geometry IS NULL", []),
        ("S_EQUALS(geometry, geometry) AND kind = 'green'", ["Groen 100%"]),
        ("S_INTERSECTS(POINT(6 53), BBOX(5, 52, 7, 54)) AND kind = 'green'", ["Groen 100%"]),
        ("S_WITHIN(BBOX(5, 52, 7, 53.5), POINT(6 53))", []),
        ("T_AFTER(DATE('2027-01-01'), TIMESTAMP('2026-12-31T23:00:00Z')) AND kind = 'green'", ["Groen 100%"]),
        ("T_DURING(DATE('2025-01-01'), INTERVAL('2026-01-01', '..'))", []),
        ("T_INTERSECTS(INTERVAL(start, finish), INTERVAL('2027-06-01', '2028-02-01'))", ["Riool Één", "Straat twee"]),
        ("T_AFTER(start, TIMESTAMP('2028-06-01T00:00:00Z'))", ["Groen 100%"]),
        ("T_BEFORE(finish, DATE('2028-01-01'))", ["Riool Één"]),
        ("T_DURING(start, INTERVAL('2027-12-01', '..'))", ["Straat twee", "Groen 100%"]),
        ("T_EQUALS(start, DATE('2027-01-01'))", ["Riool Één"]),
        ("updated_at > TIMESTAMP('2020-01-01T00:00:00Z') AND kind = 'sewer'", ["Riool Één"]),
        ("S_INTERSECTS(geometry, POLYGON((0 0, 1 0, 1 1, 0 1, 0 0)))", []),
        ("S_WITHIN(geometry, BBOX(6.4, 52.9, 6.7, 53.1)) AND kind = 'green'", ["Groen 100%"]),
        ("S_CONTAINS(BBOX(6.4, 52.9, 6.7, 53.1), geometry) AND kind = 'green'", ["Groen 100%"]),
    ],
)
def test_filters_in_cql2(works: list[Work], text: str, found: list[str]) -> None:
    assert names(filter=text) == found


def test_the_filter_can_be_json_and_in_rd(works: list[Work]) -> None:
    box = {"type": "Polygon", "coordinates": [[[231990, 556990], [232050, 556990], [232050, 557050], [231990, 556990]]]}
    tree = {"op": "and", "args": [
        {"op": "s_intersects", "args": [{"property": "geometry"}, box]},
        {"op": ">", "args": [{"property": "start"}, {"date": "2020-01-01"}]},
    ]}  # fmt: skip
    query = {"filter": json.dumps(tree), "filter-lang": "cql2-json", "filter-crs": RD}
    assert names(**query) == ["Riool Één"]


def test_a_filter_can_put_latitude_first(works: list[Work]) -> None:
    box = "S_WITHIN(geometry, POLYGON((52.9 6.4, 52.9 6.7, 53.1 6.7, 53.1 6.4, 52.9 6.4)))"
    assert len(names(**{"filter": box, "filter-crs": LAT_LON})) == 3
    assert names(**{"filter": box.replace("53.1", "52.95"), "filter-crs": LAT_LON}) == []


WORLD = "POLYGON((-180 -90, 180 -90, 180 90, -180 90, -180 -90))"


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        (f"S_INTERSECTS(geometry, {WORLD})", 3),
        (f"S_DISJOINT(geometry, {WORLD})", 0),
        ("S_WITHIN(geometry, BBOX(-180, -90, 180, 90))", 3),
        ("S_WITHIN(geometry, BBOX(7, -90, 6, 90))", 0),
        ("S_INTERSECTS(geometry, POLYGON((6.4 52.9, 90 52.9, 90 60, 6.4 60, 6.4 52.9)))", 3),
        ("S_INTERSECTS(geometry, POLYGON((10 50, 20 50, 20 60, 10 50)))", 0),
        ("S_DISJOINT(geometry, POINT(100 10))", 3),
        (f"S_CONTAINS(geometry, {WORLD}) OR S_EQUALS(geometry, {WORLD}) OR S_TOUCHES(geometry, {WORLD})", 0),
    ],
)
def test_a_shape_may_reach_around_the_world(works: list[Work], asked: str, found: int) -> None:
    assert len(names(filter=asked)) == found


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ({"bbox": "1,2,3"}, "bbox"),
        ({"bbox": "1,2,3,nan"}, "bbox"),
        ({"bbox": "6,54,7,53"}, "bbox"),
        ({"bbox": "6,53,7,54", "bbox-crs": "EPSG:1"}, "bbox-crs"),
        ({"datetime": "gisteren"}, "datetime"),
        ({"datetime": "2027-02-30"}, "datetime"),
        ({"datetime": "2028-01-01/2027-01-01"}, "datetime"),
        ({"datetime": "../.."}, "datetime"),
        ({"datetime": "2027-01-01T99:00:00Z"}, "datetime"),
        ({"limit": "0"}, "limit"),
        ({"limit": "-1"}, "limit"),
        ({"limit": "veel"}, "limit"),
        ({"offset": "x"}, "offset"),
        ({"crs": "urn:x"}, "crs"),
        ({"f": "xml"}, "f"),
        ({"kleur": "rood"}, "kleur"),
        ({"dwellings": "veel"}, "dwellings"),
        ({"start": "gisteren"}, "start"),
        ({"filter": "kind ="}, "filter"),
        ({"filter": "budget_eur > 1"}, "filter"),
        ({"filter": "owner__email = 'x'"}, "filter"),
        ({"filter": "start = 'x'"}, "filter"),
        ({"filter": "T_AFTER(DATE('2027-01-01'), 'x')"}, "filter"),
        ({"filter": "S_INTERSECTS(geometry, POINT(9999 9999))"}, "filter"),
        ({"filter": "S_INTERSECTS(name, POINT(6 53))"}, "filter"),
        ({"filter": "(" * 99 + "kind='a'" + ")" * 99}, "filter"),
        ({"filter": "kind='" + "a" * 9000 + "'"}, "filter"),
        ({"filter": "kind=1", "filter-lang": "sql"}, "filter-lang"),
        ({"filter": "[]", "filter-lang": "cql2-json"}, "filter"),
        ({"filter": '{"op":"drop","args":[]}', "filter-lang": "cql2-json"}, "filter"),
        ({"filter": "A_CONTAINS(name, ('a'))"}, "filter"),
    ],
)
def test_nonsense_is_refused_by_name(works: list[Work], query: dict[str, str], parameter: str) -> None:
    assert refused("collections/works/items", **query)["errors"][0]["parameter"] == parameter


@pytest.mark.parametrize("text", ["name < finish", "dwellings ^ 9999 = 1"])
def test_what_only_the_database_can_tell_is_no_fault_of_ours(works: list[Work], text: str) -> None:
    assert refused("collections/works/items", filter=text)["status"] == 400
    assert len(names()) == 3, "the transaction around it goes on"


def test_a_filter_cannot_see_what_its_caller_cannot(works: list[Work]) -> None:
    Work.objects.filter(pk=works[0].pk).update(visibility=Visibility.INTERNAL)
    assert names() == ["Straat twee", "Groen 100%"]
    assert names(filter="kind = 'sewer' OR TRUE") == ["Straat twee", "Groen 100%"]
    assert Client().get(f"/ogc/collections/works/items/{works[0].pk}").status_code == 404
    member = Client()
    member.force_login(make.make_user(works[0].owner))
    assert get("collections/works/items", member)["numberMatched"] == 3


def test_nothing_may_be_kept_by_a_shared_cache(works: list[Work]) -> None:
    response = Client().get("/ogc/collections/works/items")
    assert response["Cache-Control"] == "private, no-cache"
    assert {"Accept", "Cookie"} <= set(response["Vary"].replace(" ", "").split(","))


def test_items_cost_the_same_queries_for_few_and_many(works: list[Work], django_assert_num_queries: Any) -> None:
    # The version of the data, the count, the page, and the savepoint around them.
    with django_assert_num_queries(5):
        get("collections/works/items", limit=1)
    with django_assert_num_queries(4):
        get("collections/works/items", limit=100)


@pytest.mark.parametrize(
    "path",
    [
        "collections/nergens", "collections/nergens/items", "collections/nergens/queryables",
        "nergens", "nergens/", "collections/works/schema/",
        "collections/works/items/x", "collections/works/items/99999999999999999999",
    ],
)  # fmt: skip
def test_what_is_not_there_is_said(path: str) -> None:
    response = Client().get(f"/ogc/{path}", headers={"accept": "application/json"})
    assert response.status_code == 404
    assert response["Content-Type"] == "application/problem+json"


def test_a_slash_too_many_leads_to_the_address_without(works: list[Work]) -> None:
    for path in ("conformance", "collections", "collections/works", "collections/works/items"):
        assert Client().get(f"/ogc/{path}/").headers["Location"] == f"/ogc/{path}"
    followed = Client().get("/ogc/collections/works/items/", {"limit": "2", "kind": "sewer"}, follow=True)
    assert [feature["id"] for feature in followed.json()["features"]] == [works[0].pk]


def test_a_page_for_people_escapes_what_people_wrote(works: list[Work]) -> None:
    Work.objects.filter(pk=works[0].pk).update(name="<script>x</script>")
    for path in ("", "conformance", "api", "collections", "collections/works", "collections/works/queryables",
                 "collections/works/items", f"collections/works/items/{works[0].pk}"):  # fmt: skip
        page = Client().get(f"/ogc/{path}", {"f": "html"})
        assert page.status_code == 200
        assert page["Content-Type"].startswith("text/html")
        assert b"<script>" not in page.content


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.text(max_size=40)
    | st.from_regex(
        r"(NOT )?(kind|name|start|dwellings|geometry|x) ?(=|<|>|<>|LIKE|IN|IS) ?[('0-9a-zNU%)]{0,12}", fullmatch=True
    )
)
def test_no_filter_brings_the_service_down(works: list[Work], text: str) -> None:
    response = Client().get("/ogc/collections/works/items", {"filter": text})
    assert response.status_code in (200, 400)
