"""The layer registry: one declaration of a map layer, whence tiles, features, legend and export.

This package knows no plan, so every app declares its own layers in its ``layers.py`` and its AppConfig
registers them when Django is ready.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise

Source = Callable[[Any], QuerySet[Any]]
"""Takes the viewer (a user, an anonymous user or None) and returns what that viewer may see."""


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
        Attributes that go along, name in the tile to column (a path over relations may be used).
    period
        The columns of start and finish, where the layer has a time.
    min_zoom, max_zoom
        At which zooms tiles are made.
    detail_fields
        Attributes that go along only from ``detail_zoom`` on.
    """

    id: str
    title: str | Promise
    source: Source
    geometry: str = "geometry"
    mercator: str = "mercator"
    fields: dict[str, str] = field(default_factory=dict)
    period: tuple[str, str] | None = None
    min_zoom: int = 0
    max_zoom: int = 18
    detail_fields: dict[str, str] = field(default_factory=dict)
    detail_zoom: int = 14


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


def get(layer_id: str) -> Layer | None:
    """Return the layer with this id, or None."""
    return _layers.get(layer_id)


def all_layers() -> Iterator[Layer]:
    """Yield all layers in the order they were declared."""
    yield from _layers.values()
