"""The timeline of a dossier as positions, so that a template draws it without JavaScript.

Positions are percentages of the axis as texts with a point, because SVG knows no decimal comma.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from django.utils.functional import cached_property

from planning.coordination.dossier import Place, PlannedWork
from planning.coordination.rows import fallow_row
from planning.works.periods import period_text

FIRST_YEAR: Final = 2017
LAST_YEAR: Final = 2030
"""The years of the wijken's execution programme; the axis grows where works lie outside them."""

LEAST_WIDTH: Final = 0.6
"""A bar is never narrower than this share of the axis (percent), so that a work of a week can be seen."""

ROOM_INSIDE: Final = 16.0
"""A gap this wide (percent) holds its own words; a narrower one has them beside it."""

ROOM_BESIDE: Final = 84.0
"""Beyond this position (percent) words no longer fit to the right."""


@dataclass(frozen=True)
class Axis:
    """Whole years from 1 January of ``first`` to 31 December of ``last``."""

    first: int
    last: int

    def position(self, day: dt.date) -> float:
        """Return where ``day`` stands, in percent; days outside stand at the ends."""
        start, finish = dt.date(self.first, 1, 1), dt.date(self.last + 1, 1, 1)
        return min(100.0, max(0.0, 100 * (day - start).days / (finish - start).days))

    @property
    def years(self) -> list[Mark]:
        """Return every year with where it begins and where its name goes."""
        return [
            Mark(
                str(year),
                number(self.position(dt.date(year, 1, 1))),
                number(self.position(dt.date(year, 7, 1))),
            )
            for year in range(self.first, self.last + 1)
        ]


@dataclass(frozen=True)
class Mark:
    """A year on the axis: its name, where it begins, and its middle."""

    text: str
    x: str
    middle: str


@dataclass(frozen=True)
class Gap:
    """Fallow ground on the axis, with where its words go: "middle", "start" (to the right) or "end" (to the left)."""

    x: str
    width: str
    text: str
    period: str
    label_x: str
    label_anchor: str


@dataclass(frozen=True)
class Bar:
    """A work on the axis, and what its row says."""

    planned: PlannedWork
    x: str
    width: str
    period: str
    month: str
    gap: Gap | None

    @property
    def is_firm(self) -> bool:
        """Whether its dates are promised; what is not, is dashed."""
        return self.planned.work.is_frozen


@dataclass(frozen=True)
class PlaceRows:
    """The rows of one place."""

    name: str
    bars: list[Bar]


@dataclass(frozen=True)
class Timeline:
    """All rows on one axis; ``today`` is None where today lies outside it."""

    axis: Axis
    places: list[PlaceRows]
    today: str | None

    @cached_property
    def kinds(self) -> list[tuple[str, str]]:
        """Return the kinds on the timeline, code and name, for a legend."""
        works = [bar.planned.work for place in self.places for bar in place.bars]
        return sorted({(work.kind, str(work.get_kind_display())) for work in works}, key=lambda kind: kind[1])

    @property
    def has_gaps(self) -> bool:
        """Whether fallow ground stands on it."""
        return any(bar.gap for place in self.places for bar in place.bars)


def timeline(places: Iterable[Place], today: dt.date) -> Timeline:
    """Lay the works of all ``places`` on one axis of whole years."""
    places = list(places)
    works = [planned.work for place in places for planned in place.works]
    axis = Axis(
        min([FIRST_YEAR, *(work.planned_start.year for work in works)]),
        max([LAST_YEAR, *((work.planned_finish - dt.timedelta(days=1)).year for work in works)]),
    )
    at_today = axis.position(today)
    return Timeline(
        axis,
        [PlaceRows(place.name, [_bar(planned, axis) for planned in place.works]) for place in places],
        number(at_today) if 0 < at_today < 100 else None,
    )


def _bar(planned: PlannedWork, axis: Axis) -> Bar:
    work = planned.work
    x, width = _span(axis, work.planned_start, work.planned_finish)
    return Bar(
        planned,
        number(x),
        number(width),
        period_text(work.planned_start, work.planned_finish, work.date_precision),
        f"{work.planned_start:%Y-%m}",
        _gap(planned, axis),
    )


def _gap(planned: PlannedWork, axis: Axis) -> Gap | None:
    if planned.fallow is None:
        return None
    row = fallow_row(planned.fallow)
    end = planned.fallow.finish or dt.date(axis.last + 1, 1, 1)
    x, width = _span(axis, planned.fallow.start, end)
    if width >= ROOM_INSIDE:
        label_x, anchor = x + width / 2, "middle"
    elif x + width <= ROOM_BESIDE:
        label_x, anchor = x + width + 0.6, "start"
    else:
        label_x, anchor = axis.position(planned.work.planned_start) - 0.6, "end"
    return Gap(number(x), number(width), row["text"], row["period_text"], number(label_x), anchor)


def _span(axis: Axis, start: dt.date, finish: dt.date) -> tuple[float, float]:
    x = axis.position(start)
    width = max(axis.position(finish) - x, LEAST_WIDTH)
    return min(x, 100 - width), width


def number(value: float) -> str:
    """Return a number as SVG reads it, whatever the language of the page."""
    return f"{value:.2f}".rstrip("0").rstrip(".")
