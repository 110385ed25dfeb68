"""A page that the database wrote says of every record what its serializer says of it alone."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.gis.db.models.functions import AsGeoJSON, Transform
from django.contrib.gis.geos import GEOSGeometry, LineString, MultiPoint, Point
from django.test import Client
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geo.crs import RD_BOUNDS, RD_NEW, WGS_84
from planning.api import serializers
from planning.api.written import recipe
from planning.works.kinds import WorkKind, WorkStatus
from planning.works.models import Work
from tests import factories as make
from tests.api.test_resources import WITH_PLACE, populate

pytestmark = pytest.mark.django_db
KEYS = {"wijken": "slug", "buurten": "slug", "initiatives": "slug", "centres": "slug"}
"""What names a record in its address, where that is not its number."""

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=60)
DAYS = st.dates(dt.date(1990, 1, 1), dt.date(2099, 12, 30))
MOMENTS = st.datetimes(dt.datetime(1990, 1, 1), dt.datetime(2099, 1, 1), timezones=st.just(dt.UTC))
PLACES = st.builds(
    lambda x, y: Point(x, y, srid=RD_NEW),
    st.floats(RD_BOUNDS[0], RD_BOUNDS[2]),
    st.floats(RD_BOUNDS[1], RD_BOUNDS[3]),
)
SHAPES = PLACES.flatmap(
    lambda point: st.sampled_from(
        [point, point.buffer(40), LineString(point.coords, (point.x + 9, point.y)), MultiPoint(point, srid=RD_NEW)]
    )
)


def both(client: Client, name: str, **query: Any) -> tuple[list[Any], list[Any]]:
    """Return the features of a list, and each of them as its own address gives it."""
    listed = client.get(f"/api/{name}/", query).json()["features"]
    fields = {name: value for name, value in query.items() if name == "fields"}
    alone = []
    for feature in listed:
        key = feature["properties"].get(KEYS.get(name, ""), feature["id"])
        alone.append(client.get(f"/api/{name}/{key}/", fields).json())
    return listed, alone


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("name", WITH_PLACE)
def test_a_list_says_what_the_record_itself_says(client: Client, name: str, language: str) -> None:
    populate(2)
    client.force_login(make.make_user(make.make_organisation("partner-0")))
    with translation.override(language):
        listed, alone = both(client, name)
    assert listed == alone
    assert len(listed) == (4 if name == "works" else 2)


def test_long_lists_are_written_by_the_database() -> None:
    for serializer in (
        serializers.WorkSerializer,
        serializers.PartnerWorkSerializer,
        serializers.FindingSerializer,
        serializers.BuurtSerializer,
        serializers.MeetingSerializer,
    ):
        assert recipe(serializer, None, "nl") is not None, serializer


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    values=st.fixed_dictionaries(
        {
            "name": TEXTS, "description": TEXTS, "external_id": TEXTS,
            "kind": st.sampled_from(WorkKind.values), "status": st.sampled_from(WorkStatus.values),
            "date_precision": st.sampled_from(Work.Precision.values),
            "planned_start": DAYS, "earliest_start": DAYS | st.none(), "actual_finish": DAYS | st.none(),
            "dwellings": st.integers(0, 2**31 - 1), "duration_days": st.integers(0, 2**31 - 1) | st.none(),
            "hinders_traffic": st.booleans(), "noise": st.sampled_from(Work.Nuisance.values),
            "budget_eur": st.decimals(0, Decimal("9999999999.99"), places=2) | st.none(),
            "geometry": SHAPES,
        }
    ),
    days=st.integers(1, 4000), moment=MOMENTS,
    chosen=st.none() | st.lists(st.sampled_from(serializers.PartnerWorkSerializer.Meta.fields), min_size=1),
)  # fmt: skip
def test_whatever_a_work_holds_is_written_the_same(
    client: Client, values: dict[str, Any], days: int, moment: dt.datetime, chosen: list[str] | None
) -> None:
    Work.objects.all().delete()
    values["planned_finish"] = values["planned_start"] + dt.timedelta(days=days)
    values["external_id"] = values["external_id"][:50]
    work = make.make_work(**values)
    Work.objects.filter(pk=work.pk).update(updated_at=moment)
    client.force_login(make.make_user(work.owner))
    listed, alone = both(client, "works", **({"fields": ",".join(chosen)} if chosen else {}))
    assert listed == alone
    assert len(listed) == 1


@given(shape=SHAPES)
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_degrees_are_the_same_by_way_of_web_mercator(shape: GEOSGeometry) -> None:
    work = make.make_work(geometry=shape)

    def geojson(column: str) -> Any:
        text = AsGeoJSON(Transform(column, WGS_84), precision=7)
        return GEOSGeometry(Work.objects.filter(pk=work.pk).values_list(text, flat=True).get())

    assert geojson("mercator").equals_exact(geojson("geometry"), 1.5e-7)
