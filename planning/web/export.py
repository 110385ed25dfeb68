"""The stand-alone map as a download."""

from __future__ import annotations

import datetime as dt

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest

from geo.models import Wijk
from planning.web.folium_maps import export_map


def kaart_export(request: HttpRequest) -> HttpResponse:
    """Send the map of a wijk (``?wijk=``), or of all, in a period (``?van=&tot=``), as one html file."""
    slug = request.GET.get("wijk", "")
    wijk = Wijk.objects.filter(slug=slug).first() if slug else None
    if slug and wijk is None:
        raise Http404("Deze wijk is er niet.")
    try:
        start, finish = (_date(request.GET.get(name)) for name in ("van", "tot"))
    except ValueError:
        return HttpResponseBadRequest("Schrijf van en tot als 2027-01-31.", content_type="text/plain; charset=utf-8")
    page = export_map(request.user, wijk=wijk, start=start, finish=finish)
    response = HttpResponse(page, content_type="text/html; charset=utf-8")
    name = f"kaart-{wijk.slug if wijk else 'assen'}-{dt.date.today():%Y-%m-%d}.html"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _date(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None
