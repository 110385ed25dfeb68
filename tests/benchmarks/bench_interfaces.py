"""What tiles and features cost beside the bare SQL that makes them, on city plans of several sizes.

    python -m tests.benchmarks.bench_interfaces [--works 2000 20000] [--repeats 15]

Through Django's own handlers, in one process, on a cluster of its own. *Cold* tiles are asked for the first time,
*kept* ones were cut before, *unchanged* ones the client has already. Floors: the tile's statement run bare, and 1,000
features built in one SQL statement. The peer is a plain DRF-GIS list of the same records.
"""

from __future__ import annotations

import argparse
import statistics
from collections.abc import Callable, Sequence

from tests.benchmarks.measuring import database, median, set_up

FEATURES = 1_000


def warm(act: Callable[[], object], repeats: int) -> float:
    """Return the median of the seconds that ``act`` takes, after once to warm up."""
    act()
    return median(act, repeats)


def measure(works: int, repeats: int) -> None:
    """Measure a city of so many works and print a row of figures."""
    from django.core.management import call_command
    from django.db import connection
    from django.test import Client
    from rest_framework.renderers import JSONRenderer
    from rest_framework_gis.serializers import GeoFeatureModelSerializer

    from geo import layers, tiles
    from planning.works.models import Work
    from tests.benchmarks import city
    from tests.factories import point
    from tests.geo import mvt

    call_command("flush", interactive=False, verbosity=0)
    city.load(works)
    client = Client()
    layer = layers.get("works")
    assert layer is not None
    place = mvt.tile_at(point(60, 60), 15)
    address = f"/tiles/works/{place.zoom}/{place.x}/{place.y}.mvt"

    def empty() -> None:
        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE geo_tile")

    def timed_cold() -> float:
        taken = []
        for _ in range(repeats):
            empty()
            taken.append(median(lambda: client.get(address), 1))
        return statistics.median(taken)

    planned = tiles.plan(layer, place, None)
    assert planned is not None
    bare = warm(planned.run, repeats)
    cold = timed_cold()
    kept = warm(lambda: client.get(address), repeats)
    etag = client.get(address)["ETag"]
    unchanged = warm(lambda: client.get(address, headers={"If-None-Match": etag}), repeats)
    connection.close()

    items = f"/ogc/collections/works/items?limit={FEATURES}"
    ours = warm(lambda: client.get(items, headers={"accept": "application/json"}), repeats)

    def sql() -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT json_build_object('type', 'FeatureCollection', 'features', json_agg(json_build_object('type',"
                " 'Feature', 'id', id, 'geometry', ST_AsGeoJSON(ST_Transform(geometry, 4326), 7)::json, 'properties',"
                " json_build_object('name', name, 'kind', kind, 'status', status, 'start', planned_start, 'finish',"
                " planned_finish, 'dwellings', dwellings))))::text"
                " FROM (SELECT * FROM works_work ORDER BY id LIMIT %s) w",
                [FEATURES],
            )
            cursor.fetchone()

    class Plain(GeoFeatureModelSerializer):
        class Meta:
            model = Work
            geo_field = "geometry"
            fields = ["id", "name", "kind", "status", "planned_start", "planned_finish", "dwellings", "owner"]

    def peer() -> None:
        records = Work.objects.order_by("pk")[:FEATURES]
        JSONRenderer().render(Plain(records, many=True).data)

    floor, plain = warm(sql, repeats), warm(peer, max(3, repeats // 5))
    cells = [f"{works:,}"]
    cells += [f"{value * 1000:.1f} ms" for value in (bare, cold, kept, unchanged)]
    cells += [f"{value * 1000:.0f} ms" for value in (floor, ours, plain)]
    cells += [f"{ours / floor:.2f}", f"{plain / ours:.1f}"]
    print(f"| {' | '.join(cells)} |", flush=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--works", type=int, nargs="+", default=[2_000, 20_000])
    parser.add_argument("--repeats", type=int, default=15)
    options = parser.parse_args(arguments)
    with database() as url:
        set_up(url)
        heads = ["works", "tile: bare SQL", "cold", "kept", "unchanged", "1,000 features: SQL", "ours", "plain DRF-GIS"]
        heads += ["× SQL", "DRF-GIS ÷ ours"]
        print(f"| {' | '.join(heads)} |\n|{'---:|' * len(heads)}")
        for works in options.works:
            measure(works, options.repeats)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
