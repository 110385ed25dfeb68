"""Everything about one place: its works in order of time, the ground between them, findings, initiatives."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.contrib.gis.geos import GEOSGeometry, Point
from django.contrib.gis.measure import D
from django.db.models import Q

from geo.crs import WGS_84
from geo.functions import LonLat, Nearness
from geo.geocoding import spaced
from geo.models import Address, Buurt
from geo.periods import ALWAYS, Period
from planning.coordination.figures import fallow_gaps
from planning.coordination.rows import Row, centre_rows, fallow_row, finding_rows, initiative_rows, work_rows
from planning.coordination.selection import Selection
from planning.works.kinds import WorkKind

if TYPE_CHECKING:
    from planning.partners.viewers import Viewer

FINGER_PX: Final = 10
"""How many pixels beside a thing a click may fall (our own choice)."""

LEAST_M: Final = 3.0
MOST_M: Final = 250.0
"""Reach of a click in metres, however far the map is zoomed in or out."""

TOUCHING_M: Final = 1.0
"""Within this distance a work lies on or against the ground of another."""

ADDRESS_REACH_M: Final = 50.0
MOST: Final = 100


class NotThereError(LookupError):
    """What was asked for does not exist, or the viewer may not see it."""


@dataclass(frozen=True)
class Spot:
    """A place to tell about: its geometry (any system), how far around it, and its middle in degrees."""

    geometry: GEOSGeometry
    reach_m: float
    lon: float
    lat: float


def clicked(lon: float, lat: float, zoom: float) -> Spot:
    """Return the spot of a click or tap at ``zoom`` (tiles of 512 pixels, as MapLibre counts).

    The reach is that of a finger: metres per pixel are 78271.5 cos(lat) / 2^zoom in Web Mercator.
    """
    reach = FINGER_PX * 78_271.517 * math.cos(math.radians(lat)) / 2**zoom
    return Spot(Point(lon, lat, srid=WGS_84), min(max(reach, LEAST_M), MOST_M), lon, lat)


def place_at(viewer: Viewer, spot: Spot, period: Period = ALWAYS) -> dict[str, Any]:
    """Return what is at ``spot``: works of all time, findings of ``period``, initiatives, centres."""
    works = Q(geometry__dwithin=(spot.geometry, D(m=spot.reach_m)))
    return _dossier(viewer, spot, works, works, period)


def place_of_work(viewer: Viewer, pk: int) -> dict[str, Any]:
    """Return what is on the ground of a work and against it; raises NotThereError."""
    work = Selection(viewer).works().annotate(lonlat=LonLat("geometry")).filter(pk=pk).first()
    if work is None:
        raise NotThereError
    spot = Spot(work.ground, TOUCHING_M, *work.lonlat)
    on_ground = Q(ground__dwithin=(work.ground, D(m=TOUCHING_M)))
    return _dossier(viewer, spot, on_ground, Q(works=pk))


def place_of_finding(viewer: Viewer, pk: int) -> dict[str, Any]:
    """Return what is at a finding, with at least the works it is about; raises NotThereError."""
    finding = Selection(viewer).findings().annotate(lonlat=LonLat("geometry")).filter(pk=pk).first()
    if finding is None:
        raise NotThereError
    spot = Spot(finding.geometry, TOUCHING_M, *finding.lonlat)
    on_ground = Q(ground__dwithin=(finding.geometry, D(m=TOUCHING_M))) | Q(findings=pk)
    return _dossier(viewer, spot, on_ground, Q(pk=pk))


def place_of_initiative(viewer: Viewer, pk: int) -> dict[str, Any]:
    """Return what is at an initiative; raises NotThereError."""
    initiative = Selection(viewer).initiatives().annotate(lonlat=LonLat("geometry")).filter(pk=pk).first()
    if initiative is None:
        raise NotThereError
    spot = Spot(initiative.geometry, LEAST_M, *initiative.lonlat)
    here = Q(geometry__dwithin=(initiative.geometry, D(m=LEAST_M)))
    return _dossier(viewer, spot, here, Q(initiatives=pk) | here)


def _dossier(viewer: Viewer, spot: Spot, works: Q, findings: Q, period: Period = ALWAYS) -> dict[str, Any]:
    """Put together what is at ``spot``, given which works and findings belong to it."""
    everything = Selection(viewer)
    near = (spot.geometry, D(m=spot.reach_m))
    here = everything.works().filter(pk__in=everything.works().filter(works).values("pk"))
    work_list = work_rows(here.order_by("planned_start", "planned_finish", "pk")[:MOST], viewer)
    found = Selection(viewer, period).findings()
    about = Q(works__in=[row["id"] for row in work_list]) | findings
    address = _nearest_address(spot)
    buurt = _buurt(spot)
    return {
        "lon": spot.lon,
        "lat": spot.lat,
        "title": _title(work_list, address, buurt),
        "wijk": {"name": buurt.wijk.name, "slug": buurt.wijk.slug} if buurt and buurt.wijk else None,
        "buurt": {"name": buurt.name, "slug": buurt.slug} if buurt else None,
        "works": work_list,
        "fallow": _fallow(viewer, work_list),
        "findings": finding_rows(found.filter(pk__in=found.filter(about).values("pk")).worst_first()[:MOST]),
        "initiatives": initiative_rows(everything.initiatives().filter(geometry__dwithin=near)[:MOST]),
        "centres": centre_rows(everything.centres().filter(point__dwithin=near)),
        "address": _address_row(address) if address else None,
    }


def _fallow(viewer: Viewer, works: list[Row]) -> list[Row]:
    """Return how long the ground of the demolitions among ``works`` lies fallow."""
    cleared = {row["id"] for row in works if row["kind"] == WorkKind.DEMOLITION}
    return [fallow_row(gap) for gap in fallow_gaps(viewer) if gap.work_id in cleared] if cleared else []


def _nearest_address(spot: Spot) -> Any | None:
    middle = Point(spot.lon, spot.lat, srid=WGS_84)
    return (
        Address.objects.filter(point__dwithin=(middle, D(m=ADDRESS_REACH_M)))
        .annotate(lonlat=LonLat("point"))
        .order_by(Nearness("point", middle))
        .first()
    )


def _address_row(address: Any) -> Row:
    lon, lat = address.lonlat
    return {
        "text": str(address),
        "street": address.street,
        "number": address.number,
        "addition": address.addition,
        "postcode": spaced(address.postcode),
        "city": address.city,
        "lon": lon,
        "lat": lat,
    }


def _buurt(spot: Spot) -> Buurt | None:
    """Return the buurt that holds the middle of the spot."""
    return (
        Buurt.objects.filter(geometry__intersects=Point(spot.lon, spot.lat, srid=WGS_84))
        .select_related("wijk")
        .defer("geometry", "mercator", "wijk__geometry", "wijk__mercator")
        .order_by("code")
        .first()
    )


def _title(works: list[Row], address: Address | None, buurt: Buurt | None) -> str:
    """Return what people call the place: the project most works are part of, else street, else buurt."""
    projects = Counter(row["project"] for row in works if row["project"])
    if projects:
        return projects.most_common(1)[0][0]
    if address is not None:
        return address.street
    return buurt.name if buurt is not None else ""
