"""The resources of the API as JSON and GeoJSON (RFC 7946: WGS 84, longitude first). No logic in here."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from typing import Any, Final

from django.db import models
from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers
from rest_framework_gis.fields import GeometryField
from rest_framework_gis.serializers import GeoFeatureModelSerializer

from geo.models import Buurt, Wijk
from geo.text import in_readers_language
from planning.coordination.models import Finding
from planning.coordination.rows import rule_title
from planning.initiatives.models import Activity, Grant, Initiative, Meeting, NeighbourhoodCentre
from planning.partners.models import Organisation
from planning.works.models import Dependency, Programme, Project, Work
from planning.works.periods import period_text


class Moment(serializers.DateTimeField):
    """A moment, written in UTC whatever the time zone of the service; read with any offset."""

    def to_representation(self, value: Any) -> str:
        """Return the moment as "2026-12-03T18:30:00Z"."""
        return str(value.astimezone(dt.UTC).isoformat()).replace("+00:00", "Z")


class Record(serializers.ModelSerializer[Any]):
    """A record, with all its fields or those that were chosen; its identity always comes along."""

    serializer_field_mapping = {
        **serializers.ModelSerializer.serializer_field_mapping,
        models.DateTimeField: Moment,
    }

    def get_fields(self) -> dict[str, Any]:
        """Return the fields by name."""
        fields = super().get_fields()
        root = self.parent is None or (isinstance(self.parent, serializers.ListSerializer) and not self.parent.parent)
        chosen = self.context.get("chosen")
        if chosen is None or not root:
            return fields
        always = {"id", getattr(self.Meta, "geo_field", "id")}
        return {name: field for name, field in fields.items() if name in chosen or name in always}


class Feature(Record, GeoFeatureModelSerializer):
    """A record with a place, as a GeoJSON feature; its geometry is null where it was not chosen."""


class StoredGeometry(GeometryField):
    """A geometry that PostGIS wrote as GeoJSON, annotated as ``geojson``."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"read_only": True, **options})

    def get_attribute(self, instance: Any) -> Any:
        """Return the geometry as a dict, None where nobody asked for it."""
        text = getattr(instance, "geojson", None)
        return None if text is None else json.loads(text)


class Slug(serializers.SlugRelatedField):
    """A related record by its slug; read only."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"slug_field": "slug", "read_only": True, **options})


class Name(serializers.CharField):
    """A text of a related record; read only."""

    def __init__(self, source: str, **options: Any) -> None:
        super().__init__(source=source, read_only=True, **options)


class Made(serializers.CharField):
    """A text that is made of some columns of the record, in a language (``lang``); read only."""

    def __init__(self, make: Callable[..., str], *columns: str) -> None:
        super().__init__(source="*", read_only=True)
        self.make, self.columns = make, columns

    def to_representation(self, record: Any) -> str:
        """Return the text; ``record`` may be any object with those columns."""
        return self.make(*(getattr(record, column) for column in self.columns))


class Whole(serializers.IntegerField):
    """A number of a related record, None where there is no such record; read only."""

    def __init__(self, source: str) -> None:
        super().__init__(source=source, read_only=True, allow_null=True)


class Version(serializers.IntegerField):
    """A number that changes with every change, annotated on the record: who changes it sends back what was read."""

    def __init__(self) -> None:
        super().__init__(read_only=True)


class Identities(serializers.ListField):
    """Identities of related records that the viewer may see, annotated on the record."""

    def __init__(self, source: str) -> None:
        super().__init__(child=serializers.IntegerField(), source=source, read_only=True)


_AREA: Final = ["id", "code", "name", "slug", "municipality_code", "municipality_name", "year"]


class WijkSerializer(Feature):
    """A wijk."""

    geometry = StoredGeometry()
    url = serializers.CharField(source="get_absolute_url", read_only=True)

    class Meta:
        model = Wijk
        geo_field = "geometry"
        fields = [*_AREA, "slogan", "description", "url"]


class BuurtSerializer(Feature):
    """A buurt."""

    geometry = StoredGeometry()
    wijk = Slug(allow_null=True)

    class Meta:
        model = Buurt
        geo_field = "geometry"
        fields = [*_AREA, "wijk", "cbs_wijk_code", "cbs_wijk_name"]


class OrganisationSerializer(Record):
    """A partner."""

    kind_label = Name("get_kind_display")

    class Meta:
        model = Organisation
        fields = ["id", "name", "slug", "kind", "kind_label", "description", "website", "email", "phone"]


class ProgrammeSerializer(Record):
    """A programme, with its projects that the viewer may see."""

    owner = Slug()
    owner_name = Name("owner.name")
    projects = Identities("project_ids")
    version = Version()

    class Meta:
        model = Programme
        fields = ["id", "name", "description", "owner", "owner_name", "projects", "source", "external_id", "version"]


class ProjectSerializer(Record):
    """A project, with its works that the viewer may see."""

    owner = Slug()
    owner_name = Name("owner.name")
    programme_name = Name("programme.name", allow_null=True)
    works = Identities("work_ids")
    version = Version()

    class Meta:
        model = Project
        fields = [
            "id", "name", "description", "owner", "owner_name", "programme", "programme_name", "works", "source",
            "external_id", "version",
        ]  # fmt: skip


class WorkSerializer(Feature):
    """A work."""

    geometry = StoredGeometry()
    owner = Slug()
    owner_name = Name("owner.name")
    project_name = Name("project.name", allow_null=True)
    buurt = Slug(allow_null=True)
    wijk = Name("buurt.wijk.slug", allow_null=True)
    kind_label = Name("get_kind_display")
    status_label = Name("get_status_display")
    period_text = Made(period_text, "planned_start", "planned_finish", "date_precision")

    class Meta:
        model = Work
        geo_field = "geometry"
        fields = [
            "id", "name", "description", "kind", "kind_label", "status", "status_label", "owner", "owner_name",
            "project", "project_name", "buurt", "wijk", "planned_start", "planned_finish", "date_precision",
            "period_text", "earliest_start", "latest_finish", "duration_days", "actual_start", "actual_finish",
            "dwellings", "hinders_traffic", "disturbs_nests", "noise", "dust", "vibration", "visibility",
            "source", "external_id", "version", "updated_at",
        ]  # fmt: skip


@extend_schema_serializer(component_name="Work")
class PartnerWorkSerializer(WorkSerializer):
    """A work as partners see it: with what is not the public's business."""

    class Meta(WorkSerializer.Meta):
        fields = [
            *WorkSerializer.Meta.fields,
            "budget_eur", "consent_percentage", "tenants_informed_on", "embargo_until",
        ]  # fmt: skip


