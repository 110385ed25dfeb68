"""What a person sees and changes of the own account, besides what django-allauth's pages do."""

from __future__ import annotations

from typing import Final

from allauth.mfa.utils import is_mfa_enabled
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from planning.partners import outbox
from planning.partners.mail_folder import sent_mails as kept_mails
from planning.partners.mail_server import FOLDER
from planning.partners.permissions import acts_for_team, is_superuser
from planning.partners.viewers import Scope
from planning.web.account.devices import device
from planning.web.account.forms import NameForm

MOST_SHOWN: Final = 200
"""Mails that could not be sent, on one page."""


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def overview(request: HttpRequest) -> HttpResponse:
    """Show the own account, and keep another name."""
    form = NameForm(request.POST or None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Uw naam is bewaard."))
        return redirect("account")
    return render(request, "account/overview.html", {"form": form, "has_second_factor": is_mfa_enabled(request.user)})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def sessions(request: HttpRequest) -> HttpResponse:
    """Show where this person is signed in; end one of those, or all others."""
    current = request.session.session_key
    if request.method == "POST":
        mine = UserSession.objects.filter(user=request.user)
        if "all" in request.POST:
            ended = list(mine.exclude(session_key=current))
        else:
            number = request.POST.get("session", "")
            ended = [get_object_or_404(mine, pk=int(number) if number.isdecimal() and len(number) < 19 else 0)]
        for session in ended:
            session.end()
        if any(session.session_key == current for session in ended):
            return redirect("account_login")
        messages.success(request, _("Daar bent u nu uitgelogd."))
        return redirect("account_sessions")
    found = UserSession.objects.purge_and_list(request.user)
    rows = [
        {"session": session, "device": device(session.user_agent), "current": session.session_key == current}
        for session in sorted(found, key=lambda each: each.created_at, reverse=True)
    ]
    return render(request, "account/sessions.html", {"rows": rows})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def sent_mails(request: HttpRequest) -> HttpResponse:
    """Show the mails that could not be sent, to try them again; at the demonstration also those kept instead."""
    if not acts_for_team(request.user, Scope.INITIATIVES_WRITE):
        raise Http404
    if request.method == "POST":
        number = request.POST.get("mail", "")
        if not outbox.send_again(int(number) if number.isdecimal() and len(number) < 19 else 0):
            raise Http404
        messages.success(request, _("De mail wordt opnieuw verstuurd."))
        return redirect("sent-mails")
    keeps = settings.EMAIL_BACKEND == FOLDER and is_superuser(request.user)
    context = {
        "failed": list(outbox.failed()[:MOST_SHOWN]),
        "keeps": keeps,
        "mails": list(kept_mails()) if keeps else [],
    }
    return render(request, "account/sent_mails.html", context)
