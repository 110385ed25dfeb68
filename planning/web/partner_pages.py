"""Pages for the partners' people: who is not signed in is asked to, who is no partner is told so."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from planning.partners.models import User
from planning.partners.permissions import is_partner

View = Callable[..., HttpResponse]


class PersonRequest(HttpRequest):
    """What a view for the partners' people gets."""

    user: User


def partner_page(view: View) -> View:
    """Let only the partners' people see a view."""

    @login_required
    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not is_partner(request.user):
            raise PermissionDenied(_("Deze bladzijde is voor de partners. Vraag de beheerder van uw organisatie."))
        return view(request, *args, **kwargs)

    return checked
