"""Rows of a draft as the preview shows them: what changes, what is wrong, and the fields to mend it in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from planning.coordination.rows import page_language
from planning.web.importing.words import GROUPS, label_of, shown
from planning.works.importing import drafts, mending
from planning.works.kinds import WorkKind
from planning.works.models import RowOutcome, Work, WorkImportDraft, WorkImportRow
from planning.works.periods import period_text

LONG: Final = 80
"""From this many letters on a value is mended in a box of several lines."""


@dataclass(frozen=True)
class Entry:
    """A field to fill in: its name and label, what counts now, and what is wrong with it."""

    name: str
    label: str
    value: str
    wrong: str = ""
    mend: str = ""
    mended: bool = False
    options: list[str] = field(default_factory=list)

    @property
    def long(self) -> bool:
        """Whether it needs a box of several lines."""
        return len(self.value) > LONG or self.name == "geometry"


@dataclass(frozen=True)
class PreviewRow:
    """A row, ready to be shown."""

    number: int | str
    outcome: str
    outcome_text: str | Promise
    name: str
    kind: str
    kind_text: str
    period: str
    changes: list[tuple[str, str, str]] = field(default_factory=list)
    repairs: list[str] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    chosen: bool = False
    open: bool = False
    bbox: str = ""
    work: int | None = None

    @property
    def is_refused(self) -> bool:
        """Whether something is wrong with it."""
        return self.outcome == RowOutcome.REFUSED


def preview_rows(
    draft: WorkImportDraft, rows: Iterable[WorkImportRow], *, chosen: int | None = None, everything: int | None = None
) -> list[PreviewRow]:
    """Return rows, which carry their ``bounds`` in degrees, ready to be shown; ``everything``: with all its fields."""
    columns = drafts.places(draft)
    headers = {name: draft.headers[place] for name, place in columns.items()}
    made = []
    for row in rows:
        cells = {**draft.constants, **{name: row.cells[place] for name, place in columns.items()}, **row.mended}
        all_fields = row.number == everything
        made.append(
            PreviewRow(
                number=row.number,
                outcome=row.outcome,
                outcome_text=row.get_outcome_display(),
                name=row.name or str(mending.shown(cells.get("name")))[:100],
                kind=row.kind,
                kind_text=str(dict(WorkKind.choices).get(row.kind, "")),
                period=period_text(row.planned_start, row.planned_finish, row.date_precision)
                if row.planned_start and row.planned_finish and row.planned_start < row.planned_finish
                else "",
                changes=[
                    (label_of(c["field"]), shown(c["field"], c["before"]), shown(c["field"], c["after"]))
                    for c in row.changes
                ],
                repairs=[_in_language(repair) for repair in row.repairs],
                entries=_entries(row, cells, headers, everything=all_fields),
                chosen=row.number == chosen,
                open=all_fields,
                bbox=_bbox(row),
                work=row.work_id,
            )
        )
    return made


def vanished_rows(works: Iterable[Work]) -> list[PreviewRow]:
    """Return works that left the file, ready to be shown."""
    return [
        PreviewRow(
            number=work.external_id,
            outcome="gone",
            outcome_text=_("niet meer in het bestand"),
            name=work.name,
            kind=work.kind,
            kind_text=str(work.get_kind_display()),
            period=period_text(work.planned_start, work.planned_finish, work.date_precision),
            bbox=_bbox(work),
            work=work.pk,
        )
        for work in works
    ]


def _bbox(found: Any) -> str:
    return ",".join(f"{value:.6f}" for value in found.bounds) if found.bounds and found.bounds[0] is not None else ""


def _entries(row: WorkImportRow, cells: dict[str, Any], headers: dict[str, str], *, everything: bool) -> list[Entry]:
    """Return what can be filled in: what is wrong first, then, where asked, all else."""
    problems = {problem["field"]: problem for problem in row.problems}
    ending = page_language()
    also = {*row.mended, *(headers if everything else ())} - set(problems)
    names = [*problems, *(name for _group, fields in GROUPS for name in fields if name in also)]
    return [
        Entry(
            name=name,
            label=headers.get(name) or label_of(name).capitalize(),
            value=mending.shown(cells.get(name)),
            wrong=problems[name][f"wrong_{ending}"] if name in problems else "",
            mend=problems[name][f"mend_{ending}"] if name in problems else "",
            mended=name in row.mended,
            options=[str(label) for label in WorkKind.labels] if name == "kind" else [],
        )
        for name in names
    ]


def _in_language(repair: dict[str, Any]) -> str:
    return str(repair[page_language()])
