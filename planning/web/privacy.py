"""What is kept of people, and one's own data: to see, to take along, to have erased."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from planning.coordination import privacy as service
from planning.initiatives import attempts
from planning.initiatives.refusals import RefusedError
from planning.web.public_forms import PublicForm, network_of, public_form


class AskForm(PublicForm):
    """The form that asks for a link to one's own data."""


@public_form
def privacy(request: HttpRequest) -> HttpResponse:
    """Show the register, and mail a link to who asks for own data."""
    form = AskForm(request.POST) if request.method == "POST" else AskForm()
    context: dict[str, Any] = {"register": service.register(), "never": service.NEVER, "form": form}
    if request.method != "POST":
        return render(request, "web/privacy/register.html", context)
    context["email"] = request.POST.get("email", "")[:254]
    if not form.is_valid():
        return render(request, "web/privacy/register.html", context | {"errors": form.guard_errors()}, status=400)
    try:
        attempts.count("link", network_of(request))
        service.ask(context["email"])
    except RefusedError as error:
        return render(request, "web/privacy/register.html", context | {"errors": [str(error)]}, status=400)
    return render(request, "web/privacy/register.html", context | {"sent": True})


@public_form
def own_data(request: HttpRequest, token: str) -> HttpResponse:
    """Show all that is kept of an address; as a file, or gone."""
    try:
        email = service.email_of(token)
    except RefusedError as error:
        return render(request, "web/following/gone.html", {"message": str(error)}, status=404)
    if request.method == "POST":
        service.erase(email)
        return render(request, "web/following/gone.html", {"message": _("We hebben alles gewist wat we van u hadden.")})
    found = service.data_of(email)
    if request.GET.get("als") == "json":
        response = JsonResponse({"email": email, **found}, json_dumps_params={"ensure_ascii": False, "indent": 1})
        response["Content-Disposition"] = 'attachment; filename="mijn-gegevens.json"'
        return response
    rows = [(name, [_line(row) for row in part]) for name, part in found.items()]
    names = {
        "ideas_waiting": _("Ideeën die u nog moet bevestigen"), "ideas": _("Uw ideeën"), "follows": _("Wat u volgt"),
        "signals": _("Wat u meldde"), "voices": _("Waarover u stemde"),
        "meetings": _("Avonden waarvoor u zich aanmeldde"),
    }  # fmt: skip
    parts = [(names[name], lines) for name, lines in rows if lines]
    return render(request, "web/privacy/own.html", {"email": email, "parts": parts})


def _line(row: dict[str, Any]) -> str:
    return " · ".join(str(value) for value in row.values() if value)
