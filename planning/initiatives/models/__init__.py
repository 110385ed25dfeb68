"""Residents: their initiatives, the neighbourhood centres, and the meetings they are invited to."""

from planning.initiatives.models.centres import Activity, Meeting, NeighbourhoodCentre
from planning.initiatives.models.grants import Grant
from planning.initiatives.models.initiative import OPEN_STATES, Initiative, InitiativeQuerySet, InitiativeState

__all__ = [
    "OPEN_STATES",
    "Activity",
    "Grant",
    "Initiative",
    "InitiativeQuerySet",
    "InitiativeState",
    "Meeting",
    "NeighbourhoodCentre",
]
