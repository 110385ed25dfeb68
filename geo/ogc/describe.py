"""What the service says of itself: landing page, conformance, collections, queryables."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from django.contrib.gis.db.models import Extent
from django.contrib.gis.geos import Polygon
from django.db import models
from django.db.models import Max, Min, QuerySet
from django.utils.translation import gettext as _

from geo import layers
from geo.crs import RD_NEW, WGS_84, WGS_84_BOUNDS
from geo.layers import Layer
from geo.ogc.systems import CRS84, RD, SYSTEMS
from geo.records import field_types

Address = Callable[..., str]
"""Makes an absolute address from parts of a path: ``address("collections", "works")``."""

JSON, GEOJSON, HTML = "application/json", "application/geo+json", "text/html"
OPENAPI: Final = "application/vnd.oai.openapi+json;version=3.0"
SCHEMA: Final = "application/schema+json"

PART_1: Final = "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/"
PART_2: Final = "http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/"
PART_3: Final = "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/"
CQL2: Final = "http://www.opengis.net/spec/cql2/1.0/conf/"
CONFORMANCE: Final = (
    *(PART_1 + name for name in ("core", "geojson", "html", "oas30")),
    PART_2 + "crs",
    *(PART_3 + name for name in ("queryables", "queryables-query-parameters", "filter", "features-filter")),
    *(
        CQL2 + name
        for name in (
            "cql2-text", "cql2-json", "basic-cql2", "advanced-comparison-operators", "case-insensitive-comparison",
            "accent-insensitive-comparison", "basic-spatial-functions", "spatial-functions", "temporal-functions",
            "property-property", "arithmetic",
        )
    ),
)  # fmt: skip


def link(href: str, rel: str, media: str, title: str = "") -> dict[str, str]:
    """Return a link as the standard writes it."""
    return {"href": href, "rel": rel, "type": media} | ({"title": title} if title else {})


def landing(address: Address) -> dict[str, Any]:
    """Return the landing page."""
    return {
        "title": "Mijn Buurt Assen",
        "description": _("De plannen van alle partners in de wijk, als open data volgens OGC API - Features."),
        "links": [
            link(address(), "self", JSON, _("Dit document")),
            link(address(f="html"), "alternate", HTML, _("Dit document als pagina")),
            link(address("api"), "service-desc", OPENAPI, _("De beschrijving voor programma's")),
            link(address("api", f="html"), "service-doc", HTML, _("De beschrijving voor mensen")),
            link(address("conformance"), "conformance", JSON, _("Aan welke eisen dit voldoet")),
            link(address("collections"), "data", JSON, _("De verzamelingen")),
        ],
    }


def collections(address: Address, viewer: Any) -> dict[str, Any]:
    """Return all collections."""
    return {
        "links": [
            link(address("collections"), "self", JSON),
            link(address("collections", f="html"), "alternate", HTML),
        ],
        "crs": [system.uri for system in SYSTEMS],
        "collections": [collection(layer, address, viewer) for layer in layers.all_layers()],
    }


def collection(layer: Layer, address: Address, viewer: Any) -> dict[str, Any]:
    """Return what a collection is: where, when, and in which systems it can be had."""
    here = ("collections", layer.id)
    return {
        "id": layer.id,
        "title": str(layer.title),
        "itemType": "feature",
        "extent": extent(layer, viewer),
        "crs": [system.uri for system in SYSTEMS],
        "storageCrs": RD.uri,
        "links": [
            link(address(*here), "self", JSON, str(layer.title)),
            link(address(*here, f="html"), "alternate", HTML, str(layer.title)),
            link(address(*here, "items"), "items", GEOJSON, str(layer.title)),
            link(address(*here, "items", f="html"), "items", HTML, str(layer.title)),
            link(
                address(*here, "queryables"), "http://www.opengis.net/def/rel/ogc/1.0/queryables", SCHEMA,
                _("Waarop te filteren is"),
            ),
        ],
    }  # fmt: skip


def extent(layer: Layer, viewer: Any) -> dict[str, Any]:
    """Return where and when the records lie that ``viewer`` may see."""
    records: QuerySet[Any] = layer.source(viewer).order_by()
    asked: dict[str, Any] = {"box": Extent(layer.geometry)}
    if layer.period is not None:
        start, finish = layer.period
        asked["first"] = Min(start)
        if finish is not None:
            asked["last"] = Max(finish)
    found = records.aggregate(**asked)
    box = WGS_84_BOUNDS
    if found["box"]:
        polygon = Polygon.from_bbox(found["box"])
        polygon.srid = RD_NEW
        box = polygon.transform(WGS_84, clone=True).extent
    where: dict[str, Any] = {"spatial": {"bbox": [[round(side, 7) for side in box]], "crs": CRS84.uri}}
    if layer.period is not None:
        ends = [found.get("first"), found.get("last")]
        where["temporal"] = {
            "interval": [[None if end is None else f"{end:%Y-%m-%d}T00:00:00Z" for end in ends]],
            "trs": "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian",
        }
    return where


def queryables(layer: Layer, address: Address, viewer: Any) -> dict[str, Any]:
    """Return the properties that can be filtered on, as JSON Schema."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": address("collections", layer.id, "queryables"),
        "type": "object",
        "title": str(layer.title),
        "properties": {
            "geometry": {"format": "geometry-any", "x-ogc-role": "primary-geometry", "title": _("Geometrie")},
            **property_schemas(layer, viewer),
        },
        "additionalProperties": False,
    }


def property_schemas(layer: Layer, viewer: Any) -> dict[str, dict[str, Any]]:
    """Return the type of every property as JSON Schema."""
    types = field_types(layer.source(viewer), layer.properties(viewer))
    return {name: _schema(output) for name, output in types.items()}


def _schema(output: models.Field[Any, Any]) -> dict[str, Any]:
    if isinstance(output, models.BooleanField):
        return {"type": "boolean"}
    if isinstance(output, models.IntegerField):
        return {"type": "integer"}
    if isinstance(output, models.FloatField | models.DecimalField):
        return {"type": "number"}
    schema: dict[str, Any] = {"type": "string"}
    if isinstance(output, models.DateTimeField):
        schema["format"] = "date-time"
    elif isinstance(output, models.DateField):
        schema["format"] = "date"
    elif output.choices:
        schema["enum"] = [str(value) for value, _label in output.flatchoices]
    return schema
