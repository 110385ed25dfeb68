"""Who asks: a program that a token let in, else the person of the session."""

from __future__ import annotations

from django.utils.translation import gettext as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from planning.partners.middleware import CHALLENGE
from planning.partners.viewers import Program


class ProgramAuthentication(BaseAuthentication):
    """Takes over whom the middleware let in; no cookie, so nothing that another page could forge."""

    def authenticate(self, request: Request) -> tuple[Program, None] | None:
        """Return the program, or None where a person or nobody asks."""
        viewer = request._request.user
        return (viewer, None) if isinstance(viewer, Program) else None

    def authenticate_header(self, request: Request) -> str:
        """Return how to say who one is, for an answer 401."""
        return CHALLENGE


class ProgramScheme(OpenApiAuthenticationExtension):
    """How a token is shown, for the OpenAPI document."""

    target_class = "planning.api.authentication.ProgramAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        """Return the scheme."""
        return {
            "type": "http",
            "scheme": "bearer",
            "description": _("Toegangssleutel van een organisatie. Een beheerder van de organisatie maakt hem."),
        }
