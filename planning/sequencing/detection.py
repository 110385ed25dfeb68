"""Detection: every rule over the whole plan, worst findings first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from planning.sequencing.kinds import Kind
from planning.sequencing.neighbourhood import Neighbourhoods, only_works, part_of
from planning.sequencing.plan import Plan
from planning.sequencing.rules.base import Found, PlaceReach, Reach, Rule


def detect(plan: Plan, rules: Sequence[Rule]) -> list[Found]:
    """Return what ``rules`` find in ``plan``, worst first, then by start."""
    return worst_first(found for rule in rules for found in rule.find(plan))


def recheck(plan: Plan, work: int, rules: Sequence[Rule], near: Neighbourhoods) -> list[Found]:
    """Return what ``rules`` find that has to do with one work, as ``detect`` over the whole plan would.

    Parameters
    ----------
    plan
        The plan with the dates as they are now.
    work
        Position of the work that changed.
    rules
        The rules to ask.
    near
        Who is near whom; made once, good for any dates.
    """
    parts = (
        (part_of, near.around(plan, work), [rule for rule in rules if not rule.shares]),
        (only_works, near.sharing(plan, work), [rule for rule in rules if rule.shares]),
    )
    findings: list[Found] = []
    for make, positions, asked in parts:
        part = make(plan, near, positions)
        here = int(np.searchsorted(positions, work))
        findings += [
            _in_whole(found, positions) for rule in asked for found in rule.find(part) if here in found.subjects
        ]
    return worst_first(findings)


def _in_whole(found: Found, positions: NDArray[np.int64]) -> Found:
    """Return a finding of a part with the positions of the whole plan."""
    return replace(
        found,
        subjects=tuple(positions[list(found.subjects)].tolist()),
        anchor=tuple(positions[list(found.anchor)].tolist()) if found.anchor else (),
    )


def worst_first(findings: Iterable[Found]) -> list[Found]:
    """Order findings by severity, then start, then rule and subjects, so that the order is always the same."""
    return sorted(findings, key=lambda f: (-f.severity, f.start, f.rule, f.subjects, f.places))


def identity(found: Found, plan: Plan) -> str:
    """Return the key by which a finding is known again: its rule with the identities it is anchored to."""
    works = found.anchor or found.subjects
    places = found.anchor_places if found.anchor else found.places
    parts = [f"w{i}" for i in sorted(int(plan.works.id[w]) for w in works)]
    parts += sorted(f"p{int(plan.places.type[p])}.{int(plan.places.id[p])}" for p in places)
    return ":".join([found.rule, *parts])


def reaches(rules: Sequence[Rule]) -> list[Reach]:
    """Return which works must be paired for these rules, and within how many metres.

    What merely shares ground is always paired: most rules need no more.
    """
    wanted: dict[tuple[frozenset[Kind] | None, frozenset[Kind] | None], float] = {(None, None): 0.0}
    for rule in rules:
        if rule.reach is not None:
            sides = rule.reach_kinds or (None, None)
            wanted[sides] = max(wanted.get(sides, 0.0), rule.number(rule.reach))
    return [Reach(metres, *sides) for sides, metres in wanted.items()]


def place_reaches(rules: Sequence[Rule]) -> list[PlaceReach]:
    """Return which places must be paired with which works for these rules, and within how many metres."""
    return [
        PlaceReach(rule.number(rule.place_reach), rule.place_kinds, rule.place_types)
        for rule in rules
        if rule.place_reach is not None
    ]
