"""The layer registry: one declaration of a map layer, whence tiles, features, legend and export.

This package knows no plan, so every app declares its own layers in its ``layers.py`` and its AppConfig
registers them when Django is ready.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from django.db import models
from django.db.models import Expression, F, Q, QuerySet
from django.db.models.expressions import Combinable
from django.db.models.lookups import GreaterThan, LessThan
from django.utils.functional import Promise

from geo.functions import DayNumber
from geo.periods import ALWAYS, Period

Source = Callable[[Any], QuerySet[Any]]
"""Takes the viewer (a user, an anonymous user or None) and returns what that viewer may see."""

Column = str | Expression | Callable[[Any], Combinable]
"""A column (a path over relations may be used), an expression, or what makes one for a viewer."""


class DrawnAs(StrEnum):
    """In what form the records of a layer stand in a tile."""

    SHAPE = "shape"
    """As stored, in the tile's layer ``<id>``."""
    POINT = "point"
    """As one point that lies on it, in ``<id>``."""
    SHAPE_AND_POINTS = "shape_and_points"
    """As stored in ``<id>``, and as one point per large part, for labels and icons, in ``<id>-points``."""


@dataclass(frozen=True)
class Layer:
    """A map layer.

    Parameters
    ----------
    id
        Name in addresses: ``/tiles/<id>/...``.
    title
        What users call it.
    source
        The records a viewer may see.
    geometry
        The column in RD New; ``mercator`` beside it holds the same in Web Mercator, with an index.
    fields
        Attributes that go along: name in the tile to column.
    period
        The columns of start and finish (the first day it is over; None where it lasts), where the layer has
        a time.
    min_zoom, max_zoom
        At which zooms tiles are made.
    detail_fields
        Attributes that go along only from ``detail_zoom`` on.
    drawn_as
        Shapes, points or both.
    feature_fields
        Attributes that go along only where whole records are exchanged, not in tiles.
    ends
        Attributes that hold the first day after a period; files for people say its last day.
    """

    id: str
    title: str | Promise
    source: Source
    geometry: str = "geometry"
    mercator: str = "mercator"
    fields: Mapping[str, Column] = field(default_factory=dict)
    period: tuple[str | Expression, str | Expression | None] | None = None
    min_zoom: int = 8
    max_zoom: int = 16
    detail_fields: Mapping[str, Column] = field(default_factory=dict)
    detail_zoom: int = 12
    drawn_as: DrawnAs = DrawnAs.SHAPE
    feature_fields: Mapping[str, Column] = field(default_factory=dict)
    ends: frozenset[str] = frozenset({"finish"})

    def records(self, viewer: Any, period: Period = ALWAYS) -> QuerySet[Any]:
        """Return what ``viewer`` may see and what shares a day with ``period``."""
        return self.during(self.source(viewer), period)

    def during(self, records: QuerySet[Any], period: Period) -> QuerySet[Any]:
        """Keep the ``records`` that share a day with ``period``; all of them where the layer has no time."""
        if self.period is None:
            return records
        start, finish = self.period
        if period.finish is not None:
            records = records.filter(_before(start, period.finish))
        if period.start is not None and finish is not None:
            records = records.filter(_after(finish, period.start))
        return records

    def columns(self, viewer: Any, *, detailed: bool = True) -> dict[str, Combinable]:
        """Return the attributes that go along, with or without those of ``detail_zoom``, for ``viewer``."""
        columns = dict(self.fields)
        if detailed:
            columns |= self.detail_fields
        return {name: _expression(column, viewer) for name, column in columns.items()}

    @property
    def property_names(self) -> list[str]:
        """Return the names of all attributes of a whole record but for its identity."""
        return [name for name in {**self.fields, **self.detail_fields, **self.feature_fields} if name != "id"]

    def properties(self, viewer: Any) -> dict[str, Combinable]:
        """Return all attributes of a whole record; days are dates there, not numbers as in a tile."""
        columns = {**self.fields, **self.detail_fields, **self.feature_fields}
        found = {name: _expression(columns[name], viewer) for name in self.property_names}
        for name, column in found.items():
            if isinstance(column, DayNumber):
                found[name] = column.get_source_expressions()[0]
        return found


def _before(column: str | Expression, day: dt.date) -> Q | LessThan:
    if isinstance(column, str):
        return Q(**{f"{column}__lt": day})
    return LessThan(column, models.Value(day, models.DateField()))


def _after(column: str | Expression, day: dt.date) -> Q | GreaterThan:
    if isinstance(column, str):
        return Q(**{f"{column}__gt": day})
    return GreaterThan(column, models.Value(day, models.DateField()))


def _expression(column: Column, viewer: Any) -> Combinable:
    if isinstance(column, str):
        return F(column)
    if isinstance(column, Expression):
        return column
    return column(viewer)


_layers: dict[str, Layer] = {}


def register(layer: Layer) -> None:
    """Add ``layer`` to the registry.

    Raises
    ------
    ValueError
        Where another layer has that id already.
    """
    if _layers.get(layer.id, layer) != layer:
        raise ValueError(f"two layers are called {layer.id}")
    _layers[layer.id] = layer


def extend(layer_id: str, fields: Mapping[str, Column]) -> None:
    """Add attributes to a layer that an app further down declared, from what only this app knows.

    Raises
    ------
    KeyError
        Where no layer has that id.
    """
    layer = _layers[layer_id]
    _layers[layer_id] = replace(layer, fields={**layer.fields, **fields})


def get(layer_id: str) -> Layer | None:
    """Return the layer with this id, or None."""
    return _layers.get(layer_id)


def all_layers() -> Iterator[Layer]:
    """Yield all layers in the order they were declared."""
    yield from _layers.values()
