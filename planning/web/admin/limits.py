"""What owners can bear: crews and yearly budgets, each kept by its owner."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from planning.coordination.models import Crew, YearBudget
from planning.web.admin.access import OwnedAdmin
from planning.web.admin.syncing import sync_after


class LimitAdmin(OwnedAdmin):
    """A limit of an owner; the findings follow it."""

    list_filter = ["owner"]
    list_select_related = ["owner"]

    def save_model(self, request: HttpRequest, obj: Any, form: forms.ModelForm, change: bool) -> None:
        """Save, and bring the findings up to date."""
        super().save_model(request, obj, form, change)
        sync_after(request)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Delete, and bring the findings up to date."""
        super().delete_model(request, obj)
        sync_after(request)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Delete, and bring the findings up to date."""
        super().delete_queryset(request, queryset)
        sync_after(request)


@admin.register(Crew)
class CrewAdmin(LimitAdmin):
    """How many works of a kind an owner can do at once."""

    list_display = ["owner", "kind", "number"]


@admin.register(YearBudget)
class YearBudgetAdmin(LimitAdmin):
    """What an owner can spend on works that start in a year."""

    list_display = ["owner", "year", "amount_eur"]
    list_filter = ["owner", "year"]
