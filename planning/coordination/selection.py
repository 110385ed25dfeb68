"""What the map, its lists and its figures are about at a moment: one choice, made in one place.

All start from the layers' own declarations, so that a list beside the map never says other than the map.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from django.contrib.gis.geos import MultiPolygon, Polygon
from django.db.models import Count, QuerySet

from geo.models import Address, Buurt, RoadPart, Wijk
from geo.periods import ALWAYS, Period
from planning.coordination.layers import FINDINGS
from planning.coordination.models import FindingQuerySet
from planning.initiatives.layers import CENTRES, INITIATIVES, MEETINGS
from planning.initiatives.models import InitiativeQuerySet, Meeting, NeighbourhoodCentre
from planning.works.layers import WORKS
from planning.works.models import WorkQuerySet

if TYPE_CHECKING:
    from planning.partners.viewers import Viewer


@dataclass(frozen=True)
class Selection:
    """A viewer, a period and an area; the methods return what of each sort is in it.

    Parameters
    ----------
    viewer
        Whose eyes: a signed-in person, an anonymous one, or None for the public.
    period
        ``[start, finish)``; sides may be open.
    wijk
        Slug of a wijk, or None for all.
    bbox
        A box, or None for everywhere.
    """

    viewer: Viewer = None
    period: Period = ALWAYS
    wijk: str | None = None
    bbox: Polygon | MultiPolygon | None = None

    def works(self) -> WorkQuerySet:
        """Return the works that are visible, not cancelled, and under way in the period."""
        works = cast(WorkQuerySet, WORKS.records(self.viewer, self.period))
        return cast(WorkQuerySet, self._within(works, "geometry", "buurt__wijk__slug"))

    def findings(self) -> FindingQuerySet:
        """Return the findings that still hold, of which every work is visible."""
        findings = cast(FindingQuerySet, FINDINGS.records(self.viewer, self.period))
        return cast(FindingQuerySet, self._within(findings, "geometry", "wijk__slug"))

    def initiatives(self) -> InitiativeQuerySet:
        """Return the initiatives handed in before the period ends."""
        initiatives = cast(InitiativeQuerySet, INITIATIVES.records(self.viewer, self.period))
        return cast(InitiativeQuerySet, self._within(initiatives, "geometry", "buurt__wijk__slug"))

    def centres(self) -> QuerySet[NeighbourhoodCentre]:
        """Return the neighbourhood centres."""
        return self._within(CENTRES.records(self.viewer), "point", "wijk__slug")

    def meetings(self) -> QuerySet[Meeting]:
        """Return the residents' meetings in the period."""
        return self._within(MEETINGS.records(self.viewer, self.period), "point", "wijk__slug")

    def wijken(self) -> QuerySet[Wijk]:
        """Return the wijken."""
        return self._within(Wijk.objects.all(), "geometry", "slug")

    def buurten(self) -> QuerySet[Buurt]:
        """Return the buurten."""
        return self._within(Buurt.objects.all(), "geometry", "wijk__slug")

    def addresses(self) -> QuerySet[Address]:
        """Return the addresses."""
        return self._within(Address.objects.all(), "point", "buurt__wijk__slug")

    def streets(self) -> int:
        """Return how many streets have road parts."""
        parts = self._within(RoadPart.objects.exclude(name=""), "geometry", "buurt__wijk__slug")
        return int(parts.aggregate(streets=Count("name", distinct=True))["streets"])

    def _within(self, records: QuerySet[Any], geometry: str, wijk: str) -> QuerySet[Any]:
        if self.wijk is not None:
            records = records.filter(**{wijk: self.wijk})
        if self.bbox is not None:
            records = records.filter(**{f"{geometry}__intersects": self.bbox})
        return records
