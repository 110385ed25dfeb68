"""How people sign in, in the admin: the partners' sign-in services, whom they may bring, and factors that were lost."""

from __future__ import annotations

from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from allauth.usersessions.models import UserSession
from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from planning.partners import own_accounts
from planning.partners.models import Invitation, SignInRule
from planning.web.admin.access import ReadOnlyAdmin, access_of

# The library's own pages show secrets, and more than anybody needs.
for model in (SocialToken, UserSession, EmailAddress, SocialApp, SocialAccount, Authenticator):
    admin.site.unregister(model)


class SuperuserAdmin(admin.ModelAdmin):
    """What only a superuser sees and changes."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Whether this is a superuser."""
        return access_of(request).everything


class ServiceForm(forms.ModelForm):
    """A sign-in service by OpenID Connect; its secret is written, never shown."""

    server_url = forms.URLField(
        label=gettext_lazy("Adres"),
        assume_scheme="https",
        help_text=gettext_lazy("Waaronder /.well-known/openid-configuration staat."),
    )
    verified_email = forms.CharField(
        label=gettext_lazy("Staat in voor adressen op"),
        required=False,
        help_text=gettext_lazy(
            "Domeinen, met komma's ertussen, waarvan u zeker weet dat de dienst de adressen zelf uitgeeft. Nodig waar "
            "de dienst niet zegt dat een adres gecontroleerd is (email_verified), zoals bij Microsoft Entra."
        ),
    )

    class Meta:
        model = SocialApp
        fields = ["name", "provider_id", "client_id", "secret"]
        labels = {
            "name": gettext_lazy("Naam op de knop"),
            "provider_id": gettext_lazy("Kenmerk"),
            "client_id": gettext_lazy("Client-id"),
            "secret": gettext_lazy("Geheim"),
        }
        widgets = {"secret": forms.PasswordInput(attrs={"autocomplete": "new-password", "class": "vTextField"})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["provider_id"].required = True
        self.fields["provider_id"].validators = [forms.SlugField().default_validators[0]]
        self.fields["provider_id"].help_text = _(
            "Kort, zonder spaties, zoals “assen”. Het staat in het adres waarheen "
        )
        self.fields["provider_id"].help_text += _("de dienst mensen terugstuurt: /account/eigen-account/assen/terug/.")
        if self.instance.pk:
            self.fields["secret"].help_text = _("Leeg: het geheim blijft zoals het is.")
            self.initial["server_url"] = self.instance.settings.get("server_url", "")
            self.initial["verified_email"] = ", ".join(self.instance.settings.get("verified_email") or [])

    def clean_secret(self) -> str:
        """Keep the secret where nothing was written."""
        return self.cleaned_data["secret"] or self.instance.secret

    def save(self, commit: bool = True) -> Any:
        """Put what allauth keeps apart in its place."""
        domains = self.cleaned_data["verified_email"].replace("@", "").split(",")
        self.instance.provider = "openid_connect"
        self.instance.settings = {
            **self.instance.settings,
            "server_url": self.cleaned_data["server_url"],
            "verified_email": [domain.strip().lower() for domain in domains if domain.strip()],
        }
        return super().save(commit)


@admin.register(SocialApp)
class ServiceAdmin(SuperuserAdmin):
    """The partners' sign-in services."""

    form = ServiceForm
    list_display = ["name", "provider_id"]


@admin.register(SignInRule)
class SignInRuleAdmin(SuperuserAdmin):
    """Whom a service may bring; a manager of the organisation, or a superuser, approves."""

    list_display = ["organisation", "provider_id", "claim", "value", "role", "approved_at"]
    list_filter = ["organisation", "provider_id"]
    list_select_related = ["organisation"]
    readonly_fields = ["approved_by", "approved_at"]
    actions = ["approve"]

    @admin.action(description=gettext_lazy("Keur deze regels goed"), permissions=["change"])
    def approve(self, request: HttpRequest, rules: Any) -> None:
        """Let people join by these rules."""
        for rule in rules.select_related("organisation"):
            own_accounts.approve(request.user, rule)  # type: ignore[arg-type]

    def save_model(self, request: HttpRequest, obj: SignInRule, form: Any, change: bool) -> None:
        """Ask for approval anew where the rule says something else."""
        if form.changed_data:
            obj.approved_by = obj.approved_at = None
        super().save_model(request, obj, form, change)


@admin.register(SocialAccount)
class OwnAccountAdmin(SuperuserAdmin):
    """Which account of a partner belongs to whom; it can be untied."""

    list_display = ["user", "provider", "uid", "last_login"]
    list_filter = ["provider"]
    list_select_related = ["user"]
    search_fields = ["user__username", "user__email", "uid"]
    fields = ["user", "provider", "uid", "date_joined", "last_login"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody ties an account to another person."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any | None = None) -> bool:
        """Nobody ties it to somebody else either."""
        return False


@admin.register(Authenticator)
class SecondFactorAdmin(SuperuserAdmin):
    """Second factors; who lost one can sign in again when it is removed here."""

    list_display = ["user", "kind", "created_at", "last_used_at"]
    list_filter = ["type"]
    list_select_related = ["user"]
    search_fields = ["user__username", "user__email"]
    fields = ["user", "kind", "created_at", "last_used_at"]
    readonly_fields = ["kind"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody makes a factor for another."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any | None = None) -> bool:
        """Nobody changes one either."""
        return False

    @admin.display(description=gettext_lazy("soort"), ordering="type")
    def kind(self, factor: Authenticator) -> str:
        """Return in words what it is."""
        words = {"totp": _("app met codes"), "webauthn": _("sleutel"), "recovery_codes": _("herstelcodes")}
        return words.get(factor.type, str(factor.type))


@admin.register(Invitation)
class InvitationAdmin(ReadOnlyAdmin):
    """All invitations; they are sent and taken back on the page of the organisation."""

    list_display = ["email", "organisation", "role", "invited_by", "sent_at", "expires_at", "accepted_at", "revoked_at"]
    list_filter = ["organisation", "role"]
    list_select_related = ["organisation", "invited_by"]
    search_fields = ["email"]

    def has_view_permission(self, request: HttpRequest, obj: Any | None = None) -> bool:
        """Let superusers look."""
        return access_of(request).everything

    has_module_permission = has_view_permission