class DependencySerializer(Record):
    """A dependency between two works."""

    version = Version()

    class Meta:
        model = Dependency
        fields = [
            "id", "predecessor", "successor", "type", "minimum_lag_days", "maximum_lag_days", "reason", "version",
        ]  # fmt: skip


class FindingSerializer(Feature):
    """A finding, in the language of the client."""

    geometry = StoredGeometry()
    title = Made(rule_title, "rule")
    sentence = Made(in_readers_language, "sentence_nl", "sentence_en")
    kind_label = Name("get_kind_display")
    severity_label = Name("get_severity_display")
    wijk = Slug(allow_null=True)
    works = Identities("work_ids")
    initiatives = Identities("initiative_ids")

    class Meta:
        model = Finding
        geo_field = "geometry"
        fields = [
            "id", "rule", "title", "kind", "kind_label", "severity", "severity_label", "sentence", "start",
            "finish", "wijk", "works", "initiatives", "facts", "first_seen", "changed_at",
        ]  # fmt: skip


class GrantSerializer(Record):
    """What a partner gave to an initiative."""

    partner = Slug()

    class Meta:
        model = Grant
        fields = ["kind", "amount_eur", "hours", "description", "partner", "granted_on"]


class InitiativeSerializer(Feature):
    """A residents' initiative."""

    geometry = StoredGeometry()
    state_label = Name("get_state_display")
    theme_label = Name("get_theme_display")
    buurt = Slug(allow_null=True)
    wijk = Name("buurt.wijk.slug", allow_null=True)
    # None before the team opened the count; never who said what.
    support_addresses = Whole("support_area.addresses")
    support_in_favour = Whole("support_area.in_favour")
    support_still_needed = Whole("support_area.still_needed")
    granted_eur = serializers.DecimalField(max_digits=12, decimal_places=2, read_only=True)
    grants = GrantSerializer(many=True, read_only=True)
    version = Version()
    url = serializers.CharField(source="get_absolute_url", read_only=True)

    class Meta:
        model = Initiative
        geo_field = "geometry"
        fields = [
            "id", "slug", "title", "summary", "story", "theme", "theme_label", "state", "state_label",
            "state_reason", "submitted_on", "looks_for_place", "buurt", "wijk", "support_radius_m",
            "support_addresses", "support_in_favour", "support_still_needed", "asked_eur", "granted_eur",
            "grants", "url", "source", "external_id", "version",
        ]  # fmt: skip


class CentreSerializer(Feature):
    """A neighbourhood centre (BIC)."""

    point = StoredGeometry()
    wijk = Slug(allow_null=True)
    state_label = Name("get_state_display")
    address = Name("address_text")
    version = Version()

    class Meta:
        model = NeighbourhoodCentre
        geo_field = "point"
        fields = [
            "id", "slug", "name", "state", "state_label", "wijk", "description", "address", "opening_hours",
            "present", "phone", "source", "external_id", "version",
        ]  # fmt: skip


class ActivitySerializer(Record):
    """Something to do in a centre; ``recurrence`` is an RRULE (RFC 5545)."""

    centre = Slug()
    version = Version()

    class Meta:
        model = Activity
        fields = [
            "id", "title", "description", "centre", "starts_at", "ends_at", "recurrence", "not_on", "source",
            "external_id", "version",
        ]  # fmt: skip


class MeetingSerializer(Feature):
    """A residents' meeting, with its works that the viewer may see."""

    point = StoredGeometry()
    organiser = Slug()
    wijk = Slug(allow_null=True)
    works = Identities("work_ids")
    version = Version()

    class Meta:
        model = Meeting
        geo_field = "point"
        fields = [
            "id", "title", "description", "organiser", "starts_at", "ends_at", "location", "wijk", "works",
            "report", "source", "external_id", "version",
        ]  # fmt: skip
