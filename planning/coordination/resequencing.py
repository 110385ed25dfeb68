"""A better sequence for a plan: search, and see whom it touches; nothing is written."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from planning.coordination.near_addresses import AddressNuisance, NearAddresses, address_nuisance
from planning.coordination.present import Present, trade_holiday
from planning.sequencing import detection
from planning.sequencing.plan import Plan
from planning.sequencing.resequencing.explain import Change, changes
from planning.sequencing.resequencing.options import Options
from planning.sequencing.resequencing.resequence import Answer, Progress, resequence
from planning.sequencing.resequencing.translate import free_works
from planning.sequencing.rules.base import Found, Rule


@dataclass(frozen=True)
class BetterSequence:
    """A better sequence with all that is to be said of it.

    Parameters
    ----------
    answer
        Both plans, with names, figures and bounds.
    rules, options
        What it was judged by, and what was allowed.
    changes
        What each moved work wins and costs.
    remaining
        What the rules still find from today on, worst first, in the wijken that were asked for.
    nuisance, near
        What it does to addresses, and which these are.
    movable
        How many works could have moved.
    """

    answer: Answer
    rules: Sequence[Rule]
    options: Options
    changes: Sequence[Change]
    remaining: Sequence[Found]
    nuisance: AddressNuisance
    near: NearAddresses
    movable: int


def better_sequence(
    present: Present,
    options: Options,
    report: Callable[[Progress], None] | None = None,
    stop: Callable[[], bool] | None = None,
    begin: Plan | None = None,
) -> BetterSequence:
    """Return a better sequence of a plan; see ``resequence`` for the arguments.

    Raises
    ------
    ValueError
        Where ``options`` name a work that there is not.
    """
    plan, rules = present.plan, present.rules
    options = replace(options, building_holiday=trade_holiday(rules))
    answer = resequence(plan, rules, options, report, stop, begin)
    remaining = [found for found in detection.detect(answer.plan, rules) if found.finish > plan.today]
    if options.wijken is not None:
        inside = np.isin(plan.works.wijk, list(options.wijken))
        remaining = [found for found in remaining if inside[list(found.subjects)].any()]
    return BetterSequence(
        answer,
        rules,
        options,
        changes(answer.present, answer.plan, rules, options),
        remaining,
        address_nuisance(present.near, answer.present, answer.plan),
        present.near,
        int(free_works(plan, options).sum()),
    )
