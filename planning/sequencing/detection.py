"""Detection: every rule over the whole plan, worst findings first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from planning.sequencing.kinds import Kind
from planning.sequencing.plan import Plan
from planning.sequencing.rules.base import Found, PlaceReach, Reach, Rule


def detect(plan: Plan, rules: Sequence[Rule]) -> list[Found]:
    """Return what ``rules`` find in ``plan``, worst first, then by start."""
    return worst_first(found for rule in rules for found in rule.find(plan))


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
