"""Forms of the account pages."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import LoginForm
from django import forms
from django.utils.translation import gettext_lazy as _

from planning.partners.models import User


class SignInForm(LoginForm):
    """Name and password, in our words."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("E-mailadres of gebruikersnaam")
        self.fields["password"].label = _("Wachtwoord")
        self.fields["password"].help_text = ""
        self.fields["remember"].label = _("Ingelogd blijven op dit apparaat")
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)


class NameForm(forms.ModelForm):
    """What somebody is called."""

    class Meta:
        model = User
        fields = ["first_name", "last_name"]
        labels = {"first_name": _("Voornaam"), "last_name": _("Achternaam")}
