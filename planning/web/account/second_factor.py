"""A second factor for who can do much: without it they see no page but the one to set it up."""

from __future__ import annotations

import re
from collections.abc import Callable
from http import HTTPStatus
from typing import Final

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from geo.problems import problem, problem_response
from planning.partners.middleware import FOR_PROGRAMS
from planning.partners.models import User
from planning.partners.permissions import needs_second_factor

OPEN: Final = re.compile(r"(/[a-z]{2})?/account/|/static/|/healthz|/readyz")
"""Where one may be without it: to set it up, or to sign out."""


def must_have(user: object) -> bool:
    """Whether this person must have a second factor."""
    return settings.SECOND_FACTOR_REQUIRED and isinstance(user, User) and needs_second_factor(user)


def must_set_up(user: object) -> bool:
    """Whether this person still has to set one up."""
    return must_have(user) and not is_mfa_enabled(user)


class SecondFactorMiddleware:
    """Send who must have a second factor, and has none, to where it is set up."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer ``request``, or send its person on."""
        if OPEN.match(request.path_info) or not must_set_up(request.user):
            return self.get_response(request)
        said = _("Voor uw rol is een tweede stap bij het inloggen nodig. Stel die eerst in.")
        if FOR_PROGRAMS.match(request.path_info):
            return problem_response(problem(HTTPStatus.FORBIDDEN, said))
        messages.warning(request, said)
        return redirect(reverse("mfa_index"))
