"""The last hand on the OpenAPI document: problems, headers, words and examples for every operation."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from django.conf import settings
from django.utils.translation import gettext as _

from planning.api.examples import PARAMETERS, VALUES, Examples
from planning.api.texts import ABOUT, OPERATIONS, TAGS, TITLE

Schema = dict[str, Any]

PROBLEM: Final[Schema] = {
    "type": "object",
    "required": ["type", "title", "status"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["detail"],
                "properties": {name: {"type": "string"} for name in ("parameter", "pointer", "detail")},
            },
        },
    },
    "examples": [
        {
            "type": "about:blank",
            "title": "De vraag klopt niet",
            "status": 400,
            "detail": "Een vak heeft vier getallen: west,zuid,oost,noord (of zes, met hoogte).",
            "errors": [
                {
                    "parameter": "bbox",
                    "detail": "Een vak heeft vier getallen: west,zuid,oost,noord (of zes, met hoogte).",
                }
            ],
        }
    ],
}
"""RFC 9457, with what is wrong per parameter or, as JSON pointer, per value."""

_POSITION: Final[Schema] = {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 3}


def _depth(depth: int, least: int = 1) -> Schema:
    """Return positions in lists in lists, as deep as a kind of geometry has them."""
    schema = _POSITION
    for level in range(depth):
        schema = {"type": "array", "items": schema, "minItems": least if level == 0 else 1}
    return schema


def _kind(name: str, coordinates: Schema) -> Schema:
    return {
        "type": "object",
        "required": ["type", "coordinates"],
        "properties": {"type": {"type": "string", "const": name}, "coordinates": coordinates},
    }


GEOMETRY: Final[Schema] = {
    "oneOf": [
        _kind("Point", _POSITION),
        _kind("LineString", _depth(1, 2)),
        _kind("Polygon", _depth(2, 4)),
        _kind("MultiPoint", _depth(1)),
        _kind("MultiLineString", _depth(2, 2)),
        _kind("MultiPolygon", _depth(3, 4)),
    ],
}
"""RFC 7946: WGS 84, longitude first."""


def complete(result: Schema, generator: Any, request: Any, public: bool) -> Schema:
    """Finish the document."""
    schemas = result.setdefault("components", {}).setdefault("schemas", {})
    _plain(schemas)
    schemas["Problem"], schemas["Geometry"] = PROBLEM, GEOMETRY
    result["info"] |= {
        "title": str(TITLE),
        "description": str(ABOUT),
        "version": settings.API_VERSION,
        "license": {"name": "EUPL-1.2", "url": "https://joinup.ec.europa.eu/licence/european-union-public-licence"},
        "contact": {"name": str(TITLE), "url": settings.SITE_URL, "email": settings.API_CONTACT},
    }
    result["servers"] = [{"url": "/"}]
    examples = Examples(schemas)
    used: dict[str, None] = {}
    for method, path, operation in operations_of(result):
        _say(operation)
        _answers(operation, method, path)
        _exemplify(operation, examples)
        used.setdefault(operation["tags"][0], None)
    result["tags"] = [_tag(tag) for tag in used]
    return result


def operations_of(document: Schema) -> Iterator[tuple[str, str, Schema]]:
    """Yield method, path and operation for all operations of a document."""
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield method, path, operation


def _plain(schemas: Schema) -> None:
    """Leave out what is meant for who reads the code, and let a page of features hold a list of them."""
    for schema in schemas.values():
        schema.pop("description", None)
        properties = schema.get("properties", {})
        reference = properties.get("features", {}).get("$ref", "")
        # The two libraries together say a collection in a collection.
        if reference.endswith("List"):
            properties["features"] = {"type": "array", "items": {"$ref": reference.removesuffix("List")}}
    for name in [name for name in schemas if f"Paginated{name}" in schemas]:
        del schemas[name]


def _say(operation: Schema) -> None:
    if said := OPERATIONS.get(operation["operationId"]):
        operation["summary"], operation["description"] = map(str, said)


def _tag(tag: str) -> Schema:
    from planning.api.urls import router

    views: dict[str, Any] = {prefix: view for prefix, view, _basename in router.registry}
    title, about = (views[tag].nouns[1], views[tag].about) if tag in views else TAGS.get(tag, (tag, ""))
    name = str(title)
    return {"name": tag, "x-displayName": name[:1].upper() + name[1:], "description": str(about)}


def _answers(operation: Schema, method: str, path: str) -> None:
    """Add the problems that any operation can answer with, and the headers that answers have."""
    said = {
        "400": _("De vraag klopt niet; er staat bij wat er niet klopt."),
        "401": _("Meld u aan, of deze toegangssleutel werkt niet (meer)."),
        "404": _("Dit is er niet, of u mag het niet zien."),
        "406": _("Die vorm is er niet."),
    }
    if method != "get":
        said |= {
            "403": _("Dit mag u niet."),
            "409": _("Dit botst met wat er al is."),
            "413": _("Dit is te groot."),
            "415": _("Die vorm lezen we niet."),
        }
    if method in ("patch", "delete"):
        said |= {
            "412": _("Iemand anders heeft dit intussen gewijzigd."),
            "428": _("If-Match ontbreekt."),
        }
    if any(parameter["name"] == "Idempotency-Key" for parameter in operation.get("parameters", [])):
        said["422"] = _("Met deze Idempotency-Key kwam al een andere aanvraag.")
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    responses = operation["responses"]
    for status, description in said.items():
        kept = responses.get(status, {})
        responses[status] = {"description": kept.get("description") or description, "content": content}
    one = path.endswith("}/") or (method == "post" and "201" in responses)
    for status, response in responses.items():
        if status.startswith("2"):
            response["description"] = response.get("description") or _("Gelukt.")
        response["headers"] = _headers(status, tagged=one and method != "delete")
    if method == "get" and one:
        responses["304"] = {"description": _("U hebt dit al."), "headers": _headers("304", tagged=True)}


def _headers(status: str, *, tagged: bool) -> Schema:
    headers = {"API-Version": {"description": _("Versie van de API."), "schema": {"type": "string"}}}
    if tagged and status in ("200", "201", "304"):
        headers["ETag"] = {"description": _("De versie van wat u leest."), "schema": {"type": "string"}}
    if status == "201":
        headers["Location"] = {"description": _("Het adres van wat gemaakt is."), "schema": {"type": "string"}}
    return headers


def _exemplify(operation: Schema, examples: Examples) -> None:
    """Give an operation examples of what is asked and of what comes back."""
    tag = operation["tags"][0]
    for parameter in operation.get("parameters", []):
        if "example" not in parameter and "examples" not in parameter:
            parameter["example"] = _parameter(parameter, tag, examples)
    bodies = [operation.get("requestBody", {}), *operation["responses"].values()]
    for body in bodies:
        for media in body.get("content", {}).values():
            if "example" not in media and "examples" not in media:
                media["example"] = examples.of(media["schema"])


def _parameter(parameter: Schema, tag: str, examples: Examples) -> Any:
    name, schema = parameter["name"], parameter["schema"]
    for key in (f"{tag}.{name}", name):
        if key in PARAMETERS:
            return PARAMETERS[key]
    if schema.get("type") == "array":
        items = schema["items"]
        return [examples.of(items, "", name) if "enum" not in items else items["enum"][0]]
    if name in VALUES and not isinstance(VALUES[name], list):
        return examples.of(schema, "", name)
    return examples.of(schema, "", "")
