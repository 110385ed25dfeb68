"""Works written by the API: what is read from a body, and what stands in the way."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.contrib.gis.gdal import GDALException
from django.contrib.gis.geos import GEOSException, GEOSGeometry
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import serializers
from rest_framework_gis.fields import GeometryField
from rest_framework_gis.serializers import GeoFeatureModelSerializer

from geo.crs import RD_NEW, WGS_84, looks_like_wgs84
from planning.api.serializers import PartnerWorkSerializer
from planning.partners.models import Organisation
from planning.partners.permissions import organisations_edited_by
from planning.works.models import Project, Work

READ_ONLY: Final = frozenset(PartnerWorkSerializer.Meta.fields) | {"type", "reason"}
"""What comes with a work that was read, and is passed over when it is sent back."""

DATABASE_ONLY: Final = {"work_geometry_is_valid", "work_geometry_is_not_empty"}
"""Constraints that only the database can judge; the geometry is looked at here before."""


class GivenGeometry(GeometryField):
    """A geometry in WGS 84 from a body, as one in RD New."""

    default_error_messages = {
        "kind": gettext_lazy("Een werk is een punt, lijn of vlak (of meer daarvan)."),
        "empty": gettext_lazy("Deze vorm is leeg."),
        "invalid_shape": gettext_lazy("Deze vorm klopt niet: {reason}. Teken hem zonder lussen."),
        "outside": gettext_lazy("Deze plek ligt niet in Nederland. Geef eerst de lengte (6,5), dan de breedte (53)."),
    }  # fmt: skip
    kinds = frozenset({"Point", "LineString", "Polygon", "MultiPoint", "MultiLineString", "MultiPolygon"})

    def to_internal_value(self, value: Any) -> GEOSGeometry:
        """Return the geometry in RD New; refuse what is no place for a work."""
        if not isinstance(value, Mapping):
            raise serializers.ValidationError(_("Dit is geen GeoJSON-geometrie."))
        try:
            shape = GEOSGeometry(super().to_internal_value(value).wkb, srid=WGS_84)
        except (GDALException, GEOSException, ValueError, TypeError, KeyError, AttributeError):
            raise serializers.ValidationError(_("Dit is geen GeoJSON-geometrie.")) from None
        if shape.geom_type not in self.kinds:
            self.fail("kind")
        if shape.empty:
            self.fail("empty")
        west, south, east, north = shape.extent
        if not (looks_like_wgs84(west, south) and looks_like_wgs84(east, north)):
            self.fail("outside")
        if not shape.valid:
            self.fail("invalid_shape", reason=shape.valid_reason)
        return shape.transform(RD_NEW, clone=True)


class WorkInput(GeoFeatureModelSerializer):
    """A work as a planner writes it: a GeoJSON feature, or its properties with a geometry beside them."""

    geometry = GivenGeometry()
    owner = serializers.SlugRelatedField(slug_field="slug", queryset=Organisation.objects.all())
    project = serializers.PrimaryKeyRelatedField(queryset=Project.objects.all(), allow_null=True, required=False)

    class Meta:
        model = Work
        geo_field = "geometry"
        id_field = False
        fields = [
            "name", "description", "kind", "status", "owner", "project", "planned_start", "planned_finish",
            "date_precision", "earliest_start", "latest_finish", "duration_days", "actual_start", "actual_finish",
            "dwellings", "hinders_traffic", "disturbs_nests", "noise", "dust", "vibration", "budget_eur",
            "consent_percentage", "tenants_informed_on", "visibility", "embargo_until", "source", "external_id",
        ]  # fmt: skip
        # The constraints of the model judge, with words of their own.
        validators: list[Any] = []

    def to_internal_value(self, data: Any) -> Any:
        """Refuse names that do not exist: a mistyped one would silently change nothing."""
        if not isinstance(data, Mapping):
            raise serializers.ValidationError({"body": [_("Een werk is een object met eigenschappen.")]})
        given = data.get("properties", data)
        if not isinstance(given, Mapping):
            raise serializers.ValidationError({"properties": [_("Hier horen eigenschappen.")]})
        unknown = set(given) - set(self.fields) - READ_ONLY
        if unknown:
            known = ", ".join(self.Meta.fields)
            raise serializers.ValidationError(
                {name: [_("Dit veld is er niet. Wel: %(known)s.") % {"known": known}] for name in sorted(unknown)}
            )
        return super().to_internal_value(data)

    def validate_owner(self, owner: Organisation) -> Organisation:
        """Refuse works of organisations that the writer does not work for."""
        if self.instance is not None and owner.pk != self.instance.owner_id:
            raise serializers.ValidationError(_("Een werk blijft van zijn eigenaar."))
        if not organisations_edited_by(self.context["request"].user).filter(pk=owner.pk).exists():
            raise serializers.ValidationError(_("U mag geen werken van deze organisatie wijzigen."))
        return owner

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Hold a work to what the model demands of all its values together."""
        work = Work(**{f.attname: getattr(self.instance, f.attname) for f in _columns()}) if self.instance else Work()
        for name, value in attrs.items():
            setattr(work, name, value)
        if work.project is not None and work.project.owner_id != work.owner_id:
            raise serializers.ValidationError({"project": [_("Dit is van een andere eigenaar.")]})
        try:
            work.clean_fields(exclude={"mercator", "ground", "geometry", "owner", "project", "buurt"})
            work.validate_constraints(exclude={"geometry"})
        except ValidationError as error:
            raise serializers.ValidationError(_named(error)) from None
        return attrs


def _columns() -> list[Any]:
    return [field for field in Work._meta.concrete_fields if field.name not in ("mercator", "ground")]


def _named(error: ValidationError) -> dict[str, list[str]]:
    """Return what is wrong per field; of a constraint, say what it asks in plain words."""
    said = {
        "work_starts_before_it_finishes": ("planned_finish", _("Het einde moet na het begin liggen.")),
        "work_actual_start_before_finish": ("actual_finish", _("Het werkelijke einde moet na het begin liggen.")),
        "work_window_is_open": ("latest_finish", _("Het uiterste einde moet na het vroegste begin liggen.")),
        "work_external_id_is_unique": ("external_id", _("Deze eigenaar heeft al een werk met dit kenmerk.")),
    }
    found: dict[str, list[str]] = {}
    for name, errors in error.error_dict.items():
        for each in errors:
            rule = next((key for key in said if key in str(each)), "")
            field, text = said.get(rule, (name, " ".join(each.messages)))
            found.setdefault("/" if field == "__all__" else field, []).append(str(text))
    return found
