"""The product's colours as styles that QGIS reads (QML); apps say which layer is coloured by which attribute."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from xml.etree import ElementTree as ET


@dataclass(frozen=True)
class Categories:
    """Colours of a layer by the values of one attribute: value to label and ``#rrggbb``."""

    attribute: str
    colours: Mapping[str, tuple[str, str]]


_styles: dict[str, Categories] = {}


def declare_style(layer_id: str, categories: Categories) -> None:
    """Give a layer its colours."""
    _styles[layer_id] = categories


def style_of(layer_id: str) -> str | None:
    """Return the style of a layer as QML for polygons, or None where it has none.

    QGIS's format has no written standard; this is what QGIS 3 writes itself, without what it fills in by default.
    """
    categories = _styles.get(layer_id)
    if categories is None:
        return None
    root = ET.Element("qgis", {"version": "3.22", "styleCategories": "Symbology"})
    renderer = ET.SubElement(
        root, "renderer-v2", {"type": "categorizedSymbol", "attr": categories.attribute, "enableorderby": "0"}
    )
    listed = ET.SubElement(renderer, "categories")
    symbols = ET.SubElement(renderer, "symbols")
    for number, (value, (label, colour)) in enumerate(categories.colours.items()):
        red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
        ET.SubElement(
            listed,
            "category",
            {"value": value, "label": label, "symbol": str(number), "render": "true", "type": "string"},
        )
        symbol = ET.SubElement(symbols, "symbol", {"type": "fill", "name": str(number), "alpha": "0.75"})
        fill = ET.SubElement(symbol, "layer", {"class": "SimpleFill", "enabled": "1"})
        options = ET.SubElement(fill, "Option", {"type": "Map"})
        for name, text in (
            ("color", f"{red},{green},{blue},190"), ("outline_color", f"{red},{green},{blue},255"),
            ("outline_width", "0.4"), ("style", "solid"),
        ):  # fmt: skip
            ET.SubElement(options, "Option", {"name": name, "type": "QString", "value": text})
    return "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n" + ET.tostring(root, encoding="unicode")
