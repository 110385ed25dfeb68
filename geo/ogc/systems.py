"""The coordinate systems that features can be asked in (OGC API - Features, part 2)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from geo.crs import RD_NEW, WEB_MERCATOR, WGS_84
from geo.problems import BadRequestError


@dataclass(frozen=True)
class System:
    """A coordinate system by its address.

    ``northing_first`` where its authority puts latitude before longitude; ``decimals`` keep about a centimetre.
    """

    uri: str
    srid: int
    northing_first: bool
    decimals: int


CRS84: Final = System("http://www.opengis.net/def/crs/OGC/1.3/CRS84", WGS_84, northing_first=False, decimals=7)
RD: Final = System(f"http://www.opengis.net/def/crs/EPSG/0/{RD_NEW}", RD_NEW, northing_first=False, decimals=3)
SYSTEMS: Final = (
    CRS84,
    RD,
    System(f"http://www.opengis.net/def/crs/EPSG/0/{WGS_84}", WGS_84, northing_first=True, decimals=7),
    System(f"http://www.opengis.net/def/crs/EPSG/0/{WEB_MERCATOR}", WEB_MERCATOR, northing_first=False, decimals=3),
)


def read_system(uri: str, parameter: str) -> System:
    """Return the system with this address, CRS84 where it is empty; raises BadRequestError for another."""
    if not uri:
        return CRS84
    for system in SYSTEMS:
        if uri.strip("[]") == system.uri:
            return system
    known = ", ".join(system.uri for system in SYSTEMS)
    raise BadRequestError(parameter, _("Dit coördinatenstelsel is er niet. Wel: %(known)s.") % {"known": known})
