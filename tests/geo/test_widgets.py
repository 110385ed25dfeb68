"""The map in forms: what text it gives, what text it takes, and what it refuses."""

from __future__ import annotations

import pytest
from django.contrib.gis.geos import GEOSGeometry, Point
from django.core.exceptions import ValidationError

from geo.crs import RD_NEW
from geo.widgets import RdGeometryField, RdMapWidget
from tests.factories import ORIGIN, box

SQUARE = "POLYGON ((232000 557000, 232040 557000, 232040 557040, 232000 557040, 232000 557000))"


def field(geom_type: str = "GEOMETRY", **values) -> RdGeometryField:
    return RdGeometryField(srid=RD_NEW, geom_type=geom_type, widget=RdMapWidget(), **values)


def test_a_drawn_place_comes_back_as_it_was():
    kept = field().clean(RdMapWidget().serialize(box()))
    assert kept.equals_exact(box())
    assert kept.srid == RD_NEW


@pytest.mark.parametrize(
    "text", [SQUARE, f"SRID=28992;{SQUARE}", "LINESTRING (232000 557000, 232040 557000)", "POINT (232000 557000)"]
)
def test_wkt_in_rd_is_taken(text):
    assert field().clean(text).srid == RD_NEW


def test_degrees_that_say_so_become_rd():
    place = field().clean("SRID=4326;POINT (6.545 52.999)")
    assert place.srid == RD_NEW
    assert place.distance(Point(*ORIGIN, srid=RD_NEW)) < 5000


def test_one_polygon_is_a_set_of_one_where_sets_are_kept():
    assert field("MULTIPOLYGON").clean(SQUARE).geom_type == "MultiPolygon"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "required"),
        ("hier ergens", "invalid_geom"),
        ("POLYGON ((0 0", "invalid_geom"),
        ("POINT EMPTY", "empty"),
        ("POINT (6.5 52.9)", "elsewhere"),
        ("POINT Z (232000 557000 3)", "with_height"),
        ("POLYGON ((232000 557000, 232040 557040, 232040 557000, 232000 557040, 232000 557000))", "crossing"),
    ],
)
def test_what_cannot_be_kept_is_refused_with_a_reason(text, code):
    with pytest.raises(ValidationError) as refused:
        field().clean(text)
    assert refused.value.code == code


def test_another_sort_of_shape_than_the_field_keeps_is_refused():
    with pytest.raises(ValidationError):
        field("POINT").clean(SQUARE)


def test_a_text_that_is_no_place_is_shown_again_as_it_was_typed():
    html = field().widget.render("geometry", "POLYGON ((oeps <b>", {"id": "id_geometry"})
    assert "POLYGON ((oeps &lt;b&gt;" in html


def test_the_map_takes_nothing_from_elsewhere():
    html = str(RdMapWidget().media) + RdMapWidget(backgrounds=["/admin/omtrekken.json"]).render("g", box(), {"id": "g"})
    assert "//" not in html.replace("<!--", "")
    assert GEOSGeometry(RdMapWidget().serialize(box())).equals_exact(GEOSGeometry(box().wkt))
