"""A look as a symbol of QGIS: a fill, a line or a marker."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from xml.etree import ElementTree as ET

from geo.export.styles import Edge, Look, Pattern, Style

SURFACE: Final = 2
LINE: Final = 1
POINT: Final = 0
"""Dimensions of a geometry."""

TYPES: Final = {SURFACE: "fill", LINE: "line", POINT: "marker"}

ALPHA: Final = {Pattern.SOLID: 160, Pattern.PALE: 50, Pattern.HATCH: 30, Pattern.LINES: 30, Pattern.DOTS: 36}
"""How much of its colour a fill has, of 255; patterns lie on a pale ground."""

DASHES: Final = {Edge.DASHED: "dash", Edge.DOTTED: "dot"}
GROUND_WIDTH_MM: Final = 1.2
"""A work drawn as a line is a strip of ground, not a hair."""

EXPRESSION: Final = "3"
"""QGIS's number for a property that an expression gives."""


def symbol(look: Look, dimension: int, style: Style, name: str) -> ET.Element:
    """Return the symbol of ``look`` for geometry of a dimension; ``name`` is how a renderer refers to it."""
    made = _symbol(TYPES[dimension], name)
    if dimension == SURFACE:
        made.extend([*_fill(look, name), _line(look.colour, look.width, look.edge, style)])
    elif dimension == LINE:
        if look.pattern not in (Pattern.SOLID, Pattern.NONE):
            # Pale below, dashed above: as it lies in the ground.
            made.append(_line(look.colour, 2 * GROUND_WIDTH_MM, Edge.FULL, style, alpha=60))
        made.append(_line(look.colour, GROUND_WIDTH_MM, look.edge, style))
    else:
        made.append(
            _layer("SimpleMarker", {
                "name": look.marker, "color": rgba(look.colour), "outline_color": "255,255,255,255",
                "outline_width": "0.3", "size": f"{look.size:g}",
            })
        )  # fmt: skip
    return made


def rgba(colour: str, alpha: int = 255) -> str:
    """Return ``#rrggbb`` as QGIS writes a colour."""
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"{red},{green},{blue},{alpha}"


def options(values: Mapping[str, str]) -> ET.Element:
    """Return settings as QGIS keeps them."""
    made = ET.Element("Option", {"type": "Map"})
    for name, value in values.items():
        ET.SubElement(made, "Option", {"type": "QString", "name": name, "value": value})
    return made


def _symbol(kind: str, name: str) -> ET.Element:
    return ET.Element("symbol", {"type": kind, "name": name, "alpha": "1", "clip_to_extent": "1", "force_rhr": "0"})


def _layer(kind: str, values: Mapping[str, str]) -> ET.Element:
    made = ET.Element("layer", {"class": kind, "enabled": "1", "locked": "0", "pass": "0"})
    made.append(options(values))
    return made


def _fill(look: Look, name: str) -> list[ET.Element]:
    """Return the ground of a surface and the pattern on it; the outline is a line of its own."""
    if look.pattern is Pattern.NONE:
        return []
    ground = _layer("SimpleFill", {
        "color": rgba(look.colour, ALPHA[look.pattern]), "outline_style": "no", "style": "solid",
    })  # fmt: skip
    if look.pattern in (Pattern.HATCH, Pattern.LINES):
        width = 0.5 if look.pattern is Pattern.HATCH else 0.25
        strokes = _layer("LinePatternFill", {
            "angle": "45" if look.pattern is Pattern.HATCH else "0", "distance": "1.6" if width > 0.3 else "1.2",
            "color": rgba(look.colour), "line_width": f"{width:g}",
        })  # fmt: skip
        inner = _symbol("line", f"@{name}@1")
        inner.append(_layer("SimpleLine", {"line_color": rgba(look.colour), "line_width": f"{width:g}"}))
        strokes.append(inner)
        return [ground, strokes]
    if look.pattern is Pattern.DOTS:
        dots = _layer("PointPatternFill", {"distance_x": "1.7", "distance_y": "1.7", "displacement_x": "0.85"})
        inner = _symbol("marker", f"@{name}@1")
        inner.append(
            _layer("SimpleMarker", {
                "name": "circle", "color": rgba(look.colour), "outline_style": "no", "size": "0.9",
            })
        )  # fmt: skip
        dots.append(inner)
        return [ground, dots]
    return [ground]


def _line(colour: str, width: float, edge: Edge, style: Style, alpha: int = 255) -> ET.Element:
    made = _layer("SimpleLine", {
        "line_color": rgba(colour, alpha), "line_width": f"{width:g}", "line_style": DASHES.get(edge, "solid"),
        "joinstyle": "round", "capstyle": "flat",
    })  # fmt: skip
    if edge is Edge.FIRM and style.firm is not None:
        attribute, values = style.firm
        listed = ", ".join(f"'{value}'" for value in values)
        made.append(_data_defined("outlineStyle", f"if(\"{attribute}\" in ({listed}), 'solid', 'dash')"))
    return made


def _data_defined(name: str, expression: str) -> ET.Element:
    """Return a property that QGIS works out per record."""
    made = ET.Element("data_defined_properties")
    whole = ET.SubElement(made, "Option", {"type": "Map"})
    ET.SubElement(whole, "Option", {"type": "QString", "name": "name", "value": ""})
    properties = ET.SubElement(whole, "Option", {"type": "Map", "name": "properties"})
    one = ET.SubElement(properties, "Option", {"type": "Map", "name": name})
    ET.SubElement(one, "Option", {"type": "bool", "name": "active", "value": "true"})
    ET.SubElement(one, "Option", {"type": "QString", "name": "expression", "value": expression})
    ET.SubElement(one, "Option", {"type": "int", "name": "type", "value": EXPRESSION})
    ET.SubElement(whole, "Option", {"type": "QString", "name": "type", "value": "collection"})
    return made
