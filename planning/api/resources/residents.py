"""Residents: initiatives, centres, what is on in them, and meetings, as resources."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from planning.api import filters, serializers
from planning.api.base import SLUG, FeatureResource
from planning.api.changing import Changing
from planning.api.resident_inputs import ActivityInput, CentreInput, InitiativeInput, MeetingInput
from planning.initiatives.models import Activity, Initiative, Meeting, NeighbourhoodCentre, SupportArea
from planning.partners.viewers import Scope
from planning.works.models import Work


class OfTheTeam(Changing):
    """What the team keeps: no partner alone changes it."""

    def may_make(self) -> bool:
        """Whether the writer acts for the team."""
        return self.rights.everything or self.rights.secretary

    def may_change(self, record: Any) -> bool:
        """Whether the writer acts for the team."""
        return self.may_make()


class InitiativeViewSet(OfTheTeam, FeatureResource):
    """Residents' initiatives."""

    nouns = (_("initiatief"), _("initiatieven"))
    about = _("Ideeën van bewoners, met hun stand en wat partners eraan gaven. Het team maakt en wijzigt ze.")
    serializer_class = serializers.InitiativeSerializer
    filterset_class = filters.InitiativeFilter
    input_class = InitiativeInput
    scope = Scope.INITIATIVES_WRITE
    feeds_findings = True
    lookup_field = "slug"
    lookup_value_regex = SLUG
    # What neighbours said of it would go with it; it is withdrawn or declined, so that all can see it was.
    http_method_names = ["get", "head", "options", "post", "patch"]

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

    def locked(self, pks: Iterable[int]) -> dict[int, Any]:
        """Lock the areas of support before the initiatives, as voices do, so that none wait for each other."""
        list(SupportArea.objects.filter(initiative__in=pks).order_by("pk").select_for_update().values_list("pk"))
        return super().locked(pks)


class CentreViewSet(OfTheTeam, FeatureResource):
    """Neighbourhood centres."""

    nouns = (_("buurtinformatiecentrum"), _("buurtinformatiecentra"))
    about = _("Gewone huizen in de wijk als plek om elkaar te ontmoeten (BIC). Het team maakt en wijzigt ze.")
    serializer_class = serializers.CentreSerializer
    filterset_class = filters.CentreFilter
    input_class = CentreInput
    scope = Scope.CENTRES_WRITE
    feeds_findings = True
    lookup_field = "slug"
    lookup_value_regex = SLUG
    geometry = "point"

    def records(self) -> QuerySet[NeighbourhoodCentre]:
        """Return all centres."""
        return NeighbourhoodCentre.objects.select_related("wijk").defer("wijk__geometry", "wijk__mercator")

    def hindrance(self, record: NeighbourhoodCentre) -> str:
        """Keep a centre in which something is on."""
        number = record.activities.count()
        said = ngettext("Er is nog %(n)s activiteit.", "Er zijn nog %(n)s activiteiten.", number)
        return said % {"n": number} if number else ""


class ActivityViewSet(OfTheTeam):
    """What is on in the centres."""

    nouns = (_("activiteit"), _("activiteiten"))
    about = _("Wat er in de buurtinformatiecentra te doen is, eenmalig of met een herhaling (RRULE, RFC 5545).")
    serializer_class = serializers.ActivitySerializer
    filterset_class = filters.ActivityFilter
    input_class = ActivityInput
    scope = Scope.CENTRES_WRITE

    def records(self) -> QuerySet[Activity]:
        """Return all activities."""
        return Activity.objects.select_related("centre").defer("centre__point", "centre__mercator")


class MeetingViewSet(Changing, FeatureResource):
    """Residents' meetings."""

    nouns = (_("bewonersavond"), _("bewonersavonden"))
    about = _("Avonden waarvoor partners bewoners uitnodigen, over werken of over een wijk.")
    serializer_class = serializers.MeetingSerializer
    filterset_class = filters.MeetingFilter
    input_class = MeetingInput
    scope = Scope.MEETINGS_WRITE
    feeds_findings = True
    geometry = "point"

    def records(self) -> QuerySet[Meeting]:
        """Return all meetings."""
        works = Work.objects.visible_to(self.request.user).filter(meetings=OuterRef("pk")).order_by("pk")
        return (
            Meeting.objects.annotate(work_ids=ArraySubquery(works.values("pk")))
            .select_related("organiser", "wijk")
            .defer("wijk__geometry", "wijk__mercator")
        )

    def may_make(self) -> bool:
        """Whether the writer invites for a partner, or for the team."""
        return super().may_make() or self.rights.secretary

    def may_change(self, record: Meeting) -> bool:
        """Whether the writer works for who invites, or for the team."""
        rights = self.rights
        return rights.everything or rights.secretary or record.organiser_id in rights.edits_for
