"""Which layers and lists a page offers as files, and in which forms."""

from __future__ import annotations

from typing import Any, Final

from geo import layers
from geo.export import lists
from geo.export.formats import formats_of

ON_THE_MAP: Final = ("works", "findings", "initiatives", "centres", "meetings", "wijken", "buurten")
OF_A_WIJK: Final = ("works", "findings", "initiatives", "centres", "meetings")
"""What can be asked of one wijk alone."""


def layer_files(layer_ids: tuple[str, ...]) -> list[dict[str, Any]]:
    """Return per layer its id, its title, and the forms it can be had in as pairs of extension and title."""
    found = [layer for layer_id in layer_ids if (layer := layers.get(layer_id))]
    return [
        {
            "layer": layer.id,
            "title": str(layer.title),
            "forms": [(form.extension, str(form.title)) for form in formats_of(layer.id).values()],
        }
        for layer in found
    ]


def list_files(name: str) -> dict[str, Any]:
    """Return the name of a list and the forms it can be had in, as ``web/_files.html`` shows them."""
    listing = lists.get(name)
    if listing is None:
        raise KeyError(name)
    forms = formats_of(listing.the_layer.id).values()
    return {"list": name, "forms": [(form.extension, str(form.title)) for form in forms]}
