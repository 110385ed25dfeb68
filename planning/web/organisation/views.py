"""Who belongs to an organisation and as what; invitations, tokens and how its people sign in. Managers decide."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from planning.partners import joining, own_accounts
from planning.partners.models import Organisation
from planning.partners.permissions import manages, organisations_of, rights_of, roles_granted_by
from planning.web.organisation.forms import InviteForm, RoleForm, TokenForm
from planning.web.organisation.meanings import ROLE_MEANINGS
from planning.web.partner_pages import PersonRequest, partner_page

View = Callable[..., HttpResponse]


def _of_organisation(*, managers: bool) -> Callable[[View], View]:
    """Give a view its organisation: for its own people, or for who manages it."""

    def decorate(view: View) -> View:
        @partner_page
        @wraps(view)
        def found(request: HttpRequest, slug: str, **named: Any) -> HttpResponse:
            organisation = get_object_or_404(Organisation, slug=slug)
            if not manages(request.user, organisation):
                if organisation.pk not in organisations_of(request.user):
                    raise Http404
                if managers:
                    raise PermissionDenied
            return view(request, organisation, **named)

        return found

    return decorate


@require_safe
@partner_page
def organisations(request: HttpRequest) -> HttpResponse:
    """Go to the own organisation, or choose among several."""
    rights = rights_of(request.user)
    found = Organisation.objects.all() if rights.everything else Organisation.objects.filter(pk__in=rights.member_of)
    if len(found) == 1:
        return redirect("organisation", found[0].slug)
    return render(request, "web/organisation/index.html", {"section": "organisatie", "organisations": found})


@require_safe
@_of_organisation(managers=False)
def organisation(request: PersonRequest, organisation: Organisation) -> HttpResponse:
    """Show the organisation."""
    return _page(request, organisation)


@require_POST
@_of_organisation(managers=True)
def invite(request: PersonRequest, organisation: Organisation) -> HttpResponse:
    """Invite somebody."""
    form = InviteForm(request.POST, by=request.user, organisation=organisation)
    invitation = form.save() if form.is_valid() else None
    if invitation is None:
        return _page(request, organisation, invite=form, status=400)
    messages.success(request, _("De uitnodiging voor %(email)s is verstuurd.") % {"email": invitation.email})
    return redirect("organisation", organisation.slug)


@require_POST
@_of_organisation(managers=True)
def resend_invitation(request: PersonRequest, organisation: Organisation, pk: int) -> HttpResponse:
    """Send an invitation anew."""
    invitation = get_object_or_404(organisation.invitations.unanswered(), pk=pk)
    joining.resend(request.user, invitation)
    messages.success(request, _("De uitnodiging is opnieuw verstuurd. De eerdere link werkt niet meer."))
    return redirect("organisation", organisation.slug)


@require_POST
@_of_organisation(managers=True)
def revoke_invitation(request: PersonRequest, organisation: Organisation, pk: int) -> HttpResponse:
    """Take an invitation back."""
    joining.revoke(request.user, get_object_or_404(organisation.invitations.unanswered(), pk=pk))
    messages.success(request, _("De uitnodiging is ingetrokken."))
    return redirect("organisation", organisation.slug)


@require_POST
@_of_organisation(managers=True)
def change_role(request: PersonRequest, organisation: Organisation, pk: int) -> HttpResponse:
    """Give a member another role."""
    membership, form = get_object_or_404(organisation.memberships, pk=pk), RoleForm(request.POST)
    if not form.is_valid():
        return _page(request, organisation, refusal=_("Kies een rol uit de lijst."), status=400)
    try:
        joining.change_role(request.user, membership, form.cleaned_data["role"])
    except ValidationError as error:
        return _page(request, organisation, refusal=error.messages[0], status=400)
    messages.success(request, _("De rol is gewijzigd."))
    return redirect("organisation", organisation.slug)


@require_POST
@_of_organisation(managers=False)
def remove_member(request: PersonRequest, organisation: Organisation, pk: int) -> HttpResponse:
    """Let a member go; everybody may leave by themselves."""
    membership = get_object_or_404(organisation.memberships.select_related("organisation"), pk=pk)
    try:
        joining.remove(request.user, membership)
    except ValidationError as error:
        return _page(request, organisation, refusal=error.messages[0], status=400)
    if membership.user_id == request.user.pk:
        messages.success(request, _("U hoort niet meer bij %(name)s.") % {"name": organisation.name})
        return redirect("account")
    messages.success(request, _("Deze persoon hoort niet meer bij uw organisatie."))
    return redirect("organisation", organisation.slug)


@require_POST
@_of_organisation(managers=True)
def make_token(request: PersonRequest, organisation: Organisation) -> HttpResponse:
    """Make a token, and show its text this once."""
    form = TokenForm(request.POST, by=request.user, organisation=organisation)
    if not form.is_valid():
        return _page(request, organisation, token=form, status=400)
    token, text = form.save()
    response = _page(request, organisation, made=token, made_text=text)
    response["Cache-Control"] = "no-store"
    return response


@require_POST
@_of_organisation(managers=True)
def revoke_token(request: PersonRequest, organisation: Organisation, pk: int) -> HttpResponse:
    """Take a token back."""
    get_object_or_404(organisation.tokens, pk=pk).revoke()
    messages.success(request, _("De sleutel werkt niet meer."))
    return redirect("organisation", organisation.slug)


@require_POST
@_of_organisation(managers=True)
def decide_sign_in(request: PersonRequest, organisation: Organisation, pk: int) -> HttpResponse:
    """Let people join by the organisation's own accounts, or no longer."""
    rule = get_object_or_404(organisation.sign_in_rules.select_related("organisation"), pk=pk)
    if "approve" in request.POST:
        own_accounts.approve(request.user, rule)
        messages.success(request, _("Collega's met zo'n account kunnen nu zelf inloggen."))
    else:
        own_accounts.withdraw(request.user, rule)
        messages.success(request, _("Nieuwe collega's komen nu alleen op uitnodiging."))
    return redirect("organisation", organisation.slug)


def _page(request: PersonRequest, organisation: Organisation, status: int = 200, **more: Any) -> HttpResponse:
    user = request.user
    managing = manages(user, organisation)
    granted = roles_granted_by(user, organisation)
    members = organisation.memberships.select_related("user").order_by(
        "user__first_name", "user__last_name", "user__username"
    )
    context: dict[str, Any] = {
        "section": "organisatie",
        "organisation": organisation,
        "managing": managing,
        "members": [
            {"membership": member, "grantable": member.role in granted, "self": member.user_id == user.pk}
            for member in members
        ],
        "roles": [(role.value, role.label) for role in granted],
        "meanings": ROLE_MEANINGS,
    }
    if managing:
        context |= {
            "invitations": organisation.invitations.unanswered().select_related("invited_by"),
            "tokens": organisation.tokens.select_related("made_by").order_by("revoked", "-created"),
            "rules": organisation.sign_in_rules.select_related("approved_by"),
            "invite": InviteForm(by=user, organisation=organisation),
            "token": TokenForm(by=user, organisation=organisation),
        }
    return render(request, "web/organisation/page.html", {**context, **more}, status=status)
