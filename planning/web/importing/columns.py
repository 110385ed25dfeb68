"""The second step: which column of the file is which field of a work."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from geo.intake.problems import ImportRefusedError
from planning.web.importing.access import draft_of, importer
from planning.web.importing.words import GROUPS, label_of
from planning.works import tasks
from planning.works.importing import drafts, mending
from planning.works.importing.columns import WORKS
from planning.works.kinds import WorkKind, WorkStatus
from planning.works.models import Work, WorkImportDraft

SAMPLES: Final = 3
SAMPLED_ROWS: Final = 50
LONGEST_SAMPLE: Final = 60

FOR_ALL: Final = ("kind", "status", "visibility", "project")
"""Fields that a file may well leave out, because they hold for all its rows."""


@dataclass(frozen=True)
class Column:
    """A column of the file: its place and name, what some rows say, and the field it means."""

    place: int
    header: str
    samples: list[str]
    field: str
    known: bool


@dataclass(frozen=True)
class ForAll:
    """A field that can hold for all rows: what it is called, what counts now, and what may be chosen."""

    name: str
    label: str
    value: str
    options: list[tuple[str, str]]


@importer
@require_http_methods(["GET", "HEAD", "POST"])
def columns(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the columns with what they seem to mean, or take what somebody says of them and check the rows."""
    draft = draft_of(request, pk)
    if draft.is_busy and not draft.is_stuck:
        return redirect(draft)
    chosen, constants, error = draft.columns, draft.constants, ""
    if request.method == "POST":
        chosen = {h: request.POST.get(f"kolom-{place}", "") for place, h in enumerate(draft.headers)}
        taken = set(chosen.values())
        constants = {name: request.POST.get(f"alle-{name}", "") for name in FOR_ALL if name not in taken}
        try:
            drafts.set_columns(draft, chosen, constants)
        except ImportRefusedError as refused:
            error = str(refused)
        else:
            tasks.start_check(draft)
            return redirect(draft)
    context = {
        "section": "planning",
        "step": 2,
        "draft": draft,
        "columns": _columns(draft, chosen),
        "groups": _groups(),
        "for_all": [_for_all(name, constants.get(name, "")) for name in FOR_ALL],
        "missing": _missing(chosen, constants),
        "error": error,
    }
    return render(request, "web/importeren/kolommen.html", context)


def _columns(draft: WorkImportDraft, chosen: dict[str, str]) -> list[Column]:
    cells = list(draft.rows.order_by("number").values_list("cells", flat=True)[:SAMPLED_ROWS])
    found = []
    for place, header in enumerate(draft.headers):
        texts = dict.fromkeys(text for row in cells if (text := mending.shown(row[place]).strip()))
        samples = [t if len(t) <= LONGEST_SAMPLE else f"{t[: LONGEST_SAMPLE - 1]}…" for t in list(texts)[:SAMPLES]]
        field = chosen.get(header, "")
        found.append(Column(place, header, samples, field, WORKS.meaning(header) == field))
    return found


def _groups() -> list[tuple[str | Promise, list[tuple[str, str]]]]:
    return [(group, [(name, str(label)) for name, label in fields.items()]) for group, fields in GROUPS]


def _for_all(name: str, value: str) -> ForAll:
    choices: dict[str, list[tuple[Any, Any]]] = {
        "kind": WorkKind.choices,
        "status": WorkStatus.choices,
        "visibility": list(Work._meta.get_field("visibility").choices or []),
    }
    return ForAll(name, label_of(name), value, [(str(code), str(text)) for code, text in choices.get(name, [])])


def _missing(chosen: dict[str, str], constants: dict[str, str]) -> list[str]:
    """Return what no row can say with these columns, in words."""
    there = {*chosen.values(), *(name for name, value in constants.items() if value)}
    missing = [label_of(name) for name in ("name", "kind") if name not in there]
    if "period" not in there:
        missing += [label_of(name) for name in ("start", "finish") if name not in there]
    if not there & {"geometry", "street", "buurt", "wijk"} and not {"x", "y"} <= there and not {"lat", "lon"} <= there:
        missing.append(_("een plek"))
    return missing
