"""Wishes that cannot go together: the set that is named contradicts itself, and nothing in it can be missed."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planning.sequencing.calendars import dutch_calendar
from planning.sequencing.kinds import Kind, Status
from planning.sequencing.plan import DependencyType, Plan
from planning.sequencing.resequencing.options import Options
from planning.sequencing.resequencing.wishes import Bound, Wish, contradiction, contradiction_sentence
from planning.sequencing.rules import make_rules
from planning.sequencing.rules.base import Lang
from tests.sequencing.plans import Job, Near, Order, make_plan

RULES = make_rules()
OPTIONS = Options(building_holiday=None)


def chain(**last: object) -> Plan:
    """Demolition, building and street after each other."""
    return make_plan(
        [
            Job(Kind.DEMOLITION, 105, 40),
            Job(Kind.NEW_BUILD, 150, 200),
            Job(Kind.STREET, 360, 40, **last),  # type: ignore[arg-type]
        ],
        [Near(0, 1), Near(1, 2, 0.0, 0.0)],
    )


def test_wishes_that_go_together_have_no_contradiction() -> None:
    plan = chain()
    wishes = [Wish(0, not_before=plan.today + 100), Wish(2, finished_by=plan.today + 600)]
    assert contradiction(plan, RULES, wishes, OPTIONS) == []
    assert contradiction_sentence([], plan, RULES, Lang.NL) == "Deze wensen gaan samen."


def test_a_late_start_and_an_early_street_contradict_through_the_building() -> None:
    plan = chain()
    wishes = [
        Wish(0, not_before=plan.today + 200),
        Wish(2, finished_by=plan.today + 300),
        Wish(1, finished_by=plan.today + 9000),
    ]
    found = contradiction(plan, RULES, wishes, OPTIONS)
    assert [bound.wish for bound in found if bound.wish] in (wishes[:2], wishes[1::-1])
    assert {(bound.before, bound.after) for bound in found if bound.rule} == {(0, 1), (1, 2)}
    said = contradiction_sentence(found, plan, RULES, Lang.NL)
    assert said.startswith("Dit gaat niet samen: ")
    assert "demolition 0 (partij 1) gaat voor new_build 1 (partij 1) (Bouw vóór de sloop klaar is)" in said
    english = contradiction_sentence(found, plan, RULES, Lang.EN)
    assert "street 2 (partij 1) is finished by 18 September 2027" in english


def test_a_work_that_is_fixed_is_named() -> None:
    plan = chain(status=Status.COMMITTED)
    found = contradiction(plan, RULES, [Wish(1, not_before=plan.today + 300)], OPTIONS)
    assert [bound.fixed for bound in found if bound.fixed is not None] == [2]
    assert "ligt vast vanaf 18 november 2027" in contradiction_sentence(found, plan, RULES, Lang.NL)


def test_one_wish_can_contradict_itself() -> None:
    plan = chain()
    both = Wish(1, not_before=plan.today + 200, finished_by=plan.today + 250)
    assert contradiction(plan, RULES, [both], OPTIONS) == [Bound(wish=both)]


def test_a_work_that_is_not_there_is_refused() -> None:
    with pytest.raises(ValueError, match="not in the plan"):
        contradiction(chain(), RULES, [Wish(9, not_before=0)], OPTIONS)


@st.composite
def wished(draw: st.DrawFn) -> tuple[Plan, list[Wish]]:
    """Draw a few works in a stated order, and wishes of which some cannot go together."""
    size = draw(st.integers(2, 4))
    jobs = [Job(Kind.RELOCATION, 100 + 60 * i, draw(st.integers(5, 80))) for i in range(size)]
    every = [(i, j) for i in range(size) for j in range(i + 1, size)]
    orders = [
        Order(i, j, DependencyType.FS, draw(st.integers(0, 20)))
        for i, j in draw(st.lists(st.sampled_from(every), unique=True))
    ]
    plan = make_plan(jobs, orders=orders)
    days = st.integers(90, 400).map(lambda day: plan.today + day)
    wishes = [
        Wish(draw(st.integers(0, size - 1)), **{draw(st.sampled_from(["not_before", "finished_by"])): draw(days)})
        for _ in range(draw(st.integers(1, 4)))
    ]
    return plan, wishes


@settings(max_examples=150, deadline=None)
@given(wished())
def test_the_set_is_smallest_and_wishes_without_one_can_be_planned(drawn: tuple[Plan, list[Wish]]) -> None:
    plan, wishes = drawn
    found = contradiction(plan, RULES, wishes, OPTIONS)
    named = [bound.wish for bound in found if bound.wish is not None]
    if found:
        assert contradiction(plan, RULES, named, OPTIONS)
        for left in named:
            assert contradiction(plan, RULES, [wish for wish in named if wish is not left], OPTIONS) == []
    else:
        assert _planned(plan, wishes)


def _planned(plan: Plan, wishes: list[Wish]) -> bool:
    """Put every work as early as its wishes and orders allow, and see whether all is ready in time."""
    calendar = dutch_calendar(plan.today - 500, plan.today + 3000)
    works, orders = plan.works, plan.dependencies
    length = calendar.working_days(works.start, works.finish)
    start = [0] * len(works)
    for wish in wishes:
        if wish.not_before is not None:
            start[wish.work] = max(start[wish.work], int(calendar.index(wish.not_before)))
    for j in range(len(works)):
        for before, after, least in zip(orders.predecessor, orders.successor, orders.minimum_lag, strict=True):
            if after == j:
                start[j] = max(start[j], start[before] + int(length[before]) + int(least))
    return all(
        start[wish.work] + int(length[wish.work]) <= int(calendar.index(wish.finished_by))
        for wish in wishes
        if wish.finished_by is not None
    )
