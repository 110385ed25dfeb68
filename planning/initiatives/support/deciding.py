"""When it is enough: more than half of the addresses are for."""

from __future__ import annotations

import datetime as dt

from planning.initiatives import mailing
from planning.initiatives.models import InitiativeState, Role, SupportArea
from planning.initiatives.states import move


def decide(area: SupportArea, now: dt.datetime | None = None) -> bool:
    """Make the initiative supported where more than half of the addresses are for it; tell the team. Say whether so.

    ``area`` must be locked by the transaction, so that one voice, and no two, is the deciding one.
    """
    initiative = area.initiative
    if initiative.state != InitiativeState.GATHERING_SUPPORT or area.still_needed:
        return False
    move(initiative, InitiativeState.SUPPORTED, Role.NEIGHBOURS, now=now)
    mailing.tell_team(initiative, "initiative_supported", area=area)
    return True
