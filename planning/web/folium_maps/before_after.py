"""Two maps side by side: the plan as it is, and as it would be with other dates; one time slider for both."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import folium
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from folium.plugins import DualMap

from geo.models import Wijk
from planning.coordination.other_dates import Dates, OtherDates
from planning.partners.viewers import Viewer
from planning.web.folium_maps.content import (
    Feature,
    MapLayer,
    area_layers,
    encoded,
    feature,
    located,
    work_feature,
    work_layers,
    works_of,
)
from planning.web.folium_maps.page import ASSEN, Pane, add, bare, finished
from planning.web.folium_maps.safe import safe
from planning.works.models import Work
from planning.works.periods import period_text

NOW: Final = gettext_lazy("Zoals nu gepland")
THEN: Final = gettext_lazy("Zoals voorgesteld")


@dataclass(frozen=True)
class Move:
    """A work that gets other dates."""

    work: Work
    dates: OtherDates

    @property
    def lines(self) -> list[str]:
        """Return what is to be said of it: from when to when, and why."""
        precision = self.work.date_precision
        old = period_text(self.work.planned_start, self.work.planned_finish, precision)
        # A proposal names days, however loosely the owner knew the old ones.
        new = period_text(self.dates.start, self.dates.finish, Work.Precision.DAY)
        return [_("Nu: %(period)s") % {"period": old}, _("Voorstel: %(period)s") % {"period": new}, self.dates.why]


def export_before_after(
    viewer: Viewer, dates: Dates, *, title: str, wijk: Wijk | None = None, today: dt.date | None = None
) -> str:
    """Return a stand-alone html page with the plan of today beside the same plan with other dates.

    Parameters
    ----------
    viewer
        Who it is for; what that one may not see is on neither map.
    dates
        Other dates by work; what is not among them stays.
    title
        What it is about.
    wijk
        Only this wijk.
    today
        Written on the page.
    """
    works = list(located(works_of(viewer, wijk)))
    moves = [Move(work, dates[work.pk]) for work in works if _differs(work, dates)]
    moves.sort(key=lambda move: (move.dates.start, move.work.name))
    dual = bare(DualMap(location=ASSEN, zoom_start=13, tiles=None))
    figure = dual._parent
    figure.title = safe(title)
    by_work = {move.work.pk: move for move in moves}
    areas = area_layers(wijk)
    panes = []
    for page, later in ((dual.m1, False), (dual.m2, True)):
        layers = [*areas, *work_layers([(work, _feature(work, by_work, later=later)) for work in works])]
        panes.append(_pane(bare(page), layers))
    folium.LayerControl(collapsed=True).add_to(dual.m2)
    today = today or dt.date.today()
    facts: dict[str, Any] = {
        "made": today.isoformat(),
        "today": today.isoformat(),
        "month": _telling_month(moves, today).isoformat(),
        "changes": [
            {"id": f"work-{move.work.pk}", "lines": encoded([move.work.name, move.work.owner.name, *move.lines])}
            for move in moves
        ],
    }
    return finished(figure, title, panes, facts, _panel(len(moves)))


def _differs(work: Work, dates: Dates) -> bool:
    other = dates.get(work.pk)
    return other is not None and (other.start, other.finish) != (work.planned_start, work.planned_finish)


def _feature(work: Work, moves: dict[int, Move], *, later: bool) -> Feature:
    move = moves.get(work.pk)
    if move is None:
        return work_feature(work, moves=False)
    # Both popups stand open at once: short, the reasons are in the list.
    said = [work.name, f"{work.get_kind_display()} · {work.owner.name}", *move.lines[:2]]
    start, finish = (move.dates.start, move.dates.finish) if later else (work.planned_start, work.planned_finish)
    return feature(work, said, start=start, finish=finish, status=work.status, moves=True)


def _pane(page: folium.Map, layers: Iterable[MapLayer]) -> Pane:
    return Pane(page.get_name(), [add(page, layer) for layer in layers])


def _telling_month(moves: Sequence[Move], today: dt.date) -> dt.date:
    """Return the first day of the month in which both plans differ most: there the page opens."""
    changes: dict[dt.date, int] = {}
    for move in moves:
        old = (move.work.planned_start, move.work.planned_finish)
        new = (move.dates.start, move.dates.finish)
        # A work is on one map only between its two starts, and between its two finishes, or in both periods apart.
        for one, other in ((old, new), (new, old)):
            for start, finish in _without(one, other):
                for month, step in ((_month(start), 1), (_next_month(finish), -1)):
                    changes[month] = changes.get(month, 0) + step
    best, most, count = _month(today), 0, 0
    for month in sorted(changes):
        count += changes[month]
        if count > most:
            best, most = month, count
    return best


def _without(one: tuple[dt.date, dt.date], other: tuple[dt.date, dt.date]) -> list[tuple[dt.date, dt.date]]:
    """Return the parts of one period that lie outside another."""
    parts = [(one[0], min(one[1], other[0])), (max(one[0], other[1]), one[1])]
    return [(start, finish) for start, finish in parts if start < finish]


def _month(day: dt.date) -> dt.date:
    return day.replace(day=1)


def _next_month(finish: dt.date) -> dt.date:
    """Return the month after the last day of a period."""
    last = finish - dt.timedelta(days=1)
    return dt.date(last.year + 1, 1, 1) if last.month == 12 else last.replace(month=last.month + 1, day=1)


def _panel(count: int) -> str:
    """Return the headings of both maps, and the list of what moves, which the script fills."""
    what = ngettext("%(n)s werk krijgt andere data", "%(n)s werken krijgen andere data", count) % {"n": count}
    empty = f'<p class="leeg">{safe(_("De planning staat al zo: er verandert niets."))}</p>' if not count else ""
    return (
        f'<p class="bijschrift nu">{safe(str(NOW))}</p><p class="bijschrift straks">{safe(str(THEN))}</p>'
        f'<details class="verschil"{"" if count else " open"}><summary>{safe(what)}</summary>{empty}'
        '<ol id="verschil"></ol></details>'
    )
