"""Findings, to be read, and how rules are set."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from geo.admin import MapAdmin
from geo.models import Buurt
from planning.coordination.models import Finding, RuleSetting
from planning.coordination.rows import page_language, rule_title
from planning.sequencing.rules import rule_types
from planning.sequencing.rules.base import Parameter
from planning.web.admin.access import ReadOnlyAdmin
from planning.web.admin.syncing import sync_after

PREFIX: Final = "limit_"
"""Before the name of a rule's parameter, so that no parameter can be mistaken for a field of the setting."""

UNITS: Final = {
    "m": gettext_lazy("meter"),
    "m2": gettext_lazy("m²"),
    "weeks": gettext_lazy("weken"),
    "years": gettext_lazy("jaar"),
    "days": gettext_lazy("dagen"),
    "MM-DD": gettext_lazy("maand-dag, zoals 03-15"),
    "%": "%",
}


@admin.register(Finding)
class FindingAdmin(ReadOnlyAdmin, MapAdmin):
    """What the rules found; it follows from the plan, so it is mended there."""

    list_display = ["sentence_nl", "rule_name", "kind", "severity", "wijk", "start", "open"]
    list_filter = ["kind", "severity", "rule", "wijk", ("resolved_at", admin.EmptyFieldListFilter)]
    list_select_related = ["wijk"]
    list_per_page = 50
    search_fields = ["sentence_nl", "sentence_en", "rule"]
    date_hierarchy = "start"
    fields = [
        "sentence_nl", "sentence_en", "rule_name", ("kind", "severity"), "wijk", ("start", "finish"), "works",
        "initiatives", "meetings", ("first_seen", "changed_at", "resolved_at"), "on_map",
    ]  # fmt: skip
    readonly_fields = ["rule_name", "on_map"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Finding]:
        """Keep findings of which this person may see every work."""
        seen = Finding.objects.visible_to(request.user).values("pk")
        return super().get_queryset(request).filter(pk__in=seen).defer("geometry", "mercator")

    @admin.display(description=gettext_lazy("regel"), ordering="rule")
    def rule_name(self, finding: Finding) -> str:
        """Return what its rule is called."""
        return rule_title(finding.rule)

    @admin.display(description=gettext_lazy("open"), boolean=True, ordering="resolved_at")
    def open(self, finding: Finding) -> bool:
        """Whether it still holds."""
        return finding.resolved_at is None

    @admin.display(description=gettext_lazy("op de kaart"))
    def on_map(self, finding: Finding) -> str:
        """Return a link to it on the map."""
        return format_html(
            '<a href="{}?m={}&amp;plek=finding:{}">{}</a>',
            reverse("kaart"),
            f"{finding.start:%Y-%m}",
            finding.pk,
            _("bekijk de plek"),
        )


