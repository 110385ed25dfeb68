"""Other dates for works, wherever they come from: a scenario, a proposal or a search for a better sequence."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from planning.coordination.models import Proposal, ProposalItem, Scenario
from planning.coordination.sequence_report import Report

Answer = ProposalItem.Answer


@dataclass(frozen=True)
class OtherDates:
    """The period ``[start, finish)`` that a work would get, and why, in a sentence or two."""

    start: dt.date
    finish: dt.date
    why: str = ""


Dates = Mapping[int, OtherDates]
"""By the identity of the work."""


def dates_of_scenario(scenario: Scenario) -> Dates:
    """Return the dates of a scenario; one query."""
    return {row.work_id: OtherDates(row.start, row.finish, row.why_nl) for row in scenario.dates.all()}


def dates_of_proposal(proposal: Proposal) -> Dates:
    """Return the dates that a proposal comes to as its owners have answered so far; one query.

    What an owner declined stays where it was.
    """
    items = ProposalItem.objects.filter(part__proposal=proposal)
    return {item.work_id: OtherDates(*item.agreed_dates, item.reason_nl) for item in items}


def dates_of_report(report: Report) -> Dates:
    """Return the dates that a search found."""
    return {row.work: OtherDates(row.new_start, row.new_finish, " ".join(row.sentences[1:])) for row in report.changes}
