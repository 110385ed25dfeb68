"""What is read from a body: names that exist, values that the model allows, and only what the writer may write."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Final

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import serializers
from rest_framework_gis.fields import GeometryField
from rest_framework_gis.serializers import GeoFeatureModelSerializer

from geo.intake.dates import FIRST_YEAR, LAST_YEAR
from geo.parameters import LARGEST
from geo.shapes import KINDS, ShapeError, read_shape
from planning.partners.models import Organisation

MOST_RELATED: Final = 1_000
"""Records that one can be related to at once."""

PASSED_OVER: Final = frozenset({"id", "type", "version", "reason"})
"""What goes along with values: who it is, and why."""


class GivenGeometry(GeometryField):
    """A geometry in WGS 84 from a body, as one in RD New."""

    def __init__(self, kinds: frozenset[str] = KINDS, **options: Any) -> None:
        super().__init__(**options)
        self.kinds = kinds

    def to_internal_value(self, value: Any) -> Any:
        """Return the geometry in RD New; refuse what is no place."""
        if not isinstance(value, Mapping):
            raise serializers.ValidationError(_("Dit is geen GeoJSON-geometrie."))
        try:
            return read_shape(value, self.kinds)
        except ShapeError as error:
            raise serializers.ValidationError(str(error)) from None


class Known(serializers.SlugRelatedField[Any]):
    """A related record by one of its columns, looked up once for all records of a body."""

    default_error_messages = {
        "does_not_exist": gettext_lazy("“{value}” is er niet, of u mag het niet zien."),
        "invalid": gettext_lazy("Dit is geen naam of kenmerk."),
    }

    def __init__(self, column: str, **options: Any) -> None:
        super().__init__(slug_field=column, **options)
        self.kind = int if column == "id" else str

    def to_internal_value(self, data: Any) -> Any:
        """Return the record; raises ValidationError."""
        if type(data) is not self.kind or "\x00" in str(data):
            self.fail("invalid")
        known = self.context["known"]
        records = self.visible()
        asked = (type(self), records.model, data)
        if asked not in known:
            known[asked] = records.filter(**{str(self.slug_field): data}).first()
        if known[asked] is None:
            self.fail("does_not_exist", value=str(data)[:60])
        return known[asked]

    def visible(self) -> Any:
        """Return the records that may be named."""
        return self.get_queryset()


class Seen(Known):
    """A related record that the writer may see."""

    def visible(self) -> Any:
        """Return what the writer may see."""
        return super().visible().visible_to(self.context["viewer"])


class SeenIdentities(serializers.ListField):
    """Identities of related records that the writer may see; one query for all of them."""

    default_error_messages = {"unseen": gettext_lazy("Deze zijn er niet, of u mag ze niet zien: {these}.")}

    def __init__(self, model: Any, **options: Any) -> None:
        child = serializers.IntegerField(min_value=0, max_value=LARGEST)
        super().__init__(child=child, max_length=MOST_RELATED, **options)
        self.model = model

    def to_internal_value(self, data: Any) -> Any:
        """Return the records; raises ValidationError."""
        asked = super().to_internal_value(data)
        found = self.model.objects.visible_to(self.context["viewer"]).filter(pk__in=asked)
        records = {record.pk: record for record in found.only("pk")}
        if unseen := [str(pk) for pk in asked if pk not in records]:
            self.fail("unseen", these=", ".join(unseen[:10]))
        return list(records.values())


class Day(serializers.DateField):
    """A date in the years that a plan can be about."""

    default_error_messages = {
        "range": gettext_lazy("Het jaar ligt tussen {first} en {last}."),
    }

    def to_internal_value(self, value: Any) -> Any:
        """Return the date; raises ValidationError."""
        day = super().to_internal_value(value)
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            self.fail("range", first=FIRST_YEAR, last=LAST_YEAR)
        return day


class Instant(serializers.DateTimeField):
    """A moment in the years that a plan can be about; without an offset it is the time on a Dutch clock."""

    default_error_messages = Day.default_error_messages

    def to_internal_value(self, value: Any) -> Any:
        """Return the moment; raises ValidationError."""
        moment = super().to_internal_value(value)
        if not FIRST_YEAR <= moment.year <= LAST_YEAR:
            self.fail("range", first=FIRST_YEAR, last=LAST_YEAR)
        return moment


class Input(serializers.ModelSerializer[Any]):
    """A record as it is written, or some of its values."""

    serializer_field_mapping = {
        **serializers.ModelSerializer.serializer_field_mapping,
        models.DateField: Day,
        models.DateTimeField: Instant,
    }

    answer: ClassVar[Any]
    """What a record is read as; all of that can be sent back, what is not to be written is passed over."""

    said: ClassVar[dict[str, tuple[str, Any]]] = {}
    """Per constraint of the model: the field it is about, and what it asks in plain words."""

    def validate_empty_values(self, data: Any) -> tuple[bool, Any]:
        """Take null for what it is: no object."""
        return (False, data) if data is None else super().validate_empty_values(data)

    def to_internal_value(self, data: Any) -> Any:
        """Refuse names that do not exist: a mistyped one would silently change nothing."""
        if not isinstance(data, Mapping):
            raise serializers.ValidationError({"body": [_("Dit is geen object met eigenschappen.")]})
        given = data.get("properties", data)
        if not isinstance(given, Mapping):
            raise serializers.ValidationError({"properties": [_("Hier horen eigenschappen.")]})
        unknown = set(given) - set(self.fields) - set(self.answer.Meta.fields) - PASSED_OVER - {"geometry"}
        if unknown:
            known = ", ".join(self.fields)
            raise serializers.ValidationError(
                {name: [_("Dit veld is er niet. Wel: %(known)s.") % {"known": known}] for name in sorted(unknown)}
            )
        return super().to_internal_value(data)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Hold a record to what the model demands of all its values together."""
        record = self.changed(attrs)
        shapes = {field.name for field in self._columns() if hasattr(field, "geom_type")}
        written = {str(field.source) for field in self.fields.values()}
        looked_at = {field.name for field in self._columns() if field.is_relation or field.name not in written}
        try:
            # Related records and shapes were looked at where they were read; the rest is ours.
            record.clean_fields(exclude=shapes | looked_at)
            record.validate_constraints(exclude=shapes)
        except ValidationError as error:
            raise serializers.ValidationError(self._named(error)) from None
        return attrs

    def changed(self, attrs: Mapping[str, Any]) -> Any:
        """Return the record as it would become, unsaved."""
        model: Any = self.Meta.model
        before = {f.attname: getattr(self.instance, f.attname) for f in self._columns()} if self.instance else {}
        record = model(**before)
        # A record that is there already is not in its own way.
        record._state.adding = self.instance is None
        for name, value in attrs.items():
            if not model._meta.get_field(name).many_to_many:
                setattr(record, name, value)
        return record

    def _columns(self) -> list[Any]:
        model: Any = self.Meta.model
        return [field for field in model._meta.concrete_fields if not field.generated]

    def _named(self, error: ValidationError) -> dict[str, list[str]]:
        """Return what is wrong per field; of a constraint, say what it asks in plain words."""
        found: dict[str, list[str]] = {}
        for name, errors in error.error_dict.items():
            for each in errors:
                constraint = next((key for key in self.said if key in str(each)), "")
                unique = (getattr(each, "params", None) or {}).get("unique_check", ())
                field, text = self.said.get(constraint, (unique[-1] if unique else name, " ".join(each.messages)))
                found.setdefault("" if field == "__all__" else field, []).append(str(text))
        return found


class FeatureInput(Input, GeoFeatureModelSerializer):
    """A record with a place: a GeoJSON feature, or its properties with a geometry beside them."""


class OwnedInput(Input):
    """A record with an owner, which is the writer's organisation and stays so."""

    owner = Known("slug", queryset=Organisation.objects.all())

    def validate_owner(self, owner: Organisation) -> Organisation:
        """Refuse records of organisations that the writer does not work for."""
        if self.instance is not None and owner.pk != self.instance.owner_id:
            raise serializers.ValidationError(_("Dit blijft van zijn eigenaar."))
        rights = self.context["rights"]
        if not rights.everything and owner.pk not in rights.edits_for:
            raise serializers.ValidationError(_("U mag niets maken of wijzigen van deze organisatie."))
        return owner

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse a project or programme of another owner."""
        record = self.changed(attrs)
        for name in ("project", "programme"):
            part_of = getattr(record, name, None)
            if part_of is not None and part_of.owner_id != record.owner_id:
                raise serializers.ValidationError({name: [_("Dit is van een andere eigenaar.")]})
        return super().validate(attrs)
