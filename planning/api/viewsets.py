"""The resources of the API, as the viewer may see them; a fixed number of queries per list."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q, QuerySet
from django.utils.functional import cached_property
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework.serializers import BaseSerializer

from geo.models import Buurt, Wijk
from planning.api import filters, serializers
from planning.api.base import FeatureResource, Resource
from planning.api.etags import state
from planning.api.work_writes import WritableWorks
from planning.api.writing import WorkInput
from planning.coordination.models import Finding
from planning.coordination.rows import with_subjects
from planning.initiatives.models import Activity, Initiative, Meeting, NeighbourhoodCentre
from planning.partners.models import Organisation
from planning.partners.permissions import is_partner, organisations_of
from planning.partners.viewers import Scope
from planning.works.models import Dependency, Project, Work


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

    def state_of(self, work: Work) -> str:
        """Return what a change must name."""
        return state(work.pk, work.version)

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
            .with_granted()
            .select_related("buurt__wijk", "support_area")
            .prefetch_related("grants__partner")
            .defer(
                "buurt__geometry",
                "buurt__mercator",
                "buurt__wijk__geometry",
                "buurt__wijk__mercator",
                "support_area__geometry",
            )
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
