"""Forms of the page of an organisation."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from planning.partners import joining
from planning.partners.models import LONGEST_DAYS, Invitation, Membership, Organisation, Token, User
from planning.partners.permissions import roles_granted_by, scopes_granted_by


class InviteForm(forms.Form):
    """Whom to invite, and as what."""

    email = forms.EmailField(label=_("E-mailadres"), max_length=254)
    role = forms.ChoiceField(label=_("Rol"))

    def __init__(self, *args: Any, by: User, organisation: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by, self.organisation = by, organisation
        roles = [(role.value, role.label) for role in roles_granted_by(by, organisation)]
        self.fields["role"].choices = roles  # type: ignore[attr-defined]
        self.fields["email"].widget.attrs["autocomplete"] = "off"

    def save(self) -> Invitation | None:
        """Send the invitation; None, with what stands in the way in the form, where it cannot be."""
        data = self.cleaned_data
        try:
            return joining.invite(self.by, self.organisation, data["email"], data["role"])
        except ValidationError as error:
            self.add_error("email", error)
            return None


class RoleForm(forms.Form):
    """Another role for a member."""

    role = forms.ChoiceField(label=_("Rol"), choices=Membership.Role.choices)


class TokenForm(forms.Form):
    """What a new token is for, and what it may do."""

    name = forms.CharField(label=_("Waarvoor"), max_length=50, help_text=_("Zoals “QGIS van Anna” of “koppeling GIS”."))
    scopes = forms.MultipleChoiceField(label=_("Mag"), widget=forms.CheckboxSelectMultiple)
    days = forms.IntegerField(label=_("Werkt zoveel dagen"), min_value=1, max_value=LONGEST_DAYS, initial=365)

    def __init__(self, *args: Any, by: User, organisation: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by, self.organisation = by, organisation
        scopes = [(scope.value, scope.label) for scope in scopes_granted_by(by, organisation)]
        self.fields["scopes"].choices = scopes  # type: ignore[attr-defined]

    def save(self) -> tuple[Token, str]:
        """Make the token; return it with its text, which is shown once."""
        data = self.cleaned_data
        return Token.objects.issue(self.organisation, data["name"], data["scopes"], by=self.by, days=data["days"])
