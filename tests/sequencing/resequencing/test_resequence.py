"""What a better sequence must always be: free of what cannot be, no worse, the same again, and only what may move."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from planning.sequencing import calendars
from planning.sequencing.calendars import BuildingHoliday, dutch_calendar
from planning.sequencing.detection import detect
from planning.sequencing.kinds import Kind, Status
from planning.sequencing.links import gather_links
from planning.sequencing.plan import NO_UPPER, DependencyType, Plan
from planning.sequencing.resequencing.costs import Costs
from planning.sequencing.resequencing.options import Goal, Options
from planning.sequencing.resequencing.resequence import Answer, Progress, resequence
from planning.sequencing.resequencing.translate import translate
from planning.sequencing.rules import make_rules
from planning.sequencing.rules.base import Severity
from tests.sequencing.plans import Job, Near, Order, make_plan, plans, shifted

RULES = make_rules()
SEASONS = ("breeding-season", "planting-season", "frost", "building-holiday")
OPTIONS = Options(seconds=10, workers=1, building_holiday=None)


def hard(plan: Plan) -> list[Any]:
    """Return what the rules forbid."""
    return [found for found in detect(plan, RULES) if found.severity == Severity.HARD]


def values(answer: Answer) -> tuple[int, ...]:
    """Return the goals in their order."""
    return tuple(answer.goals[goal] for goal in Goal)


@settings(max_examples=40, deadline=None)
@given(plans())
def test_no_hard_rule_is_broken_and_nothing_gets_worse(plan: Plan) -> None:
    answer = resequence(plan, RULES, OPTIONS)
    assert hard(answer.plan) == []
    translation = translate(plan, RULES, OPTIONS)
    present = Costs(translation.problem, OPTIONS.weights).total(translation.problem.start)
    assert values(answer) <= tuple(present[goal] for goal in Goal)


@settings(max_examples=30, deadline=None)
@given(plans(), st.data())
def test_only_what_may_move_moves_and_keeps_its_working_days(plan: Plan, data: st.DataObject) -> None:
    works = plan.works
    ids = works.id.tolist()
    fixed = frozenset(data.draw(st.lists(st.sampled_from(ids), unique=True)))
    owners = data.draw(st.none() | st.just(frozenset({1, 2})))
    options = replace(OPTIONS, fixed=fixed, owners=owners)
    answer = resequence(plan, RULES, options)
    calendar = dutch_calendar(plan.today - 1000, plan.today + 5000)
    for i in answer.moved.tolist():
        assert ids[i] not in fixed
        assert owners is None or int(works.owner[i]) in owners
        assert works.status[i] != Status.CANCELLED.code
        after = answer.plan.works
        assert calendar.working_days(after.start[i], after.finish[i]) == max(
            1, calendar.working_days(works.start[i], works.finish[i])
        )
        assert after.start[i] >= plan.today + 7 * options.lead_weeks
    still = np.setdiff1d(np.arange(len(works)), answer.moved)
    assert (answer.plan.works.start[still] == works.start[still]).all()


@settings(max_examples=20, deadline=None)
@given(plans())
def test_a_plan_in_which_nothing_may_move_comes_back_unchanged(plan: Plan) -> None:
    frozen = np.full(len(plan.works), Status.COMMITTED.code, np.int8)
    plan = replace(plan, works=replace(plan.works, status=frozen))
    answer = resequence(plan, RULES, OPTIONS)
    assert len(answer.moved) == 0
    assert answer.plan.works.start.tolist() == plan.works.start.tolist()
    assert answer.plan.works.finish.tolist() == plan.works.finish.tolist()
    assert answer.proven


@settings(max_examples=20, deadline=None)
@given(plans(most=5), st.integers(-60, 200))
def test_shifting_all_dates_shifts_the_answer(plan: Plan, weeks: int) -> None:
    """By whole weeks, without seasons and holidays, which do not shift along."""
    rules = make_rules(dict.fromkeys(SEASONS))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(calendars.holidays, "country_holidays", lambda *_, **__: {})
        here = resequence(plan, rules, OPTIONS)
        there = resequence(shifted(plan, 7 * weeks), rules, OPTIONS)
    assume(here.proven)
    assert values(there) == values(here)
    assert (there.plan.works.start - here.plan.works.start).tolist() == [7 * weeks] * len(plan.works)


@settings(max_examples=25, deadline=None)
@given(plans(), st.integers(1, 2), st.sampled_from([Kind.NEW_BUILD, Kind.SEWER, Kind.STREET]))
def test_more_crews_never_make_the_best_worse(plan: Plan, crews: int, kind: Kind) -> None:
    answers = []
    for number in (crews, crews + 1):
        limited = make_plan([], crews=[(owner, kind, number) for owner in (1, 2, 3)]).crews
        answers.append(resequence(replace(plan, crews=limited), RULES, OPTIONS))
    fewer, more = answers
    assume(fewer.proven and more.proven)
    assert values(more) <= values(fewer)


@settings(max_examples=15, deadline=None)
@given(plans())
def test_the_same_seed_gives_the_same_answer(plan: Plan) -> None:
    options = replace(OPTIONS, workers=2, seed=7)
    first, second = (resequence(plan, RULES, options) for _ in range(2))
    assert first.plan.works.start.tolist() == second.plan.works.start.tolist()
    assert first.bounds == second.bounds


@settings(max_examples=25, deadline=None)
@given(plans())
def test_the_model_and_the_terms_count_alike_and_bounds_hold(plan: Plan) -> None:
    answer = resequence(plan, RULES, OPTIONS)
    translation = translate(plan, RULES, OPTIONS)
    if (
        gather_links(answer.plan, RULES, translation.calendar)
        .broken(answer.plan.works.start, answer.plan.works.finish)
        .any()
    ):
        return
    found = Costs(translation.problem, OPTIONS.weights).total(translation.calendar.index(answer.plan.works.start))
    if not answer.told:
        assert found == answer.goals
    for goal in Goal:
        assert answer.bounds[goal] <= answer.goals[goal]
        assert 0 <= answer.gap(goal) <= 1


@st.composite
def agreements(draw: st.DrawFn) -> Plan:
    """Draw works with stated orders of all types that can hold together, with a most beside the least of some."""
    jobs = [
        Job(Kind.RELOCATION, draw(st.integers(60, 400)), draw(st.integers(3, 60)))
        for _ in range(draw(st.integers(2, 5)))
    ]
    orders = []
    for i in range(len(jobs) - 1):
        least = draw(st.integers(-10, 40))
        most = draw(st.just(int(NO_UPPER)) | st.integers(least, least + 30))
        orders.append(Order(i, i + 1, draw(st.sampled_from(list(DependencyType))), least, most))
    return make_plan(jobs, orders=orders)


@settings(max_examples=40, deadline=None)
@given(agreements())
def test_what_owners_agreed_holds_in_working_days_counted_one_by_one(plan: Plan) -> None:
    options = replace(OPTIONS, building_holiday=BuildingHoliday())
    works = resequence(plan, RULES, options).plan.works
    calendar = dutch_calendar(plan.today - 1000, plan.today + 5000, options.building_holiday)
    for before, after, kind, least, most in zip(
        plan.dependencies.predecessor, plan.dependencies.successor, plan.dependencies.type,
        plan.dependencies.minimum_lag, plan.dependencies.maximum_lag, strict=True,
    ):  # fmt: skip
        begin = (works.finish if kind in {DependencyType.FS, DependencyType.FF} else works.start)[before]
        end = (works.finish if kind in {DependencyType.FF, DependencyType.SF} else works.start)[after]
        days = range(min(begin, end), max(begin, end))
        gap = sum(bool(calendar.working[day - calendar.first]) for day in days) * (1 if end >= begin else -1)
        assert least <= gap <= most


class TestLimits:
    def test_two_demolitions_wait_for_one_crew(self) -> None:
        jobs = [Job(Kind.DEMOLITION, 100, 40), Job(Kind.DEMOLITION, 110, 40), Job(Kind.DEMOLITION, 120, 40)]
        plan = make_plan(jobs, crews=[(1, Kind.DEMOLITION, 1)])
        after = resequence(plan, RULES, OPTIONS).plan.works
        periods = sorted(zip(after.start.tolist(), after.finish.tolist(), strict=True))
        assert all(first[1] <= second[0] for first, second in pairwise(periods))

    def test_a_window_is_kept(self) -> None:
        jobs = [
            Job(Kind.DEMOLITION, 200, 60, status=Status.COMMITTED),
            Job(Kind.NEW_BUILD, 400, 100, earliest_start=390),
        ]
        plan = make_plan(jobs, [Near(0, 1)])
        after = resequence(plan, RULES, OPTIONS).plan.works
        assert after.start[1] >= plan.today + 390
        assert after.start[1] < plan.works.start[1]

    def test_what_must_go_together_starts_on_one_day(self) -> None:
        jobs = [Job(Kind.STREET, 140, 30), Job(Kind.GREEN, 300, 30)]
        options = replace(OPTIONS, together=((100, 101),), building_holiday=None)
        after = resequence(make_plan(jobs), make_rules(dict.fromkeys(SEASONS)), options).plan.works
        assert after.start[0] == after.start[1]

    def test_a_work_that_is_not_there_is_refused(self) -> None:
        with pytest.raises(ValueError, match="999 is not in the plan"):
            resequence(make_plan([Job(Kind.STREET, 140, 30)]), RULES, replace(OPTIONS, together=((100, 999),)))

    def test_a_maximum_lag_is_kept(self) -> None:
        jobs = [Job(Kind.RELOCATION, 100, 40), Job(Kind.RELOCATION, 400, 40)]
        plan = make_plan(jobs, orders=[Order(0, 1, DependencyType.FS, 7, 21)])
        after = resequence(plan, RULES, OPTIONS).plan.works
        calendar = dutch_calendar(plan.today, plan.today + 2000, OPTIONS.building_holiday)
        assert 7 <= calendar.working_days(after.finish[0], after.start[1]) <= 21

    @pytest.mark.parametrize(
        "values", [{"seconds": 0}, {"workers": 0}, {"earlier_weeks": -1}, {"goals": (Goal.FALLOW,)}]
    )
    def test_options_that_make_no_sense_are_refused(self, values: dict[str, Any]) -> None:
        with pytest.raises(ValueError, match=r"must|always"):
            replace(OPTIONS, **values)


class TestWhatItWins:
    def test_building_starts_the_day_after_the_demolition(self) -> None:
        plan = make_plan(
            [Job(Kind.DEMOLITION, 105, 54, dwellings=40, status=Status.COMMITTED), Job(Kind.NEW_BUILD, 500, 300)],
            [Near(0, 1)],
        )
        answer = resequence(plan, RULES, OPTIONS)
        assert answer.moved.tolist() == [1]
        assert 0 <= answer.plan.works.start[1] - answer.plan.works.finish[0] <= 3
        assert answer.after.fallow_dwelling_weeks < 0.05 * answer.before.fallow_dwelling_weeks
        assert answer.proven

    def test_what_cannot_be_is_broken_as_little_as_possible(self) -> None:
        """A building that is committed before its demolition: the demolition moves, the building stays."""
        plan = make_plan(
            [Job(Kind.DEMOLITION, 400, 50), Job(Kind.NEW_BUILD, 380, 200, status=Status.COMMITTED)], [Near(0, 1)]
        )
        answer = resequence(plan, RULES, OPTIONS)
        assert answer.moved.tolist() == [0]
        assert answer.plan.works.finish[0] <= answer.plan.works.start[1]
        assert (answer.before.hard, answer.after.hard) == (1, 0)

    def test_pipes_of_two_owners_go_into_one_trench(self) -> None:
        jobs = [Job(Kind.SEWER, 150, 30), Job(Kind.CABLES_PIPES, 260, 20, owner=2)]
        after = resequence(make_plan(jobs, [Near(0, 1)]), RULES, OPTIONS).plan.works
        assert after.start[0] == after.start[1]


class TestWhileItRuns:
    def test_every_report_is_a_whole_answer_and_the_first_comes_before_any_search(self) -> None:
        plan = make_plan(
            [Job(Kind.DEMOLITION, 105, 54, dwellings=40), Job(Kind.NEW_BUILD, 500, 300), Job(Kind.STREET, 520, 40)],
            [Near(0, 1), Near(1, 2, 0.0, 0.0)],
        )
        seen: list[Progress] = []
        resequence(plan, RULES, OPTIONS, seen.append)
        assert (seen[0].done, seen[0].groups) == (0, 1)
        assert seen[-1].done == 1
        assert all(len(progress.plan.works) == 3 for progress in seen)
        assert hard(seen[0].plan) == []

    def test_who_stops_at_once_still_gets_an_answer(self) -> None:
        plan = make_plan([Job(Kind.DEMOLITION, 300, 54), Job(Kind.NEW_BUILD, 310, 300)], [Near(0, 1)])
        answer = resequence(plan, RULES, OPTIONS, stop=lambda: True)
        assert hard(answer.plan) == []
        assert not answer.proven
