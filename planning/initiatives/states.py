"""The road of an initiative: which step may follow which, and who may take it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pghistory
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from planning.initiatives import mailing
from planning.initiatives.models import Initiative, InitiativeState, Role, Step, SupportArea
from planning.initiatives.refusals import RefusedError

if TYPE_CHECKING:
    from planning.partners.models import User

S = InitiativeState
TEAM, PARTNER, INITIATOR, NEIGHBOURS = Role.TEAM, Role.PARTNER, Role.INITIATOR, Role.NEIGHBOURS


@dataclass(frozen=True)
class Allowed:
    """Who may take a step, and whether they must say why."""

    roles: frozenset[Role]
    with_reason: bool = False


def _by(*roles: Role, with_reason: bool = False) -> Allowed:
    return Allowed(frozenset(roles), with_reason)


STEPS: Final[dict[tuple[InitiativeState, InitiativeState], Allowed]] = {
    (S.SUBMITTED, S.GATHERING_SUPPORT): _by(TEAM),
    (S.GATHERING_SUPPORT, S.SUPPORTED): _by(NEIGHBOURS),
    (S.SUPPORTED, S.RESOURCED): _by(TEAM, PARTNER),
    (S.RESOURCED, S.UNDER_WAY): _by(TEAM, PARTNER, INITIATOR),
    (S.UNDER_WAY, S.DONE): _by(TEAM, PARTNER, INITIATOR),
    # Putting right what went too fast.
    (S.SUPPORTED, S.GATHERING_SUPPORT): _by(TEAM, with_reason=True),
    (S.RESOURCED, S.SUPPORTED): _by(TEAM, with_reason=True),
    (S.UNDER_WAY, S.RESOURCED): _by(TEAM, with_reason=True),
    (S.DONE, S.UNDER_WAY): _by(TEAM, with_reason=True),
    (S.DECLINED, S.SUBMITTED): _by(TEAM, with_reason=True),
    (S.WITHDRAWN, S.SUBMITTED): _by(TEAM, with_reason=True),
    # An end before the end of the road.
    **{
        (state, S.DECLINED): _by(TEAM, with_reason=True)
        for state in (S.SUBMITTED, S.GATHERING_SUPPORT, S.SUPPORTED, S.RESOURCED)
    },
    **{
        (state, S.WITHDRAWN): _by(TEAM, INITIATOR)
        for state in (S.SUBMITTED, S.GATHERING_SUPPORT, S.SUPPORTED, S.RESOURCED, S.UNDER_WAY)
    },
}
"""Every step there is; a majority of the neighbours, and nobody else, makes an initiative supported."""


def next_states(initiative: Initiative, role: Role) -> list[InitiativeState]:
    """Return the states that ``role`` may bring the initiative to, in the order of the road."""
    ways = {to for (start, to), allowed in STEPS.items() if start == initiative.state and role in allowed.roles}
    return [state for state in S if state in ways]


def needs_reason(start: str, to: str) -> bool:
    """Whether this step asks for a reason."""
    allowed = STEPS.get((S(start), S(to)))
    return allowed is not None and allowed.with_reason


def check(start: str, to: str, role: Role, reason: str = "") -> None:
    """Check that ``role`` may take this step.

    Raises
    ------
    RefusedError
        Where the step is not on the road, is not for this role, or lacks its reason.
    """
    allowed = STEPS.get((S(start), S(to)))
    if allowed is None:
        raise RefusedError(
            _("Van “%(start)s” naar “%(to)s” gaat niet in één stap.") % {"start": S(start).label, "to": S(to).label},
            "state",
        )
    if role not in allowed.roles:
        raise RefusedError(_("Deze stap mag u niet zetten."), "state")
    if allowed.with_reason and not reason.strip():
        raise RefusedError(_("Zeg waarom; iedereen kan de reden lezen."), "reason")


def move(
    initiative: Initiative,
    to: InitiativeState,
    role: Role,
    *,
    reason: str = "",
    by: User | None = None,
    now: dt.datetime | None = None,
) -> Step:
    """Take an initiative one step along its road, and tell whoever handed it in.

    Neighbours can speak only while it gathers support; the count closes and opens again with that.

    Raises
    ------
    RefusedError
        As ``check`` does, also where somebody else was just first.
    """
    now = now or timezone.now()
    reason = " ".join(reason.split())[:240]
    with transaction.atomic(), pghistory.context(reason=reason):
        # Always the area before the initiative: voices lock the area first.
        area = SupportArea.objects.select_for_update().filter(initiative=initiative).first()
        locked = Initiative.objects.select_for_update().only("state").get(pk=initiative.pk)
        check(locked.state, to, role, reason)
        _open_or_close(area, to, now)
        Initiative.objects.filter(pk=initiative.pk).update(state=to, state_reason=reason)
        initiative.state, initiative.state_reason = to, reason
        step = Step.objects.create(initiative=initiative, state=to, at=now, role=role, reason=reason, by=by)
        mailing.tell_initiator(initiative, "initiative_step", step=step)
    return step


def _open_or_close(area: SupportArea | None, to: InitiativeState, now: dt.datetime) -> None:
    """Close the count where the initiative goes on; open it where it comes back and the voices are still there."""
    if area is None:
        if to == S.GATHERING_SUPPORT:
            raise RefusedError(_("Leg eerst vast welke adressen meebeslissen."), "radius_m")
        return
    if to == S.GATHERING_SUPPORT:
        if area.forgotten_at is not None:
            raise RefusedError(_("De stemmen zijn al gewist. Teken het gebied opnieuw; dan begint de telling opnieuw."))
        area.decided_at = None
    elif area.decided_at is None:
        area.decided_at = now
    area.save(update_fields=["decided_at"])
