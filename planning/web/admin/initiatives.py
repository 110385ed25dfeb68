"""Residents' initiatives, centres and meetings in the admin; the team's secretary keeps them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import ForeignKey, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from geo.admin import MapAdmin
from geo.areas import buurt_holding
from planning.initiatives.agenda import RecurrenceError, check_recurrence
from planning.initiatives.models import (
    Activity,
    Grant,
    GrantBudget,
    Initiative,
    Meeting,
    NeighbourhoodCentre,
    OpeningException,
    OpeningHours,
    Presence,
    Step,
    SupportArea,
    SupportCorrection,
    Update,
)
from planning.web.admin.access import PartnerAdmin, ReadOnlyAdmin, access_of, editable_organisations
from planning.web.admin.history import HistoryAdmin, ReasonForm
from planning.web.admin.syncing import sync_after

ORIGIN: Any = (
    gettext_lazy("Herkomst"),
    {"fields": ["source", "external_id"], "classes": ["collapse"]},
)


class SecretaryAdmin(PartnerAdmin):
    """What the secretary of the team keeps, and partners look at."""

    def may_change(self, request: HttpRequest, obj: Any | None = None) -> bool:
        """Whether this person is the secretary."""
        access = access_of(request)
        return access.everything or access.secretary


class SecretaryInline(admin.TabularInline):
    """Rows that belong to what the secretary keeps."""

    extra = 0

    def has_view_permission(self, request: HttpRequest, obj: Any | None = None) -> bool:
        """Let partners look."""
        return access_of(request).is_partner

    def has_change_permission(self, request: HttpRequest, obj: Any | None = None) -> bool:
        """Let the secretary change."""
        access = access_of(request)
        return access.everything or access.secretary

    has_add_permission = has_change_permission
    has_delete_permission = has_change_permission


class GrantInline(SecretaryInline):
    """What partners gave to an initiative."""

    model = Grant
    fields = ["kind", "partner", "amount_eur", "hours", "description", "granted_on"]
    autocomplete_fields = ["partner"]


class RecurringForm(forms.ModelForm):
    """What comes back, with a recurrence that can be written out."""

    def clean_recurrence(self) -> str:
        """Refuse a recurrence that means nothing."""
        text: str = self.cleaned_data["recurrence"].strip()
        if text:
            try:
                check_recurrence(text)
            except RecurrenceError as error:
                raise ValidationError(str(error)) from error
        return text

    def clean(self) -> dict[str, Any]:
        """Refuse an end before the beginning."""
        return _ends_after_it_starts(self, super().clean() or {})


class MeetingForm(forms.ModelForm):
    """A residents' meeting."""

    def clean(self) -> dict[str, Any]:
        """Refuse an end before the beginning."""
        return _ends_after_it_starts(self, super().clean() or {})


def _ends_after_it_starts(form: forms.ModelForm, data: dict[str, Any]) -> dict[str, Any]:
    starts, ends = data.get("starts_at"), data.get("ends_at")
    if starts is not None and ends is not None and ends <= starts:
        form.add_error("ends_at", _("Het einde moet na het begin liggen."))
    return data


class ActivityInline(SecretaryInline):
    """What is on in a centre."""

    model = Activity
    form = RecurringForm
    fields = ["title", "starts_at", "ends_at", "recurrence", "not_on", "description"]


class OpeningHoursInline(SecretaryInline):
    """The hours of a week."""

    model = OpeningHours


class OpeningExceptionInline(SecretaryInline):
    """Days that differ."""

    model = OpeningException


class PresenceInline(SecretaryInline):
    """Who is in, and when."""

    model = Presence
    form = RecurringForm
    fields = ["kind", "who", "starts_at", "ends_at", "recurrence", "not_on"]


