"""What the sequencing engine costs: better sequences of city plans, rechecks, ripples, risk, and PSPLIB.

    python -m tests.benchmarks.bench_sequencing [--works 50 200 1000 5000] [--seconds 30] [--only sequence …]

City plans come from the seeded generator, through PostGIS, with the rules of the municipality; nothing is done yet and
a tenth is committed, so that nearly everything can move. Each size runs in a process of its own, so that its peak of
memory is its own. Beside each figure stands a floor measured in the same run: for a sequence one full detection, for a
recheck a full detection, for a ripple one pass over all lags, for risk the drawing of its random numbers alone.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from tests.benchmarks.measuring import BASE, database, median, set_up

PSPLIB = BASE.parent / "shared" / "bench" / "psplib"
TODAY = dt.date(2020, 6, 1)
COMMITTED_SHARE = 0.1
NUISANCE_CAP = 60.0
"""The generated city is denser than a real one: a wave of sixteen blocks is one buurt."""
PARTS = ("sequence", "recheck", "ripple", "risk", "psplib")


def city_plan(works: int) -> tuple[Any, Any]:
    """Load a city into the database and return it as a plan, with the rules."""
    set_up(os.environ["DATABASE_URL"])
    from django.core.management import call_command

    from planning.coordination.loading import load_plan
    from planning.sequencing import detection
    from planning.sequencing.kinds import Status
    from planning.sequencing.rules import make_rules
    from planning.sequencing.rules.base import Severity
    from tests.benchmarks import city

    call_command("flush", interactive=False, verbosity=0)
    city.load(works)
    rules = make_rules({"nuisance-cap": {"cap": NUISANCE_CAP}})
    plan = load_plan(detection.reaches(rules), detection.place_reaches(rules), TODAY)
    status = np.full(len(plan.works), Status.PLANNED.code, np.int8)
    plan = replace(plan, works=replace(plan.works, status=status))
    # What is committed is in order: no owner commits to what the rules forbid.
    wrong = {i for f in detection.detect(plan, rules) if f.severity == Severity.HARD for i in f.subjects}
    right = np.array([i for i in range(len(plan.works)) if i not in wrong])
    chosen = np.random.default_rng(1).choice(right, int(COMMITTED_SHARE * len(plan.works)), replace=False)
    status[chosen] = Status.COMMITTED.code
    return plan, rules


def sequence(works: int, seconds: float) -> dict[str, object]:
    """Find a better sequence of a city, and say when the first answer came and how good the last is."""
    from planning.sequencing import detection
    from planning.sequencing.resequencing.options import Goal, Options
    from planning.sequencing.resequencing.resequence import Progress, resequence

    plan, rules = city_plan(works)
    floor = median(lambda: detection.detect(plan, rules), 3)
    seen: list[tuple[float, int]] = []
    begun = time.perf_counter()

    def report(progress: Progress) -> None:
        seen.append((time.perf_counter() - begun, progress.goals[Goal.BROKEN]))

    answer = resequence(plan, rules, Options(seconds=seconds), report)
    taken = time.perf_counter() - begun
    before, after = answer.before, answer.after
    return {
        "works": works,
        "detection (floor)": f"{floor * 1000:.1f} ms",
        "first answer": f"{seen[0][0]:.2f} s",
        "first with fewest hard": f"{next(at for at, hard in seen if hard <= answer.goals[Goal.BROKEN]):.2f} s",
        "total": f"{taken:.0f} s",
        "hard": f"{before.hard} → {after.hard}",
        "fallow dwelling-weeks": f"{before.fallow_dwelling_weeks:,.0f} → {after.fallow_dwelling_weeks:,.0f}",
        "gaps to bounds": ", ".join(
            f"{goal.name.lower()} {100 * answer.gap(goal):.1f} %" for goal in Goal if answer.gap(goal)
        )
        or "none: proven",
        "peak memory": f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB",
    }


def recheck(works: int) -> dict[str, object]:
    """Compare the recheck of one changed work with a full detection."""
    plan, rules = city_plan(works)
    from planning.coordination.loading import load_plan
    from planning.sequencing import detection
    from planning.sequencing.neighbourhood import Neighbourhoods

    reaches, place_reaches = detection.reaches(rules), detection.place_reaches(rules)
    near = Neighbourhoods(plan)
    chosen = np.random.default_rng(2).integers(0, works, 200).tolist()
    detection.recheck(plan, chosen[0], rules, near)
    full = median(lambda: detection.detect(load_plan(reaches, place_reaches, TODAY), rules), 5)
    bare = median(lambda: detection.detect(plan, rules), 5)
    one = median(lambda: [detection.recheck(plan, i, rules, near) for i in chosen], 3) / len(chosen)
    return {
        "works": works,
        "full detection": f"{full * 1000:.0f} ms",
        "rules alone (floor)": f"{bare * 1000:.0f} ms",
        "recheck": f"{one * 1000:.2f} ms",
        "full ÷ recheck": f"{full / one:.0f}",
        "floor ÷ recheck": f"{bare / one:.0f}",
    }


def ripple(works: int) -> dict[str, object]:
    """Let works slip and follow what moves."""
    from planning.sequencing.ripple import Network
    from planning.sequencing.ripple import ripple as follow

    plan, rules = city_plan(works)
    made = median(lambda: Network(plan, rules), 3)
    network = Network(plan, rules)
    links, begin, end = network.links, plan.works.start, plan.works.finish
    floor = median(lambda: links.broken(begin, end), 20)
    chosen = np.random.default_rng(3).integers(0, works, 200).tolist()
    taken = []
    for i in chosen:
        begun = time.perf_counter()
        follow(network, i, 90)
        taken.append(time.perf_counter() - begun)
    return {
        "works": works,
        "one pass over all lags (floor)": f"{floor * 1000:.2f} ms",
        "network, once": f"{made * 1000:.0f} ms",
        "ripple": f"{statistics.median(taken) * 1000:.2f} ms",
        "slowest of 200": f"{max(taken) * 1000:.2f} ms",
    }


def risk(works: int, draws: int = 10_000) -> dict[str, object]:
    """Draw durations and run them through the lags."""
    from planning.sequencing.risk import risk as estimate

    plan, rules = city_plan(works)
    estimate(plan, rules, draws=10)
    rng = np.random.default_rng(0)
    floor = median(lambda: rng.random((works, draws), np.float32), 3)
    whole = median(lambda: estimate(plan, rules, draws=draws), 3)
    return {
        "works": works,
        "draws": draws,
        "random numbers alone (floor)": f"{floor:.2f} s",
        "risk": f"{whole:.2f} s",
        "× floor": f"{whole / floor:.1f}",
    }


def psplib(seconds: float) -> dict[str, object]:
    """Solve every instance in ``../shared/bench`` and count what is decided."""
    files = sorted(path for path in PSPLIB.rglob("*") if path.suffix.lower() in {".sm", ".sch"})
    if not files:
        return {"skipped": f"there are no instances in {PSPLIB}"}
    begun = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "manage.py", "psplib", *map(str, files), "--seconds", str(seconds)],
        cwd=BASE, capture_output=True, text=True, check=True,
    )  # fmt: skip
    rows = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    decided = sum(row["status"] in {"optimal", "infeasible"} for row in rows)
    return {
        "instances": len(rows),
        "decided": decided,
        "slowest": f"{max(row['seconds'] for row in rows):.1f} s",
        "all": f"{time.perf_counter() - begun:.0f} s",
    }


def one(part: str, works: int, seconds: float) -> dict[str, object]:
    """Measure one thing in this process."""
    if part == "sequence":
        return sequence(works, seconds)
    if part == "psplib":
        return psplib(10.0)
    return {"recheck": recheck, "ripple": ripple, "risk": risk}[part](works)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run each part in a process of its own and print tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--works", type=int, nargs="+", default=[50, 200, 1_000, 5_000])
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--only", choices=PARTS, nargs="+", default=list(PARTS))
    parser.add_argument("--one", choices=PARTS, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.one:
        print(json.dumps(one(options.one, options.works[0], options.seconds)))
        return 0
    sizes = {"sequence": options.works, "recheck": [20_000], "ripple": [5_000], "risk": [1_000], "psplib": [0]}
    for part in options.only:
        rows = []
        for works in sizes[part]:
            with database() as url:
                done = subprocess.run(
                    [sys.executable, "-m", "tests.benchmarks.bench_sequencing", "--one", part, "--works", str(works),
                     "--seconds", str(options.seconds)],
                    cwd=BASE, env={**os.environ, "DATABASE_URL": url}, capture_output=True, text=True, check=False,
                )  # fmt: skip
            if done.returncode:
                sys.stderr.write(done.stderr)
                return 1
            rows.append(json.loads(done.stdout.splitlines()[-1]))
        print(f"\n{part}\n\n| {' | '.join(rows[0])} |\n|{'---:|' * len(rows[0])}")
        for row in rows:
            print(f"| {' | '.join(str(value) for value in row.values())} |", flush=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
