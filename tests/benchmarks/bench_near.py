"""What "near me" costs beside the bare PostGIS queries, in a large city.

    python -m tests.benchmarks.bench_near [--addresses 200000] [--initiatives 1000000] [--works 20000]

The floor finds the same rows and columns by the same indexes, in plain SQL that the database prepared, on the same open
connection, and reads them into tuples. Ours is ``near()`` with the address, each of its kinds alone, and
``/api/near/?postcode=&number=`` through Django's handlers. The two take turns, address by address.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Sequence

from tests.benchmarks.measuring import database, set_up

WARM = 12
"""Addresses that are looked from before the clock counts."""

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
    city.load_findings()
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


# By hand, against the tables as they are: the same rows and columns as ours, by the same indexes.
LONLAT = (
    "(SELECT ARRAY[round(ST_X(p)::numeric, 6), round(ST_Y(p)::numeric, 6)]::float8[]"
    " FROM ST_Transform({point}, 4326) AS p)"
)
BOUNDS = (
    "(SELECT ARRAY[round(ST_XMin(b)::numeric, 6), round(ST_YMin(b)::numeric, 6), round(ST_XMax(b)::numeric, 6),"
    " round(ST_YMax(b)::numeric, 6)]::float8[] FROM ST_Transform({geometry}, 4326) AS b)"
)
ON = "(CASE WHEN ST_Dimension({0}) = 1 THEN ST_ClosestPoint({0}, ST_Centroid({0})) ELSE ST_PointOnSurface({0}) END)"
ADDRESS = (
    f"SELECT street, number, addition, postcode, city, {LONLAT.format(point='point')} FROM geo_address"
    " WHERE postcode = $1 AND number = $2 ORDER BY addition = '' DESC LIMIT 1"
)
NEAR = {
    "initiatives": f"SELECT i.id, slug, title, state, theme, summary, looks_for_place, submitted_on, s.addresses,"
    f" s.in_favour, ST_Distance(i.geometry, $1::geometry), {LONLAT.format(point=ON.format('i.geometry'))},"
    f" {BOUNDS.format(geometry='i.geometry')} FROM initiatives_initiative i"
    " LEFT JOIN initiatives_supportarea s ON s.initiative_id = i.id"
    " WHERE state NOT IN ('submitted', 'declined', 'withdrawn') AND submitted_on IS NOT NULL"
    " AND i.geometry && $2::geometry ORDER BY i.geometry <-> $1::geometry LIMIT 50",
    "works": f"SELECT w.id, w.name, w.description, w.kind, w.status, o.slug, o.name, p.name, w.planned_start,"
    " w.planned_finish, w.date_precision, w.dwellings, b.name, k.name, k.slug,"
    f" ST_Distance(w.geometry, $1::geometry), {LONLAT.format(point=ON.format('w.geometry'))},"
    f" {BOUNDS.format(geometry='w.geometry')}, (SELECT count(*) FROM coordination_finding f"
    " JOIN coordination_finding_works fw ON fw.finding_id = f.id WHERE fw.work_id = w.id AND f.resolved_at IS NULL"
    " AND NOT EXISTS (SELECT FROM coordination_finding_works h JOIN works_work v ON v.id = h.work_id"
    " WHERE h.finding_id = f.id AND NOT (v.visibility = 'public'"
    " AND (v.embargo_until IS NULL OR v.embargo_until <= $3))))"
    " FROM works_work w JOIN partners_organisation o ON o.id = w.owner_id LEFT JOIN geo_buurt b ON b.id = w.buurt_id"
    " LEFT JOIN geo_wijk k ON k.id = b.wijk_id LEFT JOIN works_project p ON p.id = w.project_id"
    " WHERE w.visibility = 'public' AND (w.embargo_until IS NULL OR w.embargo_until <= $3)"
    " AND w.status <> 'cancelled' AND w.planned_finish > $3"
    " AND w.geometry && $2::geometry ORDER BY w.geometry <-> $1::geometry LIMIT 50",
    "centres": f"SELECT c.id, c.slug, c.name, state, address_text, opening_hours, present, phone, k.name, k.slug,"
    f" ST_Distance(point, $1::geometry), {LONLAT.format(point='point')}, {BOUNDS.format(geometry='point')}"
    " FROM initiatives_neighbourhoodcentre c LEFT JOIN geo_wijk k ON k.id = c.wijk_id"
    " WHERE state <> 'closed' ORDER BY point <-> $1::geometry LIMIT 50",
}


def measure(asked: int) -> dict[str, float]:
    """Return medians in milliseconds over so many addresses, ours and the floor in turns.

    The floor is asked over the same connection, prepared and in binary as ours; its rows are read into Python.
    """
    import datetime as dt

    from django.contrib.gis.geos import Point
    from django.test import Client

    from geo.crs import RD_NEW, to_rd
    from geo.geocoding import Asked, locate
    from geo.prepared import prepared
    from planning.coordination import near as nearness
    from planning.coordination.near import DEFAULT_RADIUS_M, near

    client = Client()
    today = dt.date.today()
    taken: dict[str, list[float]] = defaultdict(list)
    rows = {
        "initiatives": nearness.initiative_row,
        "works": nearness.work_row,
        "centres": nearness.centre_row,
    }

    def timed(name: str, act: Callable[[], object]) -> object:
        begun = time.perf_counter()
        answer = act()
        taken[name].append((time.perf_counter() - begun) * 1000)
        return answer

    def address(postcode: str, number: int) -> tuple[float, float]:
        with prepared("default") as cursor:
            cursor.execute(ADDRESS, [postcode, number])
            lon, lat = cursor.fetchone()[5]
        return lon, lat

    def bare(kind: str, x: float, y: float) -> list[tuple[object, ...]]:
        half = DEFAULT_RADIUS_M
        corners = ((x - half, y - half), (x + half, y - half), (x + half, y + half), (x - half, y + half))
        ring = ",".join(f"{east} {north}" for east, north in (*corners, corners[0]))
        values: list[object] = [f"SRID={RD_NEW};POINT({x} {y})"]
        if kind != "centres":
            values.append(f"SRID={RD_NEW};POLYGON(({ring}))")
        if kind == "works":
            values.append(today)
        with prepared("default") as cursor:
            cursor.execute(NEAR[kind], values)
            return cursor.fetchall()

    def floor(postcode: str, number: int) -> None:
        x, y = to_rd(*address(postcode, number))
        for kind in NEAR:
            bare(kind, x, y)

    def ours(postcode: str, number: int) -> None:
        found = locate(Asked(postcode=postcode, number=number))
        assert found is not None
        near(None, found.lon, found.lat)

    def page(postcode: str, number: int) -> None:
        assert client.get("/api/near/", {"postcode": postcode, "number": number}).status_code == 200

    def one_kind(kind: str, point: Point) -> list[dict[str, object]]:
        question = getattr(nearness._questions_of(None, today), kind)
        return nearness._rows(question, nearness.Asked(point, DEFAULT_RADIUS_M), rows[kind])

    with prepared("default") as cursor:
        cursor.execute("SELECT postcode, number FROM geo_address ORDER BY md5(id::text) LIMIT $1", [asked + WARM])
        places = cursor.fetchall()
    for turn, (postcode, number) in enumerate(places):
        for name, act in (("bare", floor), ("near", ours), ("/api/near/", page)):
            timed(name, lambda act=act, postcode=postcode, number=number: act(postcode, number))
        here = Point(to_rd(*address(postcode, number)), srid=RD_NEW)
        for kind in NEAR:
            theirs = timed(f"bare {kind}", lambda kind=kind, here=here: bare(kind, here.x, here.y))
            found = timed(kind, lambda kind=kind, here=here: one_kind(kind, here))
            assert [row[0] for row in theirs] == [row["id"] for row in found]  # type: ignore[attr-defined]
        if turn == WARM - 1:  # Warm by now: caches of the database, of statements and of this process.
            taken.clear()
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
    print(f"{options.addresses:,} addresses, {options.initiatives:,} initiatives, {options.works:,} works")
    print("| what | bare PostGIS | ours | × bare |")
    print("| --- | ---: | ---: | ---: |")
    lines = [(kind, f"bare {kind}", kind) for kind in NEAR]
    lines += [("near(), with the address", "bare", "near"), ("/api/near/?postcode=&number=", "bare", "/api/near/")]
    for label, bare, ours in lines:
        print(f"| {label} | {found[bare]:.2f} ms | {found[ours]:.2f} ms | {found[ours] / found[bare]:.1f} |")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