@admin.register(Initiative)
class InitiativeAdmin(HistoryAdmin, SecretaryAdmin, MapAdmin):
    """Residents' initiatives."""

    form = ReasonForm
    list_display = ["title", "state", "theme", "buurt", "submitted_on", "looks_for_place", "asked_eur"]
    list_filter = ["state", "theme", "looks_for_place", "buurt__wijk"]
    list_select_related = ["buurt"]
    search_fields = ["title", "summary", "story"]
    date_hierarchy = "submitted_on"
    inlines = [GrantInline]
    fieldsets = [
        (None, {"fields": ["title", "slug", "summary", "story", "theme"]}),
        (gettext_lazy("Stand"), {"fields": [("state", "submitted_on"), "state_reason"]}),
        (gettext_lazy("Plek"), {"fields": ["geometry", ("buurt", "looks_for_place"), "support_radius_m"]}),
        (
            gettext_lazy("Geld"),
            {"fields": ["asked_eur", "crowdfunding_url", ("crowdfunding_goal_eur", "crowdfunding_raised_eur")]},
        ),
        (gettext_lazy("Voor de geschiedenis"), {"fields": ["reason"]}),
        ORIGIN,
    ]

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any | None = None) -> dict[str, Any]:
        """Propose a slug only for a new initiative: people keep its address."""
        return {"slug": ["title"]} if obj is None and self.has_add_permission(request) else {}

    def get_readonly_fields(self, request: HttpRequest, obj: Initiative | None = None) -> list[str]:
        """Keep the state out of hands here: it changes on the team's page, by the steps there are."""
        return ["buurt"] if obj is None else ["buurt", "state", "state_reason"]

    def save_model(self, request: HttpRequest, obj: Initiative, form: forms.ModelForm, change: bool) -> None:
        """Save with the buurt it lies in, and bring the findings up to date."""
        if "geometry" in form.changed_data:
            obj.buurt = buurt_holding(obj.geometry)
        super().save_model(request, obj, form, change)
        sync_after(request)

    def delete_model(self, request: HttpRequest, obj: Initiative) -> None:
        """Delete, and bring the findings up to date."""
        super().delete_model(request, obj)
        sync_after(request)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Initiative]) -> None:
        """Delete, and bring the findings up to date."""
        super().delete_queryset(request, queryset)
        sync_after(request)


@admin.register(Grant)
class GrantAdmin(SecretaryAdmin):
    """All that was given, in one list."""

    list_display = ["description", "initiative", "partner", "kind", "amount_eur", "granted_on"]
    list_filter = ["partner", "kind"]
    list_select_related = ["initiative", "partner"]
    search_fields = ["description", "initiative__title"]
    date_hierarchy = "granted_on"
    autocomplete_fields = ["initiative", "partner"]


@admin.register(GrantBudget)
class GrantBudgetAdmin(SecretaryAdmin):
    """What partners set aside per wijk and year."""

    list_display = ["partner", "wijk", "year", "money_eur", "people_hours"]
    list_filter = ["year", "wijk", "partner"]
    list_select_related = ["partner", "wijk"]
    search_fields = ["partner__name", "wijk__name"]
    autocomplete_fields = ["partner", "wijk"]


@admin.register(Update)
class UpdateAdmin(SecretaryAdmin):
    """News of initiatives."""

    list_display = ["text", "initiative", "role", "written_at", "published_at"]
    list_filter = ["role"]
    list_select_related = ["initiative"]
    search_fields = ["text", "initiative__title"]
    autocomplete_fields = ["initiative"]


@admin.register(Step)
class StepAdmin(ReadOnlyAdmin):
    """The road that initiatives went."""

    list_display = ["initiative", "state", "at", "role", "reason"]
    list_filter = ["state", "role"]
    list_select_related = ["initiative"]
    search_fields = ["initiative__title", "reason"]


@admin.register(SupportArea)
class SupportAreaAdmin(ReadOnlyAdmin):
    """Counts of neighbours; they change on the team's page only."""

    list_display = ["initiative", "addresses", "in_favour", "opened_at", "decided_at", "forgotten_at"]
    list_select_related = ["initiative"]
    search_fields = ["initiative__title"]


