"""What people type as an address is taken apart and found."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.functions import Folded
from geo.geocoding import Asked, Exactness, locate, normal_postcode, spaced, streets
from geo.models import Address
from geo.text import fold
from tests import factories as make

letters = st.sampled_from(string.ascii_letters)
postcodes = st.builds(
    lambda digits, first, second: f"{digits}{first}{second}", st.integers(1000, 9999), letters, letters
)


@given(postcodes, st.integers(1, 99999), st.sampled_from(["", "a", "BIS", "2h"]), st.sampled_from([" ", "  ", ", "]))
def test_any_postcode_with_number_is_read(postcode: str, number: int, addition: str, gap: str) -> None:
    inside = gap if gap.isspace() else ""
    hyphen = "-" if addition else ""
    written = f"{postcode[:4]}{inside}{postcode[4:]}{gap}{number}{hyphen}{addition}"
    assert Asked.parse(written) == Asked(postcode.upper(), "", number, addition)
    assert normal_postcode(spaced(postcode.upper())) == postcode.upper()


@given(st.text(max_size=60))
def test_whatever_is_typed_is_read_as_something(text: str) -> None:
    asked = Asked.parse(text)
    assert asked.number is None or 1 <= asked.number <= 99999
    assert not asked.postcode or normal_postcode(asked.postcode) == asked.postcode


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("Stroom 12", Asked(street="Stroom", number=12)),
        ("stroom 12 a, Assen", Asked(street="stroom", number=12, addition="a")),
        ("Plein 1813 5", Asked(street="Plein 1813", number=5)),
        ("Stroom", Asked(street="Stroom")),
        ("9403", Asked(street="9403")),
        ("9403 K", Asked(street="9403 K")),
    ],
)
def test_street_and_number_are_told_apart(text: str, asked: Asked) -> None:
    assert Asked.parse(text) == asked


@pytest.mark.parametrize("text", ["0403KL", "940KL", "9403K", "9403KLM", "9403 1L", "", "９403KL"])
def test_what_is_no_postcode_is_none(text: str) -> None:
    assert normal_postcode(text) is None


@pytest.mark.django_db
def test_python_and_the_database_fold_alike() -> None:
    text = "  HENRIËTTE  Çağlar-Łódź ñandú Ÿ ĳ 12% "
    make.make_address(street=text)
    stored = Address.objects.annotate(folded=Folded("street")).get().folded
    assert " ".join(stored.split()) == fold(text)
    assert "henriette" in stored


@pytest.mark.django_db
def test_the_place_is_as_exact_as_can_be() -> None:
    make.make_address("Stroom", 12, "9403KL", make.point(0, 0))
    make.make_address("Stroom", 30, "9403KL", make.point(200, 0))
    make.make_address("Stroomdal", 12, "9403KM", make.point(500, 0))
    found = {
        text: locate(Asked.parse(text))
        for text in ("9403KL 30", "stroom 30", "stroomdal 12", "9403KL 31", "stroom 31", "Strom", "Kerkstraat 1")
    }
    exactness = {text: place and (place.label, place.exactness) for text, place in found.items()}
    assert exactness == {
        "9403KL 30": ("Stroom 30, 9403 KL Assen", Exactness.ADDRESS),
        "stroom 30": ("Stroom 30, 9403 KL Assen", Exactness.ADDRESS),
        "stroomdal 12": ("Stroomdal 12, 9403 KM Assen", Exactness.ADDRESS),
        "9403KL 31": ("9403 KL", Exactness.POSTCODE),
        "stroom 31": ("Stroom, Assen", Exactness.STREET),
        "Strom": ("Stroom, Assen", Exactness.STREET),
        "Kerkstraat 1": None,
    }


@pytest.mark.django_db
def test_a_street_in_full_comes_before_one_that_begins_so() -> None:
    for number, street in enumerate(("Stroomdal", "Nieuwe Stroom", "Stroom"), 1):
        make.make_address(street, number)
    assert [street["street"] for street in streets("stroom")] == ["Stroom", "Stroomdal", "Nieuwe Stroom"]
