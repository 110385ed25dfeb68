"""A slip pushes exactly what a schedule worked out anew would push, no further, and says what breaks."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planning.sequencing.calendars import BuildingHoliday, Calendar
from planning.sequencing.kinds import Kind, Status
from planning.sequencing.links import STATED, Links
from planning.sequencing.plan import NO_LOWER, DependencyType, Plan, to_date
from planning.sequencing.ripple import Network, follow, ripple
from planning.sequencing.rules import make_rules
from tests.sequencing.plans import Job, Near, Order, make_plan

RULES = make_rules()


@st.composite
def chains(draw: st.DrawFn) -> Plan:
    """Draw works with stated orders that cannot chase each other round, of all types, some with slack."""
    size = draw(st.integers(2, 8))
    jobs = [
        Job(
            Kind.RELOCATION, draw(st.integers(0, 300)), draw(st.integers(3, 60)), owner=draw(st.integers(1, 3)),
            status=draw(st.sampled_from([Status.PLANNED, Status.PLANNED, Status.COMMITTED])),
        )
        for _ in range(size)
    ]  # fmt: skip
    every = [(i, j) for i in range(size) for j in range(i + 1, size)]
    chosen = draw(st.lists(st.sampled_from(every), unique=True, max_size=12))
    types, lags = st.sampled_from(list(DependencyType)), st.integers(-10, 30)
    return make_plan(jobs, orders=[Order(i, j, draw(types), draw(lags)) for i, j in chosen])


def worked(calendar: Calendar, begin: int, end: int) -> int:
    """Return the working days between two days, counted from the calendar itself."""
    first, last = sorted((begin - calendar.first, end - calendar.first))
    days = int(calendar.working[first:last].sum())
    return days if end >= begin else -days


def recomputed(plan: Plan, links: Links, calendar: Calendar, work: int, days: int, order: int) -> list[tuple[int, int]]:
    """Push works over and over, in some random order, until every lag holds that can: a schedule worked out anew."""
    works = plan.works
    dates = list(zip(works.start.tolist(), works.finish.tolist(), strict=True))
    length = [int(calendar.working_days(*date)) for date in dates]
    dates[work] = (dates[work][0] + days, dates[work][1] + days)
    frozen = works.status == Status.COMMITTED.code
    rows = list(range(len(links)))
    # Only links that the slip reaches count: what a plan breaks already is not repaired.
    reached = {work}
    changed = True
    while changed:
        changed = False
        random.Random(order).shuffle(rows)  # noqa: S311 - an order to try
        for row in rows:
            before, after = int(links.before[row]), int(links.after[row])
            if before not in reached and after not in reached:
                continue
            begin = dates[before][1 if links.from_finish[row] else 0]
            end = dates[after][1 if links.to_finish[row] else 0]
            lack = 0
            # Day by day, until so many working days lie between.
            while worked(calendar, begin, end + lack) < links.minimum[row]:
                lack += 1
            if lack == 0 or frozen[after] or after == work:
                continue
            if links.to_finish[row]:
                index = int(calendar.index(dates[after][1] + lack - 1)) - length[after] + 1
            else:
                index = int(calendar.index(dates[after][0] + lack))
            dates[after] = (int(calendar.day(index)), int(calendar.finish(index, length[after])))
            reached.add(after)
            changed = True
    return dates


@settings(max_examples=200, deadline=None)
@given(chains(), st.integers(0, 120), st.integers(0, 5), st.data())
def test_equals_a_recomputed_schedule(plan: Plan, days: int, order: int, data: st.DataObject) -> None:
    work = data.draw(st.integers(0, len(plan.works) - 1))
    network = Network(plan, RULES)
    after = ripple(network, work, days).plan.works
    got = list(zip(after.start.tolist(), after.finish.tolist(), strict=True))
    assert got == recomputed(plan, network.links, network.calendar, work, days, order)


@settings(max_examples=100, deadline=None)
@given(chains(), st.integers(1, 120), st.data())
def test_what_breaks_is_new_and_because_somebody_cannot_move(plan: Plan, days: int, data: st.DataObject) -> None:
    work = data.draw(st.integers(0, len(plan.works) - 1))
    network = Network(plan, RULES)
    result = ripple(network, work, days)
    held = ~network.links.broken(plan.works.start, plan.works.finish)
    broken = network.links.broken(result.plan.works.start, result.plan.works.finish)
    assert {gone.link for gone in result.breaks} == set(np.flatnonzero(held & broken).tolist())
    for gone in result.breaks:
        assert gone.days > 0
        assert gone.work == work or plan.works.status[gone.work] == Status.COMMITTED.code


def test_without_a_slip_nothing_moves() -> None:
    plan = make_plan([Job(Kind.DEMOLITION, 0, 30), Job(Kind.NEW_BUILD, 30, 90)], [Near(0, 1)])
    result = ripple(Network(plan, RULES), 0, 0)
    assert result.plan.works.start.tolist() == plan.works.start.tolist()
    assert result.breaks == ()


def test_a_slip_says_who_is_pushed_by_what_and_whose_it_is() -> None:
    plan = make_plan(
        [
            Job(Kind.DEMOLITION, 0, 33, owner=1),
            Job(Kind.NEW_BUILD, 35, 90, owner=2),
            Job(Kind.STREET, 126, 30, owner=3),
        ],
        [Near(0, 1), Near(1, 2, 0.0, 0.0)],
    )
    result = ripple(Network(plan, RULES), 0, 14)
    assert [push.work for push in result.pushes] == [0, 1, 2]
    sources = [result.links.sources[int(result.links.source[push.link])] for push in result.pushes[1:]]
    assert sources == ["demolition-before-building", "building-before-surface"]
    assert result.owners() == {1: [0], 2: [1], 3: [2]}


def test_a_committed_follower_breaks_instead_of_moving() -> None:
    plan = make_plan(
        [Job(Kind.DEMOLITION, 0, 33), Job(Kind.NEW_BUILD, 35, 90, status=Status.COMMITTED)],
        [Near(0, 1)], [Order(0, 1)],
    )  # fmt: skip
    result = ripple(Network(plan, RULES), 0, 14)
    assert [push.work for push in result.pushes] == [0]
    assert {result.links.sources[int(result.links.source[gone.link])] for gone in result.breaks} == {
        STATED, "demolition-before-building",
    }  # fmt: skip
    # The ground is free on a Saturday; crews that follow each other start on the Monday.
    assert {(gone.work, gone.days) for gone in result.breaks} == {(1, 12), (1, 14)}


def test_a_work_that_only_takes_longer_keeps_its_start() -> None:
    plan = make_plan([Job(Kind.DEMOLITION, 0, 33), Job(Kind.NEW_BUILD, 35, 90)], [Near(0, 1)])
    result = ripple(Network(plan, RULES), 0, 14, start_too=False)
    assert result.plan.works.start[0] == plan.works.start[0]
    assert result.plan.works.start[1] >= result.plan.works.finish[0]


def test_a_maximum_lag_pulls_its_predecessor_along() -> None:
    plan = make_plan(
        [Job(Kind.RELOCATION, 0, 33), Job(Kind.RELOCATION, 35, 30)],
        orders=[Order(0, 1, minimum=int(NO_LOWER), maximum=7)],
    )
    result = ripple(Network(plan, RULES), 1, 21)
    gap = worked(Network(plan, RULES).calendar, result.plan.works.finish[0], result.plan.works.start[1])
    assert gap <= 7
    assert result.plan.works.start[0] > plan.works.start[0]


def test_a_lag_does_not_count_weekends_nor_the_building_holiday() -> None:
    plan = make_plan([Job(Kind.RELOCATION, 228, 12), Job(Kind.RELOCATION, 251, 12)], orders=[Order(0, 1, minimum=10)])
    finish = int(plan.works.finish[0])
    for holiday, weeks in ((None, 2), (BuildingHoliday(), 5)):
        network = Network(plan, RULES, holiday)
        assert to_date(finish).isoformat() == "2027-07-21"
        follows = ripple(network, 0, 0).plan.works.start[1]
        assert follows == finish + 7 * weeks
        assert worked(network.calendar, finish, int(follows)) == 10


def test_a_slip_backwards_is_refused() -> None:
    with pytest.raises(ValueError, match="not negative"):
        ripple(Network(make_plan([Job(Kind.STREET, 0, 10)]), RULES), 0, -1)


def relay(*gaps: int, status: Status = Status.PLANNED) -> Plan:
    """Return works of four weeks, each so many days after the one before, in stated order; all start on a Monday."""
    starts = [98]
    for gap in gaps:
        starts.append(starts[-1] + 28 + gap)
    jobs = [Job(Kind.RELOCATION, start, 28, status=status) for start in starts]
    return make_plan(jobs, orders=[Order(i, i + 1) for i in range(len(gaps))])


def at(plan: Plan, work: int, days: int) -> dict[int, tuple[int, int]]:
    return {work: (int(plan.works.start[work]) + days, int(plan.works.finish[work]) + days)}


@pytest.mark.parametrize("days", [14, -14])
def test_followers_that_keep_their_gap_move_along_both_ways(days: int) -> None:
    plan = relay(21, 35)
    found = follow(Network(plan, RULES), at(plan, 0, days), keep_gaps=True)
    gaps = [works.start[1:] - works.finish[:-1] for works in (plan.works, found.plan.works)]
    # A start that falls in a weekend or on a holiday goes to the next working day.
    assert all(0 <= grown <= 4 for grown in (gaps[1] - gaps[0]).tolist())
    assert all(abs(moved - days) <= 4 for moved in (found.plan.works.start - plan.works.start).tolist())
    assert found.breaks == ()


def test_followers_that_are_pushed_move_only_as_far_as_they_must() -> None:
    plan = relay(21, 35)
    found = follow(Network(plan, RULES), at(plan, 0, 28))
    assert (found.plan.works.start - plan.works.start).tolist() == [28, 7, 0]
    assert [push.work for push in found.pushes] == [0, 1]


def test_a_pinned_work_stays_and_what_it_breaks_is_said() -> None:
    plan = relay(21, 35)
    for keep_gaps in (True, False):
        found = follow(Network(plan, RULES), at(plan, 0, 28), pinned={1}, keep_gaps=keep_gaps)
        assert (found.plan.works.start - plan.works.start).tolist() == [28, 0, 0]
        assert [(gone.work, gone.days) for gone in found.breaks] == [(1, 7)]


def test_followers_never_go_back_before_today_or_before_another_that_they_wait_for() -> None:
    plan = make_plan(
        [Job(Kind.RELOCATION, 28, 28), Job(Kind.RELOCATION, 42, 28), Job(Kind.RELOCATION, 84, 28)],
        orders=[Order(0, 2), Order(1, 2)],
    )
    found = follow(Network(plan, RULES), at(plan, 0, -28), keep_gaps=True)
    # Its gap to the first would bring it 28 days forward, but the second lasts until day 70.
    assert int(found.plan.works.start[2]) - plan.today == 70
    alone = make_plan([Job(Kind.RELOCATION, 28, 28), Job(Kind.RELOCATION, 84, 28)], orders=[Order(0, 1)])
    found = follow(Network(alone, RULES), at(alone, 0, -350), keep_gaps=True)
    assert int(found.plan.works.start[1]) == alone.today


@settings(max_examples=60, deadline=None)
@given(chains(), st.integers(-60, 90), st.booleans())
def test_no_lag_that_held_is_broken_by_a_work_that_could_follow(plan: Plan, days: int, keep_gaps: bool) -> None:
    found = follow(Network(plan, RULES), at(plan, 0, days), keep_gaps=keep_gaps)
    free = plan.works.status == Status.PLANNED.code
    for gone in found.breaks:
        assert gone.work == 0 or not free[gone.work]


def test_dates_that_end_before_they_start_are_refused() -> None:
    plan = relay(0)
    with pytest.raises(ValueError, match="end after it starts"):
        follow(Network(plan, RULES), {0: (100, 100)})
