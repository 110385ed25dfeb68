"""Plans as maps at a moment: what is under way in a month as planned now, and in each other plan beside it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.contrib.gis.db.models import Extent
from django.contrib.gis.db.models.functions import AsSVG
from django.contrib.gis.geos import Polygon
from django.utils.translation import gettext as _

from geo.crs import RD_NEW
from geo.models import Buurt
from planning.coordination.present import Present
from planning.coordination.scenarios import Dates
from planning.sequencing.plan import to_date
from planning.web.small_map import Shape
from planning.web.timeline import number
from planning.works.models import Work
from planning.works.periods import month_text

if TYPE_CHECKING:
    from planning.partners.viewers import Viewer

ROOM_M: Final = 150.0
"""Ground around what moves that is shown along, in metres."""

LEAST_M: Final = 600.0
"""A map is never smaller than this across, in metres, so that one can tell where it is."""

MOST_WORKS: Final = 400


@dataclass(frozen=True)
class DrawnWork:
    """A work on the maps: its outline once, and per plan when it is under way."""

    pk: int
    name: str
    owner: str
    kind: str
    path: str
    moves: bool


@dataclass(frozen=True)
class MomentMaps:
    """Maps of several plans, the present one first, that show the same month.

    Parameters
    ----------
    view_box
        What of RD New is shown, as SVG has it.
    buurten, works
        What is drawn, once for all maps.
    titles
        One per plan.
    months
        The months that can be chosen, as first days.
    at
        Position of the month shown first.
    left_out
        Works that there was no room for.
    """

    view_box: str
    buurten: Sequence[Shape]
    works: Sequence[DrawnWork]
    titles: Sequence[str]
    months: Sequence[dt.date]
    at: int
    left_out: int
    wijken: Sequence[tuple[str, str]]
    """Slug and name of the wijken in which something moves, to look closer; empty where it is one."""
    wijk: str
    """The one that is shown, "" for all."""
    periods: Sequence[Sequence[tuple[dt.date, dt.date]]]
    """Per work, per plan."""

    @property
    def month(self) -> str:
        """The month shown first, in words."""
        return month_text(self.months[self.at])

    @property
    def last(self) -> int:
        """Position of the last month."""
        return len(self.months) - 1

    def data(self) -> dict[str, Any]:
        """Return what the script of the page needs: day numbers count from 1 January 1970."""
        epoch = dt.date(1970, 1, 1)
        return {
            "months": [[(day - epoch).days, month_text(day)] for day in self.months],
            "works": [
                {
                    "id": work.pk,
                    "name": work.name,
                    "owner": work.owner,
                    "kind": work.kind,
                    "periods": [[(start - epoch).days, (finish - epoch).days] for start, finish in periods],
                }
                for work, periods in zip(self.works, self.periods, strict=True)
            ],
            "nothing": _("Dan is hier geen werk."),
        }


def moment_maps(
    present: Present, viewer: Viewer, titles: Sequence[str], others: Sequence[Dates], wijk: str = ""
) -> MomentMaps | None:
    """Return maps of the present plan and of others around the works that move; None where nothing does.

    Parameters
    ----------
    present, viewer
        The plan, and whose eyes.
    titles
        What the other plans are called.
    others
        Per other plan the works (identities) that it gives other dates.
    wijk
        Slug of the wijk to look at; what is none of those in which something moves shows all.
    """
    moved = {pk for dates in others for pk in dates if pk in present.positions}
    by_wijk = _by_wijk(moved, present)
    chosen = by_wijk.get(wijk, moved)
    box = _box(chosen)
    if box is None:
        return None
    drawn, left_out = _drawn(box, viewer, moved)
    now = {work.pk: _now(present, work.pk) for work in drawn}
    periods = [[now[work.pk], *(dates.get(work.pk, now[work.pk]) for dates in others)] for work in drawn]
    months = _months([period for pk in chosen for period in _periods_of(pk, present, others)])
    first = min((dates[pk][0] for dates in others for pk in dates if pk in chosen), default=months[0])
    at = next((i for i, month in enumerate(months) if month >= first.replace(day=1)), 0)
    west, south, east, north = box.extent
    return MomentMaps(
        " ".join(number(value) for value in (west, -north, east - west, north - south)),
        _buurten(box),
        drawn,
        [_("Zoals nu gepland"), *titles],
        months,
        at,
        left_out,
        [(slug, _name_of(present, slug)) for slug in by_wijk] if len(by_wijk) > 1 else [],
        wijk if wijk in by_wijk else "",
        periods,
    )


def _by_wijk(works: Collection[int], present: Present) -> dict[str, set[int]]:
    """Return works (identities) by the slug of their wijk, those outside all left out; by name."""
    found: dict[str, set[int]] = {}
    for pk in works:
        wijk = present.wijken.get(int(present.plan.works.wijk[present.positions[pk]]))
        if wijk is not None:
            found.setdefault(wijk.slug, set()).add(pk)
    return dict(sorted(found.items()))


def _name_of(present: Present, slug: str) -> str:
    """Return the name of a wijk by its slug."""
    return next(wijk.name for wijk in present.wijken.values() if wijk.slug == slug)


def _box(works: Collection[int]) -> Polygon | None:
    """Return the part of town around works, in RD New."""
    extent = Work.objects.filter(pk__in=works).aggregate(box=Extent("geometry"))["box"]
    if extent is None:
        return None
    west, south, east, north = extent
    middle_x, middle_y = (west + east) / 2, (south + north) / 2
    half_x = max((east - west) / 2 + ROOM_M, LEAST_M / 2)
    half_y = max((north - south) / 2 + ROOM_M, LEAST_M / 2)
    # No thinner than three to two, so that maps beside each other keep their form.
    half_x, half_y = max(half_x, half_y * 1.2), max(half_y, half_x / 1.5)
    box = Polygon.from_bbox((middle_x - half_x, middle_y - half_y, middle_x + half_x, middle_y + half_y))
    box.srid = RD_NEW
    return box


def _drawn(box: Polygon, viewer: Viewer, moved: Collection[int]) -> tuple[list[DrawnWork], int]:
    """Return the works in the box, those that move on top; and how many there was no room for."""
    here = (
        Work.objects.visible_to(viewer)
        .active()
        .filter(ground__bboverlaps=box)
        .annotate(path=AsSVG("ground", relative=True, precision=0))
        .select_related("owner")
        .defer("geometry", "mercator", "ground")
    )
    works = sorted(here, key=lambda work: (work.pk in moved, work.planned_start, work.pk))
    shown = works[-MOST_WORKS:]
    return [
        DrawnWork(work.pk, work.name, work.owner.name, work.kind, work.path, work.pk in moved)
        for work in shown
        # A collection of sorts comes as several paths with marks between them, which is no path.
        if work.path and ";" not in work.path
    ], len(works) - len(shown)


def _buurten(box: Polygon) -> list[Shape]:
    rows = Buurt.objects.filter(geometry__bboverlaps=box).annotate(path=AsSVG("geometry", relative=True, precision=0))
    return [Shape(name, path) for name, path in rows.values_list("name", "path")]


def _periods_of(pk: int, present: Present, others: Sequence[Dates]) -> list[tuple[dt.date, dt.date]]:
    return [_now(present, pk), *(dates[pk] for dates in others if pk in dates)]


def _now(present: Present, pk: int) -> tuple[dt.date, dt.date]:
    at, works = present.positions[pk], present.plan.works
    return to_date(int(works.start[at])), to_date(int(works.finish[at]))


def _months(periods: Collection[tuple[dt.date, dt.date]]) -> list[dt.date]:
    """Return the months from the first start to the last finish, at least one."""
    first = min(start for start, _finish in periods).replace(day=1)
    last = max(finish for _start, finish in periods)
    months = [first]
    while months[-1] < last.replace(day=1):
        months.append((months[-1] + dt.timedelta(days=32)).replace(day=1))
    return months
