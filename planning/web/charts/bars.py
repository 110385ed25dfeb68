"""Bars: on top of one another, or side by side."""

from __future__ import annotations

from typing import Final

from planning.web.charts.data import Chart
from planning.web.charts.frame import framed, lay_out
from planning.web.charts.looks import paint
from planning.web.charts.svg import tag, text

FILLED: Final = 0.76
"""The share of a label's room that its bars take."""


def stacked_bars(chart: Chart, prefix: str, width: float = 680, height: float = 230) -> str:
    """Return a bar per label, in which the series lie on top of one another, the first below.

    ``prefix`` begins the names inside, so that two charts can stand on one page.
    """
    series = [each for each in chart.series if each.total]
    sums = [sum(each.values[i] for each in chart.series) for i in range(len(chart.labels))]
    frame = lay_out(chart, max(sums, default=0), width, height, [each.name for each in series])
    shapes = []
    for i, label in enumerate(chart.labels):
        parts, below = [], 0.0
        for each in series:
            value = each.values[i]
            if value:
                top, bottom = frame.y(below + value), frame.y(below)
                parts.append(
                    tag("rect", tag("title", text(f"{label}, {each.name}: {chart.write(value)}")),
                        x=frame.x(i + (1 - FILLED) / 2), y=top, width=frame.slot * FILLED, height=bottom - top,
                        **paint(each.look, prefix))
                )  # fmt: skip
                below += value
        if parts:
            shapes.append(tag("g", *parts))
    return framed(chart, frame, [(each.name, each.look) for each in series], "".join(shapes), prefix)


def grouped_bars(chart: Chart, prefix: str, width: float = 680, height: float = 230) -> str:
    """Return the bars of all series side by side, per label."""
    most = max((max(each.values, default=0) for each in chart.series), default=0)
    frame = lay_out(chart, most, width, height, [each.name for each in chart.series])
    share = FILLED / max(1, len(chart.series))
    shapes = []
    for i, label in enumerate(chart.labels):
        for k, each in enumerate(chart.series):
            value = each.values[i]
            top = frame.y(value)
            shapes.append(
                tag("rect", tag("title", text(f"{label}, {each.name}: {chart.write(value)}")),
                    x=frame.x(i + (1 - FILLED) / 2 + k * share), y=top, width=frame.slot * share * 0.94,
                    height=frame.bottom - top, **paint(each.look, prefix))
            )  # fmt: skip
    return framed(chart, frame, [(each.name, each.look) for each in chart.series], "".join(shapes), prefix)
