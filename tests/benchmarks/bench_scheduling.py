"""How our solver does on hard scheduling instances beside a plain CP-SAT model, each with the same time and workers.

    python -m tests.benchmarks.bench_scheduling [--sizes 60 120] [--count 10] [--seconds 10] [--workers 2]

The instances are made here from a seed, after ProGen's parameters (Kolisch, Sprecher, Drexl, Management Science 41,
1995): four resources, resource strength 0.2 (60 activities) and 0.1 to 0.3 (120), the hard end of PSPLIB's own sets,
which are not part of this project. Deviation is from the best makespan that either found.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from ortools.sat.python import cp_model

from planning.sequencing.scheduling.cpsat import SolveStatus, solve
from planning.sequencing.scheduling.problem import Lag, SchedulingProblem

RESOURCES = 4


@dataclass(frozen=True)
class Outcome:
    """How one solver ended on one instance."""

    proven: bool
    makespan: int
    bound: int
    seconds: float


def instance(size: int, complexity: float, factor: float, strength: float, seed: int) -> SchedulingProblem:
    """Return an instance: network complexity, resource factor and strength as in ProGen."""
    rng = random.Random(seed)  # noqa: S311 - an instance to measure with
    last = size + 1
    durations = [0, *(rng.randint(1, 10) for _ in range(size)), 0]
    span = max(6, size // 4)
    follows: dict[int, set[int]] = {i: set() for i in range(size + 2)}
    for j in range(4, size + 1):
        follows[rng.randint(max(1, j - span), j - 1)].add(j)
    wanted = int(complexity * (size + 2))
    for _ in range(10_000):
        if sum(map(len, follows.values())) >= wanted:
            break
        i = rng.randint(1, size - 1)
        j = rng.randint(i + 1, min(size, i + span))
        if len(follows[i]) < 3:
            follows[i].add(j)
    reached = {j for after in follows.values() for j in after}
    for i in range(1, size + 1):
        if not follows[i]:
            follows[i].add(last)
        if i not in reached:
            follows[0].add(i)
    demands = np.zeros((size + 2, RESOURCES), np.int64)
    for i in range(1, size + 1):
        for r in rng.sample(range(RESOURCES), max(1, round(factor * RESOURCES))):
            demands[i, r] = rng.randint(1, 10)
    early = [0] * (size + 2)
    for i in range(size + 2):
        for j in follows[i]:
            early[j] = max(early[j], early[i] + durations[i])
    use = np.zeros((max(early) + 20, RESOURCES), np.int64)
    for i in range(size + 2):
        use[early[i] : early[i] + durations[i]] += demands[i]
    least, most = demands.max(axis=0), use.max(axis=0)
    capacities = np.rint(least + strength * (most - least)).astype(np.int64)
    lags = [Lag(i, j, durations[i]) for i, after in follows.items() for j in sorted(after)]
    return SchedulingProblem(np.array(durations, np.int64), demands, capacities, lags)


def plain(problem: SchedulingProblem, seconds: float, workers: int) -> Outcome:
    """Solve with the model that anybody would write first."""
    begun = time.monotonic()
    model = cp_model.CpModel()
    durations = problem.durations.tolist()
    horizon = sum(durations)
    starts = [model.new_int_var(0, horizon, "") for _ in durations]
    intervals = [model.new_fixed_size_interval_var(s, d, "") for s, d in zip(starts, durations, strict=True)]
    for lag in problem.lags:
        model.add(starts[lag.after] - starts[lag.before] >= lag.weight)
    for r, capacity in enumerate(problem.capacities.tolist()):
        model.add_cumulative(intervals, problem.demands[:, r].tolist(), capacity)
    makespan = model.new_int_var(0, horizon, "")
    model.add_max_equality(makespan, [s + d for s, d in zip(starts, durations, strict=True)])
    model.minimize(makespan)
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = seconds
    solver.parameters.num_workers = workers
    status = solver.solve(model)
    return Outcome(
        status == cp_model.OPTIMAL, int(solver.objective_value), int(solver.best_objective_bound),
        time.monotonic() - begun,
    )  # fmt: skip


def ours(problem: SchedulingProblem, seconds: float, workers: int) -> Outcome:
    """Solve with the solver of this project."""
    result = solve(problem, seconds=seconds, workers=workers)
    if result.makespan is None or result.bound is None or result.starts is None:
        raise AssertionError("no schedule found")
    wrong = problem.violations(result.starts)
    if wrong:
        raise AssertionError("; ".join(wrong))
    return Outcome(result.status is SolveStatus.OPTIMAL, result.makespan, result.bound, result.seconds)


def main(arguments: Sequence[str] | None = None) -> int:
    """Solve all instances with both and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=[60, 120])
    parser.add_argument("--count", type=int, default=10, help="instances of each size")
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args(arguments)
    heads = ["activities", "solver", "proven", "mean deviation", "mean gap to its own bound", "mean time"]
    print(f"| {' | '.join(heads)} |\n|{'---:|' * len(heads)}")
    for size in options.sizes:
        outcomes: dict[str, list[Outcome]] = {"plain": [], "ours": []}
        for number in range(options.count):
            strength = 0.2 if size < 100 else (0.1, 0.2, 0.3)[number % 3]
            problem = instance(size, (1.5, 1.8, 2.1)[number % 3], (0.5, 0.75, 1.0)[number // 3 % 3], strength, number)
            outcomes["plain"].append(plain(problem, options.seconds, options.workers))
            outcomes["ours"].append(ours(problem, options.seconds, options.workers))
        best = [min(pair[0].makespan, pair[1].makespan) for pair in zip(*outcomes.values(), strict=True)]
        for name, found in outcomes.items():
            deviation = np.mean([o.makespan / b - 1 for o, b in zip(found, best, strict=True)])
            gap = np.mean([1 - o.bound / o.makespan for o in found])
            cells = [
                f"{size}", name, f"{sum(o.proven for o in found)} of {len(found)}", f"{100 * deviation:.2f} %",
                f"{100 * gap:.1f} %", f"{np.mean([o.seconds for o in found]):.1f} s",
            ]  # fmt: skip
            print(f"| {' | '.join(cells)} |", flush=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
