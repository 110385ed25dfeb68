"""The least-change repair of a slip: it holds, leaves the slip alone, and changes no more than the ripple does."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planning.sequencing.calendars import dutch_calendar
from planning.sequencing.kinds import Kind, Status
from planning.sequencing.links import gather_links
from planning.sequencing.plan import DependencyType, Plan
from planning.sequencing.resequencing.options import Options
from planning.sequencing.resequencing.repair import repair
from planning.sequencing.ripple import Network, ripple
from planning.sequencing.rules import make_rules
from tests.sequencing.plans import Job, Near, Order, make_plan

RULES = make_rules(dict.fromkeys(("building-holiday", "breeding-season")))
OPTIONS = Options(seconds=10, workers=1, lead_weeks=0, building_holiday=None)


@st.composite
def orders(draw: st.DrawFn) -> Plan:
    """Draw people who move out one after another, as was agreed, all in order; some later ones have slack."""
    jobs, day = [], 14
    for _ in range(draw(st.integers(2, 6))):
        days = 7 * draw(st.integers(1, 6)) - 2  # Monday to Friday
        jobs.append(Job(Kind.RELOCATION, day, days, owner=draw(st.integers(1, 2))))
        day += days + 2 + 7 * draw(st.integers(0, 3))
    pairs = [(i, j) for i in range(len(jobs)) for j in range(i + 1, len(jobs))]
    chosen = draw(st.lists(st.sampled_from(pairs), unique=True, max_size=8))
    return make_plan(jobs, orders=[Order(i, j, DependencyType.FS) for i, j in chosen])


def shift(before: Plan, after: Plan) -> int:
    """Return the working days that works move, all together."""
    calendar = dutch_calendar(before.today - 100, before.today + 4000)
    moved = np.abs(calendar.index(after.works.start) - calendar.index(before.works.start))
    return int(moved.sum())


@settings(max_examples=50, deadline=None)
@given(orders(), st.integers(1, 90), st.data())
def test_it_holds_and_changes_no_more_than_the_ripple(plan: Plan, days: int, data: st.DataObject) -> None:
    work = data.draw(st.integers(0, len(plan.works) - 1))
    answer = repair(plan, RULES, work, days, OPTIONS)
    after = answer.plan
    assert after.works.start[work] == plan.works.start[work] + days
    links = gather_links(after, RULES, dutch_calendar(after.today - 400, after.today + 4000))
    assert not links.broken(after.works.start, after.works.finish).any()
    assert answer.proven
    wave = ripple(Network(plan, RULES), work, days).plan
    assert shift(plan, after) <= shift(plan, wave)


def test_a_predecessor_can_be_pulled_forward_where_a_follower_is_committed() -> None:
    plan = make_plan(
        [
            Job(Kind.DEMOLITION, 105, 40),
            Job(Kind.NEW_BUILD, 400, 200, status=Status.COMMITTED),
        ],
        [Near(0, 1)],
    )
    answer = repair(plan, RULES, 1, -310, OPTIONS)
    assert answer.moved.tolist() == [0]
    assert answer.plan.works.finish[0] <= answer.plan.works.start[1] == plan.works.start[1] - 310
    assert answer.after.hard == 0


def test_nothing_else_is_improved_on_the_way() -> None:
    """Fallow ground elsewhere stays as it is: a repair is not the moment."""
    jobs = [
        Job(Kind.DEMOLITION, 105, 40, dwellings=50), Job(Kind.NEW_BUILD, 900, 200),
        Job(Kind.RELOCATION, 105, 40), Job(Kind.RELOCATION, 147, 40),
    ]  # fmt: skip
    plan = make_plan(jobs, [Near(0, 1)], [Order(2, 3)])
    answer = repair(plan, RULES, 2, 14, OPTIONS)
    assert answer.moved.tolist() == [3]


def test_a_work_that_would_end_before_it_starts_is_refused() -> None:
    with pytest.raises(ValueError, match="end after it starts"):
        repair(make_plan([Job(Kind.STREET, 100, 10)]), RULES, 0, -20, OPTIONS, start_too=False)
