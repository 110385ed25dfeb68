"""Why a date is what it is: for each thing that can bind it there is a sentence that names it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings

from planning.sequencing.detection import detect
from planning.sequencing.kinds import Kind, Status
from planning.sequencing.plan import Plan
from planning.sequencing.resequencing.costs import Term
from planning.sequencing.resequencing.explain import Holds, Reason, changes, reasons
from planning.sequencing.resequencing.options import Options
from planning.sequencing.resequencing.resequence import resequence
from planning.sequencing.resequencing.sentences import BECAUSE, change_sentences, reason_sentence
from planning.sequencing.rules import make_rules
from planning.sequencing.rules.base import Lang
from tests.sequencing.plans import Job, Near, Order, make_plan, plans

RULES = make_rules()
OPTIONS = Options(seconds=5, workers=1, building_holiday=None)
FIXED = Status.COMMITTED


def told(plan: Plan, work: int, options: Options = OPTIONS) -> tuple[Reason, str]:
    """Resequence, and return why a work starts when it does, with the Dutch sentence."""
    answer = resequence(plan, RULES, options)
    reason = next(reason for reason in reasons(answer.present, answer.plan, RULES, options) if reason.work == work)
    return reason, reason_sentence(reason, answer.plan, RULES, Lang.NL)


def test_a_building_waits_for_its_demolition() -> None:
    plan = make_plan([Job(Kind.DEMOLITION, 105, 54, status=FIXED), Job(Kind.NEW_BUILD, 120, 300)], [Near(0, 1)])
    reason, said = told(plan, 1)
    assert (reason.holds, reason.other, reason.rule) == (Holds.LINK, 0, "demolition-before-building")
    assert said == "Begint 3 mei 2027, omdat demolition 0 (partij 1) tot en met 30 april 2027 duurt."


def test_what_was_agreed_is_said_with_its_lag() -> None:
    jobs = [Job(Kind.RELOCATION, 105, 54, status=FIXED), Job(Kind.RELOCATION, 120, 30)]
    reason, said = told(make_plan(jobs, orders=[Order(0, 1, minimum=14)]), 1)
    assert (reason.holds, reason.days) == (Holds.LINK, 14)
    assert said.endswith(
        "tot en met 30 april 2027 duurt en er 14 werkdagen tussen moet zitten (zo is het afgesproken)."
    )


def test_a_demolition_moved_forward_is_ready_before_the_building() -> None:
    plan = make_plan([Job(Kind.DEMOLITION, 400, 50), Job(Kind.NEW_BUILD, 384, 200, status=FIXED)], [Near(0, 1)])
    reason, said = told(plan, 0)
    assert (reason.holds, reason.later, reason.other) == (Holds.LINK, True, 1)
    assert "zo is het klaar voordat new_build 1 (partij 1) op" in said


def test_fallow_ground_pulls_the_building() -> None:
    plan = make_plan([Job(Kind.DEMOLITION, 40, 54, status=FIXED), Job(Kind.NEW_BUILD, 500, 300)], [Near(0, 1)])
    reason, said = told(plan, 1)
    assert (reason.holds, reason.term, reason.other) == (Holds.TERM, Term.FALLOW, 0)
    assert "elke dag later ligt de grond van demolition 0 (partij 1) langer braak" in said


def test_one_trench_is_named() -> None:
    jobs = [Job(Kind.SEWER, 150, 30, status=FIXED), Job(Kind.CABLES_PIPES, 260, 20, owner=2)]
    reason, said = told(make_plan(jobs, [Near(0, 1)]), 1)
    assert (reason.holds, reason.term, reason.other) == (Holds.TERM, Term.APART, 0)
    assert "zo gaat de grond één keer open, samen met sewer 0 (partij 1)" in said


def test_a_season_is_named_by_its_rule() -> None:
    plan = make_plan([Job(Kind.STREET, 380, 30)])  # 8 December 2027
    reason, said = told(plan, 0)
    assert (reason.holds, reason.rule) == (Holds.SEASON, "frost")
    assert "“Straatwerk in de vorst”" in said


def test_a_crew_that_is_taken_is_said() -> None:
    jobs = [Job(Kind.SEWER, 105, 54, status=FIXED), Job(Kind.SEWER, 110, 40)]
    reason, said = told(make_plan(jobs, crews=[(1, Kind.SEWER, 1)]), 1)
    assert reason.holds is Holds.LIMIT
    assert "zijn de ploegen bezet" in said


def test_a_window_is_said() -> None:
    plan = make_plan([Job(Kind.RELOCATION, 200, 54, earliest_start=200)])
    _, said = told(plan, 0)
    assert said.endswith("de eerste dag die mag.")


@pytest.mark.parametrize("lang", list(Lang))
@pytest.mark.parametrize("key", list(BECAUSE))
def test_every_text_is_whole_in_both_languages(key: str, lang: Lang) -> None:
    fields = dict.fromkeys(("other", "began", "ended", "agreed", "span", "title", "beside"), "§")
    assert "{" not in BECAUSE[key][lang].format(**fields)


@settings(max_examples=40, deadline=None)
@given(plans())
def test_every_work_that_may_move_has_a_reason_and_every_change_its_sentences(plan: Plan) -> None:
    answer = resequence(plan, RULES, OPTIONS)
    found = reasons(answer.present, answer.plan, RULES, OPTIONS)
    assert len({reason.work for reason in found}) == len(found)
    told_of = changes(answer.present, answer.plan, RULES, OPTIONS)
    assert sorted(change.work for change in told_of) == answer.moved.tolist()
    for change in told_of:
        for lang in Lang:
            first, second, *rest = change_sentences(change, answer.present, answer.plan, RULES, lang)
            assert answer.plan.works.name[change.work] in first
            assert second.startswith(("Begint ", "Starts "))
            assert len(rest) <= 2
        alone = change_sentences(replace(change, fallow_dwelling_weeks=1), answer.present, answer.plan, RULES, Lang.NL)
        assert any("Voorkomt: 1 woningweek braak" in sentence for sentence in alone)


@settings(max_examples=40, deadline=None)
@given(plans())
def test_wins_and_costs_are_what_going_back_alone_changes(plan: Plan) -> None:
    answer = resequence(plan, RULES, OPTIONS)
    for change in changes(answer.present, answer.plan, RULES, OPTIONS):
        start, finish = answer.plan.works.start.copy(), answer.plan.works.finish.copy()
        start[change.work] = plan.works.start[change.work]
        finish[change.work] = plan.works.finish[change.work]
        back = replace(answer.plan, works=answer.plan.works.with_dates(start, finish))
        keys = [
            {(f.rule, f.anchor or f.subjects) for f in detect(which, RULES) if change.work in f.subjects}
            for which in (answer.plan, back)
        ]
        assert {(f.rule, f.anchor or f.subjects) for f in change.wins} <= keys[1]
        assert {(f.rule, f.anchor or f.subjects) for f in change.costs} <= keys[0]
