"""The layered map."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.contrib.gis.db.models.functions import Transform
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from geo.crs import WGS_84
from geo.models import Wijk
from planning.web.files import ON_THE_MAP, layer_files
from planning.web.headers import may_show_basemap
from planning.web.script_words import map_words
from planning.works.kinds import WorkKind


@may_show_basemap
def kaart(request: HttpRequest) -> HttpResponse:
    """Show the map of all plans; everything on it is fetched by the page itself."""
    wijken = list(Wijk.objects.annotate(outline=Transform("geometry", WGS_84)).order_by("name"))
    config = {
        "today": dt.date.today().isoformat(),
        "first": "2017-01",
        "months": 168,
        "words": map_words(),
        "kinds": {kind.value: str(kind.label) for kind in WorkKind},
        "wijken": [{"slug": w.slug, "name": w.name, "bbox": w.outline.extent} for w in wijken],
        "basemap": settings.BASEMAP_PDOK,
        "files": layer_files(ON_THE_MAP),
    }
    return render(request, "web/kaart.html", {"section": "kaart", "config": config, "wijken": wijken})
