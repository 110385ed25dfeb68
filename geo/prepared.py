"""Statements that are asked again and again: the database keeps them read and planned on each connection.

Django writes values into the text of a statement, so that every statement is new to the database. Here values travel
beside it, answers come in binary, and psycopg has the database prepare what is asked a second time.
"""

from __future__ import annotations

import select
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.backends.utils import CursorWrapper
from django.db.models import QuerySet
from psycopg.pq import Format


def numbered(statement: str, values: Sequence[Any]) -> str:
    """Return a statement with ``$1``, ``$2`` … for its ``%s``, as PostgreSQL itself writes where values go."""
    return statement % tuple(f"${number}" for number in range(1, len(values) + 1))


@dataclass(frozen=True)
class Question:
    """The statement of a QuerySet, written out once and asked many times.

    Parameters
    ----------
    statement, values
        Numbered; a value that is a function is given what is asked (``geo.functions.Given``).
    using
        The database.
    """

    statement: str
    values: tuple[Any, ...]
    using: str

    @classmethod
    def of(cls, records: QuerySet[Any, Any]) -> Question | None:
        """Return the question that ``records``, a QuerySet of ``values``, asks; None where nothing can be there."""
        try:
            statement, values = records.query.sql_with_params()
        except EmptyResultSet:
            return None
        return cls(numbered(statement, values), tuple(values), records.db)

    def values_for(self, asked: Any) -> list[Any]:
        """Return the values of the statement for what is asked."""
        return [value(asked) if callable(value) else value for value in self.values]

    def rows(self, asked: Any) -> list[dict[str, Any]]:
        """Return the rows of the answer, each by the names of its columns."""
        with prepared(self.using) as cursor:
            cursor.execute(self.statement, self.values_for(asked))
            names = [column.name for column in cursor.description or ()]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def login(using: str = "default") -> dict[str, Any]:
    """Return what opens a connection to a database beside Django's."""
    given = connections[using].settings_dict
    names = {"host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD", "dbname": "NAME"}
    return {name: str(given[key]) for name, key in names.items() if given.get(key)}


@contextmanager
def prepared(using: str) -> Iterator[CursorWrapper]:
    """Yield a cursor for numbered statements; what is asked is counted and logged as with Django's own."""
    connection = connections[using]
    connection.ensure_connection()
    if not connection.in_atomic_block and has_something_to_read(connection.connection):
        connection.close()
        connection.connect()
    raw: Any = psycopg.RawCursor(connection.connection)
    raw.format = Format.BINARY
    wrap = connection.make_debug_cursor if connection.queries_logged else connection.make_cursor
    with wrap(raw) as cursor:
        yield cursor


def has_something_to_read(raw: psycopg.Connection[Any]) -> bool:
    """Return whether the database says something where nothing was asked: that it ended the connection, or a notice.

    Django's own check asks a question, which takes as long as finding a tile does.
    """
    listening = select.poll()
    listening.register(raw, select.POLLIN)
    return bool(listening.poll(0))
