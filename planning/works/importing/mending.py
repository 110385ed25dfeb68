"""Rows of a draft mended in place: what is filled in counts instead of the cell, and what it touches is checked."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from geo.intake.tables import LONGEST_CELL, plain
from planning.works.importing.columns import HEADERS
from planning.works.importing.draft_rows import store
from planning.works.importing.drafts import checker, lines, places
from planning.works.models import RowOutcome, WorkImportDraft, WorkImportRow


class CannotMendError(Exception):
    """What was filled in cannot be taken; the message says why, in Dutch."""


@transaction.atomic
def mend(draft: WorkImportDraft, number: int, values: Mapping[str, str]) -> WorkImportRow:
    """Let these values count for a row in place of its cells, and check it again with the rows that share its identity.

    A value equal to what the file says takes the mending back.

    Raises
    ------
    CannotMendError
        Where a field is unknown or a value too long.
    WorkImportRow.DoesNotExist
        Where the draft has no such row.
    """
    row = draft.rows.select_for_update().get(number=number)
    said = {**draft.constants, **{name: row.cells[place] for name, place in places(draft).items()}}
    for name, value in values.items():
        text = _checked(name, value)
        if text == shown(said.get(name)):
            row.mended.pop(name, None)
        else:
            row.mended[name] = text
    row.save(update_fields=["mended"])
    recheck(draft, [number])
    draft.touched_at = timezone.now()
    draft.save(update_fields=["touched_at"])
    row.refresh_from_db()
    return row


def mend_alike(draft: WorkImportDraft, name: str, wrong: str, value: str) -> list[int]:
    """Let ``value`` count in all rows that have the same problem; return their numbers. They are to be checked again.

    Parameters
    ----------
    draft
        Checked.
    name, wrong
        The field, and what is wrong with it in Dutch, as the check said it.
    value
        What is to count.

    Raises
    ------
    CannotMendError
        Where the field is unknown or the value too long.
    """
    text = _checked(name, value)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE works_workimportrow SET mended = mended || %s::jsonb"
            " WHERE draft_id = %s AND outcome = %s AND problems @> %s::jsonb RETURNING number",
            [
                json.dumps({name: text}), draft.pk, RowOutcome.REFUSED.value,
                json.dumps([{"field": name, "wrong_nl": wrong}]),
            ],
        )  # fmt: skip
        return [number for (number,) in cursor.fetchall()]


@dataclass(frozen=True)
class CommonProblem:
    """The same problem in several rows."""

    field: str
    column: str
    wrong: str
    mend: str
    rows: int


def common_problems(draft: WorkImportDraft, most: int = 10) -> list[CommonProblem]:
    """Return the problems that more than one row has, the most common first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT p ->> 'field', p ->> 'column', p ->> 'wrong_nl', min(p ->> 'mend_nl'), count(*)"
            " FROM works_workimportrow r, jsonb_array_elements(r.problems) p"
            " WHERE r.draft_id = %s AND r.outcome = %s"
            " GROUP BY 1, 2, 3 HAVING count(*) > 1 ORDER BY 5 DESC, 3 LIMIT %s",
            [draft.pk, RowOutcome.REFUSED.value, most],
        )
        return [CommonProblem(*row) for row in cursor.fetchall()]


def _checked(name: str, value: str) -> str:
    if name not in HEADERS:
        raise CannotMendError(f"“{name[:40]}” is geen veld van een werk.")
    text = str(plain(value.strip()))
    if len(text) >= LONGEST_CELL:
        raise CannotMendError("Dit is te lang voor één cel.")
    return text


def shown(cell: Any) -> str:
    """Return what stands in a cell, as a person would type it."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "ja" if cell else "nee"
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)


def recheck(draft: WorkImportDraft, numbers: Collection[int]) -> None:
    """Check some rows again, with those that had or now have the same identity."""
    again = set(numbers)
    keys: set[str] = set()
    while True:
        rows = draft.rows.filter(number__in=again)
        before = set(rows.values_list("key", flat=True)) - {""}
        results = checker(draft).check(lines(draft, rows))
        keys |= before | {str(row.values.get("external_id", "")) for row in results} - {""}
        sharing = set(draft.rows.filter(key__in=keys).values_list("number", flat=True)) | again
        if sharing == again:
            store(draft, results)
            return
        again = sharing
