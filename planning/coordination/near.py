"""What is near a point: initiatives, works that run or come, and neighbourhood centres, by distance."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final, TypeVar

from django.contrib.gis.db.models.functions import Distance
from django.contrib.gis.geos import Point, Polygon
from django.db.models import QuerySet

from geo.crs import RD_NEW, to_rd
from geo.functions import Given, GivenGeometry, Nearness
from geo.periods import Period
from geo.prepared import Question
from planning.coordination.rows import (
    Row,
    centre_row,
    centre_values,
    initiative_row,
    initiative_values,
    work_row,
    work_values,
)
from planning.coordination.selection import Selection
from planning.initiatives.models import InitiativeState, NeighbourhoodCentre

if TYPE_CHECKING:
    from planning.partners.viewers import Viewer

T = TypeVar("T")

DEFAULT_RADIUS_M: Final = 500
LARGEST_RADIUS_M: Final = 5000
MOST: Final = 50
HOLDS_S: Final = 10
"""What anyone may see can depend on the clock; so long at most a question for them is used again."""

GONE: Final = (InitiativeState.DECLINED, InitiativeState.WITHDRAWN)
"""States of initiatives that a resident need not be told of."""


@dataclass(frozen=True)
class Asked:
    """From where is looked (RD New), and how far."""

    here: Point
    radius_m: float

    @property
    def point(self) -> str:
        """The place as PostGIS reads it."""
        return f"SRID={RD_NEW};POINT({self.here.x} {self.here.y})"

    @property
    def square(self) -> str:
        """The square around the circle that is asked for, as PostGIS reads it."""
        west, south, east, north = around(self.here, self.radius_m).extent
        corners = ((west, south), (east, south), (east, north), (west, north), (west, south))
        return f"SRID={RD_NEW};POLYGON(({','.join(f'{x} {y}' for x, y in corners)}))"


@dataclass(frozen=True)
class Questions:
    """What is asked of the database for a viewer, one question per sort; None where nothing can be there."""

    initiatives: Question | None
    works: Question | None
    centres: Question | None


def near(
    viewer: Viewer, lon: float, lat: float, radius_m: float = DEFAULT_RADIUS_M, today: dt.date | None = None
) -> dict[str, Any]:
    """Return what lies within ``radius_m`` of a point in WGS 84, nearest first, each with its ``distance``.

    Works are those under way on ``today`` or still to come. ``nearest_centre`` is the nearest neighbourhood
    centre at whatever distance, or None where there is none.
    """
    asked = Asked(Point(to_rd(lon, lat), srid=RD_NEW), radius_m)
    questions = _questions_of(viewer, today or dt.date.today())
    centres = _rows(questions.centres, asked, centre_row)
    return {
        "lon": lon,
        "lat": lat,
        "radius": radius_m,
        "initiatives": within(radius_m, _rows(questions.initiatives, asked, initiative_row)),
        "works": within(radius_m, _rows(questions.works, asked, work_row)),
        "centres": within(radius_m, centres),
        "nearest_centre": centres[0] if centres else None,
    }


def _rows(question: Question | None, asked: Asked, row: Callable[[Row], Row]) -> list[Row]:
    return [row(values) for values in question.rows(asked)] if question else []


def _questions_of(viewer: Viewer, today: dt.date) -> Questions:
    """Return what is asked for ``viewer``.

    What anyone may see is written out once for all of them. Who signed in has rights of their own, that can be taken
    away at any moment: for them it is written out each time.
    """
    if viewer is None or not viewer.is_authenticated:
        return _public_questions(today, dt.date.today(), int(time.monotonic() / HOLDS_S))
    return _questions(viewer, today)


@lru_cache(maxsize=8)
def _public_questions(today: dt.date, seen_on: dt.date, moment: int) -> Questions:
    return _questions(None, today)


def _questions(viewer: Viewer, today: dt.date) -> Questions:
    selection = Selection(viewer, Period(start=today))
    here = GivenGeometry(attrgetter("point"), RD_NEW)
    square = GivenGeometry(attrgetter("square"), RD_NEW)
    centres = selection.centres().exclude(state=NeighbourhoodCentre.State.CLOSED)
    return Questions(
        Question.of(initiative_values(_nearest(selection.initiatives().exclude(state__in=GONE), here, square))),
        Question.of(work_values(_nearest(selection.works(), here, square), viewer)),
        Question.of(centre_values(_by_distance(centres, "point", here))),
    )


def nearest(records: QuerySet[Any], here: Point, radius_m: float) -> QuerySet[Any]:
    """Return the ``MOST`` nearest of ``records`` to ``here`` (RD New), each with its ``distance``.

    They lie in the square around the circle of ``radius_m`` metres; ``within`` leaves its corners out. A square,
    because the database knows how much lies in one and then walks the index from ``here`` outward; asked for the
    circle it expects next to nothing, and sorts all there is.
    """
    return _nearest(records, here, around(here, radius_m))


def _nearest(records: QuerySet[Any], here: Point | Given, square: Polygon | Given) -> QuerySet[Any]:
    return _by_distance(records.filter(geometry__bboverlaps=square), "geometry", here)


def _by_distance(records: QuerySet[Any], geometry: str, here: Point | Given) -> QuerySet[Any]:
    return records.annotate(distance=Distance(geometry, here)).order_by(Nearness(geometry, here))[:MOST]


def around(here: Point, radius_m: float) -> Polygon:
    """Return the square around the circle of ``radius_m`` metres."""
    square = Polygon.from_bbox((here.x - radius_m, here.y - radius_m, here.x + radius_m, here.y + radius_m))
    square.srid = here.srid
    return square


def within(radius_m: float, rows: Iterable[T]) -> list[T]:
    """Keep the records or rows that lie within ``radius_m`` metres."""
    return [row for row in rows if _metres(row) <= radius_m]


def _metres(row: Any) -> float:
    return row["distance"] if isinstance(row, dict) else row.distance.m
