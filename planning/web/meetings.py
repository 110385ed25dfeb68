"""Residents' meetings: what is coming, who is invited, and signing up."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from planning.initiatives import attempts
from planning.initiatives import meetings as service
from planning.initiatives.models import Meeting
from planning.initiatives.refusals import RefusedError
from planning.partners.permissions import rights_of
from planning.web.files import list_files
from planning.web.partner_pages import partner_page
from planning.web.public_forms import PublicForm, network_of, public_form
from planning.works.models import Work
from planning.works.periods import period_text


class SignUpForm(PublicForm):
    """The form with which somebody says to come."""


@require_safe
def meetings(request: HttpRequest) -> HttpResponse:
    """Show the meetings to come, and what was said at the last ones."""
    now = timezone.now()
    found = _meetings()
    context = {
        "section": "bijeenkomsten",
        "coming": found.filter(starts_at__gte=now).order_by("starts_at")[:50],
        "past": found.filter(starts_at__lt=now).order_by("-starts_at")[:20],
        "files": list_files("meetings", ""),
    }
    return render(request, "web/meetings/index.html", context)


@public_form
def meeting(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one meeting, and let residents sign up."""
    found = get_object_or_404(_meetings(), pk=pk)
    form = SignUpForm(request.POST) if request.method == "POST" else SignUpForm()
    given = {name: request.POST.get(name, "") for name in ("name", "email", "people")}
    context: dict[str, Any] = {
        "section": "bijeenkomsten",
        "meeting": found,
        "works": [
            (work, period_text(work.planned_start, work.planned_finish, work.date_precision))
            for work in Work.objects.visible_to(request.user).filter(meetings=found).select_related("owner")
        ],
        "open": found.sign_up and found.starts_at > timezone.now(),
        "left": None if found.capacity is None else max(0, found.capacity - service.expected(found)),
        "form": form,
        "given": given,
        "manages": _manages(request, found),
    }
    if request.method != "POST":
        return render(request, "web/meetings/page.html", context)
    if not form.is_valid():
        return render(request, "web/meetings/page.html", context | {"errors": form.guard_errors()}, status=400)
    try:
        attempts.count("sign up", network_of(request))
        people = int(given["people"]) if given["people"].isdecimal() and len(given["people"]) < 4 else 0
        service.sign_up(found, given["name"], given["email"], people)
    except RefusedError as error:
        return render(request, "web/meetings/page.html", context | {"errors": [str(error)]}, status=400)
    return render(request, "web/meetings/sent.html", {"meeting": found, "email": given["email"]})


@public_form
def mine(request: HttpRequest, token: str) -> HttpResponse:
    """Confirm a sign-up, or take it back."""
    try:
        sign = service.sign_up_of(token)
    except RefusedError as error:
        return render(request, "web/following/gone.html", {"message": str(error)}, status=404)
    if request.method == "POST":
        if "weg" in request.POST:
            sign.delete()
            gone = _("U bent afgemeld. We hebben uw gegevens gewist.")
            return render(request, "web/following/gone.html", {"message": gone})
        sign.confirmed = True
        sign.save(update_fields=["confirmed"])
    return render(request, "web/meetings/mine.html", {"sign": sign})


@require_safe
@partner_page
def sign_ups(request: HttpRequest, pk: int) -> HttpResponse:
    """Show who comes, to who organises the meeting."""
    found = get_object_or_404(_meetings(), pk=pk)
    if not _manages(request, found):
        raise PermissionDenied(_("Alleen wie de avond organiseert ziet wie er komt."))
    context = {
        "section": "bijeenkomsten",
        "meeting": found,
        "sign_ups": found.sign_ups.filter(confirmed=True),
        "expected": service.expected(found),
        "invited": service.invited(found).count(),
    }
    return render(request, "web/meetings/sign_ups.html", context)


def _meetings() -> QuerySet[Meeting]:
    return Meeting.objects.select_related("organiser", "wijk").defer("mercator", "wijk__geometry", "wijk__mercator")


def _manages(request: HttpRequest, found: Meeting) -> bool:
    rights = rights_of(request.user)
    return rights.everything or rights.secretary or found.organiser_id in rights.edits_for
