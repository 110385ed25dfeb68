"""The features of a page, in the coordinate system that is asked for."""

from __future__ import annotations

from typing import Any

from django.contrib.gis.db.models.functions import AsGeoJSON, GeoFunc, Transform
from django.db.models import QuerySet

from geo.crs import RD_NEW
from geo.feature_text import FeatureText
from geo.functions import RightHanded
from geo.layers import Layer
from geo.ogc.systems import System


class _Flipped(GeoFunc):
    """A geometry with its two axes changed over."""

    function = "ST_FlipCoordinates"


def features(records: QuerySet[Any], layer: Layer, viewer: Any, system: System) -> list[tuple[int, str]]:
    """Return each record, in their order, as its identity and the text of a GeoJSON feature; one statement.

    From Web Mercator to degrees is a formula, and the same to a tenth of a millimetre; from RD New it is a shift of
    datum, at a third of the cost of all the rest.
    """
    shape: GeoFunc = RightHanded(Transform(layer.geometry if system.srid == RD_NEW else layer.mercator, system.srid))
    if system.northing_first:
        shape = _Flipped(shape)
    geojson = AsGeoJSON(shape, precision=system.decimals)
    text = FeatureText("pk", geojson, layer.properties(viewer))
    return list(records.annotate(feature_text=text).values_list("pk", "feature_text"))
