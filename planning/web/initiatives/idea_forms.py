"""The steps of handing in an idea, as forms."""

from __future__ import annotations

import re
from typing import Any, Final

from django import forms
from django.contrib.gis.geos import GEOSGeometry
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from planning.initiatives.identities import normal_email
from planning.initiatives.models import Theme
from planning.initiatives.photos import LARGEST_BYTES, MOST_PHOTOS, Developed, develop
from planning.initiatives.refusals import RefusedError
from planning.web.fields import EuroField, PhotosField, TypedField
from planning.web.initiatives.places import find_place
from planning.web.public_forms import PublicForm

LONGEST_STORY: Final = 4000
LONGEST_DRAWING: Final = 20_000


class WhatForm(PublicForm):
    """What the idea is."""

    heading = gettext_lazy("Wat is uw idee?")
    title = TypedField(
        label=gettext_lazy("Geef uw idee een naam"),
        max_length=120,
        help_text=gettext_lazy("Kort, zoals: Boomgaard voor de buurt."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": gettext_lazy("Geef uw idee een naam.")},
    )
    story = TypedField(
        label=gettext_lazy("Vertel wat u wilt"),
        max_length=LONGEST_STORY,
        help_text=gettext_lazy("Wat komt er? Voor wie is het? Wie helpt mee?"),
        widget=forms.Textarea(attrs={"rows": 6, "autocomplete": "off"}),
        error_messages={"required": gettext_lazy("Vertel in een paar zinnen wat u wilt.")},
    )
    theme = forms.ChoiceField(
        label=gettext_lazy("Waar gaat het over?"),
        choices=[("", gettext_lazy("Kies wat het best past")), *Theme.choices],
        error_messages={"required": gettext_lazy("Kies waar uw idee over gaat.")},
    )
    asked_eur = EuroField(
        label=gettext_lazy("Hoeveel geld denkt u nodig te hebben?"),
        required=False,
        help_text=gettext_lazy("In euro's. Weet u het niet? Laat het leeg."),
    )


class EitherField(forms.CharField):
    """A text that may be empty only where something else says the same, so the form does not call it optional."""

    either = True


class WhereForm(PublicForm):
    """Where it is: an address, or what was drawn on the map."""

    heading = gettext_lazy("Waar is het?")
    address = EitherField(
        label=gettext_lazy("Postcode en huisnummer, of de straat"),
        max_length=100,
        required=False,
        help_text=gettext_lazy("Van de plek zelf, of van het huis dat er het dichtst bij staat. Zoals 9403 KL 12."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )
    drawing = forms.CharField(required=False, max_length=LONGEST_DRAWING, widget=forms.HiddenInput)
    looks_for_place = forms.BooleanField(
        label=gettext_lazy("Mijn idee kan op meer plekken. Ik zoek nog een goede plek."), required=False
    )
    geometry: GEOSGeometry
    place_label: str

    def clean(self) -> dict[str, Any]:
        """Find the place; what was drawn goes before what was typed."""
        data = super().clean() or {}
        if self.errors.get("address") or self.errors.get("drawing"):
            return data
        try:
            self.geometry, self.place_label = find_place(data.get("address", ""), data.get("drawing", ""))
        except RefusedError as error:
            self.add_error("address", str(error))
        return data


class WhoForm(PublicForm):
    """Whom the team can reach."""

    heading = gettext_lazy("Wie bent u?")
    name = TypedField(
        label=gettext_lazy("Uw naam"),
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": gettext_lazy("Vul uw naam in.")},
    )
    email = forms.CharField(
        label=gettext_lazy("Uw e-mailadres"),
        max_length=254,
        help_text=gettext_lazy("U krijgt een mail om uw idee te bevestigen."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={"required": gettext_lazy("Vul uw e-mailadres in.")},
    )
    phone = forms.CharField(
        label=gettext_lazy("Uw telefoonnummer"),
        max_length=20,
        required=False,
        help_text=gettext_lazy("Mag leeg blijven."),
        widget=forms.TextInput(attrs={"autocomplete": "tel", "type": "tel"}),
    )

    def clean_email(self) -> str:
        """Refuse what is no e-mail address."""
        text: str = self.cleaned_data["email"].strip()
        try:
            normal_email(text)
        except RefusedError as error:
            raise ValidationError(str(error)) from error
        return text

    def clean_phone(self) -> str:
        """Refuse what is no telephone number."""
        text: str = self.cleaned_data["phone"].strip()
        if text and not (re.fullmatch(r"[0-9+()\-\s.]+", text) and 6 <= sum(c.isdigit() for c in text) <= 15):
            raise ValidationError(_("Dit is geen telefoonnummer. Schrijf het zo: 0592 123456."))
        return text


class SendForm(PublicForm):
    """Photos, a last look, and off it goes."""

    heading = gettext_lazy("Klopt het zo?")
    photos = PhotosField(
        label=gettext_lazy("Foto's erbij"),
        required=False,
        help_text=gettext_lazy(
            "Mag, hoeft niet. Hoogstens %(most)s foto's van %(mb)s MB. We halen eruit waar en wanneer ze gemaakt zijn."
        ),
    )
    developed: list[Developed]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        text = self.fields["photos"].help_text
        self.fields["photos"].help_text = text % {"most": MOST_PHOTOS, "mb": LARGEST_BYTES // 1024 // 1024}

    def clean_photos(self) -> list[Any]:
        """Make every photo anew; one that cannot be read is refused by its name."""
        files: list[Any] = self.cleaned_data["photos"]
        if len(files) > MOST_PHOTOS:
            raise ValidationError(_("Kies hoogstens %(most)s foto's.") % {"most": MOST_PHOTOS})
        self.developed = []
        for file in files:
            try:
                self.developed.append(develop(file))
            except RefusedError as error:
                raise ValidationError(f"{file.name[:60]}: {error}") from error
        return files


STEPS: Final[tuple[type[PublicForm], ...]] = (WhatForm, WhereForm, WhoForm, SendForm)
