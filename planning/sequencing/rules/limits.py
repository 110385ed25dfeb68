"""What owners and neighbours can bear at a time: crews, money, nuisance."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from planning.sequencing.kinds import Kind
from planning.sequencing.nuisance import nuisance_index
from planning.sequencing.plan import NOBODY, Index, Plan, to_day
from planning.sequencing.rules import wording
from planning.sequencing.rules.base import Found, Lang, Limit, Parameter, Rule, RuleKind, Severity, YearLimit
from planning.sequencing.rules.selection import movable, of_kind


@dataclass(frozen=True)
class Peak:
    """A stretch of time in which works ask for more than there is: days, the most asked, and who asks.

    ``opener`` is the work whose start makes it too much: the stretch is known again by it when others come or go.
    """

    start: int
    finish: int
    asked: int
    works: tuple[int, ...]
    opener: int


def peaks(plan: Plan, limit: Limit) -> Iterator[Peak]:
    """Yield each unbroken stretch in which the works of a limit ask for more than its capacity."""
    works = plan.works
    at = limit.works
    moments = np.concatenate([works.start[at], works.finish[at]])
    change = np.concatenate([limit.demand, -limit.demand])
    order = np.lexsort((change, moments))
    moments, use = moments[order], np.cumsum(change[order])
    over = use > limit.capacity
    if not over.any():
        return
    edges = np.flatnonzero(np.diff(np.concatenate([[False], over, [False]]).astype(np.int8)))
    for begin, end in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        start, finish = int(moments[begin]), int(moments[end])
        if start == finish:
            continue
        active = at[(works.start[at] < finish) & (works.finish[at] > start)]
        opener = int(at[order[begin]])  # only a start makes it more, and starts come first in ``moments``
        yield Peak(start, finish, int(use[begin:end].max()), tuple(sorted(active.tolist())), opener)


def _still_open(plan: Plan, peak: Peak) -> bool:
    """Return whether the peak is to come and some of its works can still move."""
    return peak.finish > plan.today and bool(movable(plan.works)[list(peak.works)].any())


class Capacity(Rule):
    """An owner's crews of a kind are asked for more than they are."""

    id = "capacity"
    shares = True
    kind = RuleKind.CONFLICT
    severity = Severity.WARNING
    title = {Lang.NL: "Te weinig ploegen", Lang.EN: "Too few crews"}

    def limits(self, plan: Plan) -> Iterator[Limit]:
        """Yield one limit per owner and kind of which crews are known."""
        works, crews = plan.works, plan.crews
        for owner, kind, number in zip(crews.owner.tolist(), crews.kind.tolist(), crews.number.tolist(), strict=True):
            at = np.flatnonzero((works.owner == owner) & of_kind(works, {list(Kind)[kind]})).astype(np.int32)
            label = {lang: str(number) for lang in Lang}
            yield Limit(at, np.ones(len(at), np.int32), number, label)

    def find(self, plan: Plan) -> Iterator[Found]:
        """Yield the stretches in which an owner has more works than crews."""
        for limit in self.limits(plan):
            for peak in peaks(plan, limit):
                if _still_open(plan, peak):
                    facts = {"asked": peak.asked, "crews": limit.capacity}
                    yield Found(
                        self.id, peak.works, peak.start, peak.finish, self.severity, facts=facts,
                        anchor=(peak.opener,),
                    )  # fmt: skip

    def sentence(self, found: Found, plan: Plan, lang: Lang) -> str:
        """Say how many works run at once for how many crews."""
        owner = plan.works.owner_name[found.subjects[0]]
        names = wording.some([f"“{plan.works.name[i]}”" for i in found.subjects], lang)
        began, ended = wording.date(found.start, lang), wording.last_day(found.finish, lang)
        asked, crews = found.facts["asked"], found.facts["crews"]
        if lang is Lang.EN:
            have, need = wording.counted(crews, "crew", "crews"), wording.counted(asked, "work", "works")
            return f"{owner} has {have} for {need} at the same time between {began} and {ended}: {names}. Spread them."
        have, need = wording.counted(crews, "ploeg", "ploegen"), wording.counted(asked, "werk", "werken")
        return f"{owner} heeft {have} voor {need} tegelijk tussen {began} en {ended}: {names}. Spreid ze."


