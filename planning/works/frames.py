"""Rows of the database as tables with geometry, for analyses."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import pandas as pd
import shapely
from django.db.models import QuerySet

from geo.crs import RD_NEW


def to_geodataframe(queryset: QuerySet[Any], *fields: str, geometry: str = "geometry") -> gpd.GeoDataFrame:
    """Return the rows of ``queryset`` as a GeoDataFrame in RD New, in one query.

    Parameters
    ----------
    queryset
        What to read; filter it with ``visible_to`` first.
    fields
        Columns, also over relations (``owner__name``).
    geometry
        The geometry column.

    Examples
    --------
    >>> to_geodataframe(Work.objects.visible_to(None), "name", "kind", "owner__name")  # doctest: +SKIP
    """
    rows = list(queryset.values_list(*fields, geometry))
    shapes = [shapely.from_wkb(bytes(row[-1].wkb)) for row in rows]
    table = pd.DataFrame([row[:-1] for row in rows], columns=list(fields))
    return gpd.GeoDataFrame(table, geometry=shapes, crs=RD_NEW)
