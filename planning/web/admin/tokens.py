"""Tokens of organisations in the admin: managers give them away and take them back; their text is shown once."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from rest_framework_api_key.models import APIKey

from planning.partners.models import LONGEST_DAYS, Organisation, Token, User
from planning.partners.permissions import scopes_granted_by
from planning.partners.viewers import Scope
from planning.web.admin.access import PartnerAdmin, access_of

# The library's own keys belong to nobody; ours belong to an organisation.
admin.site.unregister(APIKey)


class TokenForm(forms.ModelForm):
    """A new token: of whom, for what, what it may, how long."""

    person: User
    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("Mag"), choices=Scope.choices, widget=forms.CheckboxSelectMultiple
    )
    days = forms.IntegerField(
        label=gettext_lazy("Werkt zoveel dagen"), min_value=1, max_value=LONGEST_DAYS, initial=365
    )

    class Meta:
        model = Token
        fields = ["organisation", "name"]

    def clean(self) -> dict[str, Any]:
        """Refuse what this person may not give away."""
        data = super().clean() or {}
        organisation = data.get("organisation")
        if organisation is not None:
            granted = scopes_granted_by(self.person, organisation)
            if refused := [scope for scope in data.get("scopes", []) if scope not in granted]:
                self.add_error("scopes", _("Dit mag u niet weggeven: %(what)s.") % {"what": ", ".join(refused)})
        return data


@admin.register(Token)
class TokenAdmin(PartnerAdmin):
    """Tokens: given away and taken back, never changed."""

    form = TokenForm
    list_display = ["name", "organisation", "prefix", "made_by", "created", "expiry_date", "last_used_on", "revoked"]
    list_filter = ["organisation", "revoked"]
    list_select_related = ["organisation", "made_by"]
    search_fields = ["name", "prefix"]
    actions = ["revoke"]

    def may_change(self, request: HttpRequest, obj: Token | None = None) -> bool:
        """Whether this person manages the organisation."""
        rights = access_of(request)
        if rights.everything:
            return True
        return bool(rights.manages) if obj is None else obj.organisation_id in rights.manages

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Show tokens to who manages them."""
        return self.may_change(request)

    has_view_permission = may_change

    def has_change_permission(self, request: HttpRequest, obj: Any | None = None) -> bool:
        """Nobody: who wants another scope gives another token away."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any | None = None) -> bool:
        """Nobody: the history names tokens, also those that were taken back."""
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Token]:
        """Keep the tokens of organisations that this person manages."""
        rights, tokens = access_of(request), super().get_queryset(request)
        return tokens if rights.everything else tokens.filter(organisation__in=rights.manages)

    def get_fields(self, request: HttpRequest, obj: Token | None = None) -> Any:
        """Ask little; show all but the hash."""
        if obj is None:
            return ["organisation", "name", "scopes", "days"]
        return [
            "organisation",
            "name",
            "prefix",
            "what",
            "made_by",
            "created",
            "expiry_date",
            "last_used_on",
            "revoked",
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: Token | None = None) -> list[str]:
        """Let nothing be changed afterwards."""
        return [] if obj is None else list(self.get_fields(request, obj))

    def get_form(self, request: HttpRequest, obj: Token | None = None, change: bool = False, **kwargs: Any) -> Any:
        """Tell the form who asks, and offer only organisations that this person manages."""
        form: Any = super().get_form(request, obj, change, **kwargs)
        form.person = request.user
        if not access_of(request).everything and "organisation" in form.base_fields:
            form.base_fields["organisation"].queryset = Organisation.objects.filter(pk__in=access_of(request).manages)
        return form

    def save_model(self, request: HttpRequest, obj: Token, form: Any, change: bool) -> None:
        """Make the token, and show its text this once."""
        given = form.cleaned_data
        token, text = Token.objects.issue(
            obj.organisation, obj.name, given["scopes"], by=form.person, days=given["days"]
        )
        obj.pk = token.pk
        said = _("De sleutel is %(text)s. Bewaar hem nu: hij is nergens terug te vinden. Hij werkt tot %(until)s.")
        messages.warning(request, said % {"text": text, "until": date_format(token.expiry_date, "j F Y")})

    @admin.display(description=gettext_lazy("mag"))
    def what(self, token: Token) -> str:
        """Return in words what it may."""
        labels = dict(Scope.choices)
        return "; ".join(str(labels[scope]) for scope in token.scopes)

    @admin.action(description=gettext_lazy("Trek deze sleutels in"), permissions=["add"])
    def revoke(self, request: HttpRequest, tokens: QuerySet[Token]) -> None:
        """Take tokens back."""
        for token in tokens.filter(revoked=False):
            token.revoke()
        number = len(tokens)
        messages.info(
            request,
            ngettext("%(n)s sleutel werkt niet meer.", "%(n)s sleutels werken niet meer.", number) % {"n": number},
        )
