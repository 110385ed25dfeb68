"""What a chart is made of."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Series:
    """One row of numbers, a number per label of the chart, and how it looks (see ``looks``)."""

    name: str
    values: Sequence[float]
    look: str = "accent"

    @property
    def total(self) -> float:
        """Return the sum of the numbers."""
        return sum(self.values)


@dataclass(frozen=True)
class Mark:
    """A text below the horizontal axis, at the beginning of a label's room."""

    position: int
    text: str


def plain(value: float) -> str:
    """Return a number as a Dutch reader writes it, rounded to whole ones where it is large."""
    text = f"{value:,.0f}" if abs(value) >= 10 or value == round(value) else f"{value:,.1f}"
    return text.replace(",", " ").replace(".", ",").replace(" ", ".")


@dataclass(frozen=True)
class Chart:
    """Numbers to be drawn.

    Parameters
    ----------
    title, description
        What it is about, and what it shows in a sentence or two: for who does not see it.
    labels
        What the numbers belong to: quarters, years, weeks.
    series
        At least one; each as long as ``labels``.
    marks
        Below the axis; each label itself where empty.
    write
        How a number is written.
    limit
        A level not to be passed, drawn as a line; and what it is called.

    Raises
    ------
    ValueError
        Where a series has another length than ``labels``, or a number is below zero.
    """

    title: str
    description: str
    labels: Sequence[str]
    series: Sequence[Series]
    marks: Sequence[Mark] = ()
    write: Callable[[float], str] = field(default=plain)
    limit: tuple[float, str] | None = None

    def __post_init__(self) -> None:
        for series in self.series:
            if len(series.values) != len(self.labels):
                raise ValueError(f"{series.name}: {len(series.values)} numbers for {len(self.labels)} labels")
            if min(series.values, default=0) < 0:
                raise ValueError(f"{series.name}: below zero")

    @property
    def axis(self) -> Sequence[Mark]:
        """Return what stands below the axis."""
        return self.marks or [Mark(position, text) for position, text in enumerate(self.labels)]
