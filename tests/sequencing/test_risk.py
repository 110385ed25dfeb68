"""How sure dates are: certain durations give the plan itself, uncertain ones what the triangle says."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planning.sequencing.kinds import Kind, Status
from planning.sequencing.plan import NOBODY, to_date
from planning.sequencing.risk import risk
from planning.sequencing.rules import make_rules
from tests.sequencing.plans import Job, Near, make_plan

RULES = make_rules()
CERTAIN = (20.0, 20.0, 20.0)


def chain(**last: object) -> list[Job]:
    """A demolition of four weeks with a building straight after, in working days 20 and 60."""
    return [Job(Kind.DEMOLITION, 49, 26), Job(Kind.NEW_BUILD, 77, 82, **last)]  # type: ignore[arg-type]


def test_certain_durations_leave_the_dates_alone() -> None:
    plan = make_plan(chain(), [Near(0, 1)])
    length = [(float(days),) * 3 for days in (20, 59)]
    found = risk(plan, RULES, {i: (d[0], d[1], d[2]) for i, d in enumerate(length)}, draws=50)
    assert found.p50.tolist() == found.p80.tolist()
    assert found.p50[0] == plan.works.finish[0]


@settings(max_examples=20, deadline=None)
@given(st.integers(5, 20), st.integers(0, 30), st.integers(1, 40))
def test_percentiles_are_those_of_the_triangle(low: int, rise: int, fall: int) -> None:
    mode, high = low + rise, low + rise + fall
    plan = make_plan([Job(Kind.RENOVATION, 49, 26)])
    found = risk(plan, RULES, {0: (low, mode, high)}, draws=20_000, seed=3)
    for share, day in ((0.5, found.p50[0]), (0.8, found.p80[0])):
        turn = (mode - low) / (high - low)
        exact = (
            low + np.sqrt(share * (high - low) * (mode - low))
            if share < turn
            else high - np.sqrt((1 - share) * (high - low) * (high - mode))
        )
        worked = np.busday_count(to_date(int(plan.works.start[0])), to_date(int(day)))
        # Holidays between 11 January and summer are few; a drawn duration is a whole day.
        assert abs(worked - exact) <= 5


def test_a_delay_comes_through_to_who_follows_and_names_who_decides() -> None:
    plan = make_plan(chain(), [Near(0, 1)])
    found = risk(plan, RULES, {0: (20.0, 25.0, 60.0), 1: (59.0, 59.0, 59.0)}, draws=2000)
    assert found.late[1] > 0.9
    assert found.p80[1] > found.p50[1] > plan.works.finish[1]
    assert found.wijken.tolist() == [3]
    assert found.wijk_p80[0] == found.p80[1]
    assert [driver.work for driver in found.drivers[0]] == [0]
    assert found.drivers[0][0].strength > 0.95


def test_the_longer_branch_decides_mostly() -> None:
    jobs = [Job(Kind.RENOVATION, 49, 100), Job(Kind.RENOVATION, 49, 60)]
    found = risk(make_plan(jobs), RULES, draws=4000)
    assert next(driver.work for driver in found.drivers[0]) == 0


def test_the_same_seed_gives_the_same_answer() -> None:
    plan = make_plan(chain(), [Near(0, 1)])
    assert risk(plan, RULES, draws=100, seed=5).p80.tolist() == risk(plan, RULES, draws=100, seed=5).p80.tolist()


def test_what_is_done_is_certain_and_what_has_no_wijk_counts_for_none() -> None:
    plan = make_plan([Job(Kind.RENOVATION, -100, 50, status=Status.DONE), Job(Kind.STREET, 60, 30, wijk=NOBODY)])
    found = risk(plan, RULES, draws=200)
    assert found.p50[0] == found.p80[0] == plan.works.finish[0]
    assert found.late[0] == 0
    assert found.wijken.tolist() == []


@pytest.mark.parametrize("points", [(5.0, 4.0, 9.0), (0.0, 4.0, 9.0), (5.0, 9.0, 8.0)])
def test_points_out_of_order_are_refused(points: tuple[float, float, float]) -> None:
    with pytest.raises(ValueError, match="ascending"):
        risk(make_plan(chain()), RULES, {0: points}, draws=10)


def test_no_draws_are_refused() -> None:
    with pytest.raises(ValueError, match="at least 1"):
        risk(make_plan(chain()), RULES, draws=0)
