"""How a series looks: a colour of the page and a pattern, so that nobody depends on colour."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from planning.web.charts.svg import tag

LIGHT: Final = {
    "accent": "#0B6E6E", "amber": "#8A5A12", "alert": "#B2182B", "muted": "#5B6770", "ink": "#1F2A2E",
    "line": "#DAD7CC", "demolition": "#760C0C", "renovation": "#CD4101", "new_build": "#0E3C8B", "street": "#525151",
    "green": "#2C946D", "initiative": "#B764BF", "relocation": "#7A7364",
}  # fmt: skip
"""The tokens of a page (css/tokens.css), for where there is no page around a chart."""


@dataclass(frozen=True)
class Look:
    """A token of the page, how it fills, and whether its edge is ``dashed`` or ``dotted``."""

    token: str
    pattern: str = "solid"
    edge: str = ""


LOOKS: Final = {
    "accent": Look("accent"), "before": Look("muted", "none", "dashed"), "fallow": Look("amber", "dots"),
    "alert": Look("alert"),
    "relocation": Look("relocation", "none", "dotted"), "demolition": Look("demolition", "hatch"),
    "site_preparation": Look("new_build", "pale", "dashed"), "renovation": Look("renovation"),
    "new_build": Look("new_build"), "sewer": Look("street", "pale", "dashed"),
    "cables_pipes": Look("street", "lines", "dashed"), "heat_network": Look("street", "hatch", "dashed"),
    "street": Look("street"), "square": Look("street", "lines"), "green": Look("green"),
    "play_area": Look("green", "dots"), "temporary_use": Look("green", "none", "dotted"),
    "event": Look("initiative", "none", "dotted"), "initiative": Look("initiative"),
    "one": Look("accent"), "two": Look("new_build", "hatch"), "three": Look("renovation", "dots"),
    "four": Look("street", "lines"), "five": Look("green", "pale"), "six": Look("initiative", "none"),
}  # fmt: skip
"""The kinds as on the map, and six that tell partners apart."""

TELL_APART: Final = ("one", "two", "three", "four", "five", "six")


def colour(token: str) -> str:
    """Return a colour that follows the page, and is that of light where there is none."""
    return f"var(--{token}, {LIGHT[token]})"


def on_paper(drawing: str) -> str:
    """Return a chart with the colours of light written out, for programs that know no tokens of a page."""
    return re.sub(r"var\(--[\w-]+, ([^()]*)\)", r"\1", drawing)


def pattern(name: str, prefix: str) -> str:
    """Return the definition of a look's fill; empty where it is a plain colour."""
    look = LOOKS[name]
    fill = colour(look.token)
    ground = tag("rect", width=6, height=6, fill=fill, fill_opacity=0.12)
    inner = {
        "hatch": tag("path", d="M-1 7L7-1M-4 4L4-4M2 10L10 2", stroke=fill, stroke_width=1.6),
        "lines": tag("path", d="M0 1.5H6M0 4.5H6", stroke=fill, stroke_width=1.1),
        "dots": tag("circle", cx=1.6, cy=1.6, r=1.15, fill=fill) + tag("circle", cx=4.6, cy=4.6, r=1.15, fill=fill),
    }.get(look.pattern)
    if inner is None:
        return ""
    return tag("pattern", ground, inner, id=f"{prefix}-{name}", width=6, height=6, patternUnits="userSpaceOnUse")


def paint(name: str, prefix: str) -> dict[str, object]:
    """Return the attributes that give a shape its look."""
    look = LOOKS[name]
    fill = colour(look.token)
    edge = {"dashed": "3 2", "dotted": "1 2"}.get(look.edge)
    drawn: dict[str, object] = {"stroke": fill, "stroke_width": 1, "stroke_dasharray": edge}
    match look.pattern:
        case "solid":
            return {**drawn, "fill": fill}
        case "pale":
            return {**drawn, "fill": fill, "fill_opacity": 0.22}
        case "none":
            return {**drawn, "fill": fill, "fill_opacity": 0.06}
        case _:
            return {**drawn, "fill": f"url(#{prefix}-{name})"}
