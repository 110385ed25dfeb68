"""Which works of a proposal depend on each other, so that one cannot move while another stays.

Two works are tied where something breaks when the one goes along and the other does not: an order that owners stated
or a rule keeps, or anything else that a rule then finds and does not find when both go along. What only would be
broken by many at once is not looked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from planning.coordination.present import Present
from planning.sequencing.detection import recheck
from planning.sequencing.links import Links, gather_links
from planning.sequencing.plan import Plan
from planning.sequencing.rules.base import Found
from planning.sequencing.rules.selection import connected

Period = tuple[int, int]


def tied_groups(present: Present, dates: Mapping[int, Period]) -> list[list[int]]:
    """Return the works (positions) in groups that depend on each other, each ascending.

    ``dates`` is the ``[start, finish)`` in days that each work would get.
    """
    works = sorted(dates)
    pairs = list(_ties(present, dates))
    first, second = [a for a, _ in pairs], [b for _, b in pairs]
    return connected([*works, *first], [*works, *second])


def _ties(present: Present, dates: Mapping[int, Period]) -> Iterator[tuple[int, int]]:
    """Yield pairs of works of which one cannot move without the other."""
    now = present.plan
    then = _moved(now, dates)
    links = [present.network.links, gather_links(then, present.rules, present.network.calendar)]
    for work in dates:
        # The one stays while all others go, and the one goes while all others stay.
        stays = _moved(then, {work: (int(now.works.start[work]), int(now.works.finish[work]))})
        goes = _moved(now, {work: dates[work]})
        for mixed in (stays, goes):
            for other in _disturbed(present, mixed, then, work, links):
                if other in dates and other != work:
                    yield work, other


def _disturbed(present: Present, mixed: Plan, then: Plan, work: int, links: Sequence[Links]) -> Iterator[int]:
    """Yield works that no longer fit ``work`` in a plan where only some have moved, and do where all have."""
    for each in links:
        here = np.flatnonzero((each.before == work) | (each.after == work))
        part = each.where(_mask(here, len(each)))
        broken = part.broken(mixed.works.start, mixed.works.finish) & ~part.broken(then.works.start, then.works.finish)
        yield from part.before[broken].tolist()
        yield from part.after[broken].tolist()
    agreed = {_key(found) for found in recheck(then, work, present.rules, present.neighbourhoods)}
    for found in recheck(mixed, work, present.rules, present.neighbourhoods):
        if found.finish > mixed.today and _key(found) not in agreed:
            yield from found.subjects


def _key(found: Found) -> tuple[str, tuple[int, ...]]:
    return found.rule, tuple(sorted(found.anchor or found.subjects))


def _moved(plan: Plan, dates: Mapping[int, Period]) -> Plan:
    start, finish = plan.works.start.copy(), plan.works.finish.copy()
    for work, (begin, end) in dates.items():
        start[work], finish[work] = begin, end
    return plan.with_dates(start, finish)


def _mask(rows: np.ndarray, size: int) -> np.ndarray:
    mask = np.zeros(size, np.bool_)
    mask[rows] = True
    return mask
