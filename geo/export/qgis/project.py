"""A project of QGIS whose layers are read from this service while one works: the plans as they are today."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from xml.etree import ElementTree as ET

import pyproj

from geo.crs import RD_NEW, WEB_MERCATOR, WGS_84
from geo.export.qgis.renderer import Shapes, labels, renderer
from geo.export.qgis.symbols import POINT
from geo.export.styles import Style
from geo.text import printable

FIRST_YEAR: Final = 2017
LAST_YEAR: Final = 2030
"""What the time bar of QGIS spans: the years of the wijken's execution programme."""

GROUND: Final = (239, 237, 228)
"""Colour of the ground, as on the map of the site."""

FROM_FIELDS: Final = "2"
"""QGIS's number for a layer whose records say themselves from when to when they are there."""


@dataclass(frozen=True)
class FeatureLayer:
    """A layer read from OGC API - Features.

    Parameters
    ----------
    id, title
        Its name in the file (of more than ten signs, else QGIS gives it another), and for people.
    collection, only
        Which collection, and which of its records: a filter in QGIS's words, or empty.
    style, shapes
        How it is drawn, and what it holds now.
    timed
        Whether its records have a ``start`` and a ``finish``.
    shown
        Whether it is on when the project opens.
    """

    id: str
    title: str
    collection: str
    style: Style
    shapes: Shapes = ()
    only: str = ""
    timed: bool = False
    shown: bool = True


@dataclass(frozen=True)
class PictureLayer:
    """A background of map tiles in Web Mercator, off until somebody wants it."""

    id: str
    title: str
    address: str
    shown: bool = False


@dataclass(frozen=True)
class Group:
    """Layers under one heading, the topmost first."""

    title: str
    layers: Sequence[FeatureLayer | PictureLayer]


def project_file(title: str, groups: Sequence[Group], features: str, extent: tuple[float, float, float, float],
                 name: str) -> bytes:  # fmt: skip
    """Return a project as a .qgz file.

    Parameters
    ----------
    title, groups
        What it is called, and its layers, the topmost group first.
    features
        Address of OGC API - Features, with a slash at the end.
    extent
        What is seen on opening: west, south, east, north in RD New.
    name
        Of the file inside.
    """
    root = ET.Element("qgis", {"projectname": title, "version": "3.22.0"})
    ET.SubElement(root, "title").text = title
    ET.SubElement(root, "projectCrs").append(_system(RD_NEW))
    root.append(_tree(groups, features))
    layers = [layer for group in groups for layer in group.layers]
    canvas = ET.SubElement(root, "mapcanvas", {"name": "theMapCanvas", "annotationsVisible": "1"})
    ET.SubElement(canvas, "units").text = "meters"
    canvas.append(_extent("extent", extent))
    ET.SubElement(canvas, "rotation").text = "0"
    ET.SubElement(canvas, "destinationsrs").append(_system(RD_NEW))
    maps = ET.SubElement(root, "projectlayers")
    for layer in layers:
        maps.append(_picture(layer) if isinstance(layer, PictureLayer) else _vector(layer, features))
    order = ET.SubElement(root, "layerorder")
    for layer in layers:
        ET.SubElement(order, "layer", {"id": layer.id})
    view = ET.SubElement(root, "ProjectViewSettings", {"UseProjectScales": "0", "rotation": "0"})
    ET.SubElement(view, "Scales")
    sides = dict(zip(("xmin", "ymin", "xmax", "ymax"), map(str, extent), strict=True))
    for kind in ("DefaultViewExtent", "PresetFullExtent"):
        ET.SubElement(view, kind, sides).append(_system(RD_NEW))
    root.append(_time())
    root.append(_switches())
    inside = io.BytesIO()
    with zipfile.ZipFile(inside, "w", zipfile.ZIP_DEFLATED) as archive:
        text = ET.tostring(root, encoding="unicode")
        archive.writestr(f"{name}.qgs", f"<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n{text}")
    return inside.getvalue()


def _system(srid: int) -> ET.Element:
    """Return a coordinate system; by its number alone QGIS does not take it for the project's."""
    known = pyproj.CRS.from_epsg(srid)
    made = ET.Element("spatialrefsys")
    for name, text in (
        ("wkt", known.to_wkt("WKT2_2019")), ("srid", str(srid)), ("authid", f"EPSG:{srid}"),
        ("description", known.name), ("geographicflag", str(known.is_geographic).lower()),
    ):  # fmt: skip
        ET.SubElement(made, name).text = text
    return made


