"""What every chart has around its shapes: its name, a grid, the axes and a legend."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from planning.web.charts.data import Chart, Mark
from planning.web.charts.looks import colour, paint, pattern
from planning.web.charts.svg import tag, text

FONT: Final = 12.0
LETTER: Final = 6.3
"""Width that a letter takes, about; a chart must be laid out without a browser."""

TOP, RIGHT, BOTTOM = 10.0, 10.0, 24.0
ROW: Final = 20.0
"""Height of a row of the legend."""

GAP: Final = 8.0
"""Between the legend and what it explains."""

SWATCH: Final = 16.0
MOST_TICKS: Final = 5
LEAST: Final = 1e-9
"""What is less is nothing."""


@dataclass(frozen=True)
class Frame:
    """Where things go.

    Parameters
    ----------
    width, height
        Of all, legend included.
    left, top, right, bottom
        Edges of the room for shapes.
    ticks
        Numbers of the vertical axis, from 0; the last is the top.
    slots
        How many labels share the horizontal axis.
    """

    width: float
    height: float
    left: float
    top: float
    right: float
    bottom: float
    ticks: Sequence[float]
    slots: int

    @property
    def slot(self) -> float:
        """Return the room of one label."""
        return (self.right - self.left) / max(1, self.slots)

    def x(self, position: float) -> float:
        """Return where the room of a label begins."""
        return self.left + position * self.slot

    def y(self, value: float) -> float:
        """Return the height at which a number stands."""
        return self.bottom - (self.bottom - self.top) * value / self.ticks[-1]


def nice_ticks(most: float) -> list[float]:
    """Return round numbers from 0 to at least ``most``: at most six, a step of 1, 2 or 5 times a power of ten."""
    if most < LEAST:
        return [0.0, 1.0]
    least = most / MOST_TICKS
    power = 10.0 ** math.floor(math.log10(least))
    step = next(size * power for size in (1, 2, 5, 10) if size * power >= least * (1 - 1e-9))
    return [step * i for i in range(math.ceil(most / step - 1e-9) + 1)]


def lay_out(chart: Chart, most: float, width: float, height: float, names: Sequence[str]) -> Frame:
    """Return where things go in a chart of which ``most`` is the highest; ``height`` is without the legend."""
    ticks = nice_ticks(max(most, chart.limit[0] if chart.limit else 0))
    left = max(len(chart.write(tick)) for tick in ticks) * LETTER + 14
    rows = len(_legend_rows(names, width))
    legend = rows * ROW + (GAP if rows else 0)
    bottom = height + legend - BOTTOM
    return Frame(width, height + legend, left, TOP + legend, width - RIGHT, bottom, ticks, len(chart.labels))


def framed(chart: Chart, frame: Frame, looks: Sequence[tuple[str, str]], shapes: str, prefix: str) -> str:
    """Return the whole chart around its shapes; ``looks`` are the names and looks of the legend."""
    return tag(
        "svg",
        tag("title", text(chart.title), id=f"{prefix}-titel"),
        tag("desc", text(chart.description), id=f"{prefix}-uitleg"),
        tag("defs", *filter(None, (pattern(look, prefix) for look in sorted({look for _, look in looks}))), " "),
        _grid(chart, frame),
        shapes,
        _limit(chart, frame),
        _axis(chart, frame),
        _legend(looks, frame.width, prefix) if len(looks) > 1 else "",
        viewBox=f"0 0 {frame.width:g} {frame.height:g}", role="img", class_="chart",
        aria_labelledby=f"{prefix}-titel {prefix}-uitleg", font_size=FONT,
        font_family="var(--font, system-ui, sans-serif)", xmlns="http://www.w3.org/2000/svg",
    )  # fmt: skip


def _grid(chart: Chart, frame: Frame) -> str:
    parts = []
    for tick in frame.ticks:
        y = frame.y(tick)
        parts.append(tag("line", x1=frame.left, x2=frame.right, y1=y, y2=y, stroke=colour("line")))
        parts.append(
            tag("text", text(chart.write(tick)), x=frame.left - 6, y=y + 4, text_anchor="end", fill=colour("muted"))
        )
    return tag("g", *parts, aria_hidden="true")


def _axis(chart: Chart, frame: Frame) -> str:
    """Return the texts below, as many as there is room for."""
    parts = []
    marks = _fitting(chart.axis, frame)
    centred = not chart.marks
    for mark in marks:
        x = frame.x(mark.position + 0.5) if centred else frame.x(mark.position)
        if not centred:
            parts.append(tag("line", x1=x, x2=x, y1=frame.bottom, y2=frame.bottom + 5, stroke=colour("muted")))
        parts.append(
            tag("text", text(mark.text), x=x if centred else x + 3, y=frame.bottom + 17, fill=colour("muted"),
                text_anchor="middle" if centred else "start")
        )  # fmt: skip
    base = tag("line", x1=frame.left, x2=frame.right, y1=frame.bottom, y2=frame.bottom, stroke=colour("muted"))
    return tag("g", base, *parts, aria_hidden="true")


def _fitting(marks: Sequence[Mark], frame: Frame) -> Sequence[Mark]:
    """Return every mark, or every second, third ... so that none runs into the next or out of the picture.

    The first goes where only that one is in the way: a year that is nearly over.
    """
    for step in range(1, len(marks) + 1):
        for begin in (0, 1):
            kept = [mark for mark in marks[begin::step] if _end(mark, frame) <= frame.width + 8]
            if all(_end(mark, frame) <= frame.x(other.position) for mark, other in pairwise(kept)):
                return kept
    return marks[:1]


def _end(mark: Mark, frame: Frame) -> float:
    return frame.x(mark.position) + len(mark.text) * LETTER + 8


def _limit(chart: Chart, frame: Frame) -> str:
    if chart.limit is None:
        return ""
    value, name = chart.limit
    y = frame.y(value)
    return tag(
        "g",
        tag("line", x1=frame.left, x2=frame.right, y1=y, y2=y, stroke=colour("alert"), stroke_width=1.5,
            stroke_dasharray="6 4"),
        tag("text", text(name), x=frame.right, y=y - 5, text_anchor="end", fill=colour("alert")),
        aria_hidden="true",
    )  # fmt: skip


def _legend_rows(names: Sequence[str], width: float) -> list[list[int]]:
    """Return which names stand on which row; none where there is one name only."""
    if len(names) < 2:
        return []
    rows: list[list[int]] = [[]]
    used = 0.0
    for position, name in enumerate(names):
        room = _room(name)
        if rows[-1] and used + room > width:
            rows.append([])
            used = 0.0
        rows[-1].append(position)
        used += room
    return rows


def _room(name: str) -> float:
    return SWATCH + 6 + len(name) * LETTER + 14


def _legend(looks: Sequence[tuple[str, str]], width: float, prefix: str) -> str:
    parts = []
    for row, positions in enumerate(_legend_rows([name for name, _ in looks], width)):
        x, y = 1.0, row * ROW + 2
        for position in positions:
            name, look = looks[position]
            parts.append(tag("rect", x=x, y=y, width=SWATCH, height=11, rx=2, **paint(look, prefix)))
            parts.append(tag("text", text(name), x=x + SWATCH + 6, y=y + 10, fill=colour("ink")))
            x += _room(name)
    return tag("g", *parts, aria_hidden="true")
