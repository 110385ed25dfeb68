"""What QGIS makes of the service, as JSON on the last line; run by Debian's own Python, which has its bindings.

    /usr/bin/python3 qgis_reads.py SITE COLLECTION,COLLECTION WEST,SOUTH,EAST,NORTH

It knows nothing of this project: it adds collections as a user of QGIS does, and tells what it sees.
"""

import json
import os
import sys

os.environ["QT_QPA_PLATFORM"] = "offscreen"

from qgis.core import (
    QgsApplication,
    QgsCoordinateReferenceSystem,
    QgsDataSourceUri,
    QgsFeatureRequest,
    QgsMapRendererSequentialJob,
    QgsMapSettings,
    QgsProject,
    QgsRectangle,
    QgsVectorLayer,
    QgsVectorTileBasicRenderer,
    QgsVectorTileLayer,
)
from qgis.PyQt.QtCore import QSize
from qgis.PyQt.QtGui import QColor

PAGE = 25
"""Features that QGIS asks at a time, so that it must follow the links to the next page."""


def added(site, name):
    """Return a collection as QGIS adds it."""
    uri = QgsDataSourceUri()
    asked = {"url": f"{site}/ogc/", "typename": name, "pagesize": str(PAGE), "pagingEnabled": "true"}
    for key, value in {**asked, "restrictToRequestBBOX": "1"}.items():
        uri.setParam(key, value)
    return QgsVectorLayer(uri.uri(False), name, "OAPIF")


def seen(layer, request=None):
    """Return what QGIS gets of a layer."""
    found = []
    for feature in layer.getFeatures(request or QgsFeatureRequest()):
        point = feature.geometry().pointOnSurface().asPoint()
        values = {
            name: str(feature[name])
            for name in ("kind", "postcode", "number", "name")
            if name in layer.fields().names()
        }
        found.append({**values, "x": point.x(), "y": point.y()})
    return found


def told(site, names, box):
    """Return all that is compared."""
    answer = {}
    for name in names:
        layer = added(site, name)
        features = seen(layer) if layer.isValid() else []
        answer[name] = {"valid": layer.isValid(), "count": layer.featureCount(), "features": features}
    rd = QgsCoordinateReferenceSystem("EPSG:28992")
    in_rd = QgsFeatureRequest().setDestinationCrs(rd, QgsProject.instance().transformContext())
    answer["in_rd"] = seen(added(site, "addresses"), in_rd)
    works = added(site, "works")
    answer["in_box"] = seen(works, QgsFeatureRequest(QgsRectangle(*box)))
    works.setSubsetString("\"kind\" = 'sewer'")
    answer["sewers"] = seen(works)
    tiles = QgsVectorTileLayer(f"type=xyz&url={site}/tiles/works/{{z}}/{{x}}/{{y}}.mvt&zmin=8&zmax=16", "works")
    answer["tiles"] = {"valid": tiles.isValid(), "drawn": drawn(tiles)}
    return answer


def drawn(tiles):
    """Return how many points of a map of Assen have a colour of the layer's."""
    tiles.setRenderer(QgsVectorTileBasicRenderer())
    tiles.renderer().setStyles(QgsVectorTileBasicRenderer.simpleStyleWithRandomColors())
    settings = QgsMapSettings()
    settings.setLayers([tiles])
    settings.setDestinationCrs(QgsCoordinateReferenceSystem("EPSG:3857"))
    settings.setExtent(QgsRectangle(722_000, 6_974_000, 734_000, 6_986_000))
    settings.setOutputSize(QSize(400, 400))
    settings.setBackgroundColor(QColor("white"))
    job = QgsMapRendererSequentialJob(settings)
    job.start()
    job.waitForFinished()
    image = job.renderedImage()
    return sum(image.pixelColor(x, y) != QColor("white") for x in range(400) for y in range(400))


if __name__ == "__main__":
    # Without a home of its own QGIS would read and write that of whoever runs the tests.
    application = QgsApplication([], False)
    application.initQgis()
    print(json.dumps(told(sys.argv[1], sys.argv[2].split(","), [float(side) for side in sys.argv[3].split(",")])))
    sys.stdout.flush()
    # QGIS takes its time to let go, and what it says has been said.
    os._exit(0)
