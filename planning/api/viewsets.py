"""The resources of the API: read only, as the viewer may see them, a fixed number of queries per list."""

from __future__ import annotations

from typing import Any, ClassVar, cast

from django.contrib.gis.db.models.functions import AsGeoJSON, Transform
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q, QuerySet
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework.pagination import PageNumberPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.viewsets import ReadOnlyModelViewSet
from rest_framework_gis.pagination import GeoJsonPagination

from geo.crs import WGS_84
from geo.models import Buurt, Wijk
from geo.parameters import read_whole
from geo.problems import BadRequestError
from planning.api import filters, serializers
from planning.api.problems import Problems
from planning.api.work_writes import WritableWorks, etag
from planning.api.writing import WorkInput
from planning.coordination.models import Finding
from planning.coordination.rows import with_subjects
from planning.initiatives.models import Activity, Initiative, Meeting, NeighbourhoodCentre
from planning.partners.models import Organisation
from planning.partners.permissions import is_partner, organisations_of
from planning.partners.viewers import Scope
from planning.works.models import Dependency, Project, Work

DECIMALS = 7
"""Of a degree: about a centimetre (RFC 7946, section 11.2, finds six enough for most)."""


class _Sized(PageNumberPagination):
    """Pages of a size that the client may choose; what is no number is refused, not ignored."""

    page_size = 100
    max_page_size = 1000
    page_size_query_param = "page_size"

    def get_page_size(self, request: Request) -> int | None:
        """Return how many records go on a page."""
        if text := request.query_params.get("page_size", ""):
            read_whole(text, "page_size", least=1)
        return super().get_page_size(request)


class Pages(_Sized):
    """Pages of a list."""


class FeaturePages(_Sized, GeoJsonPagination):
    """Pages of a GeoJSON FeatureCollection."""

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """Return the schema of a page; drf-gis renames its results to features, but still requires results."""
        return super().get_paginated_response_schema(schema) | {"required": ["type", "count", "features"]}


class Resource(Problems, ReadOnlyModelViewSet[Any]):
    """What all resources share."""

    pagination_class = Pages
    lookup_value_regex = "[0-9]{1,18}"
    filterset_class: ClassVar[Any] = None

    def records(self) -> QuerySet[Any]:
        """Return what the viewer may see."""
        raise NotImplementedError

    def get_queryset(self) -> QuerySet[Any]:
        """Return what the viewer may see; while the OpenAPI document is made nobody looks."""
        if getattr(self, "swagger_fake_view", False):
            return cast(Any, self.get_serializer_class()).Meta.model.objects.none()
        return self.records()

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Any:
        """Return a page; refuse a parameter that does not exist, since it would silently widen the answer."""
        known = filters.known_parameters(self.filterset_class) | {"page", "page_size", "format"}
        for name in request.query_params:
            if name not in known:
                raise BadRequestError(
                    name[:40],
                    _("Deze parameter is er niet. Wel: %(known)s.") % {"known": ", ".join(sorted(known))},
                )
        return super().list(request, *args, **kwargs)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Let no shared cache keep what depends on who asks."""
        response = super().finalize_response(request, response, *args, **kwargs)
        response["Cache-Control"] = "private, no-cache"
        return response


class FeatureResource(Resource):
    """A resource with a geometry: GeoJSON made by PostGIS."""

    pagination_class = FeaturePages
    geometry = "geometry"

    def get_queryset(self) -> QuerySet[Any]:
        """Return what the viewer may see, with its geometry as GeoJSON and without the stored ones."""
        geojson = AsGeoJSON(Transform(self.geometry, WGS_84), precision=DECIMALS)
        return super().get_queryset().annotate(geojson=geojson).defer(self.geometry, "mercator")


def _described(what: str) -> Any:
    """Give the operations of a resource their line in the OpenAPI document."""
    return extend_schema_view(
        list=extend_schema(summary=f"Alle {what}"), retrieve=extend_schema(summary=f"Eén van de {what}")
    )


@_described("wijken")
class WijkViewSet(FeatureResource):
    """Wijken as the partners speak of them."""

    serializer_class = serializers.WijkSerializer
    filterset_class = filters.WijkFilter
    lookup_field = "slug"
    lookup_value_regex = "[-a-zA-Z0-9_]+"

    def records(self) -> QuerySet[Wijk]:
        """Return all wijken."""
        return Wijk.objects.all()


@_described("buurten")
class BuurtViewSet(FeatureResource):
    """Buurten of CBS."""

    serializer_class = serializers.BuurtSerializer
    filterset_class = filters.BuurtFilter
    lookup_field = "slug"
    lookup_value_regex = "[-a-zA-Z0-9_]+"

    def records(self) -> QuerySet[Buurt]:
        """Return all buurten."""
        return Buurt.objects.select_related("wijk").defer("wijk__geometry", "wijk__mercator")


@_described("organisaties")
class OrganisationViewSet(Resource):
    """Partners."""

    serializer_class = serializers.OrganisationSerializer
    filterset_class = filters.OrganisationFilter
    lookup_field = "slug"
    lookup_value_regex = "[-a-zA-Z0-9_]+"

    def records(self) -> QuerySet[Organisation]:
        """Return all partners."""
        return Organisation.objects.all()


@_described("projecten")
class ProjectViewSet(Resource):
    """Projects of which the viewer may see a work, or which are the viewer's own."""

    serializer_class = serializers.ProjectSerializer
    filterset_class = filters.ProjectFilter

    def records(self) -> QuerySet[Project]:
        """Return the visible projects."""
        works = Work.objects.visible_to(self.request.user).order_by("pk")
        seen = Q(pk__in=works.filter(project__isnull=False).order_by().values("project"))
        seen |= Q(owner__in=organisations_of(self.request.user, Scope.WORKS_READ))
        ids = works.filter(project=OuterRef("pk")).values("pk")
        return Project.objects.filter(seen).annotate(work_ids=ArraySubquery(ids)).select_related("owner", "programme")


