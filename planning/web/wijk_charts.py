"""The charts of a dossier: each with a heading, a sentence that says what is to be seen, and its numbers as a table."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from geo.models import Wijk
from planning.coordination.dossier import Dossier, dossier
from planning.coordination.near_addresses import NEAR_M
from planning.coordination.trends import (
    Trend,
    WeeklyNuisance,
    budget_per_year,
    fallow_per_year,
    works_per_quarter,
    worst_nuisance,
)
from planning.partners.viewers import Viewer
from planning.web.charts import Chart, Mark, Series, stacked_bars, steps
from planning.web.charts.data import plain
from planning.web.charts.looks import TELL_APART
from planning.works.kinds import WorkKind
from planning.works.periods import month_text

WIDE: Final = 620.0
NARROW: Final = 320.0
"""Widths that a chart is drawn at: for a page, and for a phone, where the letters must not shrink along."""

MILLION: Final = 1_000_000

Drawing = Callable[[Chart, str, float, float], str]


@dataclass(frozen=True)
class Table:
    """The numbers of a chart: what heads the columns, and rows of texts of which the first is its head."""

    heads: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True)
class Picture:
    """A chart as a page shows it, at two widths."""

    id: str
    title: str
    sentence: str
    wide: SafeString
    narrow: SafeString
    table: Table


def pictures(found: Dossier, nuisance: WeeklyNuisance | None) -> list[Picture]:
    """Return the charts of a dossier, as far as there is something to draw; money only for who may see it."""
    works = [planned.work for planned in found.works]
    quarters = works_per_quarter(works)
    fallow = fallow_per_year(planned.fallow for planned in found.works if planned.fallow)
    budget = budget_per_year(works) if found.budget is not None else Trend([], {})
    return [
        *([_quarters(quarters)] if quarters.total else []),
        *([_fallow(fallow)] if fallow.total else []),
        *([_nuisance(nuisance)] if nuisance else []),
        *([_budget(budget)] if budget.total else []),
    ]


def pictures_of(wijk: Wijk, viewer: Viewer) -> list[Picture]:
    """Return the charts of a wijk, as its dossier shows them."""
    return pictures(dossier(wijk, viewer), worst_nuisance(viewer, wijk))


def euro(value: float) -> str:
    """Return an amount as people say it: "€ 2,5 mln"."""
    if value >= MILLION:
        return f"€ {plain(value / MILLION)} mln"
    return f"€ {plain(round(value))}"


def _quarters(trend: Trend) -> Picture:
    sums = [sum(row[i] for row in trend.rows.values()) for i in range(len(trend.periods))]
    busiest = max(range(len(sums)), key=sums.__getitem__)
    kinds = [kind for kind in WorkKind if kind in trend.rows]
    labels = [_quarter_text(day) for day in trend.periods]
    said = ngettext(
        "Het drukst is het in het %(quarter)s: %(works)s werk.",
        "Het drukst is het in het %(quarter)s: %(works)s werken tegelijk.",
        round(sums[busiest]),
    )
    chart = Chart(
        title=_("Werken per kwartaal"),
        description=said % {"quarter": labels[busiest], "works": plain(sums[busiest])},
        labels=labels,
        series=[Series(str(kind.label), trend.rows[kind], kind.value) for kind in kinds],
        marks=[Mark(i, str(day.year)) for i, day in enumerate(trend.periods) if day.month == 1],
    )
    rows = [[label, *(plain(trend.rows[kind][i]) for kind in kinds)] for i, label in enumerate(labels) if sums[i]]
    table = Table([_("Kwartaal"), *(str(kind.label) for kind in kinds)], rows)
    return _picture("werken-per-kwartaal", chart, table)


def _fallow(trend: Trend) -> Picture:
    weeks = trend.rows["fallow"]
    worst = max(range(len(weeks)), key=weeks.__getitem__)
    most = round(weeks[worst])
    said = ngettext(
        "Grond na sloop zonder gebruik, alle plekken bij elkaar; het meest in %(year)s: %(most)s week.",
        "Grond na sloop zonder gebruik, alle plekken bij elkaar; het meest in %(year)s: %(most)s weken.",
        most,
    )
    chart = Chart(
        title=_("Weken braak per jaar"),
        description=said % {"year": trend.periods[worst].year, "most": plain(most)},
        labels=[str(day.year) for day in trend.periods],
        series=[Series(_("weken braak"), weeks, "fallow")],
    )
    rows = [[str(day.year), plain(round(number))] for day, number in zip(trend.periods, weeks, strict=True)]
    return _picture("weken-braak", chart, Table([_("Jaar"), _("Weken braak")], rows))


def _budget(trend: Trend) -> Picture:
    owners = sorted(trend.rows, key=lambda name: -sum(trend.rows[name]))
    sums = [sum(row[i] for row in trend.rows.values()) for i in range(len(trend.periods))]
    most = max(range(len(sums)), key=sums.__getitem__)
    few, others = owners[: len(TELL_APART) - 1], owners[len(TELL_APART) - 1 :]
    series = [Series(name, trend.rows[name], look) for name, look in zip(few, TELL_APART, strict=False)]
    if others:
        rest = [sum(trend.rows[name][i] for name in others) for i in range(len(trend.periods))]
        series.append(Series(others[0] if len(others) == 1 else _("anderen"), rest, TELL_APART[-1]))
    chart = Chart(
        title=_("Budget per jaar en partner"),
        description=_("Samen %(sum)s, het meest in %(year)s: %(most)s. Een werk telt in het jaar waarin het begint.")
        % {"sum": euro(sum(sums)), "year": trend.periods[most].year, "most": euro(sums[most])},
        labels=[str(day.year) for day in trend.periods],
        series=series,
        write=euro,
    )
    rows = [
        [str(day.year), *(euro(trend.rows[name][i]) if trend.rows[name][i] else "" for name in owners)]
        for i, day in enumerate(trend.periods)
    ]
    return _picture("budget", chart, Table([_("Jaar"), *owners], rows))


def _nuisance(found: WeeklyNuisance) -> Picture:
    weeks = [found.first + dt.timedelta(weeks=i) for i in range(len(found.sums))]
    worst = max(range(len(weeks)), key=found.sums.__getitem__)
    chart = Chart(
        title=_("Hinder per week op de zwaarst belaste plek"),
        description=_(
            "Dat is een adres in de straat %(street)s. Het ergst is het in %(month)s: de hinder telt dan op tot"
            " %(most)s. Elk werk binnen %(metres)s meter telt 0 tot 5."
        )
        % {
            "street": found.street, "month": month_text(weeks[worst]), "most": found.sums[worst],
            "metres": f"{NEAR_M:.0f}",
        },
        labels=[day.isoformat() for day in weeks],
        series=[Series(_("hinder"), found.sums)],
        marks=year_marks(weeks),
    )  # fmt: skip
    rows = [
        [_quarter_text(weeks[part[0]]), str(max(found.sums[i] for i in part))]
        for _key, group in groupby(range(len(weeks)), key=lambda i: (weeks[i].year, (weeks[i].month - 1) // 3))
        for part in [list(group)]
    ]
    return _picture("hinder", chart, Table([_("Kwartaal"), _("Ergste week")], rows), drawn=steps)


def year_marks(days: Sequence[dt.date]) -> list[Mark]:
    """Return a mark at the first of ``days`` in each year."""
    return [Mark(i, str(day.year)) for i, day in enumerate(days) if i == 0 or day.year != days[i - 1].year]


def _quarter_text(day: dt.date) -> str:
    number = (day.month - 1) // 3 + 1
    return _("%(number)se kwartaal %(year)s") % {"number": number, "year": day.year}


def _picture(name: str, chart: Chart, table: Table, drawn: Drawing = stacked_bars) -> Picture:
    # The charts escape all that comes into them.
    wide, narrow = (
        mark_safe(drawn(chart, f"{name}-{size}", width, height))  # noqa: S308
        for size, width, height in (("b", WIDE, 220.0), ("s", NARROW, 210.0))
    )
    return Picture(name, chart.title, chart.description, wide, narrow, table)
