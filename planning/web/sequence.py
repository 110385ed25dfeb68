"""A better sequence as one page that opens without a network, to read out in a meeting or to print."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any, Final

from django.contrib.staticfiles import finders
from django.utils.safestring import SafeString, mark_safe

from planning.coordination.sequence_report import ChangeRow, FigureRow, Report, number, share, timeline
from planning.coordination.trends import BeforeAfter
from planning.sequencing.plan import to_day
from planning.sequencing.rules import wording
from planning.sequencing.rules.base import Lang
from planning.web.charts import Chart, Series, grouped_bars, steps
from planning.web.wijk_charts import year_marks

TICKS_AT_MOST: Final = 8
WIDTH: Final = 920.0
"""Of a chart; as wide as the page."""


@dataclass(frozen=True)
class Bars:
    """A change with where its old and new period stand on the time bar, in percent of its width."""

    row: ChangeRow
    old_left: float
    old_width: float
    new_left: float
    new_width: float


@dataclass(frozen=True)
class Tick:
    """A year on the time bar."""

    year: int
    left: float


def report_context(report: Report) -> dict[str, Any]:
    """Return what the template ``web/sequence/report.html`` needs."""
    first, last = timeline(report)
    groups = [(wijk, [_bars(row, first, last) for row in rows]) for wijk, rows in groupby(report.changes, _wijk)]
    return {
        "report": report,
        "nl": report.lang is Lang.NL,
        "when": wording.date(to_day(report.today), report.lang),
        "figures": [_figure(row, report.lang) for row in report.figures],
        "charts": _charts(report),
        "groups": groups,
        "ticks": _ticks(first, last),
        "tokens": _text("web/css/tokens.css"),
    }


def _figure(row: FigureRow, lang: Lang) -> dict[str, str]:
    """Return a figure as text; less is better for all of them."""
    return {
        "name": row.name,
        "before": number(row.before, lang),
        "after": number(row.after, lang),
        "percent": "" if row.percent is None else f"{row.percent:+d}%".replace("-", "−"),
        "direction": "down" if row.after < row.before else "up" if row.after > row.before else "",
    }


def _charts(report: Report) -> list[tuple[Chart, SafeString]]:
    """Return what lies fallow per year and what the worst-off address bears, now and then, as far as there is any."""
    nl = report.lang is Lang.NL
    names = ("zoals nu gepland", "zoals voorgesteld") if nl else ("as planned now", "as proposed")
    drawn: list[tuple[Chart, str]] = []
    fallow = report.fallow
    if sum(fallow.before) or sum(fallow.after):
        chart = Chart(
            title="Braakliggende grond per jaar" if nl else "Fallow ground per year",
            description="In woningweken: weken maal de woningen die er stonden." if nl
            else "In dwelling-weeks: weeks times the homes that stood there.",
            labels=[str(day.year) for day in fallow.periods],
            series=_before_after(names, fallow),
            write=lambda value: number(value, report.lang),
        )  # fmt: skip
        drawn.append((chart, grouped_bars(chart, "braak", WIDTH)))
    if report.nuisance is not None:
        chart = Chart(
            title="Hinder per week op het adres dat nu het zwaarst belast is" if nl
            else "Nuisance per week at the address that bears most now",
            description="Elk werk in de buurt telt 0 tot 5." if nl else "Each work near by counts 0 to 5.",
            labels=[day.isoformat() for day in report.nuisance.periods],
            series=_before_after(names, report.nuisance)[::-1],
            marks=year_marks(report.nuisance.periods),
        )  # fmt: skip
        drawn.append((chart, steps(chart, "hinder", WIDTH)))
    # The charts escape all that comes into them.
    return [(chart, mark_safe(svg)) for chart, svg in drawn]  # noqa: S308


def _before_after(names: Sequence[str], found: BeforeAfter) -> list[Series]:
    return [Series(names[0], found.before, "before"), Series(names[1], found.after, "accent")]


def _wijk(row: ChangeRow) -> str:
    return row.wijk


def _bars(row: ChangeRow, first: dt.date, last: dt.date) -> Bars:
    def span(start: dt.date, finish: dt.date) -> tuple[float, float]:
        left = share(start, first, last)
        return round(left, 2), round(max(0.8, share(finish, first, last) - left), 2)

    return Bars(row, *span(row.start, row.finish), *span(row.new_start, row.new_finish))


def _ticks(first: dt.date, last: dt.date) -> Sequence[Tick]:
    years = range(first.year + 1, last.year + 1)
    step = max(1, -(-len(years) // TICKS_AT_MOST))
    return [Tick(year, round(share(dt.date(year, 1, 1), first, last), 2)) for year in years[::step]]


def _text(static: str) -> str:
    """Return a style sheet of ours without its fonts: the page must stand on its own."""
    path = finders.find(static)
    if not isinstance(path, str):
        raise FileNotFoundError(static)
    text = Path(path).read_text("utf-8")
    return text[text.index(":root") :]