class RuleSettingForm(forms.ModelForm):
    """How a municipality sets one rule: each limit in a field of its own, with the default beside it."""

    class Meta:
        model = RuleSetting
        fields = ["municipality_code", "rule", "enabled"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "rule" in self.fields:
            self.fields["rule"] = forms.ChoiceField(
                label=_("Regel"), choices=[(rule, rule_title(rule)) for rule in rule_types()]
            )
        if "municipality_code" in self.fields and not self.instance.pk:
            code = Buurt.objects.order_by("municipality_code").values_list("municipality_code", flat=True).first()
            self.fields["municipality_code"].initial = code

    def clean(self) -> dict[str, Any]:
        """Gather the limits that differ from the default."""
        data = super().clean() or {}
        known = _parameters(self.instance.rule if self.instance.pk else data.get("rule", ""))
        values = {name: data.get(f"{PREFIX}{name}") for name in known if f"{PREFIX}{name}" in self.fields}
        self.instance.parameters = {
            name: value for name, value in values.items() if value not in (None, "") and value != known[name].default
        }
        if self.instance.pk and not self.errors:
            try:
                rule_types()[self.instance.rule](**self.instance.parameters)
            except ValueError as error:
                raise forms.ValidationError(_("Deze grens kan de regel niet lezen: %s.") % error) from error
        return data


def _parameters(rule: str) -> dict[str, Parameter]:
    known = rule_types().get(rule)
    return dict(known.parameters) if known else {}


def limit_field(parameter: Parameter, value: Any) -> forms.Field:
    """Return the field for one limit; what is left empty is the default."""
    unit = UNITS.get(parameter.unit, parameter.unit)
    label = parameter.label[page_language()]
    default = f"{parameter.default:g}" if isinstance(parameter.default, (int, float)) else parameter.default
    help_text = _("Standaard %(default)s %(unit)s. Bron: %(source)s.") % {
        "default": default, "unit": unit, "source": parameter.source,
    }  # fmt: skip
    given: dict[str, Any] = {
        "label": label[:1].upper() + label[1:], "help_text": help_text, "required": False, "initial": value,
    }  # fmt: skip
    if parameter.unit == "MM-DD":
        return DayOfYearField(**given)
    if isinstance(parameter.default, str):
        return forms.CharField(max_length=200, **given)
    return forms.FloatField(min_value=0, max_value=100 if parameter.unit == "%" else None, **given)


class DayOfYearField(forms.CharField):
    """A day of the year as month and day, 03-15."""

    def clean(self, value: Any) -> str:
        """Return the day as MM-DD; raises ValidationError for a day that does not exist."""
        text: str = super().clean(value)
        if not text:
            return ""
        try:
            # A leap year, so that 29 February may be meant.
            day = dt.datetime.strptime(f"2024-{text}", "%Y-%m-%d")
        except ValueError as error:
            raise forms.ValidationError(_("Schrijf maand en dag, zoals 03-15 voor 15 maart.")) from error
        return f"{day:%m-%d}"


@admin.register(RuleSetting)
class RuleSettingAdmin(admin.ModelAdmin):
    """Rules as the municipality sets them."""

    form = RuleSettingForm
    list_display = ["rule_name", "municipality_code", "enabled", "differs"]
    list_filter = ["municipality_code", "enabled"]
    search_fields = ["rule", "municipality_code"]

    def get_readonly_fields(self, request: HttpRequest, obj: RuleSetting | None = None) -> list[str]:
        """Keep the rule of a setting: its limits belong to that rule."""
        return ["municipality_code", "rule_name", "defaults"] if obj else ["defaults"]

    def get_fieldsets(self, request: HttpRequest, obj: RuleSetting | None = None) -> Any:
        """Ask first which rule, then for its limits."""
        if obj is None:
            choose = {
                "fields": ["municipality_code", "rule", "enabled"],
                "description": _("Kies de regel en sla op; daarna kunt u de grenzen instellen."),
            }
            return [(None, choose), (_("Wat nu geldt"), {"fields": ["defaults"]})]
        limits = [f"{PREFIX}{name}" for name in _parameters(obj.rule)]
        fieldsets: list[Any] = [(None, {"fields": ["municipality_code", "rule_name", "enabled"]})]
        if limits and self.has_change_permission(request, obj):
            fieldsets.append((_("Grenzen"), {"fields": limits, "description": _("Leeg is de standaard.")}))
        return [*fieldsets, (_("Standaard"), {"fields": ["defaults"]})]

    def get_form(
        self, request: HttpRequest, obj: RuleSetting | None = None, change: bool = False, **kwargs: Any
    ) -> Any:
        """Give every limit of the rule a field."""
        limits = {}
        if obj is not None:
            limits = {
                f"{PREFIX}{name}": limit_field(parameter, obj.parameters.get(name))
                for name, parameter in _parameters(obj.rule).items()
            }
        kwargs["form"] = type("RuleLimitsForm", (RuleSettingForm,), limits)
        return super().get_form(request, obj, change=change, **kwargs)

    def save_model(self, request: HttpRequest, obj: RuleSetting, form: forms.ModelForm, change: bool) -> None:
        """Save, and detect anew: other limits find other things."""
        super().save_model(request, obj, form, change)
        sync_after(request)

    def delete_model(self, request: HttpRequest, obj: RuleSetting) -> None:
        """Delete, and detect anew with the defaults."""
        super().delete_model(request, obj)
        sync_after(request)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[RuleSetting]) -> None:
        """Delete, and detect anew with the defaults."""
        super().delete_queryset(request, queryset)
        sync_after(request)

    def response_add(
        self, request: HttpRequest, obj: RuleSetting, post_url_continue: str | None = None
    ) -> HttpResponse:
        """Go on to the limits of the rule, where it has any."""
        answer = super().response_add(request, obj, post_url_continue)
        if _parameters(obj.rule) and "_popup" not in request.POST:
            return redirect("admin:coordination_rulesetting_change", obj.pk)
        return answer

    @admin.display(description=gettext_lazy("regel"), ordering="rule")
    def rule_name(self, setting: RuleSetting) -> str:
        """Return what the rule is called."""
        return rule_title(setting.rule)

    @admin.display(description=gettext_lazy("anders dan de standaard"))
    def differs(self, setting: RuleSetting) -> str:
        """Return the limits that are set otherwise."""
        parameters = _parameters(setting.rule)
        lang = page_language()
        told = [
            f"{parameters[name].label[lang]}: {value} {UNITS.get(parameters[name].unit, parameters[name].unit)}"
            for name, value in setting.parameters.items()
            if name in parameters
        ]
        return ", ".join(told) or _("nee")

    @admin.display(description=gettext_lazy("standaard van de regels"))
    def defaults(self, setting: RuleSetting) -> str:
        """Return the limits of the rule, or of all, as a table."""
        rules = [setting.rule] if setting.pk else list(rule_types())
        lang = page_language()
        rows = [
            (rule_title(rule), p.label[lang], f"{p.default:g}" if isinstance(p.default, (int, float)) else p.default,
             "" if p.unit == "MM-DD" else UNITS.get(p.unit, p.unit), p.source)
            for rule in rules
            for p in _parameters(rule).values()
        ]  # fmt: skip
        if not rows:
            return _("Deze regel heeft geen grenzen.")
        return format_html(
            "<table><thead><tr><th>{}</th><th>{}</th><th>{}</th><th>{}</th></tr></thead><tbody>{}</tbody></table>",
            _("Regel"), _("Grens"), _("Standaard"), _("Bron"),
            format_html_join("", "<tr><td>{}</td><td>{}</td><td>{} {}</td><td lang=\"en\">{}</td></tr>", rows),
        )  # fmt: skip
