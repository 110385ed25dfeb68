"""Signals: residents tell what is wrong, partners answer."""

from __future__ import annotations

from typing import Any, BinaryIO, cast

from django.contrib import messages
from django.contrib.gis.geos import Point
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from geo.crs import RD_NEW, looks_like_wgs84, to_rd
from planning.initiatives import attempts, photos
from planning.initiatives import signals as service
from planning.initiatives.models import Signal
from planning.initiatives.refusals import RefusedError
from planning.partners.models import Organisation
from planning.partners.permissions import rights_of
from planning.web.initiatives.places import find_place
from planning.web.partner_pages import partner_page
from planning.web.public_forms import PublicForm, network_of, public_form


class SignalForm(PublicForm):
    """The form that a signal comes by."""


@public_form
def hand_in(request: HttpRequest) -> HttpResponse:
    """Take a signal in."""
    form = SignalForm(request.POST) if request.method == "POST" else SignalForm()
    given = {name: request.POST.get(name, "") for name in ("kind", "text", "adres", "email", "lon", "lat")}
    given["adres"] = given["adres"] or request.GET.get("adres", "")[:100]
    context: dict[str, Any] = {
        "section": "signaal", "form": form, "given": given, "kinds": Signal.Kind.choices,
    }  # fmt: skip
    if request.method != "POST":
        return render(request, "web/signals/new.html", context)
    if not form.is_valid():
        return render(request, "web/signals/new.html", context | {"errors": form.guard_errors()}, status=400)
    try:
        attempts.count("signal", network_of(request))
        point, place = _place(given)
        sent = request.FILES.get("photo")
        photo = photos.develop(cast(BinaryIO, sent)) if sent else None
        signal = service.hand_in(given["kind"], given["text"], point, place, photo, given["email"])
    except RefusedError as error:
        wrong = {"errors": [str(error)], "wrong": error.field}
        return render(request, "web/signals/new.html", context | wrong, status=400)
    return render(request, "web/signals/sent.html", {"signal": signal})


def _place(given: dict[str, str]) -> tuple[Point, str]:
    """Return the point of a signal: where the phone is, where it gave that, else the address."""
    try:
        lon, lat = float(given["lon"]), float(given["lat"])
    except ValueError:
        geometry, label = find_place(given["adres"], "")
        return geometry.centroid, label
    if not looks_like_wgs84(lon, lat):
        raise RefusedError(_("Deze plek ligt niet in Nederland. Typ een adres."), "adres")
    return Point(to_rd(lon, lat), srid=RD_NEW), _("de plek van de telefoon")


@public_form
def mine(request: HttpRequest, token: str) -> HttpResponse:
    """Show a signal to who sent it; opening the link is no promise, the button is."""
    try:
        signal = service.signal_of(token)
    except RefusedError as error:
        return render(request, "web/following/gone.html", {"message": str(error)}, status=404)
    if request.method == "POST":
        service.confirm(signal)
        signal.email_confirmed = True
    context = {"signal": signal, "answers": signal.answers.select_related("organisation")}
    return render(request, "web/signals/mine.html", context)


@require_safe
@partner_page
def signals(request: HttpRequest) -> HttpResponse:
    """Show the signals for one's own organisation, open ones first."""
    found = service.signals_of(request.user)
    state = request.GET.get("stand", "open")
    if state == "open":
        found = found.filter(closed_at=None)
    elif state == "klaar":
        found = found.exclude(closed_at=None)
    page = Paginator(found, 30).get_page(request.GET.get("bladzijde"))
    return render(request, "web/signals/index.html", {"section": "signalen", "page": page, "state": state})


@require_http_methods(["GET", "HEAD", "POST"])
@partner_page
def signal(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one signal; answer it, or pass it on."""
    found = get_object_or_404(service.signals_of(request.user), pk=pk)
    errors: list[str] = []
    if request.method == "POST":
        try:
            if request.POST.get("naar"):
                to = get_object_or_404(Organisation, slug=request.POST["naar"].replace("\x00", ""))
                service.pass_on(request.user, found, to)
                messages.success(request, _("Doorgegeven aan %(who)s.") % {"who": to.name})
                return redirect("signals")
            service.answer(request.user, found, request.POST.get("state", ""), request.POST.get("text", ""))
            messages.success(request, _("Verstuurd."))
            return redirect("signal-page", pk=pk)
        except RefusedError as error:
            errors = [str(error)]
    rights = rights_of(request.user)
    context = {
        "section": "signalen",
        "signal": found,
        "has_photo": Signal.objects.filter(pk=pk, image__isnull=False).exists(),
        "answers": found.answers.select_related("organisation", "by"),
        "may_answer": rights.everything or rights.secretary or found.owner_id in rights.edits_for,
        "states": [choice for choice in Signal.State.choices if choice[0] != Signal.State.RECEIVED],
        "organisations": Organisation.objects.exclude(pk=found.owner_id).order_by("name"),
        "errors": errors,
        "sent": request.POST,
    }
    return render(request, "web/signals/page.html", context, status=400 if errors else 200)


@require_safe
@partner_page
def photo(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the photo of a signal to whom it is for."""
    found = get_object_or_404(service.signals_of(request.user), pk=pk)
    image = Signal.objects.filter(pk=found.pk).values_list("image", flat=True).first()
    if not image:
        raise Http404
    response = HttpResponse(bytes(image), content_type="image/jpeg")
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, no-store"
    return response
