"""What the imports cost beside the bare database work under them.

    python -m tests.benchmarks.bench_imports [--works 2000 20000] [--addresses 20000 200000]

On a cluster of its own, with the real buurten of Assen. The floor of reading is a COPY of the same rows: of works into
a table of text, of addresses into the emptied table itself. The floor of keeping works is ``bulk_create`` of works that
are ready.
"""

from __future__ import annotations

import argparse
import csv
import random
import resource
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from tests.benchmarks.measuring import BASE, database, set_up

HEADER = ["Kenmerk", "Naam", "Soort", "Status", "Begin", "Einde", "Project", "Budget", "Geluid", "Toelichting", "WKT"]
BAD_SHARE = 0.006
"""Three rows of 500, as a good file has."""


def timed(act: Callable[[], Any]) -> tuple[float, Any]:
    """Return the seconds that ``act`` takes, and what it returns."""
    begun = time.perf_counter()
    result = act()
    return time.perf_counter() - begun, result


def works_file(path: Path, count: int) -> Path:
    """Write a file of so many works on plots in the buurten of Assen."""
    from geo.models import Buurt

    rng = random.Random(7)  # noqa: S311 - the same files every time
    boxes = [b.geometry.point_on_surface for b in Buurt.objects.order_by("code")]
    kinds = ["riool", "straat", "sloop", "nieuwbouw", "groen", "kabels en leidingen"]
    with path.open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file, delimiter=";")
        table.writerow(HEADER)
        for n in range(count):
            middle = rng.choice(boxes)
            x, y = middle.x + rng.uniform(-40, 40), middle.y + rng.uniform(-40, 40)
            end = "ooit" if rng.random() < BAD_SHARE else f"{rng.randint(1, 28)}-{rng.randint(1, 12)}-2029"
            corners = ", ".join(f"{x + dx:.2f} {y + dy:.2f}" for dx, dy in ((0, 0), (20, 3), (22, 18), (4, 21), (0, 0)))
            table.writerow([
                f"W-{n}", f"Werk {n}", rng.choice(kinds), "gepland", f"{rng.randint(1, 28)} mei 2027", end,
                f"Project {n // 20}", rng.randint(1_000, 900_000), "af en toe", "Toelichting " * 5,
                f"POLYGON (({corners}))",
            ])  # fmt: skip
    return path


def measure_works(count: int, folder: Path) -> None:
    """Measure a draft of so many rows, from file to works, and print a row of figures."""
    from django.db import connection

    from geo.intake.copying import copy_rows
    from planning.partners.models import Organisation
    from planning.works.importing import drafts, mending
    from planning.works.importing.undoing import undo
    from planning.works.models import Work, WorkImport

    owner, _ = Organisation.objects.get_or_create(
        slug="gemeente", defaults={"name": "Gemeente", "kind": "municipality"}
    )
    path = works_file(folder / f"{count}.csv", count)
    with path.open(encoding="utf-8") as file:
        lines = list(csv.reader(file, delimiter=";"))[1:]
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE bare (" + ", ".join(f"c{n} text" for n in range(len(HEADER))) + ")")
    floor, _r = timed(lambda: copy_rows("bare", [f"c{n}" for n in range(len(HEADER))], lines))
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE bare")
    opened, draft = timed(lambda: drafts.open_draft(path, path.name, owner, None))
    drafts.set_columns(draft, draft.columns, {})
    checked, _r = timed(lambda: drafts.check(draft))
    bad = list(draft.rows.filter(outcome="refused").values_list("number", flat=True))
    mended, _r = timed(lambda: mending.mend(draft, bad[0], {"finish": "2029"}))
    kept, _r = timed(lambda: drafts.commit(draft, None, accept_valid=True))
    works = list(Work.objects.all())
    for work in works:
        work.pk, work.external_id = None, f"b-{work.external_id}"
    bare_create, _r = timed(lambda: Work.objects.bulk_create(works, batch_size=2000))
    Work.objects.filter(external_id__startswith="b-").delete()
    again, _r = timed(lambda: drafts.check(_reopened(drafts, path, owner)))
    undone, _r = timed(lambda: undo(WorkImport.objects.latest("at"), None))
    print(
        f"| {count:,} | {floor:.2f} s | {opened:.2f} s | {checked:.2f} s | {mended * 1000:.0f} ms | {kept:.1f} s"
        f" | {bare_create:.1f} s | {again:.1f} s | {undone:.1f} s | {_peak()} |",
        flush=True,
    )


