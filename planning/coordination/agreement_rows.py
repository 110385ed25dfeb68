"""Scenarios, searches and proposals as plain values, as far as the reader may see them; ready for JSON and pages."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.conf import settings
from django.utils import timezone

from planning.coordination.models import Proposal, ProposalItem, ProposalPart, ScenarioDate, SequenceSearch
from planning.coordination.present import Present
from planning.coordination.proposals.applying import can_be_undone, is_overtaken
from planning.coordination.rows import page_language
from planning.sequencing.plan import to_date
from planning.sequencing.rules.base import Lang

Row = dict[str, Any]


def search_row(search: SequenceSearch, present: Present, heard: bool, *, told: bool) -> Row:
    """Return how far a search is and what it has found.

    ``heard`` is whether there is any worker; ``told`` whether the reader may read what was kept in words, see
    ``reads_reasons``.
    """
    lang = page_language()
    figures = dict(search.figures)
    words = {name: figures.pop(f"{name}_{lang.value}", []) for name in ("headline", "remaining")}
    if not told:
        words["remaining"] = []
    for other in Lang:
        for name in words:
            figures.pop(f"{name}_{other.value}", None)
    return {
        "id": search.pk,
        "scenario": search.scenario_id,
        "state": search.state,
        "state_label": str(search.get_state_display()),
        "ended": search.has_ended,
        "asked_at": search.asked_at,
        "started_at": search.started_at,
        "finished_at": search.finished_at,
        "seconds": search.options.get("seconds"),
        "silent_s": _silent(search),
        "worker": heard,
        "progress": search.progress,
        "figures": figures,
        **words,
        "reason": search.reason,
        "log": search.log,
        "dates": [
            {"work": int(pk), "start": to_date(start), "finish": to_date(finish)}
            for pk, (start, finish) in search.dates.items()
            if int(pk) in present.positions
        ],
    }


def _silent(search: SequenceSearch) -> int:
    """Return for how many seconds a running search was not heard, where that is longer than it should be."""
    if search.state != SequenceSearch.State.RUNNING or search.heard_at is None:
        return 0
    silent = (timezone.now() - search.heard_at).total_seconds()
    return round(silent) if silent > settings.WORKER_LOST_AFTER_S / 4 else 0


def date_row(row: ScenarioDate, present: Present, *, told: bool) -> Row:
    """Return the dates of a work in a scenario beside those it has now; ``told``: with the reason that was kept."""
    at, works = present.positions[row.work_id], present.plan.works
    owner = present.owners[int(works.owner[at])]
    return {
        "work": row.work_id,
        "name": works.name[at],
        "owner": owner.slug,
        "owner_name": owner.name,
        "start": row.start,
        "finish": row.finish,
        "old_start": to_date(int(works.start[at])),
        "old_finish": to_date(int(works.finish[at])),
        "pinned": row.pinned,
        "why": (row.why_en if page_language() is Lang.EN else row.why_nl) if told else "",
    }


def part_row(part: ProposalPart, own: Collection[int] | None) -> Row:
    """Return what one owner is asked: all of it for who answers for it, of others what may be seen anyway.

    ``own`` are the organisations that the reader answers for; None: all. Items carry ``seen``.
    """
    is_own = own is None or part.owner_id in own
    items = list(part.items.all())
    shown = [item for item in items if is_own or item.seen]  # type: ignore[attr-defined]
    return {
        "owner": part.owner.slug,
        "owner_name": part.owner.name,
        "own": is_own,
        "items": [item_row(item, is_own) for item in shown],
        "hidden": len(items) - len(shown),
    }


def item_row(item: ProposalItem, is_own: bool) -> Row:
    """Return a work in a proposal; the reason is its owner's to read."""
    return {
        "id": item.pk,
        "work": item.work_id,
        "name": item.work.name,
        "version": item.version,
        "old_start": item.old_start,
        "old_finish": item.old_finish,
        "new_start": item.new_start,
        "new_finish": item.new_finish,
        "reason": item.reason if is_own else "",
        "answer": item.answer,
        "answer_label": str(item.get_answer_display()),
        "answer_reason": item.answer_reason,
        "answered_at": item.answered_at,
        "counter_start": item.counter_start,
        "counter_finish": item.counter_finish,
        "settled": item.is_settled,
        "reopened_because": item.reopened_because,
        "applied_at": item.applied_at,
        "overtaken": is_overtaken(item),
        "can_be_undone": is_own and can_be_undone(item),
    }


def waits_for(proposal: Proposal, own: Collection[int] | None) -> bool:
    """Return whether a proposal waits for one of these organisations; None: for any."""
    if proposal.state != Proposal.State.OPEN:
        return False
    waiting = [item for part in proposal.parts.all() for item in part.items.all() if item.applied_at is None]
    return any(
        item.answer == ProposalItem.Answer.OPEN and (own is None or item.part.owner_id in own) for item in waiting
    ) or (
        (own is None or proposal.sender_id in own)
        and any(item.answer == ProposalItem.Answer.COUNTERED and item.agreed_at is None for item in waiting)
    )
