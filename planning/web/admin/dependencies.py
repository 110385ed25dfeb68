"""What waits for what, in the admin: on a work's own page, and as a list."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import ForeignKey, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from planning.web.admin.access import OwnedAdmin, access_of
from planning.web.admin.history import HistoryAdmin
from planning.web.admin.syncing import changing_plan
from planning.works.models import Dependency, Work

SHAPES = ("geometry", "mercator", "ground")


def _may_change(request: HttpRequest, work: Work | None) -> bool:
    access = access_of(request)
    if access.everything:
        return True
    return bool(access.edits_for) if work is None else work.owner_id in access.edits_for


class NamedFormSet(forms.BaseInlineFormSet):
    """Rows of a table in which every field has a name for who cannot see the head of its column."""

    def add_fields(self, form: forms.ModelForm, index: int | None) -> None:
        """Add what a row has besides its own fields, and name them all."""
        super().add_fields(form, index)
        for field in form.fields.values():
            field.widget.attrs["aria-label"] = str(field.label)


class WaitsForInline(admin.TabularInline):
    """What a work waits for: works of any partner, since a plan of one may hang on another's."""

    model = Dependency
    formset = NamedFormSet
    fk_name = "successor"
    autocomplete_fields = ["predecessor"]
    extra = 0
    verbose_name = gettext_lazy("werk waarop dit wacht")
    verbose_name_plural = gettext_lazy("Wacht op")

    def formfield_for_foreignkey(self, db_field: ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any) -> Any:
        """Accept only works that this person may see."""
        kwargs.setdefault("queryset", Work.objects.visible_to(request.user))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Dependency]:
        """Bring the works along, without their heavy shapes."""
        return (
            super()
            .get_queryset(request)
            .select_related("predecessor", "successor")
            .defer(*(f"{end}__{shape}" for end in ("predecessor", "successor") for shape in SHAPES))
        )

    def has_add_permission(self, request: HttpRequest, obj: Any | None = None) -> bool:
        """Follow the work itself: who may change it, states what it waits for."""
        return _may_change(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any | None = None) -> bool:
        """Follow the work itself."""
        return _may_change(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any | None = None) -> bool:
        """Follow the work itself."""
        return _may_change(request, obj)

    def has_view_permission(self, request: HttpRequest, obj: Any | None = None) -> bool:
        """Follow the work itself."""
        return access_of(request).is_partner


@admin.register(Dependency)
class DependencyAdmin(HistoryAdmin, OwnedAdmin):
    """Dependencies; whose work waits, states them."""

    owner_field = "successor__owner"
    list_display = ["predecessor", "successor", "type", "minimum_lag_days", "maximum_lag_days", "reason_given"]
    list_filter = ["type", "successor__owner"]
    search_fields = ["predecessor__name", "successor__name", "reason"]
    autocomplete_fields = ["predecessor", "successor"]
    # The dependency has a reason of its own; the history shows that.
    form = forms.ModelForm  # type: ignore[assignment]
    fieldsets = [
        (None, {"fields": ["predecessor", "successor", "type", ("minimum_lag_days", "maximum_lag_days"), "reason"]})
    ]

    def owner_of(self, obj: Dependency) -> int:
        """Return whose work waits."""
        return obj.successor.owner_id

    def get_queryset(self, request: HttpRequest) -> QuerySet[Dependency]:
        """Bring the works along, without their heavy shapes."""
        ends = ("predecessor", "successor")
        heavy = [f"{end}__{shape}" for end in ends for shape in SHAPES]
        return super().get_queryset(request).select_related(*ends).defer(*heavy)

    def formfield_for_foreignkey(self, db_field: ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any) -> Any:
        """Let any visible work come first, and only own works wait."""
        works = Work.objects.visible_to(request.user)
        access = access_of(request)
        if db_field.name == "successor" and not access.everything:
            works = works.filter(owner__in=access.edits_for)
        kwargs["queryset"] = works
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: Dependency, form: forms.ModelForm, change: bool) -> None:
        """Save, and bring the findings up to date."""
        with changing_plan(request):
            admin.ModelAdmin.save_model(self, request, obj, form, change)

    def delete_model(self, request: HttpRequest, obj: Dependency) -> None:
        """Delete, and bring the findings up to date."""
        with changing_plan(request):
            super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Dependency]) -> None:
        """Delete, and bring the findings up to date."""
        with changing_plan(request):
            super().delete_queryset(request, queryset)

    @admin.display(description=gettext_lazy("reden"))
    def reason_given(self, dependency: Dependency) -> str:
        """Return why the one waits for the other."""
        return dependency.reason
