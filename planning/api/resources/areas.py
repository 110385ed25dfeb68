"""Where and who: wijken, buurten and partners, as resources."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from geo.models import Buurt, Wijk
from planning.api import filters, serializers
from planning.api.base import SLUG, FeatureResource, Resource
from planning.partners.models import Organisation


class WijkViewSet(FeatureResource):
    """Wijken as the partners speak of them."""

    nouns = (_("wijk"), _("wijken"))
    about = _("De wijken waarover de partners spreken; elke wijk bestaat uit een of meer buurten van het CBS.")
    serializer_class = serializers.WijkSerializer
    filterset_class = filters.WijkFilter
    lookup_field = "slug"
    lookup_value_regex = SLUG

    def records(self) -> QuerySet[Wijk]:
        """Return all wijken."""
        return Wijk.objects.all()


class BuurtViewSet(FeatureResource):
    """Buurten of CBS."""

    nouns = (_("buurt"), _("buurten"))
    about = _("De buurten van het CBS, met de wijk van de partners waar zij bij horen.")
    serializer_class = serializers.BuurtSerializer
    filterset_class = filters.BuurtFilter
    lookup_field = "slug"
    lookup_value_regex = SLUG

    def records(self) -> QuerySet[Buurt]:
        """Return all buurten."""
        return Buurt.objects.select_related("wijk").defer("wijk__geometry", "wijk__mercator")


class OrganisationViewSet(Resource):
    """Partners."""

    nouns = (_("organisatie"), _("organisaties"))
    about = _("De partners. Hun korte naam (slug) staat bij werken, projecten en bijeenkomsten als eigenaar.")
    serializer_class = serializers.OrganisationSerializer
    filterset_class = filters.OrganisationFilter
    lookup_field = "slug"
    lookup_value_regex = SLUG

    def records(self) -> QuerySet[Organisation]:
        """Return all partners."""
        return Organisation.objects.all()