def _extent(name: str, sides: tuple[float, float, float, float]) -> ET.Element:
    made = ET.Element(name)
    for side, value in zip(("xmin", "ymin", "xmax", "ymax"), sides, strict=True):
        ET.SubElement(made, side).text = str(value)
    return made


def _tree(groups: Sequence[Group], features: str) -> ET.Element:
    """Return the tree of layers, as it stands beside the map."""
    root = ET.Element("layer-tree-group")
    for group in groups:
        heading = {"name": printable(group.title), "checked": "Qt::Checked", "expanded": "1"}
        under = ET.SubElement(root, "layer-tree-group", heading)
        for layer in group.layers:
            ET.SubElement(under, "layer-tree-layer", {
                "id": layer.id, "name": printable(layer.title), "expanded": "1",
                "checked": "Qt::Checked" if layer.shown else "Qt::Unchecked",
                **_provided(layer, features),
            })  # fmt: skip
    return root


def _provided(layer: FeatureLayer | PictureLayer, features: str) -> dict[str, str]:
    """Return where a layer comes from, and by which of QGIS's providers."""
    if isinstance(layer, PictureLayer):
        return {"providerKey": "wms", "source": _tiles(layer)}
    return {"providerKey": "OAPIF", "source": _source(layer, features)}


def _source(layer: FeatureLayer, features: str) -> str:
    """Return where QGIS reads a layer: a page at a time, and only what is on the screen."""
    only = f"filter='{_escaped(layer.only)}' " if layer.only else ""
    return (
        f" {only}pagingEnabled='true' restrictToRequestBBOX='1' srsname='EPSG:{WGS_84}'"
        f" typename='{layer.collection}' url='{_escaped(features)}'"
    )


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("'", "\\'")


def _tiles(layer: PictureLayer) -> str:
    address = layer.address.replace("{", "%7B").replace("}", "%7D")
    return f"type=xyz&zmin=0&zmax=19&url={address}"


def _named(kind: str, layer: FeatureLayer | PictureLayer, features: str, srid: int) -> ET.Element:
    provided = _provided(layer, features)
    made = ET.Element("maplayer", {
        "type": kind, "styleCategories": "AllStyleCategories", "hasScaleBasedVisibilityFlag": "0",
    })  # fmt: skip
    for name, value in (("id", layer.id), ("datasource", provided["source"]), ("layername", printable(layer.title))):
        ET.SubElement(made, name).text = value
    ET.SubElement(made, "srs").append(_system(srid))
    ET.SubElement(made, "provider").text = provided["providerKey"]
    return made


def _vector(layer: FeatureLayer, features: str) -> ET.Element:
    made = _named("vector", layer, features, WGS_84)
    made.set("labelsEnabled", "1" if layer.style.name else "0")
    if layer.timed:
        period = {"enabled": "1", "mode": FROM_FIELDS, "startField": "start", "endField": "finish", "limitMode": "0"}
        ET.SubElement(ET.SubElement(made, "temporal", period), "fixedRange")
    made.append(renderer(layer.style, layer.shapes, live=True))
    if layer.style.name:
        made.append(labels(layer.style, point=all(form == POINT for _value, form in layer.shapes)))
    return made


def _picture(layer: PictureLayer) -> ET.Element:
    made = _named("raster", layer, "", WEB_MERCATOR)
    pipe = ET.SubElement(made, "pipe")
    ET.SubElement(pipe, "rasterrenderer", {"type": "singlebandcolordata", "band": "1", "opacity": "0.8"})
    return made


def _switches() -> ET.Element:
    """Return settings of the project: that its coordinate system counts, and the colour of the ground."""
    made = ET.Element("properties")
    for scope, values in (
        ("SpatialRefSys", {"ProjectionsEnabled": 1}),
        (
            "Gui",
            {f"CanvasColor{name}Part": value for name, value in zip(("Red", "Green", "Blue"), GROUND, strict=True)},
        ),
    ):
        under = ET.SubElement(made, scope)
        for name, value in values.items():
            ET.SubElement(under, name, {"type": "int"}).text = str(value)
    return made


def _time() -> ET.Element:
    """Return the span and the step of QGIS's own time bar: all years, a month at a time."""
    made = ET.Element("ProjectTimeSettings", {"timeStep": "1", "timeStepUnit": "mon", "frameRate": "2"})
    span = ET.SubElement(made, "TemporalRange")
    for name, year in (("start", FIRST_YEAR), ("end", LAST_YEAR + 1)):
        ET.SubElement(span, name).text = dt.datetime(year, 1, 1).isoformat() + "Z"
    return made
