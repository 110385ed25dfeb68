"""Wishes that cannot go together: the smallest set that contradicts itself, in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from planning.sequencing.calendars import Calendar
from planning.sequencing.links import STATED
from planning.sequencing.plan import Plan
from planning.sequencing.resequencing.options import Options
from planning.sequencing.resequencing.problem import FAR
from planning.sequencing.resequencing.translate import Translation, translate
from planning.sequencing.rules import wording
from planning.sequencing.rules.base import Lang, Rule


@dataclass(frozen=True)
class Wish:
    """What somebody wants of a work (position): to start on or after one day, or be finished by another."""

    work: int
    not_before: int | None = None
    finished_by: int | None = None


@dataclass(frozen=True)
class Bound:
    """One thing in a contradiction: a wish, a work that stays where it is, or a lag between two works."""

    wish: Wish | None = None
    fixed: int | None = None
    before: int | None = None
    after: int | None = None
    rule: str | None = None


@dataclass(frozen=True)
class _Edge:
    """``start[to] >= start[from] + least``; node -1 is time zero."""

    source: int
    target: int
    least: int
    bound: Bound


def contradiction(
    plan: Plan, rules: Sequence[Rule], wishes: Sequence[Wish], options: Options | None = None
) -> list[Bound]:
    """Return the smallest set of wishes, lags and fixed works that cannot hold together; empty where all can.

    Lags, windows and fixed starts are differences, and differences contradict each other exactly where they close
    a circle of positive length (Bellman 1958); the circle with the fewest members is the smallest set. What crews,
    money and seasons forbid besides is left to the search.

    Raises
    ------
    ValueError
        Where a wish names a work that is not in the plan.
    """
    if any(not 0 <= wish.work < len(plan.works) for wish in wishes):
        raise ValueError("a wish names a work that is not in the plan")
    translation = translate(plan, rules, options or Options())
    return _shortest_circle(_edges(translation, wishes), len(plan.works))


def _edges(translation: Translation, wishes: Sequence[Wish]) -> list[_Edge]:
    problem, calendar, links = translation.problem, translation.calendar, translation.links
    edges: list[_Edge] = []
    for link in problem.links:
        offset = (int(problem.duration[link.before]) if link.from_finish else 0) - (
            int(problem.duration[link.after]) if link.to_finish else 0
        )
        bound = Bound(before=link.before, after=link.after, rule=links.sources[int(links.source[link.key])])
        if link.least > -FAR:
            edges.append(_Edge(link.before, link.after, link.least + offset, bound))
        if link.most < FAR:
            edges.append(_Edge(link.after, link.before, -link.most - offset, bound))
    touched = {edge.source for edge in edges} | {edge.target for edge in edges} | {wish.work for wish in wishes}
    for i in sorted(touched):
        if not problem.movable[i]:
            at = int(problem.start[i])
            edges += [_Edge(-1, i, at, Bound(fixed=i)), _Edge(i, -1, -at, Bound(fixed=i))]
    for wish in wishes:
        if wish.not_before is not None:
            edges.append(_Edge(-1, wish.work, _index(calendar, wish.not_before), Bound(wish=wish)))
        if wish.finished_by is not None:
            last = _index(calendar, wish.finished_by) - int(problem.duration[wish.work])
            edges.append(_Edge(wish.work, -1, -last, Bound(wish=wish)))
    return edges


def _index(calendar: Calendar, day: int) -> int:
    """Return the working day of a wish; a day beyond the calendar asks no more than its end does."""
    return int(calendar.index(min(max(day, calendar.first), calendar.first + len(calendar.working))))


def _shortest_circle(edges: Sequence[_Edge], size: int) -> list[Bound]:
    """Return the members of a positive circle with the fewest edges.

    Longest walks by number of edges, from every edge's source at once per source that a wish or time zero touches:
    a circle that contradicts wishes passes time zero, one of lags alone any of its works.
    """
    if not edges:
        return []
    source = np.array([edge.source + 1 for edge in edges])
    target = np.array([edge.target + 1 for edge in edges])
    least = np.array([edge.least for edge in edges], np.int64)
    nodes = size + 1
    best: list[int] | None = None
    for origin in [0, *sorted(set(source.tolist()) - {0})]:
        limit = len(best) - 1 if best else min(nodes, len(edges))
        walk = _positive_walk(origin, source, target, least, nodes, limit)
        if walk is not None:
            best = walk
        if origin == 0 and best is not None:
            break
    members: list[Bound] = []
    for k in best or []:
        if edges[k].bound not in members:
            members.append(edges[k].bound)
    return members


def _positive_walk(
    origin: int, source: np.ndarray, target: np.ndarray, least: np.ndarray, nodes: int, limit: int
) -> list[int] | None:
    """Return the edges of the shortest positive walk from ``origin`` back to it, or None within ``limit`` edges."""
    unreached = np.iinfo(np.int64).min // 4
    length = np.full(nodes, unreached)
    length[origin] = 0
    came: list[np.ndarray] = []
    for _ in range(limit):
        reach = length[source] + least
        following = np.full(nodes, unreached)
        np.maximum.at(following, target, reach)
        by = np.full(nodes, -1)
        hits = np.flatnonzero((reach == following[target]) & (reach > unreached // 2))
        by[target[hits[::-1]]] = hits[::-1]
        came.append(by)
        if following[origin] > 0 and by[origin] >= 0:
            return _traced(origin, came, source)
        if (following <= unreached // 2).all():
            return None
        length = following
    return None


def _traced(origin: int, came: Sequence[np.ndarray], source: np.ndarray) -> list[int]:
    walk, node = [], origin
    for by in reversed(came):
        edge = int(by[node])
        walk.append(edge)
        node = int(source[edge])
    return walk[::-1]


def contradiction_sentence(bounds: Sequence[Bound], plan: Plan, rules: Sequence[Rule], lang: Lang) -> str:
    """Say which wishes cannot go together, and what stands between them."""
    if not bounds:
        return "Deze wensen gaan samen." if lang is Lang.NL else "These wishes go together."
    parts = [_bound_text(bound, plan, rules, lang) for bound in bounds]
    head = "Dit gaat niet samen: " if lang is Lang.NL else "These cannot go together: "
    return head + "; ".join(parts) + "."


def _bound_text(bound: Bound, plan: Plan, rules: Sequence[Rule], lang: Lang) -> str:
    nl = lang is Lang.NL
    if bound.wish is not None:
        work = wording.work(plan, bound.wish.work)
        if bound.wish.finished_by is not None:
            day = wording.last_day(bound.wish.finished_by, lang)
            return f"{work} is uiterlijk {day} klaar" if nl else f"{work} is finished by {day}"
        day = wording.date(int(bound.wish.not_before or 0), lang)
        return f"{work} begint niet voor {day}" if nl else f"{work} does not start before {day}"
    if bound.fixed is not None:
        work = wording.work(plan, bound.fixed)
        began = wording.date(int(plan.works.start[bound.fixed]), lang)
        return f"{work} ligt vast vanaf {began}" if nl else f"{work} is fixed from {began}"
    before, after = wording.work(plan, bound.before or 0), wording.work(plan, bound.after or 0)
    titles = {rule.id: rule.title[lang] for rule in rules} | {STATED: "afspraak" if nl else "agreement"}
    order = f"{before} gaat voor {after}" if nl else f"{before} goes before {after}"
    return f"{order} ({titles.get(bound.rule or '', bound.rule)})"
