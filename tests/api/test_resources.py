"""The resources: GeoJSON in WGS 84, filters that narrow, pages that are whole, and nothing that is hidden."""

from __future__ import annotations

import base64
import datetime as dt
import itertools
import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.gis.geos import GEOSGeometry, LinearRing
from django.test import Client

from planning.initiatives.models import Grant
from planning.partners.visibility import Visibility
from planning.works.models import Dependency
from tests import factories as make
from tests.api.conftest import Ask, bbox, degrees, lonlat

pytestmark = pytest.mark.django_db

LISTS = (
    "wijken", "buurten", "organisations", "programmes", "projects", "works", "dependencies", "findings", "initiatives",
    "centres", "activities", "meetings",
)  # fmt: skip
WITH_PLACE = ("wijken", "buurten", "works", "findings", "initiatives", "centres", "meetings")


def populate(times: int = 1) -> None:
    """Make ``times`` records of everything, each with relations of its own."""
    for number in range(times):
        wijk = make.make_wijk(f"Wijk {number}")
        buurt = make.make_buurt(f"Buurt {number}", wijk=wijk)
        owner = make.make_organisation(f"partner-{number}")
        programme = make.make_programme(f"Programma {number}", owner)
        project = make.make_project(f"Project {number}", owner, programme=programme)
        first = make.make_work(buurt=buurt, owner=owner, project=project)
        second = make.make_work("street", buurt=buurt, owner=owner, project=project)
        Dependency.objects.create(predecessor=first, successor=second)
        finding = make.make_finding(first, second)
        initiative = make.make_initiative(buurt=buurt)
        finding.initiatives.add(initiative)
        Grant.objects.create(
            initiative=initiative,
            partner=owner,
            kind="money",
            amount_eur=500,
            description="start",
            granted_on="2026-04-01",
        )
        make.make_activity(make.make_centre(f"BIC {number}", wijk=wijk))
        make.make_meeting(organiser=owner, wijk=wijk).works.set([first, second])


def ids(answer: dict[str, Any]) -> list[int]:
    return [record["id"] for record in answer.get("features", answer.get("results"))]


@pytest.mark.parametrize("name", LISTS)
def test_a_list_takes_the_same_queries_however_long_it_is(
    ask: Ask, name: str, django_assert_max_num_queries: Any
) -> None:
    populate(4)
    with django_assert_max_num_queries(5):
        answer = ask(f"{name}/")
    assert answer["count"] == len(ids(answer)) >= 4


@pytest.mark.parametrize("name", WITH_PLACE)
def test_what_has_a_place_is_geojson(ask: Ask, name: str) -> None:
    populate()
    answer = ask(f"{name}/")
    assert answer["type"] == "FeatureCollection"
    feature = answer["features"][0]
    assert set(feature) == {"id", "type", "geometry", "properties"}
    west, south, east, north = GEOSGeometry(json.dumps(feature["geometry"])).extent
    assert 6.4 < west <= east < 6.7 and 52.9 < south <= north < 53.1


@pytest.mark.parametrize("path", ["works/", "wijken/wijk-0/"])
def test_geojson_can_be_asked_for_by_its_own_name(client: Client, path: str) -> None:
    populate()
    plain, named = client.get(f"/api/{path}"), client.get(f"/api/{path}", headers={"Accept": "application/geo+json"})
    assert (plain.status_code, plain["Content-Type"]) == (200, "application/json")
    assert (named.status_code, named["Content-Type"]) == (200, "application/geo+json")
    assert named.content == plain.content


def test_who_asks_for_a_form_that_is_not_there_is_told_which_are(client: Client) -> None:
    answer = client.get("/api/works/?format=xml", headers={"accept-language": "en"})
    assert answer.status_code == 404
    assert answer.json()["detail"] == "There is no such form. There is: json."
    assert client.get("/api/works/?format=json").status_code == 200


