"""Open counts follow the register: when addresses come or go, they are counted anew, with that as the reason."""

from __future__ import annotations

import datetime as dt
import logging
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from planning.initiatives.identities import address_key
from planning.initiatives.models import SupportArea, SupportCorrection
from planning.initiatives.refusals import RefusedError
from planning.initiatives.support.areas import addresses_in, redraw

logger = logging.getLogger(__name__)


@dataclass
class Recounted:
    """What came of counting anew: the corrections made, and the initiatives of which the team must look itself."""

    corrections: list[SupportCorrection] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


def recount_open(now: dt.datetime | None = None) -> Recounted:
    """Count every open area anew whose addresses are others now; each is a correction that everyone can read."""
    found = Recounted()
    for area in SupportArea.objects.filter(decided_at=None).select_related("initiative").order_by("pk"):
        if not _differs(area):
            continue
        try:
            reason = _("De lijst met adressen is bijgewerkt.")
            found.corrections.append(redraw(area, by=None, reason=reason, now=now))
        except RefusedError as error:
            logger.warning("Not counted anew: %s. %s", area.initiative, error)
            found.refused.append(area.initiative.title)
    return found


def _differs(area: SupportArea) -> bool:
    addresses = addresses_in(area.geometry).only("postcode", "number", "addition")
    wanted = {address_key(area.initiative_id, address) for address in addresses}
    return wanted != set(area.households.values_list("key", flat=True))
