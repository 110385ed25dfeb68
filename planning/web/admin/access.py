"""Who may do what in the admin: it follows from memberships, not from lists of permissions per person."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import ForeignKey, Model, QuerySet
from django.http import HttpRequest

from planning.partners.models import Organisation
from planning.partners.permissions import Rights, rights_of


def access_of(request: HttpRequest) -> Rights:
    """Return what the person behind ``request`` may do here; asked of the database once per request."""
    known: Rights | None = getattr(request, "_partner_access", None)
    if known is None:
        known = rights_of(request.user)
        request._partner_access = known  # type: ignore[attr-defined]
    return known


def editable_organisations(request: HttpRequest) -> QuerySet[Organisation]:
    """Return the organisations whose works this person may change."""
    access = access_of(request)
    everyone = Organisation.objects.all()
    return everyone if access.everything else everyone.filter(pk__in=access.edits_for)


class PartnerAdmin(admin.ModelAdmin):
    """What every partner may look at; ``may_change`` says who may do more."""

    def may_change(self, request: HttpRequest, obj: Any | None = None) -> bool:
        """Whether this person may change ``obj`` (any record at all where None)."""
        return access_of(request).everything

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Show the app to partners."""
        return access_of(request).is_partner

    def has_view_permission(self, request: HttpRequest, obj: Any | None = None) -> bool:
        """Let partners look."""
        return access_of(request).is_partner

    def has_add_permission(self, request: HttpRequest, obj: Any | None = None) -> bool:
        """Let who may change records make them too."""
        return self.may_change(request)

    def has_change_permission(self, request: HttpRequest, obj: Any | None = None) -> bool:
        """Ask ``may_change``."""
        return self.may_change(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any | None = None) -> bool:
        """Ask ``may_change``."""
        return self.may_change(request, obj)


class OwnedAdmin(PartnerAdmin):
    """Records with an owner: only planners and managers of that organisation change them."""

    owner_field = "owner"

    def owner_of(self, obj: Any) -> int:
        """Return the identity of the organisation that owns ``obj``."""
        return int(getattr(obj, f"{self.owner_field}_id"))

    def may_change(self, request: HttpRequest, obj: Any | None = None) -> bool:
        """Whether this person works for the owner."""
        access = access_of(request)
        if access.everything:
            return True
        return bool(access.edits_for) if obj is None else self.owner_of(obj) in access.edits_for

    def has_view_permission(self, request: HttpRequest, obj: Any | None = None) -> bool:
        """Let members of the owner look."""
        access = access_of(request)
        if access.everything or obj is None:
            return access.is_partner
        return self.owner_of(obj) in access.member_of

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Keep the records of the organisations that this person belongs to."""
        access = access_of(request)
        records = super().get_queryset(request)
        return records if access.everything else records.filter(**{f"{self.owner_field}__in": access.member_of})

    def formfield_for_foreignkey(self, db_field: ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any) -> Any:
        """Offer, and accept, only own organisations and own records."""
        if "queryset" not in kwargs:
            related: type[Model] = db_field.remote_field.model
            own = editable_organisations(request)
            if related is Organisation and db_field.name == self.owner_field:
                kwargs["queryset"] = own
                if own.count() == 1:
                    kwargs.setdefault("initial", own.first())
            elif any(field.name == "owner" for field in related._meta.get_fields()):
                kwargs["queryset"] = related._default_manager.filter(owner__in=own)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class ReadOnlyAdmin(PartnerAdmin):
    """What the service itself writes: to be read, never changed by hand."""

    def has_add_permission(self, request: HttpRequest, obj: Any | None = None) -> bool:
        """Nobody makes these by hand."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any | None = None) -> bool:
        """Nobody changes these by hand."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any | None = None) -> bool:
        """Nobody removes these by hand."""
        return False
