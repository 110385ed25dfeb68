"""A row of a file to the values of a work, or to what is wrong with it."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from geo.intake.areas import Areas
from geo.intake.dates import Period, read_period
from geo.intake.headers import normal
from geo.intake.places import PLACE_HEADERS, PlaceError, read_place
from geo.intake.problems import BadValueError, Problem, Repair
from geo.intake.values import at_most, is_empty
from planning.works.importing.columns import WORKS
from planning.works.importing.values import READERS
from planning.works.models import RowOutcome, Work

PLACE_FIELDS = set(PLACE_HEADERS)
PERIOD_FIELDS = {"start", "finish", "period"}
DAY_FIELDS = {
    "earliest_start",
    "latest_finish",
    "actual_start",
    "actual_finish",
    "tenants_informed_on",
    "embargo_until",
}
LAST_DAY_FIELDS = {"latest_finish", "actual_finish"}
"""Days that are still worked on: the first day after is what we keep."""

PRECISIONS = ("day", "month", "quarter", "season", "year")
LONGEST = {"name": 200, "project": 160, "programme": 160, "external_id": 100}
LONGEST_TEXT = 10_000


@dataclass(frozen=True)
class Difference:
    """A field that a row changes, as it is and as it will be; a project by its name."""

    field: str
    before: Any
    after: Any


@dataclass
class RowResult:
    """What a row says: values of a work (geometry as shapely, RD New), or problems; what was mended; what it does."""

    number: int
    values: dict[str, Any] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    repairs: list[Repair] = field(default_factory=list)
    outcome: RowOutcome = RowOutcome.REFUSED
    work: Work | None = None
    differences: list[Difference] = field(default_factory=list)

    @property
    def failed(self) -> set[str]:
        """The fields that keep the row out."""
        return {problem.field for problem in self.problems}


def read_row(number: int, cells: Mapping[str, object], columns: Mapping[str, str], areas: Areas) -> RowResult:
    """Read one row.

    Parameters
    ----------
    number
        Row number as the sender sees it.
    cells
        Field to cell, only for columns that the file has.
    columns
        Field to header, for messages.
    areas
        The known buurten.
    """
    row = RowResult(number)

    def refuse(name: str, error: BadValueError) -> None:
        row.problems.append(error.at(number, columns.get(name, WORKS.label(name)), name))

    for name, cell in cells.items():
        if name in PLACE_FIELDS | PERIOD_FIELDS:
            continue
        try:
            if name in DAY_FIELDS:
                row.values[name] = _read_day(name, cell)
            elif not is_empty(cell):
                value = READERS[name](cell)
                row.values[name] = at_most(value, LONGEST.get(name, LONGEST_TEXT)) if isinstance(value, str) else value
        except BadValueError as error:
            refuse(name, error)
    for name in ("name", "kind"):
        if not row.values.get(name) and name not in row.failed:
            refuse(name, _missing(name))
    _read_period(cells, row, refuse)
    _read_place(cells, row, refuse, areas)
    _check_order(row, refuse)
    if not row.problems and not row.values.get("external_id"):
        row.values["external_id"] = _made_key(row.values)
    return row


def _read_day(name: str, cell: object) -> dt.date | None:
    period = read_period(cell)
    if period is None:
        return None
    return period.finish if name in LAST_DAY_FIELDS else period.start


def _read_period(cells: Mapping[str, object], row: RowResult, refuse: Any) -> None:
    periods: dict[str, Period] = {}
    for name in PERIOD_FIELDS & set(cells):
        try:
            period = read_period(cells[name])
        except BadValueError as error:
            refuse(name, error)
            continue
        if period is not None:
            periods[name] = period
    whole = periods.get("period")
    start, finish = periods.get("start", whole), periods.get("finish", whole)
    for name, period in (("start", start), ("finish", finish)):
        if period is None and not row.failed & {name, "period"}:
            refuse(name, _missing(name))
    if start is None or finish is None:
        return
    row.values["planned_start"], row.values["planned_finish"] = start.start, finish.finish
    # A day in a cell may stand for a whole month, where another column says so; never the other way about.
    said = str(row.values.get("date_precision", "day"))
    row.values["date_precision"] = max(said, start.precision, finish.precision, key=PRECISIONS.index)


def _read_place(cells: Mapping[str, object], row: RowResult, refuse: Any, areas: Areas) -> None:
    try:
        _, place = read_place({name: cells.get(name) for name in PLACE_FIELDS}, areas)
    except PlaceError as error:
        refuse(error.name, error.cause)
        return
    row.values["geometry"] = place.geometry
    row.repairs += [Repair(row.number, nl, en) for nl, en in place.repairs]


def _check_order(row: RowResult, refuse: Any) -> None:
    for first, last, name in (
        ("planned_start", "planned_finish", "finish"),
        ("actual_start", "actual_finish", "actual_finish"),
        ("earliest_start", "latest_finish", "latest_finish"),
    ):
        start, finish = row.values.get(first), row.values.get(last)
        if start and finish and start >= finish:
            ended = finish - dt.timedelta(days=1)
            refuse(
                name,
                BadValueError(
                    f"Het einde ({ended:%d-%m-%Y}) ligt voor het begin ({start:%d-%m-%Y}).",
                    "Verbeter een van beide datums.",
                    f"The end ({ended:%d-%m-%Y}) lies before the start ({start:%d-%m-%Y}).", "Mend one of the dates.",
                ),
            )  # fmt: skip


def _made_key(values: dict[str, Any]) -> str:
    """Return an identity for a row without one: its name, kind and project, which do not change when dates do."""
    words = [normal(values.get(name)) for name in ("name", "kind", "project")]
    return "auto-" + hashlib.sha256("|".join(words).encode()).hexdigest()[:16]


def _missing(name: str) -> BadValueError:
    label = WORKS.label(name)
    return BadValueError(
        f"{label} ontbreekt.", f"Vul {label.lower()} in.", f"{label} is missing.", f"Fill in {label.lower()}."
    )
