"""The scheduling field's own problem: what is found is allowed, and as short as an exhaustive search says."""

from __future__ import annotations

import csv
import itertools
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planning.sequencing.scheduling.cpsat import SolveStatus, solve
from planning.sequencing.scheduling.files import read_instance
from planning.sequencing.scheduling.problem import Lag, SchedulingProblem

BENCH = Path(__file__).resolve().parents[4] / "shared" / "bench" / "psplib"
HORIZON = 14


@st.composite
def problems(draw: st.DrawFn) -> SchedulingProblem:
    """Draw a few short activities with lags, some backwards, on one or two resources."""
    n, r = draw(st.integers(2, 4)), draw(st.integers(1, 2))
    durations = draw(st.lists(st.integers(1, 3), min_size=n, max_size=n))
    demands = [draw(st.lists(st.integers(0, 2), min_size=r, max_size=r)) for _ in range(n)]
    every = [(i, j) for i in range(n) for j in range(n) if i != j]
    lags = [
        Lag(i, j, draw(st.integers(0, 3)) if i < j else -draw(st.integers(1, 5)))
        for i, j in draw(st.lists(st.sampled_from(every), unique=True, max_size=5))
    ]
    return SchedulingProblem(np.array(durations), np.array(demands).reshape(n, r), np.full(r, 2), lags)


def allowed(problem: SchedulingProblem, starts: tuple[int, ...]) -> bool:
    """Check every lag, and every resource at every moment."""
    if any(starts[lag.after] - starts[lag.before] < lag.weight for lag in problem.lags):
        return False
    for moment in range(HORIZON + 4):
        active = [i for i, s in enumerate(starts) if s <= moment < s + problem.durations[i]]
        if (problem.demands[active].sum(axis=0) > problem.capacities).any():
            return False
    return True


def shortest(problem: SchedulingProblem) -> int | None:
    """Try all starts."""
    n = len(problem.durations)
    best = None
    for starts in itertools.product(range(HORIZON - 4), repeat=n):
        length = max(s + int(d) for s, d in zip(starts, problem.durations, strict=True))
        if (best is None or length < best) and allowed(problem, starts):
            best = length
    return best


@settings(max_examples=40, deadline=None)
@given(problems())
def test_equals_trying_everything(problem: SchedulingProblem) -> None:
    result = solve(problem, seconds=5, workers=1)
    best = shortest(problem)
    if best is None:
        # Trying ends at a horizon; a problem this small needs no longer one.
        assert result.status is SolveStatus.INFEASIBLE
        return
    assert (result.status, result.makespan, result.bound) == (SolveStatus.OPTIMAL, best, best)
    assert result.starts is not None
    assert allowed(problem, tuple(result.starts.tolist()))


def test_the_same_seed_gives_the_same_schedule() -> None:
    rng = np.random.default_rng(1)
    problem = SchedulingProblem(
        rng.integers(1, 9, 25), rng.integers(0, 5, (25, 2)), np.array([6, 7]),
        [Lag(i, i + 4, 2) for i in range(0, 20, 3)],
    )  # fmt: skip
    first, second = (solve(problem, seconds=5, workers=2, seed=4) for _ in range(2))
    assert first.makespan == second.makespan
    assert first.status is SolveStatus.OPTIMAL


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"durations": np.array([1, -1])}, "negative"),
        ({"demands": np.array([[1]])}, "shape"),
        ({"lags": [Lag(0, 7, 1)]}, "not there"),
    ],
)
def test_a_problem_that_makes_no_sense_is_refused(values: dict[str, object], message: str) -> None:
    good: dict[str, object] = {
        "durations": np.array([1, 2]), "demands": np.array([[1], [1]]), "capacities": np.array([1]), "lags": [],
    }  # fmt: skip
    with pytest.raises(ValueError, match=message):
        SchedulingProblem(**(good | values))  # type: ignore[arg-type]


@pytest.mark.skipif(not BENCH.is_dir(), reason="the benchmark instances are in ../shared/bench, not in the project")
@pytest.mark.parametrize("folder", ["j30", "rcpsp_max_j10"])
def test_instances_of_the_field_end_at_their_known_optimum(folder: str) -> None:
    with (BENCH / folder / "optimum.csv").open() as file:
        rows = list(csv.reader(file))
    known = {row[0].lower(): row[1] for row in rows}
    files = [path for path in sorted((BENCH / folder).iterdir()) if path.suffix.lower() in {".sm", ".sch"}][::6]
    assert files
    for path in files:
        result = solve(read_instance(path), seconds=20)
        wanted = known.get(path.stem.lower(), known.get(path.name.lower()))
        said = "unsat" if result.status is SolveStatus.INFEASIBLE else str(result.makespan)
        assert (path.name, said) == (path.name, wanted)
        assert result.status in {SolveStatus.OPTIMAL, SolveStatus.INFEASIBLE}
