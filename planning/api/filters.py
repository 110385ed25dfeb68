"""What lists of the API can be narrowed down to, and in which order they come."""

from __future__ import annotations

from typing import Any, cast

from django.db.models import Q, QuerySet
from django_filters import BooleanFilter, CharFilter, ChoiceFilter, FilterSet, NumberFilter, OrderingFilter
from django_filters.filters import BaseInFilter
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field

from geo import layers
from geo.functions import Folded
from geo.periods import parse_period
from geo.text import fold
from planning.api.parameters import read_bbox
from planning.coordination.models import Finding
from planning.initiatives.models import Initiative, InitiativeState, NeighbourhoodCentre
from planning.partners.models import Organisation
from planning.works.kinds import WorkKind, WorkStatus


class AnyOf(BaseInFilter, ChoiceFilter):
    """One or more known values with commas between them."""


class AnySlug(BaseInFilter, CharFilter):
    """One or more slugs with commas between them."""


class Ordering(OrderingFilter):
    """An order that is always whole: what is equal comes by identity, so that no page repeats a record."""

    def filter(self, qs: QuerySet[Any], value: Any) -> QuerySet[Any]:
        """Order ``qs``."""
        ordered = super().filter(qs, value)
        return ordered.order_by(*ordered.query.order_by, "pk") if value else ordered


@extend_schema_field(OpenApiTypes.DATE)
class DayFilter(CharFilter):
    """A day of a period; the set of filters reads both days together."""

    def filter(self, qs: QuerySet[Any], value: Any) -> QuerySet[Any]:
        """Leave ``qs`` alone."""
        return qs


