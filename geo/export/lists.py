"""Lists of pages as files: each is asked for as its page is, and holds all that the page would show.

A list has records with a place and attributes as a layer has, and need not be one of the map's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from geo import layers
from geo.layers import Layer

Select = Callable[[Mapping[str, str], Any], QuerySet[Any]]
"""Takes the page's own question and the viewer; raises BadRequestError and PermissionDenied."""


@dataclass(frozen=True)
class Listing:
    """A list: what its records say, as a layer or the name of one of the map's, and which of them are asked for."""

    layer: str | Layer
    select: Select

    @property
    def the_layer(self) -> Layer:
        """Return what its records say; raises KeyError where no layer has that name."""
        if isinstance(self.layer, Layer):
            return self.layer
        found = layers.get(self.layer)
        if found is None:
            raise KeyError(self.layer)
        return found


_lists: dict[str, Listing] = {}


def declare_list(name: str, listing: Listing) -> None:
    """Let a list be had as files, at ``/export/<name>.<extension>``.

    Raises
    ------
    ValueError
        Where a layer or another list has that name.
    """
    if name in _lists or layers.get(name):
        raise ValueError(f"{name} is there already")
    _lists[name] = listing


def get(name: str) -> Listing | None:
    """Return the list of this name, or None."""
    return _lists.get(name)
