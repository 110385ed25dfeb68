"""Form fields as people here fill them in."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from geo.text import as_typed

_THOUSANDS = re.compile(r"^\d{1,3}(\.\d{3})+$")


class EuroField(forms.Field):
    """An amount in euros as it is written here: "1500", "1.500", "1500,50", "€ 1.500,-"."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "size": 10})
    default_error_messages = {
        "invalid": _("Schrijf een bedrag in euro's, zoals 1500 of 1.500,50."),
        "range": _("Schrijf een bedrag van 1 tot 9.999.999 euro."),
    }

    def prepare_value(self, value: Any) -> Any:
        """Return an amount as it is written here."""
        if not isinstance(value, Decimal):
            return value
        return f"{value:.2f}".removesuffix(".00").replace(".", ",")

    def to_python(self, value: Any) -> Decimal | None:
        """Return the amount; None where nothing was filled in."""
        text = re.sub(r"[\s€]|,-+$", "", str(value or ""))
        if not text:
            return None
        whole, _comma, cents = text.partition(",")
        if _THOUSANDS.match(whole):
            whole = whole.replace(".", "")
        try:
            amount = Decimal(f"{whole}.{cents}" if cents else whole)
        except InvalidOperation as error:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from error
        if not amount.is_finite():
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        if not 1 <= amount <= 9_999_999:
            raise ValidationError(self.error_messages["range"], code="range")
        return amount.quantize(Decimal("0.01"))


class TypedField(forms.CharField):
    """A text of somebody whom we do not know: without controls, and without what makes other text read backward."""

    def to_python(self, value: Any) -> Any:
        """Return the text as it reads."""
        return as_typed(super().to_python(value) or "")


class PhotosInput(forms.ClearableFileInput):
    """Several files at once."""

    allow_multiple_selected = True
    template_name = "django/forms/widgets/file.html"


class PhotosField(forms.FileField):
    """Several photos; what each of them is, is judged by its content and not here."""

    widget = PhotosInput(attrs={"accept": "image/jpeg,image/png,image/webp"})

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        """Return the files that were chosen; none is fine."""
        files = data if isinstance(data, list | tuple) else [data] if data else []
        return [super(PhotosField, self).clean(file, initial) for file in files]