class ResourceFilter(FilterSet):
    """What all lists share: a text to search for."""

    search_columns: tuple[str, ...] = ("name",)
    search = CharFilter(method="holding", label="Tekst in naam of omschrijving.")

    def holding(self, records: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Keep records that hold the text, whatever its case and accents."""
        condition = Q()
        for index, column in enumerate(self.search_columns):
            records = records.alias(**{f"folded_{index}": Folded(column)})
            condition |= Q(**{f"folded_{index}__contains": fold(value)})
        return records.filter(condition)


class PlaceFilter(ResourceFilter):
    """What lists of records with a place share: a box."""

    geometry = "geometry"
    bbox = CharFilter(method="in_bbox", label="Vak in graden: west,zuid,oost,noord.")

    def in_bbox(self, records: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Keep records that touch the box."""
        return records.filter(**{f"{self.geometry}__intersects": read_bbox({name: value})})


class PeriodFilter(PlaceFilter):
    """What lists of records with a place and a time share: a period, as the layer of that name counts it."""

    layer = ""

    @classmethod
    def get_filters(cls) -> dict[str, Any]:
        """Return the filters, with ``from``, which Python does not let a class attribute be called."""
        return super().get_filters() | {
            "from": DayFilter(label="Eerste dag van de periode."),
            "to": DayFilter(label="De dag na de laatste van de periode."),
        }

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep what shares a day with the period, besides the other filters."""
        layer = layers.get(self.layer)
        if layer is None:
            return super().filter_queryset(queryset)
        period = parse_period({name: self.form.cleaned_data.get(name) or "" for name in ("from", "to")})
        return layer.during(super().filter_queryset(queryset), period)


class WijkFilter(PlaceFilter):
    """Filters of wijken."""

    ordering = Ordering(fields=["name", "code"])


class BuurtFilter(PlaceFilter):
    """Filters of buurten."""

    wijk = AnySlug("wijk__slug", label="Wijk.")
    ordering = Ordering(fields=["name", "code"])


class OrganisationFilter(ResourceFilter):
    """Filters of organisations."""

    kind = AnyOf(choices=Organisation.Kind.choices, label="Soort.")
    ordering = Ordering(fields=["name"])


class ProjectFilter(ResourceFilter):
    """Filters of projects."""

    search_columns = ("name", "description")
    owner = AnySlug("owner__slug", label="Eigenaar.")
    ordering = Ordering(fields=["name"])


class WorkFilter(PeriodFilter):
    """Filters of works."""

    layer = "works"
    search_columns = ("name", "description")
    wijk = AnySlug("buurt__wijk__slug", label="Wijk.")
    buurt = AnySlug("buurt__slug", label="Buurt.")
    owner = AnySlug("owner__slug", label="Eigenaar.")
    project = NumberFilter("project_id", label="Project.")
    kind = AnyOf(choices=WorkKind.choices, label="Soort.")
    status = AnyOf(choices=WorkStatus.choices, label="Status.")
    ordering = Ordering(fields=["planned_start", "planned_finish", "name", "updated_at"])


class DependencyFilter(FilterSet):
    """Filters of dependencies."""

    work = NumberFilter(method="of_work", label="Werk, als voorganger of opvolger.")
    ordering = Ordering(fields=["predecessor", "successor"])

    def of_work(self, records: QuerySet[Any], name: str, value: int) -> QuerySet[Any]:
        """Keep dependencies of this work."""
        return records.filter(Q(predecessor=value) | Q(successor=value))


class FindingFilter(PeriodFilter):
    """Filters of findings."""

    layer = "findings"
    search_columns = ("sentence_nl", "sentence_en")
    wijk = AnySlug("wijk__slug", label="Wijk.")
    rule = AnySlug(label="Regel.")
    kind = AnyOf(choices=Finding.Kind.choices, label="Soort.")
    severity = AnyOf(choices=Finding.Severity.choices, label="Ernst.")
    owner = CharFilter(method="of_owner", label="Eigenaar van een van de werken.")
    work = NumberFilter(method="of_work", label="Werk.")
    ordering = Ordering(fields=["severity", "start", "finish", "first_seen"])

    def of_owner(self, records: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Keep findings about a work of this owner."""
        return records.filter(pk__in=Finding.objects.filter(works__owner__slug=value).values("pk"))

    def of_work(self, records: QuerySet[Any], name: str, value: int) -> QuerySet[Any]:
        """Keep findings about this work."""
        return records.filter(works=value)


class InitiativeFilter(PeriodFilter):
    """Filters of initiatives."""

    layer = "initiatives"
    search_columns = ("title", "summary", "story")
    wijk = AnySlug("buurt__wijk__slug", label="Wijk.")
    buurt = AnySlug("buurt__slug", label="Buurt.")
    state = AnyOf(choices=InitiativeState.choices, label="Stand.")
    theme = AnyOf(choices=Initiative.Theme.choices, label="Thema.")
    looks_for_place = BooleanFilter(label="Zoekt nog een plek.")
    ordering = Ordering(fields=["submitted_on", "title"])


class CentreFilter(PlaceFilter):
    """Filters of centres."""

    geometry = "point"
    search_columns = ("name", "description")
    wijk = AnySlug("wijk__slug", label="Wijk.")
    state = AnyOf(choices=NeighbourhoodCentre.State.choices, label="Stand.")
    ordering = Ordering(fields=["name"])


class ActivityFilter(ResourceFilter):
    """Filters of activities."""

    search_columns = ("title", "description")
    centre = AnySlug("centre__slug", label="Buurtcentrum.")
    wijk = AnySlug("centre__wijk__slug", label="Wijk.")
    ordering = Ordering(fields=["starts_at", "title"])


class MeetingFilter(PeriodFilter):
    """Filters of meetings."""

    layer = "meetings"
    geometry = "point"
    search_columns = ("title", "description", "location")
    wijk = AnySlug("wijk__slug", label="Wijk.")
    organiser = AnySlug("organiser__slug", label="Uitnodigende partner.")
    ordering = Ordering(fields=["starts_at", "title"])


def known_parameters(filters: type[FilterSet] | None) -> set[str]:
    """Return the names that the query of a list may have."""
    return set(cast(Any, filters).base_filters) if filters else set()
