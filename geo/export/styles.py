"""How layers look in other programs: the product's colours, patterns and dashes; apps declare those of their layers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise


class Pattern(StrEnum):
    """How a surface is filled."""

    SOLID = "solid"
    PALE = "pale"
    HATCH = "hatch"
    LINES = "lines"
    DOTS = "dots"
    NONE = "none"


class Edge(StrEnum):
    """How an outline is drawn; ``FIRM`` is full where a record is firm, and dashed where it is not."""

    FULL = "full"
    FIRM = "firm"
    DASHED = "dashed"
    DOTTED = "dotted"


@dataclass(frozen=True)
class Look:
    """How one sort of record is drawn.

    Parameters
    ----------
    label, colour
        What it is called in a legend, and ``#rrggbb``.
    pattern, edge, width
        Of a surface; ``width`` (mm) is that of outlines and lines.
    marker, size
        Of a point: ``circle``, ``square`` or ``pentagon``, and mm.
    """

    label: str | Promise
    colour: str
    pattern: Pattern = Pattern.SOLID
    edge: Edge = Edge.FULL
    width: float = 0.4
    marker: str = "circle"
    size: float = 3.0


@dataclass(frozen=True)
class Style:
    """How the records of a layer are drawn.

    Parameters
    ----------
    looks
        By value of ``attribute``; one, under any name, where that is empty.
    attribute
        What decides how a record looks.
    firm
        The attribute that says how firm a record is, and its values that are.
    name, name_from
        The attribute that is written beside a record, if any; and from which scale on, 1 : ``name_from``, where it
        would be too much on a small one.
    """

    looks: Mapping[str, Look]
    attribute: str = ""
    firm: tuple[str, tuple[str, ...]] | None = None
    name: str = ""
    name_from: int = 0


_styles: dict[str, Style] = {}


def declare_style(layer_id: str, style: Style) -> None:
    """Give a layer its looks."""
    _styles[layer_id] = style


def style_of(layer_id: str) -> Style | None:
    """Return how a layer looks, or None where nobody said so."""
    return _styles.get(layer_id)
