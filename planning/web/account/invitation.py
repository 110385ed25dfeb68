"""The page that the link of an invitation opens: join with the account one has, or make one."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.models import EmailAddress
from allauth.account.utils import perform_login
from allauth.socialaccount.adapter import get_adapter as get_service_adapter
from django import forms
from django.contrib import messages
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from planning.partners import joining
from planning.partners.mail import spoken
from planning.partners.models import Invitation, User
from planning.web.headers import may_lead_to_services


class NewAccountForm(forms.Form):
    """Somebody who was invited and has no account yet."""

    first_name = forms.CharField(label=gettext_lazy("Voornaam"), max_length=150)
    last_name = forms.CharField(label=gettext_lazy("Achternaam"), max_length=150)
    password = forms.CharField(
        label=gettext_lazy("Kies een wachtwoord"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=gettext_lazy("Ten minste 12 tekens. Een paar woorden achter elkaar is goed."),
    )

    def __init__(self, *args: Any, email: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.email = email

    def clean(self) -> dict[str, Any]:
        """Refuse a password that is easily guessed, also from the name."""
        data = super().clean() or {}
        person = User(email=self.email, first_name=data.get("first_name", ""), last_name=data.get("last_name", ""))
        if "password" in data:
            try:
                validate_password(data["password"], person)
            except ValidationError as error:
                self.add_error("password", error)
        return data

    def save(self, request: HttpRequest) -> User:
        """Make the account; the link proves the address."""
        data = self.cleaned_data
        user = User(email=self.email, first_name=data["first_name"], last_name=data["last_name"], language=spoken())
        get_adapter().populate_username(request, user)
        user.set_password(data["password"])
        user.save()
        EmailAddress.objects.create(user=user, email=self.email, verified=True, primary=True)
        return user


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
@may_lead_to_services
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Show the invitation, and accept it."""
    found = joining.pending(token)
    if found is None:
        return render(request, "account/invitation_gone.html", status=410)
    if request.user.is_authenticated:
        return _signed_in(request, token, found)
    if joining.people_with(found.email).exists():
        return _page(request, found, has_account=True)
    form = NewAccountForm(request.POST or None, email=found.email)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            user = form.save(request)
            joining.accept(token, user)
        _welcome(request, found)
        answer: HttpResponse = perform_login(request, user, email_verification="none", redirect_url=reverse("planning"))
        return answer
    return _page(request, found, form=form)


def _signed_in(request: HttpRequest, token: str, found: Invitation) -> HttpResponse:
    user: Any = request.user
    refusal = ""
    if request.method == "POST":
        try:
            joining.accept(token, user)
        except joining.InvitationRefused as error:
            refusal = str(error)
        else:
            _welcome(request, found)
            return redirect("planning")
    mine = joining.people_with(found.email).filter(pk=user.pk).exists()
    status = 403 if refusal else 200
    return _page(request, found, status=status, mine=mine, refusal=refusal)


def _page(request: HttpRequest, found: Invitation, status: int = 200, **more: Any) -> HttpResponse:
    providers = get_service_adapter().list_providers(request) if request.user.is_anonymous else []
    context = {"invitation": found, "path": request.path, "providers": providers, **more}
    return render(request, "account/invitation.html", context, status=status)


def _welcome(request: HttpRequest, found: Invitation) -> None:
    messages.success(request, _("Welkom bij %(organisation)s.") % {"organisation": found.organisation.name})
