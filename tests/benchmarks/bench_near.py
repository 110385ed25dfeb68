"""What "near me" costs beside the bare PostGIS queries, in a large city.

    python -m tests.benchmarks.bench_near [--addresses 200000] [--initiatives 1000000] [--works 20000]

The floor finds the same address, initiatives, works and centre by the same indexes, in plain SQL on an open
connection, with the same distances and degrees. Ours is ``/api/near/?postcode=&number=`` through Django's handlers, and
the selection behind it alone. The two take turns, address by address.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable, Sequence

from tests.benchmarks.measuring import database, set_up

SIDE_M = 12_000
"""The city is a square of so many metres around the origin of the tests' factories."""

FILL = """
SET session_replication_role = replica;
INSERT INTO geo_address (postcode, number, addition, street, city, point, source, external_id)
SELECT (1000 + n / 4000)::text || chr(65 + (n / 160) %% 25) || chr(65 + (n / 6400) %% 25), 1 + n %% 160, '',
    'Straat ' || n / 160, 'Assen', ST_SetSRID(ST_MakePoint({x}, {y}), 28992), 'bench', n::text
FROM generate_series(0, %(addresses)s - 1) n ON CONFLICT DO NOTHING;
INSERT INTO initiatives_initiative (title, slug, summary, story, theme, state, state_reason, submitted_on, geometry,
    looks_for_place, {more} source, external_id)
SELECT 'Idee ' || n, 'idee-' || n, 'Een idee van buren.', '', 'green', 'gathering_support', '', DATE '2026-01-01',
    ST_SetSRID(ST_MakePoint({x}, {y}), 28992), false, {values} 'bench', n::text
FROM generate_series(1, %(initiatives)s) n;
"""


def fill(addresses: int, initiatives: int, works: int) -> None:
    """Fill the database; positions are drawn by the database with a fixed seed."""
    from django.core.management import call_command
    from django.db import connection

    from tests.benchmarks import city
    from tests.factories import ORIGIN, make_centre, point

    call_command("flush", interactive=False, verbosity=0)
    city.load(works)
    for east in range(-5000, 5001, 2500):
        make_centre(f"BIC {east}", point=point(east, east))
    x, y = (f"{middle - SIDE_M / 2} + random() * {SIDE_M}" for middle in ORIGIN)
    with connection.cursor() as cursor:
        more, values = _columns(cursor)
        cursor.execute("SELECT setseed(0.5)")
        cursor.execute(
            FILL.format(x=x, y=y, more=more, values=values), {"addresses": addresses, "initiatives": initiatives}
        )
        cursor.execute("SET session_replication_role = DEFAULT")
        cursor.execute("ANALYZE")


def _columns(cursor: object) -> tuple[str, str]:
    """Return the other columns of an initiative that must have a value, and those values."""
    from planning.initiatives.models import Initiative

    named = {"title", "slug", "summary", "story", "theme", "state", "state_reason", "submitted_on", "geometry",
             "looks_for_place", "source", "external_id"}  # fmt: skip
    plain: dict[str, str] = {}
    for field in Initiative._meta.concrete_fields:
        if field.primary_key or field.generated or field.null or field.name in named:
            continue
        default = field.get_default()
        plain[field.column] = f"'{default}'" if isinstance(default, str) else ("0" if default is None else str(default))
    return "".join(f"{name}, " for name in plain), "".join(f"{value}, " for value in plain.values())


