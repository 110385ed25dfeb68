"""Organisations and their people in the admin; who may change these is a matter of permissions, not of membership."""

from __future__ import annotations

from typing import Any

from allauth.account.models import EmailAddress
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import UserChangeForm
from django.core.exceptions import ValidationError
from django.db.models import Count, Field, QuerySet, URLField
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from planning.partners.joining import people_with
from planning.partners.models import Membership, Organisation, User
from planning.web.admin.access import access_of


class MembershipInline(admin.TabularInline):
    """The roles of a person, or the people of an organisation."""

    model = Membership
    extra = 0
    autocomplete_fields = ["user", "organisation"]


class PersonForm(UserChangeForm):
    """Somebody who signs in; an address belongs to one account."""

    def clean_email(self) -> str:
        """Refuse the address of another account."""
        email: str = self.cleaned_data["email"]
        if email and people_with(email).exclude(pk=self.instance.pk).exists():
            raise ValidationError(_("Dit e-mailadres hoort al bij een ander account."))
        return email


@admin.register(User)
class PersonAdmin(UserAdmin):
    """People who sign in, with their roles."""

    form = PersonForm

    list_display = ["username", "first_name", "last_name", "email", "roles", "is_superuser", "is_active"]
    list_filter = ["memberships__organisation", "memberships__role", "is_superuser", "is_active"]
    inlines = [MembershipInline]
    # Without "staff": who belongs to a partner enters the admin.
    fieldsets = [
        (None, {"fields": ["username", "password"]}),
        (_("Persoon"), {"fields": ["first_name", "last_name", "email"]}),
        (_("Mag"), {"fields": ["is_active", "is_superuser", "groups", "user_permissions"]}),
        (_("Wanneer"), {"fields": ["last_login", "date_joined"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        """Bring the roles along."""
        return super().get_queryset(request).prefetch_related("memberships__organisation")

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """Save; an address that is given here counts as confirmed."""
        super().save_model(request, obj, form, change)
        if "email" in form.changed_data:
            EmailAddress.objects.filter(user=obj).delete()
            if obj.email:
                EmailAddress.objects.create(user=obj, email=obj.email, verified=True, primary=True)

    def get_inline_instances(self, request: HttpRequest, obj: Any | None = None) -> list[Any]:
        """Ask for roles once the person is there."""
        return super().get_inline_instances(request, obj) if obj is not None else []

    @admin.display(description=_("rollen"))
    def roles(self, user: User) -> str:
        """Return the roles in words."""
        return ", ".join(f"{m.organisation.name} ({m.get_role_display()})" for m in user.memberships.all())


@admin.register(Organisation)
class OrganisationAdmin(admin.ModelAdmin):
    """The partners."""

    list_display = ["name", "kind", "people", "website", "email"]
    list_filter = ["kind"]
    search_fields = ["name", "slug"]
    inlines = [MembershipInline]
    fieldsets = [
        (None, {"fields": ["name", "slug", "kind", "description"]}),
        (_("Bereikbaar"), {"fields": ["website", "email", "phone"]}),
    ]

    def formfield_for_dbfield(self, db_field: Field[Any, Any], request: HttpRequest, **kwargs: Any) -> Any:
        """Take an address without a scheme for a safe one."""
        if isinstance(db_field, URLField):
            kwargs["assume_scheme"] = "https"
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any | None = None) -> dict[str, Any]:
        """Propose a slug only for a new organisation: files and addresses hang on it."""
        return {"slug": ["name"]} if obj is None and self.has_add_permission(request) else {}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Organisation]:
        """Count the people along."""
        return super().get_queryset(request).annotate(people_count=Count("memberships"))

    def has_view_permission(self, request: HttpRequest, obj: Any | None = None) -> bool:
        """Let partners look each other up."""
        return access_of(request).is_partner or super().has_view_permission(request, obj)

    @admin.display(description=_("mensen"), ordering="people_count")
    def people(self, organisation: Any) -> int:
        """Return how many people have a role in it."""
        return int(organisation.people_count)


@admin.register(Membership)
class MembershipAdmin(admin.ModelAdmin):
    """All roles in one list."""

    list_display = ["user", "organisation", "role"]
    list_filter = ["organisation", "role"]
    list_select_related = ["user", "organisation"]
    search_fields = ["user__username", "user__first_name", "user__last_name", "organisation__name"]
    autocomplete_fields = ["user", "organisation"]
