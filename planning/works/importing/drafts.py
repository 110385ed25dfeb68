"""An import in steps that a person looks at: read a file, say what its columns mean, mend rows, and keep them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from geo.functions import Bounds
from geo.intake.copying import copy_rows
from geo.intake.tables import Wanted, read_table
from planning.partners.models import Organisation, User
from planning.works.importing.checking import Checker
from planning.works.importing.columns import WORKS, check_constants
from planning.works.importing.draft_rows import as_json, changes_of, store
from planning.works.importing.rows import RowResult
from planning.works.importing.run import (
    LAYERS,
    ImportReport,
    Vanished,
    keep_import,
    notices_on_columns,
    works_that_left,
)
from planning.works.kinds import WorkStatus
from planning.works.models import ImportMapping, RowOutcome, Work, WorkImportDraft, WorkImportRow

MOST_ROWS: Final = 50_000
"""Rows of a draft; the command import_works takes larger files."""

BATCH: Final = 500
"""Rows that are checked between two signs of life."""

Stage = WorkImportDraft.Stage


class DraftChangedError(Exception):
    """The plan changed since the rows were checked, so that they would do something else than was shown."""


def open_draft(path: Path, file_name: str, owner: Organisation, by: User | None, source: str = "") -> WorkImportDraft:
    """Read a file into a draft, with the columns as this organisation had them last time, else as they seem.

    Parameters
    ----------
    path, file_name
        The file, and what its sender called it.
    owner, source
        Whose works are in it, and which feed it is where the owner has several.
    by
        Who sent it.

    Raises
    ------
    ImportRefusedError, UnreadableFileError
        Where the file as a whole cannot be read.
    """
    WorkImportDraft.objects.expired().delete()
    source = source.strip() or owner.slug
    remembered = ImportMapping.objects.filter(owner=owner, source=source).first()
    known = remembered.columns if remembered else {}
    table = read_table(path, Wanted(WORKS, frozenset(known), any_header=True, layers=LAYERS, most=MOST_ROWS))
    columns = WORKS.suggest(table.headers, known)
    taken = set(columns.values())
    with transaction.atomic():
        draft = WorkImportDraft.objects.create(
            owner=owner,
            by=by,
            source=source,
            file_name=file_name[:255],
            sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
            headers=table.headers,
            columns=columns,
            constants={n: v for n, v in remembered.constants.items() if n not in taken} if remembered else {},
            notices=table.notices,
            total=len(table.rows),
        )
        copy_rows(
            WorkImportRow._meta.db_table,
            ("draft_id", "number", "cells", *_UNCHECKED),
            (
                (draft.pk, number, json.dumps([as_json(cell) for cell in cells]), *_UNCHECKED.values())
                for number, cells in table.rows
            ),
        )
    return draft


_UNCHECKED: Final[Mapping[str, str]] = {
    "mended": "{}", "outcome": "", "key": "", "name": "", "kind": "", "date_precision": "", "changes": "[]",
    "problems": "[]", "repairs": "[]",
}  # fmt: skip


def set_columns(draft: WorkImportDraft, columns: Mapping[str, str], constants: Mapping[str, str]) -> None:
    """Say what the columns of a draft mean and what holds for all its rows; remembered for the owner's next file.

    Its rows are to be checked anew after this.

    Raises
    ------
    ImportRefusedError
        Where two columns mean one field, or a name is unknown.
    """
    matched, unknown = WORKS.match(draft.headers, columns)
    fixed = check_constants(constants, matched)
    draft.columns = dict.fromkeys(draft.headers, "") | {header: name for name, header in matched.items()}
    draft.constants = fixed
    draft.notices = notices_on_columns(matched, unknown)
    draft.save(update_fields=["columns", "constants", "notices"])
    start_over(draft)
    ImportMapping.objects.update_or_create(
        owner=draft.owner, source=draft.source, defaults={"columns": draft.columns, "constants": fixed}
    )


def start_over(draft: WorkImportDraft) -> None:
    """Note that all rows of a draft are to be checked again."""
    draft.stage, draft.checked, draft.touched_at = Stage.CHECKING, 0, timezone.now()
    draft.save(update_fields=["stage", "checked", "touched_at"])


def check(draft: WorkImportDraft) -> None:
    """Check all rows of a draft, note how far it is, and keep what each row would do."""
    draft.checked = 0
    judge = checker(draft)
    for batch in _batches(lines(draft, draft.rows.all())):
        store(draft, judge.check(batch))
        draft.checked += len(batch)
        WorkImportDraft.objects.filter(pk=draft.pk).update(checked=draft.checked, touched_at=timezone.now())
    draft.stage = Stage.CHECKED
    draft.save(update_fields=["stage"])


def counts(draft: WorkImportDraft) -> dict[str, int]:
    """Return how many rows have each outcome, all outcomes named; one query."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT outcome, count(*) FROM works_workimportrow WHERE draft_id = %s GROUP BY 1", [draft.pk])
        found = dict(cursor.fetchall())
    return {outcome: found.get(outcome, 0) for outcome in RowOutcome.values}


