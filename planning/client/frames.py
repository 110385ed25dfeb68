"""Answers of the service as tables, and tables as what it takes in."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

RD_NEW: Final = "EPSG:28992"
"""Metres; distances and areas are what a planner means by them."""

WGS_84: Final = "EPSG:4326"
"""Degrees, longitude first; what the service sends."""

DAYS: Final = frozenset({
    "planned_start", "planned_finish", "earliest_start", "latest_finish", "actual_start", "actual_finish",
    "tenants_informed_on", "embargo_until", "start", "finish", "submitted_on",
})  # fmt: skip
"""Columns that hold days; a finish is the first day it is over."""

MOMENTS: Final = frozenset({"starts_at", "ends_at", "updated_at", "changed_at", "first_seen"})
"""Columns that hold moments, in the time of Amsterdam."""

HERE: Final = "Europe/Amsterdam"


@dataclass(frozen=True)
class Record:
    """One record as it was read.

    Parameters
    ----------
    id, values, geometry
        Which, its values (dates as ``datetime.date``), and where, in the coordinates asked for.
    etag
        Its state; a change names it, so that it never overwrites somebody else's.
    """

    id: int
    values: Mapping[str, Any]
    geometry: shapely.Geometry | None
    etag: str

    def __getitem__(self, name: str) -> Any:
        """Return one value."""
        return self.values[name]


def table(rows: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
    """Return records as a table, with their identities as index and dates as dates."""
    frame = pd.DataFrame(list(rows))
    for name in frame.columns:
        frame[name] = _parsed(str(name), frame[name])
    return frame.set_index("id") if "id" in frame else frame


def spatial_table(features: Sequence[Mapping[str, Any]], crs: str) -> gpd.GeoDataFrame:
    """Return GeoJSON features as a table in ``crs``."""
    frame = table({"id": each["id"], **each["properties"]} for each in features)
    shapes = [shapely.from_geojson(json.dumps(each["geometry"])) if each.get("geometry") else None for each in features]
    if frame.empty:
        frame.index.name = "id"
    return gpd.GeoDataFrame(frame, geometry=gpd.GeoSeries(shapes, index=frame.index, crs=WGS_84)).to_crs(crs)


def point_table(rows: Sequence[Mapping[str, Any]], crs: str) -> gpd.GeoDataFrame:
    """Return rows with a ``lon`` and a ``lat`` as a table of points in ``crs``."""
    frame = table({name: value for name, value in row.items() if name not in ("lon", "lat", "bbox")} for row in rows)
    shapes = gpd.points_from_xy([row["lon"] for row in rows], [row["lat"] for row in rows], crs=WGS_84)
    return gpd.GeoDataFrame(frame, geometry=gpd.GeoSeries(shapes, index=frame.index)).to_crs(crs)


def record(feature: Mapping[str, Any], etag: str, crs: str) -> Record:
    """Return one feature as it was read."""
    values = {name: _day(name, value) for name, value in feature["properties"].items()}
    shape = None
    if feature.get("geometry"):
        there = gpd.GeoSeries([shapely.from_geojson(json.dumps(feature["geometry"]))], crs=WGS_84)
        shape = there.to_crs(crs).iloc[0]
    return Record(feature["id"], values, shape, etag)


def feature(values: Mapping[str, Any], geometry: Any = None, crs: str = RD_NEW, **named: Any) -> dict[str, Any]:
    """Return values as a GeoJSON feature that the service takes in; ``named`` stands beside its properties."""
    made: dict[str, Any] = {"type": "Feature", **named, "properties": {k: plain(v) for k, v in values.items()}}
    if geometry is not None:
        shape = gpd.GeoSeries([geometry], crs=crs).to_crs(WGS_84).iloc[0]
        made["geometry"] = json.loads(shapely.to_geojson(shape))
    return made


def plain(value: Any) -> Any:
    """Return a value as JSON can hold it: days and moments as text, numpy's numbers as Python's, what lacks as None."""
    if value is None or value is pd.NaT or (isinstance(value, float) and np.isnan(value)):
        return None
    if isinstance(value, pd.Timestamp | dt.datetime):
        return value.date().isoformat() if value.tzinfo is None else value.isoformat()
    if isinstance(value, dt.date):
        return value.isoformat()
    return value.item() if isinstance(value, np.generic) else value


def _parsed(name: str, column: pd.Series) -> pd.Series:
    if name in DAYS:
        # Seconds and not nanoseconds: those end in 2262.
        days = np.array(["NaT" if pd.isna(value) else value for value in column], "datetime64[s]")
        return pd.Series(days, index=column.index)
    if name in MOMENTS:
        return pd.to_datetime(column, format="ISO8601", utc=True).dt.tz_convert(HERE)
    return column


def _day(name: str, value: Any) -> Any:
    return dt.date.fromisoformat(value) if name in DAYS and isinstance(value, str) else value
