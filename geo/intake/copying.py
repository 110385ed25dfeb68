"""Many rows into the database at once, by COPY."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connections


def copy_rows(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]], using: str = "default") -> int:
    """Add rows to a table and return how many; they are drawn from ``rows`` as they go, so that any number fits.

    Parameters
    ----------
    table, columns
        Names of ours, never a client's.
    rows
        Values in the order of ``columns``; a geometry as hexadecimal (E)WKB.
    """
    count = 0
    names = ", ".join(f'"{name}"' for name in columns)
    with connections[using].cursor() as cursor, cursor.copy(f'COPY "{table}" ({names}) FROM STDIN') as copy:
        for row in rows:
            copy.write_row(row)
            count += 1
    return count