def addresses_file(path: Path, count: int) -> Path:
    """Write a GeoPackage of so many addresses in Assen, as PDOK's bag-light has them."""
    import geopandas as gpd
    import numpy as np
    from django.contrib.gis.db.models import Extent

    from geo.models import Buurt

    rng = np.random.default_rng(7)
    west, south, east, north = Buurt.objects.aggregate(box=Extent("geometry"))["box"]
    numbers = np.arange(count)
    frame = gpd.GeoDataFrame(
        {
            "identificatie": [f"01060100{n:08d}" for n in numbers],
            "status": ["Verblijfsobject in gebruik"] * count,
            "openbare_ruimte_naam": [f"Straat {n // 80}" for n in numbers],
            "huisnummer": numbers % 80 + 1,
            "huisletter": [None] * count,
            "toevoeging": [None] * count,
            "postcode": [
                f"{9400 + n // 80 // 676}{chr(65 + n // 80 // 26 % 26)}{chr(65 + n // 80 % 26)}" for n in numbers
            ],
            "woonplaats_naam": ["Assen"] * count,
        },
        geometry=gpd.points_from_xy(rng.uniform(west, east, count), rng.uniform(south, north, count)),
        crs=28992,
    )
    frame.to_file(path, layer="verblijfsobject")
    return path


def _postcode(street: int) -> str:
    return f"{9400 + street // 676}{chr(65 + street // 26 % 26)}{chr(65 + street % 26)}"


def measure_addresses(count: int, folder: Path) -> None:
    """Measure an import of so many addresses, the first time and again, and print a row of figures."""
    from django.db import connection

    from geo.intake.copying import copy_rows
    from geo.models import Address
    from geo.registers.addresses import import_addresses

    path = addresses_file(folder / f"{count}.gpkg", count)
    before = _peak_mb()
    first, report = timed(lambda: import_addresses(path))
    assert report.created == count, report
    second, report = timed(lambda: import_addresses(path))
    assert report.unchanged == count, report
    grown = _peak_mb() - before
    names = ["postcode", "number", "addition", "street", "city", "point", "buurt_id", "source", "external_id"]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(names)} FROM geo_address")
        rows = cursor.fetchall()
        cursor.execute("TRUNCATE geo_address CASCADE")
    floor, _r = timed(lambda: copy_rows("geo_address", names, rows))
    Address.objects.all().delete()
    print(
        f"| {count:,} | {floor:.1f} s | {first:.1f} s | {first / floor:.1f} | {second:.1f} s | {grown:.0f} MB |",
        flush=True,
    )


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _reopened(drafts: Any, path: Path, owner: Any) -> Any:
    draft = drafts.open_draft(path, path.name, owner, None)
    drafts.set_columns(draft, draft.columns, {})
    return draft


def _peak() -> str:
    return f"{_peak_mb():.0f} MB"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark and print tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--works", type=int, nargs="*", default=[2_000, 20_000])
    parser.add_argument("--addresses", type=int, nargs="*", default=[20_000, 200_000])
    options = parser.parse_args(arguments)
    with database() as url, tempfile.TemporaryDirectory() as folder:
        set_up(url)
        from geo.cbs import import_areas

        import_areas(BASE / "fixtures" / "cbs_buurten_assen_2019.geojson", municipality="GM0106")
        if options.addresses:
            print("| addresses | bare COPY with indexes | import | × COPY | again | memory more |")
            print(f"|{'---:|' * 6}")
        for count in options.addresses:
            measure_addresses(count, Path(folder))
        if options.works:
            print(
                "| rows | bare COPY | read | check | mend one | keep | bare bulk_create | check again | undo | memory |"
            )
            print(f"|{'---:|' * 10}")
        for count in options.works:
            measure_works(count, Path(folder))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
