"""What is said of a date and of a change, in Dutch and English, to be read out in a meeting."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from planning.sequencing.kinds import UNDERGROUND
from planning.sequencing.links import STATED
from planning.sequencing.plan import Plan
from planning.sequencing.resequencing.costs import Term
from planning.sequencing.resequencing.explain import Change, Holds, Reason
from planning.sequencing.rules import wording
from planning.sequencing.rules.base import Found, Lang, Rule

OTHERS_NAMED: Final = 2


BECAUSE: Final[Mapping[str, Mapping[Lang, str]]] = {
    "after": {
        Lang.NL: ", omdat {other} tot en met {ended} duurt{agreed}",
        Lang.EN: ", because {other} lasts until {ended}{agreed}",
    },
    "long after": {
        Lang.NL: ", omdat {other} tot en met {ended} duurt en er {span} tussen moet zitten{agreed}",
        Lang.EN: ", because {other} lasts until {ended} and {span} must lie between{agreed}",
    },
    "before": {
        Lang.NL: ": zo is het klaar voordat {other} op {began} begint{agreed}",
        Lang.EN: ": so it is ready before {other} starts on {began}{agreed}",
    },
    "tied": {
        Lang.NL: ", zodat het past bij {other} ({title})",
        Lang.EN: ", so that it fits {other} ({title})",
    },
    "season": {Lang.NL: ": {beside} geeft “{title}”", Lang.EN: ": {beside} means “{title}”"},
    "first day": {Lang.NL: ", de eerste dag die mag", Lang.EN: ", the first day that is allowed"},
    "last day": {Lang.NL: ", de laatste dag die mag", Lang.EN: ", the last day that is allowed"},
    "limit": {
        Lang.NL: ": {beside} zijn de ploegen bezet of krijgt de buurt te veel hinder",
        Lang.EN: ": {beside} the crews are taken or the buurt bears too much nuisance",
    },
    "fixed": {Lang.NL: ": dat ligt vast", Lang.EN: ": that is fixed"},
    "nothing": {Lang.NL: "; {beside} kan ook", Lang.EN: "; {beside} would do too"},
    "fallow, building": {
        Lang.NL: ": elke dag later ligt de grond van {other} langer braak",
        Lang.EN: ": each day later the ground of {other} lies fallow longer",
    },
    "fallow, demolition": {
        Lang.NL: ": elke dag eerder ligt de grond langer braak, tot {other} begint",
        Lang.EN: ": each day earlier the ground lies fallow longer, until {other} starts",
    },
    "apart": {
        Lang.NL: ": zo gaat de grond één keer open, samen met {other}",
        Lang.EN: ": so the ground is opened once, together with {other}",
    },
    "rest, digging": {
        Lang.NL: ": eerder zou het nieuwe oppervlak van {other} weer open moeten",
        Lang.EN: ": earlier the new surface of {other} would be opened again",
    },
    "rest, surface": {
        Lang.NL: ": later ligt het te kort voordat {other} de grond weer opent",
        Lang.EN: ": later it lies too short before {other} opens the ground again",
    },
    "meeting before": {
        Lang.NL: ": zo is het klaar voordat {other} er op {began} begint",
        Lang.EN: ": so it is ready before {other} starts there on {began}",
    },
    "meeting after": {
        Lang.NL: ": tot en met {ended} werkt {other} daar",
        Lang.EN: ": until {ended} {other} is at work there",
    },
    "wish": {
        Lang.NL: ": zo ligt de straat er op tijd na de bouw ({other})",
        Lang.EN: ": so the street follows the building in time ({other})",
    },
}
"""What binds a start, after "Begint 4 mei 2027"."""

_UNDERGROUND: Final = frozenset(kind.code for kind in UNDERGROUND)

BESIDE: Final = {
    Lang.NL: {False: "een dag eerder", True: "een dag later"},
    Lang.EN: {False: "a day earlier", True: "a day later"},
}
AGREED: Final = {Lang.NL: " (zo is het afgesproken)", Lang.EN: " (as was agreed)"}
STATED_TITLE: Final = {Lang.NL: "afspraak", Lang.EN: "agreement"}


def reason_sentence(reason: Reason, plan: Plan, rules: Sequence[Rule], lang: Lang) -> str:
    """Say why a work starts on its day: "Begint 4 mei 2027, omdat … tot en met 1 mei duurt"."""
    works, other = plan.works, reason.other
    named = other >= 0
    because = BECAUSE[_because(reason, plan)][lang].format(
        beside=BESIDE[lang][reason.later],
        other=wording.work(plan, other) if named else "",
        began=wording.date(int(works.start[other]), lang) if named else "",
        ended=wording.last_day(int(works.finish[other]), lang) if named else "",
        span=(wording.working_days if reason.rule == STATED else wording.weeks)(reason.days, lang),
        title=_titles(rules, lang).get(reason.rule, STATED_TITLE[lang]),
        agreed=AGREED[lang] if reason.rule == STATED else "",
    )
    begins = "Begint" if lang is Lang.NL else "Starts"
    return f"{begins} {wording.date(int(works.start[reason.work]), lang)}{because}."


def _because(reason: Reason, plan: Plan) -> str:
    """Return which text of ``BECAUSE`` a reason calls for."""
    works, work, other = plan.works, reason.work, reason.other
    if reason.holds is Holds.LINK:
        if not reason.later and works.start[other] <= works.start[work]:
            return "long after" if reason.days > 0 else "after"
        return "before" if reason.later and works.start[other] >= works.start[work] else "tied"
    if reason.holds is Holds.TERM:
        return _because_of_goal(reason, plan)
    if reason.holds is Holds.WINDOW:
        return "last day" if reason.later else "first day"
    return str(reason.holds)


def _because_of_goal(reason: Reason, plan: Plan) -> str:
    """Return which text of ``BECAUSE`` a goal calls for."""
    works, work, other = plan.works, reason.work, reason.other
    first = works.start[other] >= works.finish[work]
    if reason.term is Term.FALLOW:
        return "fallow, building" if reason.later else "fallow, demolition"
    if reason.term is Term.MEETING:
        return "meeting before" if first else "meeting after"
    if reason.term is Term.REST and reason.later:
        return "before" if first and works.kind[work] in _UNDERGROUND else "rest, surface"
    if reason.term is Term.REST:
        return "rest, digging" if works.kind[work] in _UNDERGROUND else "after"
    return str(reason.term)


def change_sentences(change: Change, present: Plan, plan: Plan, rules: Sequence[Rule], lang: Lang) -> list[str]:
    """Return what to say of one change: from when to when, why then, what it wins and what it costs."""
    nl = lang is Lang.NL
    titles, i = _titles(rules, lang), change.work
    said = [f"{wording.work(plan, i)}: {_shift(present, plan, i, lang)}."]
    # Of a promised date that somebody moved by hand nothing else says why.
    if change.reason.holds is not Holds.FIXED:
        said.append(reason_sentence(change.reason, plan, rules, lang))
    wins = [_told(found, titles, plan, i) for found in change.wins]
    costs = [_told(found, titles, plan, i) for found in change.costs]
    fallow = f"{abs(change.fallow_dwelling_weeks):,.0f}".replace(",", "." if nl else ",")
    if nl:
        weeks = "woningweek" if fallow == "1" else "woningweken"
    else:
        weeks = "fallow dwelling-week" if fallow == "1" else "fallow dwelling-weeks"
    if change.fallow_dwelling_weeks >= 1:
        wins.insert(0, f"{fallow} {weeks} braak" if nl else f"{fallow} {weeks}")
    if change.fallow_dwelling_weeks <= -1:
        costs.insert(0, f"{fallow} {weeks} meer braak" if nl else f"{fallow} {weeks} more")
    if wins:
        said.append(("Voorkomt: " if nl else "Prevents: ") + "; ".join(wins) + ".")
    if costs:
        said.append(("Daar staat tegenover: " if nl else "In return: ") + "; ".join(costs) + ".")
    return said


def _shift(present: Plan, plan: Plan, i: int, lang: Lang) -> str:
    """Say from when to when a work goes, by its start, or by its end where only that moves."""
    old, new, nl = present.works, plan.works, lang is Lang.NL
    by = int(new.start[i]) - int(old.start[i])
    if by:
        was, becomes = (wording.date(int(works.start[i]), lang) for works in (old, new))
        span = wording.weeks(abs(by), lang)
        if nl:
            return f"van {was} naar {becomes}, {span} {'later' if by > 0 else 'eerder'}"
        return f"from {was} to {becomes}, {span} {'later' if by > 0 else 'earlier'}"
    by = int(new.finish[i]) - int(old.finish[i])
    span, last = wording.weeks(abs(by), lang), wording.last_day(int(new.finish[i]), lang)
    if nl:
        return f"duurt {span} {'langer' if by > 0 else 'korter'}, tot en met {last}"
    return f"takes {span} {'longer' if by > 0 else 'less'}, until {last}"


def _titles(rules: Sequence[Rule], lang: Lang) -> Mapping[str, str]:
    return {rule.id: rule.title[lang] for rule in rules}


def _told(found: Found, titles: Mapping[str, str], plan: Plan, but: int) -> str:
    others = [wording.work(plan, i) for i in found.subjects if i != but]
    return titles[found.rule] + (f" ({', '.join(others[:OTHERS_NAMED])})" if others else "")
