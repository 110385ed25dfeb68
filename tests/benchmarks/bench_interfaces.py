"""What tiles and features cost beside the bare SQL that makes them and beside peers, on city plans of several sizes.

    python -m tests.benchmarks.bench_interfaces [--works 2000 20000 200000] [--repeats 5] [--no-exports]

Each figure is measured in turns with what it is compared with, on a cluster of its own, and is a median.

*Cold tiles*: all tiles with works in them that a reader's window of 1440 by 900 pixels asks at zoom 12 to 16, in the
middle of the city and in a corner, when nobody was given them before; a mean over the tiles. *Bare SQL* is the same
statement, prepared, on an open connection, up to having the bytes. Over HTTP a request goes to granian as it is
deployed, but with one worker, and comes back compressed with brotli; *in process* it goes through Django's handlers
with all middleware.

*Unchanged tiles* the client has already, *kept* ones somebody was given before: the same tiles asked one by one, and by
another process over 4 connections. tipg serves the same table with as many attributes. *Street level only* is the same
ratio for zoom 15 and 16, the tiles that cost tipg least.

*Features*: the first 1,000 works with all attributes, of OGC API - Features and of ``/api/works/``. *SQL* builds the
same features with ``json_build_object`` and ``ST_AsGeoJSON`` into one text; *plain DRF-GIS* lists the same fields with
``GeoFeatureModelSerializer``.

*Exports*: memory that a process has at its peak above what it had before, per form of file, at two sizes.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.benchmarks import exports, features, tiles
from tests.benchmarks.measuring import database, set_up
from tests.benchmarks.serving import Peer, served

FORMS = ("gpkg", "geojson", "fgb", "parquet", "zip", "csv", "xlsx", "ics", "xml")
SECONDS = 2.0
"""A server is asked so long at a time."""


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a table for README."""
    print(f"\n| {' | '.join(heads)} |\n|{'---:|' * len(heads)}")
    for row in rows:
        print(f"| {' | '.join(row)} |")
    print(flush=True)


def fill(works: int) -> None:
    """Put a city of so many works into the database, in place of what is there."""
    from django.core.management import call_command

    from tests.benchmarks import city

    call_command("flush", interactive=False, verbosity=0)
    city.load(works)
    city.load_findings()


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark and print tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--works", type=int, nargs="+", default=[2_000, 20_000, 200_000])
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--no-exports", action="store_true")
    options = parser.parse_args(arguments)
    cold, beside, built = [], [], []
    exported: dict[int, dict[str, dict[str, float]]] = {}
    with tempfile.TemporaryDirectory(prefix="mba-bench-") as folder, database() as url:
        peer = Peer(Path(folder))
        set_up(url)
        from django.db import connections

        for works in options.works:
            fill(works)
            with served(url) as port:
                with served(url, "tests.benchmarks.floor:application") as floor_port:
                    cold.append(tiles.cold(works, port, floor_port, url, options.repeats))
                built += features.measure(works, port, url, options.repeats * 4)
                with peer.served(url) as peer_port:
                    beside.append(tiles.beside_peer(works, port, peer_port, SECONDS))
            if not options.no_exports and works in options.works[-2:]:
                exported[works] = exports.measure(url, FORMS)
            connections.close_all()
        table(tiles.HEADS, cold)
        table(tiles.PEER_HEADS, beside)
        table(features.HEADS, built)
        if exported:
            table(exports.heads(list(exported)), list(exports.rows(list(exported), exported)))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
