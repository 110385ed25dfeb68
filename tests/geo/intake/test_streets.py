"""A place by its street: whole, within a buurt or wijk, or along house numbers."""

from __future__ import annotations

from typing import Any

import pytest

from geo.intake.areas import Areas
from geo.intake.places import PlaceError, read_place
from geo.models import RoadPart
from tests.factories import box, line, make_address, make_buurt, make_road, make_wijk, point

pytestmark = pytest.mark.django_db


@pytest.fixture
def stroom() -> None:
    """Two parts of a street of 200 m, the one in each of two buurten, with a door every 10 m on both sides."""
    wijk = make_wijk("De Lariks", box(-100, -100, 100, 200))
    make_buurt("West", wijk, box(-100, -100, 100, 200))
    make_buurt("Oost", None, box(0, -100, 100, 200))
    make_road("Stroom", line((-100, 0), (0, 0)))
    make_road("Stroom", line((0, 0), (100, 0)))
    for n in range(1, 41):
        make_address("Stroom", n, at=point(-100 + 5 * n, 8 if n % 2 else -8))


def place(**cells: Any) -> Any:
    return read_place(cells, Areas())[1]


def test_a_street_is_all_its_parts(stroom: None) -> None:
    found = place(street="STROOM")
    assert found.geometry.geom_type == "LineString", "parts that meet are one line"
    assert found.geometry.length == pytest.approx(200)
    assert "de plek is de straat “STROOM”" in found.repairs[0][0]


@pytest.mark.parametrize("where", [{"buurt": "West"}, {"wijk": "De Lariks"}])
def test_a_street_in_an_area_is_only_what_lies_there(stroom: None, where: dict[str, str]) -> None:
    assert place(street="Stroom", **where).geometry.length == pytest.approx(100)


@pytest.mark.parametrize(
    ("numbers", "length"),
    [("10 t/m 20", 70), ("10-20", 70), ("20 tot 10", 70), ("1 – 40", 200), ("10-20 even", 70), ("11-19 oneven", 60),
     ("20", 20), ("20a", 20)],
)  # fmt: skip
def test_house_numbers_cut_a_street(stroom: None, numbers: str, length: float) -> None:
    assert place(street="Stroom", house_numbers=numbers).geometry.length == pytest.approx(length)


def test_surfaces_go_before_lines_and_are_cut_along_them(stroom: None) -> None:
    make_road("Stroom", box(-100, -4, 200, 8))
    assert place(street="Stroom").geometry.area == pytest.approx(1600)
    assert place(street="Stroom", house_numbers="10-20").geometry.area == pytest.approx(70 * 8)
    assert place(street="Stroom", buurt="Oost").geometry.area == pytest.approx(800)


def test_surfaces_without_lines_are_cut_around_the_doors() -> None:
    make_buurt("West")
    make_road("Plein", box(0, 0, 100, 100))
    make_address("Plein", 1, at=point(5, 5))
    assert 0 < place(street="Plein", house_numbers="1").geometry.area < 2000


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ({"street": "Strom"}, "Bedoelt u: stroom?"),
        ({"street": "Nergensweg"}, "zoals op het straatnaambord"),
        ({"street": "Stroom", "house_numbers": "100-120"}, "geen huisnummers “100-120” bekend"),
        ({"street": "Stroom", "house_numbers": "de hele straat"}, "zijn geen huisnummers"),
        ({"street": "Stroom", "buurt": "Zuid"}, "“Zuid” is niet bekend"),
        ({"street": "Stroom", "buurt": "Ver"}, "ligt niet in deze buurt of wijk"),
    ],
)
def test_what_cannot_be_found_says_how_to_mend_it(stroom: None, cells: dict[str, str], words: str) -> None:
    make_buurt("Ver", geometry=box(500, 500, 10))
    with pytest.raises(PlaceError) as caught:
        place(**cells)
    assert words in " ".join(caught.value.cause.words)


def test_a_street_in_two_places_needs_its_buurt(stroom: None) -> None:
    RoadPart.objects.filter(pk=RoadPart.objects.latest("pk").pk).update(city="Rolde")
    with pytest.raises(PlaceError, match="is er in: Assen, Rolde"):
        place(street="Stroom")
    assert place(street="Stroom", buurt="West").geometry.length == pytest.approx(100)


def test_where_no_streets_are_loaded_the_buurt_is_the_place() -> None:
    make_buurt("West")
    assert "de plek is de hele buurt" in place(street="Stroom", buurt="West").repairs[0][0]
    with pytest.raises(PlaceError, match="nog geen straten"):
        place(street="Stroom")


def test_a_geometry_goes_before_a_street(stroom: None) -> None:
    assert place(street="Stroom", x=point().x, y=point().y).geometry.geom_type == "Point"


def test_many_streets_cost_as_many_queries_as_one(stroom: None, django_assert_max_num_queries: Any) -> None:
    for n in range(30):
        make_road(f"Laan {n}", line((0, n), (50, n)))
    areas = Areas()
    with django_assert_max_num_queries(3):
        areas.streets.expect([f"Laan {n}" for n in range(30)])
        for n in range(30):
            assert areas.streets.find(f"laan {n}").length == pytest.approx(50)
