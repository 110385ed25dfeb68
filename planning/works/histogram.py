"""How many works are under way in each month."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connections

from planning.works.models import WorkQuerySet

# A work adds one in the month it starts and takes it away in the month after its last; what has been added
# so far is what is under way. So the work is linear in works and months, not in their product.
_STATEMENT = """
WITH selected (start, finish) AS ({selection}),
steps (month, step) AS (
    SELECT greatest(date_trunc('month', start::timestamp), %s::date), 1
    FROM selected WHERE start < %s::date AND finish > %s::date
    UNION ALL
    SELECT date_trunc('month', (finish - 1)::timestamp) + interval '1 month', -1
    FROM selected WHERE start < %s::date AND finish > %s::date
),
monthly AS (SELECT month, sum(step) AS step FROM steps GROUP BY month)
SELECT to_char(month, 'YYYY-MM'), coalesce(sum(step) OVER (ORDER BY month), 0)::int
FROM generate_series(%s::timestamp, %s::timestamp - interval '1 day', interval '1 month') AS month
LEFT JOIN monthly USING (month)
ORDER BY month
"""


def works_per_month(works: WorkQuerySet, first: dt.date, end: dt.date) -> list[dict[str, Any]]:
    """Return ``{"month": "2027-05", "works": n}`` per month of ``[first, end)``, in one statement.

    ``first`` and ``end`` are first days of months. A work counts in every month it shares a day with.
    """
    try:
        selection, parameters = works.order_by().values_list("planned_start", "planned_finish").query.sql_with_params()
    except EmptyResultSet:
        selection, parameters = "SELECT NULL::date, NULL::date WHERE false", ()
    with connections[works.db].cursor() as cursor:
        cursor.execute(
            _STATEMENT.format(selection=selection),
            [*parameters, first, end, first, end, first, first, end],
        )
        return [{"month": month, "works": count} for month, count in cursor.fetchall()]