class Budget(Rule):
    """An owner's spending in a year exceeds its budget; a work counts in the year in which it starts."""

    id = "budget"
    shares = True
    kind = RuleKind.CONFLICT
    severity = Severity.WARNING
    title = {Lang.NL: "Boven het jaarbudget", Lang.EN: "Over the year's budget"}

    def year_limits(self, plan: Plan) -> Iterator[YearLimit]:
        """Yield one limit per owner and year of which the budget is known."""
        works, budgets = plan.works, plan.budgets
        active = of_kind(works, set(Kind))
        for owner, year, amount in zip(
            budgets.owner.tolist(), budgets.year.tolist(), budgets.amount.tolist(), strict=True
        ):
            at = np.flatnonzero((works.owner == owner) & (works.budget > 0) & active).astype(np.int32)
            first, after = to_day(dt.date(year, 1, 1)), to_day(dt.date(year + 1, 1, 1))
            yield YearLimit(at, works.budget[at], first, after, amount)

    def find(self, plan: Plan) -> Iterator[Found]:
        """Yield years in which works cost more than the owner has."""
        works = plan.works
        for limit in self.year_limits(plan):
            inside = (works.start[limit.works] >= limit.first) & (works.start[limit.works] < limit.after)
            at = limit.works[inside]
            cost = float(limit.amount[inside].sum())
            if cost > limit.capacity and limit.after > plan.today and movable(works)[at].any():
                dearest = at[np.lexsort((at, -works.budget[at]))]
                facts = {"cost": round(cost), "budget": round(limit.capacity)}
                subjects = tuple(dearest.tolist())
                # A work counts in one year only, so the dearest tells owner and year.
                yield Found(
                    self.id, subjects, limit.first, limit.after, self.severity, facts=facts, anchor=subjects[:1]
                )

    def sentence(self, found: Found, plan: Plan, lang: Lang) -> str:
        """Say how much too much it is, and the dearest works."""
        owner, year = plan.works.owner_name[found.subjects[0]], wording.year(found.start)
        names = wording.listed([f"“{plan.works.name[i]}”" for i in found.subjects[:3]], lang)
        cost, budget = wording.money(found.facts["cost"], lang), wording.money(found.facts["budget"], lang)
        if lang is Lang.EN:
            return (
                f"The works of {owner} that start in {year} cost {cost}, over the budget of {budget}: move one of the"
                f" dearest, such as {names}."
            )
        return (
            f"De werken van {owner} die in {year} beginnen kosten {cost}, boven het budget van {budget}: schuif een"
            f" van de duurste, zoals {names}."
        )


class NuisanceCap(Rule):
    """One buurt bears no more nuisance in a week than its people can stand."""

    id = "nuisance-cap"
    shares = True
    kind = RuleKind.CONFLICT
    severity = Severity.WARNING
    title = {Lang.NL: "Te veel hinder tegelijk", Lang.EN: "Too much nuisance at once"}
    parameters = {
        "cap": Parameter(
            25.0,
            "",
            "own choice: five heavy works in one buurt at a time",
            {Lang.NL: "hinder per buurt en week", Lang.EN: "nuisance per buurt and week"},
        ),
    }

    def limits(self, plan: Plan) -> Iterator[Limit]:
        """Yield one limit per buurt in which works make nuisance."""
        index = nuisance_index(plan.works)
        bothering = np.flatnonzero((index > 0) & (plan.works.buurt != NOBODY)).astype(np.int32)
        order = bothering[np.argsort(plan.works.buurt[bothering], kind="stable")]
        cap = int(self.number("cap"))
        for at in _split(order, plan.works.buurt[order]):
            if index[at].sum() > cap:
                yield Limit(at, index[at], cap, {lang: str(cap) for lang in Lang})

    def find(self, plan: Plan) -> Iterator[Found]:
        """Yield the stretches in which a buurt bears too much."""
        for limit in self.limits(plan):
            for peak in peaks(plan, limit):
                if _still_open(plan, peak):
                    facts = {"sum": peak.asked, "cap": limit.capacity}
                    yield Found(
                        self.id, peak.works, peak.start, peak.finish, self.severity, facts=facts,
                        anchor=(peak.opener,),
                    )  # fmt: skip

    def sentence(self, found: Found, plan: Plan, lang: Lang) -> str:
        """Say how much comes together, and of whom."""
        names = wording.some([wording.work(plan, i) for i in found.subjects], lang)
        began, ended = wording.date(found.start, lang), wording.last_day(found.finish, lang)
        total, cap = found.facts["sum"], found.facts["cap"]
        if lang is Lang.EN:
            return (
                f"One buurt bears nuisance {total} between {began} and {ended}, over the cap of {cap}: {names}. Spread"
                " them."
            )
        return (
            f"Eén buurt krijgt tussen {began} en {ended} hinder {total} te verduren, meer dan de grens van {cap}:"
            f" {names}. Spreid ze."
        )


def _split(order: Index, keys: NDArray[np.int64]) -> list[Index]:
    """Split positions where their key, in ascending order, changes."""
    return np.split(order, np.flatnonzero(np.diff(keys)) + 1) if len(order) else []


RULES: tuple[type[Rule], ...] = (Capacity, Budget, NuisanceCap)
