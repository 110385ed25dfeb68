"""Asking the API, and degrees for places given in metres from ``ORIGIN``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.gis.geos import GEOSGeometry
from django.db import connection
from django.test import Client

from geo.crs import WGS_84
from tests import factories as make

Ask = Callable[..., Any]


@pytest.fixture
def ask(client: Client) -> Ask:
    """Ask ``/api/<path>`` and return the JSON; ``expect`` is the status that must come back."""

    def answer(path: str, expect: int = 200, **query: Any) -> Any:
        response = client.get(f"/api/{path}", {name.rstrip("_"): value for name, value in query.items()} or None)
        assert response.status_code == expect, response.content
        if expect >= 400:
            assert response["Content-Type"] == "application/problem+json"
        return response.json()

    return answer


def degrees(geometry: GEOSGeometry) -> GEOSGeometry:
    """Return ``geometry`` in WGS 84, as PostGIS has it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT ST_AsEWKT(ST_Transform(ST_GeomFromEWKT(%s), %s))", [geometry.ewkt, WGS_84])
        return GEOSGeometry(cursor.fetchone()[0])


def lonlat(east: float = 0.0, north: float = 0.0) -> dict[str, float]:
    """Return ``lon`` and ``lat`` of the point ``east`` and ``north`` metres from ``ORIGIN``."""
    lon, lat = degrees(make.point(east, north)).coords
    return {"lon": lon, "lat": lat}


def bbox(east: float, north: float, width: float, height: float | None = None) -> str:
    """Return a box in metres from ``ORIGIN`` as the API wants it."""
    return ",".join(str(edge) for edge in degrees(make.box(east, north, width, height)).extent)
