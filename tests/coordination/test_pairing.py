"""Who is near whom, found by PostGIS in one statement, equals brute force in shapely."""

from __future__ import annotations

import pytest
import shapely
from django.contrib.gis.geos import GEOSGeometry
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from planning.coordination.copying import BIGINT, copy_rows
from planning.coordination.loading import load_pairs, load_works
from planning.sequencing.rules.base import Reach
from planning.works.models import LINE_HALF_WIDTH_M, Work
from tests.factories import ORIGIN, make_organisation, make_work

X, Y = ORIGIN
METRES = st.integers(0, 120)
BOXES = st.tuples(METRES, METRES, st.integers(4, 60), st.integers(4, 60)).map(
    lambda b: shapely.box(X + b[0], Y + b[1], X + b[0] + b[2], Y + b[1] + b[3])
)
LINES = (
    st.tuples(METRES, METRES, METRES, METRES)
    .filter(lambda p: p[:2] != p[2:])
    .map(lambda p: shapely.LineString([(X + p[0], Y + p[1]), (X + p[2], Y + p[3])]))
)


def ground(shape: shapely.Geometry) -> shapely.Geometry:
    """What a work takes up, as the database makes it: a line has a width."""
    return shape if shape.geom_type == "Polygon" else shape.buffer(LINE_HALF_WIDTH_M, quad_segs=2)


@pytest.mark.django_db
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.one_of(BOXES, LINES), min_size=2, max_size=7), st.sampled_from([0.0, 10.0, 25.0]))
def test_pairs_equal_brute_force(shapes: list[shapely.Geometry], reach: float) -> None:
    Work.objects.all().delete()
    owner = make_organisation()
    made = [make_work(owner=owner, geometry=GEOSGeometry(shape.wkt, srid=28992)) for shape in shapes]
    works = load_works()
    assert works.id.tolist() == [work.pk for work in made]
    pairs = load_pairs(works, [Reach(reach)])
    found = {
        (int(a), int(b)): (float(d), float(o))
        for a, b, d, o in zip(pairs.first, pairs.second, pairs.distance, pairs.overlap, strict=True)
    }
    grounds = [ground(shape) for shape in shapes]
    for i in range(len(shapes)):
        for j in range(i + 1, len(shapes)):
            distance = grounds[i].distance(grounds[j])
            if abs(distance - reach) < 1e-6 and reach:
                continue  # on the limit itself, the last bit decides
            assert ((i, j) in found) == (distance <= reach)
            if (i, j) in found:
                assert found[i, j][0] == pytest.approx(distance, abs=1e-3)
                assert found[i, j][1] == pytest.approx(grounds[i].intersection(grounds[j]).area, abs=0.05)


@pytest.mark.django_db
def test_pairing_is_one_statement_however_many_works_there_are() -> None:
    for number in range(6):
        make_work(geometry=GEOSGeometry(shapely.box(X + 30 * number, Y, X + 30 * number + 20, Y + 20).wkt, srid=28992))
    works = load_works()
    with CaptureQueriesContext(connection) as queries:
        assert len(load_pairs(works, [Reach(10.0)])) == 5
    assert len(queries) <= 1


@pytest.mark.django_db
def test_a_row_with_a_null_is_refused_and_values_are_quoted() -> None:
    with pytest.raises(ValueError, match="another width"):
        copy_rows("SELECT NULL::bigint", {"n": BIGINT})
    rows = copy_rows("SELECT length({text})::bigint", {"n": BIGINT}, {"text": "'; DROP TABLE works_work; --"})
    assert rows["n"].tolist() == [28]
