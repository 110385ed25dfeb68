"""How the resources are told in the OpenAPI document, from what they declare; nothing is written down twice."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.extensions import OpenApiSerializerExtension, OpenApiSerializerFieldExtension
from drf_spectacular.openapi import AutoSchema

from planning.api.base import Resource
from planning.api.changing import MOST, Changing
from planning.api.idempotency import header_parameter

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
            return str(super().get_description())
        said = {
            "list": self.view.about,
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
        return str(said[self.action])

    def get_request_serializer(self) -> Any:
        """Return what is read from a body."""
        if self.action in ("create", "partial_update", "bulk_update"):
            return self.view.input_class
        return super().get_request_serializer()

    def _get_parameters(self) -> list[dict[str, Any]]:
        parameters = super()._get_parameters()
        if self.action == "create":
            parameters.append(header_parameter())
        if self.action in ("partial_update", "destroy"):
            parameters.append(_if_match())
        return parameters


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
