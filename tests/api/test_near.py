"""What is near, by distance in metres, from a point or an address."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from planning.partners.visibility import Visibility
from tests import factories as make
from tests.api.conftest import Ask, lonlat

pytestmark = pytest.mark.django_db
SOON = (dt.date.today() + dt.timedelta(days=30)).isoformat()
LATER = (dt.date.today() + dt.timedelta(days=90)).isoformat()
PAST = ("2020-01-01", "2020-06-01")


def test_what_is_near_comes_by_distance(ask: Ask) -> None:
    for metres in (300, 90, 700):
        make.make_initiative(f"op {metres}", geometry=make.point(metres, 0))
        make.make_work("street", SOON, LATER, name=f"op {metres}", geometry=make.line((metres, -50), (metres, 50)))
        make.make_centre(f"op {metres}", point=make.point(-metres, 0))
    near = ask("near/", **lonlat())
    assert near["radius"] == 500
    assert [(row["title"], row["distance"]) for row in near["initiatives"]] == [("op 90", 90), ("op 300", 300)]
    assert [(row["name"], row["distance"]) for row in near["works"]] == [("op 90", 90), ("op 300", 300)]
    assert [(row["name"], row["distance"]) for row in near["centres"]] == [("op 90", 90), ("op 300", 300)]
    assert len(ask("near/", radius=800, **lonlat())["works"]) == 3


def test_the_nearest_centre_is_told_even_when_far(ask: Ask) -> None:
    assert ask("near/", **lonlat())["nearest_centre"] is None
    make.make_centre("Dicht", point=make.point(100, 0), state="closed")
    make.make_centre("Ver", point=make.point(3000, 0))
    near = ask("near/", **lonlat())
    assert (near["centres"], near["nearest_centre"]["name"], near["nearest_centre"]["distance"]) == ([], "Ver", 3000)


def test_works_of_the_past_and_ideas_that_are_gone_are_left_out(ask: Ask) -> None:
    make.make_work("street", *PAST)
    make.make_work("street", SOON, LATER, visibility=Visibility.PARTNERS)
    going_on = make.make_work("street", "2020-01-01", LATER)
    for state in ("declined", "withdrawn", "submitted"):
        make.make_initiative(state, state=state)
    near = ask("near/", **lonlat())
    assert ([row["id"] for row in near["works"]], near["initiatives"]) == ([going_on.pk], [])


@pytest.mark.parametrize(
    ("query", "label", "exactness", "at"),
    [
        ({"postcode": "9403KL", "number": "12"}, "Stroom 12, 9403 KL Assen", "address", 0),
        ({"postcode": "9403 kl", "number": "12a"}, "Stroom 12A, 9403 KL Assen", "address", 40),
        ({"postcode": "9403kl", "number": "12 b"}, "Stroom 12, 9403 KL Assen", "address", 0),
        ({"postcode": " 9403 KL "}, "9403 KL", "postcode", None),
        ({"postcode": "9403KL", "number": "999"}, "9403 KL", "postcode", None),
    ],
)
def test_an_address_is_found_in_any_spelling(
    ask: Ask, query: dict[str, str], label: str, exactness: str, at: float | None
) -> None:
    make.make_address("Stroom", 12, "9403KL", make.point())
    make.make_address("Stroom", 12, "9403KL", make.point(40, 0), addition="A")
    near = ask("near/", **query)
    assert (near["label"], near["exactness"]) == (label, exactness)
    if at is not None:
        assert (near["lon"], near["lat"]) == pytest.approx(tuple(lonlat(at).values()), abs=2e-6)


def test_an_unknown_postcode_is_a_404_that_helps(ask: Ask) -> None:
    problem = ask("near/", 404, postcode="9999ZZ", number="1")
    assert "9999 ZZ" in problem["detail"] and "straat" in problem["detail"]


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"lat": "53"},
        {"lat": "53", "lon": "abc"},
        {"lat": "0", "lon": "0"},
        {"postcode": "94 KL"},
        {"postcode": "0403KL"},
        {"postcode": "9403KL", "number": "twaalf"},
        {"postcode": "9403KL", "number": "12; DROP TABLE geo_address"},
        {"lat": "53", "lon": "6.5", "radius": "5001"},
        {"lat": "53", "lon": "6.5", "radius": "0"},
        {"lat": "53", "lon": "6.5", "radius": "-5"},
    ],
)
def test_what_cannot_be_read_is_a_400(ask: Ask, query: dict[str, str]) -> None:
    assert ask("near/", 400, **query)["errors"]


def test_one_query_per_kind(ask: Ask, django_assert_max_num_queries: Any) -> None:
    wijk = make.make_wijk()
    for number in range(10):
        buurt = make.make_buurt(f"Buurt {number}", wijk=wijk)
        work = make.make_work("street", SOON, LATER, buurt=buurt, owner=make.make_organisation(f"partner-{number}"))
        make.make_finding(work)
        make.make_initiative(buurt=buurt)
        make.make_centre(f"BIC {number}", wijk=wijk)
    here = lonlat()
    ask("near/", **here)  # Django reads the units of a coordinate system once per process.
    with django_assert_max_num_queries(3):  # works come with a count of their findings
        works = ask("near/", **here)["works"]
    assert [work["findings"] for work in works] == [1] * 10


def test_who_signed_in_is_asked_for_apart(ask: Ask, client: Any) -> None:
    owner = make.make_organisation("actium")
    make.make_work("street", SOON, LATER, owner=owner, visibility=Visibility.INTERNAL)
    assert ask("near/", **lonlat())["works"] == []
    client.force_login(make.make_user(owner))
    assert len(client.get("/api/near/", lonlat()).json()["works"]) == 1
    client.logout()
    assert client.get("/api/near/", lonlat()).json()["works"] == []
