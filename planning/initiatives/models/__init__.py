"""Residents: their initiatives, the neighbourhood centres, and the meetings they are invited to."""

from planning.initiatives.models.centres import Activity, Meeting, NeighbourhoodCentre, Recurring
from planning.initiatives.models.grants import Grant, GrantBudget
from planning.initiatives.models.handing_in import Attempt, Initiator, Photo, Submission
from planning.initiatives.models.initiative import (
    CLOSED_STATES,
    OPEN_STATES,
    SUPPORT_RADIUS_M,
    Initiative,
    InitiativeQuerySet,
    InitiativeState,
    Role,
    Step,
    Theme,
    Update,
    page_of,
)
from planning.initiatives.models.opening import OpeningException, OpeningHours, Presence, Weekday
from planning.initiatives.models.signals import Signal, SignalAnswer, SignUp
from planning.initiatives.models.support import (
    ADDRESSES_PER_EMAIL,
    LetterCode,
    PendingSupport,
    Support,
    SupportAddress,
    SupportArea,
    SupportCorrection,
    still_needed,
)

__all__ = [
    "ADDRESSES_PER_EMAIL",
    "CLOSED_STATES",
    "OPEN_STATES",
    "SUPPORT_RADIUS_M",
    "Activity",
    "Attempt",
    "Grant",
    "GrantBudget",
    "Initiative",
    "InitiativeQuerySet",
    "InitiativeState",
    "Initiator",
    "LetterCode",
    "Meeting",
    "NeighbourhoodCentre",
    "OpeningException",
    "OpeningHours",
    "PendingSupport",
    "Photo",
    "Presence",
    "Recurring",
    "Role",
    "SignUp",
    "Signal",
    "SignalAnswer",
    "Step",
    "Submission",
    "Support",
    "SupportAddress",
    "SupportArea",
    "SupportCorrection",
    "Theme",
    "Update",
    "Weekday",
    "page_of",
    "still_needed",
]
