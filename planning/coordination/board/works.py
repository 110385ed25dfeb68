"""The works of the board as plain rows, of any number in one query."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, Final

from django.db.models import F, Value
from django.db.models.functions import Coalesce, Greatest

from geo.functions import Bounds, DayAfter
from planning.coordination.board.choice import Choice
from planning.coordination.selection import Selection
from planning.sequencing.kinds import FROZEN, Status
from planning.works.kinds import WorkKind, WorkStatus
from planning.works.models import WorkQuerySet
from planning.works.periods import period_text

if TYPE_CHECKING:
    from planning.partners.viewers import Viewer


@dataclass(frozen=True)
class BoardWork:
    """A work as the board has it: names are empty and numbers None where there is none; ``bounds`` in degrees.

    The period is that of the engine: what has really begun or ended goes before what was planned. ``finish`` is the
    first day on which it is over; ``duration`` counts working days.
    """

    id: int
    version: int
    name: str
    kind: str
    status: str
    owner: str
    owner_name: str
    project: int | None
    project_name: str
    buurt: str
    wijk: str
    start: dt.date
    finish: dt.date
    precision: str
    duration: int | None
    earliest_start: dt.date | None
    latest_finish: dt.date | None
    actual_start: dt.date | None
    actual_finish: dt.date | None
    dwellings: int
    bounds: list[float]

    @property
    def is_firm(self) -> bool:
        """Whether its dates are promised; what is not, is dashed, and what is, moves only after a confirmation."""
        return Status(self.status) in FROZEN

    @property
    def last_day(self) -> dt.date:
        """The last day on which is worked."""
        return self.finish - dt.timedelta(days=1)

    @property
    def kind_label(self) -> str:
        """What its kind is called."""
        return str(WorkKind(self.kind).label)

    @property
    def status_label(self) -> str:
        """What its status is called."""
        return str(WorkStatus(self.status).label)

    @property
    def period(self) -> str:
        """The period in words."""
        return period_text(self.start, self.finish, self.precision)


_COLUMNS: Final = {
    "owner": F("owner__slug"),
    "project": F("project_id"),
    "project_name": Coalesce("project__name", Value("")),
    "buurt": Coalesce("buurt__name", Value("")),
    "wijk": Coalesce("buurt__wijk__name", Value("")),
    # As the engine counts: what has really begun or ended goes before what was planned.
    "start": Coalesce("actual_start", "planned_start"),
    "finish": Greatest(
        Coalesce("actual_finish", "planned_finish"), DayAfter(Coalesce("actual_start", "planned_start"))
    ),
    "precision": F("date_precision"),
    "duration": F("duration_days"),
    "owner_name": F("owner__name"),
    "bounds": Bounds("geometry"),
}


def works_of(viewer: Viewer, choice: Choice) -> WorkQuerySet:
    """Return the works that ``choice`` asks for by place, owner, kind and period."""
    works = Selection(viewer, choice.period, choice.wijk).works()
    if choice.owners:
        works = works.filter(owner__slug__in=choice.owners)
    if choice.kinds:
        works = works.filter(kind__in=choice.kinds)
    return works


def board_works(viewer: Viewer, choice: Choice) -> list[BoardWork]:
    """Return the works that ``choice`` asks for by place, owner, kind and period, in order of time; one query."""
    works = works_of(viewer, choice)
    names = [field.name for field in fields(BoardWork)]
    # Under names of their own first: some of the board's words are the model's for something else.
    rows: Any = works.annotate(**{f"board_{name}": column for name, column in _COLUMNS.items()})
    columns = [f"board_{name}" if name in _COLUMNS else name for name in names]
    return [BoardWork(*row) for row in rows.order_by("board_start", "board_finish", "pk").values_list(*columns)]
