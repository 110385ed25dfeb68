"""How the resources are told in the OpenAPI document, from what they declare; nothing is written down twice."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.extensions import OpenApiSerializerExtension, OpenApiSerializerFieldExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ResolvedComponent

from planning.api.base import Resource
from planning.api.changing import LONGEST_REASON, MOST, Changing
from planning.api.idempotency import header_parameter
from planning.api.inputs import Input
from planning.api.paging import FeaturePages

ACTIONS = frozenset({"list", "retrieve", "create", "bulk_update", "partial_update", "destroy"})


class HouseSchema(AutoSchema):
    """The library's own, which knows views and serializers; this one knows our resources."""

    view: Any

    @property
    def action(self) -> str:
        """What the operation does with a resource; empty for other views."""
        known = isinstance(self.view, Changing) or (isinstance(self.view, Resource) and self.method == "GET")
        return str(self.view.action or "") if known else ""

    def get_operation_id(self) -> str:
        """Return a name that no other operation has."""
        if self.action == "bulk_update":
            return f"{self.view.basename}_bulk_update"
        return str(super().get_operation_id())

    def get_summary(self) -> str | None:
        """Return what the operation does, in a few words."""
        if self.action not in ACTIONS:
            return super().get_summary()
        one, many = self.view.nouns
        said = {
            "list": _("Lijst van %(many)s"),
            "retrieve": _("Eén %(one)s"),
            "create": _("Maak een %(one)s, of met een lijst meer tegelijk"),
            "bulk_update": _("Wijzig meer %(many)s tegelijk, alle of geen"),
            "partial_update": _("Wijzig een %(one)s"),
            "destroy": _("Verwijder een %(one)s"),
        }
        return said[self.action] % {"one": one, "many": many}

    def get_description(self) -> str:  # type: ignore[override]
        """Return what there is to know before one asks."""
        if self.action not in ACTIONS:
            return ""  # docstrings are for who reads the code; see texts.py
        said = {
            "list": _("In bladzijden; de parameters beperken en ordenen de lijst."),
            "retrieve": _("Met een ETag: stuur die mee als If-None-Match, en wat u al hebt komt niet nog eens."),
            "create": _(
                "Een record, of een lijst van ten hoogste %(most)s (ook als FeatureCollection): alle of geen. "
                "Met een Idempotency-Key maakt dezelfde aanvraag niets dubbel. In “reason” staat waarom, "
                "voor de geschiedenis."
            ) % {"most": MOST},
            "bulk_update": _(
                "Ten hoogste %(most)s records, elk met “id” en de “version” die gelezen is, en wat er anders wordt. "
                "Is er een intussen gewijzigd, dan wordt niets bewaard."
            ) % {"most": MOST},
            "partial_update": _("Wat niet genoemd is, blijft. If-Match zegt welke versie gelezen is."),
            "destroy": _("Kan alleen als er niets meer aan hangt; de geschiedenis blijft."),
        }  # fmt: skip
        if self.method == "GET":
            return str(said[self.action])
        needed = _("Een toegangssleutel heeft hiervoor “%(scope)s” nodig.") % {"scope": self.view.scope.value}
        return f"{said[self.action]} {needed}"

    def get_request_serializer(self) -> Any:
        """Return what is read from a body."""
        if self.action in ("create", "partial_update", "bulk_update"):
            return self.view.input_class
        return super().get_request_serializer()

    def get_tags(self) -> list[str]:
        """Return the group that the operation stands in."""
        return [token for token in self._tokenize_path() if not token.startswith("{")][:1] or ["api"]

    def _get_parameters(self) -> list[dict[str, Any]]:
        parameters = super()._get_parameters()
        filters = self.view.filterset_class.base_filters if self.action == "list" and self.view.filterset_class else {}
        for parameter in parameters:
            if parameter["name"] in filters and filters[parameter["name"]].label:
                parameter["description"] = _with_choices(parameter, str(filters[parameter["name"]].label))
            if parameter["in"] == "path" and parameter["name"] == "id":
                parameter["schema"] = {"type": "integer", "minimum": 1, "maximum": 10**18 - 1}
                parameter["description"] = _("Kenmerk van het record.")
            elif parameter["in"] == "path":
                parameter["description"] = _("De korte naam van het record, zoals in het adres van zijn pagina.")
        if self.action in ACTIONS - {"destroy"}:
            parameters.append(_fields(self.view.field_names))
        if isinstance(self.view, Resource) and self.view.action == "create":
            parameters.append(header_parameter())
        if self.action in ("partial_update", "destroy"):
            parameters.append(_if_match())
        if self.action == "destroy":
            parameters.append(_reason())
        return parameters

    def _get_request_body(self, direction: Any = "request") -> Any:
        """Return what is read; a resource reads one record or several."""
        body = super()._get_request_body(direction)
        if self.action not in ("create", "bulk_update") or body is None:
            return body
        for media in body["content"].values():
            one = media["schema"]
            if self.action == "bulk_update":
                media["schema"] = _several(self._change_of(one["$ref"]))
            else:
                media["schema"] = {"oneOf": [one, _several(one)]}
        return {**body, "required": True}

    def _change_of(self, reference: str) -> dict[str, Any]:
        """Return the schema of a change of one of several records: which, and the version that was read."""
        name = reference.rpartition("/")[2]
        schema = copy.deepcopy(self.registry[name, ResolvedComponent.SCHEMA].schema)
        values = schema["properties"].get("properties", schema)
        schema["properties"] = {"id": {"type": "integer"}, **schema["properties"]}
        values["properties"] = {"version": {"type": "integer"}, **values["properties"]}
        schema["required"] = ["id", *schema.get("required", [])]
        values["required"] = ["version", *([] if values is schema else values.get("required", []))]
        if values is schema:
            schema["required"] = ["id", "version"]
        change = ResolvedComponent(name.replace("Patched", "Changed"), ResolvedComponent.SCHEMA, schema, name)
        self.registry.register_on_missing(change)
        return change.ref

    def _get_response_bodies(self, direction: Any = "response") -> Any:
        """Return what is answered; to several records several come back."""
        bodies = super()._get_response_bodies(direction)
        if self.action in ("create", "bulk_update"):
            for media in bodies["201" if self.action == "create" else "200"]["content"].values():
                one = media["schema"]
                many = _collection(one) if issubclass(self.view.pagination_class, FeaturePages) else _list(one)
                media["schema"] = many if self.action == "bulk_update" else {"oneOf": [one, many]}
        return bodies


