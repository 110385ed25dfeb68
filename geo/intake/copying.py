"""Many rows into the database at once, by COPY."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any, Final

from django.db import connections

AT_ONCE: Final = 20_000


def copy_rows(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]], using: str = "default") -> int:
    """Add rows to a table and return how many; they are drawn from ``rows`` some at a time, so that any number fits.

    Between two helpings the connection is free, so that ``rows`` may read from the database itself.

    Parameters
    ----------
    table, columns
        Names of ours, never a client's.
    rows
        Values in the order of ``columns``; a geometry as hexadecimal (E)WKB.
    """
    count = 0
    names = ", ".join(f'"{name}"' for name in columns)
    source = iter(rows)
    with connections[using].cursor() as cursor:
        while helping := list(islice(source, AT_ONCE)):
            with cursor.copy(f'COPY "{table}" ({names}) FROM STDIN') as copy:
                for row in helping:
                    copy.write_row(row)
            count += len(helping)
    return count
