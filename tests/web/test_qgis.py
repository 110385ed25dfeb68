"""The project that opens all layers in QGIS: judged by QGIS."""

from __future__ import annotations

import io
import json
import urllib.request
import zipfile
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from django.test import Client

from planning.partners.visibility import Visibility
from tests import factories as make
from tests.qgis import run

OPEN = """
project = QgsProject.instance()
project.read(sys.argv[1])
def tree(group):
    return [[node.name(), tree(node)] if isinstance(node, QgsLayerTreeGroup) else
            [node.name(), node.layer() is not None and node.layer().isValid(), node.isVisible()]
            for node in group.children()]
"""
INSPECT = (
    OPEN
    + """
layers = {}
for layer in project.mapLayers().values():
    if layer.type() == QgsMapLayerType.VectorLayer:
        root = layer.renderer().rootRule()
        layers[layer.name()] = {
            "count": sum(1 for _ in layer.getFeatures()), "rules": [rule.label() for rule in root.children()],
            "timed": layer.temporalProperties().isActive(), "crs": layer.crs().authid(),
        }
span = project.timeSettings().temporalRange()
seen = project.viewSettings().defaultViewExtent()
print(json.dumps({
    "tree": tree(project.layerTreeRoot()), "layers": layers, "crs": project.crs().authid(), "title": project.title(),
    "years": [span.begin().date().year(), span.end().date().year()],
    "seen": [seen.xMinimum(), seen.yMinimum(), seen.xMaximum(), seen.yMaximum()],
}))
"""
)
DRAW = (
    OPEN
    + """
from collections import Counter
from qgis.PyQt.QtCore import QDateTime, Qt
from qgis.PyQt.QtGui import QColor
settings = QgsMapSettings()
settings.setLayers([node.layer() for node in project.layerTreeRoot().findGroup("Werken").findLayers()])
settings.setDestinationCrs(project.crs())
settings.setExtent(QgsRectangle(*map(float, sys.argv[2].split(","))))
settings.setOutputSize(QSize(900, 600))
settings.setBackgroundColor(QColor("#EFEDE4"))
settings.setIsTemporal(True)
settings.setTemporalRange(QgsDateTimeRange(*(QDateTime.fromString(day, Qt.ISODate) for day in sys.argv[3:5])))
job = QgsMapRendererSequentialJob(settings)
job.start()
job.waitForFinished()
picture = job.renderedImage()
print(json.dumps(Counter(QColor(picture.pixel(x, y)).name() for x in range(900) for y in range(600))))
"""
)


def fetch(address: str) -> bytes:
    with urllib.request.urlopen(address) as response:
        return response.read()


@pytest.fixture
def project(demo_site: str, tmp_path: Path) -> Path:
    """The project of the demonstration, as a file."""
    path = tmp_path / "mijn-buurt-assen.qgz"
    path.write_bytes(fetch(f"{demo_site}/export/mijn-buurt-assen.qgz"))
    return path


def test_qgis_opens_every_layer_in_the_tree_of_the_legend(project: Path, demo_site: str) -> None:
    said = run(INSPECT, str(project))
    assert (said["crs"], said["title"], said["years"]) == ("EPSG:28992", "Mijn Buurt Assen", [2017, 2031])
    groups = {name: [layer[0] for layer in layers] for name, layers in said["tree"]}
    assert groups == {
        "Afstemming": ["Botsingen", "Kansen"],
        "Bewoners": ["Initiatieven", "Buurtcentra", "Bewonersavonden"],
        "Werken": ["Gemeente Assen", "Actium", "Netbeheerder", "STILA", "Vaart Welzijn", "Warmtenet De Beek"],
        "Gebieden": ["Wijken", "Buurten", "Adressen", "Achtergrondkaart (PDOK)"],
    }
    assert all(valid for _name, layers in said["tree"] for _layer, valid, _on in layers)
    off = [layer for _name, layers in said["tree"] for layer, _valid, on in layers if not on]
    assert off == ["Bewonersavonden", "Adressen", "Achtergrondkaart (PDOK)"]

    def matched(collection: str, query: str = "") -> int:
        return json.loads(fetch(f"{demo_site}/ogc/collections/{collection}/items?limit=1{query}"))["numberMatched"]

    layers = said["layers"]
    assert layers["Wijken"]["count"] == 5
    assert layers["Actium"]["count"] == matched("works", "&owner=actium")
    assert sum(layers[name]["count"] for name in groups["Werken"]) == matched("works")
    assert layers["Botsingen"]["count"] == matched("findings", "&kind=conflict")
    assert layers["Initiatieven"]["count"] == matched("initiatives")
    assert layers["Actium"]["rules"] == ["verhuizing bewoners", "sloop", "renovatie", "nieuwbouw", "anders"]
    assert layers["Actium"]["timed"] and not layers["Wijken"]["timed"]
    west, south, east, north = said["seen"]
    assert 228_000 < west < 230_000 and 236_000 < east < 238_000, "Assen, from side to side"
    assert 553_000 < south < 555_000 and 560_000 < north < 562_000


COLOURS = {"demolition": "#760c0c", "new_build": "#0e3c8b", "sewer": "#525151"}


@pytest.mark.parametrize(
    ("first", "last", "drawn"),
    [
        ("2022-12-01", "2022-12-31", "demolition"),
        ("2027-03-01", "2027-03-31", "sewer"),
        ("2028-06-01", "2028-06-30", "new_build"),
    ],
)
def test_qgis_draws_what_happens_in_a_month_in_our_colours(project: Path, first: str, last: str, drawn: str) -> None:
    """Aar, Delft and Stroom: first the demolition, years later the sewer, which is a line, and then the building."""
    colours = run(DRAW, str(project), "232100,557250,232700,557650", first, last)
    assert {name for name, colour in COLOURS.items() if colours.get(colour, 0) > 15} == {drawn}
    assert colours["#efede4"] > 200_000, "most is ground"


@pytest.mark.django_db
def test_hostile_names_and_what_may_not_be_seen_stay_out_of_the_project() -> None:
    name = "\"/><script>'&\x07"
    owner = make.make_organisation("aanvaller", name=name)
    make.make_work("sewer", name=name, owner=owner, geometry=make.line((0, 0), (50, 0)))
    make.make_work("demolition", owner=make.make_organisation("stil"), visibility=Visibility.INTERNAL)
    response = Client().get("/export/mijn-buurt-assen.qgz")
    assert response["Content-Disposition"] == 'attachment; filename="mijn-buurt-assen.qgz"'
    root = ET.fromstring(zipfile.ZipFile(io.BytesIO(response.content)).read("mijn-buurt-assen.qgs"))  # noqa: S314 -- our own
    titles = [layer.findtext("layername") for layer in root.iter("maplayer")]
    assert name.replace("\x07", "") in titles
    assert "Stil" not in titles
    sources = [layer.findtext("datasource") or "" for layer in root.iter("maplayer")]
    assert all("url='http://testserver/ogc/'" in source for source in sources if "pagingEnabled" in source)


@pytest.mark.django_db
def test_a_project_costs_the_same_queries_for_few_and_many(django_assert_num_queries: Any) -> None:
    make.make_work()
    with django_assert_num_queries(10) as few:
        Client().get("/export/mijn-buurt-assen.qgz")
    for number in range(8):
        make.make_work(owner=make.make_organisation(f"partner-{number}"))
    with django_assert_num_queries(len(few)):
        Client().get("/export/mijn-buurt-assen.qgz")
