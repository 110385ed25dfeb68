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


def list_files(name: str, query: str | None = None) -> dict[str, Any]:
    """Return the name of a list and the forms it can be had in, as ``web/_files.html`` shows them.

    Parameters
    ----------
    name
        Of a list, or of a layer that a page shows as a list.
    query
        What the files are asked with; as the page itself was asked where it is None.

    Raises
    ------
    KeyError
        Where there is no list or layer of that name.
    """
    listing = lists.get(name)
    layer = listing.the_layer if listing else layers.get(name)
    if layer is None:
        raise KeyError(name)
    forms = [(form.extension, str(form.title)) for form in formats_of(layer.id).values()]
    return {"list": name, "forms": forms, "query": query}