def test_a_geometry_is_the_one_that_is_stored(ask: Ask) -> None:
    work = make.make_work(geometry=make.box(3, 4, 50))
    feature = ask(f"works/{work.pk}/")
    given = GEOSGeometry(json.dumps(feature["geometry"]))
    assert given.normalize(clone=True).equals_exact(degrees(work.geometry).normalize(clone=True), 1e-6)


def test_ground_lies_to_the_left_of_its_outline_however_it_was_drawn(ask: Ask) -> None:
    work = make.make_work(geometry=make.box(3, 4, 50))
    assert not LinearRing(work.geometry.coords[0]).is_counterclockwise
    for feature in (ask(f"works/{work.pk}/"), ask("works/")["features"][0]):
        assert LinearRing(feature["geometry"]["coordinates"][0]).is_counterclockwise


@pytest.mark.parametrize("name", ["wijken/wijk-0", "buurten/buurt-0", "organisations/partner-0", "centres/bic-0"])
def test_what_has_a_slug_has_an_address_by_it(ask: Ask, name: str) -> None:
    populate()
    answer = ask(f"{name}/")
    assert answer.get("properties", answer)["slug"] == name.split("/")[1]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"kind": "street"}, {"street"}),
        ({"kind": "street,sewer"}, {"street", "sewer"}),
        ({"status": "done"}, {"sewer"}),
        ({"owner": "gemeente"}, {"street", "sewer"}),
        ({"wijk": "oost"}, {"demolition"}),
        ({"from_": "2028-01-01"}, {"sewer"}),
        ({"to": "2027-02-01"}, {"demolition"}),
        ({"from_": "2027-03-01", "to": "2027-03-02"}, {"street", "demolition"}),
        ({"search": "HERINRICHTING"}, {"street"}),
        ({"search": "ronde"}, {"street"}),
        ({"bbox": "near the street"}, {"street"}),
        ({"kind": "street", "owner": "actium"}, set()),
    ],
)
def test_filters_of_works_narrow(ask: Ask, query: dict[str, str], expected: set[str]) -> None:
    oost = make.make_wijk("Oost", geometry=make.box(500, 0, 300))
    buurt = make.make_buurt(wijk=oost, geometry=make.box(500, 0, 300))
    actium, gemeente = make.make_organisation("actium"), make.make_organisation("gemeente")
    make.make_work("demolition", "2027-01-01", "2027-06-01", owner=actium, buurt=buurt, geometry=make.box(510, 0))
    make.make_work(
        "street", "2027-02-01", "2027-08-01", owner=gemeente, name="Herinrichting Stroom", description="Rónde",
        geometry=make.line((0, 0), (50, 0)),
    )  # fmt: skip
    make.make_work("sewer", "2028-01-01", "2028-03-01", owner=gemeente, status="done", geometry=make.box(-300, 0))
    if "bbox" in query:
        query = {"bbox": bbox(10, -5, 10)}
    answer = ask("works/", **query)
    assert {feature["properties"]["kind"] for feature in answer["features"]} == expected


def test_findings_and_initiatives_have_filters_of_their_own(ask: Ask) -> None:
    work = make.make_work(owner=make.make_organisation("actium"))
    other = make.make_work("street", owner=make.make_organisation("gemeente"))
    hard = make.make_finding(work, other, severity=4)
    chance = make.make_finding(other, kind="opportunity", severity=1, rule="dig-once")
    for query, expected in (
        ({}, [hard, chance]),
        ({"severity": "1,2"}, [chance]),
        ({"rule": "dig-once"}, [chance]),
        ({"owner": "actium"}, [hard]),
        ({"work": work.pk}, [hard]),
        ({"ordering": "severity"}, [chance, hard]),
    ):
        assert ids(ask("findings/", **query)) == [finding.pk for finding in expected]
    orchard = make.make_initiative(looks_for_place=True)
    make.make_initiative("Muurschildering", state="done", theme="culture")
    assert ids(ask("initiatives/", looks_for_place="true")) == [orchard.pk]
    assert ids(ask("initiatives/", state="supported,under_way")) == [orchard.pk]


