"""A better sequence in words and figures: what a planner reads out in a meeting, and what other tools take in."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from geo.models import Wijk
from planning.coordination.near_addresses import NEAR_M
from planning.coordination.resequencing import BetterSequence
from planning.coordination.trends import BeforeAfter, fallow_before_after, nuisance_before_after
from planning.sequencing.plan import to_date
from planning.sequencing.resequencing.explain import Change
from planning.sequencing.resequencing.options import Goal
from planning.sequencing.resequencing.sentences import change_sentences
from planning.sequencing.rules import wording
from planning.sequencing.rules.base import Lang, Severity

ENOUGH_PERCENT = 1
"""A gap to the bound of under so many percent is said to be next to nothing."""

GOAL_NAMES = {
    Goal.BROKEN: {Lang.NL: "wat niet kan", Lang.EN: "what cannot be"},
    Goal.FALLOW: {Lang.NL: "braakliggende grond", Lang.EN: "fallow ground"},
    Goal.TWICE: {Lang.NL: "grond die vaker open gaat", Lang.EN: "ground opened again"},
    Goal.NUISANCE: {Lang.NL: "hinder", Lang.EN: "nuisance"},
    Goal.CHANGE: {Lang.NL: "werken die schuiven", Lang.EN: "works that move"},
}


@dataclass(frozen=True)
class FigureRow:
    """One figure before and after; less is better for all of them."""

    key: str
    name: str
    before: float
    after: float

    @property
    def percent(self) -> int | None:
        """Return the change in percent, or None where there was nothing."""
        return round(100 * (self.after - self.before) / self.before) if self.before else None


@dataclass(frozen=True)
class ChangeRow:
    """One work with its old and new dates (``finish`` is the first day after) and what is to be said of it."""

    work: int
    name: str
    owner: str
    wijk: str
    start: dt.date
    finish: dt.date
    new_start: dt.date
    new_finish: dt.date
    fallow_dwelling_weeks: float
    sentences: Sequence[str]


@dataclass(frozen=True)
class Report:
    """All that is to be said of a better sequence.

    Parameters
    ----------
    headline
        What it comes to, in sentences.
    figures
        Before and after.
    changes
        By wijk, the largest win first within it.
    remaining
        What stays a serious clash, in sentences.
    fallow, nuisance
        Fallow dwelling-weeks per year, and the weeks of the address that now bears most (None where nobody does).
    """

    title: str
    today: dt.date
    lang: Lang
    headline: Sequence[str]
    figures: Sequence[FigureRow]
    changes: Sequence[ChangeRow]
    remaining: Sequence[str]
    fallow: BeforeAfter
    nuisance: BeforeAfter | None


def make_report(better: BetterSequence, lang: Lang) -> Report:
    """Return what is to be said of a better sequence, in one language; one query, for the names of wijken."""
    names = dict(Wijk.objects.values_list("pk", "name"))
    wijken = better.options.wijken
    of = "Assen" if wijken is None else ", ".join(sorted(names[pk] for pk in wijken))
    rows = [_row(change, better, names, lang) for change in better.changes]
    plan = better.answer.plan
    serious = [found for found in better.remaining if found.severity >= Severity.SERIOUS]
    rules = {rule.id: rule for rule in better.rules}
    return Report(
        title=f"Een betere volgorde voor {of}" if lang is Lang.NL else f"A better sequence for {of}",
        today=to_date(plan.today),
        lang=lang,
        headline=_headline(better, lang),
        figures=_figures(better, lang),
        changes=sorted(rows, key=lambda row: row.wijk),
        remaining=[rules[found.rule].sentence(found, plan, lang) for found in serious],
        fallow=fallow_before_after(better.answer.present, plan, wijken),
        nuisance=nuisance_before_after(better.near, better.answer.present, plan),
    )


def number(value: float, lang: Lang) -> str:
    """Return a whole number with the thousands marked."""
    text = f"{value:,.0f}"
    return text.replace(",", ".") if lang is Lang.NL else text


def _row(change: Change, better: BetterSequence, wijken: dict[int, str], lang: Lang) -> ChangeRow:
    old, new, i = better.answer.present.works, better.answer.plan.works, change.work
    return ChangeRow(
        work=int(new.id[i]),
        name=new.name[i],
        owner=new.owner_name[i],
        wijk=wijken.get(int(new.wijk[i]), "-"),
        start=to_date(int(old.start[i])),
        finish=to_date(int(old.finish[i])),
        new_start=to_date(int(new.start[i])),
        new_finish=to_date(int(new.finish[i])),
        fallow_dwelling_weeks=round(change.fallow_dwelling_weeks, 1),
        sentences=change_sentences(change, better.answer.present, better.answer.plan, better.rules, lang),
    )


def _figures(better: BetterSequence, lang: Lang) -> list[FigureRow]:
    before, after = better.answer.before, better.answer.after
    nuisance = better.nuisance.change
    nl = lang is Lang.NL
    return [
        FigureRow("hard", "Kan niet: harde regels gebroken" if nl else "Hard rules broken", before.hard, after.hard),
        FigureRow(
            "fallow_dwelling_weeks", "Braak: woningweken" if nl else "Fallow dwelling-weeks",
            round(before.fallow_dwelling_weeks), round(after.fallow_dwelling_weeks),
        ),
        FigureRow(
            "opened_again", "Grond vaker open dan nodig" if nl else "Ground opened again",
            before.opened_again, after.opened_again,
        ),
        FigureRow("conflicts", "Andere botsingen" if nl else "Other clashes", before.conflicts, after.conflicts),
        FigureRow(
            "nuisance_peak", "Hinder: drukste week van de zwaarst belaste buurt" if nl
            else "Nuisance: worst week of the worst-off buurt", before.nuisance_peak, after.nuisance_peak,
        ),
        FigureRow(
            "nuisance_address", "Hinder: drukste week van het zwaarst belaste adres" if nl
            else "Nuisance: worst week of the worst-off address", nuisance.peak_before, nuisance.peak_after,
        ),
    ]  # fmt: skip


def _headline(better: BetterSequence, lang: Lang) -> list[str]:
    answer, nl = better.answer, lang is Lang.NL
    moved = len(answer.moved)
    if moved == 0:
        stays = "De planning blijft zoals zij is: " if nl else "The plan stays as it is: "
        return [stays + _why_nothing(better, lang)]
    owners = Counter(answer.plan.works.owner_name[i] for i in answer.moved.tolist())
    asked = [f"{name} {count}" for name, count in owners.most_common()]
    before, after = answer.before, answer.after
    said = [
        f"{_who_moves(better.movable, moved, lang)} ({wording.some(asked, lang)}); "
        + ("wat vastligt of al loopt, blijft staan." if nl else "what is committed or under way stays.")
    ]
    if before.hard or after.hard:
        said.append(
            f"Wat volgens de regels niet kan, gaat van {before.hard} naar {after.hard}."
            if nl
            else f"What the rules forbid goes from {before.hard} to {after.hard}."
        )
    old, new = before.fallow_dwelling_weeks, after.fallow_dwelling_weeks
    if round(old) != round(new):
        percent = round(100 * abs(new - old) / max(old, new, 1))
        less = ("minder" if new < old else "meer") if nl else ("less" if new < old else "more")
        said.append(
            f"Braakliggende grond gaat van {number(old, lang)} naar {number(new, lang)} woningweken, {percent}% {less}."
            if nl
            else f"Fallow ground goes from {number(old, lang)} to {number(new, lang)} dwelling-weeks,"
            f" {percent}% {less}."
        )
    return [*said, *_who_bears(better, lang), _how_good(better, lang)]


def _who_moves(movable: int, moved: int, lang: Lang) -> str:
    if movable == 1:
        only = (
            "Het enige werk dat nog kan schuiven krijgt andere data",
            "The only work that can still move gets other dates",
        )
        return only[lang is Lang.EN]
    if lang is Lang.EN:
        return f"Of the {movable} works that can still move, {moved} {'gets' if moved == 1 else 'get'} other dates"
    gets = "krijgt" if moved == 1 else "krijgen"
    return f"Van de {movable} werken die nog kunnen schuiven {gets} er {moved} andere data"


def _why_nothing(better: BetterSequence, lang: Lang) -> str:
    if better.movable == 0:
        none = "geen enkel werk kan nog schuiven.", "no work can still move."
        return none[lang is Lang.EN]
    best = (
        "binnen deze grenzen kan het niet beter, dat is bewezen.",
        "within these limits it cannot be better, that is proven.",
    )
    unsure = (
        "in deze tijd is niets beters gevonden; zoek langer met meer seconden.",
        "nothing better was found in this time; search longer with more seconds.",
    )
    return (best if better.answer.proven else unsure)[lang is Lang.EN]


def _who_bears(better: BetterSequence, lang: Lang) -> list[str]:
    """Say what it does to who lives near: the worst-off address, not only the mean."""
    nuisance = better.nuisance
    change = nuisance.change
    if change.better == 0 and change.worse == 0:
        return []
    nl, near = lang is Lang.NL, f"{NEAR_M:.0f}"
    said = [
        f"Adressen binnen {near} meter van werk: {nuisance.addresses}. Met minder hinder tegelijk: {change.better};"
        f" met meer: {change.worse}."
        if nl
        else f"Addresses within {near} metres of works: {nuisance.addresses}. With less nuisance at once:"
        f" {change.better}; with more: {change.worse}."
    ]
    if nuisance.worst is not None:
        said.append(
            f"Het meest gaat {nuisance.worst} erop achteruit: in de drukste week van {change.worst_before} naar"
            f" {change.worst_after} (elk werk telt 0 tot 5)."
            if nl
            else f"{nuisance.worst} loses most: in its worst week from {change.worst_before} to {change.worst_after}"
            " (each work counts 0 to 5)."
        )
    return said


def _how_good(better: BetterSequence, lang: Lang) -> str:
    answer, nl = better.answer, lang is Lang.NL
    gaps = {goal: round(100 * answer.gap(goal)) for goal in better.options.goals if answer.gap(goal) > 0}
    if not gaps:
        return (
            "Binnen de grenzen die gesteld zijn kan het niet beter: dat is bewezen."
            if nl
            else "Within the limits that were set it cannot be better: that is proven."
        )
    parts = [
        f"{GOAL_NAMES[goal][lang]} {'minder dan 1' if gap < ENOUGH_PERCENT else gap}%"
        if nl
        else f"{GOAL_NAMES[goal][lang]} {'under 1' if gap < ENOUGH_PERCENT else gap}%"
        for goal, gap in gaps.items()
    ]
    return (
        f"Langer zoeken kan hooguit nog winnen op: {wording.listed(parts, lang)}."
        if nl
        else f"Searching longer can at most still win on: {wording.listed(parts, lang)}."
    )


def timeline(report: Report) -> tuple[dt.date, dt.date]:
    """Return the first and last day that the changes span, for drawing bars."""
    days = [day for row in report.changes for day in (row.start, row.finish, row.new_start, row.new_finish)]
    return (min(days), max(days)) if days else (report.today, report.today)


def share(day: dt.date, first: dt.date, last: dt.date) -> float:
    """Return where ``day`` stands between two days, 0 to 100."""
    return float(np.clip(100 * (day - first).days / max(1, (last - first).days), 0, 100))
