"""The OpenAPI 3.0 document of OGC API - Features, made from the layers."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from geo import layers
from geo.layers import Layer
from geo.ogc import describe
from geo.ogc.describe import OPENAPI
from geo.ogc.query import DEFAULT_LIMIT, LANGUAGES, MOST
from geo.ogc.systems import SYSTEMS


def document(address: describe.Address, viewer: Any) -> dict[str, Any]:
    """Return the document, with a path for each collection that ``viewer`` may see."""
    paths: dict[str, Any] = {
        "/": _get(_("Beginpagina"), "landing", _json("landing")),
        "/conformance": _get(_("Eisen waaraan dit voldoet"), "conformance", _json("conformance")),
        "/api": _get(_("Dit document"), "api", _json("anything") | {OPENAPI: {"schema": {"type": "object"}}}),
        "/collections": _get(_("Alle verzamelingen"), "collections", _json("collections")),
    }
    for layer in layers.all_layers():
        paths |= _paths(layer, viewer)
    return {
        "openapi": "3.0.3",
        "info": {
            "title": "Mijn Buurt Assen: OGC API - Features",
            "version": "1.0.0",
            "description": _("De plannen van alle partners in de wijk."),
            "license": {"name": "EUPL-1.2", "url": "https://eupl.eu/1.2/nl/"},
        },
        "servers": [{"url": address().rstrip("/")}],
        "tags": [{"name": layer.id, "description": str(layer.title)} for layer in layers.all_layers()],
        "paths": paths,
        "components": {"schemas": _SCHEMAS, "parameters": _parameters(), "responses": _RESPONSES},
    }


def _paths(layer: Layer, viewer: Any) -> dict[str, Any]:
    base, title = f"/collections/{layer.id}", str(layer.title)
    asked: list[dict[str, Any]] = [
        {"$ref": f"#/components/parameters/{name}"}
        for name in (
            "limit", "offset", "after", "bbox", "bbox-crs", "crs", "datetime", "filter", "filter-lang", "filter-crs",
        )
    ]  # fmt: skip
    asked += [
        {
            "name": name, "in": "query", "required": False, "style": "form", "explode": False,
            # A value that does not occur matches nothing; it is no fault.
            "schema": {key: value for key, value in schema.items() if key != "enum"},
            "description": ", ".join(schema.get("enum", [])),
        }
        for name, schema in describe.property_schemas(layer, viewer).items()
    ]  # fmt: skip
    one: list[dict[str, Any]] = [
        {"name": "featureId", "in": "path", "required": True, "schema": {"type": "integer", "minimum": 1}},
        {"$ref": "#/components/parameters/crs"},
    ]
    return {
        base: _get(title, f"{layer.id}.describe", _json("collection"), layer.id),
        f"{base}/queryables": _get(
            f"{title}: {_('waarop te filteren is')}", f"{layer.id}.queryables",
            {describe.SCHEMA: {"schema": {"type": "object"}}, **_HTML}, layer.id,
        ),
        f"{base}/items": _get(title, f"{layer.id}.items", _geojson("featureCollection"), layer.id, asked),
        f"{base}/items/{{featureId}}": _get(
            f"{title}: {_('één')}", f"{layer.id}.item", _geojson("feature"), layer.id, one, missing=True
        ),
    }  # fmt: skip


def _get(
    summary: str, operation: str, content: dict[str, Any], tag: str = "", parameters: list[Any] | None = None,
    *, missing: bool = False,
) -> dict[str, Any]:  # fmt: skip
    responses: dict[str, Any] = {
        "200": {"description": summary, "content": content},
        "400": {"$ref": "#/components/responses/badRequest"},
    }
    if missing:
        responses["404"] = {"$ref": "#/components/responses/notFound"}
    form = {"$ref": "#/components/parameters/f"}
    operation_object = {
        "summary": summary, "operationId": operation, "parameters": [*(parameters or []), form], "responses": responses,
    }  # fmt: skip
    return {"get": operation_object | ({"tags": [tag]} if tag else {})}


_HTML: dict[str, Any] = {describe.HTML: {"schema": {"type": "string"}}}


def _json(schema: str) -> dict[str, Any]:
    return {describe.JSON: {"schema": {"$ref": f"#/components/schemas/{schema}"}}, **_HTML}


def _geojson(schema: str) -> dict[str, Any]:
    return {describe.GEOJSON: {"schema": {"$ref": f"#/components/schemas/{schema}"}}, **_HTML}


def _parameters() -> dict[str, Any]:
    systems = {"type": "string", "format": "uri", "enum": [system.uri for system in SYSTEMS]}
    numbers = {"oneOf": [{"type": "array", "items": {"type": "number"}, "minItems": n, "maxItems": n} for n in (4, 6)]}

    def query(name: str, schema: dict[str, Any], description: str) -> dict[str, Any]:
        return {
            "name": name, "in": "query", "required": False, "schema": schema, "style": "form", "explode": False,
            "description": description,
        }  # fmt: skip

    return {
        "f": query("f", {"type": "string", "enum": ["json", "html"]}, _("Vorm van het antwoord.")),
        "limit": query(
            "limit", {"type": "integer", "minimum": 1, "default": DEFAULT_LIMIT},
            _("Hoogstens zoveel, en nooit meer dan %(most)s.") % {"most": MOST},
        ),
        "offset": query("offset", {"type": "integer", "minimum": 0, "default": 0}, _("Na zoveel andere.")),
        "after": query(
            "after", {"type": "integer", "minimum": 0, "default": 0},
            _("Na het kenmerk met dit nummer; zo staat het in de link naar de volgende bladzijde."),
        ),
        "bbox": query("bbox", numbers, _("Vak: west,zuid,oost,noord.")),
        "bbox-crs": query("bbox-crs", systems, _("Coördinatenstelsel van bbox.")),
        "crs": query("crs", systems, _("Coördinatenstelsel van het antwoord.")),
        "datetime": query("datetime", {"type": "string"}, _("Dag, of periode als 2027-01-01/2027-12-31.")),
        "filter": query("filter", {"type": "string"}, _("Voorwaarde in CQL2.")),
        "filter-lang": query("filter-lang", {"type": "string", "enum": list(LANGUAGES)}, _("Taal van filter.")),
        "filter-crs": query("filter-crs", systems, _("Coördinatenstelsel van filter.")),
    }  # fmt: skip


_LINKS: dict[str, Any] = {"type": "array", "items": {"$ref": "#/components/schemas/link"}}
_SCHEMAS: dict[str, Any] = {
    "anything": {"type": "object"},
    "link": {
        "type": "object",
        "required": ["href", "rel"],
        "properties": {name: {"type": "string"} for name in ("href", "rel", "type", "title")},
    },
    "landing": {"type": "object", "required": ["links"], "properties": {"title": {"type": "string"}, "links": _LINKS}},
    "conformance": {
        "type": "object",
        "required": ["conformsTo"],
        "properties": {"conformsTo": {"type": "array", "items": {"type": "string"}}},
    },
    "collection": {
        "type": "object",
        "required": ["id", "links"],
        "properties": {
            "id": {"type": "string"},
            "title": {"type": "string"},
            "links": _LINKS,
            "crs": {"type": "array", "items": {"type": "string"}},
            "storageCrs": {"type": "string"},
            "extent": {"type": "object"},
        },
    },
    "collections": {
        "type": "object",
        "required": ["links", "collections"],
        "properties": {
            "links": _LINKS,
            "collections": {"type": "array", "items": {"$ref": "#/components/schemas/collection"}},
        },
    },
    "feature": {
        "type": "object",
        "required": ["type", "geometry", "properties"],
        "properties": {
            "type": {"type": "string", "enum": ["Feature"]},
            "id": {"type": "integer"},
            "geometry": {"type": "object", "nullable": True},
            "properties": {"type": "object", "nullable": True},
            "links": _LINKS,
        },
    },
    "featureCollection": {
        "type": "object",
        "required": ["type", "features"],
        "properties": {
            "type": {"type": "string", "enum": ["FeatureCollection"]},
            "features": {"type": "array", "items": {"$ref": "#/components/schemas/feature"}},
            "links": _LINKS,
            "numberMatched": {"type": "integer"},
            "numberReturned": {"type": "integer"},
        },
    },
    "problem": {
        "type": "object",
        "required": ["title", "status"],
        "properties": {
            "type": {"type": "string"},
            "title": {"type": "string"},
            "status": {"type": "integer"},
            "detail": {"type": "string"},
        },
    },
}
_PROBLEM: dict[str, Any] = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/problem"}}}
_RESPONSES: dict[str, Any] = {
    "badRequest": {"description": "De vraag klopt niet (RFC 9457).", "content": _PROBLEM},
    "notFound": {"description": "Niet gevonden (RFC 9457).", "content": _PROBLEM},
}
