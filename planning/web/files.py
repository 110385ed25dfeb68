"""Which layers a page offers as files, and in which forms."""

from __future__ import annotations

from typing import Any, Final

from geo import layers
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
