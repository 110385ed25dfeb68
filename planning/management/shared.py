"""What several commands need: rows named on the command line."""

from __future__ import annotations

from typing import TypeVar

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
