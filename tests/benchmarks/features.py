"""Features: a thousand works as GeoJSON beside the same built in SQL and beside plain DRF-GIS."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from typing import Any, Final

from tests.benchmarks.serving import Asker
from tests.benchmarks.tiles import bare, in_process

COUNT: Final = 1_000
HEADS: Final = (
    "works", "", "SQL", "HTTP", "× SQL", "in process", "× SQL", "plain DRF-GIS", "÷ HTTP",
)  # fmt: skip
OGC: Final = f"/ogc/collections/works/items?limit={COUNT}&f=json"
API: Final = f"/api/works/?page_size={COUNT}"


def measure(works: int, port: int, url: str, repeats: int) -> list[list[str]]:
    """Return a row for OGC API - Features and one for the API."""
    asker, process, plain = Asker(port), in_process(), _plain()
    with bare(url) as cursor:

        def sql(statement: str, values: list[Any]) -> Callable[[], object]:
            def run() -> object:
                cursor.execute(statement, values)
                return cursor.fetchone()

            return run

        def inside(path: str) -> Callable[[], object]:
            def run() -> object:
                # A question of its own each time: what a request has worked out stays with it.
                return process(path)()

            return run

        acts: dict[str, Callable[[], object]] = {
            "OGC API - Features, SQL": sql(*_ogc_in_sql()),
            "OGC API - Features, HTTP": lambda: asker.get(OGC),
            "OGC API - Features, process": inside(OGC),
            "/api/works/, SQL": sql(*_api_in_sql()),
            "/api/works/, HTTP": lambda: asker.get(API),
            "/api/works/, process": inside(API),
            "plain": plain,
        }
        taken: dict[str, list[float]] = {name: [] for name in acts}
        for repeat in range(-2, repeats):
            for name, act in acts.items():
                if name == "plain" and repeat % 4:
                    continue  # takes longer than all others together
                begun = time.perf_counter()
                act()
                if repeat >= 0:
                    taken[name].append(time.perf_counter() - begun)
    middle = {name: statistics.median(times) for name, times in taken.items()}
    rows = []
    for title in ("OGC API - Features", "/api/works/"):
        floor, http, inside = (middle[f"{title}, {way}"] for way in ("SQL", "HTTP", "process"))
        ms = [f"{value * 1000:.1f} ms" for value in (floor, http, inside, middle["plain"])]
        rows.append([
            f"{works:,}", title, ms[0], ms[1], f"{http / floor:.2f}", ms[2], f"{inside / floor:.2f}", ms[3],
            f"{middle['plain'] / http:.1f}",
        ])  # fmt: skip
    return rows


def _ogc_in_sql() -> tuple[str, list[Any]]:
    from geo import layers

    layer = layers.get("works")
    assert layer is not None
    return _in_sql(layer.records(None).order_by("pk"), layer.properties(None))


def _api_in_sql() -> tuple[str, list[Any]]:
    from django.db.models import F, TextField, Value
    from django.db.models.functions import Cast, Concat

    from planning.api.serializers import WorkSerializer
    from planning.api.written import recipe
    from planning.works.models import Work

    written = recipe(WorkSerializer, None, "nl")
    assert written is not None
    # The one text that only Python makes stands here in its plainest form.
    days = (Cast(F(name), TextField()) for name in ("planned_start", "planned_finish"))
    first, last = days
    period = Concat(first, Value(" – "), last, output_field=TextField())
    return _in_sql(Work.objects.visible_to(None).order_by("planned_start", "name", "pk"), {
        **written.columns, "period_text": period,
    })  # fmt: skip


def _in_sql(records: Any, columns: Any) -> tuple[str, list[Any]]:
    """Return the statement that builds the features as anyone would write it, numbered."""
    from django.db.models import F

    from geo.prepared import numbered

    chosen = {"feature": F("pk"), "shape": F("geometry"), **columns}
    inner, values = (
        records.annotate(**{f"item_{name}": column for name, column in chosen.items()})
        .values(*(f"item_{name}" for name in chosen))[:COUNT]
        .query.sql_with_params()
    )
    properties = ", ".join(f"'{name}', item_{name}" for name in columns)
    statement = (
        "SELECT json_build_object('type', 'FeatureCollection', 'features', json_agg(json_build_object("
        "'type', 'Feature', 'id', item_feature, 'geometry', ST_AsGeoJSON(ST_Transform(item_shape, 4326), 7)::json,"
        f" 'properties', json_build_object({properties}))))::text FROM ({inner}) AS selected"
    )
    return numbered(statement, values), list(values)


def _plain() -> Callable[[], bytes]:
    """Return what makes the features of the API with serializers as the manual of DRF-GIS has them."""
    from django.contrib.gis.db.models.functions import Transform
    from rest_framework import serializers
    from rest_framework.renderers import JSONRenderer
    from rest_framework_gis.fields import GeometryField
    from rest_framework_gis.serializers import GeoFeatureModelSerializer

    from geo.crs import WGS_84
    from planning.api.serializers import WorkSerializer
    from planning.works.models import Work
    from planning.works.periods import period_text

    class Plain(GeoFeatureModelSerializer):
        geometry = GeometryField(source="degrees", precision=7)
        owner = serializers.SlugRelatedField(slug_field="slug", read_only=True)
        owner_name = serializers.CharField(source="owner.name")
        project_name = serializers.CharField(source="project.name", allow_null=True)
        buurt = serializers.SlugRelatedField(slug_field="slug", read_only=True)
        wijk = serializers.CharField(source="buurt.wijk.slug", allow_null=True)
        kind_label = serializers.CharField(source="get_kind_display")
        status_label = serializers.CharField(source="get_status_display")
        period_text = serializers.SerializerMethodField()

        class Meta:
            model = Work
            geo_field = "geometry"
            fields = WorkSerializer.Meta.fields

        def get_period_text(self, work: Work) -> str:
            return period_text(work.planned_start, work.planned_finish, work.date_precision)

    def make() -> bytes:
        records = (
            Work.objects.visible_to(None).annotate(degrees=Transform("geometry", WGS_84))
            .select_related("owner", "project", "buurt__wijk")
            .defer("geometry", "mercator", "ground", "buurt__geometry", "buurt__mercator", "buurt__wijk__geometry",
                   "buurt__wijk__mercator")[:COUNT]
        )  # fmt: skip
        return bytes(JSONRenderer().render(Plain(records, many=True).data))

    return make
