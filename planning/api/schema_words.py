"""Schemas of the OpenAPI document in words, for the pages that people read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext as _

DEEPEST: Final = 4
"""Levels of a body that are shown; the example shows the rest."""

Schema = dict[str, Any]


@dataclass(frozen=True)
class Field:
    """A value in a body or a query: dots and brackets in its name say where it is."""

    name: str
    kind: str
    required: bool = False
    about: str = ""
    values: tuple[tuple[str, str], ...] = ()
    example: str = ""


def fields_of(document: Schema, schema: Schema) -> list[Field]:
    """Return all values that a schema speaks of."""
    return list(_fields(document, schema, ""))


def _fields(document: Schema, schema: Schema, before: str) -> Iterator[Field]:
    schema = _resolved(document, schema)
    if schema.get("type") == "array":
        yield from _fields(document, schema.get("items", {}), f"{before}[]")
        return
    required = schema.get("required", [])
    for name, inner in schema.get("properties", {}).items():
        whole = f"{before}.{name}".lstrip(".") if before else name
        about, values = told(inner)
        yield Field(whole, _kind(document, inner), name in required, about, values)
        deeper = _resolved(document, inner)
        if whole.count(".") + whole.count("[]") < DEEPEST and not _is_geometry(inner):
            yield from _fields(document, deeper, whole)


def _resolved(document: Schema, schema: Schema) -> Schema:
    """Follow references, and take the first of several forms: the others are lists of it, or nothing."""
    for word in ("oneOf", "anyOf", "allOf"):
        if word in schema and "$ref" not in schema:
            return _resolved(document, schema[word][0])
    if reference := schema.get("$ref"):
        name = reference.rpartition("/")[2]
        return {} if name == "Geometry" else _resolved(document, document["components"]["schemas"][name])
    return schema


def _is_geometry(schema: Schema) -> bool:
    return any(str(each.get("$ref", "")).endswith("/Geometry") for each in (schema, *schema.get("oneOf", [])))


def told(schema: Schema) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Return what a field is, and what it can be with what each value means."""
    lines = str(schema.get("description", "")).splitlines()
    labels = dict(
        line[2:].replace("`", "").split(" - ", 1) for line in lines if line.startswith("* `") and " - " in line
    )
    said = " ".join(line for line in lines if line and not line.startswith("* `"))
    about = ". ".join(part for part in (schema.get("title", ""), said) if part)
    enum = schema.get("enum") or schema.get("items", {}).get("enum", [])
    return about, tuple((str(value), labels.get(str(value), "")) for value in enum if value is not None)


def _kind(document: Schema, schema: Schema) -> str:
    """Return in a word or two what kind of value it is."""
    if _is_geometry(schema):
        return _("GeoJSON-geometrie")
    resolved = _resolved(document, schema)
    kinds = resolved.get("type", "object")
    kinds = kinds if isinstance(kinds, list) else [kinds]
    kind = next((each for each in kinds if each != "null"), "null")
    words = {
        "object": _("object"),
        "integer": _("geheel getal"),
        "number": _("getal"),
        "boolean": _("ja of nee"),
        "string": _("tekst"),
        "null": _("niets"),
        "array": "",
    }
    formats = {"date": _("datum"), "date-time": _("moment"), "decimal": _("bedrag"), "uri": _("adres")}
    if kind == "array":
        return _("lijst van: %(kind)s") % {"kind": _kind(document, resolved.get("items", {}))}
    said = formats.get(resolved.get("format", ""), words[kind])
    nothing = "null" in kinds or any(each.get("type") == "null" for each in schema.get("oneOf", []))
    return _("%(kind)s, of null") % {"kind": said} if nothing else said
