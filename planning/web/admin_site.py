"""The admin as a place: open to who belongs to a partner, who signs in where everybody does."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import get_adapter
from django.contrib.admin import AdminSite
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _


class PartnersSite(AdminSite):
    """Django's admin, with our way in and out."""

    def has_permission(self, request: HttpRequest) -> bool:
        """Whether this person belongs to a partner."""
        # Not above: the package registers with this site while it is loaded.
        from planning.web.admin.access import access_of

        return access_of(request).is_partner

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Send on to the one page where people sign in; who did, and is no partner, is told so."""
        target = request.GET.get("next") or reverse("admin:index")
        if not request.user.is_authenticated:
            return redirect_to_login(target)
        if self.has_permission(request):
            return redirect("admin:index")
        raise PermissionDenied(_("Het beheer is voor de partners. Vraag de beheerder van uw organisatie."))

    def logout(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """Sign out, and go to the start."""
        if request.method == "POST":
            get_adapter().logout(request)
        return redirect("home")

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """Send on to the page where everybody changes a password."""
        return redirect("account_change_password")
