"""Rechecking one changed work says of it exactly what a full detection says."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from planning.sequencing.detection import detect, recheck
from planning.sequencing.neighbourhood import Neighbourhoods
from planning.sequencing.plan import Plan
from planning.sequencing.rules import make_rules
from tests.sequencing.plans import plans

RULES = make_rules({"nuisance-cap": {"cap": 6.0}})


@settings(max_examples=150, deadline=None)
@given(plans(most=9), st.data())
def test_recheck_equals_detection(plan: Plan, data: st.DataObject) -> None:
    near = Neighbourhoods(plan)
    work = data.draw(st.integers(0, len(plan.works) - 1))
    days = data.draw(st.integers(-200, 200))
    start, finish = plan.works.start.copy(), plan.works.finish.copy()
    start[work] += days
    finish[work] += days
    changed = replace(plan, works=plan.works.with_dates(start, finish))
    whole = [found for found in detect(changed, RULES) if work in found.subjects]
    assert recheck(changed, work, RULES, near) == whole