def test_a_finding_that_no_longer_holds_is_gone(ask: Ask) -> None:
    make.make_finding(make.make_work(), resolved_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
    assert ask("findings/")["count"] == 0


def test_pages_are_whole_even_when_all_is_equal(ask: Ask) -> None:
    works = [make.make_work(name="gelijk").pk for _ in range(7)]
    seen: list[int] = []
    for page in (1, 2, 3):
        answer = ask("works/", page=page, page_size=3, ordering="-planned_start")
        assert answer["count"] == 7
        seen += ids(answer)
    assert sorted(seen) == works
    assert answer["next"] is None and "page=2" in answer["previous"]
    assert ask("works/", 404, page=4, page_size=3)["status"] == 404


@pytest.mark.parametrize("ordering", ["", "-planned_start", "name,-updated_at", "distance"])
def test_a_cursor_goes_through_all_once_even_while_records_come_and_go(ask: Ask, ordering: str) -> None:
    works = [make.make_work(name=f"Werk {n % 2}", geometry=make.box(10 * (n % 3), 0)) for n in range(7)]
    query: dict[str, Any] = {"page_size": 3, "ordering": ordering}
    if ordering == "distance":
        query |= lonlat(-50, 0)
    seen: list[int] = []
    answer = ask("works/", cursor="*", **query)
    while True:
        assert "count" not in answer
        seen += ids(answer)
        if answer["next"] is None:
            break
        if len(seen) == 3:
            works[seen[0] - works[0].pk].delete()
        answer = ask(answer["next"].split("/api/")[1])
    assert sorted(seen) == [work.pk or seen[0] for work in works]
    by_page = ask("works/", **query)
    assert ids(by_page)[:2] == seen[1:3]


@pytest.mark.parametrize("cursor", ["", "x", "W10", "eyJhIjoxfQ", "bnVsbA", "W1sicGsiXSxbMV1d", "*x", "é"])
def test_a_cursor_that_is_none_is_refused(ask: Ask, cursor: str) -> None:
    assert ask("works/", 400, cursor=cursor)["errors"][0]["parameter"] == "cursor"


def test_a_cursor_belongs_to_its_order_and_its_values_are_distrusted(ask: Ask) -> None:
    for _ in range(3):
        make.make_work()
    link = ask("works/", cursor="*", page_size=1)["next"]
    cursor = parse_qs(urlsplit(link).query)["cursor"][0]
    assert ask("works/", 400, cursor=cursor, ordering="name")["errors"][0]["parameter"] == "cursor"
    assert ask("works/", 400, cursor=cursor, page=1)["errors"][0]["parameter"] == "page"
    order, values = json.loads(base64.urlsafe_b64decode(cursor + "=="))
    texts = ("1e999", "ja", 10**30)  # a name can be any of these
    for place, bad in itertools.product(range(len(order)), ("\x00", None, [], {}, True, *texts)):
        changed = [*values[:place], bad, *values[place + 1 :]]
        text = base64.urlsafe_b64encode(json.dumps([order, changed]).encode()).decode().rstrip("=")
        response = ask("works/", 200 if order[place] == "name" and bad in texts else 400, cursor=text)
        assert response.get("type") == "FeatureCollection" or response["errors"][0]["parameter"] == "cursor"


def test_only_the_fields_that_are_asked_for(ask: Ask) -> None:
    work = make.make_work()
    feature = ask("works/", fields="name,kind")["features"][0]
    assert feature == {
        "id": work.pk, "type": "Feature", "geometry": None, "properties": {"name": work.name, "kind": "demolition"},
    }  # fmt: skip
    assert ask(f"works/{work.pk}/", fields="geometry")["geometry"]["type"] == "Polygon"
    project = make.make_project(owner=work.owner)
    work.project = project
    work.save()
    assert ask("projects/", fields="name")["results"] == [{"id": project.pk, "name": project.name}]
    for path, fields in (("works/", "naam"), (f"works/{work.pk}/", "name,"), ("works/", "budget_eur")):
        assert ask(path, 400, fields=fields)["errors"][0]["parameter"] == "fields"


def test_what_the_client_has_already_is_not_sent_again(client: Client) -> None:
    populate()
    work = make.make_work()
    for path in ("wijken/wijk-0/", "organisations/partner-0/", "centres/bic-0/", f"works/{work.pk}/"):
        first = client.get(f"/api/{path}")
        again = client.get(f"/api/{path}", headers={"If-None-Match": first["ETag"]})
        assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    work.owner.name = "Een nieuwe naam"
    work.owner.save()
    assert client.get(f"/api/works/{work.pk}/", headers={"If-None-Match": first["ETag"]}).status_code == 200


def test_near_a_point_and_inside_a_shape(ask: Ask) -> None:
    close, far = make.make_work(geometry=make.box(0, 0, 10)), make.make_work(geometry=make.box(300, 0, 10))
    make.make_work(geometry=make.box(2000, 0, 10))
    here = lonlat(-20, 5)
    assert ids(ask("works/", **here, radius=100)) == [close.pk]
    assert set(ids(ask("works/", **here))) == {close.pk, far.pk}
    assert ids(ask("works/", **here, ordering="-distance")) == [far.pk, close.pk]
    shape = degrees(make.box(-5, -5, 30))
    for text in (shape.wkt, shape.geojson, make.box(-5, -5, 30).ewkt):
        assert ids(ask("works/", geometry=text)) == [close.pk]
    assert ids(ask("works/", geometry=shape.wkt, status="done")) == []
    for text in ("POLYGON((6 40, 60 40, 60 60, 6 60, 6 40))", "SRID=28992;POLYGON((0 5e5, 9e5 5e5, 9e5 9e5, 0 5e5))"):
        assert len(ids(ask("works/", geometry=text))) == 3, "as far as it lies in the Netherlands"


def test_works_of_a_project_or_from_a_source_or_changed_since(ask: Ask) -> None:
    first = make.make_work(project=make.make_project(), source="gis", external_id="A-1")
    second = make.make_work(project=make.make_project("Anders"))
    assert ids(ask("works/", project=first.project_id)) == [first.pk]
    assert set(ids(ask("works/", project=f"{first.project_id},{second.project_id}"))) == {first.pk, second.pk}
    assert ids(ask("works/", source="gis", external_id="A-1")) == [first.pk]
    assert ids(ask("works/", id=second.pk)) == [second.pk]
    assert ids(ask("works/", updated_since="2999-01-01T00:00:00Z")) == []
    assert len(ids(ask("works/", updated_since=first.updated_at.isoformat()))) == 2


def test_a_finding_about_two_works_comes_once(ask: Ask) -> None:
    works = [make.make_work(), make.make_work("street")]
    finding = make.make_finding(*works)
    assert ids(ask("findings/", work=f"{works[0].pk},{works[1].pk}")) == [finding.pk]


def test_moments_are_in_utc(ask: Ask) -> None:
    make.make_activity(make.make_centre())
    assert ask("activities/")["results"][0]["starts_at"] == "2026-11-24T17:00:00Z"


def test_what_is_hidden_is_in_no_list_and_at_no_address(ask: Ask, client: Client) -> None:
    owner = make.make_organisation("actium")
    project = make.make_project(owner=owner, programme=make.make_programme(owner=owner))
    hidden = make.make_work(owner=owner, project=project, visibility=Visibility.INTERNAL)
    shown = make.make_work(owner=owner)
    dependency = Dependency.objects.create(predecessor=shown, successor=hidden)
    finding = make.make_finding(shown, hidden)
    make.make_meeting().works.set([shown, hidden])
    idea = make.make_initiative(state="submitted")
    secrets = {
        f"works/{hidden.pk}/": "works/", f"dependencies/{dependency.pk}/": "dependencies/",
        f"findings/{finding.pk}/": "findings/", f"initiatives/{idea.slug}/": "initiatives/",
        f"projects/{project.pk}/": "projects/", f"programmes/{project.programme_id}/": "programmes/",
    }  # fmt: skip

    def seen() -> list[bool]:
        return [client.get(f"/api/{one}").status_code == 200 for one in secrets]

    assert seen() == [False] * 6
    assert [ask(many)["count"] for many in secrets.values()] == [1, 0, 0, 0, 0, 0]
    assert ask("meetings/")["features"][0]["properties"]["works"] == [shown.pk]
    client.force_login(make.make_user(make.make_organisation("gemeente")))
    assert seen() == [False, False, False, True, False, False]
    client.force_login(make.make_user(owner))
    assert seen() == [True] * 6
    assert ask("meetings/")["features"][0]["properties"]["works"] == sorted([shown.pk, hidden.pk])


def test_money_and_consent_are_the_partners_business(ask: Ask, client: Client) -> None:
    work = make.make_work(budget_eur=1_200_000, consent_percentage=64)
    private = {"budget_eur", "consent_percentage", "tenants_informed_on", "embargo_until"}
    assert not private & set(ask(f"works/{work.pk}/")["properties"])
    client.force_login(make.make_user())
    assert not private & set(ask(f"works/{work.pk}/")["properties"])
    client.force_login(make.make_user(make.make_organisation("gemeente")))
    assert ask(f"works/{work.pk}/")["properties"]["consent_percentage"] == 64


@pytest.mark.parametrize(
    ("path", "parameter"),
    [
        ("works/?kind=sloop", "kind"),
        ("works/?kind=street'--", "kind"),
        ("works/?ordering=owner__password", "ordering"),
        ("works/?from=31-05-2027", "from"),
        ("works/?bbox=a,b,c,d", "bbox"),
        ("works/?knid=street", "knid"),
        ("works/?project=abc", "project"),
        ("findings/?severity=9", "severity"),
        ("meetings/?to=2027-99-01", "to"),
        ("works/?search=a%00b", "search"),
        ("works/?project=1.5", "project"),
        ("works/?id=99999999999999999999", "id"),
        ("works/?kind=street&kind=sewer", "kind"),
        ("works/?page=0", "page"),
        ("works/?page=last", "page"),
        ("works/?page_size=0", "page_size"),
        ("works/?lat=53", "lat"),
        ("works/?lat=6.5&lon=53", "lat"),
        ("works/?radius=50", "radius"),
        ("works/?lat=53&lon=6.5&radius=0", "radius"),
        ("works/?lat=53&lon=6.5&radius=NaN", "radius"),
        ("works/?ordering=distance", "ordering"),
        ("works/?geometry=POINT", "geometry"),
        ("works/?geometry=POINT(53 6.5)", "geometry"),
        ("works/?geometry=POLYGON((6 53,7 53,6 53.1,7 53.1,6 53))", "geometry"),
        ("works/?geometry=SRID=3857;POINT(0 0)", "geometry"),
        ("works/?updated_since=gisteren", "updated_since"),
    ],
)
def test_a_filter_that_is_wrong_is_told_and_never_ignored(ask: Ask, path: str, parameter: str) -> None:
    problem = ask(path, 400)
    assert problem["title"] == "De vraag klopt niet"
    assert problem["errors"][0]["parameter"] == parameter
    assert problem["errors"][0]["detail"]


@pytest.mark.parametrize("name", ["wijken", "buurten", "organisations", "findings"])
def test_what_nobody_writes_here_is_read_only(client: Client, name: str) -> None:
    client.force_login(make.make_user(make.make_organisation(), role="manager"))
    for method in ("post", "put", "patch", "delete"):
        response = getattr(client, method)(f"/api/{name}/", {}, content_type="application/json")
        assert (response.status_code, response["Content-Type"]) == (405, "application/problem+json")
