"""Statements that are asked again and again: the database keeps them read and planned on each connection.

Django writes values into the text of a statement, so that every statement is new to the database. Here values travel
beside it, answers come in binary, and psycopg has the database prepare what is asked a second time.
"""

from __future__ import annotations

import select
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
    if not connection.in_atomic_block and _hung_up(connection.connection):
        connection.close()
        connection.connect()
    raw: Any = psycopg.RawCursor(connection.connection)
    raw.format = Format.BINARY
    wrap = connection.make_debug_cursor if connection.queries_logged else connection.make_cursor
    with wrap(raw) as cursor:
        yield cursor


def _hung_up(raw: psycopg.Connection[Any]) -> bool:
    """Return whether the database ended a connection: there is something to read where nothing was asked.

    Django's own check asks a question, which takes as long as finding a tile does.
    """
    listening = select.poll()
    listening.register(raw, select.POLLIN)
    return bool(listening.poll(0))
