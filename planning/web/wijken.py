"""The wijken and their dossiers."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.contrib.gis.db.models.functions import AsSVG
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from geo.models import Wijk
from planning.coordination.dossier import dossier, figures_by_wijk
from planning.coordination.models import Finding
from planning.coordination.rows import rule_title
from planning.coordination.trends import worst_nuisance
from planning.partners.permissions import is_partner
from planning.web.files import OF_A_WIJK, layer_files, list_files
from planning.web.small_map import outline_maps, small_map
from planning.web.timeline import timeline
from planning.web.wijk_charts import pictures


@dataclass(frozen=True)
class FindingCard:
    """A finding as a card: what its rule is called, whose works it is about, and a month to open the map at."""

    finding: Finding
    title: str
    owners: list[str]
    month: str


def _outlined() -> QuerySet[Wijk]:
    """Return the wijken with their outline as an SVG path, ``path``."""
    return Wijk.objects.annotate(path=AsSVG("geometry", relative=True, precision=0)).defer("mercator")


def wijken(request: HttpRequest) -> HttpResponse:
    """Show the wijken with their key figures."""
    found = list(_outlined().order_by("name"))
    figures = figures_by_wijk(request.user)
    maps = outline_maps(found)
    rows = [
        {
            "wijk": wijk,
            "figures": figures[wijk.pk],
            "map": maps[wijk.pk],
            "initiatives": sum(figures[wijk.pk].initiatives.values()),
        }
        for wijk in found
    ]
    context = {"section": "wijken", "rows": rows, "files": list_files("wijkcijfers")}
    return render(request, "web/wijken/index.html", context)


def wijk_dossier(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the dossier of one wijk."""
    found = dossier(get_object_or_404(_outlined(), slug=slug), request.user)
    today = dt.date.today()
    context = {
        "section": "wijken",
        "dossier": found,
        "partner": is_partner(request.user),
        "wijk": found.wijk,
        "files": layer_files(OF_A_WIJK),
        "timeline": timeline(found.places, today),
        "map": small_map(found),
        "pictures": pictures(found, worst_nuisance(request.user, found.wijk)),
        "findings": [_card(finding) for finding in found.findings],
        "initiative_count": sum(found.figures.initiatives.values()),
    }
    return render(request, "web/wijken/dossier.html", context)


def _card(finding: Finding) -> FindingCard:
    owners = sorted({work.owner.name for work in finding.works.all()})
    return FindingCard(finding, rule_title(finding.rule), owners, f"{finding.start:%Y-%m}")
