"""How QGIS draws a layer: rules by what a record is and by the form of its place, and names beside it.

A layer of ours may hold surfaces, lines and points together, where a layer of QGIS has one form. Rules draw each with a
symbol of its own; that is why nothing simpler will do.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final
from xml.etree import ElementTree as ET

from django.contrib.gis.db.models import IntegerField
from django.db.models import Func, QuerySet, Value
from django.utils.translation import gettext as _

from geo.export.qgis.symbols import LINE, POINT, SURFACE, rgba, symbol
from geo.export.styles import Edge, Look, Style
from geo.layers import Layer
from geo.text import printable

Shapes = Collection[tuple[str, int]]
"""What a layer holds: values of the style's attribute with the dimension of the places."""

FORMS: Final = {SURFACE: "Polygon", LINE: "Line", POINT: "Point"}
OTHER_COLOUR: Final = "#7A7364"


def shapes_in(records: QuerySet[Any], layer: Layer, viewer: Any, style: Style) -> set[tuple[str, int]]:
    """Return which looks the records have, with the dimensions of their places; one query."""
    value = layer.properties(viewer)[style.attribute] if style.attribute else Value("")
    dimension = Func(layer.geometry, function="ST_Dimension", output_field=IntegerField())
    found = records.order_by().annotate(look_value=value, look_dimension=dimension)
    return set(found.values_list("look_value", "look_dimension").distinct())


def qml(style: Style, shapes: Shapes) -> str:
    """Return a style file (QML) that draws these shapes."""
    root = ET.Element("qgis", {"version": "3.22", "styleCategories": "Symbology"})
    root.append(renderer(style, shapes))
    return "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n" + ET.tostring(root, encoding="unicode")


def renderer(style: Style, shapes: Shapes, *, live: bool = False) -> ET.Element:
    """Return what draws ``shapes``.

    Parameters
    ----------
    style, shapes
        How they look, and which there are; a look that nothing has stays out of the legend.
    live
        Whether the layer follows the plans, so that what it does not hold yet must be drawn too.
    """
    root = ET.Element("renderer-v2", {
        "type": "RuleRenderer", "symbollevels": "0", "forceraster": "0", "enableorderby": "0", "referencescale": "-1",
    })  # fmt: skip
    rules = ET.SubElement(root, "rules", {"key": "{root}"})
    symbols = ET.SubElement(root, "symbols")

    def add(under: ET.Element, look: Look, dimension: int, label: str, condition: str) -> None:
        name = str(len(symbols))
        rule = {"key": f"{{rule-{name}}}", "symbol": name, "label": printable(label), "filter": condition}
        ET.SubElement(under, "rule", rule)
        symbols.append(symbol(look, dimension, style, name))

    one = len(style.looks) == 1
    for value, look in style.looks.items():
        forms = {dimension for found, dimension in shapes if found == value or not style.attribute}
        if live and one and not forms:
            forms = set(FORMS)
        for dimension in sorted(forms, reverse=True):
            which = f"\"{style.attribute}\" = '{value}' AND " if style.attribute else ""
            label = f"{look.label} ({_form(dimension)})" if len(forms) > 1 else str(look.label)
            add(rules, look, dimension, label, f"{which}geometry_type($geometry) = '{FORMS[dimension]}'")
    if live and not one:
        other = ET.SubElement(rules, "rule", {"key": "{other}", "filter": "ELSE", "label": _("anders")})
        for dimension, form in FORMS.items():
            look = Look("", OTHER_COLOUR, edge=Edge.DASHED)
            add(other, look, dimension, _form(dimension), f"geometry_type($geometry) = '{form}'")
    return root


def _form(dimension: int) -> str:
    return {SURFACE: _("vlak"), LINE: _("lijn"), POINT: _("punt")}[dimension]


def labels(style: Style, *, point: bool) -> ET.Element:
    """Return what writes the names of records beside them, with a light edge so that they can be read on anything."""
    look = next(iter(style.looks.values()))
    root = ET.Element("labeling", {"type": "simple"})
    settings = ET.SubElement(root, "settings", {"calloutType": "simple"})
    text = ET.SubElement(settings, "text-style", {
        "fieldName": style.name, "isExpression": "0", "fontSize": "9", "fontSizeUnit": "Point",
        "textColor": rgba(look.colour), "fontWeight": "63", "textOpacity": "1",
    })  # fmt: skip
    ET.SubElement(text, "text-buffer", {
        "bufferDraw": "1", "bufferSize": "0.8", "bufferSizeUnits": "MM", "bufferColor": "251,250,246,255",
        "bufferOpacity": "1",
    })  # fmt: skip
    # Around a point, and over a surface.
    placement = {"placement": "6", "dist": "1.5", "distUnits": "MM", "offsetType": "1"} if point else {"placement": "1"}
    ET.SubElement(settings, "placement", {**placement, "centroidInside": "1"})
    limits = {"scaleVisibility": "1", "scaleMin": "1", "scaleMax": str(style.name_from)} if style.name_from else {}
    ET.SubElement(settings, "rendering", {"displayAll": "0", "obstacle": "0", **limits})
    return root
