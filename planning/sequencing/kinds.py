"""Kinds and states of works as the engine counts with them: codes, and the groups that rules speak of."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class Kind(StrEnum):
    """What a work does (DESIGN.md, section 3). The position in the enum is its code in arrays."""

    RELOCATION = "relocation"
    DEMOLITION = "demolition"
    SITE_PREPARATION = "site_preparation"
    RENOVATION = "renovation"
    NEW_BUILD = "new_build"
    SEWER = "sewer"
    CABLES_PIPES = "cables_pipes"
    HEAT_NETWORK = "heat_network"
    STREET = "street"
    SQUARE = "square"
    GREEN = "green"
    PLAY_AREA = "play_area"
    TEMPORARY_USE = "temporary_use"
    EVENT = "event"

    @property
    def code(self) -> int:
        """Position of the kind, as it stands in ``Works.kind``."""
        return _KIND_CODES[self]


class Status(StrEnum):
    """How firm a work is. The position in the enum is its code in arrays."""

    IDEA = "idea"
    PLANNED = "planned"
    COMMITTED = "committed"
    UNDER_WAY = "under_way"
    DONE = "done"
    CANCELLED = "cancelled"

    @property
    def code(self) -> int:
        """Position of the status, as it stands in ``Works.status``."""
        return _STATUS_CODES[self]


_KIND_CODES: Final = {kind: index for index, kind in enumerate(Kind)}
_STATUS_CODES: Final = {status: index for index, status in enumerate(Status)}

BUILDING: Final = frozenset({Kind.DEMOLITION, Kind.SITE_PREPARATION, Kind.RENOVATION, Kind.NEW_BUILD})
"""Works that bring lorries and scaffolds to a plot."""

UNDERGROUND: Final = frozenset({Kind.SEWER, Kind.CABLES_PIPES, Kind.HEAT_NETWORK})
"""Works that open the ground."""

SURFACE: Final = frozenset({Kind.STREET, Kind.SQUARE, Kind.GREEN, Kind.PLAY_AREA})
"""Works that finish the ground."""

FROZEN: Final = frozenset({Status.COMMITTED, Status.UNDER_WAY, Status.DONE, Status.CANCELLED})
"""States in which the solver leaves the dates alone."""
