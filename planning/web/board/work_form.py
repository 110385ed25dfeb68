"""All that an owner writes about a work, as a form."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from django import forms
from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from geo.widgets import RdGeometryField, RdMapWidget
from planning.partners.permissions import organisations_edited_by
from planning.partners.viewers import Viewer
from planning.works.kinds import WorkKind
from planning.works.models import Project, Work

ONE_DAY: Final = dt.timedelta(days=1)

GROUPS: Final = (
    (gettext_lazy("Wat en van wie"), ("name", "owner", "project", "kind", "status", "dwellings", "description")),
    (gettext_lazy("Wanneer"), ("planned_start", "planned_finish", "date_precision", "duration_days", "earliest_start",
                               "latest_finish", "actual_start", "actual_finish")),
    (gettext_lazy("Waar"), ("geometry",)),
    (gettext_lazy("Hinder"), ("noise", "dust", "vibration", "hinders_traffic", "disturbs_nests")),
    (gettext_lazy("Bewoners en openbaarheid"), ("visibility", "embargo_until", "tenants_informed_on",
                                                "consent_percentage")),
    (gettext_lazy("Geld"), ("budget_eur",)),
)  # fmt: skip
"""The fields, by what they are about."""

ORDERED: Final = (
    ("planned_start", "planned_finish", gettext_lazy("De laatste dag ligt voor het begin.")),
    ("actual_start", "actual_finish", gettext_lazy("De laatste dag ligt voor het begin.")),
    ("earliest_start", "latest_finish", gettext_lazy("Het uiterste einde ligt voor het vroegste begin.")),
)


class DayInput(forms.DateInput):
    """The browser's own field for a day."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class DayField(forms.DateField):
    """A day."""

    widget = DayInput


class LastDayField(DayField):
    """The last day of a period, of which the first day after is kept."""

    def prepare_value(self, value: Any) -> Any:
        """Show the day before the one that is kept; what was typed stays as it is."""
        return value - ONE_DAY if isinstance(value, dt.date) else value

    def clean(self, value: Any) -> dt.date | None:
        """Return the day after the one that was typed."""
        day = super().clean(value)
        return day if day is None else day + ONE_DAY if day < dt.date.max else day

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare what is shown."""
        return super().has_changed(self.prepare_value(initial), data)


class WorkForm(forms.ModelForm):
    """A work as its owner writes it; knows the version that was read."""

    planned_start = DayField(label=gettext_lazy("Begin"))
    planned_finish = LastDayField(label=gettext_lazy("Laatste dag"))
    earliest_start = DayField(label=gettext_lazy("Niet eerder beginnen dan"), required=False)
    latest_finish = LastDayField(label=gettext_lazy("Uiterlijk klaar op"), required=False)
    actual_start = DayField(label=gettext_lazy("Werkelijk begonnen op"), required=False)
    actual_finish = LastDayField(label=gettext_lazy("Werkelijk laatste dag"), required=False)
    embargo_until = DayField(label=gettext_lazy("Openbaar vanaf"), required=False)
    tenants_informed_on = DayField(label=gettext_lazy("Bewoners ingelicht op"), required=False)
    geometry = RdGeometryField(
        label=gettext_lazy("Plek"),
        srid=28992,
        widget=RdMapWidget(backgrounds=(reverse_lazy("work-buurten"), reverse_lazy("work-outlines"))),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    reason = forms.CharField(
        label=gettext_lazy("Waarom deze wijziging?"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Dit komt in de geschiedenis van het werk."),
    )
    confirmed = forms.BooleanField(label=gettext_lazy("Ik bevestig dat toegezegde data veranderen"), required=False)

    class Meta:
        model = Work
        fields = [name for _title, names in GROUPS for name in names]
        widgets = {"description": forms.Textarea(attrs={"rows": 4})}

    def __init__(self, viewer: Viewer, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = organisations_edited_by(viewer)
        self.fields["project"].queryset = Project.objects.filter(owner__in=own.values("pk"))  # type: ignore[attr-defined]
        self.fields["project"].empty_label = _("geen project")  # type: ignore[attr-defined]
        self.fields["kind"].choices = [("", _("kies een soort")), *WorkKind.choices]  # type: ignore[attr-defined]
        self.fields["reason"].required = self.instance.pk is not None
        if self.instance.pk is None:
            self.fields["owner"].queryset = own  # type: ignore[attr-defined]
            self.fields.pop("confirmed")
            if own.count() == 1:
                self.fields["owner"].initial = own.get()
        else:
            # A work stays its owner's.
            self.fields.pop("owner")
            self.initial["version"] = self.instance.version

    @property
    def groups(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The fields by what they are about."""
        return [(str(title), [self[name] for name in names if name in self.fields]) for title, names in GROUPS]

    def clean(self) -> dict[str, Any]:
        """Refuse periods in the wrong order, another's project, and promised dates that move unconfirmed."""
        data = super().clean() or {}
        for first, last, said in ORDERED:
            start, finish = data.get(first), data.get(last)
            if start is not None and finish is not None and finish <= start:
                self.add_error(last, str(said))
        owner = data.get("owner") or (self.instance.owner if self.instance.pk else None)
        project = data.get("project")
        if project is not None and owner is not None and project.owner_id != owner.pk:
            self.add_error("project", _("Dit is van een andere eigenaar."))
        moves = {"planned_start", "planned_finish"} & set(self.changed_data)
        if self.instance.pk and self.instance.is_frozen and moves and not data.get("confirmed"):
            self.add_error("confirmed", _("De data van dit werk zijn toegezegd; bevestig dat ze veranderen."))
        return data

    def changed_values(self) -> dict[str, Any]:
        """Return the fields of the work that were changed, with their new values."""
        return {name: self.cleaned_data[name] for name in self.changed_data if name in self.Meta.fields}
