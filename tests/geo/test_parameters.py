"""Numbers and boxes in addresses: read as meant, or refused in words, whatever a client writes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.crs import RD_NEW, WGS_84
from geo.parameters import LARGEST, read_box, read_encodings, read_number, read_whole, whole_number
from geo.problems import BadRequestError


@given(st.integers(min_value=0, max_value=LARGEST))
def test_a_whole_number_is_read_as_it_is_written(number: int) -> None:
    assert read_whole(str(number), "page") == whole_number(str(number)) == number


@given(st.text(max_size=30))
def test_any_other_text_is_refused_with_the_name_of_the_parameter(text: str) -> None:
    if text.isascii() and text.isdigit() and int(text) <= LARGEST:
        return
    with pytest.raises(BadRequestError) as caught:
        read_whole(text, "page")
    assert caught.value.parameter == "page"
    assert whole_number(text) is None


def test_bounds_are_said() -> None:
    assert [read_whole(text, "radius", 1, 5) for text in ("1", "5")] == [1, 5]
    for text in ("0", "6", "-1", "1.0", "", "²", "9" * 5000):
        with pytest.raises(BadRequestError, match="van 1 tot en met 5"):
            read_whole(text, "radius", 1, 5)
    with pytest.raises(BadRequestError, match="vanaf 1"):
        read_whole("0", "page", 1)


@given(st.text(max_size=40))
def test_a_box_is_four_numbers_or_refused(text: str) -> None:
    with pytest.raises(BadRequestError):
        read_box(text)


@pytest.mark.parametrize("text", ["nan", "inf", "1e999", "een", ""])
def test_a_number_is_finite(text: str) -> None:
    with pytest.raises(BadRequestError):
        read_number(text, "lat")


def test_a_box_of_the_whole_world_is_where_rd_new_holds_and_one_elsewhere_is_empty() -> None:
    world = read_box("-180,-90,180,90")
    assert world.srid == RD_NEW
    assert world.contains(read_box("6.5,52.9,6.6,53.0"))
    assert read_box("100,10,110,20").empty
    assert read_box("6.5,52.9,0,6.6,53.0,9").equals(read_box("6.5,52.9,6.6,53.0"))
    for wrong in ("7,53,6,54", "6,54,7,53", "232000,557000,233000,558000", "6,53,7"):
        with pytest.raises(BadRequestError):
            read_box(wrong)
    assert read_box("232000,557000,233000,558000", RD_NEW).area == 1_000_000
    assert read_box("52.9,6.5,53.0,6.6", WGS_84, northing_first=True).equals(read_box("6.5,52.9,6.6,53.0"))


def test_a_packing_with_weight_0_is_named_and_not_taken() -> None:
    assert read_encodings("gzip;q=0, BR ; q=0.5,zstd; q=0.000") == [("gzip", False), ("br", True), ("zstd", False)]
