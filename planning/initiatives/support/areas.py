"""Which addresses have a say in an initiative: counted once by PostGIS, and changed only for all to see."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

import pghistory
from django.contrib.gis.geos import GEOSGeometry, MultiPolygon
from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from geo.models import Address
from planning.initiatives.identities import address_key
from planning.initiatives.models import (
    Initiative,
    InitiativeState,
    Role,
    Support,
    SupportAddress,
    SupportArea,
    SupportCorrection,
)
from planning.initiatives.refusals import RefusedError
from planning.initiatives.states import move
from planning.initiatives.support.deciding import decide

if TYPE_CHECKING:
    from planning.partners.models import User

LARGEST_RADIUS_M: Final = 1000
RADII_M: Final = (50, 100, 150, 200, 300, 500)
"""Radii that the team is told the number of addresses of."""

MOST_ADDRESSES: Final = 2000
"""More addresses than this are no neighbours (our own choice); an idea for a whole wijk goes another way."""

QUARTER_SEGMENTS: Final = 32
"""Corners per quarter of a circle: within 5 cm of a true circle of 150 m."""


def circle(initiative: Initiative, radius_m: int) -> MultiPolygon:
    """Return the area within ``radius_m`` of an initiative, in RD New."""
    around = initiative.geometry.buffer(radius_m, QUARTER_SEGMENTS)
    return around if isinstance(around, MultiPolygon) else MultiPolygon(around, srid=initiative.geometry.srid)


def addresses_in(geometry: GEOSGeometry) -> QuerySet[Address]:
    """Return the addresses in an area in RD New."""
    return Address.objects.filter(point__intersects=geometry)


def addresses_by_radius(initiative: Initiative) -> dict[int, int]:
    """Return how many addresses lie within some radii, to choose from; one query."""
    counts = addresses_in(circle(initiative, max(RADII_M))).aggregate(
        **{
            f"within_{radius}": Count("pk", filter=Q(point__intersects=circle(initiative, radius)))
            for radius in RADII_M
        }
    )
    return {radius: counts[f"within_{radius}"] for radius in RADII_M}


def open_support(
    initiative: Initiative,
    *,
    by: User,
    radius_m: int | None = None,
    geometry: MultiPolygon | None = None,
    now: dt.datetime | None = None,
) -> SupportArea:
    """Count the addresses around an initiative that the team has read, and let them speak; it is public from then.

    Parameters
    ----------
    initiative
        Handed in.
    by
        Who of the team does it.
    radius_m, geometry
        One of both: a radius in metres, or a drawn area in RD New.

    Raises
    ------
    RefusedError
        Where no address lies there, or too many do.
    """
    now = now or timezone.now()
    shape = _shape(initiative, radius_m, geometry)
    with transaction.atomic():
        households = _households(initiative.pk, shape)
        # One that was there before began again: its voices are from another time.
        SupportArea.objects.filter(initiative=initiative).delete()
        area = SupportArea.objects.create(
            initiative=initiative, geometry=shape, radius_m=radius_m, addresses=len(households), opened_at=now
        )
        SupportAddress.objects.bulk_create(
            [SupportAddress(area=area, key=key, buurt_id=buurt) for key, buurt in households.items()]
        )
        _remember_radius(initiative, radius_m)
        move(initiative, InitiativeState.GATHERING_SUPPORT, Role.TEAM, by=by, now=now)
    return area


def redraw(
    area: SupportArea,
    *,
    by: User | None,
    reason: str,
    radius_m: int | None = None,
    geometry: MultiPolygon | None = None,
    now: dt.datetime | None = None,
) -> SupportCorrection:
    """Count anew, in the same or in another area; voices of addresses that no longer belong to it go.

    ``by`` is None where the register of addresses asked for it, and nobody of the team.

    Raises
    ------
    RefusedError
        Where the count is closed, there is no reason, or no address lies there.
    """
    reason = _reason(reason)
    with transaction.atomic(), pghistory.context(reason=reason):
        area = _locked_open(area)
        initiative = area.initiative
        shape = _shape(initiative, radius_m, geometry) if radius_m or geometry else area.geometry
        wanted = _households(initiative.pk, shape)
        before = (area.addresses, area.in_favour, area.against)
        known = dict(area.households.values_list("key", "pk"))
        gone = [pk for key, pk in known.items() if key not in wanted]
        lost = dict(
            Support.objects.filter(address__in=gone).order_by().values_list("in_favour").annotate(voices=Count("pk"))
        )
        SupportAddress.objects.filter(pk__in=gone).delete()
        SupportAddress.objects.bulk_create(
            [SupportAddress(area=area, key=key, buurt_id=buurt) for key, buurt in wanted.items() if key not in known]
        )
        area.addresses = len(wanted)
        area.in_favour = max(0, area.in_favour - lost.get(True, 0))
        area.against = max(0, area.against - lost.get(False, 0))
        if area.in_favour + area.against > area.addresses:
            raise RefusedError(_("Er zijn dan meer stemmen dan adressen. Corrigeer eerst de stemmen."), "reason")
        if radius_m or geometry:
            area.geometry, area.radius_m = shape, radius_m
        area.save()
        _remember_radius(initiative, radius_m)
        correction = SupportCorrection.objects.create(
            area=area,
            at=now or timezone.now(),
            addresses=area.addresses - before[0],
            in_favour=area.in_favour - before[1],
            against=area.against - before[2],
            reason=reason,
            by=by,
        )
        decide(area, now=now)
    return correction


def correct(
    area: SupportArea,
    *,
    by: User,
    reason: str,
    in_favour: int = 0,
    against: int = 0,
    now: dt.datetime | None = None,
) -> SupportCorrection:
    """Add voices to the count, or take some off (below zero), with a reason that everyone can read.

    A majority that comes or goes with it counts.

    Raises
    ------
    RefusedError
        Where there is no reason, nothing changes, or the count would be impossible.
    """
    reason = _reason(reason)
    if not in_favour and not against:
        raise RefusedError(_("Vul in hoeveel stemmen erbij of eraf gaan."), "in_favour")
    with transaction.atomic(), pghistory.context(reason=reason):
        area = SupportArea.objects.select_for_update().get(pk=area.pk)
        if area.initiative.state not in (InitiativeState.GATHERING_SUPPORT, InitiativeState.SUPPORTED):
            raise RefusedError(_("De telling staat vast: het initiatief is al verder, of gestopt."), "reason")
        counts = (area.in_favour + in_favour, area.against + against)
        if min(counts) < 0 or sum(counts) > area.addresses:
            raise RefusedError(
                _("Dat kan niet. Voor: %(voices)s, tegen: %(against)s, adressen: %(addresses)s.")
                % {"voices": area.in_favour, "against": area.against, "addresses": area.addresses},
                "in_favour",
            )
        area.in_favour, area.against = counts
        area.save(update_fields=["in_favour", "against"])
        correction = SupportCorrection.objects.create(
            area=area, at=now or timezone.now(), in_favour=in_favour, against=against, reason=reason, by=by
        )
        lost = area.in_favour < area.majority
        if area.initiative.state == InitiativeState.SUPPORTED and lost and area.forgotten_at is None:
            move(area.initiative, InitiativeState.GATHERING_SUPPORT, Role.TEAM, reason=reason, by=by, now=now)
        decide(area, now=now)
    return correction


def _reason(text: str) -> str:
    reason = " ".join(text.split())[:240]
    if not reason:
        raise RefusedError(_("Zeg waarom; iedereen kan de reden lezen."), "reason")
    return reason


def _locked_open(area: SupportArea) -> SupportArea:
    locked = SupportArea.objects.select_for_update(of=("self",)).select_related("initiative").get(pk=area.pk)
    if not locked.is_open:
        raise RefusedError(_("De telling is gesloten."), "reason")
    return locked


def _shape(initiative: Initiative, radius_m: int | None, geometry: MultiPolygon | None) -> MultiPolygon:
    if geometry is not None:
        return geometry
    if radius_m is None or not 1 <= radius_m <= LARGEST_RADIUS_M:
        raise RefusedError(_("Kies een straal van 1 tot %(most)s meter.") % {"most": LARGEST_RADIUS_M}, "radius_m")
    return circle(initiative, radius_m)


def _households(initiative: int, shape: MultiPolygon) -> dict[str, int | None]:
    """Return the keyed hash of every address in ``shape``, with its buurt."""
    found = addresses_in(shape).only("postcode", "number", "addition", "buurt_id")[: MOST_ADDRESSES + 1]
    households = {address_key(initiative, address): address.buurt_id for address in found}
    if not households:
        raise RefusedError(_("In dit gebied staat geen enkel adres. Maak het groter."), "radius_m")
    if len(households) > MOST_ADDRESSES:
        raise RefusedError(
            _("In dit gebied staan meer dan %(most)s adressen. Maak het kleiner.") % {"most": MOST_ADDRESSES},
            "radius_m",
        )
    return households


def _remember_radius(initiative: Initiative, radius_m: int | None) -> None:
    if radius_m is not None and radius_m != initiative.support_radius_m:
        Initiative.objects.filter(pk=initiative.pk).update(support_radius_m=radius_m)
        initiative.support_radius_m = radius_m
