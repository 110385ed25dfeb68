"""What the forms of these pages send, read with distrust: the words say what is wrong and nothing typed is lost."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from geo.models import Wijk
from planning.coordination.models import Scenario
from planning.coordination.proposals.sending import ANSWER_WITHIN_DAYS
from planning.coordination.searches import Asked
from planning.partners.models import Organisation
from planning.partners.permissions import organisations_edited_by
from planning.partners.viewers import Scope

if TYPE_CHECKING:
    from planning.partners.viewers import Viewer

SECONDS: Final = [("10", _("10 seconden")), ("30", _("een halve minuut")), ("120", _("2 minuten")),
                  ("300", _("5 minuten"))]  # fmt: skip
ALL, OWN = "alle", "eigen"


def day_field(label: Any, **options: Any) -> forms.DateField:
    """Return a field for a day, as browsers send it."""
    return forms.DateField(
        label=label,
        widget=forms.DateInput(attrs={"type": "date", "min": "2000-01-01", "max": "2100-01-01"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d"],
        **options,
    )


class OwnedForm(forms.Form):
    """A form that is sent for one of the organisations that the viewer plans for."""

    namens = forms.ModelChoiceField(Organisation.objects.none(), label=_("Namens"), to_field_name="slug")

    def __init__(self, viewer: Viewer, data: Mapping[str, Any] | None = None, **options: Any) -> None:
        super().__init__(data, **options)
        own = organisations_edited_by(viewer, Scope.PROPOSALS_WRITE).order_by("name")
        field = self.fields["namens"]
        field.queryset = own  # type: ignore[attr-defined]
        field.empty_label = None  # type: ignore[attr-defined]
        if len(own) == 1:
            # Who plans for one organisation is not asked for which.
            field.widget, field.initial, field.required = forms.HiddenInput(), own[0].slug, True

    @property
    def owner(self) -> Organisation:
        """The organisation that was chosen."""
        owner: Organisation = self.cleaned_data["namens"]
        return owner


class ScenarioForm(OwnedForm):
    """A scenario to make by hand."""

    naam = forms.CharField(label=_("Naam"), max_length=120)
    wijk = forms.ModelChoiceField(
        Wijk.objects.defer("geometry", "mercator").order_by("name"), label=_("Wijk"), to_field_name="slug",
        required=False, empty_label=_("alle wijken"),
    )  # fmt: skip


class SearchForm(ScenarioForm):
    """A search to start: what may move, and how long to look."""

    wie = forms.ChoiceField(
        label=_("Wiens werk mag schuiven"),
        choices=[(ALL, _("van alle eigenaren")), (OWN, _("alleen van onszelf"))],
        initial=ALL,
    )
    tijd = forms.ChoiceField(label=_("Zoektijd"), choices=SECONDS, initial="30")

    def asked(self) -> Asked:
        """Return what is asked of the search."""
        given = self.cleaned_data
        return Asked(
            wijken=[given["wijk"].pk] if given["wijk"] else None,
            owners=[self.owner.pk] if given["wie"] == OWN else None,
            seconds=float(given["tijd"]),
        )


class SearchOnForm(forms.Form):
    """A search that goes on from what a scenario holds."""

    wie = forms.ChoiceField(
        label=_("Wiens werk mag schuiven"),
        choices=[(ALL, _("van alle eigenaren")), (OWN, _("alleen van onszelf"))],
        initial=ALL,
    )
    tijd = forms.ChoiceField(label=_("Zoektijd"), choices=SECONDS, initial="30")

    def asked(self, scenario: Scenario) -> Asked:
        """Return what is asked of the search."""
        return Asked(
            wijken=[scenario.wijk_id] if scenario.wijk_id else None,
            owners=[scenario.owner_id] if self.cleaned_data["wie"] == OWN else None,
            seconds=float(self.cleaned_data["tijd"]),
        )


class PeriodForm(forms.Form):
    """Another period for a work; the last day is still worked on, as people write it."""

    werk = forms.IntegerField(min_value=1, max_value=2**62, widget=forms.HiddenInput())
    begin = day_field(_("Begin"))
    einde = day_field(_("Laatste dag"))
    vast = forms.BooleanField(label=_("vastzetten"), required=False)

    def clean(self) -> dict[str, Any]:
        """Demand that it ends after it begins."""
        given = super().clean() or {}
        if given.get("begin") and given.get("einde") and given["einde"] < given["begin"]:
            self.add_error("einde", _("Het einde moet na het begin liggen."))
        return given

    @property
    def period(self) -> tuple[dt.date, dt.date]:
        """The period, its finish the first day after."""
        return self.cleaned_data["begin"], self.cleaned_data["einde"] + dt.timedelta(days=1)


class LetterForm(OwnedForm):
    """What is said with a proposal."""

    titel = forms.CharField(label=_("Titel"), max_length=120)
    waarom = forms.CharField(
        label=_("Waarom"), required=False, max_length=10_000, widget=forms.Textarea(attrs={"rows": 4})
    )
    antwoord = day_field(_("Antwoord voor"))

    def __init__(self, viewer: Viewer, data: Mapping[str, Any] | None = None, **options: Any) -> None:
        initial = {"antwoord": dt.date.today() + dt.timedelta(days=ANSWER_WITHIN_DAYS), **options.pop("initial", {})}
        super().__init__(viewer, data, initial=initial, **options)
