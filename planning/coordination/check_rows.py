"""A check of other dates as plain values, ready for JSON and for templates, in the language of the page."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict
from typing import Any

from django.utils.translation import gettext as _

from planning.coordination.checking import Checked
from planning.coordination.models import Finding
from planning.coordination.plan_figures import PlanFigures
from planning.coordination.present import Present
from planning.coordination.rows import page_language
from planning.sequencing.consequences import break_sentence, push_sentence
from planning.sequencing.plan import Plan, to_date
from planning.sequencing.ripple import Break, Push, Ripple
from planning.sequencing.rules import wording
from planning.sequencing.rules.base import Found, RuleKind

Row = dict[str, Any]


def check_row(checked: Checked, present: Present, own: Collection[int]) -> Row:
    """Return all that a check says; one query, for the identities of findings that are kept.

    ``own`` are the organisations whose works the reader may change.
    """
    kept = dict(Finding.objects.filter(key__in=[*checked.changed, *checked.gone]).values_list("key", "pk"))
    plan, now = checked.ripple.plan, present.plan
    return {
        "findings": {
            "new": [found_row(present, plan, key, found) for key, found in checked.new.items()],
            "changed": [found_row(present, plan, key, found, kept.get(key)) for key, found in checked.changed.items()],
            "gone": [found_row(present, now, key, found, kept.get(key)) for key, found in checked.gone.items()],
        },
        "moves": move_rows(checked.ripple, present, own),
        "breaks": [
            *(_break_row(gone, checked, present) for gone in checked.ripple.breaks),
            *(_late_row(work, checked, present) for work in checked.too_late),
        ],
        "owners": owners_row(checked, present, own),
        "figures": {"before": figures_row(checked.before), "after": figures_row(checked.after)},
    }


def found_row(present: Present, plan: Plan, key: str, found: Found, pk: int | None = None) -> Row:
    """Return what a rule found in a plan; ``pk`` is its identity where it is kept."""
    lang = page_language()
    rule = present.rule(found.rule)
    kind = Finding.Kind.OPPORTUNITY if rule.kind is RuleKind.OPPORTUNITY else Finding.Kind.CONFLICT
    return {
        "id": pk,
        "key": key,
        "rule": found.rule,
        "title": rule.title[lang],
        "kind": kind.value,
        "kind_label": str(kind.label),
        "severity": int(found.severity),
        "severity_label": str(Finding.Severity(int(found.severity)).label),
        "sentence": rule.sentence(found, plan, lang),
        "start": to_date(found.start).isoformat(),
        "finish": to_date(found.finish).isoformat(),
        "works": [int(plan.works.id[i]) for i in found.subjects],
    }


def move_rows(ripple: Ripple, present: Present, own: Collection[int]) -> list[Row]:
    """Return the works that move: from when to when, whose they are, and what moves them (none: it was asked)."""
    return [_move_row(push, ripple, present, own) for push in ripple.pushes]


def _move_row(push: Push, ripple: Ripple, present: Present, own: Collection[int]) -> Row:
    old, lang = present.plan.works, page_language()
    return {
        **work_row(push.work, present, own),
        "start": to_date(push.start).isoformat(),
        "finish": to_date(push.finish).isoformat(),
        "old_start": to_date(int(old.start[push.work])).isoformat(),
        "old_finish": to_date(int(old.finish[push.work])).isoformat(),
        "follows": push.link >= 0,
        "sentence": push_sentence(push, ripple, present.plan, titles(present), lang),
    }


def work_row(work: int, present: Present, own: Collection[int]) -> Row:
    """Return a work (position) by name, and whose it is."""
    works = present.plan.works
    owner = present.owners[int(works.owner[work])]
    return {
        "work": int(works.id[work]),
        "name": works.name[work],
        "owner": owner.slug,
        "owner_name": owner.name,
        "own": owner.pk in own,
    }


def owners_row(checked: Checked, present: Present, own: Collection[int]) -> list[Row]:
    """Return whose works move or break, with how many of each."""
    broken: dict[int, set[int]] = {}
    for gone in checked.ripple.breaks:
        broken.setdefault(int(present.plan.works.owner[gone.work]), set()).add(gone.work)
    moved: dict[int, set[int]] = {}
    for push in checked.ripple.pushes:
        moved.setdefault(int(present.plan.works.owner[push.work]), set()).add(push.work)
    rows = [
        {
            "owner": present.owners[pk].slug,
            "owner_name": present.owners[pk].name,
            "own": pk in own,
            "moves": len(moved.get(pk, ())),
            "breaks": len(broken.get(pk, ())),
        }
        for pk in {*moved, *broken}
    ]
    return sorted(rows, key=lambda row: (-row["moves"], row["owner"]))


def figures_row(figures: PlanFigures) -> Row:
    """Return figures as plain values; years as texts, for JSON has no other keys."""
    return {**asdict(figures), "budget": {str(year): amount for year, amount in figures.budget.items()}}


def titles(present: Present) -> Mapping[str, str]:
    """Return what the rules are called."""
    lang = page_language()
    return {rule.id: rule.title[lang] for rule in present.rules}


def _break_row(gone: Break, checked: Checked, present: Present) -> Row:
    links, ids = checked.ripple.links, present.plan.works.id
    before, after = int(links.before[gone.link]), int(links.after[gone.link])
    return {
        "works": [int(ids[before]), int(ids[after])],
        "work": int(ids[gone.work]),
        "rule": links.sources[int(links.source[gone.link])],
        "days": gone.days,
        "sentence": break_sentence(gone, checked.ripple, titles(present), page_language()),
    }


def _late_row(work: int, checked: Checked, present: Present) -> Row:
    works = checked.ripple.plan.works
    days = int(works.finish[work]) - int(works.latest_finish[work])
    said = _("%(work)s eindigt na %(latest)s, het uiterste dat de eigenaar opgaf.")
    latest = wording.last_day(int(works.latest_finish[work]), page_language())
    return {
        "works": [int(works.id[work])],
        "work": int(works.id[work]),
        "rule": "latest_finish",
        "days": days,
        "sentence": said % {"work": wording.work(present.plan, work), "latest": latest},
    }
