"""What a rule is: one object that detection and solver share (DESIGN.md, section 4).

What the solver plans must not be found faulty by detection, so both read the same parameters and the same
selection of pairs from here.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from planning.sequencing.kinds import Kind
from planning.sequencing.plan import NO_UPPER, Days, Index, PlaceType, Plan


class RuleKind(StrEnum):
    """What sort of thing a rule says."""

    PRECEDENCE = "precedence"
    CONFLICT = "conflict"
    OPPORTUNITY = "opportunity"


class Severity(IntEnum):
    """How bad a finding is; the numbers are stored."""

    HINT = 1
    WARNING = 2
    SERIOUS = 3
    HARD = 4


class Lang(StrEnum):
    """Languages a rule speaks."""

    NL = "nl"
    EN = "en"


@dataclass(frozen=True)
class Parameter:
    """A limit of a rule that a municipality may set otherwise.

    Parameters
    ----------
    default
        The value where nothing is set.
    unit
        "m", "weeks", "years", "MM-DD", "%" or "" for a count.
    source
        Where the default comes from: a law, a guideline, or our own choice.
    label
        What the setting is called, per language.
    """

    default: float | str
    unit: str
    source: str
    label: Mapping[Lang, str]


@dataclass(frozen=True)
class Reach:
    """Works of ``these`` kinds are paired with works of ``those`` within ``metres``; None: any kind."""

    metres: float
    these: frozenset[Kind] | None = None
    those: frozenset[Kind] | None = None


@dataclass(frozen=True)
class PlaceReach:
    """Works of ``kinds`` are paired with places of ``types`` within ``metres``."""

    metres: float
    kinds: frozenset[Kind]
    types: frozenset[PlaceType]


@dataclass(frozen=True)
class Found:
    """One thing a rule found: positions of works and places in the plan, and when.

    ``subjects`` name the works in the order the sentence speaks of them. ``facts`` hold what the sentence
    needs beside names: plain numbers, so that they can be stored as JSON. ``anchor`` are the works (and
    ``anchor_places`` the places) by which the finding is known again when dates change or a group grows; all
    subjects where it is empty.
    """

    rule: str
    subjects: tuple[int, ...]
    start: int
    finish: int
    severity: Severity
    places: tuple[int, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)
    anchor: tuple[int, ...] = ()
    anchor_places: tuple[int, ...] = ()


@dataclass(frozen=True)
class Lags:
    """Constraints that a rule gives the solver.

    ``finish[before] + minimum <= start[after] <= finish[before] + maximum``. Arrays of equal length; positions in
    ``Works`` and calendar days. ``maximum`` is ``NO_UPPER`` where open.
    """

    before: Index
    after: Index
    minimum: NDArray[np.int32]
    maximum: NDArray[np.int32]
    hard: bool = True

    @staticmethod
    def none() -> Lags:
        """Return no constraints."""
        empty = np.empty(0, np.int32)
        return Lags(empty, empty, empty, empty)

    @staticmethod
    def after_finish(before: Index, after: Index, minimum: int = 0, maximum: int = int(NO_UPPER)) -> Lags:
        """Return the constraints that each ``after`` starts between ``minimum`` and ``maximum`` days on."""
        size = len(before)
        return Lags(before, after, np.full(size, minimum, np.int32), np.full(size, maximum, np.int32))


@dataclass(frozen=True)
class Guards:
    """Pairs that a rule does not speak of as they are planned, but would at other dates.

    A rule stays silent while ``start[before] - finish[after] > apart`` days or ``start[after] >= finish[before]``.
    Arrays of equal length; positions in ``Works``.
    """

    before: Index
    after: Index
    apart: int


@dataclass(frozen=True)
class Closed:
    """Days on which works (positions) may not start, or, with ``last_day``, may not have their last day."""

    works: Index
    days: Callable[[Days], NDArray[np.bool_]]
    last_day: bool


@dataclass(frozen=True)
class Limit:
    """What works may ask for together at any moment: ``demand`` per work against one ``capacity``.

    ``works`` are positions; ``label`` says whose limit it is, per language.
    """

    works: Index
    demand: NDArray[np.int32]
    capacity: int
    label: Mapping[Lang, str]


@dataclass(frozen=True)
class YearLimit:
    """What works may cost together that start in ``[first, after)``: ``amount`` in euro against ``capacity``."""

    works: Index
    amount: NDArray[np.float64]
    first: int
    after: int
    capacity: float


class Rule(ABC):
    """One rule. Subclasses state the class attributes and ``find``; those that steer dates also ``lags``."""

    id: ClassVar[str]
    kind: ClassVar[RuleKind]
    severity: ClassVar[Severity]
    title: ClassVar[Mapping[Lang, str]]
    parameters: ClassVar[Mapping[str, Parameter]] = {}
    reach: ClassVar[str | None] = None
    """Parameter with the distance, in metres, at which works must be paired; None: shared ground will do."""
    reach_kinds: ClassVar[tuple[frozenset[Kind], frozenset[Kind]] | None] = None
    """Which kinds must be paired with which at that distance; None: all with all."""
    shares: ClassVar[bool] = False
    """Whether it speaks of works that share crews, money or a buurt, however far apart; else only of neighbours."""
    place_reach: ClassVar[str | None] = None
    """Parameter with the distance, in metres, at which places must be paired with works."""
    place_kinds: ClassVar[frozenset[Kind]] = frozenset(Kind)
    """Which kinds of work must be paired with places."""
    place_types: ClassVar[frozenset[PlaceType]] = frozenset(PlaceType)
    """Which types of place must be paired with works."""

    def __init__(self, **values: float | str) -> None:
        """Set parameters otherwise than the default; raises KeyError for one the rule does not have."""
        unknown = set(values) - set(self.parameters)
        if unknown:
            raise KeyError(f"{self.id} has no parameter {', '.join(sorted(unknown))}")
        self.values = {name: values.get(name, p.default) for name, p in self.parameters.items()}

    def number(self, name: str) -> float:
        """Return a parameter that is a number."""
        return float(self.values[name])

    def days(self, name: str) -> int:
        """Return a parameter in weeks or years as days (a year is 365 days and a quarter)."""
        factor = {"weeks": 7.0, "years": 365.25, "days": 1.0}[self.parameters[name].unit]
        return round(self.number(name) * factor)

    @abstractmethod
    def find(self, plan: Plan) -> Iterator[Found]:
        """Yield what this rule finds in ``plan``."""

    @abstractmethod
    def sentence(self, found: Found, plan: Plan, lang: Lang) -> str:
        """Return what the rule says of ``found``, in a sentence a planner would sign."""

    def lags(self, plan: Plan) -> Lags:
        """Return the rule as constraints between works; none where it steers no dates between two works."""
        return Lags.none()

    def guards(self, plan: Plan) -> Iterator[Guards]:
        """Yield the pairs that other dates must not bring under this rule."""
        return iter(())

    def closed(self, plan: Plan) -> Iterator[Closed]:
        """Yield the days on which works may not start or end."""
        return iter(())

    def limits(self, plan: Plan) -> Iterator[Limit]:
        """Yield what works may ask for together at any moment."""
        return iter(())

    def year_limits(self, plan: Plan) -> Iterator[YearLimit]:
        """Yield what works may cost together in a year."""
        return iter(())
