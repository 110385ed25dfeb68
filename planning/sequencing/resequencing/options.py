"""What somebody who asks for a better sequence may choose."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum

from planning.sequencing.calendars import BuildingHoliday


class Goal(IntEnum):
    """What is minimised, in this order (DESIGN.md, section 5)."""

    BROKEN = 0
    FALLOW = 1
    TWICE = 2
    NUISANCE = 3
    CHANGE = 4


@dataclass(frozen=True)
class Weights:
    """How heavily soft things count within their goal; all at least 0.

    Parameters
    ----------
    together_at_once
        Two owners at work too near at the same time, times the lesser nuisance index of both.
    late_surface
        A surface that does not follow its building within the promised weeks.
    season
        A work that stays in a season closed to it.
    moved
        A work that gets other dates at all, in working days of shift that weigh as much.
    """

    together_at_once: int = 2
    late_surface: int = 6
    season: int = 4
    moved: int = 5


@dataclass(frozen=True)
class Options:
    """Which works may move, how far, what counts, and how long to search.

    Parameters
    ----------
    works
        Identities of works that may move; None: all that are not frozen.
    owners, wijken
        Only works of these owners, or in these wijken, may move; None: of all.
    fixed
        Identities of works that stay, whatever else is allowed.
    earlier_weeks, later_weeks
        How far a start may shift from the present plan.
    lead_weeks
        Nothing that moves starts sooner than so many weeks from today: crews are hired and residents told first.
    together
        Pairs of identities of works that must start on the same day.
    goals
        What to minimise, in this order; what is left out does not count.
    weights
        Of soft things.
    seconds, workers, seed
        Limit of the search, threads, and random seed. The same input and seed give the same answer as long as the
        work limit that follows from ``seconds`` ends the search, and not the clock on a slow machine.
    building_holiday
        When the trade rests.
    """

    works: frozenset[int] | None = None
    owners: frozenset[int] | None = None
    wijken: frozenset[int] | None = None
    fixed: frozenset[int] = frozenset()
    earlier_weeks: int = 104
    later_weeks: int = 260
    lead_weeks: int = 12
    together: tuple[tuple[int, int], ...] = ()
    goals: tuple[Goal, ...] = tuple(Goal)
    weights: Weights = field(default_factory=Weights)
    seconds: float = 30.0
    workers: int = 2
    seed: int = 0
    building_holiday: BuildingHoliday | None = field(default_factory=BuildingHoliday)

    def __post_init__(self) -> None:
        if self.seconds <= 0 or self.workers < 1:
            raise ValueError("seconds must be above 0 and workers at least 1")
        if min(self.earlier_weeks, self.later_weeks, self.lead_weeks) < 0:
            raise ValueError("weeks must not be negative")
        if min(vars(self.weights).values()) < 0:
            raise ValueError("weights must not be negative")
        if not self.goals or self.goals[0] is not Goal.BROKEN:
            raise ValueError("the first goal is always that nothing is broken")
