"""Steps: what goes up and down over many weeks, as a line with its ground filled."""

from __future__ import annotations

from collections.abc import Sequence

from planning.web.charts.data import Chart
from planning.web.charts.frame import Frame, framed, lay_out
from planning.web.charts.looks import LOOKS, colour, paint
from planning.web.charts.svg import number, tag


def steps(chart: Chart, prefix: str, width: float = 680, height: float = 230) -> str:
    """Return a stepped line per series; the first is filled, the others lie over it as lines."""
    most = max((max(each.values, default=0) for each in chart.series), default=0)
    frame = lay_out(chart, most, width, height, [each.name for each in chart.series])
    shapes = []
    for order, each in enumerate(chart.series):
        path = outline(each.values, frame)
        if not path:
            continue
        if order == 0:
            base = number(frame.bottom)
            closed = f"{path}V{base}H{number(frame.left)}Z"
            shapes.append(tag("path", d=closed, **{**paint(each.look, prefix), "stroke": "none"}, opacity=0.45))
        look = LOOKS[each.look]
        dash = {"dashed": "5 3", "dotted": "1.5 3"}.get(look.edge)
        shapes.append(
            tag("path", d=path, fill="none", stroke=colour(look.token), stroke_width=1.8, stroke_dasharray=dash)
        )
    looks = [(each.name, each.look) for each in chart.series]
    return framed(chart, frame, looks, tag("g", *shapes, " ", aria_hidden="true"), prefix)


def outline(values: Sequence[float], frame: Frame) -> str:
    """Return the path of steps through ``values``, each as wide as its label's room; equal ones are one step."""
    path = ""
    last: float | None = None
    for i, value in enumerate(values):
        if value != last:
            x, y = number(frame.x(i)), number(frame.y(value))
            path += f"M{x} {y}" if last is None else f"H{x}V{y}"
            last = value
    return f"{path}H{number(frame.x(len(values)))}" if path else ""
