"""Maps that travel: one html file with layers, legend, time slider and popups, that opens without a network."""

from planning.web.folium_maps.before_after import export_before_after
from planning.web.folium_maps.page import export_map

__all__ = ["export_before_after", "export_map"]