@extend_schema_view(
    create=extend_schema(
        summary="Maak een werk, of met een lijst meer tegelijk", request=WorkInput,
        responses={201: serializers.PartnerWorkSerializer},
    ),
    partial_update=extend_schema(
        summary="Wijzig een werk", request=WorkInput, responses={200: serializers.PartnerWorkSerializer},
        parameters=[OpenApiParameter("If-Match", str, OpenApiParameter.HEADER, required=True,
                                     description="ETag van het werk dat gelezen is.")],
    ),
)  # fmt: skip
@_described("werken")
class WorkViewSet(WritableWorks, FeatureResource):
    """Works of the partners; planners make and change those of their own organisation."""

    serializer_class = serializers.WorkSerializer
    filterset_class = filters.WorkFilter

    def records(self) -> QuerySet[Work]:
        """Return the visible works."""
        return (
            Work.objects.visible_to(self.request.user)
            .select_related("owner", "project", "buurt__wijk")
            .defer(
                "ground", "buurt__geometry", "buurt__mercator", "buurt__wijk__geometry",
                "buurt__wijk__mercator",
            )
        )  # fmt: skip

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Return one work, with the ETag that a change must name."""
        response = super().retrieve(request, *args, **kwargs)
        response["ETag"] = etag(response.data["id"], response.data["properties"]["version"])
        return response

    def get_serializer_class(self) -> type[BaseSerializer[Any]]:
        """Return the partners' form for people who belong to a partner, the public's for others."""
        partner = not getattr(self, "swagger_fake_view", False) and self._is_partner
        return serializers.PartnerWorkSerializer if partner else serializers.WorkSerializer

    @cached_property
    def _is_partner(self) -> bool:
        # Asked for more than once per request.
        return is_partner(self.request.user, Scope.WORKS_READ)


@_described("afhankelijkheden")
class DependencyViewSet(Resource):
    """Dependencies of which both works are visible."""

    serializer_class = serializers.DependencySerializer
    filterset_class = filters.DependencyFilter

    def records(self) -> QuerySet[Dependency]:
        """Return the visible dependencies."""
        works = Work.objects.visible_to(self.request.user).order_by().values("pk")
        return Dependency.objects.filter(predecessor__in=works, successor__in=works).order_by("pk")


@_described("bevindingen")
class FindingViewSet(FeatureResource):
    """Findings that still hold and of which every work is visible, worst first."""

    serializer_class = serializers.FindingSerializer
    filterset_class = filters.FindingFilter

    def records(self) -> QuerySet[Finding]:
        """Return the visible findings."""
        findings = Finding.objects.visible_to(self.request.user).current().worst_first()
        return with_subjects(findings).select_related("wijk").defer("wijk__geometry", "wijk__mercator")


@_described("initiatieven")
class InitiativeViewSet(FeatureResource):
    """Residents' initiatives."""

    serializer_class = serializers.InitiativeSerializer
    filterset_class = filters.InitiativeFilter
    lookup_field = "slug"
    lookup_value_regex = "[-a-zA-Z0-9_]+"

    def records(self) -> QuerySet[Initiative]:
        """Return the visible initiatives."""
        return (
            Initiative.objects.visible_to(self.request.user)
            .select_related("buurt__wijk")
            .prefetch_related("grants__partner")
            .defer("buurt__geometry", "buurt__mercator", "buurt__wijk__geometry", "buurt__wijk__mercator")
        )


@_described("buurtinformatiecentra")
class CentreViewSet(FeatureResource):
    """Neighbourhood centres."""

    serializer_class = serializers.CentreSerializer
    filterset_class = filters.CentreFilter
    lookup_field = "slug"
    lookup_value_regex = "[-a-zA-Z0-9_]+"
    geometry = "point"

    def records(self) -> QuerySet[NeighbourhoodCentre]:
        """Return all centres."""
        return NeighbourhoodCentre.objects.select_related("wijk").defer("wijk__geometry", "wijk__mercator")


@_described("activiteiten")
class ActivityViewSet(Resource):
    """What is on in the centres."""

    serializer_class = serializers.ActivitySerializer
    filterset_class = filters.ActivityFilter

    def records(self) -> QuerySet[Activity]:
        """Return all activities."""
        return Activity.objects.select_related("centre").defer("centre__point", "centre__mercator")


@_described("bewonersavonden")
class MeetingViewSet(FeatureResource):
    """Residents' meetings."""

    serializer_class = serializers.MeetingSerializer
    filterset_class = filters.MeetingFilter
    geometry = "point"

    def records(self) -> QuerySet[Meeting]:
        """Return all meetings."""
        works = Work.objects.visible_to(self.request.user).filter(meetings=OuterRef("pk")).order_by("pk")
        return (
            Meeting.objects.annotate(work_ids=ArraySubquery(works.values("pk")))
            .select_related("organiser", "wijk")
            .defer("wijk__geometry", "wijk__mercator")
        )