@admin.register(SupportCorrection)
class SupportCorrectionAdmin(ReadOnlyAdmin):
    """What the team changed in counts, and why."""

    list_display = ["area", "at", "addresses", "in_favour", "against", "reason"]
    list_select_related = ["area__initiative"]
    search_fields = ["area__initiative__title", "reason"]


@admin.register(NeighbourhoodCentre)
class CentreAdmin(SecretaryAdmin, MapAdmin):
    """Neighbourhood centres with what is on."""

    list_display = ["name", "wijk", "state", "address_text", "phone"]
    list_filter = ["state", "wijk"]
    list_select_related = ["wijk"]
    search_fields = ["name", "address_text"]
    autocomplete_fields = ["wijk", "address"]
    inlines = [OpeningHoursInline, OpeningExceptionInline, PresenceInline, ActivityInline]
    fieldsets = [
        (None, {"fields": ["name", "slug", "wijk", "state", "description"]}),
        (gettext_lazy("Plek"), {"fields": ["point", ("address_text", "address")]}),
        (gettext_lazy("Open"), {"fields": ["opening_hours", "present", "phone"]}),
        ORIGIN,
    ]

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any | None = None) -> dict[str, Any]:
        """Propose a slug only for a new centre: people keep its address."""
        return {"slug": ["name"]} if obj is None and self.has_add_permission(request) else {}


@admin.register(Activity)
class ActivityAdmin(SecretaryAdmin):
    """All activities in one list."""

    form = RecurringForm
    list_display = ["title", "centre", "starts_at", "ends_at", "recurrence"]
    list_filter = ["centre"]
    list_select_related = ["centre"]
    search_fields = ["title", "description"]
    autocomplete_fields = ["centre"]
    fieldsets = [
        (None, {"fields": ["title", "centre", "description"]}),
        (gettext_lazy("Wanneer"), {"fields": [("starts_at", "ends_at"), "recurrence", "not_on"]}),
        ORIGIN,
    ]


@admin.register(Meeting)
class MeetingAdmin(SecretaryAdmin, MapAdmin):
    """Residents' meetings: of the secretary, and of who invites to them."""

    form = MeetingForm
    list_display = ["title", "starts_at", "location", "organiser", "wijk"]
    list_filter = ["organiser", "wijk"]
    list_select_related = ["organiser", "wijk"]
    search_fields = ["title", "description", "location"]
    date_hierarchy = "starts_at"
    autocomplete_fields = ["wijk", "works"]
    fieldsets = [
        (None, {"fields": ["title", "organiser", "description"]}),
        (gettext_lazy("Wanneer en waar"), {"fields": [("starts_at", "ends_at"), "location", "wijk", "point"]}),
        (gettext_lazy("Waarover"), {"fields": ["works", "report"]}),
        (
            gettext_lazy("Uitnodigen en aanmelden"),
            {"fields": ["invitation_radius_m", "invitation_area", ("sign_up", "capacity")]},
        ),
        ORIGIN,
    ]

    def may_change(self, request: HttpRequest, obj: Any | None = None) -> bool:
        """Whether this person is the secretary, or works for who invites."""
        access = access_of(request)
        if access.everything or access.secretary:
            return True
        return bool(access.edits_for) if obj is None else obj.organiser_id in access.edits_for

    def formfield_for_foreignkey(self, db_field: ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any) -> Any:
        """Let a planner invite only for the own organisation."""
        access = access_of(request)
        if db_field.name == "organiser" and not (access.everything or access.secretary):
            kwargs["queryset"] = editable_organisations(request)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Accept only works that this person may see."""
        if db_field.name == "works":
            kwargs["queryset"] = db_field.remote_field.model.objects.visible_to(request.user)
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Save what it is about, and bring the findings up to date."""
        super().save_related(request, form, formsets, change)
        sync_after(request)

    def delete_model(self, request: HttpRequest, obj: Meeting) -> None:
        """Delete, and bring the findings up to date."""
        super().delete_model(request, obj)
        sync_after(request)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Meeting]) -> None:
        """Delete, and bring the findings up to date."""
        super().delete_queryset(request, queryset)
        sync_after(request)
