"""The plan as it is now, as far as somebody may see it: loaded once per state of the data and kept.

What a partner may not see does not count for it either: no finding, push or reason can tell of another's secret.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections import OrderedDict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from geo.models import Wijk
from geo.versions import version_of
from planning.coordination.findings import municipal_rules
from planning.coordination.loading import load_plan, name_works
from planning.coordination.near_addresses import NearAddresses, near_addresses
from planning.partners.models import Organisation
from planning.partners.permissions import rights_of
from planning.partners.viewers import Scope
from planning.sequencing import detection
from planning.sequencing.calendars import BuildingHoliday
from planning.sequencing.neighbourhood import Neighbourhoods, part_of
from planning.sequencing.plan import Plan, to_date
from planning.sequencing.ripple import Network
from planning.sequencing.rules.base import Found, Rule
from planning.sequencing.rules.holidays import BuildingHolidayRest
from planning.works.models import Work

if TYPE_CHECKING:
    from planning.partners.viewers import Viewer

BESIDE_WORKS: Final = " ".join(
    f'"{table}"'
    for table in (
        "partners_organisation", "geo_buurt", "geo_wijk", "geo_address", "initiatives_initiative",
        "initiatives_meeting", "initiatives_neighbourhoodcentre", "coordination_rulesetting", "coordination_crew",
        "coordination_yearbudget",
    )
)  # fmt: skip
READS: Final = f'"works_work" "works_dependency" {BESIDE_WORKS}'
"""The tables that a plan is made of."""

KEPT: Final = 8
"""So many plans are kept in a process: one per state of the data and set of works that may be seen."""


@dataclass(frozen=True)
class State:
    """What a plan was read from: the version of each work by identity, and that of all tables that hold no works."""

    works: Mapping[int, int]
    rest: str

    @classmethod
    def now(cls) -> State:
        """Return the state of the data now; two queries."""
        return cls(dict(Work.objects.order_by().values_list("pk", "version")), version_of(BESIDE_WORKS))


@dataclass(frozen=True)
class Present:
    """A plan with all that is asked of it again and again; nothing in it changes.

    Parameters
    ----------
    plan
        With names.
    rules
        What it is judged by.
    owners, wijken
        By identity.
    state
        What it was read from; None where it is a part of the plan.
    """

    plan: Plan
    rules: Sequence[Rule]
    owners: Mapping[int, Organisation]
    wijken: Mapping[int, Wijk]
    state: State | None = None

    @cached_property
    def positions(self) -> dict[int, int]:
        """Position of each work by its identity."""
        return {pk: i for i, pk in enumerate(self.plan.works.id.tolist())}

    @cached_property
    def last(self) -> dt.date:
        """The end of the plan."""
        return to_date(int(self.plan.works.finish.max(initial=self.plan.today)))

    @cached_property
    def found(self) -> dict[str, Found]:
        """What the rules find now, by the key under which it is known again."""
        return keyed(detection.detect(self.plan, self.rules), self.plan)

    @cached_property
    def network(self) -> Network:
        """What holds dates together."""
        return Network(self.plan, self.rules, trade_holiday(self.rules))

    @cached_property
    def neighbourhoods(self) -> Neighbourhoods:
        """Who is near whom, so that one work is looked at without the rest."""
        return Neighbourhoods(self.plan)

    @cached_property
    def near(self) -> NearAddresses:
        """Who lives near works; the first time this is a query."""
        return near_addresses(self.plan)

    @cached_property
    def peaks(self) -> NDArray[np.int32]:
        """The worst week of each address as planned now."""
        return self.near.peaks(self.plan)

    def rule(self, name: str) -> Rule:
        """Return a rule by its identity."""
        return self._rules[name]

    @cached_property
    def _rules(self) -> dict[str, Rule]:
        return {rule.id: rule for rule in self.rules}


def keyed(findings: Sequence[Found], plan: Plan) -> dict[str, Found]:
    """Return findings by the key under which each is known again, the worst first."""
    found: dict[str, Found] = {}
    for each in findings:
        found.setdefault(detection.identity(each, plan), each)
    return found


def trade_holiday(rules: Sequence[Rule]) -> BuildingHoliday | None:
    """Return when the trade rests as the municipality set it; None where that rule is off."""
    return next((rule.holiday for rule in rules if isinstance(rule, BuildingHolidayRest)), None)


def whole_plan(today: dt.date | None = None) -> Present:
    """Return the plan with every work in it, for who administers the service; kept while the data stays as it is."""
    day = today or dt.date.today()
    version = version_of(READS)
    return _plans.get((version, day), lambda: _load(day))


def plan_seen_by(viewer: Viewer, today: dt.date | None = None) -> Present:
    """Return the plan as far as ``viewer`` may see it; two short queries where it is kept."""
    day = today or dt.date.today()
    version = version_of(READS)
    seen = (version, day, rights_of(viewer, Scope.WORKS_READ))  # what decides, so that colleagues share a plan
    return _plans.get(seen, lambda: _part(_plans.get((version, day), lambda: _load(day)), viewer, day))


def editable(viewer: Viewer, present: Present) -> frozenset[int]:
    """Return the organisations (identities) whose works ``viewer`` may change."""
    rights = rights_of(viewer, Scope.WORKS_WRITE)
    return frozenset(present.owners) if rights.everything else rights.edits_for


def keep_plan(present: Present, version: str, today: dt.date) -> None:
    """Keep the plan with every work in it for who asks next; ``version`` is that of ``READS`` it was made of."""
    _plans.get((version, today), lambda: present)


def _load(day: dt.date) -> Present:
    # First: what is changed while the rest is read is then looked at again, and not missed.
    state = State.now()
    rules = municipal_rules()
    plan = load_plan(detection.reaches(rules), detection.place_reaches(rules), day)
    plan = name_works(plan, range(len(plan.works)))
    wijken = Wijk.objects.defer("geometry", "mercator")
    return Present(plan, rules, Organisation.objects.in_bulk(), {wijk.pk: wijk for wijk in wijken}, state)


def _part(whole: Present, viewer: Viewer, day: dt.date) -> Present:
    ids = np.fromiter(Work.objects.visible_to(viewer, day).order_by().values_list("pk", flat=True), np.int64)
    positions = np.flatnonzero(np.isin(whole.plan.works.id, ids))
    if len(positions) == len(whole.plan.works):
        return whole
    plan = part_of(whole.plan, whole.neighbourhoods, positions)
    return Present(plan, whole.rules, whole.owners, whole.wijken)


class _Kept:
    """The plans that were asked for last."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.plans: OrderedDict[Hashable, Present] = OrderedDict()
        self.lock = threading.RLock()

    def get(self, key: Hashable, load: Load) -> Present:
        # One at a time: what two ask for at once is loaded once.
        with self.lock:
            if key not in self.plans:
                self.plans[key] = load()
                while len(self.plans) > self.most:
                    self.plans.popitem(last=False)
            self.plans.move_to_end(key)
            return self.plans[key]


if TYPE_CHECKING:
    from collections.abc import Callable

    Load = Callable[[], Present]

_plans = _Kept(KEPT)