def _with_choices(parameter: dict[str, Any], about: str) -> str:
    """Return what a filter is, and what each of its values means where the library told."""
    lines = [line for line in parameter.get("description", "").splitlines() if line.startswith("* `")]
    return about if parameter["name"] == "ordering" or not lines else "\n".join([about, "", *lines])


def _list(one: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": one}


def _several(one: dict[str, Any]) -> dict[str, Any]:
    return {**_list(one), "minItems": 1, "maxItems": MOST}


def _collection(one: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "required": ["type", "features"],
        "properties": {"type": {"type": "string", "const": "FeatureCollection"}, "features": _list(one)},
    }


def _fields(names: Sequence[str]) -> dict[str, Any]:
    return {
        "name": "fields",
        "in": "query",
        "description": _("Alleen deze velden, met komma's ertussen; zonder “geometry” komt er geen vorm mee."),
        "schema": {"type": "array", "items": {"type": "string", "enum": list(names)}},
        "explode": False,
        "style": "form",
        "example": [next(name for name in names if name not in ("id", "geometry"))],
    }


def _reason() -> dict[str, Any]:
    return {
        "name": "reason",
        "in": "query",
        "description": _("Waarom; staat straks in de geschiedenis."),
        "schema": {"type": "string", "maxLength": LONGEST_REASON},
    }


def _if_match() -> dict[str, Any]:
    return {
        "name": "If-Match",
        "in": "header",
        "required": True,
        "description": _("De ETag van wat gelezen is, zodat niemand iets kwijtraakt; “*” wijzigt wat er ook is."),
        "schema": {"type": "string"},
        "example": '"12-3.5f0c8e2ab91d7f60"',
    }


class _Features(OpenApiSerializerExtension):
    """Features as they are read and written: what the two libraries together say of them is not quite so."""

    priority = 1
    match_subclasses = True

    def map_serializer(self, auto_schema: Any, direction: Any) -> dict[str, Any]:
        """Return the schema: the columns of a record below ``properties``, its place beside them."""
        columns = auto_schema._map_serializer(self.target, direction, bypass_extensions=True)
        columns["properties"] = _with_reason(self.target, columns["properties"])
        place = self.target.Meta.geo_field
        properties = {name: schema for name, schema in columns["properties"].items() if name not in ("id", place)}
        required = [name for name in columns.get("required", []) if name in properties]
        return self.feature(columns, properties, required)

    def feature(self, columns: Any, properties: dict[str, Any], required: list[str]) -> dict[str, Any]:
        """Return the schema of the feature."""
        raise NotImplementedError


class FeatureRead(_Features):
    """A feature that is read; of its properties those that were asked for."""

    target_class = "planning.api.serializers.Feature"

    def feature(self, columns: Any, properties: dict[str, Any], required: list[str]) -> dict[str, Any]:
        """Return the schema of the feature."""
        return {
            "type": "object",
            "required": ["id", "type", "geometry", "properties"],
            "properties": {
                "id": columns["properties"]["id"],
                "type": {"type": "string", "const": "Feature"},
                "geometry": {"oneOf": [{"$ref": "#/components/schemas/Geometry"}, {"type": "null"}]},
                "properties": {"type": "object", "properties": properties},
            },
        }


class FeatureWritten(_Features):
    """A feature that is written."""

    target_class = "planning.api.inputs.FeatureInput"

    def feature(self, columns: Any, properties: dict[str, Any], required: list[str]) -> dict[str, Any]:
        """Return the schema of the feature."""
        partial = bool(self.target.partial)
        return {
            "type": "object",
            "required": ["properties"] if partial else ["type", "geometry", "properties"],
            "properties": {
                "type": {"type": "string", "const": "Feature"},
                "geometry": {"$ref": "#/components/schemas/Geometry"},
                "properties": {
                    "type": "object", "properties": properties, **({"required": required} if required else {}),
                },
            },
        }  # fmt: skip


class PlaceField(OpenApiSerializerFieldExtension):
    """A geometry."""

    target_class = "rest_framework_gis.fields.GeometryField"
    match_subclasses = True
    priority = 1

    def map_serializer_field(self, auto_schema: Any, direction: Any) -> dict[str, Any]:
        """Return a reference to what a geometry is."""
        return {"$ref": "#/components/schemas/Geometry"}


class RecordRead(OpenApiSerializerExtension):
    """A record that is read; only its identity always comes along."""

    target_class = "planning.api.serializers.Record"
    match_subclasses = True

    def map_serializer(self, auto_schema: Any, direction: Any) -> dict[str, Any]:
        """Return the schema."""
        schema: dict[str, Any] = auto_schema._map_serializer(self.target, direction, bypass_extensions=True)
        return {**schema, "required": ["id"]} if "id" in schema["properties"] else schema


class RecordWritten(OpenApiSerializerExtension):
    """A record that is written."""

    target_class = "planning.api.inputs.Input"
    match_subclasses = True

    def map_serializer(self, auto_schema: Any, direction: Any) -> dict[str, Any]:
        """Return the schema."""
        schema: dict[str, Any] = auto_schema._map_serializer(self.target, direction, bypass_extensions=True)
        return {**schema, "properties": _with_reason(self.target, schema["properties"])}


def _with_reason(serializer: Any, properties: dict[str, Any]) -> dict[str, Any]:
    """Add why something is written, which goes into the history and not into the record."""
    if not isinstance(serializer, Input):
        return properties
    reason = {"type": "string", "maxLength": LONGEST_REASON, "description": _("Waarom; voor de geschiedenis.")}
    return {**properties, "reason": properties.get("reason", reason)}
