"""Residents: initiatives, centres, what is on in them, and meetings, as resources."""

from __future__ import annotations

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from planning.api import filters, serializers
from planning.api.base import SLUG, FeatureResource, Resource
from planning.initiatives.models import Activity, Initiative, Meeting, NeighbourhoodCentre
from planning.works.models import Work


class InitiativeViewSet(FeatureResource):
    """Residents' initiatives."""

    nouns = (_("initiatief"), _("initiatieven"))
    about = _("Ideeën van bewoners, met hun stand en wat partners eraan gaven.")
    serializer_class = serializers.InitiativeSerializer
    filterset_class = filters.InitiativeFilter
    lookup_field = "slug"
    lookup_value_regex = SLUG

    def records(self) -> QuerySet[Initiative]:
        """Return the visible initiatives."""
        return (
            Initiative.objects.visible_to(self.request.user)
            .with_granted()
            .select_related("buurt__wijk", "support_area")
            .prefetch_related("grants__partner")
            .defer(
                "buurt__geometry", "buurt__mercator", "buurt__wijk__geometry", "buurt__wijk__mercator",
                "support_area__geometry",
            )
        )  # fmt: skip


class CentreViewSet(FeatureResource):
    """Neighbourhood centres."""

    nouns = (_("buurtinformatiecentrum"), _("buurtinformatiecentra"))
    about = _("Gewone huizen in de wijk als plek om elkaar te ontmoeten (BIC).")
    serializer_class = serializers.CentreSerializer
    filterset_class = filters.CentreFilter
    lookup_field = "slug"
    lookup_value_regex = SLUG
    geometry = "point"

    def records(self) -> QuerySet[NeighbourhoodCentre]:
        """Return all centres."""
        return NeighbourhoodCentre.objects.select_related("wijk").defer("wijk__geometry", "wijk__mercator")


class ActivityViewSet(Resource):
    """What is on in the centres."""

    nouns = (_("activiteit"), _("activiteiten"))
    about = _("Wat er in de buurtinformatiecentra te doen is, eenmalig of met een herhaling (RRULE, RFC 5545).")
    serializer_class = serializers.ActivitySerializer
    filterset_class = filters.ActivityFilter

    def records(self) -> QuerySet[Activity]:
        """Return all activities."""
        return Activity.objects.select_related("centre").defer("centre__point", "centre__mercator")


class MeetingViewSet(FeatureResource):
    """Residents' meetings."""

    nouns = (_("bewonersavond"), _("bewonersavonden"))
    about = _("Avonden waarvoor partners bewoners uitnodigen, over werken of over een wijk.")
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
