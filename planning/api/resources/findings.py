"""What the partners must talk about, as a resource."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from planning.api import filters, serializers
from planning.api.base import FeatureResource
from planning.coordination.models import Finding
from planning.coordination.rows import with_subjects


class FindingViewSet(FeatureResource):
    """Findings that still hold and of which every work is visible, worst first."""

    nouns = (_("bevinding"), _("bevindingen"))
    about = _("Botsingen en kansen tussen werken, gevonden door de regels; de ernstigste eerst.")
    serializer_class = serializers.FindingSerializer
    filterset_class = filters.FindingFilter

    def records(self) -> QuerySet[Finding]:
        """Return the visible findings."""
        findings = Finding.objects.visible_to(self.request.user).current().worst_first()
        return with_subjects(findings).select_related("wijk").defer("wijk__geometry", "wijk__mercator")
