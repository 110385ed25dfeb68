"""The forms of the team's pages."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.contrib.gis.geos import MultiPolygon, Polygon
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from planning.initiatives.models import Grant, GrantBudget, Initiative
from planning.initiatives.refusals import RefusedError
from planning.initiatives.support.areas import LARGEST_RADIUS_M
from planning.partners.models import Organisation
from planning.web.fields import EuroField
from planning.web.initiatives.places import read_drawing

REASON = gettext_lazy("Iedereen kan dit lezen.")


class TeamForm(forms.Form):
    """What the forms share: no colon after a label, and names that cannot clash on one page."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": f"{type(self).__name__.lower()}-%s", "label_suffix": ""} | kwargs)


class TextForm(forms.ModelForm):
    """The words of an initiative, as the team betters them."""

    crowdfunding_url = forms.URLField(
        label=gettext_lazy("Adres van de inzamelactie"),
        required=False,
        assume_scheme="https",
        widget=forms.URLInput(attrs={"placeholder": "https://"}),
    )
    crowdfunding_goal_eur = EuroField(label=gettext_lazy("Doel van de inzamelactie in euro"), required=False)
    crowdfunding_raised_eur = EuroField(label=gettext_lazy("Al opgehaald in euro"), required=False)

    class Meta:
        model = Initiative
        fields = (
            "title",
            "summary",
            "story",
            "theme",
            "looks_for_place",
            "crowdfunding_url",
            "crowdfunding_goal_eur",
            "crowdfunding_raised_eur",
        )
        widgets = {
            "summary": forms.Textarea(attrs={"rows": 2}),
            "story": forms.Textarea(attrs={"rows": 8}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "textform-%s", "label_suffix": ""} | kwargs)

    def clean_crowdfunding_url(self) -> str:
        """Take only addresses that a browser opens safely."""
        address: str = self.cleaned_data["crowdfunding_url"] or ""
        if address and not address.startswith("https://"):
            raise forms.ValidationError(_("Een inzamelactie staat op een adres dat met https:// begint."))
        return address


class AreaForm(TeamForm):
    """Which addresses have a say: a radius, or what was drawn."""

    radius_m = forms.IntegerField(
        label=gettext_lazy("Straal in meter"), min_value=1, max_value=LARGEST_RADIUS_M, required=False
    )
    drawing = forms.CharField(required=False, max_length=20_000, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        """Read what was drawn; it goes before the radius."""
        data = super().clean() or {}
        data["geometry"] = None
        if data.get("drawing"):
            try:
                drawn = read_drawing(data["drawing"])
            except RefusedError as error:
                self.add_error("radius_m", str(error))
                return data
            if not isinstance(drawn, Polygon):
                self.add_error("radius_m", _("Teken een vlak, geen punt of lijn."))
                return data
            data["geometry"], data["radius_m"] = MultiPolygon(drawn, srid=drawn.srid), None
        elif not self.errors and not data.get("radius_m"):
            self.add_error("radius_m", _("Vul een straal in, of teken het gebied."))
        return data


class RedrawForm(AreaForm):
    """Counting anew, in the same or in another area."""

    reason = forms.CharField(label=gettext_lazy("Waarom telt u opnieuw?"), max_length=240, help_text=REASON)


class CorrectForm(TeamForm):
    """Voices to add or take off."""

    in_favour = forms.IntegerField(
        label=gettext_lazy("Stemmen voor erbij"), required=False, help_text=gettext_lazy("Eraf? Zet er een min voor.")
    )
    against = forms.IntegerField(label=gettext_lazy("Stemmen tegen erbij"), required=False)
    reason = forms.CharField(label=gettext_lazy("Waarom?"), max_length=240, help_text=REASON)


class StepForm(TeamForm):
    """A step along the road."""

    state = forms.ChoiceField(label=gettext_lazy("Nieuwe stand"))
    reason = forms.CharField(
        label=gettext_lazy("Reden"),
        max_length=240,
        required=False,
        help_text=gettext_lazy("Nodig bij afwijzen en bij een stap terug. Iedereen kan dit lezen."),
    )

    def __init__(self, *args: Any, states: list[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(state.value, state.label) for state in states]
        self.fields["state"].choices = [("", _("kies een stap")), *choices]  # type: ignore[attr-defined]


class GrantForm(TeamForm):
    """What a partner gives."""

    partner = forms.ModelChoiceField(label=gettext_lazy("Van welke partner?"), queryset=Organisation.objects.none())
    kind = forms.ChoiceField(label=gettext_lazy("Wat?"), choices=Grant.Kind.choices)
    amount_eur = EuroField(label=gettext_lazy("Bedrag in euro"), required=False, help_text=gettext_lazy("Bij geld."))
    hours = forms.DecimalField(
        label=gettext_lazy("Uren"),
        required=False,
        max_digits=6,
        decimal_places=1,
        min_value=Decimal("0.1"),
        localize=True,
        help_text=gettext_lazy("Bij mensen; mag leeg blijven."),
    )
    description = forms.CharField(label=gettext_lazy("In woorden"), max_length=200)
    on = forms.DateField(label=gettext_lazy("Op"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    beyond_reason = forms.CharField(
        label=gettext_lazy("Reden om meer te geven dan er over is"),
        max_length=240,
        required=False,
        help_text=gettext_lazy("Alleen als het budget niet genoeg is."),
    )

    def __init__(self, *args: Any, partners: QuerySet[Organisation], **kwargs: Any) -> None:
        kwargs["initial"] = {"on": timezone.localdate()} | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        self.fields["partner"].queryset = partners  # type: ignore[attr-defined]
        self.fields["partner"].empty_label = _("kies een partner")  # type: ignore[attr-defined]


class NewsForm(TeamForm):
    """News by the team."""

    text = forms.CharField(
        label=gettext_lazy("Bericht van het team"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )


class BudgetForm(forms.ModelForm):
    """What a partner sets aside."""

    class Meta:
        model = GrantBudget
        fields = ("partner", "wijk", "year", "money_eur", "people_hours")
        localized_fields = ("money_eur", "people_hours")

    def __init__(self, *args: Any, partners: QuerySet[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": ""} | kwargs)
        self.fields["partner"].queryset = partners  # type: ignore[attr-defined]
        self.fields["partner"].empty_label = _("kies een partner")  # type: ignore[attr-defined]
        self.fields["wijk"].empty_label = _("kies een wijk")  # type: ignore[attr-defined]
