"""One initiative as the team works on it: read, count, correct, step, give, tell."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any, Final

import pghistory
from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from geo.parameters import whole_number
from planning.coordination.initiatives import with_place
from planning.initiatives.granting import CAN_BE_GIVEN_TO, Gift, budgets_for, give, take_back
from planning.initiatives.models import Initiative, InitiativeState, Role, Update
from planning.initiatives.refusals import RefusedError
from planning.initiatives.states import move, next_states
from planning.initiatives.support.areas import addresses_by_radius, circle, correct, open_support, redraw
from planning.web.admin.syncing import sync_after
from planning.web.initiatives.place_map import initiative_map, place_map
from planning.web.team.access import TeamAccess, team_page
from planning.web.team.forms import AreaForm, CorrectForm, GrantForm, NewsForm, RedrawForm, StepForm, TextForm

S = InitiativeState


@team_page
def initiative(request: HttpRequest, access: TeamAccess, slug: str) -> HttpResponse:
    """Show an initiative with all that can be done to it, and do what is asked."""
    found = get_object_or_404(with_place(request.user), slug=slug)
    forms_ = _forms(found, access)
    status = 200
    if request.method == "POST":
        action = request.POST.get("actie", "")
        try:
            said = _ACTIONS[action](request, found, access, forms_) if action in _ACTIONS else ""
        except RefusedError as error:
            _add(forms_.get(action), error, request)
            said = ""
        if said:
            messages.success(request, said)
            return HttpResponseRedirect(request.path)
        status = 422
        found = get_object_or_404(with_place(request.user), slug=slug)
    return render(request, "web/team/initiative.html", _context(found, access, forms_), status=status)


def _context(found: Initiative, access: TeamAccess, forms_: dict[str, Any]) -> dict[str, Any]:
    area = getattr(found, "support_area", None)
    return {
        "section": "team",
        "access": access,
        "initiative": found,
        "area": area,
        "forms": forms_,
        "failed": next((form for form in forms_.values() if form.is_bound and form.errors), None),
        "initiator": getattr(found, "initiator", None) if access.team else None,
        "photos": found.photos.values("pk", "description", "width", "height", "public"),
        "updates": found.updates.all(),
        "grants": found.grants.select_related("partner", "budget"),
        "corrections": area.corrections.select_related("by") if area else [],
        "budgets": budgets_for(found, timezone.localdate().year),
        "can_give": found.state in CAN_BE_GIVEN_TO,
        "map": initiative_map(found)
        if area
        else place_map(found.title, found.geometry, circle(found, found.support_radius_m)),
        "by_radius": addresses_by_radius(found) if found.state == S.SUBMITTED else {},
    }


def _forms(found: Initiative, access: TeamAccess) -> dict[str, Any]:
    """Return the forms by the action that they are for."""
    # Opening the count is a form of its own.
    opens = found.state == S.SUBMITTED
    states = [state for state in next_states(found, access.role) if not (opens and state == S.GATHERING_SUPPORT)]
    radius = {"radius_m": found.support_radius_m}
    return {
        "tekst": TextForm(instance=found),
        "open": AreaForm(initial=radius),
        "hertel": RedrawForm(initial=radius),
        "corrigeer": CorrectForm(),
        "stap": StepForm(states=states),
        "geef": GrantForm(partners=access.givers),
        "bericht": NewsForm(),
    }


def _bound(forms_: dict[str, Any], action: str, form: Any) -> dict[str, Any] | None:
    """Put a filled-in form in its place; return its values, or None where it is not right."""
    forms_[action] = form
    return form.cleaned_data if form.is_valid() else None


def _add(form: forms.BaseForm | None, error: RefusedError, request: HttpRequest) -> None:
    if form is not None and form.is_bound:
        form.add_error(error.field if error.field in form.fields else None, str(error))
    else:
        messages.error(request, str(error))


def _text(request: HttpRequest, found: Initiative, access: TeamAccess, forms_: dict[str, Any]) -> str:
    access.require_team()
    form = TextForm(request.POST, instance=Initiative.objects.get(pk=found.pk))
    if _bound(forms_, "tekst", form) is None:
        return ""
    with pghistory.context(reason=_("tekst door het team")):
        form.save()
    return _("De tekst is bewaard.")


def _open(request: HttpRequest, found: Initiative, access: TeamAccess, forms_: dict[str, Any]) -> str:
    access.require_team()
    data = _bound(forms_, "open", AreaForm(request.POST))
    if data is None:
        return ""
    found.photos.filter(pk__in=_identities(request, "foto")).update(public=True)
    area = open_support(found, by=_person(request), radius_m=data["radius_m"], geometry=data["geometry"])
    sync_after(request)
    said = ngettext(
        "Het initiatief staat op de site. %(n)s adres kan stemmen.",
        "Het initiatief staat op de site. %(n)s adressen kunnen stemmen.",
        area.addresses,
    )
    return said % {"n": area.addresses}


def _redraw(request: HttpRequest, found: Initiative, access: TeamAccess, forms_: dict[str, Any]) -> str:
    access.require_team()
    data = _bound(forms_, "hertel", RedrawForm(request.POST))
    if data is None or not hasattr(found, "support_area"):
        return ""
    same = data["radius_m"] == found.support_area.radius_m and data["geometry"] is None
    redraw(
        found.support_area,
        by=_person(request),
        reason=data["reason"],
        radius_m=None if same else data["radius_m"],
        geometry=data["geometry"],
    )
    found.support_area.refresh_from_db(fields=["addresses"])
    n = found.support_area.addresses
    return ngettext("Er is nu %(n)s adres.", "Er zijn nu %(n)s adressen.", n) % {"n": n}


def _correct(request: HttpRequest, found: Initiative, access: TeamAccess, forms_: dict[str, Any]) -> str:
    access.require_team()
    data = _bound(forms_, "corrigeer", CorrectForm(request.POST))
    if data is None or not hasattr(found, "support_area"):
        return ""
    correct(
        found.support_area,
        by=_person(request),
        reason=data["reason"],
        in_favour=data["in_favour"] or 0,
        against=data["against"] or 0,
    )
    return _("De telling is gecorrigeerd. De reden staat op de site.")


def _step(request: HttpRequest, found: Initiative, access: TeamAccess, forms_: dict[str, Any]) -> str:
    form = StepForm(request.POST, states=next_states(found, access.role))
    data = _bound(forms_, "stap", form)
    if data is None:
        return ""
    move(found, S(data["state"]), access.role, reason=data["reason"], by=_person(request))
    sync_after(request)
    return _("De stand is nu: %(state)s.") % {"state": S(data["state"]).label}


def _give(request: HttpRequest, found: Initiative, access: TeamAccess, forms_: dict[str, Any]) -> str:
    data = _bound(forms_, "geef", GrantForm(request.POST, partners=access.givers))
    if data is None:
        return ""
    reason = data.pop("beyond_reason")
    give(found, Gift(**data), role=access.role, by=_person(request), beyond_reason=reason)
    return _("De toekenning is bewaard.")


def _take_back(request: HttpRequest, found: Initiative, access: TeamAccess, forms_: dict[str, Any]) -> str:
    grants = found.grants.filter(partner__in=access.givers, pk__in=_numbers(request, "toekenning"))
    take_back(get_object_or_404(grants), reason=request.POST.get("reden", ""))
    return _("De toekenning is ingetrokken.")


def _news(request: HttpRequest, found: Initiative, access: TeamAccess, forms_: dict[str, Any]) -> str:
    access.require_team()
    data = _bound(forms_, "bericht", NewsForm(request.POST))
    if data is None:
        return ""
    now = timezone.now()
    Update.objects.create(initiative=found, text=data["text"], role=Role.TEAM, written_at=now, published_at=now)
    return _("Het bericht staat op de site.")


def _publish(request: HttpRequest, found: Initiative, access: TeamAccess, forms_: dict[str, Any]) -> str:
    access.require_team()
    waiting = found.updates.filter(pk__in=_numbers(request, "bericht"))
    if request.POST.get("besluit") == "weg":
        waiting.delete()
        return _("Het bericht is verwijderd.")
    waiting.filter(published_at=None).update(published_at=timezone.now())
    return _("Het bericht staat op de site.")


def _photos(request: HttpRequest, found: Initiative, access: TeamAccess, forms_: dict[str, Any]) -> str:
    """Show the photos that are ticked, hide the others, keep what is on them, and delete what must go."""
    access.require_team()
    if request.POST.get("weg"):
        found.photos.filter(pk__in=_identities(request, "weg")).delete()
        return _("De foto is verwijderd.")
    shown = set(_identities(request, "foto"))
    for photo in found.photos.only("pk"):
        described = " ".join(request.POST.get(f"beschrijving-{photo.pk}", "").split())[:160]
        found.photos.filter(pk=photo.pk).update(public=photo.pk in shown, description=described)
    return _("De foto's zijn bewaard.")


def _identities(request: HttpRequest, name: str) -> list[uuid.UUID]:
    found = []
    for text in request.POST.getlist(name):
        try:
            found.append(uuid.UUID(text))
        except ValueError:
            continue
    return found


def _numbers(request: HttpRequest, name: str) -> list[int]:
    return [number for text in request.POST.getlist(name) if (number := whole_number(text)) is not None]


def _person(request: HttpRequest) -> Any:
    return request.user


_ACTIONS: Final[dict[str, Callable[[HttpRequest, Initiative, TeamAccess, dict[str, Any]], str]]] = {
    "tekst": _text,
    "open": _open,
    "hertel": _redraw,
    "corrigeer": _correct,
    "stap": _step,
    "geef": _give,
    "neem-terug": _take_back,
    "bericht": _news,
    "publiceer": _publish,
    "fotos": _photos,
}
