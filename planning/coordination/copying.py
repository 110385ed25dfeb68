"""Rows of numbers from PostgreSQL to numpy without a Python object per value.

Each row becomes bytes of a fixed width in the database, which sends them all as one value; a structured numpy type
of the same layout reads them in one go.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
import psycopg
from django.db import connection
from numpy.typing import NDArray
from psycopg import sql

BOOL, SMALLINT, INT, BIGINT, REAL = ">u1", ">i2", ">i4", ">i8", ">f4"

SEND: Final = {BOOL: "boolsend", SMALLINT: "int2send", INT: "int4send", BIGINT: "int8send", REAL: "float4send"}
"""PostgreSQL's own functions to the binary form of a type, big-endian."""


def copy_rows(
    statement: str, columns: Mapping[str, str], parameters: Mapping[str, object] | None = None
) -> NDArray[np.void]:
    """Return the rows of ``statement`` as a structured array.

    Parameters
    ----------
    statement
        A SELECT whose columns have the types of ``columns``, in that order, and are never NULL; values stand as
        ``{name}``.
    columns
        Name to type, one of the constants of this module.
    parameters
        Values for the statement, quoted here; a piece of SQL of our own goes in as it is.

    Raises
    ------
    ValueError
        Where a column was NULL.
    """
    row_type = np.dtype(list(columns.items()))
    packed = " || ".join(f"{send}(r.{name})" for name, send in ((n, SEND[kind]) for n, kind in columns.items()))
    query = sql.SQL("SELECT count(*), string_agg({}, '') FROM ({}) r({})").format(
        sql.SQL(packed), fill(statement, parameters or {}), sql.SQL(", ".join(columns))
    )
    with connection.cursor() as cursor:
        # Django's own cursor gives text; this one, on the same connection and transaction, the bytes as they are.
        row = psycopg.Cursor(cursor.connection).execute(query, binary=True).fetchone()
    count, data = row or (0, b"")
    # A NULL anywhere in a row makes its bytes NULL, and then they are missing.
    if len(data or b"") != count * row_type.itemsize:
        raise ValueError("a row has another width than its columns say; is a column NULL?")
    return np.frombuffer(data or b"", row_type)


def fill(statement: str, parameters: Mapping[str, object]) -> sql.Composed:
    """Return the statement with its values quoted in place, so that the planner knows a NULL filter away."""
    values = {k: v if isinstance(v, sql.Composable) else sql.Literal(v) for k, v in parameters.items()}
    return sql.SQL(statement).format(**values)