def vanished_of(draft: WorkImportDraft) -> QuerySet[Work]:
    """Return the works that a checked draft does not name; none where a refused row hides whose it is."""
    if draft.partly_kept or draft.rows.filter(key="").exists():
        return Work.objects.none()
    named = WorkImportRow.objects.filter(draft=draft, key=OuterRef("external_id"))
    works = Work.objects.filter(owner=draft.owner, source=draft.source).exclude(status=WorkStatus.CANCELLED)
    return works.filter(~Exists(named)).annotate(bounds=Bounds("geometry")).defer("geometry", "mercator", "ground")


def commit(
    draft: WorkImportDraft, by: User | None, *, accept_valid: bool = False, gone: Vanished = Vanished.KEEP
) -> ImportReport:
    """Bring the plan up to date with a draft, all or nothing; what is kept leaves the draft.

    Every row is checked again first, by the same rules, while the works it touches are held.

    Parameters
    ----------
    draft
        Checked.
    by
        Who does it, for the history.
    accept_valid
        Keep the good rows where some are bad; the bad ones stay in the draft, to be mended. Else nothing is kept.
    gone
        What becomes of works that left the file.

    Raises
    ------
    DraftChangedError
        Where rows would now do something else than was shown; what they would do is stored in the draft.
    """
    report = ImportReport(draft.file_name, notices=list(draft.notices))
    with transaction.atomic():
        # Who commits the same draft a moment later waits here, and finds it gone.
        stage = WorkImportDraft.objects.select_for_update(of=("self",)).get(pk=draft.pk).stage
        if stage not in {Stage.CHECKED, Stage.KEEPING}:
            raise DraftChangedError
        judge = checker(draft, lock=True)
        rows = [row for batch in _batches(lines(draft, draft.rows.all())) for row in judge.check(batch)]
        report.count(rows)
        changed = _unlike_shown(draft, rows)
        if not changed and (accept_valid or not report.refused):
            left = [] if draft.partly_kept else works_that_left(rows, draft.owner, draft.source)
            report.vanished = [work.name for work in left]
            keep_import(rows, left, gone, report, draft.owner, draft.source, by, draft.sha256, draft.pk)
            _forget_kept(draft, report)
    if changed:
        store(draft, changed)
        raise DraftChangedError
    return report


def _forget_kept(draft: WorkImportDraft, report: ImportReport) -> None:
    """Remove the draft, or leave the refused rows in it, for later."""
    if not report.refused:
        draft.delete()
        return
    draft.rows.exclude(outcome=RowOutcome.REFUSED).delete()
    draft.partly_kept, draft.total, draft.checked = True, report.refused, report.refused
    draft.stage, draft.touched_at = Stage.CHECKED, timezone.now()
    draft.save(update_fields=["partly_kept", "total", "checked", "stage", "touched_at"])


def _unlike_shown(draft: WorkImportDraft, rows: Sequence[RowResult]) -> list[RowResult]:
    shown_then = {
        number: (outcome, changes)
        for number, outcome, changes in draft.rows.values_list("number", "outcome", "changes")
    }
    return [row for row in rows if shown_then.get(row.number) != (row.outcome, changes_of(row.differences))]


def places(draft: WorkImportDraft) -> dict[str, int]:
    """Return field to the place of its column among the cells of a row."""
    return {name: place for place, header in enumerate(draft.headers) if (name := draft.columns.get(header))}


def checker(draft: WorkImportDraft, *, lock: bool = False) -> Checker:
    """Return what checks the rows of a draft."""
    return Checker(draft.owner, draft.source, {n: h for h, n in draft.columns.items() if n}, lock=lock)


def lines(draft: WorkImportDraft, rows: QuerySet[WorkImportRow]) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield number and field to value of rows: what was mended, else the cell, else what holds for all."""
    columns = places(draft)
    # Only what a check needs, some at a time, so that a draft of any size fits in memory.
    found = rows.order_by("number").values_list("number", "cells", "mended").iterator(chunk_size=BATCH)
    for number, cells, mended in found:
        yield number, {**draft.constants, **{name: cells[place] for name, place in columns.items()}, **mended}


def _batches(lines: Iterable[tuple[int, dict[str, Any]]]) -> Iterator[list[tuple[int, dict[str, Any]]]]:
    batch: list[tuple[int, dict[str, Any]]] = []
    for line in lines:
        batch.append(line)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch
