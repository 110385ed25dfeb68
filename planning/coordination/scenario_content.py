"""All that a page says of scenarios: what changes for whom and why, what it does, and how several compare."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import QuerySet

from planning.coordination.check_rows import Row, found_row, titles
from planning.coordination.figure_rows import FigureLine, budget_lines, figure_lines
from planning.coordination.models import Scenario, ScenarioDate, SequenceSearch
from planning.coordination.plan_figures import compared
from planning.coordination.present import Present, editable
from planning.coordination.proposals.sending import reasons
from planning.coordination.rows import page_language
from planning.coordination.scenarios import Dates, ScenarioPlan, lay_over, reads_reasons
from planning.sequencing.consequences import break_sentence
from planning.sequencing.kinds import FROZEN, Kind, Status
from planning.sequencing.plan import Plan, to_date
from planning.sequencing.rules.base import Lang
from planning.works.kinds import WorkKind

if TYPE_CHECKING:
    from planning.partners.viewers import Viewer

FROZEN_CODES = {status.code for status in FROZEN}


@dataclass(frozen=True)
class ChangeRow:
    """A work with the period it has now and the one it would get; ``finish`` are first days after."""

    work: int
    name: str
    kind: str
    kind_label: str
    owner: str
    owner_name: str
    own: bool
    promised: bool
    """Whether its dates are committed or it is under way, so that moving it is a favour."""
    wijk: str
    old_start: dt.date
    old_finish: dt.date
    start: dt.date
    finish: dt.date
    pinned: bool
    why: str

    @property
    def last(self) -> dt.date:
        """The last day of work, as people write an end."""
        return self.finish - dt.timedelta(days=1)

    @property
    def moves(self) -> bool:
        """Whether it gets other dates at all; a pinned work may stay where it is."""
        return (self.old_start, self.old_finish) != (self.start, self.finish)


@dataclass(frozen=True)
class ScenarioContent:
    """What the page of one scenario says."""

    scenario: Scenario
    laid: ScenarioPlan
    groups: Sequence[tuple[str, Sequence[ChangeRow]]]
    """By owner, the reader's own first."""
    overtaken: Sequence[str]
    figures: Sequence[FigureLine]
    budget: Sequence[FigureLine]
    new: Sequence[Row]
    gone: Sequence[Row]
    breaks: Sequence[str]

    @property
    def rows(self) -> list[ChangeRow]:
        """All works in it."""
        return [row for _owner, rows in self.groups for row in rows]

    @property
    def moving(self) -> list[ChangeRow]:
        """The works that get other dates."""
        return [row for row in self.rows if row.moves]


def scenario_content(
    scenario: Scenario, present: Present, viewer: Viewer, search: SequenceSearch | None = None
) -> ScenarioContent:
    """Return what a page says of a scenario; while its search runs, of the best so far."""
    dates = None
    if search is not None and not search.has_ended and search.dates:
        dates = {int(pk): (to_date(start), to_date(finish)) for pk, (start, finish) in search.dates.items()}
    laid = lay_over(scenario, present, dates)
    own = editable(viewer, present)
    plan = laid.plan
    wijken = [scenario.wijk_id] if scenario.wijk_id else None
    before, after = compared(present, present.plan, plan, wijken=wijken)
    return ScenarioContent(
        scenario,
        laid,
        _by_owner(change_rows(laid, present, own, kept=reads_reasons(viewer, scenario.owner_id))),
        [present.plan.works.name[present.positions[pk]] for pk in laid.overtaken],
        figure_lines(before, after),
        budget_lines(before, after),
        [found_row(present, plan, key, found) for key, found in laid.checked.new.items()],
        [found_row(present, present.plan, key, found) for key, found in laid.checked.gone.items()],
        [_broken(laid, present, at) for at in range(len(laid.checked.ripple.breaks))],
    )


def change_rows(laid: ScenarioPlan, present: Present, own: frozenset[int], *, kept: bool) -> list[ChangeRow]:
    """Return a row per work that a scenario says something of, by new start; ``kept``: with the reasons kept in it."""
    plan, now = laid.plan, present.plan
    moved = _positions(now, plan)
    pinned = {present.positions[pk] for pk, row in laid.dates.items() if row.pinned}
    why = _why(laid, present, [int(plan.works.id[at]) for at in moved], laid.dates if kept else {})
    rows = [_row(at, plan, present, own, at in pinned, why) for at in sorted({*moved, *pinned})]
    return sorted(rows, key=lambda row: (row.start, row.work))


