"""Why each date is what it is, and what each change wins and costs, in sentences to read out in a meeting."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from planning.sequencing.detection import recheck
from planning.sequencing.links import STATED
from planning.sequencing.neighbourhood import Neighbourhoods
from planning.sequencing.plan import Plan
from planning.sequencing.resequencing.figures import fallow_dwelling_weeks
from planning.sequencing.resequencing.options import Options
from planning.sequencing.resequencing.resequence import Answer
from planning.sequencing.resequencing.translate import Translation, translate
from planning.sequencing.rules import wording
from planning.sequencing.rules.base import Found, Lang, Rule


class Holds(StrEnum):
    """What keeps a work from starting one working day earlier."""

    LINK = "link"
    SEASON = "season"
    WINDOW = "window"
    LIMIT = "limit"
    FIXED = "fixed"
    CHOICE = "choice"


@dataclass(frozen=True)
class Reason:
    """Why a work starts when it does.

    ``other`` is the position of the work that holds it, ``rule`` the rule that says so; None where neither does.
    """

    work: int
    holds: Holds
    other: int | None = None
    rule: str | None = None


@dataclass(frozen=True)
class Change:
    """A work that gets other dates: why then, and what would be lost and won by leaving it where it was.

    ``wins`` are findings that come back when only this work goes back, ``costs`` those that then go away, and
    ``fallow_dwelling_weeks`` what fallow ground it saves (negative: costs).
    """

    work: int
    reason: Reason
    wins: tuple[Found, ...]
    costs: tuple[Found, ...]
    fallow_dwelling_weeks: float


def reasons(answer: Answer, rules: Sequence[Rule], options: Options) -> list[Reason]:
    """Return for every work that may move what binds its start in the answer."""
    translation = translate(answer.plan, rules, options)
    return [_reason(translation, i) for i in np.flatnonzero(translation.problem.movable).tolist()]


def _reason(translation: Translation, i: int) -> Reason:
    """Try the working day before, and return the first thing that forbids it."""
    problem, links = translation.problem, translation.links
    start = problem.start.copy()
    start[i] -= 1
    for link in problem.links:
        if link.after == i and problem.holds(link, problem.start) and not problem.holds(link, start):
            return Reason(i, Holds.LINK, link.before, links.sources[int(links.source[link.key])])
    for limit in problem.limits:
        if i in limit.members and _asked(limit.members, limit.demand, start, problem.duration, int(start[i])) > (
            limit.capacity
        ):
            return Reason(i, Holds.LIMIT)
    if start[i] not in problem.allowed[i]:
        later = problem.allowed[i][problem.allowed[i] < start[i]]
        return Reason(i, Holds.SEASON if len(later) else Holds.WINDOW)
    return Reason(i, Holds.CHOICE)


def _asked(members: Sequence[int], demand: Sequence[int], start: np.ndarray, duration: np.ndarray, moment: int) -> int:
    at = np.array(members)
    active = (start[at] <= moment) & (start[at] + duration[at] > moment)
    return int(np.array(demand)[active].sum())


def changes(answer: Answer, rules: Sequence[Rule], options: Options) -> list[Change]:
    """Return what each moved work wins and costs, the largest win of fallow ground first."""
    near = Neighbourhoods(answer.present)
    bound = {reason.work: reason for reason in reasons(answer, rules, options)}
    works = answer.plan.works
    fallow = fallow_dwelling_weeks(answer.plan)
    found = []
    for i in answer.moved.tolist():
        start, finish = works.start.copy(), works.finish.copy()
        start[i], finish[i] = answer.present.works.start[i], answer.present.works.finish[i]
        back = answer.plan.with_dates(start, finish)
        with_it, without = (
            {_key(f): f for f in recheck(plan, i, rules, near) if f.finish > plan.today} for plan in (answer.plan, back)
        )
        found.append(
            Change(
                i,
                bound.get(i, Reason(i, Holds.FIXED)),
                wins=tuple(f for key, f in without.items() if key not in with_it),
                costs=tuple(f for key, f in with_it.items() if key not in without),
                fallow_dwelling_weeks=fallow_dwelling_weeks(back) - fallow,
            )
        )
    return sorted(found, key=lambda change: (-change.fallow_dwelling_weeks, change.work))


def _key(found: Found) -> tuple[str, tuple[int, ...]]:
    return found.rule, tuple(sorted(found.anchor or found.subjects))


def reason_sentence(reason: Reason, plan: Plan, lang: Lang) -> str:
    """Say why a work starts on its day: "begint 4 mei 2027, omdat … op 1 mei klaar is"."""
    works = plan.works
    began = wording.date(int(works.start[reason.work]), lang)
    nl = lang is Lang.NL
    begins = f"Begint {began}" if nl else f"Starts {began}"
    if reason.holds is Holds.LINK and reason.other is not None:
        other = wording.work(plan, reason.other)
        ended = wording.last_day(int(works.finish[reason.other]), lang)
        why = (" (zo is afgesproken)" if nl else " (as was agreed)") if reason.rule == STATED else ""
        return (
            f"{begins}, omdat {other} tot en met {ended} duurt{why}."
            if nl
            else f"{begins}, because {other} lasts until {ended}{why}."
        )
    texts = {
        Holds.SEASON: (
            "omdat het seizoen of de bouwvak eerder begin of einde niet toelaat",
            "because the season or the building holiday forbids an earlier start or finish",
        ),
        Holds.WINDOW: ("de eerste dag die mag", "the first day that is allowed"),
        Holds.LIMIT: (
            "omdat eerder de ploegen bezet zijn of de buurt te veel hinder krijgt",
            "because earlier the crews are taken or the buurt bears too much nuisance",
        ),
        Holds.CHOICE: (
            "eerder kan, maar levert niets op of wijkt meer af van de planning",
            "earlier is possible, but wins nothing or strays further from the plan",
        ),
        Holds.FIXED: ("want het ligt vast", "for it is fixed"),
        Holds.LINK: ("", ""),
    }
    return f"{begins}, {texts[reason.holds][0 if nl else 1]}."


def change_sentences(change: Change, answer: Answer, rules: Sequence[Rule], lang: Lang) -> list[str]:
    """Return what to say of one change: from when to when, why then, what it wins and what it costs."""
    before, after, i = answer.present.works, answer.plan.works, change.work
    nl = lang is Lang.NL
    titles = {rule.id: rule.title[lang] for rule in rules}
    shift = int(after.start[i]) - int(before.start[i])
    span = wording.weeks(abs(shift), lang)
    direction = ("later" if shift > 0 else "eerder") if nl else ("later" if shift > 0 else "earlier")
    old, new = wording.date(int(before.start[i]), lang), wording.date(int(after.start[i]), lang)
    said = [
        f"{wording.work(answer.plan, i)}: van {old} naar {new}, {span} {direction}."
        if nl
        else f"{wording.work(answer.plan, i)}: from {old} to {new}, {span} {direction}.",
        reason_sentence(change.reason, answer.plan, lang),
    ]
    wins = [_told(found, titles, answer.plan, i) for found in change.wins]
    if change.fallow_dwelling_weeks >= 1:
        homes = f"{change.fallow_dwelling_weeks:,.0f}".replace(",", "." if nl else ",")
        wins.insert(0, f"{homes} woningweken minder braak" if nl else f"{homes} fallow dwelling-weeks less")
    if wins:
        said.append(("Wint: " if nl else "Wins: ") + "; ".join(wins) + ".")
    costs = [_told(found, titles, answer.plan, i) for found in change.costs]
    if costs:
        said.append(("Kost: " if nl else "Costs: ") + "; ".join(costs) + ".")
    return said


def _told(found: Found, titles: dict[str, str], plan: Plan, but: int) -> str:
    others = [wording.work(plan, i) for i in found.subjects if i != but]
    return titles[found.rule] + (f" ({', '.join(others[:2])})" if others else "")
