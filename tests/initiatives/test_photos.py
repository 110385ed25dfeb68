"""Photos: judged by their content, made anew, without where they were taken."""

from __future__ import annotations

import io
import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from planning.initiatives.photos import LARGEST_BYTES, LONGEST_SIDE, THUMBNAIL_SIDE, develop
from planning.initiatives.refusals import RefusedError
from tests.initiatives.pictures import bomb, picture, with_location


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_photo_comes_back_as_jpeg_in_two_sizes(kind: str) -> None:
    made = develop(io.BytesIO(picture(3000, 1500, kind)))
    assert (made.width, made.height) == (LONGEST_SIDE, LONGEST_SIDE // 2)
    for data, longest in ((made.image, LONGEST_SIDE), (made.thumbnail, THUMBNAIL_SIDE)):
        with Image.open(io.BytesIO(data)) as image:
            assert image.format == "JPEG"
            assert max(image.size) == longest


def test_nothing_of_where_when_and_what_with_is_left_and_it_stands_upright() -> None:
    sent = with_location()
    assert b"GeheimeCamera" in sent
    made = develop(io.BytesIO(sent))
    for data in (made.image, made.thumbnail):
        assert b"GeheimeCamera" not in data
        assert b"Stroom" not in data
        assert b"Exif" not in data
        with Image.open(io.BytesIO(data)) as image:
            assert not image.getexif()
            assert "comment" not in image.info
            assert image.size == (40, 80)
            red, _green, blue = image.convert("RGB").getpixel((20, 10))
            assert blue > 200 > red


def test_what_is_seen_through_becomes_white() -> None:
    target = io.BytesIO()
    Image.new("RGBA", (20, 20), (255, 0, 0, 0)).save(target, "PNG")
    made = develop(io.BytesIO(target.getvalue()))
    with Image.open(io.BytesIO(made.image)) as image:
        assert min(image.convert("RGB").getpixel((10, 10))) > 250


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<html><script>alert(1)</script></html>",
        b"%PDF-1.7",
        b"GIF89a" + b"\0" * 200,
        picture(kind="GIF"),
        picture(kind="TIFF"),
        picture()[:200],
        picture(kind="PNG")[:60],
        b"\xff\xd8\xff\xe0" + os.urandom(500),
    ],
    ids=["nothing", "svg", "html", "pdf", "fake-gif", "gif", "tiff", "half-jpeg", "half-png", "noise"],
)
def test_what_is_no_photo_is_refused_with_what_to_choose(data: bytes) -> None:
    with pytest.raises(RefusedError, match="JPG, PNG of WebP") as refused:
        develop(io.BytesIO(data))
    assert refused.value.field == "photos"


@pytest.mark.parametrize("size", [(30_000, 30_000), (65_000, 65_000), (6_000, 6_000)])
def test_a_small_file_that_would_grow_beyond_measure_is_refused_unopened(size: tuple[int, int]) -> None:
    with pytest.raises(RefusedError, match=r"beeldpunten|kunnen lezen"):
        develop(io.BytesIO(bomb(*size)))


def test_a_file_that_is_too_large_is_refused() -> None:
    with pytest.raises(RefusedError, match="hoogstens 12 MB"):
        develop(io.BytesIO(picture() + b"\0" * LARGEST_BYTES))


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_a_photo_with_bytes_changed_is_made_anew_or_refused(data: st.DataObject) -> None:
    """Whatever a file holds, it never brings down more than itself."""
    content = bytearray(data.draw(st.sampled_from([picture(), picture(kind="PNG"), picture(kind="WEBP")])))
    for _ in range(data.draw(st.integers(1, 6))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    try:
        made = develop(io.BytesIO(bytes(content)))
    except RefusedError:
        return
    assert made.image.startswith(b"\xff\xd8")
