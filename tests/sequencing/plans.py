"""Plans made in Python: no database, no geometry; who is near whom is stated."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from hypothesis import strategies as st

from planning.sequencing.kinds import Kind, Status
from planning.sequencing.plan import (
    NO_LOWER,
    NO_UPPER,
    NOBODY,
    Crews,
    Dependencies,
    DependencyType,
    Pairs,
    Plan,
    Works,
    to_day,
)

TODAY = dt.date(2026, 11, 23)
"""A Monday."""


@dataclass(frozen=True)
class Job:
    """One work: ``start`` and ``days`` in days from ``TODAY``, the rest as in ``Works``."""

    kind: Kind
    start: int
    days: int
    owner: int = 1
    status: Status = Status.PLANNED
    dwellings: int = 0
    project: int = NOBODY
    buurt: int = 7
    wijk: int = 3
    nuisance: int = 0
    earliest_start: int | None = None
    latest_finish: int | None = None


@dataclass(frozen=True)
class Near:
    """Two works (positions) so many metres apart that share so much ground."""

    first: int
    second: int
    distance: float = 0.0
    overlap: float = 100.0


@dataclass(frozen=True)
class Order:
    """What owners stated of two works (positions)."""

    before: int
    after: int
    type: DependencyType = DependencyType.FS
    minimum: int = 0
    maximum: int = int(NO_UPPER)


def make_plan(
    jobs: Sequence[Job],
    near: Sequence[Near] = (),
    orders: Sequence[Order] = (),
    crews: Sequence[tuple[int, Kind, int]] = (),
    today: dt.date = TODAY,
) -> Plan:
    """Return a plan of these works; identities are 100 above positions."""
    base = to_day(today)

    def days(values: Sequence[int | None], empty: int) -> Any:
        return np.array([empty if value is None else base + value for value in values], np.int32)

    def column(name: str, kind: type[np.generic]) -> Any:
        return np.array([getattr(job, name) for job in jobs], kind)

    size = len(jobs)
    works = Works(
        id=np.arange(100, 100 + size, dtype=np.int64),
        kind=np.array([job.kind.code for job in jobs], np.int8),
        status=np.array([job.status.code for job in jobs], np.int8),
        owner=column("owner", np.int64),
        project=column("project", np.int64),
        buurt=column("buurt", np.int64),
        wijk=column("wijk", np.int64),
        start=days([job.start for job in jobs], 0),
        finish=days([job.start + job.days for job in jobs], 0),
        earliest_start=days([job.earliest_start for job in jobs], int(NO_LOWER)),
        latest_finish=days([job.latest_finish for job in jobs], int(NO_UPPER)),
        duration=np.zeros(size, np.int32),
        dwellings=column("dwellings", np.int32),
        hinders_traffic=np.zeros(size, np.bool_),
        disturbs_nests=np.zeros(size, np.bool_),
        nuisance=column("nuisance", np.int8),
        budget=np.zeros(size),
        rental=np.zeros(size, np.bool_),
        public_from=np.full(size, NO_UPPER, np.int32),
        informed=np.full(size, base - 1, np.int32),
        consent=np.full(size, -1, np.int32),
        name=[f"{job.kind} {i}" for i, job in enumerate(jobs)],
        owner_name=[f"partij {job.owner}" for job in jobs],
    )
    pairs = sorted((min(n.first, n.second), max(n.first, n.second), n.distance, n.overlap) for n in near)
    return Plan(
        works,
        Pairs(
            np.array([p[0] for p in pairs], np.int32),
            np.array([p[1] for p in pairs], np.int32),
            np.array([p[2] for p in pairs], np.float32),
            np.array([p[3] for p in pairs], np.float32),
        ),
        dependencies=Dependencies(
            np.array([o.before for o in orders], np.int32),
            np.array([o.after for o in orders], np.int32),
            np.array([o.type for o in orders], np.int8),
            np.array([o.minimum for o in orders], np.int32),
            np.array([o.maximum for o in orders], np.int32),
        ),
        crews=Crews(
            np.array([c[0] for c in crews], np.int64),
            np.array([c[1].code for c in crews], np.int8),
            np.array([c[2] for c in crews], np.int32),
        ),
        today=base,
    )


def shifted(plan: Plan, days: int) -> Plan:
    """Return the same plan so many days later, today included."""
    works = plan.works

    def moved(values: Any) -> Any:
        return np.where((values > NO_LOWER) & (values < NO_UPPER), values + days, values).astype(np.int32)

    works = replace(
        works,
        start=works.start + np.int32(days),
        finish=works.finish + np.int32(days),
        earliest_start=moved(works.earliest_start),
        latest_finish=moved(works.latest_finish),
        public_from=moved(works.public_from),
        informed=moved(works.informed),
    )
    return replace(plan, works=works, today=plan.today + days)


KINDS = st.sampled_from(
    [Kind.DEMOLITION, Kind.NEW_BUILD, Kind.RENOVATION, Kind.SEWER, Kind.CABLES_PIPES, Kind.STREET, Kind.GREEN]
)
JOBS = st.builds(
    Job,
    kind=KINDS,
    start=st.integers(90, 900),
    days=st.integers(5, 200),
    owner=st.integers(1, 3),
    dwellings=st.integers(0, 40),
    nuisance=st.sampled_from([0, 1, 3, 5]),
    status=st.sampled_from([Status.PLANNED, Status.PLANNED, Status.PLANNED, Status.IDEA, Status.CANCELLED]),
)


@st.composite
def plans(draw: st.DrawFn, most: int = 6) -> Plan:
    """Draw a plan of a few works of which some are near each other; all that is not cancelled may move."""
    jobs = draw(st.lists(JOBS, min_size=2, max_size=most))
    every = [(i, j) for i in range(len(jobs)) for j in range(i + 1, len(jobs))]
    chosen = draw(st.lists(st.sampled_from(every), unique=True, max_size=len(every)))
    near = [
        Near(i, j, *draw(st.sampled_from([(0.0, 200.0), (0.0, 0.0), (4.0, 0.0), (20.0, 0.0)])))
        for i, j in chosen
        if Status.CANCELLED not in (jobs[i].status, jobs[j].status)
    ]
    return make_plan(jobs, near)
