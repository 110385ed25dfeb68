"""Nuisance per work and week, summed per place, and whom other dates make worse off."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planning.sequencing.kinds import Kind, Status
from planning.sequencing.nuisance import compare, nuisance_index, weekly
from planning.sequencing.plan import Plan
from tests.sequencing.plans import Job, make_plan, plans


@pytest.mark.parametrize(
    ("job", "index"),
    [
        (Job(Kind.STREET, 0, 13), 1),
        (Job(Kind.STREET, 0, 14), 3),
        (Job(Kind.STREET, 0, 91), 3),
        (Job(Kind.STREET, 0, 92), 5),
        (Job(Kind.STREET, 0, 13, nuisance=5), 5),
        (Job(Kind.EVENT, 0, 300, nuisance=5), 0),
        (Job(Kind.SEWER, 0, 300, status=Status.CANCELLED), 0),
    ],
)
def test_the_index_is_the_highest_of_what_bothers(job: Job, index: int) -> None:
    assert nuisance_index(make_plan([job]).works).tolist() == [index]


@settings(max_examples=60, deadline=None)
@given(plans(), st.integers(-30, 30))
def test_sums_equal_counting_week_by_week(plan: Plan, offset: int) -> None:
    works, weeks = plan.works, 40
    first = plan.today + 7 * offset
    place = np.arange(len(works), dtype=np.int32) % 2
    got = weekly(works, place, np.arange(len(works), dtype=np.int32), 2, first, weeks)
    index = nuisance_index(works)
    for p in range(2):
        for week in range(weeks):
            monday = first + 7 * week
            active = (works.start < monday + 7) & (works.finish > monday) & (place == p)
            assert got.sums[p, week] == index[active].sum()


def test_the_worst_off_place_is_named_though_most_win() -> None:
    before = make_plan(
        [Job(Kind.STREET, 0, 28), Job(Kind.SEWER, 0, 28), Job(Kind.STREET, 63, 28), Job(Kind.SEWER, 0, 28)]
    )
    after = make_plan(
        [Job(Kind.STREET, 0, 28), Job(Kind.SEWER, 63, 28), Job(Kind.STREET, 0, 28), Job(Kind.SEWER, 0, 28)]
    )
    place, work = np.array([0, 0, 1, 1], np.int32), np.array([0, 1, 2, 3], np.int32)
    old, new = (weekly(plan.works, place, work, 2, plan.today, 30) for plan in (before, after))
    change = compare(old, new)
    assert (change.better, change.worse, change.worst) == (1, 1, 1)
    assert (change.worst_before, change.worst_after) == (3, 6)
    assert change.before == change.after == sum((3 * 4,) * 4)


def test_nothing_changes_for_nobody() -> None:
    plan = make_plan([Job(Kind.STREET, 0, 28)])
    same = weekly(plan.works, np.array([0], np.int32), np.array([0], np.int32), 1, plan.today, 10)
    assert compare(same, same).worst == -1
