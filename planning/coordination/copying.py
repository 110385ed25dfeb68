"""Rows of numbers from PostgreSQL to numpy without a Python object per value.

``COPY (...) TO STDOUT (FORMAT BINARY)`` sends fixed-width rows where no column is NULL and every type has a fixed
width; a structured numpy type of the same layout reads them in one go.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from django.db import connection
from numpy.typing import NDArray
from psycopg import sql

HEADER_BYTES = 19
"""Signature of 11 bytes, flags of 4, header extension length of 4 (PostgreSQL manual, COPY, binary format)."""

TRAILER_BYTES = 2
"""A field count of -1 ends the data."""

BOOL, SMALLINT, INT, BIGINT, REAL = ">u1", ">i2", ">i4", ">i8", ">f4"


def copy_rows(
    statement: str, columns: Mapping[str, str], parameters: Mapping[str, object] | None = None
) -> NDArray[np.void]:
    """Return the rows of ``statement`` as a structured array.

    Parameters
    ----------
    statement
        A SELECT whose columns are cast to fixed-width types and are never NULL, in the order of ``columns``;
        values stand as ``{name}``.
    columns
        Name to type, one of the constants of this module.
    parameters
        Values for the statement.

    Raises
    ------
    ValueError
        Where a row has another width: a column was NULL or of another type.
    """
    layout: list[tuple[str, str]] = [("_fields", ">i2")]
    for name, kind in columns.items():
        layout += [(f"_{name}", ">i4"), (name, kind)]
    row_type = np.dtype(layout)
    with connection.cursor() as cursor:
        raw = cursor.cursor
        # COPY takes no parameters on the wire; psycopg quotes them safely into the text.
        filled = sql.SQL(statement).format(**{k: sql.Literal(v) for k, v in (parameters or {}).items()})
        with raw.copy(sql.SQL("COPY ({}) TO STDOUT (FORMAT BINARY)").format(filled)) as copy:
            data = b"".join(bytes(block) for block in copy)
    body = memoryview(data)[HEADER_BYTES : len(data) - TRAILER_BYTES]
    if len(body) % row_type.itemsize:
        raise ValueError("a row has another width than its columns say; is a column NULL?")
    rows = np.frombuffer(body, row_type)
    if len(rows) and not (rows["_fields"] == len(columns)).all():
        raise ValueError("a row has another number of columns than asked for")
    return rows
