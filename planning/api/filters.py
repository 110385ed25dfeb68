"""What lists of the API can be narrowed down to, and in which order they come."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.contrib.gis.geos import Point
from django.contrib.gis.measure import D
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_filters import (
    BooleanFilter,
    CharFilter,
    ChoiceFilter,
    FilterSet,
    IsoDateTimeFilter,
    NumberFilter,
    OrderingFilter,
)
from django_filters.filters import BaseInFilter
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field

from geo import layers
from geo.crs import RD_NEW, WGS_84, looks_like_wgs84
from geo.functions import Folded, Nearness
from geo.parameters import LARGEST, read_box
from geo.periods import ALWAYS, Period, parse_period
from geo.problems import BadRequestError
from geo.shapes import ShapeError, read_shape
from geo.text import fold
from planning.api.parameters import NOT_HERE
from planning.coordination.models import Finding
from planning.initiatives.agenda import on_during
from planning.initiatives.models import Initiative, InitiativeState, NeighbourhoodCentre
from planning.partners.models import Organisation
from planning.works.kinds import WorkKind, WorkStatus
from planning.works.models import Dependency, Work

FURTHEST_M: Final = 50_000
"""How far around a point can be asked for."""

NEAR_M: Final = 500


class AnyOf(BaseInFilter, ChoiceFilter):
    """One or more known values with commas between them."""


class AnySlug(BaseInFilter, CharFilter):
    """One or more slugs with commas between them."""


@extend_schema_field(OpenApiTypes.INT)
class Identity(NumberFilter):
    """The identity of a record: a whole number that the database can hold."""

    field_class = forms.IntegerField

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options, min_value=0, max_value=LARGEST)

    def get_max_validator(self) -> None:
        """Add no second bound to that of the field."""


class AnyIdentity(BaseInFilter, Identity):
    """One or more identities with commas between them."""


class Ordering(OrderingFilter):
    """The order of a list, by one or more of its fields, each the other way round with a minus before it."""

    def __init__(self, fields: Any) -> None:
        super().__init__(fields=fields, label=_("Volgorde; met een min ervoor andersom. Meer met komma's ertussen."))


class AskedWithOthers:
    """A value that the set of filters reads together with others."""

    def filter(self, records: QuerySet[Any], value: Any) -> QuerySet[Any]:
        """Leave ``records`` alone."""
        return records


@extend_schema_field(OpenApiTypes.DATE)
class Day(AskedWithOthers, CharFilter):
    """A day of a period."""


class Degrees(AskedWithOthers, NumberFilter):
    """A longitude or latitude."""


class Metres(AskedWithOthers, NumberFilter):
    """A distance."""


class ResourceFilter(FilterSet):
    """What all lists share: identities, and a text to search for."""

    search_columns: tuple[str, ...] = ("name",)
    id = AnyIdentity("pk", label=_("Kenmerken, met komma's ertussen."))
    search = CharFilter(
        method="holding", label=_("Tekst in naam of omschrijving, zonder op hoofdletters en accenten te letten.")
    )

    def holding(self, records: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Keep records that hold the text, whatever its case and accents."""
        condition = Q()
        for index, column in enumerate(self.search_columns):
            records = records.alias(**{f"folded_{index}": Folded(column)})
            condition |= Q(**{f"folded_{index}__contains": fold(value)})
        return records.filter(condition)


