"""Other dates for works, wherever they come from: a scenario, a proposal or a search for a better sequence."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from planning.coordination.checking import ImpossibleDates
from planning.coordination.models import Proposal, ProposalItem, Scenario
from planning.coordination.present import plan_seen_by
from planning.coordination.proposals.sending import reasons
from planning.coordination.rows import page_language
from planning.coordination.scenarios import reads_reasons
from planning.coordination.sequence_report import Report
from planning.sequencing.rules.base import Lang

if TYPE_CHECKING:
    from planning.partners.viewers import Viewer

Answer = ProposalItem.Answer


@dataclass(frozen=True)
class OtherDates:
    """The period ``[start, finish)`` that a work would get, and why, in a sentence or two."""

    start: dt.date
    finish: dt.date
    why: str = ""


Dates = Mapping[int, OtherDates]
"""By the identity of the work."""


def dates_of_scenario(scenario: Scenario, viewer: Viewer) -> Dates:
    """Return the dates of a scenario, with the reasons that ``viewer`` may read."""
    told = reads_reasons(viewer, scenario.owner_id)
    dates = {
        row.work_id: OtherDates(row.start, row.finish, (row.why_en if _english() else row.why_nl) if told else "")
        for row in scenario.dates.all()
    }
    return _with_reasons(dates, viewer)


def dates_of_proposal(proposal: Proposal, viewer: Viewer) -> Dates:
    """Return the dates that a proposal comes to as its owners have answered so far, with what ``viewer`` may read.

    What an owner declined stays where it was.
    """
    dates = {
        item.work_id: OtherDates(*item.agreed_dates, item.reason if reads_reasons(viewer, item.part.owner_id) else "")
        for item in ProposalItem.objects.filter(part__proposal=proposal).select_related("part")
    }
    return _with_reasons(dates, viewer)


def _with_reasons(dates: Dates, viewer: Viewer) -> Dates:
    """Return dates with the reasons that are missing worked out from what ``viewer`` sees."""
    seen = plan_seen_by(viewer)
    here = {pk: (other.start, other.finish) for pk, other in dates.items() if pk in seen.positions}
    if all(other.why for pk, other in dates.items() if pk in here):
        return dates
    try:
        found = reasons(seen, here)
    except ImpossibleDates:
        # The plan has moved on since; why it was so then nobody can say for this reader.
        return dates
    return {
        pk: replace(other, why=other.why or (found[pk][_english()] if pk in found else ""))
        for pk, other in dates.items()
    }


def _english() -> bool:
    return page_language() is Lang.EN


def dates_of_report(report: Report) -> Dates:
    """Return the dates that a search found."""
    return {row.work: OtherDates(row.new_start, row.new_finish, " ".join(row.sentences[1:])) for row in report.changes}
