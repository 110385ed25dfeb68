"""How many records there are: counted once for each state of the data."""

from __future__ import annotations

import hashlib
import re
from typing import Any, Final

from django.core.cache import caches
from django.core.exceptions import EmptyResultSet
from django.db.models import QuerySet

from geo.versions import tables_read, version_of

HOLDS_S: Final = 600
"""What is visible can depend on the clock too; so long at most a count is used again."""

_cache = caches["process"]
_READ: Final = re.compile(r'(?:FROM|JOIN) "(\w+)"')


def counted(records: QuerySet[Any]) -> int:
    """Return how many ``records`` there are, as ``count()`` does.

    Counting reads every record, of which a page shows few. So a count is kept, for who asks the same while no table
    that it reads has changed; where one of them notes no changes it is counted each time.
    """
    records = records.order_by().values("pk")
    try:
        statement, values = records.query.sql_with_params()
    except EmptyResultSet:
        return 0
    if not set(_READ.findall(statement)) <= set(tables_read(statement, records.db)):
        return records.count()
    state = (records.db, version_of(statement, records.db), statement, values)
    key = "count:" + hashlib.blake2b(repr(state).encode(), digest_size=16).hexdigest()
    found = _cache.get(key)
    if found is None:
        found = records.count()
        _cache.set(key, found, HOLDS_S)
    return int(found)
