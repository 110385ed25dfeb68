"""What full detection costs beside the bare SQL that pairs the works, on city plans of several sizes.

    python -m tests.benchmarks.bench_detection [--works 2000 20000] [--repeats 5] [--writing]

Runs on a cluster of its own, which is thrown away. In every repetition the floors and the detection run in turn,
so that a busy moment of the machine hits them alike; the figures are medians.

Floor: the very statement with which detection pairs works, run bare and its rows fetched. Lean floor: the least
that any detection must ask, works within 10 m whose planned periods overlap, without distance or shared ground.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable, Sequence

from tests.benchmarks.measuring import database, set_up

TARGET = 3.0
"""Detection may take so many times the floor (issue 2)."""

LEAN_SQL = """
    SELECT a.id, b.id FROM works_work a
    JOIN works_work b ON a.id < b.id AND ST_DWithin(a.ground, b.ground, 10)
        AND a.planned_start < b.planned_finish AND b.planned_start < a.planned_finish
    WHERE a.status <> 'cancelled' AND b.status <> 'cancelled'
"""


def seconds(act: Callable[[], object]) -> float:
    """Return how long ``act`` takes."""
    begun = time.perf_counter()
    act()
    return time.perf_counter() - begun


def fetch(statement: str, **values: object) -> int:
    """Run a statement bare, fetch all its rows in the binary form, and return their bytes."""
    from django.db import connection
    from psycopg import sql

    from planning.coordination.copying import fill

    filled = fill(statement, values)
    with (
        connection.cursor() as cursor,
        cursor.cursor.copy(sql.SQL("COPY ({}) TO STDOUT (FORMAT BINARY)").format(filled)) as copy,
    ):
        return sum(len(block) for block in copy)


def detect_and_say() -> int:
    """Load, pair, apply every rule and write every sentence in both languages; return the number of findings."""
    from planning.coordination.findings import detect_findings
    from planning.sequencing.rules.base import Lang

    detected = detect_findings()
    for found in detected.findings:
        for lang in Lang:
            detected.sentence(found, lang)
    return len(detected.findings)


def measure(works: int, repeats: int, writing: bool) -> bool:
    """Measure a city of so many works, print a row of figures, and return whether the target is met."""
    from django.core.management import call_command

    from planning.coordination import loading
    from planning.coordination.findings import municipal_rules, sync_findings
    from planning.sequencing import detection
    from tests.benchmarks import city

    call_command("flush", interactive=False, verbosity=0)
    city.load(works)
    rules = municipal_rules()
    reaches, place_reaches = detection.reaches(rules), detection.place_reaches(rules)
    plan = loading.load_plan(reaches, place_reaches)
    found = detect_and_say()
    acts: dict[str, Callable[[], object]] = {
        "lean": lambda: fetch(LEAN_SQL),
        "floor": lambda: fetch(loading.PAIRS_SQL, reaches=loading.reach_values(reaches), ids=None),
        "rules": lambda: detection.detect(plan, rules),
        "all": detect_and_say,
    }
    times: dict[str, list[float]] = {name: [] for name in acts}
    for _ in range(repeats):
        for name, act in acts.items():
            times[name].append(seconds(act))
    median = {name: statistics.median(taken) for name, taken in times.items()}
    ratio = median["all"] / median["floor"]
    cells = [f"{works:,}", f"{len(plan.pairs):,}", f"{found:,}"]
    cells += [f"{median[name] * 1000:,.0f} ms" for name in ("lean", "floor", "rules", "all")]
    cells += [f"{ratio:.2f}", f"{median['all'] / median['lean']:.2f}"]
    if writing:
        cells += [f"{seconds(sync_findings):.1f} s", f"{seconds(sync_findings):.1f} s"]
    print(f"| {' | '.join(cells)} |", flush=True)
    return ratio <= TARGET


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark; return 1 where a size misses the target."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--works", type=int, nargs="+", default=[2_000, 20_000])
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--writing", action="store_true", help="also keep the findings: all new, then none changed")
    options = parser.parse_args(arguments)
    with database() as url:
        set_up(url)
        heads = ["works", "pairs", "findings", "lean floor", "floor", "rules alone", "detection", "× floor", "× lean"]
        heads += ["first sync", "next sync"] if options.writing else []
        print(f"| {' | '.join(heads)} |\n|{'---:|' * len(heads)}")
        met = [measure(works, options.repeats, options.writing) for works in options.works]
        print(f"target: detection at most {TARGET:g} × floor: {'met' if all(met) else 'MISSED'}")
    return 0 if all(met) else 1


if __name__ == "__main__":
    raise SystemExit(main())
