"""Programmes, projects and works in the admin."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.gis.db.models.functions import AsGeoJSON
from django.core.exceptions import ValidationError
from django.db.models import Field, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse, reverse_lazy
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from geo.admin import MapAdmin, geojson_response, leave_out
from planning.coordination.rows import page_language
from planning.web.admin.access import OwnedAdmin, PartnerAdmin, ReadOnlyAdmin
from planning.web.admin.dependencies import SHAPES, WaitsForInline
from planning.web.admin.history import ReasonForm, ReturningAdmin
from planning.web.admin.syncing import changing_plan
from planning.works.history import size
from planning.works.models import Dependency, Programme, Project, Work, WorkImport
from planning.works.periods import period_text

ORIGIN: Any = (
    gettext_lazy("Herkomst"),
    {
        "fields": ["source", "external_id"],
        "classes": ["collapse"],
        "description": gettext_lazy("Aan bron en kenmerk wordt een werk bij een volgende import herkend."),
    },
)
HISTORY: Any = (gettext_lazy("Voor de geschiedenis"), {"fields": ["reason"]})


class OwnForm(ReasonForm):
    """A record whose project or programme must be of the same owner."""

    def clean(self) -> dict[str, Any] | None:
        """Refuse a project or a programme of another organisation."""
        data = super().clean() or {}
        for name in ("project", "programme"):
            other = data.get(name)
            if other is not None and data.get("owner") is not None and other.owner_id != data["owner"].pk:
                self.add_error(name, _("Dit is van een andere eigenaar."))
        return data


@admin.register(Programme)
class ProgrammeAdmin(ReturningAdmin, OwnedAdmin):
    """Programmes of one owner."""

    list_display = ["name", "owner"]
    list_filter = ["owner"]
    list_select_related = ["owner"]
    search_fields = ["name", "description"]
    fieldsets = [(None, {"fields": ["name", "owner", "description"]}), HISTORY, ORIGIN]


@admin.register(Project)
class ProjectAdmin(ReturningAdmin, OwnedAdmin):
    """Projects of one owner."""

    form = OwnForm
    list_display = ["name", "owner", "programme"]
    list_filter = ["owner", "programme"]
    list_select_related = ["owner", "programme"]
    search_fields = ["name", "description"]
    autocomplete_fields = ["programme"]
    fieldsets = [(None, {"fields": ["name", "owner", "programme", "description"]}), HISTORY, ORIGIN]


class WorkForm(OwnForm):
    """A work, with the version it was opened at, so that two people do not overwrite each other."""

    seen_version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["seen_version"].initial = self.instance.version
            self.initial["seen_version"] = self.instance.version

    def clean(self) -> dict[str, Any]:
        """Refuse periods in the wrong order, and a work that somebody else changed meanwhile."""
        data = super().clean() or {}
        for first, last, said in (
            ("planned_start", "planned_finish", _("Het einde moet na het begin liggen.")),
            ("actual_start", "actual_finish", _("Het werkelijke einde moet na het werkelijke begin liggen.")),
            ("earliest_start", "latest_finish", _("Het uiterste einde moet na het vroegste begin liggen.")),
        ):
            start, finish = data.get(first), data.get(last)
            if start is not None and finish is not None and finish <= start:
                self.add_error(last, said)
        if self.instance.pk:
            self._check_version(data.get("seen_version"))
        return data

    def _check_version(self, seen: int | None) -> None:
        # Locked until the save is done, so that no change slips in between.
        current = Work.objects.select_for_update().values_list("version", flat=True).get(pk=self.instance.pk)
        if seen != current:
            raise ValidationError(
                _(
                    "Iemand anders heeft dit werk intussen gewijzigd. Uw wijziging is niet bewaard. "
                    "Open het werk opnieuw; in de geschiedenis staat wat er veranderd is."
                ),
                code="changed_meanwhile",
            )


@admin.register(Work)
class WorkAdmin(ReturningAdmin, OwnedAdmin, MapAdmin):
    """Works: planners and managers change those of their own organisation."""

    form = WorkForm
    list_display = ["name", "kind", "status", "owner", "buurt", "period", "visibility"]
    list_filter = ["owner", "kind", "status", "buurt__wijk", "visibility", "source"]
    list_select_related = ["owner", "buurt"]
    list_per_page = 50
    search_fields = ["name", "description", "project__name", "external_id"]
    date_hierarchy = "planned_start"
    autocomplete_fields = ["project"]
    readonly_fields = ["buurt", "version", "created_at", "updated_at", "waited_for_by", "place"]
    inlines = [WaitsForInline]
    change_list_template = "admin/works/work/change_list.html"
    map_backgrounds = (*MapAdmin.map_backgrounds, reverse_lazy("admin:works_work_outlines"))
    fieldsets = [
        (
            None,
            {"fields": ["seen_version", "name", "owner", "project", ("kind", "status"), "dwellings", "description"]},
        ),
        (gettext_lazy("Plek"), {"fields": ["geometry", ("place", "buurt")]}),
        (
            gettext_lazy("Planning"),
            {
                "fields": [
                    ("planned_start", "planned_finish", "date_precision"),
                    ("earliest_start", "latest_finish", "duration_days"),
                    ("actual_start", "actual_finish"),
                    "waited_for_by",
                ]
            },
        ),
        (
            gettext_lazy("Hinder"),
            {"fields": [("noise", "dust", "vibration"), "hinders_traffic", "disturbs_nests"]},
        ),
        (
            gettext_lazy("Bewoners en openbaarheid"),
            {"fields": [("visibility", "embargo_until"), ("tenants_informed_on", "consent_percentage")]},
        ),
        (gettext_lazy("Geld"), {"fields": ["budget_eur"]}),
        HISTORY,
        ORIGIN,
        (gettext_lazy("Administratie"), {"fields": ["version", "created_at", "updated_at"], "classes": ["collapse"]}),
    ]

    def get_urls(self) -> list[URLPattern]:
        """Add the works that a new one is drawn beside."""
        own = path("omtrekken.json", self.admin_site.admin_view(self.outlines), name="works_work_outlines")
        return [own, *super().get_urls()]

    def outlines(self, request: HttpRequest) -> HttpResponse:
        """Return the works this person may see as GeoJSON in RD New, to draw a work against its neighbours."""
        works = Work.objects.visible_to(request.user).active().order_by("pk")
        return geojson_response(works.annotate(json=AsGeoJSON("geometry", precision=2)).values_list("name", "json"))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Work]:
        """Keep own works; where another work is looked for to wait for, all that this person may see."""
        match = request.resolver_match
        if match is not None and match.url_name == "autocomplete":
            # Past OwnedAdmin: a work may wait for one of another partner.
            works = (
                super(PartnerAdmin, self)
                .get_queryset(request)
                .filter(pk__in=Work.objects.visible_to(request.user).values("pk"))
            )
            return works.defer(*SHAPES)
        works = super().get_queryset(request)
        is_list = match is not None and match.url_name == "works_work_changelist"
        return works.defer(*SHAPES, "buurt__geometry", "buurt__mercator") if is_list else works

    def get_fieldsets(self, request: HttpRequest, obj: Any | None = None) -> Any:
        """Leave out what only a form needs for who may only look."""
        fieldsets = super().get_fieldsets(request, obj)
        changes = obj is None or self.has_change_permission(request, obj)
        return fieldsets if changes else leave_out(fieldsets, ["seen_version"])

    def save_model(self, request: HttpRequest, obj: Work, form: forms.ModelForm, change: bool) -> None:
        """Save; a work that moved gets the buurt it lies in now, and the findings follow."""
        if "geometry" in form.changed_data:
            obj.buurt = None
        with changing_plan(request, obj):
            super().save_model(request, obj, form, change)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Save what the work waits for."""
        with changing_plan(request):
            super().save_formset(request, form, formset, change)

    def formfield_for_dbfield(self, db_field: Field[Any, Any], request: HttpRequest, **kwargs: Any) -> Any:
        """Say plainly what the end of a period means."""
        if db_field.name == "planned_finish":
            kwargs["help_text"] = _(
                "De eerste dag waarop het werk klaar is. Werkt u tot en met 31 mei, vul dan 1 juni in."
            )
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    @admin.display(description=gettext_lazy("periode"), ordering="planned_start")
    def period(self, work: Work) -> str:
        """Return the planned period in words."""
        return period_text(work.planned_start, work.planned_finish, work.date_precision)

    @admin.display(description=gettext_lazy("hierop wacht"))
    def waited_for_by(self, work: Work) -> str:
        """Return the works that wait for this one."""
        waiting = Dependency.objects.filter(predecessor=work).select_related("successor__owner") if work.pk else []
        rows = [(d.successor.name, d.successor.owner.name, d.get_type_display()) for d in waiting]
        return format_html_join(mark_safe("<br>"), "{} ({}), {}", rows) or _("geen ander werk")

    @admin.display(description=gettext_lazy("nu"))
    def place(self, work: Work) -> str:
        """Return how large the work is, with a link to it on the map."""
        if work.pk is None:
            return "–"
        return format_html(
            '{}, <a href="{}?plek=work:{}">{}</a>', size(work.geometry), reverse("kaart"), work.pk, _("op de kaart")
        )


@admin.register(WorkImport)
class WorkImportAdmin(ReadOnlyAdmin, OwnedAdmin):
    """What came in by file; to be read only."""

    list_display = ["at", "file_name", "owner", "by", "created", "updated", "unchanged", "refused", "vanished"]
    list_filter = ["owner", "at"]
    list_select_related = ["owner", "by"]
    search_fields = ["file_name", "source"]
    date_hierarchy = "at"
    fields = [
        "file_name", "owner", "source", "by", "at", ("created", "updated", "unchanged", "refused", "vanished"),
        "told_problems", "sha256",
    ]  # fmt: skip
    readonly_fields = ["told_problems"]

    @admin.display(description=gettext_lazy("problemen"))
    def told_problems(self, run: WorkImport) -> str:
        """Return the problems as a list."""
        lang = page_language()
        rows = [(problem.get(lang) or problem.get("nl", ""),) for problem in run.problems]
        return format_html("<ul>{}</ul>", format_html_join("", "<li>{}</li>", rows)) if rows else _("geen")
