"""The board as a plain table: the same content and the same edits, without a script."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from planning.coordination.board.choice import Choice
from planning.coordination.board.content import Board, BoardDependency, BoardFinding, board
from planning.coordination.board.saving import REFUSALS, Edits, conflicts_told, refusal, save_edits
from planning.coordination.board.works import BoardWork
from planning.coordination.check_rows import check_row
from planning.coordination.checking import Followers, ImpossibleDates, check
from planning.coordination.figures import FallowGap
from planning.coordination.present import editable, plan_seen_by
from planning.coordination.rescheduling import ChangedMeanwhile
from planning.partners.permissions import organisations_edited_by
from planning.web.board.filters import Filters
from planning.web.board.table_plans import scenario_of, search_from
from planning.web.board.typed import Typed, TypedRow, read_typed
from planning.web.files import list_files
from planning.works.models import Dependency

PER_PAGE: Final = 200
"""Works on one page: each brings four fields, and a form has at most a thousand."""


@dataclass(frozen=True)
class Tie:
    """A dependency in a row: the work that is waited for, and whether the reader may take it away."""

    dependency: BoardDependency
    other: str
    label: str
    removable: bool
    removed: bool


@dataclass(frozen=True)
class Row:
    """A work in the table, with what was typed."""

    work: BoardWork
    typed: TypedRow
    days: int
    gap: FallowGap | None
    pinned: bool
    findings: list[BoardFinding]
    ties: list[Tie]
    own: bool
    movable: bool
    begun: bool
    because: str


@dataclass(frozen=True)
class Section:
    """Rows under one heading."""

    title: str
    rows: list[Row]


@dataclass
class Outcome:
    """What an answer to a form says: what other dates would do, who was there before, and what went wrong."""

    checked: dict[str, Any] | None = None
    conflicts: list[dict[str, Any]] | None = None
    errors: list[str] | None = None
    status: int = HTTPStatus.OK
    goes_to: str = ""


def table(request: HttpRequest, choice: Choice, refused: str) -> HttpResponse:
    """Show the table, or answer what was typed in it."""
    shown = board(request.user, choice)
    pages = Paginator([(group, work) for group in shown.groups for work in group.works], PER_PAGE)
    page = pages.get_page(request.GET.get("pagina"))
    works = {work.id: work for _group, work in page.object_list}
    typed = read_typed(request.POST, works) if request.method == "POST" else Typed()
    outcome = Outcome(status=HTTPStatus.BAD_REQUEST if refused else HTTPStatus.OK)
    if request.method == "POST":
        outcome = _answer(request, shown, works, typed)
        if outcome.status == HTTPStatus.FOUND:
            return redirect(outcome.goes_to or request.get_full_path())
    context = {
        "section": "planning",
        "filters": Filters.of(request.user, choice),
        "refused": refused,
        "board": shown,
        "page": page,
        "query": _query_without_page(request),
        "files": list_files("planning"),
        "sections": _sections(shown, works, typed, outcome),
        "typed": typed,
        "outcome": outcome,
        "editing": bool(shown.may_change),
        "own_works": [work for work in shown.works if work.owner in shown.may_change],
        "organisations": organisations_edited_by(request.user).order_by("name") if len(shown.may_change) > 1 else [],
        "here": request.get_full_path(),
        "dependency_types": Dependency.Type.choices,
        "followers": [
            (Followers.PUSH.value, _("schuift op bij overlap")),
            (Followers.KEEP_GAP.value, _("houdt zijn afstand")),
            (Followers.STAY.value, _("blijft staan")),
        ],
    }
    return render(request, "web/planning/table.html", context, status=outcome.status)


def _query_without_page(request: HttpRequest) -> str:
    query = request.GET.copy()
    query.pop("pagina", None)
    return query.urlencode()


def _answer(request: HttpRequest, shown: Board, works: dict[int, BoardWork], typed: Typed) -> Outcome:
    """Check or save what was typed."""
    if not shown.may_change:
        raise PermissionDenied
    if typed.is_wrong:
        return Outcome(errors=[*typed.errors, _("Niet alles is te lezen; kijk bij de werken met een opmerking.")],
                       status=HTTPStatus.BAD_REQUEST)  # fmt: skip
    match request.POST.get("act"):
        case "check":
            return _checked(request, typed)
        case "scenario" | "sequence" as act:
            return _planned(request, shown, works, typed, act)
    return _saved(request, shown, works, typed)


def _planned(request: HttpRequest, shown: Board, works: dict[int, BoardWork], typed: Typed, act: str) -> Outcome:
    """Put what was typed into a scenario, of whosever works it is, or look for a better sequence in one."""
    make = scenario_of if act == "scenario" else search_from
    try:
        scenario = make(request, shown, works, typed)
    except ImpossibleDates as error:
        if error.work in typed.rows:
            typed.rows[error.work].error = str(error)
        return _refused(str(error))
    if scenario is None:
        return _refused(_("Er zijn geen andere data ingevuld."))
    return Outcome(status=HTTPStatus.FOUND, goes_to=scenario.get_absolute_url())


def _checked(request: HttpRequest, typed: Typed) -> Outcome:
    """Work out what the dates would do, and put what follows in the fields beside."""
    present = plan_seen_by(request.user)
    dates = {pk: row.period() for pk, row in typed.changed.items()}
    if not dates:
        return Outcome(errors=[_("Er zijn geen andere data ingevuld.")], status=HTTPStatus.BAD_REQUEST)
    try:
        outcome = check(present, dates, typed.pinned, typed.followers)
    except ImpossibleDates as error:
        typed.rows[error.work].error = str(error)
        return Outcome(errors=[str(error)], status=HTTPStatus.BAD_REQUEST)
    checked = check_row(outcome, present, editable(request.user, present))
    for move in checked["moves"]:
        row = typed.rows.get(move["work"])
        if row is not None and move["follows"]:
            last = dt.date.fromisoformat(move["finish"]) - dt.timedelta(days=1)
            row.start, row.last = move["start"], last.isoformat()
    return Outcome(checked=checked)


def _saved(request: HttpRequest, shown: Board, works: dict[int, BoardWork], typed: Typed) -> Outcome:
    edits = Edits(
        periods=typed.periods(works, shown.may_change),
        stated=[typed.tie] if typed.tie else [],
        withdrawn=typed.untie,
        reason=typed.reason,
        confirmed=typed.confirmed,
    )
    if not (edits.periods or edits.stated or edits.withdrawn):
        return _refused(_("Er is niets van u gewijzigd."))
    if not edits.reason:
        return _refused(_("Schrijf kort waarom het anders moet."))
    try:
        save_edits(edits, request.user)
    except ChangedMeanwhile as error:
        return _conflict(typed, conflicts_told(error))
    except REFUSALS as error:
        if isinstance(error, ImpossibleDates):
            typed.rows[error.work].error = str(error)
        return _refused(refusal(error, request.user))
    except PermissionDenied:
        return Outcome(errors=[_("Alleen wie een werk bezit, kan het wijzigen.")], status=HTTPStatus.FORBIDDEN)
    messages.success(request, _("Bewaard. De bevindingen zijn bijgewerkt."))
    return Outcome(status=HTTPStatus.FOUND)


def _refused(text: str) -> Outcome:
    return Outcome(errors=[text], status=HTTPStatus.BAD_REQUEST)


def _conflict(typed: Typed, conflicts: list[dict[str, Any]]) -> Outcome:
    """Tell who was there before: what was typed stays, now made on the version that is there."""
    for row in conflicts:
        mine = typed.rows[row["work"]]
        start, finish = (dt.date.fromisoformat(row["theirs"][f"planned_{end}"]) for end in ("start", "finish"))
        typed_start, typed_finish = mine.period()
        row["mine"] = (typed_start, typed_finish - dt.timedelta(days=1))
        row["now"] = (start, finish - dt.timedelta(days=1))
        mine.version = row["theirs"]["version"]
        mine.was = (start.isoformat(), (finish - dt.timedelta(days=1)).isoformat())
    return Outcome(conflicts=conflicts, status=HTTPStatus.CONFLICT)


def _sections(shown: Board, works: dict[int, BoardWork], typed: Typed, outcome: Outcome) -> list[Section]:
    findings: defaultdict[int, list[BoardFinding]] = defaultdict(list)
    for finding in shown.findings:
        for pk in finding.works:
            findings[pk].append(finding)
    ties: defaultdict[int, list[BoardDependency]] = defaultdict(list)
    for dependency in shown.dependencies:
        ties[dependency.successor].append(dependency)
    names = {work.id: work.name for work in shown.works}
    because = {
        move["work"]: move["sentence"]
        for move in (outcome.checked["moves"] if outcome.checked else [])
        if move["follows"]
    }
    gaps = {gap.work_id: gap for gap in shown.gaps}
    found = []
    for group in shown.groups:
        rows = [
            _row(work, typed, gaps.get(work.id), findings[work.id],
                 _ties(work, ties[work.id], names, shown, typed), shown, because.get(work.id, ""))
            for work in group.works
            if work.id in works
        ]  # fmt: skip
        if rows:
            found.append(Section(group.title, rows))
    return found


def _row(
    work: BoardWork, typed: Typed, gap: FallowGap | None, findings: list[BoardFinding], ties: list[Tie],
    shown: Board, because: str,
) -> Row:  # fmt: skip
    as_kept = work.start.isoformat(), work.last_day.isoformat()
    row = typed.rows.get(work.id) or TypedRow(*as_kept, work.version, as_kept)
    start, finish = (work.start, work.finish) if row.error else row.period()
    return Row(
        work=work,
        typed=row,
        days=shown.working_days(start, finish),
        gap=gap,
        pinned=work.id in typed.pinned,
        findings=findings,
        ties=ties,
        own=work.owner in shown.may_change,
        movable=bool(shown.may_change) and work.status != "done" and work.actual_finish is None,
        begun=work.actual_start is not None,
        because=because,
    )


def _ties(
    work: BoardWork, dependencies: list[BoardDependency], names: dict[int, str], shown: Board, typed: Typed
) -> list[Tie]:
    labels = dict(Dependency.Type.choices)
    return [
        Tie(
            dependency,
            names.get(dependency.predecessor, _("een werk dat hier niet staat")),
            str(labels[dependency.type]),
            work.owner in shown.may_change,
            dependency.id in typed.untie,
        )
        for dependency in dependencies
    ]
