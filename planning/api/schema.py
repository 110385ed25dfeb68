"""What drf-spectacular cannot see for itself: problems (RFC 9457), and pages of features."""

from __future__ import annotations

from typing import Any, Final

PROBLEM: Final[dict[str, Any]] = {
    "type": "object",
    "description": "RFC 9457",
    "required": ["type", "title", "status"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string", "description": "Wat er is."},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "Wat eraan te doen is."},
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
            "detail": "Een vak heeft vier getallen: west,zuid,oost,noord.",
            "errors": [{"parameter": "bbox", "detail": "Een vak heeft vier getallen: west,zuid,oost,noord."}],
        }
    ],
}
GEOMETRY: Final[dict[str, Any]] = {
    "type": "object",
    "description": "RFC 7946, WGS 84",
    "required": ["type"],
    "properties": {
        "type": {
            "type": "string",
            "enum": [
                "Point", "LineString", "Polygon", "MultiPoint", "MultiLineString", "MultiPolygon", "GeometryCollection",
            ],
        },
        "coordinates": {"type": "array", "items": {}},
        "geometries": {"type": "array", "items": {"$ref": "#/components/schemas/Geometry"}},
    },
    "examples": [{"type": "Point", "coordinates": [6.5378, 52.9991]}],
}  # fmt: skip
ANSWERS: Final = {
    "401": "Meld u eerst aan; of de toegangssleutel werkt niet (meer).",
    "400": "De vraag klopt niet; er staat bij wat er niet klopt.",
    "404": "Dit is er niet, of u mag het niet zien.",
    "406": "Die vorm is er niet.",
}
WRITING: Final = {
    "403": "Dit mag u niet.",
    "412": "Iemand anders heeft dit intussen gewijzigd.",
    "415": "Die vorm lezen we niet.",
    "428": "If-Match ontbreekt.",
}


def document_problems(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """Add the problems that any operation can answer with to its responses."""
    result.setdefault("components", {}).setdefault("schemas", {})["Problem"] = PROBLEM
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for methods in result["paths"].values():
        for method, operation in methods.items():
            for parameter in operation.get("parameters", []):
                if parameter["name"] in ("page", "page_size"):
                    parameter["schema"]["minimum"] = 1
            writing = WRITING if method in ("post", "put", "patch", "delete") else {}
            for status, description in {**ANSWERS, **writing}.items():
                operation["responses"].setdefault(status, {"description": description, "content": content})
    return result


def correct_features(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """Let a page of features hold a list of them: the two libraries together say a collection in a collection."""
    schemas = result["components"]["schemas"]
    schemas["Geometry"] = GEOMETRY
    for schema in schemas.values():
        properties = schema.get("properties", {})
        reference = properties.get("features", {}).get("$ref", "")
        if reference.endswith("List"):
            properties["features"] = {"type": "array", "items": {"$ref": reference.removesuffix("List")}}
    return result
