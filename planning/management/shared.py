"""What several commands need: rows named on the command line, and text that a spreadsheet takes for text."""

from __future__ import annotations

from typing import Any, TypeVar

from django.core.management import CommandError
from django.db.models import Model, QuerySet

M = TypeVar("M", bound=Model)


def one_of(rows: QuerySet[M], slug: str | None, what: str) -> M | None:
    """Return the row with this slug, or None where none was asked for.

    Raises
    ------
    CommandError
        Where there is none of that name; says which there are.
    """
    if slug is None:
        return None
    row = rows.filter(slug=slug).first()
    if row is None:
        known = sorted(rows.values_list("slug", flat=True))
        raise CommandError(f"Er is geen {what} “{slug}”; wel: {', '.join(known) or 'nog geen enkele'}.")
    return row


def formula_safe(value: Any) -> Any:
    """Keep a spreadsheet from taking text for a formula."""
    if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t")):
        return f"'{value}"
    return value
