"""History in the admin: every change in words, and a reason asked with each."""

from __future__ import annotations

from typing import Any

import pghistory
from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from geo.admin import leave_out
from planning.web.admin.syncing import changing_plan
from planning.works.history import entries


class ReasonForm(forms.ModelForm):
    """A form that also asks why, for the history."""

    reason = forms.CharField(
        label=gettext_lazy("Waarom deze wijziging?"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"class": "vTextField"}),
        help_text=gettext_lazy("Staat straks in de geschiedenis, zodat anderen het begrijpen."),
    )


class HistoryAdmin(admin.ModelAdmin):
    """A model whose every change the database keeps: its history in words, and the reason with each change."""

    form = ReasonForm

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Ask for a reason only who may change something."""
        fieldsets = super().get_fieldsets(request, obj)
        changes = obj is None or self.has_change_permission(request, obj)
        return fieldsets if changes or not issubclass(self.form, ReasonForm) else leave_out(fieldsets, ["reason"])

    def save_model(self, request: HttpRequest, obj: Any, form: forms.ModelForm, change: bool) -> None:
        """Save, and keep the reason with it."""
        reason = form.cleaned_data.get("reason", "")
        if reason:
            with pghistory.context(reason=reason):
                super().save_model(request, obj, form, change)
        else:
            super().save_model(request, obj, form, change)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show who changed what, when and why."""
        obj = self.get_object(request, unquote(object_id))
        if obj is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[attr-defined]
        if not self.has_view_or_change_permission(request, obj):
            raise PermissionDenied
        told, page = entries(obj, request.GET.get("p", "1"))
        context = {
            **self.admin_site.each_context(request),
            "title": _("Geschiedenis van %(name)s") % {"name": obj},
            "opts": self.opts,
            "object": obj,
            "entries": told,
            "page": page,
            **(extra_context or {}),
        }
        return TemplateResponse(request, "admin/geschiedenis.html", context)


class ReturningAdmin(HistoryAdmin):
    """Part of the plan, that can be brought back once deleted: who deletes it is told where."""

    change_list_template = "admin/works/change_list_returning.html"

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Delete, and bring the findings up to date."""
        with changing_plan(request):
            super().delete_model(request, obj)
        self._say_where(request)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Delete, and bring the findings up to date."""
        with changing_plan(request):
            super().delete_queryset(request, queryset)
        self._say_where(request)

    def _say_where(self, request: HttpRequest) -> None:
        words = _("Per ongeluk verwijderd? Haal het hier terug.")
        messages.info(request, format_html('<a href="{}">{}</a>', reverse("deleted"), words))
