"""Statements that are asked again and again: the database keeps them read and planned on each connection.

Django writes values into the text of a statement, so that every statement is new to the database. Here values travel
beside it, answers come in binary, and psycopg has the database prepare what is asked a second time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg
from django.db import connections
from django.db.backends.utils import CursorWrapper
from psycopg.pq import Format


def numbered(statement: str, values: Sequence[Any]) -> str:
    """Return a statement with ``$1``, ``$2`` … for its ``%s``, as PostgreSQL itself writes where values go."""
    return statement % tuple(f"${number}" for number in range(1, len(values) + 1))


@contextmanager
def prepared(using: str) -> Iterator[CursorWrapper]:
    """Yield a cursor for numbered statements; what is asked is counted and logged as with Django's own."""
    connection = connections[using]
    connection.ensure_connection()
    raw: Any = psycopg.RawCursor(connection.connection)
    raw.format = Format.BINARY
    wrap = connection.make_debug_cursor if connection.queries_logged else connection.make_cursor
    with wrap(raw) as cursor:
        yield cursor