ADDRESS = "SELECT id, street, number, point FROM geo_address WHERE postcode = %s AND number = %s LIMIT 1"
NEAR = {
    "initiatives": "SELECT id, slug, title, state, theme, summary, looks_for_place, submitted_on,"
    " ST_Distance(geometry, %(here)s::geometry), ST_AsText(ST_Transform(geometry, 4326)),"
    " ST_Transform(geometry, 4326)::box2d::text"
    " FROM initiatives_initiative WHERE state NOT IN ('submitted', 'declined', 'withdrawn')"
    " AND geometry && ST_Expand(%(here)s::geometry, 500) ORDER BY geometry <-> %(here)s::geometry LIMIT 50",
    "works": "SELECT w.id, w.name, w.description, w.kind, w.status, o.slug, o.name, w.planned_start, w.planned_finish,"
    " w.date_precision, w.dwellings, b.name, ST_Distance(w.geometry, %(here)s::geometry),"
    " ST_AsText(ST_PointOnSurface(ST_Transform(w.geometry, 4326))), ST_Transform(w.geometry, 4326)::box2d::text"
    " FROM works_work w JOIN partners_organisation o ON o.id = w.owner_id LEFT JOIN geo_buurt b ON b.id = w.buurt_id"
    " WHERE w.visibility = 'public' AND w.status <> 'cancelled' AND w.planned_finish > %(today)s"
    " AND w.geometry && ST_Expand(%(here)s::geometry, 500) ORDER BY w.geometry <-> %(here)s::geometry LIMIT 50",
    "centre": "SELECT id, name, address_text, ST_Distance(point, %(here)s::geometry) FROM"
    " initiatives_neighbourhoodcentre WHERE state <> 'closed' ORDER BY point <-> %(here)s::geometry LIMIT 50",
}


def measure(asked: int) -> dict[str, float]:
    """Return medians in milliseconds over so many addresses, ours and the floor in turns."""
    import datetime as dt

    from django.db import connection
    from django.test import Client

    from geo.geocoding import Asked, locate
    from planning.coordination.near import near

    client = Client()
    today = dt.date.today()
    with connection.cursor() as cursor:
        cursor.execute("SELECT postcode, number FROM geo_address ORDER BY md5(id::text) LIMIT %s", [asked + 5])
        places = cursor.fetchall()
    taken: dict[str, list[float]] = {"floor": [], "selection": [], "address": []}

    def timed(name: str, act: Callable[[], object]) -> None:
        begun = time.perf_counter()
        act()
        taken[name].append((time.perf_counter() - begun) * 1000)

    def floor(postcode: str, number: int) -> None:
        with connection.cursor() as cursor:
            cursor.execute(ADDRESS, [postcode, number])
            here = cursor.fetchone()[3]
            for statement in NEAR.values():
                cursor.execute(statement, {"here": here, "today": today})
                cursor.fetchall()

    def ours(postcode: str, number: int) -> None:
        found = locate(Asked(postcode=postcode, number=number))
        assert found is not None
        near(None, found.lon, found.lat)

    def page(postcode: str, number: int) -> None:
        assert client.get("/api/near/", {"postcode": postcode, "number": number}).status_code == 200

    for turn, (postcode, number) in enumerate(places):
        for name, act in (("floor", floor), ("selection", ours), ("address", page)):
            timed(name, lambda act=act, postcode=postcode, number=number: act(postcode, number))
        if turn == 4:  # Warm by now: caches of the database, of statements and of this process.
            for values in taken.values():
                values.clear()
    return {name: statistics.median(values) for name, values in taken.items()}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--addresses", type=int, default=200_000)
    parser.add_argument("--initiatives", type=int, default=1_000_000)
    parser.add_argument("--works", type=int, default=20_000)
    parser.add_argument("--asked", type=int, default=60, help="how many addresses are looked from")
    options = parser.parse_args(arguments)
    with database() as url:
        set_up(url)
        fill(options.addresses, options.initiatives, options.works)
        found = measure(options.asked)
        print("| addresses | initiatives | works | bare PostGIS | near() | × bare | /api/near/ | × bare |")
        print("|" + "---:|" * 8)
        floor = found["floor"]
        cells = [f"{options.addresses:,}", f"{options.initiatives:,}", f"{options.works:,}", f"{floor:.1f} ms"]
        for name in ("selection", "address"):
            cells += [f"{found[name]:.1f} ms", f"{found[name] / floor:.1f}"]
        print(f"| {' | '.join(cells)} |")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
