"""The map of a draft: vector tiles of its rows, of what changed rows look like now, and of what left the file."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from functools import partial
from http import HTTPStatus
from typing import Any, Final

from django.conf import settings
from django.contrib.gis.db.models import Extent
from django.contrib.gis.geos import Polygon
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from geo import tiles
from geo.crs import RD_NEW, WGS_84
from geo.layers import DrawnAs, Layer
from geo.models import Buurt
from geo.problems import BadRequestError, bad_parameter, problem, problem_response
from geo.views import CONTENT_TYPE
from planning.web.importing.access import draft_of, importer
from planning.works.importing import drafts
from planning.works.models import RowOutcome, WorkImportDraft

KEPT_S: Final = 3600
"""How long a browser keeps a tile; its address changes with every check."""


def _rows(draft: WorkImportDraft, viewer: Any) -> QuerySet[Any]:
    return draft.rows.exclude(geometry=None)


def _before(draft: WorkImportDraft, viewer: Any) -> QuerySet[Any]:
    return draft.rows.filter(outcome=RowOutcome.CHANGED, changes__contains=[{"field": "geometry"}])


def _gone(draft: WorkImportDraft, viewer: Any) -> QuerySet[Any]:
    return drafts.vanished_of(draft)


def _layer(name: str, source: Callable[[WorkImportDraft, Any], QuerySet[Any]], draft: WorkImportDraft) -> Layer:
    of_work = "work__" if name == "before" else ""
    fields = {"id": "pk"} if name == "gone" else {"id": "pk", "number": "number", "outcome": "outcome"}
    return Layer(
        id=name,
        title=name,
        source=partial(source, draft),
        geometry=f"{of_work}geometry",
        mercator=f"{of_work}mercator",
        fields=fields,
        min_zoom=0,
        drawn_as=DrawnAs.SHAPE if name == "before" else DrawnAs.SHAPE_AND_POINTS,
    )


SOURCES: Final = {"rows": _rows, "before": _before, "gone": _gone}


@importer
@require_safe
def tile(request: HttpRequest, pk: int, layer: str, z: str, x: str, y: str) -> HttpResponse:
    """Answer with one tile of a draft; 204 where it is empty."""
    if layer not in SOURCES:
        return problem_response(problem(HTTPStatus.NOT_FOUND, _("Deze laag is er niet.")))
    try:
        place = tiles.Tile.parse(z, x, y)
    except BadRequestError as error:
        return problem_response(bad_parameter(error))
    content = tiles.cut(_layer(layer, SOURCES[layer], draft_of(request, pk)), place, request.user)
    response = HttpResponse(status=HTTPStatus.NO_CONTENT)
    if content:
        response = HttpResponse(gzip.compress(content, 4), content_type=CONTENT_TYPE)
        response["Content-Encoding"] = "gzip"
    response["Cache-Control"] = f"private, max-age={KEPT_S}"
    return response


def map_config(draft: WorkImportDraft) -> dict[str, Any]:
    """Return what the map needs to know: where its tiles are and what it shows first."""
    address = reverse("import-preview", args=[draft.pk])
    stamp = int(draft.touched_at.timestamp() * 1000)
    extent = draft.rows.aggregate(extent=Extent("geometry"))["extent"]
    extent = extent or Buurt.objects.aggregate(extent=Extent("geometry"))["extent"]
    bounds = None
    if extent:
        around = Polygon.from_bbox(extent)
        around.srid = RD_NEW
        bounds = list(around.transform(WGS_84, clone=True).extent)
    return {
        "tiles": {name: f"{address}tegels/{name}/{{z}}/{{x}}/{{y}}.mvt?v={stamp}" for name in SOURCES},
        "bounds": bounds,
        "basemap": settings.BASEMAP_PDOK,
    }
