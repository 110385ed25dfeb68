"""What a resident sees near home: works in the street and around it, ideas, the nearest centre, and meetings."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.contrib.gis.db.models.functions import AsSVG, Distance
from django.contrib.gis.geos import Point
from django.contrib.gis.measure import D
from django.utils import timezone

from geo.functions import Nearness
from geo.periods import Period
from planning.coordination.dossier import OpenCentre
from planning.coordination.near import GONE, nearest, within
from planning.coordination.selection import Selection
from planning.initiatives.models import Initiative, Meeting, NeighbourhoodCentre
from planning.initiatives.opening import whats_on
from planning.works.models import Work

if TYPE_CHECKING:
    from planning.partners.visibility import Viewer

IN_THE_STREET_M: Final = 60.0
"""A work this near counts as in one's own street. Own choice: some houses along, and the other side."""

THIS_WEEK: Final = dt.timedelta(days=7)


@dataclass(frozen=True)
class Nearby:
    """What is near a point; every record carries ``distance``.

    Works in the street come in order of time, as a timeline of one's own; all else nearest first.
    Works and centres carry what a small map draws: ``work.path`` is the ground as an SVG path in RD New.
    ``centre`` is the nearest open one at whatever distance, with what is on in the coming week.
    """

    here: Point
    radius_m: int
    in_the_street: list[Work]
    around: list[Work]
    initiatives: list[Initiative]
    meetings: list[Meeting]
    centre: OpenCentre | None

    @property
    def works(self) -> list[Work]:
        """Return all works, nearest first."""
        return [*self.in_the_street, *self.around]

    @property
    def is_empty(self) -> bool:
        """Return whether nothing happens here."""
        return not (self.in_the_street or self.around or self.initiatives or self.meetings)


def nearby(viewer: Viewer, here: Point, radius_m: int, now: dt.datetime | None = None) -> Nearby:
    """Return what ``viewer`` may see within ``radius_m`` metres of ``here`` (RD New); a query per sort.

    Works are those under way or still to come, meetings those to come.
    """
    now = now or timezone.now()
    today = timezone.localdate(now)
    selection = Selection(viewer, Period(start=today))
    works: list[Work] = within(
        radius_m,
        nearest(selection.works(), here, radius_m)
        .annotate(path=AsSVG("ground", relative=True, precision=1))
        .select_related("owner")
        .defer("geometry", "mercator", "ground"),
    )
    initiatives = selection.initiatives().exclude(state__in=GONE)
    street = [work for work in works if work.distance.m <= IN_THE_STREET_M]  # type: ignore[attr-defined]
    return Nearby(
        here=here,
        radius_m=radius_m,
        in_the_street=sorted(street, key=lambda work: (work.planned_start, work.pk)),
        around=works[len(street) :],
        initiatives=within(
            radius_m,
            nearest(initiatives.select_related("support_area"), here, radius_m).defer(
                "mercator", "support_area__geometry"
            ),
        ),
        meetings=list(
            selection.meetings()
            .filter(starts_at__gte=now, point__dwithin=(here, D(m=radius_m)))
            .select_related("organiser")
            .defer("mercator")
            .annotate(distance=Distance("point", here))
            .order_by("starts_at")
        ),
        centre=_centre(selection, here, now),
    )


def _centre(selection: Selection, here: Point, now: dt.datetime) -> OpenCentre | None:
    centre = (
        selection.centres()
        .filter(state=NeighbourhoodCentre.State.OPEN)
        .annotate(distance=Distance("point", here))
        .order_by(Nearness("point", here))
        .defer("mercator")
        .prefetch_related("activities", "hours", "exceptions")
        .first()
    )
    if centre is None:
        return None
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    return OpenCentre(centre, whats_on(centre, midnight, midnight + THIS_WEEK))