class PlaceFilter(ResourceFilter):
    """What lists of records with a place share: a box, a shape, and how far from a point."""

    geometry = "geometry"
    bbox = CharFilter(method="in_bbox", label=_("Vak in graden: west,zuid,oost,noord."))
    shape = CharFilter(
        method="touching",
        label=_("Vorm die geraakt wordt: GeoJSON of WKT in graden, of WKT met SRID=28992; ervoor in RD."),
    )
    lat = Degrees(label=_("Breedte van een punt, in graden; samen met lon."))
    lon = Degrees(label=_("Lengte van een punt, in graden; samen met lat."))
    radius = Metres(label=_("Hoe ver van het punt, in meter: 1 tot en met 50.000; anders 500."))

    @classmethod
    def get_filters(cls) -> dict[str, Any]:
        """Return the filters, with ``geometry``, whose name the class has another use for."""
        filters = super().get_filters()
        filters["geometry"] = filters.pop("shape")
        return filters

    def in_bbox(self, records: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Keep records that touch the box."""
        return records.filter(**{f"{self.geometry}__intersects": read_box(value)})

    def touching(self, records: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Keep records that touch the shape."""
        try:
            return records.filter(**{f"{self.geometry}__intersects": read_shape(value, part=True)})
        except ShapeError as error:
            raise BadRequestError("geometry", str(error)) from error

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep what is near the point that is asked for, besides the other filters, and let it be ordered so."""
        given = self.form.cleaned_data
        lon, lat, radius = (given.get(name) for name in ("lon", "lat", "radius"))
        if lon is None and lat is None:
            for name, asked in (("radius", radius), ("ordering", "distance" in str(given.get("ordering")))):
                if asked:
                    raise BadRequestError(name, gettext("Geef ook “lat” en “lon”: afstand tot welk punt?"))
            return super().filter_queryset(queryset)
        if lon is None or lat is None or not looks_like_wgs84(lon, lat):
            raise BadRequestError("lat", str(NOT_HERE))
        if radius is not None and not 1 <= radius <= FURTHEST_M:
            raise BadRequestError(
                "radius", gettext("De afstand is 1 tot en met %(most)s meter.") % {"most": FURTHEST_M}
            )
        here = Point(float(lon), float(lat), srid=WGS_84).transform(RD_NEW, clone=True)
        near = queryset.filter(**{f"{self.geometry}__dwithin": (here, D(m=float(radius or NEAR_M)))})
        return super().filter_queryset(near.annotate(distance=Nearness(self.geometry, here)))


def _period_filters() -> dict[str, Day]:
    return {
        "from": Day(label=_("Eerste dag van de periode.")),
        "to": Day(label=_("De dag na de laatste van de periode.")),
    }


def _period_of(filters: FilterSet) -> Period:
    return parse_period({name: filters.form.cleaned_data.get(name) or "" for name in ("from", "to")})


class PeriodFilter(PlaceFilter):
    """What lists of records with a place and a time share: a period, as the layer of that name counts it."""

    layer = ""

    @classmethod
    def get_filters(cls) -> dict[str, Any]:
        """Return the filters, with ``from``, which Python does not let a class attribute be called."""
        return super().get_filters() | _period_filters()

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep what shares a day with the period, besides the other filters."""
        layer = layers.get(self.layer)
        if layer is None:
            return super().filter_queryset(queryset)
        return layer.during(super().filter_queryset(queryset), _period_of(self))


class WijkFilter(PlaceFilter):
    """Filters of wijken."""

    ordering = Ordering(["name", "code", "distance"])


class BuurtFilter(PlaceFilter):
    """Filters of buurten."""

    wijk = AnySlug("wijk__slug", label=_("Wijk."))
    ordering = Ordering(["name", "code", "distance"])


class OrganisationFilter(ResourceFilter):
    """Filters of organisations."""

    kind = AnyOf(choices=Organisation.Kind.choices, label=_("Soort."))
    ordering = Ordering(["name"])


class ProgrammeFilter(ResourceFilter):
    """Filters of programmes."""

    search_columns = ("name", "description")
    owner = AnySlug("owner__slug", label=_("Eigenaar."))
    ordering = Ordering(["name"])


class ProjectFilter(ProgrammeFilter):
    """Filters of projects."""

    programme = AnyIdentity("programme_id", label=_("Programma."))


class WorkFilter(PeriodFilter):
    """Filters of works."""

    layer = "works"
    search_columns = ("name", "description")
    wijk = AnySlug("buurt__wijk__slug", label=_("Wijk."))
    buurt = AnySlug("buurt__slug", label=_("Buurt."))
    owner = AnySlug("owner__slug", label=_("Eigenaar."))
    project = AnyIdentity("project_id", label=_("Project."))
    programme = AnyIdentity("project__programme_id", label=_("Programma."))
    kind = AnyOf(choices=WorkKind.choices, label=_("Soort."))
    status = AnyOf(choices=WorkStatus.choices, label=_("Status."))
    source = AnySlug("source", label=_("Bron."))
    external_id = AnySlug("external_id", label=_("Kenmerk bij de bron."))
    updated_since = IsoDateTimeFilter("updated_at", "gte", label=_("Gewijzigd op of na dit moment."))
    ordering = Ordering(["planned_start", "planned_finish", "name", "updated_at", "distance"])


class DependencyFilter(FilterSet):
    """Filters of dependencies."""

    id = AnyIdentity("pk", label=_("Kenmerken, met komma's ertussen."))
    work = AnyIdentity(method="of_work", label=_("Werk, als voorganger of opvolger."))
    predecessor = AnyIdentity("predecessor_id", label=_("Voorganger."))
    successor = AnyIdentity("successor_id", label=_("Opvolger."))
    type = AnyOf(choices=Dependency.Type.choices, label=_("Soort."))
    ordering = Ordering([("predecessor_id", "predecessor"), ("successor_id", "successor")])

    def of_work(self, records: QuerySet[Any], name: str, value: list[int]) -> QuerySet[Any]:
        """Keep dependencies of these works."""
        return records.filter(Q(predecessor__in=value) | Q(successor__in=value))


class FindingFilter(PeriodFilter):
    """Filters of findings."""

    layer = "findings"
    search_columns = ("sentence_nl", "sentence_en")
    wijk = AnySlug("wijk__slug", label=_("Wijk."))
    rule = AnySlug(label=_("Regel."))
    kind = AnyOf(choices=Finding.Kind.choices, label=_("Soort."))
    severity = AnyOf(choices=Finding.Severity.choices, label=_("Ernst."))
    owner = AnySlug(method="of_owner", label=_("Eigenaar van een van de werken."))
    work = AnyIdentity(method="of_work", label=_("Werk."))
    project = AnyIdentity(method="of_project", label=_("Project van een van de werken."))
    ordering = Ordering(["severity", "start", "finish", "first_seen", "distance"])

    def of_owner(self, records: QuerySet[Any], name: str, value: list[str]) -> QuerySet[Any]:
        """Keep findings about a work of these owners."""
        return _about(records, owner__slug__in=value)

    def of_work(self, records: QuerySet[Any], name: str, value: list[int]) -> QuerySet[Any]:
        """Keep findings about these works."""
        return _about(records, pk__in=value)

    def of_project(self, records: QuerySet[Any], name: str, value: list[int]) -> QuerySet[Any]:
        """Keep findings about a work of these projects."""
        return _about(records, project__in=value)


def _about(findings: QuerySet[Finding], **works: Any) -> QuerySet[Finding]:
    # Exists, not a join: a finding about two of them must not come twice.
    return findings.filter(Exists(Work.objects.filter(findings=OuterRef("pk"), **works)))


class InitiativeFilter(PeriodFilter):
    """Filters of initiatives."""

    layer = "initiatives"
    search_columns = ("title", "summary", "story")
    wijk = AnySlug("buurt__wijk__slug", label=_("Wijk."))
    buurt = AnySlug("buurt__slug", label=_("Buurt."))
    state = AnyOf(choices=InitiativeState.choices, label=_("Stand."))
    theme = AnyOf(choices=Initiative.Theme.choices, label=_("Thema."))
    looks_for_place = BooleanFilter(label=_("Zoekt nog een plek."))
    ordering = Ordering(["submitted_on", "title", "distance"])


class CentreFilter(PlaceFilter):
    """Filters of centres."""

    geometry = "point"
    search_columns = ("name", "description")
    wijk = AnySlug("wijk__slug", label=_("Wijk."))
    state = AnyOf(choices=NeighbourhoodCentre.State.choices, label=_("Stand."))
    ordering = Ordering(["name", "distance"])


class ActivityFilter(ResourceFilter):
    """Filters of activities."""

    search_columns = ("title", "description")
    centre = AnySlug("centre__slug", label=_("Buurtcentrum."))
    wijk = AnySlug("centre__wijk__slug", label=_("Wijk."))
    ordering = Ordering(["starts_at", "title"])

    @classmethod
    def get_filters(cls) -> dict[str, Any]:
        """Return the filters, with ``from``, which Python does not let a class attribute be called."""
        return super().get_filters() | _period_filters()

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep what is on in the period, the first time or again, besides the other filters."""
        found, period = super().filter_queryset(queryset), _period_of(self)
        return found if period == ALWAYS else found.filter(pk__in=on_during(found.order_by(), period))


class MeetingFilter(PeriodFilter):
    """Filters of meetings."""

    layer = "meetings"
    geometry = "point"
    search_columns = ("title", "description", "location")
    wijk = AnySlug("wijk__slug", label=_("Wijk."))
    organiser = AnySlug("organiser__slug", label=_("Uitnodigende partner."))
    work = AnyIdentity("works", label=_("Werk waarover het gaat."), distinct=True)
    ordering = Ordering(["starts_at", "title", "distance"])
