"""Who handed in an idea keeps it up to date, by a link that only they have."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from planning.coordination.initiatives import with_place
from planning.initiatives import attempts, mailing
from planning.initiatives.identities import normal_email
from planning.initiatives.models import InitiativeState, Initiator, Role, Update
from planning.initiatives.refusals import RefusedError
from planning.initiatives.states import move, next_states
from planning.web.fields import TypedField
from planning.web.public_forms import PublicForm, network_of, public_form

MOST_WAITING = 5
"""So many messages wait at most for the team to read them."""


class UpdateForm(PublicForm):
    """News of the initiative."""

    text = TypedField(
        label=gettext_lazy("Wat is er nieuw?"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4, "autocomplete": "off"}),
        help_text=gettext_lazy("Het team leest uw bericht eerst. Daarna staat het op de site."),
        error_messages={"required": gettext_lazy("Schrijf wat er nieuw is.")},
    )


class LinkForm(PublicForm):
    """Asks for the link once more."""

    email = forms.CharField(
        label=gettext_lazy("Uw e-mailadres"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={"required": gettext_lazy("Vul uw e-mailadres in.")},
    )


STEP_WORDS = {
    InitiativeState.UNDER_WAY: gettext_lazy("We zijn begonnen"),
    InitiativeState.DONE: gettext_lazy("Het is klaar"),
    InitiativeState.WITHDRAWN: gettext_lazy("Ik stop met dit idee"),
}


@public_form
def mine(request: HttpRequest, token: str) -> HttpResponse:
    """Show an idea to who handed it in, and do what they ask."""
    try:
        initiator = mailing.initiator_of(token)
    except RefusedError as error:
        refused = {"section": "initiatieven", "refusal": str(error)}
        return render(request, "web/initiatives/refused.html", refused, status=403)
    form, refusal = UpdateForm(), ""
    if request.method == "POST":
        try:
            done = _do(request, initiator)
        except RefusedError as error:
            refusal = str(error)
        else:
            if isinstance(done, UpdateForm):
                form = done
            else:
                return done
    context = {
        "section": "initiatieven",
        "initiative": initiator.initiative,
        "initiator": initiator,
        "form": form,
        "refusal": refusal,
        "done": request.GET.get("klaar", ""),
        "steps": [(state, STEP_WORDS[state]) for state in next_states(initiator.initiative, Role.INITIATOR)],
        "updates": initiator.initiative.updates.all(),
    }
    return render(request, "web/initiatives/mine.html", context, status=422 if form.is_bound or refusal else 200)


def _do(request: HttpRequest, initiator: Initiator) -> HttpResponse | UpdateForm:
    """Do what was asked; a form with errors comes back."""
    action = request.POST.get("actie", "")
    initiative = initiator.initiative
    if action == "stap":
        state = request.POST.get("stand", "")
        if state not in InitiativeState.values:
            raise RefusedError(_("Deze stap kennen we niet."))
        move(initiative, InitiativeState(state), Role.INITIATOR)
    elif action == "bericht":
        form = UpdateForm(request.POST)
        if not form.is_valid():
            return form
        if initiative.updates.filter(published_at=None).count() >= MOST_WAITING:
            raise RefusedError(_("Er wachten al %(n)s berichten op het team.") % {"n": MOST_WAITING})
        Update.objects.create(
            initiative=initiative, text=form.cleaned_data["text"], role=Role.INITIATOR, written_at=timezone.now()
        )
        mailing.tell_team(initiative, "update_to_read")
    elif action == "wis":
        initiator.delete()
        return HttpResponseRedirect(initiative.get_absolute_url())
    else:
        raise RefusedError(_("Kies wat u wilt doen."))
    return HttpResponseRedirect(f"{request.path}?klaar={action}")


@public_form
def new_link(request: HttpRequest, slug: str) -> HttpResponse:
    """Mail the link once more, to the known address and no other; the answer never tells whether it was that one."""
    initiative = get_object_or_404(with_place(request.user), slug=slug)
    form = LinkForm(request.POST if request.method == "POST" else None)
    context: dict[str, Any] = {"section": "initiatieven", "initiative": initiative, "form": form}
    if request.method == "POST" and form.is_valid():
        try:
            attempts.count("link", network_of(request))
            asked = normal_email(form.cleaned_data["email"])
            initiator = Initiator.objects.filter(initiative=initiative).first()
            if initiator is not None and normal_email(initiator.email) == asked:
                mailing.tell_initiator(initiative, "initiator_link")
        except RefusedError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            return render(request, "web/initiatives/link_sent.html", context)
    return render(request, "web/initiatives/link.html", context, status=422 if form.is_bound else 200)
