"""What is said of works that follow others, and of what breaks because one cannot follow, in Dutch and English."""

from __future__ import annotations

from collections.abc import Mapping

from planning.sequencing.links import STATED
from planning.sequencing.plan import Plan
from planning.sequencing.ripple import Break, Push, Ripple
from planning.sequencing.rules import wording
from planning.sequencing.rules.base import Lang

AGREEMENT = {Lang.NL: "afspraak", Lang.EN: "agreement"}


def push_sentence(push: Push, ripple: Ripple, now: Plan, titles: Mapping[str, str], lang: Lang) -> str:
    """Say how far a work moves and what moves it.

    Parameters
    ----------
    push, ripple
        The work, and what it is part of.
    now
        The plan before.
    titles
        What rules are called, by their identity.
    """
    shift = push.start - int(now.works.start[push.work])
    moved = _moved(shift or push.finish - int(now.works.finish[push.work]), lang)
    if push.link < 0:
        return f"{wording.work(now, push.work)}: {moved}."
    other = _other(ripple, push.link, push.work)
    title = _title(ripple, push.link, titles, lang)
    works = ripple.plan.works
    name = wording.work(now, other)
    if works.start[other] <= works.start[push.work]:
        ended = wording.last_day(int(works.finish[other]), lang)
        because = (
            f"omdat {name} dan tot en met {ended} duurt" if lang is Lang.NL else f"as {name} then lasts to {ended}"
        )
    else:
        because = f"om aan te sluiten op {name}" if lang is Lang.NL else f"to stay in step with {name}"
    return f"{wording.work(now, push.work)}: {moved}, {because} ({title})."


def break_sentence(gone: Break, ripple: Ripple, titles: Mapping[str, str], lang: Lang) -> str:
    """Say which order no longer holds, and who would have to move how far."""
    plan, row = ripple.plan, gone.link
    before, after = int(ripple.links.before[row]), int(ripple.links.after[row])
    title = _title(ripple, row, titles, lang)
    span = wording.weeks(gone.days, lang)
    if lang is Lang.NL:
        return (
            f"{wording.work(plan, before)} en {wording.work(plan, after)} passen niet meer ({title}): "
            f"{plan.works.name[gone.work]} zou {span} later moeten."
        )
    return (
        f"{wording.work(plan, before)} and {wording.work(plan, after)} no longer fit ({title}): "
        f"{plan.works.name[gone.work]} would have to be {span} later."
    )


def _moved(days: int, lang: Lang) -> str:
    later = {Lang.NL: ("later", "eerder"), Lang.EN: ("later", "earlier")}[lang][days < 0]
    return f"{wording.weeks(abs(days), lang)} {later}"


def _other(ripple: Ripple, row: int, work: int) -> int:
    before, after = int(ripple.links.before[row]), int(ripple.links.after[row])
    return before if after == work else after


def _title(ripple: Ripple, row: int, titles: Mapping[str, str], lang: Lang) -> str:
    source = ripple.links.sources[int(ripple.links.source[row])]
    return AGREEMENT[lang] if source == STATED else titles.get(source, source)
