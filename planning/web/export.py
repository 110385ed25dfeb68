"""The stand-alone maps as downloads: what is planned, and what a proposal or scenario would change."""

from __future__ import annotations

import datetime as dt

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from geo.models import Wijk
from geo.parameters import whole_number
from planning.coordination.models import Proposal, Scenario
from planning.coordination.other_dates import Dates, dates_of_proposal, dates_of_scenario
from planning.web.folium_maps import export_before_after, export_map


def kaart_export(request: HttpRequest) -> HttpResponse:
    """Send a map as one html file.

    ``?wijk=`` and ``?van=&tot=`` narrow it down, ``?uit=`` names what the legend leaves out, as in the map's own
    address. With ``?voorstel=`` or ``?scenario=`` the plan stands beside what that would make of it.
    """
    slug = request.GET.get("wijk", "")
    # PostgreSQL holds no NUL, and would say so with an error.
    wijk = Wijk.objects.filter(slug=slug).first() if slug and "\x00" not in slug else None
    if slug and wijk is None:
        raise Http404(_("Deze wijk is er niet."))
    other = _other(request)
    if other is not None:
        title, dates = other
        page = export_before_after(request.user, dates, title=title, wijk=wijk)
        return _sent(page, "voor-en-na")
    try:
        start, finish = (_date(request.GET.get(name)) for name in ("van", "tot"))
    except ValueError:
        return HttpResponseBadRequest(_("Schrijf van en tot als 2027-01-31."), content_type="text/plain; charset=utf-8")
    off = frozenset(request.GET.get("uit", "").split(","))
    page = export_map(request.user, wijk=wijk, start=start, finish=finish, off=off)
    return _sent(page, wijk.slug if wijk else "assen")


def _other(request: HttpRequest) -> tuple[str, Dates] | None:
    """Return the title and dates of the proposal or scenario asked for; raises Http404 where it is not there."""
    if text := request.GET.get("voorstel"):
        proposal = get_object_or_404(Proposal.objects.visible_to(request.user), pk=_number(text))
        return _("Voorstel: %(title)s") % {"title": proposal.title}, dates_of_proposal(proposal, request.user)
    if text := request.GET.get("scenario"):
        scenario = get_object_or_404(Scenario.objects.visible_to(request.user), pk=_number(text))
        return _("Scenario: %(name)s") % {"name": scenario.name}, dates_of_scenario(scenario, request.user)
    return None


def _number(text: str) -> int:
    number = whole_number(text)
    if number is None:
        raise Http404
    return number


def _sent(page: str, name: str) -> HttpResponse:
    response = HttpResponse(page, content_type="text/html; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="kaart-{name}-{dt.date.today():%Y-%m-%d}.html"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


def _date(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None
