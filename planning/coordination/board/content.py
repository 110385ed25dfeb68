"""All that stands on the board for one viewer: works under headings, what ties them, and what is found about them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.db.models import QuerySet

from planning.coordination.board.bands import Band, DaysOff, days_off, season_bands
from planning.coordination.board.choice import Choice
from planning.coordination.board.places import SHARED_M2, Group, grounds, group_works
from planning.coordination.board.works import BoardWork, board_works
from planning.coordination.figures import FallowGap, gaps_in
from planning.coordination.models import Finding
from planning.coordination.present import plan_seen_by, trade_holiday
from planning.coordination.rows import page_language, rule_title, with_subjects
from planning.partners.models import Organisation
from planning.partners.permissions import organisations_edited_by
from planning.sequencing.calendars import Calendar, dutch_calendar
from planning.sequencing.kinds import Kind
from planning.sequencing.plan import Plan, to_day
from planning.sequencing.rules.selection import of_kind, oriented
from planning.works.models import Dependency, Work

if TYPE_CHECKING:
    from planning.partners.viewers import Viewer

MOST_WORKS: Final = 5_000
"""No board holds more rows than this: whoever asks for more is told to choose."""


@dataclass(frozen=True)
class BoardFinding:
    """A finding about works on the board; by ``key`` it is known again when dates change."""

    id: int
    key: str
    rule: str
    title: str
    kind: str
    severity: int
    severity_label: str
    sentence: str
    start: dt.date
    finish: dt.date
    works: tuple[int, ...]


@dataclass(frozen=True)
class BoardDependency:
    """A dependency of which the viewer may see both works; lags in working days, ``maximum`` None where open."""

    id: int
    predecessor: int
    successor: int
    type: str
    minimum: int
    maximum: int | None
    reason: str


@dataclass(frozen=True)
class Board:
    """The board as one viewer sees it.

    Parameters
    ----------
    works
        In order of time; ``left_out`` more were asked for than a board holds.
    groups
        The same works under headings, in the order of the rows.
    dependencies
        Of all works that the viewer may see, on the board or not: a circle can run outside it.
    gaps
        Fallow ground after the demolitions on the board.
    findings
        About at least one work on the board, worst first.
    bands, days_off, calendar
        Seasons, days off, and the working days that are left.
    owners
        Whose works the viewer may see: slug and name.
    may_change
        Slugs of the organisations whose works the viewer may change.
    """

    choice: Choice
    today: dt.date
    works: list[BoardWork]
    left_out: int
    groups: list[Group]
    dependencies: list[BoardDependency]
    gaps: list[FallowGap]
    findings: list[BoardFinding]
    bands: list[Band]
    days_off: DaysOff
    calendar: Calendar
    owners: list[tuple[str, str]]
    may_change: frozenset[str]

    def working_days(self, start: dt.date, finish: dt.date) -> int:
        """Return the number of working days in ``[start, finish)``; days outside the calendar do not count."""
        first, after = self.days_off.first, self.days_off.after
        days = [min(max(to_day(day), first), after) for day in (start, finish)]
        return max(0, int(self.calendar.working_days(*days)))

    @property
    def fallow_weeks(self) -> int:
        """Weeks that ground lies fallow after the demolitions on the board."""
        return sum(gap.weeks for gap in self.gaps)

    @property
    def conflicts(self) -> int:
        """How many findings are conflicts."""
        return sum(finding.kind == Finding.Kind.CONFLICT for finding in self.findings)

    @property
    def opportunities(self) -> int:
        """How many findings are chances."""
        return len(self.findings) - self.conflicts


def board(viewer: Viewer, choice: Choice | None = None, today: dt.date | None = None) -> Board:
    """Return what ``viewer`` sees of ``choice``; a fixed number of queries however many works there are."""
    choice = choice or Choice()
    today = today or dt.date.today()
    present = plan_seen_by(viewer, today)
    plan, rules = present.plan, present.rules
    works = board_works(viewer, choice)
    if choice.after_demolition:
        following = demolitions_and_after(plan)
        works = [work for work in works if work.id in following]
    findings = _findings(viewer)
    if choice.with_findings:
        found = {work for finding in findings for work in finding.works}
        works = [work for work in works if work.id in found]
    left_out = max(0, len(works) - MOST_WORKS)
    works = works[:MOST_WORKS]
    off = days_off(plan, rules)
    shown = {work.id for work in works}
    return Board(
        choice=choice,
        today=today,
        works=works,
        left_out=left_out,
        groups=group_works(works, choice.grouping, grounds(plan)),
        dependencies=_dependencies(viewer),
        gaps=[gap for gap in gaps_in(plan) if gap.work_id in shown],
        findings=[finding for finding in findings if not shown.isdisjoint(finding.works)],
        bands=season_bands(plan, rules, page_language()),
        days_off=off,
        calendar=dutch_calendar(off.first, off.after, trade_holiday(rules)),
        owners=owners_seen_by(viewer),
        may_change=frozenset(organisations_edited_by(viewer).values_list("slug", flat=True)),
    )


def demolitions_and_after(plan: Plan) -> set[int]:
    """Return the identities of demolitions, and of what ends later than one on the ground it clears."""
    works = plan.works
    demolitions = of_kind(works, {Kind.DEMOLITION})
    pairs = oriented(plan, demolitions, of_kind(works, set(Kind)))
    pairs = pairs.where((pairs.overlap >= SHARED_M2) & (works.finish[pairs.second] > works.finish[pairs.first]))
    return set(works.id[demolitions].tolist()) | set(works.id[pairs.second].tolist())


def _findings(viewer: Viewer) -> list[BoardFinding]:
    found = with_subjects(Finding.objects.visible_to(viewer).current().worst_first())
    rows: QuerySet[Finding] = found.defer("geometry", "mercator", "facts")
    return [
        BoardFinding(
            row.pk, row.key, row.rule, rule_title(row.rule), row.kind, row.severity, str(row.get_severity_display()),
            row.sentence, row.start, row.finish, tuple(row.work_ids),  # type: ignore[attr-defined]
        )
        for row in rows
    ]  # fmt: skip


def _dependencies(viewer: Viewer) -> list[BoardDependency]:
    works = Work.objects.visible_to(viewer).active().order_by().values("pk")
    rows = Dependency.objects.filter(predecessor__in=works, successor__in=works).order_by("pk")
    names = ("pk", "predecessor_id", "successor_id", "type", "minimum_lag_days", "maximum_lag_days", "reason")
    return [BoardDependency(*row) for row in rows.values_list(*names)]


def owners_seen_by(viewer: Viewer) -> list[tuple[str, str]]:
    """Return who has works that the viewer may see."""
    works = Work.objects.visible_to(viewer).order_by().values("owner")
    return list(Organisation.objects.filter(pk__in=works).order_by("name").values_list("slug", "name"))