def _why(
    laid: ScenarioPlan, present: Present, moved: Sequence[int], said: Mapping[int, ScenarioDate]
) -> Mapping[int, str]:
    """Return why each work is to move: as was ``said``, or worked out from what the reader sees."""
    english = page_language() is Lang.EN
    kept = {pk: row.why_en if english else row.why_nl for pk, row in said.items()}
    missing = [pk for pk in moved if not kept.get(pk)]
    if missing:
        works = laid.plan.works
        dates = {
            pk: (to_date(int(works.start[at])), to_date(int(works.finish[at])))
            for pk in moved
            for at in [present.positions[pk]]
        }
        found = reasons(present, dates)
        kept |= {pk: found[pk][english] for pk in missing if pk in found}
    return kept


def _row(at: int, plan: Plan, present: Present, own: frozenset[int], pinned: bool, why: Mapping[int, str]) -> ChangeRow:
    old, new = present.plan.works, plan.works
    owner = present.owners[int(old.owner[at])]
    kind = WorkKind(list(Kind)[int(old.kind[at])].value)
    wijk = present.wijken.get(int(old.wijk[at]))
    return ChangeRow(
        work=int(old.id[at]),
        name=old.name[at],
        kind=kind.value,
        kind_label=str(kind.label),
        owner=owner.slug,
        owner_name=owner.name,
        own=owner.pk in own,
        promised=int(old.status[at]) in FROZEN_CODES - {Status.CANCELLED.code},
        wijk=wijk.name if wijk else "",
        old_start=to_date(int(old.start[at])),
        old_finish=to_date(int(old.finish[at])),
        start=to_date(int(new.start[at])),
        finish=to_date(int(new.finish[at])),
        pinned=pinned,
        why=why.get(int(old.id[at]), ""),
    )


def _positions(now: Plan, then: Plan) -> list[int]:
    moved = (now.works.start != then.works.start) | (now.works.finish != then.works.finish)
    return [int(at) for at in moved.nonzero()[0]]


def _by_owner(rows: Sequence[ChangeRow]) -> list[tuple[str, list[ChangeRow]]]:
    groups: dict[str, list[ChangeRow]] = {}
    for row in rows:
        groups.setdefault(row.owner_name, []).append(row)
    return sorted(groups.items(), key=lambda group: (not group[1][0].own, group[0]))


def _broken(laid: ScenarioPlan, present: Present, at: int) -> str:
    ripple = laid.checked.ripple
    return break_sentence(ripple.breaks[at], ripple, titles(present), page_language())


@dataclass(frozen=True)
class Comparison:
    """Scenarios beside each other and beside the plan as it is.

    Parameters
    ----------
    scenarios
        Which, in the order they were chosen.
    figures, budget
        A line per figure with a cell for now and for each.
    works
        Per work that any of them moves: its name and owner, its dates now, and in each (None: as now).
    plans
        Now and each, as dates by work.
    """

    scenarios: Sequence[Scenario]
    figures: Sequence[FigureLine]
    budget: Sequence[FigureLine]
    works: Sequence[tuple[ChangeRow, Sequence[tuple[dt.date, dt.date] | None]]]
    plans: Sequence[Dates]


def compare_scenarios(scenarios: QuerySet[Scenario] | Sequence[Scenario], present: Present) -> Comparison:
    """Return scenarios beside each other; one query for the dates of each."""
    laid = [lay_over(scenario, present) for scenario in scenarios]
    figures = compared(present, present.plan, *(each.plan for each in laid))
    moved = sorted({at for each in laid for at in _positions(present.plan, each.plan)})
    works = []
    for at in moved:
        row = _row(at, present.plan, present, frozenset(), False, {})
        periods = [_period(each.plan, at) for each in laid]
        works.append((row, [None if period == (row.start, row.finish) else period for period in periods]))
    works.sort(key=lambda pair: (pair[0].wijk, pair[0].start))
    return Comparison(
        [each.scenario for each in laid],
        figure_lines(*figures),
        budget_lines(*figures),
        works,
        [{int(p.works.id[at]): _period(p, at) for at in moved} for p in (present.plan, *(e.plan for e in laid))],
    )


def _period(plan: Plan, at: int) -> tuple[dt.date, dt.date]:
    return to_date(int(plan.works.start[at])), to_date(int(plan.works.finish[at]))
